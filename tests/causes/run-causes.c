/* Replays the small reports below tests/causes, each a situation of federation, and
 * compares what is concluded of it, line by line, with the .expect file beside it: the
 * two headlines, the causes, the grave findings that no cause explains, and the exit
 * status. Prints TAP; with --print it prints what is concluded of one report instead. */
#include "base/text.h"
#include "checks/check.h"
#include "report/format.h"
#include "tests/replayed.h"

#include <stdio.h>
#include <string.h>

static char *
headline_line(struct arena *arena, const char *direction, const struct headline *h)
{
	return arena_printf(arena, "%s\t%s\t%s\t%s\t%s\n", direction,
		method_names[h->method], proof_names[h->proof], h->tls ? h->tls : "-",
		h->reason);
}

static char *
cause_line(struct arena *arena, const struct cause *cause)
{
	return arena_printf(arena, "cause\t%s\t%s\t%s\t%s\n", cause->id,
		owner_names[cause->owner], confidence_names[cause->confidence],
		cause->endpoints ? cause->endpoints : "everywhere");
}

static char *
finding_line(struct arena *arena, const struct finding *f)
{
	return arena_printf(arena, "%s\t%s\t%s\t%s\n", status_names[f->status],
		severity_names[f->severity], f->check, f->endpoint ? f->endpoint : "-");
}

static char *
conclude(struct arena *arena, struct partner *partner)
{
	char *found;

	check_partner(partner);
	found = arena_printf(arena, "%s%s", headline_line(arena, "out", &partner->out),
		headline_line(arena, "in", &partner->in));
	for (size_t i = 0; i < partner->causes; i++)
		found = arena_printf(
			arena, "%s%s", found, cause_line(arena, &partner->cause[i]));
	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];

		if (f->status >= STATUS_WARN && f->cause == NULL)
			found = arena_printf(
				arena, "%s%s", found, finding_line(arena, f));
	}
	return arena_printf(arena, "%sexit\t%d\n", found, partner->exit);
}

static char *
judge(struct arena *arena, const char *path)
{
	const char *trouble;
	struct run *run = report_read(path, arena, &trouble);
	char *found = arena_strdup(arena, "");

	if (run == NULL)
		return arena_printf(arena, "%s\n", trouble);
	for (size_t i = 0; i < run->partners; i++)
		found = arena_printf(
			arena, "%s%s", found, conclude(arena, run->partner[i]));
	run_close(&run);
	return found;
}

static bool
is_good(struct arena *arena, const char *path)
{
	return replayed_as_expected(arena, path, judge(arena, path));
}

int
main(int argc, char **argv)
{
	struct arena *arena;

	if (argc != 3 || strcmp(argv[1], "--print") != 0)
		return replayed_all("tests/causes", "*.xml", is_good);
	arena = arena_open();
	fputs(judge(arena, argv[2]), stdout);
	arena_close(&arena);
	return 0;
}
