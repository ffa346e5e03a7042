/* The personalities are files, so that anybody can read what a peer does and write
 * another one. */
#include "rig/library.h"

#include "base/text.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef RIG_SCENARIOS
#define RIG_SCENARIOS "rig/scenarios"
#endif

/* Seen from the program: in a build tree beside the sources, and in one below them. */
static const char *const uninstalled[] = { "rig/scenarios", "../rig/scenarios", NULL };

static const char suffix[] = ".scenario";

/* A program that was not installed has its scenarios where they were written. */
static const char *
folder_beside_program(struct arena *arena)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *place;

	if (length <= 0)
		return NULL;
	self[length] = '\0';
	place = dirname(self);
	for (size_t i = 0; uninstalled[i] != NULL; i++) {
		const char *folder = arena_printf(arena, "%s/%s", place, uninstalled[i]);

		if (access(folder, R_OK) == 0)
			return folder;
	}
	return NULL;
}

const char *
library_folder(struct arena *arena, const char *named)
{
	const char *folder = named != NULL ? named : getenv("FEDPROBE_RIG_SCENARIOS");

	if (folder == NULL)
		folder = folder_beside_program(arena);
	return folder != NULL ? folder : RIG_SCENARIOS;
}

static bool
add_file(struct library *library, struct arena *arena, const char *file,
	const char **trouble)
{
	struct scenario *scenario = scenario_read(arena, file, trouble);

	if (scenario == NULL)
		return false;
	for (size_t i = 0; i < library->scenarios; i++)
		if (text_same_name(library->scenario[i]->domain, scenario->domain)) {
			*trouble = arena_printf(arena, "%s: %s has the domain %s already",
				file, library->scenario[i]->file, scenario->domain);
			return false;
		}
	library->scenario = arena_grow(
		arena, library->scenario, library->scenarios, sizeof *library->scenario);
	library->scenario[library->scenarios++] = scenario;
	return true;
}

bool
library_add(struct library *library, struct arena *arena, const char *folder,
	const char *name, const char **trouble)
{
	bool is_file = strchr(name, '/') != NULL || text_ends(name, suffix);

	if (!is_file)
		name = arena_printf(arena, "%s/%s%s", folder, name, suffix);
	return add_file(library, arena, name, trouble);
}

bool
library_add_all(struct library *library, struct arena *arena, const char *folder,
	const char **trouble)
{
	glob_t found = { 0 };
	bool good =
		glob(arena_printf(arena, "%s/*%s", folder, suffix), 0, NULL, &found) == 0;

	if (!good)
		*trouble = arena_printf(arena, "%s: no scenarios there", folder);
	for (size_t i = 0; good && i < found.gl_pathc; i++)
		good = add_file(library, arena, found.gl_pathv[i], trouble);
	globfree(&found);
	return good;
}
