/* Dialback keys made from a secret (XEP-0185): the same secret gives the same key on every
 * machine, so that whoever knows it can answer for the domain. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>

/* 64 lower-case hexadecimal digits. `id` is that of the receiving server's stream header
 * in force when the key is sent. */
const char *secret_key(struct arena *arena, const char *secret, const char *receiving,
	const char *originating, const char *id);

/* Compares keys in a time that does not tell where they differ. */
bool secret_same(const char *key, const char *other);
