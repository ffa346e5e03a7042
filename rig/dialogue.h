/* What was said on a connection: what the variables of a speech stand for, and the standing
 * answers. No sockets. */
#pragma once

#include "net/stream.h"
#include "rig/play.h"

struct dialogue;

/* What a peer has heard and passes on to a caller of its own. */
struct heard {
	const char *from;   /* who spoke last */
	const char *key;    /* that came last in a db:result, */
	const char *stream; /* and the id of the stream on which it came */
	const char *asked;  /* the id of the last stanza */
};

/* Lives in the arena; `heard` is NULL for none, and is copied. */
struct dialogue *dialogue_open(const struct play *play, struct arena *arena,
	const struct wire *wire, const struct heard *heard);

/* Takes note of the other side's stream header. */
void dialogue_meet(struct dialogue *dialogue, const struct element *header);

/* Takes note of an element, and tells what it is; AWAIT_KINDS for any other. */
enum awaited dialogue_hear(struct dialogue *dialogue, const struct element *element);

/* The kind that it belongs to as well, when it has a name of its own; or AWAIT_KINDS. */
enum awaited dialogue_wider(enum awaited awaited);

/* From now on, an answer. */
void dialogue_note(struct dialogue *dialogue, const struct action *answer);

/* The standing answer to what was heard last, or NULL. */
const struct action *dialogue_answer(const struct dialogue *dialogue, enum awaited came);

/* Puts the values into a text. */
struct bytes dialogue_compose(struct dialogue *dialogue, struct bytes text);

const struct heard *dialogue_heard(const struct dialogue *dialogue);
