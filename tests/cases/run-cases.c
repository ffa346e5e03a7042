/* Replays the small reports below tests/cases/<check id>/ and compares what the check of
 * that id finds, line by line, with the .expect file beside each. The name of a case
 * begins with the status that the check must reach: fail-expired.xml must fail. Prints
 * TAP; with --print it prints what is found for one report and check instead. */
#include "base/text.h"
#include "checks/check.h"
#include "report/format.h"
#include "tests/replayed.h"

#include <libgen.h>
#include <stdio.h>
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

static bool
is_good(struct arena *arena, const char *path)
{
	const char *id =
		arena_strdup(arena, basename(dirname(arena_strdup(arena, path))));
	char *stem = arena_strdup(arena, basename(arena_strdup(arena, path)));
	enum status worst;
	const char *found = judge(arena, path, id, &worst);

	stem[strcspn(stem, "-.")] = '\0';
	return replayed_as_expected(arena, path, found) &&
	       strcmp(stem, status_names[worst]) == 0;
}

int
main(int argc, char **argv)
{
	struct arena *arena;
	enum status worst;

	if (argc != 4 || strcmp(argv[1], "--print") != 0)
		return replayed_all("tests/cases", "*/*.xml", is_good);
	arena = arena_open();
	fputs(judge(arena, argv[3], argv[2], &worst), stdout);
	arena_close(&arena);
	return 0;
}
