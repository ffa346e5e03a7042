/* fedprobe replay: a saved report is a recorded network. It is judged again with today's
 * checks; what has changed since is told. */
#include "base/text.h"
#include "checks/check.h"
#include "commands/dashboard.h"
#include "commands/judging.h"

#include <string.h>

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

static const struct finding *
find_same(const struct finding *list, size_t count, const struct finding *f)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].check, f->check) == 0 &&
			text_same(list[i].endpoint, f->endpoint))
			return &list[i];
	return NULL;
}

static void
tell(const struct partner *partner, const struct finding *f, const char *was,
	const char *is)
{
	complain("%s: %s%s%s: the report says %s, today it is %s",
		partner->domain.unicode, f->check, f->endpoint ? " at " : "",
		f->endpoint ? f->endpoint : "", was, is);
}

/* Both ways: verdicts that differ, and findings that only one side has. */
static void
tell_differences(const struct partner *p)
{
	for (size_t i = 0; i < p->saves; i++) {
		const struct finding *was = &p->saved[i];
		const struct finding *is = find_same(p->finding, p->findings, was);

		if (is == NULL)
			tell(p, was, status_names[was->status], "not asked");
		else if (is->status != was->status)
			tell(p, was, status_names[was->status], status_names[is->status]);
		else if (!text_same(is->text, was->text))
			tell(p, was, was->text ? was->text : "nothing",
				is->text ? is->text : "nothing");
	}
	for (size_t i = 0; p->saves > 0 && i < p->findings; i++)
		if (find_same(p->saved, p->saves, &p->finding[i]) == NULL)
			tell(p, &p->finding[i], "nothing",
				status_names[p->finding[i].status]);
}

/* In the dashboard, where reports are asked for; they are written when it is left. Without
 * a terminal the report is text, as without --watch. */
static int
show(struct settings *s, struct run *run)
{
	bool good = (s->watch && s->outputs == 0) || outputs_open(s);

	if (good && s->watch && !dashboard_show(run, s) && s->outputs == 0)
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
