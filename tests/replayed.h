/* What the tests over saved reports have in common: finding them, and comparing what was
 * found in each with the .expect file beside it. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>

/* Prints TAP: one line for each report below the folder (relative to srcdir) that matches
 * the pattern. Returns the exit status; no report at all is a failure. */
int replayed_all(const char *folder, const char *pattern,
	bool (*is_good)(struct arena *arena, const char *path));

/* Whether the .expect file of the report holds just that; if not, both are shown. */
bool replayed_as_expected(struct arena *arena, const char *path, const char *found);
