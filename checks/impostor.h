/* How the partner takes a db:result of an impostor: a name that does not exist, with an
 * invented key. It is asked at depth "deep". */
#pragma once

#include "checks/check.h"

/* The probes: inside TLS where it is offered, and in clear where it is optional. */
#define IMPOSTOR           "impostor"
#define PLAINTEXT_IMPOSTOR "plaintext-impostor"

struct reception {
	enum {
		RECEPTION_NONE, /* the question was not put */
		RECEPTION_VALID,
		RECEPTION_INVALID,
		RECEPTION_ERROR,   /* the search for the name failed, and it says so */
		RECEPTION_REFUSED, /* dialback itself, as a rule of its own */
		RECEPTION_ENDED,   /* the stream, by another error */
		RECEPTION_CLOSED,  /* without a word */
		RECEPTION_SILENT
	} kind;
	bool typed; /* a db:result came (XEP-0220, 2.1.1), and not the end of the stream */
	bool early; /* silence, and we did not wait until its own search must be over */
	const char *words;
};

/* Cites what it looks at. */
struct reception impostor_reception(struct inquiry *q, const char *probe);

/* The key was looked into, so that a good one would have been accepted. */
bool impostor_is_heard(const struct reception *reception);

/* A check; its row is in dialback.c. */
void impostor_believed(struct inquiry *q);
