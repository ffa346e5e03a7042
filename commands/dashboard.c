/* What the dashboard asks of its caller: saving and leaving are alike for all that is shown,
 * the rest is for whoever shows it. */
#include "commands/dashboard.h"

#include "base/fatal.h"
#include "commands/stopping.h"
#include "tui/term.h"
#include "tui/tui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct dashboard {
	struct loop *loop;
	struct tui *tui;
	struct tui_caller caller;
	const struct run *run;
	const struct settings *settings;
	const struct exhibit *exhibit; /* NULL: nothing grows */
	struct stopping *stopping;
};

/* --- saving -------------------------------------------------------------------------------- */

static const char *
save(struct arena *arena, const struct dashboard *d, const char *words,
	struct output *output)
{
	const struct exhibit *exhibit = d->exhibit;
	struct look look = { .verbose = d->settings->verbose };
	const char *trouble = output_parse(arena, words, output);

	if (trouble == NULL && output->path == NULL)
		trouble = "a file is wanted behind the format: FORMAT:FILE";
	if (trouble == NULL)
		trouble = output_open(arena, output);
	if (trouble != NULL)
		return trouble;
	if (exhibit != NULL)
		exhibit->settle(exhibit->self);
	trouble = output_write(arena, output, d->run, &look);
	if (exhibit != NULL)
		exhibit->go_on(exhibit->self);
	return trouble;
}

static void
save_and_tell(struct dashboard *d, const char *words)
{
	struct arena *arena = arena_open();
	struct output output = { 0 };
	const char *trouble = save(arena, d, words, &output);

	output_close(&output);
	if (trouble != NULL)
		tui_say(d->tui, "Not saved: %s", trouble);
	else
		tui_say(d->tui, "Saved as %s", output.path);
	arena_close(&arena);
}

/* --- acting -------------------------------------------------------------------------------- */

static void
act(void *self, enum action action, size_t partner, const char *words)
{
	struct dashboard *d = self;

	if (action == ACTION_QUIT)
		loop_stop(d->loop);
	else if (action == ACTION_SAVE && words != NULL)
		save_and_tell(d, words);
	else if (d->exhibit != NULL && d->exhibit->act != NULL)
		d->exhibit->act(d->exhibit->self, action, partner, words);
}

static void
refresh(void *self)
{
	struct dashboard *d = self;

	d->exhibit->refresh(d->exhibit->self);
}

void
dashboard_changed(struct dashboard *dashboard)
{
	tui_changed(dashboard->tui);
}

void
dashboard_say(struct dashboard *dashboard, const char *format, ...)
{
	char words[VIEW_WORDS];
	va_list ap;

	va_start(ap, format);
	vsnprintf(words, sizeof words, format, ap);
	va_end(ap);
	tui_say(dashboard->tui, "%s", words);
}

static void
stop(void *self)
{
	struct dashboard *d = self;

	loop_stop(d->loop);
}

/* --- opening and closing ------------------------------------------------------------------- */

struct dashboard *
dashboard_open(struct loop *loop, const struct run *run, const struct settings *settings,
	const struct exhibit *exhibit)
{
	struct dashboard *d = calloc(1, sizeof *d);
	const char *trouble = term_trouble();

	if (d == NULL)
		fatal("out of memory");
	*d = (struct dashboard){ .loop = loop,
		.caller = { act, exhibit ? refresh : NULL, d },
		.run = run,
		.settings = settings,
		.exhibit = exhibit };
	if (trouble == NULL)
		d->tui = tui_open(loop, run, exhibit ? exhibit->live : NULL,
			options_look(settings).colour, &d->caller);
	if (d->tui != NULL) {
		d->stopping = stopping_open(loop, stop, d);
		return d;
	}
	complain("there is no dashboard, but text: %s",
		trouble ? trouble : "this terminal cannot move its cursor");
	free(d);
	return NULL;
}

void
dashboard_close(struct dashboard **dashboard)
{
	if (*dashboard == NULL)
		return;
	stopping_close(&(*dashboard)->stopping);
	tui_close(&(*dashboard)->tui);
	free(*dashboard);
	*dashboard = NULL;
}
