/* The only place where probing begins. */
#include "commands/visits.h"

#include "base/fatal.h"
#include "checks/check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

/* Descriptors that are no connections: reports, the terminal, the loop, the resolver's
 * sockets. */
enum { OTHER_DESCRIPTORS = 64 };

struct visit {
	struct visits *visits;
	struct partner *partner;
	struct plan *plan;
	bool over;                     /* it waits for its judgement */
	struct visit *younger, *older; /* of those whose plan is open */
	void (*ended)(void *self);
	void *self;
};

struct visits {
	struct probing probing;
	struct visit *oldest, *youngest;
	size_t running, at_once;
	struct timer *turn;
	struct watch *pipe;
};

/* --- the list of those under way ----------------------------------------------------------- */

static void
link_visit(struct visit *visit)
{
	struct visits *visits = visit->visits;

	visit->older = visits->youngest;
	if (visit->older != NULL)
		visit->older->younger = visit;
	else
		visits->oldest = visit;
	visits->youngest = visit;
	visits->running++;
}

static void
unlink_visit(struct visit *visit)
{
	struct visits *visits = visit->visits;

	if (visit->older != NULL)
		visit->older->younger = visit->younger;
	else
		visits->oldest = visit->younger;
	if (visit->younger != NULL)
		visit->younger->older = visit->older;
	else
		visits->youngest = visit->older;
	visits->running--;
}

/* --- one visit ----------------------------------------------------------------------------- */

/* A plan may not be closed from inside its own callback: the next turn does it. */
static void
finished(void *self)
{
	struct visit *visit = self;

	visit->over = true;
	timer_set(visit->visits->turn, 0);
}

struct visit *
visit_open(
	struct visits *visits, struct partner *partner, void (*ended)(void *), void *self)
{
	struct visit *visit = calloc(1, sizeof *visit);

	if (visit == NULL)
		fatal("out of memory");
	visit->visits = visits;
	visit->partner = partner;
	visit->ended = ended;
	visit->self = self;
	visit->plan = plan_open(&visits->probing, partner, finished, visit);
	link_visit(visit);
	return visit;
}

static void
stop(struct visit *visit)
{
	if (visit->plan == NULL)
		return;
	unlink_visit(visit);
	plan_close(&visit->plan);
}

void
visit_close(struct visit **visit)
{
	if (*visit == NULL)
		return;
	stop(*visit);
	free(*visit);
	*visit = NULL;
}

bool
visit_doing(const struct visit *visit, struct doing *doing)
{
	return visit->plan != NULL && !visit->over && plan_doing(visit->plan, doing);
}

/* One at a time: judging takes a while, and keys and sockets should not wait for all. */
static void
take_turn(void *self)
{
	struct visits *visits = self;
	struct visit *visit = visits->oldest;

	while (visit != NULL && !visit->over)
		visit = visit->younger;
	if (visit == NULL)
		return;
	timer_set(visits->turn, 0);
	stop(visit);
	check_partner(visit->partner);
	visit->ended(visit->self);
}

/* --- all of them --------------------------------------------------------------------------- */

bool
visits_have_room(const struct visits *visits)
{
	return visits->running < visits->at_once;
}

size_t
visits_running(const struct visits *visits)
{
	return visits->running;
}

bool
visits_doing(const struct visits *visits, struct doing *doing)
{
	for (const struct visit *v = visits->oldest; v != NULL; v = v->younger)
		if (!v->over)
			return visit_doing(v, doing);
	return false;
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

/* c-ares writes to a connection that may be gone (RFC 7766, 6.2.4). */
static void
pipe_broken(void *self, unsigned events)
{
	(void)self, (void)events;
}

static bool
open_doors(struct probing *probing, const struct asked *asked)
{
	const char *trouble;

	if (!asked->names_only)
		probing->tls = tls_context_open(asked->ca_file, asked->ca_dir, &trouble);
	if (probing->tls == NULL && !asked->names_only) {
		complain("the trust store cannot be used: %s", trouble);
		return false;
	}
	probing->resolver = resolver_open(probing->loop, asked->resolver,
		asked->resolvers, asked->timeout * 1000, &trouble);
	if (probing->resolver == NULL)
		complain("the resolver cannot be used: %s", trouble);
	return probing->resolver != NULL;
}

struct visits *
visits_open(struct loop *loop, const struct asked *asked, const struct settings *settings)
{
	struct visits *visits = calloc(1, sizeof *visits);

	if (visits == NULL)
		fatal("out of memory");
	visits->probing.loop = loop;
	visits->probing.credentials = settings->credentials;
	visits->at_once = partners_at_once(settings->jobs);
	visits->turn = timer_open(loop, 0, take_turn, visits);
	visits->pipe = watch_signal(loop, SIGPIPE, pipe_broken, visits);
	if (!open_doors(&visits->probing, asked))
		visits_close(&visits);
	return visits;
}

void
visits_close(struct visits **visits)
{
	if (*visits == NULL)
		return;
	resolver_close(&(*visits)->probing.resolver);
	tls_context_close(&(*visits)->probing.tls);
	watch_close(&(*visits)->pipe);
	timer_close(&(*visits)->turn);
	free(*visits);
	*visits = NULL;
}
