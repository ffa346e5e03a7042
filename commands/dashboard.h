/* The dashboard over a run: a saved one, or one that is probed in rounds. */
#pragma once

#include "commands/options.h"
#include "commands/rounds.h"

/* Returns when the user leaves, at SIGTERM, or after the last round; `rounds` (not begun
 * yet) is NULL for a saved report. False, and one line on stderr, when there is no terminal
 * that can show it; then nothing was begun. */
bool dashboard_show(struct loop *loop, const struct run *run,
	const struct settings *settings, struct rounds *rounds);
