/* Reports on file as test cases. */
#include "tests/replayed.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
slurp(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = arena_alloc(arena, 65536);

	if (file == NULL)
		return NULL;
	text[fread(text, 1, 65535, file)] = '\0';
	fclose(file);
	return text;
}

bool
replayed_as_expected(struct arena *arena, const char *path, const char *found)
{
	const char *expect = slurp(
		arena, arena_printf(arena, "%.*s.expect", (int)strlen(path) - 4, path));

	if (expect != NULL && strcmp(expect, found) == 0)
		return true;
	printf("# found:\n# %s# expected:\n# %s", found, expect ? expect : "(no file)\n");
	return false;
}

int
replayed_all(const char *folder, const char *pattern,
	bool (*is_good)(struct arena *, const char *))
{
	const char *srcdir = getenv("srcdir");
	struct arena *arena = arena_open();
	const char *place = arena_printf(arena, "%s/%s/", srcdir ? srcdir : ".", folder);
	glob_t paths = { 0 };
	int wrong = 0;

	if (glob(arena_printf(arena, "%s%s", place, pattern), 0, NULL, &paths) != 0) {
		printf("1..1\nnot ok 1 - there is no report in %s\n", folder);
		arena_close(&arena);
		return 1;
	}
	printf("1..%zu\n", paths.gl_pathc);
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		bool good = is_good(arena, paths.gl_pathv[i]);

		wrong += !good;
		printf("%s %zu - %s\n", good ? "ok" : "not ok", i + 1,
			paths.gl_pathv[i] + strlen(place));
	}
	globfree(&paths);
	arena_close(&arena);
	return wrong != 0;
}
