/* The way to an endpoint with its times. */
#pragma once

#include "model/run.h"

/* "dns 5.3 ms, connect 0.4 ms, header 1.2 ms, ...; 21.9 ms in all", as the session went;
 * NULL when there was none. */
const char *path_words(
	struct arena *arena, const struct partner *partner, const char *endpoint);
