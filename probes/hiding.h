/* Makes secrets unreadable in what comes from a partner, before anybody sees it: some
 * servers send a dialback key back. Pure: bytes in, bytes out. */
#pragma once

#include "base/arena.h"
#include "model/record.h"

#include <stddef.h>

/* Secrets that are remembered, and bytes that may have to wait for the next piece: who
 * writes each digit as a reference with fifty zeros in it can spell it in words as well. */
enum { HIDING_SECRETS = 256, HIDING_HELD = 4096 };

/* Zeroed, it hides nothing. */
struct hiding {
	const char *secret[HIDING_SECRETS];
	size_t secrets, oldest;
	char held[HIDING_HELD];
	size_t helds;
};

/* From now on this is hidden, too; it must live as long. Adding it again changes nothing.
 * When there are too many, it takes the place of the oldest: the stream that a dialback key
 * was made for is over by then. */
void hiding_add(struct hiding *hiding, const char *secret);

/* The same for a dialback key that may be any text; it is copied. What is short enough to be
 * guessed, and to stand in any text by chance, is no key. */
void hiding_add_key(struct hiding *hiding, struct arena *arena, const char *key);

/* What can be shown of a piece that came, and of what was held back: to `out`, with room for
 * HIDING_HELD bytes more than the piece; returns how many. What may be the beginning of a
 * secret is held back; it never ends with ">", so no element waits. */
size_t hiding_pass(struct hiding *hiding, const char *piece, size_t length, char *out);

/* A whole text; nothing is held back. */
char *hiding_whole(const struct hiding *hiding, struct arena *arena, const char *text,
	size_t length);

/* The same of every text of a fact; a deep copy. */
void *hiding_record(const struct hiding *hiding, struct arena *arena,
	const struct record *record, const void *fact);
