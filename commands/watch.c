/* fedprobe watch: the same partners again and again, in the dashboard. */
#include "commands/watch.h"

#include "base/text.h"
#include "commands/asking.h"
#include "commands/dashboard.h"
#include "commands/judging.h"

#include <signal.h>

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
interrupted(void *self, unsigned events)
{
	struct printing *p = self;

	(void)events;
	loop_stop(p->loop);
}

static void
print_rounds(struct loop *loop, const struct settings *s, struct run *run,
	struct rounds *rounds)
{
	struct printing p = { loop, run, s };
	const struct rounds_caller caller = { changed, print_round, &p };
	struct watch *interrupt = watch_signal(loop, SIGINT, interrupted, &p);
	struct watch *terminate = watch_signal(loop, SIGTERM, interrupted, &p);

	rounds_begin(rounds, &caller);
	loop_run(loop);
	rounds_stop(rounds);
	watch_close(&terminate);
	watch_close(&interrupt);
}

/* --- either way -------------------------------------------------------------------------------- */

bool
watch_rounds(struct run *run, const struct settings *s)
{
	struct loop *loop = loop_open();
	struct rounds *rounds = rounds_open(loop, run, s);
	bool opened = rounds != NULL;

	if (opened && !dashboard_show(loop, run, s, rounds))
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
