/* Where `fedprobe listen` waits, and how long, and the options that say so. */
#pragma once

#include "model/run.h"
#include "probes/inbound.h"

struct settings;

struct listening {
	const char *address; /* in numbers; NULL: every one of this host */
	int port;            /* 0: that of the file, or 5269 */
	int count, seconds;  /* 0: no such end */
};

/* For the rows of commands/options.c. */
const char *listening_place(struct settings *settings, const char *value);
const char *listening_count(struct settings *settings, const char *value);
const char *listening_seconds(struct settings *settings, const char *value);

/* Whether it is a domain of ours (A-labels). */
bool listening_hosts(const struct asked *asked, const char *ascii);

/* Listens where the options say, or else <local>; asked->listen tells where that is. NULL
 * and one line on stderr when it cannot. */
struct inbound *listening_open(const struct settings *settings, struct asked *asked,
	const struct hosting *hosting);

/* Without a secret of our servers the dialback keys hold for this run only. It is the
 * owner's of the credentials, as the other is. */
void listening_secret(struct settings *settings);
