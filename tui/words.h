/* Words for what several sections show. */
#pragma once

#include "base/arena.h"

#include <stdint.h>

/* "TLS 1.3" of "TLSv1.3". */
const char *words_tls(struct arena *arena, const char *version);

/* "0.4 ms", "12 ms", "1.3 s": a time that something took. */
const char *words_took(struct arena *arena, int64_t microseconds);
