/* Names, ids and keys that nobody can guess. */
#pragma once

#include "base/arena.h"

#include <stdint.h>

/* `bytes` random bytes as twice as many hexadecimal digits. */
char *random_hex(struct arena *arena, size_t bytes);

void random_fill(void *bytes, size_t count);

/* A number from 0 to limit - 1; 0 when the limit is 0. */
uint32_t random_below(uint32_t limit);
