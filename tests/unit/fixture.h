/* An arena for each test. */
#pragma once

#include "base/arena.h"

static inline int
open_arena(void **state)
{
	*state = arena_open();
	return 0;
}

static inline int
close_arena(void **state)
{
	struct arena *arena = *state;

	arena_close(&arena);
	return 0;
}
