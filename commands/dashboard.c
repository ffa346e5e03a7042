/* What the dashboard asks of its caller, where nothing is probed: saving and leaving. */
#include "commands/dashboard.h"

#include "tui/term.h"
#include "tui/tui.h"

struct dashboard {
	struct loop *loop;
	struct tui *tui;
	const struct run *run;
	const struct settings *settings;
};

static const char *
save(struct arena *arena, const struct dashboard *d, const char *words,
	struct output *output)
{
	struct look look = { .verbose = d->settings->verbose };
	const char *trouble = output_parse(arena, words, output);

	if (trouble == NULL && output->path == NULL)
		trouble = "a file is wanted behind the format: FORMAT:FILE";
	if (trouble == NULL)
		trouble = output_open(arena, output);
	if (trouble == NULL)
		trouble = output_write(arena, output, d->run, &look);
	output_close(output);
	return trouble;
}

static void
save_and_tell(const struct dashboard *d, const char *words)
{
	struct arena *arena = arena_open();
	struct output output = { 0 };
	const char *trouble = save(arena, d, words, &output);

	if (trouble != NULL)
		tui_say(d->tui, "Not saved: %s", trouble);
	else
		tui_say(d->tui, "Saved as %s", output.path);
	arena_close(&arena);
}

static void
act(void *self, enum action action, size_t partner, const char *words)
{
	struct dashboard *d = self;

	(void)partner;
	if (action == ACTION_QUIT)
		loop_stop(d->loop);
	else if (action == ACTION_SAVE && words != NULL)
		save_and_tell(d, words);
}

bool
dashboard_show(const struct run *run, const struct settings *settings)
{
	struct dashboard d = { .run = run, .settings = settings };
	const struct tui_caller caller = { .act = act, .self = &d };
	const char *trouble = term_trouble();
	bool shown;

	d.loop = loop_open();
	if (trouble == NULL)
		d.tui = tui_open(
			d.loop, run, NULL, options_look(settings).colour, &caller);
	shown = d.tui != NULL;
	if (shown)
		loop_run(d.loop);
	else
		complain("there is no dashboard, but text: %s",
			trouble ? trouble : "this terminal cannot move its cursor");
	tui_close(&d.tui);
	loop_close(&d.loop);
	return shown;
}
