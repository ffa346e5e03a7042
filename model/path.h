/* The way to an endpoint, as its session went: its legs, and what each of them took. */
#pragma once

#include "model/run.h"

/* The legs of a session; with direct TLS the stream comes behind TLS. */
enum leg { LEG_TCP, LEG_STREAM, LEG_TLS, LEG_AUTHENTICATION, LEGS };

extern const char *const leg_names[];

struct path_leg {
	const struct observation *last;   /* of this leg; NULL: it was not reached */
	const struct observation *broken; /* the first that did not go well, or NULL */
	bool complete;                    /* nothing more of it is to come */
	int64_t took;                     /* microseconds */
};

struct path {
	struct path_leg leg[LEGS];
	enum leg order[LEGS]; /* in which they are gone */
	bool ended;           /* the session has closed, or broken off */
};

struct path path_of(
	struct arena *arena, const struct partner *partner, const char *endpoint);

/* "dns 5.3 ms, connect 0.4 ms, header 1.2 ms, ...; 21.9 ms in all", as the session went;
 * NULL when there was none. */
const char *path_words(
	struct arena *arena, const struct partner *partner, const char *endpoint);
