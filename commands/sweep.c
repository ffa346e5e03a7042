/* Every partner of a run once, one after the other, as many at a time as there is room. */
#include "commands/sweep.h"

#include "base/fatal.h"
#include "base/text.h"
#include "checks/check.h"
#include "checks/own.h"
#include "commands/progress.h"
#include "commands/stopping.h"
#include "commands/trace.h"
#include "commands/visits.h"

#include <stdlib.h>

struct sweeper;

/* One partner on its way. */
struct call {
	struct sweeper *sweeper;
	struct visit *visit; /* NULL again when the partner is judged */
	struct tracing tracing;
};

struct sweeper {
	struct run *run;
	const struct settings *settings;
	struct loop *loop;
	struct visits *visits;
	struct call *call; /* one for each partner */
	size_t begun, judged;
	struct timer *deadline;
	struct stopping *stopping;
	struct progress *progress;
};

static const char *
doing(void *self, struct arena *arena)
{
	const struct sweeper *s = self;
	struct doing doing;
	const char *what = NULL;

	if (visits_doing(s->visits, &doing))
		what = doing.endpoint ? arena_printf(arena, "%s at %s", doing.what,
						endpoint_show(arena, doing.endpoint))
				      : doing.what;
	if (s->run->partners == 1)
		return what;
	return arena_printf(arena, "%zu of %zu done%s%s", s->judged, s->run->partners,
		what ? "; " : "", what ? what : "");
}

static void begin_more(struct sweeper *s);

static void
ended(void *self)
{
	struct call *call = self;

	visit_close(&call->visit);
	call->sweeper->judged++;
	begin_more(call->sweeper);
}

static void
begin(struct sweeper *s)
{
	struct call *call = &s->call[s->begun];
	struct partner *partner = s->run->partner[s->begun++];

	call->sweeper = s;
	if (s->settings->trace) {
		call->tracing =
			(struct tracing){ partner->domain.unicode, s->run->partners > 1 };
		journal_listen(partner->journal, trace_observation, &call->tracing);
	}
	call->visit = visit_open(s->visits, partner, ended, call);
}

static void
begin_more(struct sweeper *s)
{
	while (s->begun < s->run->partners && visits_have_room(s->visits))
		begin(s);
	if (s->judged == s->run->partners)
		loop_stop(s->loop);
}

static void
interrupted(void *self)
{
	struct sweeper *s = self;

	s->run->interrupted = true;
	loop_stop(s->loop);
}

static void
out_of_time(void *self)
{
	struct sweeper *s = self;

	loop_stop(s->loop);
}

/* What is known so far is judged, also of those that were not finished. */
static void
judge_the_rest(struct sweeper *s)
{
	for (size_t i = 0; i < s->run->partners; i++) {
		if (i < s->begun && s->call[i].visit == NULL)
			continue;
		s->run->partner[i]->unfinished = true;
		visit_close(&s->call[i].visit);
		check_partner(s->run->partner[i]);
	}
	own_tls_settle(s->run);
}

static void
go_round(struct sweeper *s)
{
	int deadline = s->run->asked.deadline;
	int64_t started = loop_now(s->loop);

	if (deadline != 0)
		s->deadline =
			timer_open(s->loop, (int64_t)deadline * 1000, out_of_time, s);
	s->stopping = stopping_open(s->loop, interrupted, s);
	if (!s->settings->trace && !s->settings->quiet)
		s->progress = progress_open(s->loop, doing, s);
	begin_more(s);
	loop_run(s->loop);
	progress_close(&s->progress);
	judge_the_rest(s);
	stopping_close(&s->stopping);
	timer_close(&s->deadline);
	s->run->took = loop_now(s->loop) - started;
}

bool
sweep(struct run *run, const struct settings *settings)
{
	struct sweeper s = { .run = run, .settings = settings, .loop = loop_open() };
	bool opened;

	s.call = calloc(run->partners + 1, sizeof *s.call);
	if (s.call == NULL)
		fatal("out of memory");
	s.visits = visits_open(s.loop, &run->asked, settings);
	opened = s.visits != NULL;
	if (opened && run->partners > 0)
		go_round(&s);
	if (opened && visits_turned_away(s.visits) != 0)
		complain("%u connections of partners were turned away: too many came at "
			 "once; say --jobs 1",
			visits_turned_away(s.visits));
	visits_close(&s.visits);
	loop_close(&s.loop);
	free(s.call);
	return opened;
}
