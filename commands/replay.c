/* fedprobe replay: a saved report is a recorded network. It is judged again with today's
 * checks; what has changed since is told. */
#include "checks/check.h"
#include "commands/dashboard.h"
#include "commands/judging.h"
#include "model/change.h"

static int replay(const struct command *command, int argc, char **argv);

const struct command replay_command = {
	.name = "replay",
	.synopsis = "[options] REPORT.xml",
	.summary = "Judge a saved report again with today's checks, in any format",
	.examples = "  fedprobe replay nightly.xml\n"
		    "  fedprobe replay -v nightly.xml\n"
		    "  fedprobe replay -o xml:again.xml nightly.xml\n"
		    "  fedprobe replay --watch nightly.xml\n",
	.run = replay,
};

static void
tell(const struct partner *partner, const struct change *change)
{
	const struct finding *was = change->was, *is = change->is, *f = was ? was : is;
	const char *before = was ? status_names[was->status] : "nothing";
	const char *now = is ? status_names[is->status] : "not asked";

	if (was != NULL && is != NULL && was->status == is->status) {
		before = was->text ? was->text : "nothing";
		now = is->text ? is->text : "nothing";
	}
	complain("%s: %s%s%s: the report says %s, today it is %s",
		partner->domain.unicode, f->check, f->endpoint ? " at " : "",
		f->endpoint ? f->endpoint : "", before, now);
}

static void
tell_differences(const struct partner *p)
{
	struct arena *arena = arena_open();
	size_t count = 0;
	const struct change *change = NULL;

	/* A report without findings says nothing that could differ. */
	if (p->saves > 0)
		change = changes(
			arena, p->saved, p->saves, p->finding, p->findings, &count);
	for (size_t i = 0; i < count; i++)
		tell(p, &change[i]);
	arena_close(&arena);
}

/* False when there is no terminal for it. */
static bool
show_dashboard(const struct settings *s, const struct run *run)
{
	struct loop *loop = loop_open();
	struct dashboard *dashboard = dashboard_open(loop, run, s, NULL);
	bool shown = dashboard != NULL;

	if (shown)
		loop_run(loop);
	dashboard_close(&dashboard);
	loop_close(&loop);
	return shown;
}

/* In the dashboard, where reports are asked for; they are written when it is left. Without
 * a terminal the report is text, as without --watch. */
static int
show(struct settings *s, struct run *run)
{
	bool good = (s->watch && s->outputs == 0) || outputs_open(s);

	if (good && s->watch && !show_dashboard(s, run) && s->outputs == 0)
		good = outputs_open(s);
	return good ? outputs_write(s, run) : 3;
}

static int
judge_again(struct settings *s)
{
	const char *trouble;
	struct run *run = report_read(s->operand[0], s->arena, &trouble);
	int status;

	if (run == NULL) {
		complain("%s", trouble);
		return 3;
	}
	for (size_t i = 0; i < run->partners; i++) {
		check_partner(run->partner[i]);
		tell_differences(run->partner[i]);
	}
	status = show(s, run);
	outputs_close(s);
	run_close(&run);
	return status;
}

static int
replay(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	enum parsed parsed = options_parse(&s, command, FOR_REPLAY, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;

	if (parsed == PARSED_GO_ON && s.operands == 1)
		status = judge_again(&s);
	else if (parsed == PARSED_GO_ON)
		complain(
			"replay: one report is wanted, %zu were given; see fedprobe replay "
			"--help",
			s.operands);
	arena_close(&s.arena);
	return status;
}
