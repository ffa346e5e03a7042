/* Replays the small reports below tests/cases/<check id>/ and compares what the check of
 * that id finds, line by line, with the .expect file beside each. The name of a case
 * begins with the status that the check must reach: fail-expired.xml must fail. Prints
 * TAP; with --print it prints what is found for one report and check instead. */
#include "base/text.h"
#include "checks/check.h"
#include "report/format.h"

#include <glob.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
or_dash(const char *text)
{
	return text ? text : "-";
}

static char *
finding_line(struct arena *arena, const struct finding *f)
{
	const char *endpoint = or_dash(f->endpoint);

	if (f->status == STATUS_SKIP)
		return arena_printf(
			arena, "skip\t-\t%s\t%s\n", endpoint, or_dash(f->because));
	return arena_printf(arena, "%s\t%s\t%s\t%s\n", status_names[f->status],
		severity_names[f->severity], endpoint, or_dash(f->text));
}

/* What the check found in the report, and the worst status among it. */
static char *
judge(struct arena *arena, const char *path, const char *id, enum status *worst)
{
	const char *trouble;
	struct run *run = report_read(path, arena, &trouble);
	char *found = arena_strdup(arena, "");

	*worst = STATUS_SKIP;
	if (run == NULL)
		return arena_printf(arena, "%s\n", trouble);
	for (size_t p = 0; p < run->partners; p++) {
		struct partner *partner = run->partner[p];

		check_partner(partner);
		for (size_t i = 0; i < partner->findings; i++) {
			const struct finding *f = &partner->finding[i];

			if (strcmp(f->check, id) != 0)
				continue;
			found = arena_printf(
				arena, "%s%s", found, finding_line(arena, f));
			if (f->status > *worst)
				*worst = f->status;
		}
	}
	run_close(&run);
	return found;
}

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

static bool
run_case(struct arena *arena, const char *path)
{
	char *copy = arena_strdup(arena, path),
	     *stem = arena_strdup(arena, basename(copy));
	const char *id =
		arena_strdup(arena, basename(dirname(arena_strdup(arena, path))));
	char *expect, *found;
	enum status worst;

	found = judge(arena, path, id, &worst);
	expect = slurp(
		arena, arena_printf(arena, "%.*s.expect", (int)strlen(path) - 4, path));
	stem[strcspn(stem, "-.")] = '\0';
	if (expect != NULL && strcmp(expect, found) == 0 &&
		strcmp(stem, status_names[worst]) == 0)
		return true;
	printf("# found:\n# %s# expected:\n# %s", found, expect ? expect : "(no file)\n");
	return false;
}

int
main(int argc, char **argv)
{
	const char *srcdir = getenv("srcdir");
	struct arena *arena = arena_open();
	enum status worst;
	glob_t paths;
	int wrong = 0;

	if (argc == 4 && strcmp(argv[1], "--print") == 0) {
		fputs(judge(arena, argv[3], argv[2], &worst), stdout);
		arena_close(&arena);
		return 0;
	}
	if (glob(arena_printf(arena, "%s/tests/cases/*/*.xml", srcdir ? srcdir : "."), 0,
		    NULL, &paths) != 0)
		paths.gl_pathc = 0;
	printf("1..%zu\n", paths.gl_pathc ? paths.gl_pathc : 1);
	if (paths.gl_pathc == 0)
		puts("not ok 1 - there are no cases");
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		bool good = run_case(arena, paths.gl_pathv[i]);

		wrong += !good;
		printf("%s %zu - %s\n", good ? "ok" : "not ok", i + 1,
			strstr(paths.gl_pathv[i], "tests/cases/") +
				strlen("tests/cases/"));
	}
	if (paths.gl_pathc != 0)
		globfree(&paths);
	arena_close(&arena);
	return wrong != 0;
}
