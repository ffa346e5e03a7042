/* Where scenarios are found: the personalities of a folder, or files. */
#pragma once

#include "rig/scenario.h"

/* The folder of the personalities: `named` by the user (or NULL), or by
 * FEDPROBE_RIG_SCENARIOS, or in the source tree around the program, or where they were
 * installed. */
const char *library_folder(struct arena *arena, const char *named);

struct library {
	struct scenario **scenario;
	size_t scenarios;
};

/* Adds a personality of the folder, or a file when it is written as one ("./x", or with
 * ".scenario"). False and *trouble, one line in the arena, when it cannot be read. */
bool library_add(struct library *library, struct arena *arena, const char *folder,
	const char *name, const char **trouble);

/* Adds all personalities of the folder, by name. */
bool library_add_all(struct library *library, struct arena *arena, const char *folder,
	const char **trouble);
