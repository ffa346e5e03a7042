/* How long the overview of thousands of partners takes to draw, in milliseconds of CPU.
 * The partners are the situations of tests/causes, again and again, judged. Usage:
 * tests/bench/overview [PARTNERS] */
#include "base/text.h"
#include "checks/check.h"
#include "report/format.h"
#include "tui/screen.h"

#include <glob.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DRAWINGS = 200, WIDTH = 200, HEIGHT = 60 };

/* One more partner for the run, out of a report of its own; that report is kept. */
static void
add(struct run *run, const char *path, size_t number)
{
	const char *trouble;
	struct run *report = report_read(path, run->arena, &trouble);
	struct partner *p;

	if (report == NULL || report->partners == 0) {
		fprintf(stderr, "%s\n", report ? "no partner" : trouble);
		exit(1);
	}
	p = report->partner[0];
	check_partner(p);
	p->domain.ascii = p->domain.unicode =
		arena_printf(run->arena, "partner-%zu.example", number);
	run->partner = arena_grow(
		run->arena, run->partner, run->partners, sizeof(struct partner *));
	run->partner[run->partners++] = p;
}

static double
milliseconds(clock_t since)
{
	return (double)(clock() - since) * 1000 / CLOCKS_PER_SEC;
}

int
main(int argc, char **argv)
{
	size_t partners = argc > 1 ? strtoul(argv[1], NULL, 10) : 5000;
	const char *srcdir = getenv("srcdir");
	struct run *run = run_open(time(NULL));
	struct view *view = view_open(NULL);
	struct canvas *canvas = canvas_open(WIDTH, HEIGHT, false);
	glob_t reports;
	clock_t start;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (glob(arena_printf(run->arena, "%s/tests/causes/*.xml", srcdir ? srcdir : "."),
		    0, NULL, &reports) != 0)
		return 1;
	for (size_t i = 0; i < partners; i++)
		add(run, reports.gl_pathv[i % reports.gl_pathc], i);
	globfree(&reports);
	for (int sort = 0; sort < SORTS; sort++) {
		view->sort = (enum sort)sort;
		start = clock();
		for (int i = 0; i < DRAWINGS; i++) {
			screen_draw(run, view, canvas);
			screen_act(run, view, ACTION_PAGE_DOWN);
		}
		printf("%zu partners, %dx%d, order %d: %.2f ms of CPU for a drawing\n",
			partners, WIDTH, HEIGHT, sort, milliseconds(start) / DRAWINGS);
	}
	/* The reports go with the process: they share their partners with the run. */
	return 0;
}
