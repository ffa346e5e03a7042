/* Where `fedprobe listen` waits, and how long, and the options that say so. */
#pragma once

#include "model/run.h"
#include "probes/inbound.h"

struct settings;

struct listening_place {
	const char *address; /* in numbers; NULL: every one of this host */
	int port;            /* 0: not here */
};

/* Without a place of the command line those of the file count, or else port 5269. */
struct listening {
	struct listening_place starttls, direct;
	int count, seconds; /* 0: no such end */
};

/* One for each place; NULL: not there. */
struct ears {
	struct inbound *starttls, *direct;
};

/* For the rows of commands/options.c. */
const char *listening_starttls(struct settings *settings, const char *value);
const char *listening_direct(struct settings *settings, const char *value);
const char *listening_count(struct settings *settings, const char *value);
const char *listening_seconds(struct settings *settings, const char *value);

/* Whether it is a domain of ours (A-labels). */
bool listening_hosts(const struct asked *asked, const char *ascii);

/* Whether the command line names a place. */
bool listening_wanted(const struct listening *listening);

/* Listens where the options say, or else <local>; `listen` and `listen_tls` of `asked` tell
 * where that is. False and one line on stderr when it cannot. */
bool ears_open(struct ears *ears, const struct settings *settings, struct asked *asked,
	const struct hosting *hosting);
void ears_close(struct ears *ears);

/* As inbound_dismiss(), inbound_doing() and inbound_turned_away(). */
void ears_dismiss(struct ears *ears, const struct partner *partner);
bool ears_doing(
	const struct ears *ears, const struct partner *partner, struct doing *doing);
unsigned ears_turned_away(const struct ears *ears);

/* "*:5269, and at *:5270 with TLS first" */
const char *listening_show(struct arena *arena, const struct asked *asked);

/* Before anything starts, once the credentials are there: without a secret of our servers the
 * dialback keys hold for this run only. False and one line on stderr when a place cannot be
 * served with them. */
bool listening_prepare(struct settings *settings);
