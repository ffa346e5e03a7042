/* Names, ids and keys that nobody can guess. */
#pragma once

#include "base/arena.h"

/* `bytes` random bytes as twice as many hexadecimal digits. */
char *random_hex(struct arena *arena, size_t bytes);
