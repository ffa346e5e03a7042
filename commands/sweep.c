/* The only place where probing happens. */
#include "commands/sweep.h"

#include "base/fatal.h"
#include "base/text.h"
#include "checks/check.h"
#include "commands/progress.h"
#include "commands/trace.h"
#include "probes/probe.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

/* Descriptors that are no connections: reports, the loop, the resolver's sockets. */
enum { OTHER_DESCRIPTORS = 64 };

struct sweeper;

/* One partner on its way. */
struct visit {
	struct sweeper *sweeper;
	struct partner *partner;
	struct plan *plan;
	struct tracing tracing;
	bool over;
	struct visit *next; /* of those on their way */
};

struct sweeper {
	struct run *run;
	const struct settings *settings;
	struct probing probing;
	struct visit *visit; /* one for each partner */
	struct visit *first; /* on its way, the youngest first */
	size_t begun, running, at_once;
	int64_t started;
	struct timer *turn, *deadline;
	struct watch *interrupt, *terminate, *pipe;
	struct progress *progress;
};

static const char *
doing(void *self, struct arena *arena)
{
	const struct sweeper *s = self;
	const struct visit *oldest = NULL;
	const char *what;

	for (const struct visit *v = s->first; v != NULL; v = v->next)
		if (!v->over)
			oldest = v;
	what = oldest ? plan_doing(oldest->plan, arena) : NULL;
	if (s->run->partners == 1)
		return what;
	return arena_printf(arena, "%zu of %zu done%s%s", s->begun - s->running,
		s->run->partners, what ? "; " : "", what ? what : "");
}

/* A plan may not be closed from inside its own callback: the next turn does it. */
static void
finished(void *self)
{
	struct visit *visit = self;

	visit->over = true;
	timer_set(visit->sweeper->turn, 0);
}

static void
begin_visit(struct sweeper *s)
{
	struct visit *visit = &s->visit[s->begun];

	visit->sweeper = s;
	visit->partner = s->run->partner[s->begun++];
	if (s->settings->trace) {
		visit->tracing = (struct tracing){ visit->partner->domain.unicode,
			s->run->partners > 1 };
		journal_listen(
			visit->partner->journal, trace_observation, &visit->tracing);
	}
	visit->plan = plan_open(&s->probing, visit->partner, finished, visit);
	visit->next = s->first;
	s->first = visit;
	s->running++;
}

static void
end_visit(struct visit *visit)
{
	plan_close(&visit->plan);
	visit->sweeper->running--;
	check_partner(visit->partner);
}

static void
take_turn(void *self)
{
	struct sweeper *s = self;
	struct visit **link = &s->first;

	while (*link != NULL) {
		struct visit *visit = *link;

		if (visit->over) {
			*link = visit->next;
			end_visit(visit);
		} else {
			link = &visit->next;
		}
	}
	while (s->begun < s->run->partners && s->running < s->at_once)
		begin_visit(s);
	if (s->running == 0)
		loop_stop(s->probing.loop);
}

static void
interrupted(void *self, unsigned events)
{
	struct sweeper *s = self;

	(void)events;
	s->run->interrupted = true;
	loop_stop(s->probing.loop);
}

/* c-ares writes to a connection that may be gone (RFC 7766, 6.2.4). */
static void
pipe_broken(void *self, unsigned events)
{
	(void)self, (void)events;
}

static void
out_of_time(void *self)
{
	struct sweeper *s = self;

	loop_stop(s->probing.loop);
}

/* What is known so far is judged, also of those that were not finished. */
static void
judge_the_rest(struct sweeper *s)
{
	for (size_t i = 0; i < s->run->partners; i++) {
		if (i < s->begun && s->visit[i].plan == NULL)
			continue;
		s->run->partner[i]->unfinished = true;
		if (i < s->begun)
			end_visit(&s->visit[i]);
		else
			check_partner(s->run->partner[i]);
	}
}

/* As many partners as were asked for, as far as there are descriptors for them. */
static size_t
partners_at_once(int jobs)
{
	struct rlimit limit;
	rlim_t most = 1;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return (size_t)jobs;
	if (setrlimit(RLIMIT_NOFILE,
		    &(struct rlimit){ limit.rlim_max, limit.rlim_max }) == 0)
		limit.rlim_cur = limit.rlim_max;
	if (limit.rlim_cur > OTHER_DESCRIPTORS + PLAN_MAX_CONNECTIONS)
		most = (limit.rlim_cur - OTHER_DESCRIPTORS) / PLAN_MAX_CONNECTIONS;
	return most < (rlim_t)jobs ? (size_t)most : (size_t)jobs;
}

static bool
open_doors(struct sweeper *s)
{
	const struct asked *asked = &s->run->asked;
	const char *trouble;

	s->probing.loop = loop_open();
	s->probing.credentials = s->settings->credentials;
	if (!asked->names_only)
		s->probing.tls =
			tls_context_open(asked->ca_file, asked->ca_dir, &trouble);
	if (s->probing.tls == NULL && !asked->names_only) {
		complain("the trust store cannot be used: %s", trouble);
		return false;
	}
	s->probing.resolver = resolver_open(s->probing.loop, asked->resolver,
		asked->resolvers, asked->timeout * 1000, &trouble);
	if (s->probing.resolver == NULL) {
		complain("the resolver cannot be used: %s", trouble);
		return false;
	}
	return true;
}

static void
close_doors(struct sweeper *s)
{
	resolver_close(&s->probing.resolver);
	tls_context_close(&s->probing.tls);
	loop_close(&s->probing.loop);
	free(s->visit);
}

static void
go_round(struct sweeper *s)
{
	struct loop *loop = s->probing.loop;
	int deadline = s->run->asked.deadline;

	s->turn = timer_open(loop, 0, take_turn, s);
	if (deadline != 0)
		s->deadline = timer_open(loop, (int64_t)deadline * 1000, out_of_time, s);
	s->interrupt = watch_signal(loop, SIGINT, interrupted, s);
	s->terminate = watch_signal(loop, SIGTERM, interrupted, s);
	s->pipe = watch_signal(loop, SIGPIPE, pipe_broken, s);
	if (!s->settings->trace && !s->settings->quiet)
		s->progress = progress_open(loop, doing, s);
	loop_run(loop);
	progress_close(&s->progress);
	judge_the_rest(s);
	watch_close(&s->pipe);
	watch_close(&s->terminate);
	watch_close(&s->interrupt);
	timer_close(&s->deadline);
	timer_close(&s->turn);
}

bool
sweep(struct run *run, const struct settings *settings)
{
	struct sweeper s = { .run = run, .settings = settings };
	bool opened = open_doors(&s);

	s.visit = calloc(run->partners + 1, sizeof *s.visit);
	if (s.visit == NULL)
		fatal("out of memory");
	if (opened) {
		s.at_once = partners_at_once(settings->jobs);
		s.started = loop_now(s.probing.loop);
		go_round(&s);
		run->took = loop_now(s.probing.loop) - s.started;
	}
	close_doors(&s);
	return opened;
}
