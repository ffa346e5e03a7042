/* Pictures of the dashboard: draws a screen from a saved report, without a terminal, and
 * compares it with a picture on file. A picture's name says what is on it:
 *
 *	REPORT.KEYS.80x24.txt
 *
 * is the screen that one sees over REPORT.xml in a terminal of that size after the keys,
 * each a letter or a word of capitals (ENTER); "-" is no key at all. It ends in .ascii.txt
 * for a terminal without UTF-8, and in .svg for a picture with colours. Where there is a
 * REPORT.before.xml, too, it is seen while its partners are watched: that is the round before,
 * and REPORT.growing.xml what is being seen now. A report of partners that called is seen while
 * we listen; who is "unfinished" there calls just now. Prints TAP. With
 * --draw PICTURE... it draws pictures anew, and with --print PICTURE to standard output;
 * such a picture need not be there, but its report must. */
#include "base/text.h"
#include "checks/check.h"
#include "report/format.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/svg.h"
#include "tui/term.h"

#include <glob.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct picture {
	const char *report, *keys;
	int width, height;
	bool ascii;
	void (*print)(const struct canvas *canvas, FILE *file);
};

/* --- keys ---------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	int press;
} named[] = { { "ENTER", PRESS_ENTER }, { "TAB", PRESS_TAB }, { "ESC", PRESS_ESCAPE },
	{ "DOWN", PRESS_DOWN }, { "PGDN", PRESS_PAGE_DOWN }, { "SPACE", ' ' },
	{ "END", PRESS_END }, { "SLASH", '/' }, { "HELP", '?' } };

/* Takes one key off the list; a word of capitals is a name, or else letters. */
static int
next_key(const char **rest)
{
	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
		if (text_starts(*rest, named[i].word)) {
			*rest += strlen(named[i].word);
			return named[i].press;
		}
	return *(*rest)++;
}

static void
press(const struct run *run, struct view *view, int key)
{
	struct press_event event = { .press = key };

	if (key < 0x80)
		event.text[0] = (char)key;
	if (view->prompt.action == ACTION_NONE) {
		screen_act(run, view,
			key_action(key, view_place(view)->screen->on, view_probes(view)));
		return;
	}
	if (screen_type(run, view, &event))
		prompt_end(view);
}

/* --- what is shown ------------------------------------------------------------------------- */

struct scene {
	struct run *run, *before, *growing; /* the others are NULL for a saved report */
	struct live live;
};

static struct run *
read_and_judge(struct arena *arena, const char *path, const char **trouble)
{
	struct run *run = report_read(path, arena, trouble);

	for (size_t i = 0; run != NULL && i < run->partners; i++)
		check_partner(run->partner[i]);
	return run;
}

/* The third round has begun, and got as far as the first partner. */
static void
go_live(struct arena *arena, struct scene *scene)
{
	enum { SECOND = 1000000 };
	size_t count = scene->run->partners;
	struct live_partner *partner = arena_alloc(arena, count * sizeof *partner);

	for (size_t i = 0; i < count; i++)
		partner[i] = (struct live_partner){ .before = scene->before->partner[i],
			.waiting = i > 0,
			.rounds = 2,
			.changed = scene->run->started - 90,
			.latency = { SECOND / 10, SECOND / 4 },
			.latencies = 2 };
	partner[0].growing = scene->growing->partner[0];
	partner[0].doing = "awaiting features";
	scene->live = (struct live){ .now = 12 * SECOND,
		.clock = scene->run->started,
		.round = 3,
		.running = 1,
		.partner = partner };
}

/* Those who call were judged once for each connection that is over. */
static void
go_listening(struct arena *arena, struct scene *scene)
{
	enum { SECOND = 1000000 };
	const struct run *run = scene->run;
	struct live_partner *partner =
		arena_alloc(arena, run->partners * sizeof *partner);
	size_t calls;

	scene->live = (struct live){ .now = 12 * SECOND,
		.clock = run->started + 95,
		.finished = run->partners,
		.running = 1,
		.listening = run->asked.listen,
		.partner = partner };
	for (size_t i = 0; i < run->partners; i++) {
		(void)journal_kind(run->partner[i]->journal, FACT_INBOUND, &calls);
		partner[i].rounds = (unsigned)calls;
		partner[i].changed = calls ? run->started + 5 : 0;
		if (run->partner[i]->unfinished)
			partner[i].doing = "awaiting what the partner wants";
		scene->live.calls += (unsigned)calls;
	}
}

static bool
read_scene(struct arena *arena, const char *report, struct scene *scene,
	const char **trouble)
{
	const char *unseen;

	*scene = (struct scene){ .run = read_and_judge(arena,
					 arena_printf(arena, "%s.xml", report), trouble),
		.before = read_and_judge(
			arena, arena_printf(arena, "%s.before.xml", report), &unseen),
		.growing = report_read(
			arena_printf(arena, "%s.growing.xml", report), arena, &unseen) };
	if (scene->run != NULL && scene->before != NULL && scene->growing != NULL)
		go_live(arena, scene);
	if (scene->run != NULL && scene->run->asked.listen != NULL)
		go_listening(arena, scene);
	return scene->run != NULL;
}

