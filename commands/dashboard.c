/* What the dashboard asks of its caller: probing, saving and leaving. */
#include "commands/dashboard.h"

#include "base/text.h"
#include "tui/term.h"
#include "tui/tui.h"

#include <signal.h>

struct dashboard {
	struct loop *loop;
	struct tui *tui;
	const struct run *run;
	const struct settings *settings;
	struct rounds *rounds; /* NULL: nothing is probed */
};

/* --- saving -------------------------------------------------------------------------------- */

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
	if (trouble != NULL)
		return trouble;
	if (d->rounds != NULL)
		rounds_settle(d->rounds);
	trouble = output_write(arena, output, d->run, &look);
	if (d->rounds != NULL)
		rounds_go_on(d->rounds);
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

/* --- probing ------------------------------------------------------------------------------- */

static void
probe(struct dashboard *d, size_t partner)
{
	if (partner == NO_PARTNER) {
		tui_say(d->tui, "No partner is chosen");
		return;
	}
	rounds_probe(d->rounds, partner);
	tui_say(d->tui, "Probing %s again", d->run->partner[partner]->domain.unicode);
}

static void
probe_failing(struct dashboard *d)
{
	size_t count = rounds_probe_failing(d->rounds);

	tui_say(d->tui, "Probing %zu partner%s with trouble again", count,
		count == 1 ? "" : "s");
}

static void
set_interval(struct dashboard *d, const char *words)
{
	long long seconds;

	if (!text_number(words, 1, MAX_SECONDS, &seconds)) {
		tui_say(d->tui, "\"%s\" is no number of seconds from 1 to %d", words,
			MAX_SECONDS);
		return;
	}
	rounds_set_interval(d->rounds, (int)seconds);
	tui_say(d->tui, "A round begins %lld s after the one before began", seconds);
}

static void
act_on_rounds(struct dashboard *d, enum action action, size_t partner, const char *words)
{
	switch (action) {
	case ACTION_PROBE:
		probe(d, partner);
		break;
	case ACTION_PROBE_ALL:
		rounds_probe_all(d->rounds);
		break;
	case ACTION_PROBE_FAILING:
		probe_failing(d);
		break;
	case ACTION_PAUSE:
		tui_say(d->tui, rounds_pause(d->rounds) ? "No further round begins"
							: "Rounds go on");
		break;
	case ACTION_DEPTH:
		tui_say(d->tui, "What begins from now on is probed at depth %s",
			rounds_deepen(d->rounds));
		break;
	case ACTION_INTERVAL:
		set_interval(d, words);
		break;
	default:
		break;
	}
}

static void
act(void *self, enum action action, size_t partner, const char *words)
{
	struct dashboard *d = self;

	if (action == ACTION_QUIT)
		loop_stop(d->loop);
	else if (action == ACTION_SAVE && words != NULL)
		save_and_tell(d, words);
	else if (d->rounds != NULL)
		act_on_rounds(d, action, partner, words);
}

/* --- showing ------------------------------------------------------------------------------- */

static void
refresh(void *self)
{
	struct dashboard *d = self;

	if (d->rounds != NULL)
		rounds_refresh(d->rounds);
}

static void
changed(void *self)
{
	struct dashboard *d = self;

	tui_changed(d->tui);
}

static void
over(void *self, bool last)
{
	struct dashboard *d = self;

	if (last)
		loop_stop(d->loop);
}

static void
terminated(void *self, unsigned events)
{
	struct dashboard *d = self;

	(void)events;
	loop_stop(d->loop);
}

static void
run_rounds(struct dashboard *d)
{
	const struct rounds_caller caller = { changed, over, d };
	struct watch *terminate = watch_signal(d->loop, SIGTERM, terminated, d);

	rounds_begin(d->rounds, &caller);
	loop_run(d->loop);
	rounds_stop(d->rounds);
	watch_close(&terminate);
}

bool
dashboard_show(struct loop *loop, const struct run *run, const struct settings *settings,
	struct rounds *rounds)
{
	struct dashboard d = {
		.loop = loop, .run = run, .settings = settings, .rounds = rounds
	};
	const struct tui_caller caller = { act, refresh, &d };
	const char *trouble = term_trouble();

	if (trouble == NULL)
		d.tui = tui_open(loop, run, rounds ? rounds_live(rounds) : NULL,
			options_look(settings).colour, &caller);
	if (d.tui == NULL) {
		complain("there is no dashboard, but text: %s",
			trouble ? trouble : "this terminal cannot move its cursor");
		return false;
	}
	if (rounds != NULL)
		run_rounds(&d);
	else
		loop_run(loop);
	tui_close(&d.tui);
	return true;
}
