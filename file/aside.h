/* Writing a file so that nobody ever sees half of it: written beside its place, synced,
 * and renamed. A signal waits until it is over. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* Where the file really is: to rename onto a link would replace the link. */
const char *aside_place(struct arena *arena, const char *path);

/* The mode for it: whoever could not read the file that is there shall not read the new
 * one. */
mode_t aside_mode(const char *path);

/* Whether the file could be written there; nothing is left behind. False and errno. */
bool aside_try(struct arena *arena, const char *path);

/* `write` returns false and errno when it fails. The umask takes from the mode as usual.
 * False and errno, and then what was there before is untouched. */
bool aside_write(struct arena *arena, const char *path, mode_t mode,
	bool (*write)(FILE *file, void *self), void *self);

/* The same for a file that must not be there yet: EEXIST. */
bool aside_create(struct arena *arena, const char *path, mode_t mode,
	bool (*write)(FILE *file, void *self), void *self);
