/* Partners probed again and again, for the dashboard: a round asks every one of them once,
 * and begins so many seconds after the one before began, but never before that one is over.
 * The judgement of a partner stays until the next one is there; of each, no more than the
 * last two and the one that is being made are kept. */
#pragma once

#include "base/loop.h"
#include "commands/options.h"
#include "tui/view.h"

struct rounds;

struct rounds_caller {
	void (*changed)(void *self); /* something that is shown */
	/* A round is over; `last`: by itself no other will begin. */
	void (*over)(void *self, bool last);
	void *self;
};

/* Opens the doors. The partners of the run (one at least) are replaced as they are judged
 * anew. NULL and one line on stderr when it cannot begin. */
struct rounds *rounds_open(
	struct loop *loop, struct run *run, const struct settings *settings);
void rounds_close(struct rounds **rounds);

/* The first round; the caller must outlive it. */
void rounds_begin(struct rounds *rounds, const struct rounds_caller *caller);

/* What runs, as of the last refresh. */
const struct live *rounds_live(const struct rounds *rounds);
void rounds_refresh(struct rounds *rounds);

/* Probing again, now: one, which begins anew when it is under way; all, which is a new
 * round; or those with trouble. The last returns how many. */
void rounds_probe(struct rounds *rounds, size_t partner);
void rounds_probe_all(struct rounds *rounds);
size_t rounds_probe_failing(struct rounds *rounds);

/* Begin no further round, or go on; whether it is paused now. */
bool rounds_pause(struct rounds *rounds);

/* The next depth, for all that begins from now on; its name. */
const char *rounds_deepen(struct rounds *rounds);

void rounds_set_interval(struct rounds *rounds, int seconds);

/* For a report: who was not judged yet is judged by what was seen so far, as unfinished.
 * With rounds_go_on() he is not, after all. */
void rounds_settle(struct rounds *rounds);
void rounds_go_on(struct rounds *rounds);

/* The end: whoever is under way is left, and the rest is settled. */
void rounds_stop(struct rounds *rounds);
