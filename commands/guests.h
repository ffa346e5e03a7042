/* The partners that call while we listen: who is let in, and how each of them stands. */
#pragma once

#include "commands/options.h"
#include "config/config.h"
#include "probes/inbound.h"
#include "tui/view.h"

struct guests;

/* `partner` is NULL for who was not let in, or never said a name. Texts are the fact's. */
struct guests_caller {
	void (*called)(void *self, const struct partner *partner,
		const struct inbound_fact *fact); /* a connection is over */
	void (*changed)(void *self);              /* something that is shown */
	void *self;
};

/* Listens with the doors that are open, as the settings say; whoever calls and is expected
 * becomes a partner of the run. What was agreed comes from `config`, which may be NULL. NULL and
 * one line on stderr when it cannot listen; the callers may come with the first turn of the
 * loop. All that is given must outlive it. */
struct guests *guests_open(const struct probing *probing, struct run *run,
	const struct settings *settings, const struct config *config,
	const struct guests_caller *caller);

/* Ends what is still open, and judges everybody. */
void guests_close(struct guests **guests);

/* Connections that were too many. */
unsigned guests_turned_away(const struct guests *guests);

/* For the dashboard: how it stands as of the last refresh. */
const struct live *guests_live(const struct guests *guests);
void guests_refresh(struct guests *guests);

/* For a report of this moment. */
void guests_settle(struct guests *guests);
