/* What dialback.c (the authoritative side of the partner) and impostor.c (its receiving
 * side) share. */
#pragma once

#include "checks/check.h"

/* The question that this probe put, with the answer if one came; NULL when there is none,
 * or only a stream error in its place. Cites it. */
const struct observation *dialback_question(struct inquiry *q, const char *probe);

/* The stream error that answered the question, "db:verify" or "db:result"; or NULL. */
const struct error_fact *dialback_retort(
	struct inquiry *q, const char *probe, const char *question);

/* dialback_result.c: dialback in our own name; its row is in dialback.c. */
void dialback_result(struct inquiry *q);

/* dialback_proof.c: their rows are in dialback.c, too. */
void dialback_bogus_key(struct inquiry *q);
void dialback_shortcut(struct inquiry *q);
void dialback_multiplex(struct inquiry *q);

/* The id is that of a stream on which we sent a key that is wrong on purpose. */
bool dialback_is_bogus(struct inquiry *q, const char *id);

/* For skipped(): why a question of depth "deep" was not put. */
const char *dialback_not_asked_deep(struct inquiry *q);

/* An answer of the type "error". */
const char *dialback_say_error(struct inquiry *q, const struct dialback_fact *answer);