static void
close_scene(struct scene *scene)
{
	run_close(&scene->growing);
	run_close(&scene->before);
	run_close(&scene->run);
}

/* --- drawing ------------------------------------------------------------------------------- */

static void
draw(const struct scene *scene, const struct picture *picture, FILE *file)
{
	const struct run *run = scene->run;
	struct view *view = view_open(scene->live.partner ? &scene->live : NULL);
	struct canvas *canvas =
		canvas_open(picture->width, picture->height, picture->ascii);
	const char *rest = picture->keys;

	screen_draw(run, view, canvas);
	while (*rest != '\0' && strcmp(picture->keys, "-") != 0) {
		press(run, view, next_key(&rest));
		screen_draw(run, view, canvas);
	}
	picture->print(canvas, file);
	canvas_close(&canvas);
	view_close(&view);
}

/* Takes the name apart, from its end. */
static bool
parse_name(struct arena *arena, const char *path, struct picture *picture)
{
	static const struct {
		const char *suffix;
		bool ascii;
		void (*print)(const struct canvas *canvas, FILE *file);
	} kinds[] = { { ".ascii.txt", true, canvas_print },
		{ ".txt", false, canvas_print }, { ".svg", false, svg_print } };
	char *name = arena_strdup(arena, path), *part[2];
	size_t k = 0, kind_count = sizeof kinds / sizeof kinds[0];

	while (k < kind_count && !text_ends(name, kinds[k].suffix))
		k++;
	if (k == kind_count)
		return false;
	picture->ascii = kinds[k].ascii;
	picture->print = kinds[k].print;
	name[strlen(name) - strlen(kinds[k].suffix)] = '\0';
	for (int i = 0; i < 2; i++) {
		if ((part[i] = strrchr(name, '.')) == NULL)
			return false;
		*part[i]++ = '\0';
	}
	picture->keys = part[1];
	picture->report = name;
	return sscanf(part[0], "%dx%d", &picture->width, &picture->height) == 2;
}

static bool
print_picture(struct arena *arena, const char *path, FILE *file)
{
	const char *trouble = "its name is not REPORT.KEYS.WIDTHxHEIGHT.txt";
	struct picture picture = { .report = path };
	struct scene scene = { 0 };

	if (!parse_name(arena, path, &picture) ||
		!read_scene(arena, picture.report, &scene, &trouble)) {
		printf("# %s: %s\n", path, trouble);
		return false;
	}
	draw(&scene, &picture, file);
	close_scene(&scene);
	return true;
}

static bool
draw_anew(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "w");
	bool good = file != NULL && print_picture(arena, path, file);

	return (file == NULL || fclose(file) == 0) && good;
}

/* --- comparing ----------------------------------------------------------------------------- */

static const char *
file_text(struct arena *arena, FILE *file)
{
	enum { MOST = 1 << 18 };
	char *text = arena_alloc(arena, MOST);

	rewind(file);
	text[fread(text, 1, MOST - 1, file)] = '\0';
	return text;
}

static bool
is_good(struct arena *arena, const char *path)
{
	FILE *drawn = tmpfile(), *file = fopen(path, "r");
	bool good = drawn != NULL && file != NULL && print_picture(arena, path, drawn);

	if (good) {
		const char *is = file_text(arena, drawn);
		const char *wanted = file_text(arena, file);

		good = strcmp(is, wanted) == 0;
		if (!good)
			printf("# is:\n%s# wanted:\n%s", is, wanted);
	}
	if (drawn != NULL)
		fclose(drawn);
	if (file != NULL)
		fclose(file);
	return good;
}

static int
compare_all(struct arena *arena)
{
	const char *srcdir = getenv("srcdir");
	glob_t paths;
	int wrong = 0;

	if (glob(arena_printf(
			 arena, "%s/tests/screens/*.*x*.[st]*", srcdir ? srcdir : "."),
		    0, NULL, &paths) != 0) {
		puts("1..1\nnot ok 1 - there are no pictures");
		return 1;
	}
	printf("1..%zu\n", paths.gl_pathc);
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		bool good = is_good(arena, paths.gl_pathv[i]);

		wrong += !good;
		printf("%s %zu - %s\n", good ? "ok" : "not ok", i + 1,
			strrchr(paths.gl_pathv[i], '/') + 1);
	}
	globfree(&paths);
	return wrong != 0;
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_open();
	int status = 0;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc < 2)
		status = compare_all(arena);
	else if (strcmp(argv[1], "--print") == 0 && argc > 2)
		status = print_picture(arena, argv[2], stdout) ? 0 : 1;
	else
		for (int i = 2; i < argc; i++)
			status |= draw_anew(arena, argv[i]) ? 0 : 1;
	arena_close(&arena);
	return status;
}
