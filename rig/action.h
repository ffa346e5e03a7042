/* The inside of a session, shared by session.c (how it begins, goes on and ends),
 * expectation.c (the steps that await something) and action.c (those that do something, and
 * the table). For these only. */
#pragma once

#include "base/machine.h"
#include "rig/session.h"

enum { LIMIT_MS = 60000 /* of a step, and of a connection */ };

/* Behind the kinds of steps. */
enum {
	REPLY = ACTION_KINDS, /* a standing answer is on its way */
	LAST_WORDS,           /* so is the end of the stream */
	CLOSE,
	DRAIN,
};

struct session {
	const struct play *play;
	void (*ended)(void *self, struct session *session);
	void *self;
	struct wire *wire;
	struct machine *machine;
	struct timer *limit, *pause;
	struct arena *arena;
	struct stream *stream;
	bool greeted; /* the stream had its header */
	size_t at;    /* the step */
	bool begun;   /* the step is no more new */
	long round;   /* of a repeated one */
	struct bytes out;
	size_t done; /* of them */
	char *seen;
	size_t sees;
	struct dialogue *dialogue;
};

/* --- session.c ---------------------------------------------------------------------- */

const struct action *session_present(const struct session *s);

/* Enters the present step, anew or again. */
enum step session_resume(struct session *s);

enum step session_next(struct session *s);

/* Makes a text ready to be written. */
void session_compose(struct session *s, struct bytes text);

/* A new stream of the other side's. */
void session_open_stream(struct session *s);

/* What the machine waits for; not for PASSAGE_OK. */
enum step passage_step(enum passage passage);

/* --- expectation.c ------------------------------------------------------------------ */

enum step act_expect(void *self);
enum step act_serve(void *self);
enum step act_expect_text(void *self);
enum step act_expect_tls(void *self);

/* --- action.c ----------------------------------------------------------------------- */

extern const struct state action_states[];
