/* One line on a terminal that tells what is going on, and leaves no trace. */
#pragma once

#include "base/arena.h"
#include "base/loop.h"

struct progress;

/* Asks `doing` ten times a second. NULL when standard error is no terminal that could
 * show it. */
struct progress *progress_open(struct loop *loop,
	const char *(*doing)(void *self, struct arena *arena), void *self);
void progress_close(struct progress **progress);
