/* fedprobe watch: the same partners again and again, in the dashboard. */
#include "commands/watch.h"

#include "base/text.h"
#include "commands/asking.h"
#include "commands/dashboard.h"
#include "commands/judging.h"
#include "commands/rounds.h"
#include "commands/stopping.h"

static int watch(const struct command *command, int argc, char **argv);

const struct command watch_command = {
	.name = "watch",
	.synopsis = "[options] [DOMAIN...]",
	.summary = "Probe domains again and again, and look on, in a dashboard",
	.examples = "  fedprobe watch fabrikam.com woodgrove.com\n"
		    "  fedprobe watch -c partners.xml --interval 300\n"
		    "  fedprobe watch -c partners.xml --depth quick -j 64\n"
		    "  fedprobe watch -f partners.txt --rounds 10 -o xml:last.xml\n",
	.run = watch,
};

/* --- without a terminal ---------------------------------------------------------------------- */

struct printing {
	struct loop *loop;
	struct run *run;
	const struct settings *settings;
};

static void
changed(void *self)
{
	(void)self;
}

/* As `check -q` would, a round below the other. */
static void
print_round(void *self, bool last)
{
	struct printing *p = self;
	struct look look = options_look(p->settings);
	struct arena *arena = arena_open();

	look.quiet = true;
	look.verbose = false;
	printf("%s\n", text_time(arena, p->run->started));
	format_find("text")->write(stdout, p->run, &look);
	fflush(stdout);
	arena_close(&arena);
	if (last || ferror(stdout))
		loop_stop(p->loop);
}

static void
stop(void *self)
{
	struct printing *p = self;

	loop_stop(p->loop);
}

static void
print_rounds(struct loop *loop, const struct settings *s, struct run *run,
	struct rounds *rounds)
{
	struct printing p = { loop, run, s };
	const struct rounds_caller caller = { changed, print_round, &p };
	struct stopping *stopping = stopping_open(loop, stop, &p);

	rounds_begin(rounds, &caller);
	loop_run(loop);
	rounds_stop(rounds);
	stopping_close(&stopping);
}

/* --- in the dashboard ------------------------------------------------------------------------- */

struct watching {
	struct loop *loop;
	struct dashboard *dashboard;
	const struct run *run;
	struct rounds *rounds;
};

static void
probe(struct watching *w, size_t partner)
{
	if (partner == NO_PARTNER) {
		dashboard_say(w->dashboard, "No partner is chosen");
		return;
	}
	rounds_probe(w->rounds, partner);
	dashboard_say(w->dashboard, "Probing %s again",
		w->run->partner[partner]->domain.unicode);
}

static void
probe_failing(struct watching *w)
{
	size_t count = rounds_probe_failing(w->rounds);

	dashboard_say(w->dashboard, "Probing %zu partner%s with trouble again", count,
		count == 1 ? "" : "s");
}

static void
set_interval(struct watching *w, const char *words)
{
	long long seconds;

	if (!text_number(words, 1, MAX_SECONDS, &seconds)) {
		dashboard_say(w->dashboard, "\"%s\" is no number of seconds from 1 to %d",
			words, MAX_SECONDS);
		return;
	}
	rounds_set_interval(w->rounds, (int)seconds);
	dashboard_say(w->dashboard, "A round begins %lld s after the one before began",
		seconds);
}

static void
act(void *self, enum action action, size_t partner, const char *words)
{
	struct watching *w = self;

	switch (action) {
	case ACTION_PROBE:
		probe(w, partner);
		break;
	case ACTION_PROBE_ALL:
		rounds_probe_all(w->rounds);
		break;
	case ACTION_PROBE_FAILING:
		probe_failing(w);
		break;
	case ACTION_PAUSE:
		dashboard_say(w->dashboard, rounds_pause(w->rounds)
						    ? "No further round begins"
						    : "Rounds go on");
		break;
	case ACTION_DEPTH:
		dashboard_say(w->dashboard,
			"What begins from now on is probed at depth %s",
			rounds_deepen(w->rounds));
		break;
	case ACTION_INTERVAL:
		set_interval(w, words);
		break;
	default:
		break;
	}
}

static void
refresh(void *self)
{
	rounds_refresh(((struct watching *)self)->rounds);
}

static void
settle(void *self)
{
	rounds_settle(((struct watching *)self)->rounds);
}

static void
go_on(void *self)
{
	rounds_go_on(((struct watching *)self)->rounds);
}

static void
redraw(void *self)
{
	dashboard_changed(((struct watching *)self)->dashboard);
}

static void
round_over(void *self, bool last)
{
	if (last)
		loop_stop(((struct watching *)self)->loop);
}

static void
run_rounds(struct watching *w)
{
	const struct rounds_caller caller = { redraw, round_over, w };

	rounds_begin(w->rounds, &caller);
	loop_run(w->loop);
	rounds_stop(w->rounds);
}

/* False when there is no terminal for it; then nothing was begun. */
static bool
show_rounds(struct loop *loop, const struct settings *s, const struct run *run,
	struct rounds *rounds)
{
	struct watching w = { .loop = loop, .run = run, .rounds = rounds };
	const struct exhibit exhibit = { .live = rounds_live(rounds),
		.refresh = refresh,
		.settle = settle,
		.go_on = go_on,
		.act = act,
		.self = &w };

	w.dashboard = dashboard_open(loop, run, s, &exhibit);
	if (w.dashboard == NULL)
		return false;
	run_rounds(&w);
	dashboard_close(&w.dashboard);
	return true;
}

/* --- either way -------------------------------------------------------------------------------- */

bool
watch_rounds(struct run *run, const struct settings *s)
{
	struct loop *loop = loop_open();
	struct rounds *rounds = rounds_open(loop, run, s);
	bool opened = rounds != NULL;

	if (opened && !show_rounds(loop, s, run, rounds))
		print_rounds(loop, s, run, rounds);
	rounds_close(&rounds);
	loop_close(&loop);
	return opened;
}

/* What goes by is shown; a report at the end is only for those who asked for one. */
static int
watch_and_report(struct settings *s, struct run *run)
{
	int status = 3;

	if ((s->outputs == 0 || outputs_open(s)) && watch_rounds(run, s))
		status = outputs_write(s, run);
	outputs_close(s);
	return options_told(status);
}

static int
watch(const struct command *command, int argc, char **argv)
{
	return asking(command, FOR_WATCH, argc, argv, watch_and_report);
}
