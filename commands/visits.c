/* The only place where probing begins. */
#include "commands/visits.h"

#include "base/fatal.h"
#include "base/text.h"
#include "checks/check.h"
#include "checks/own.h"
#include "commands/doors.h"
#include "net/acceptor.h"
#include "probes/inbound.h"

#include <signal.h>
#include <stdlib.h>

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
	const struct asked *asked;
	struct probing probing;
	struct ears ears; /* empty when nobody is listened to */
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
	ears_dismiss(&visit->visits->ears, visit->partner);
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
	const struct run *run;
	bool own;

	while (visit != NULL && !visit->over)
		visit = visit->younger;
	if (visit == NULL)
		return;
	timer_set(visits->turn, 0);
	stop(visit);
	check_partner(visit->partner);
	run = visit->partner->run;
	own = visit->partner->role == ROLE_OWN;
	visit->ended(visit->self);
	if (own)
		own_tls_settle(run);
}

/* --- all of them --------------------------------------------------------------------------- */

unsigned
visits_turned_away(const struct visits *visits)
{
	return ears_turned_away(&visits->ears);
}

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

/* As many partners as were asked for, as far as there are descriptors for them, for those who
 * may call, and for what we ask others because of that. */
static size_t
partners_at_once(const struct settings *settings)
{
	bool listening = listening_wanted(&settings->listening);
	size_t others =
		OTHER_DESCRIPTORS + (listening ? 2 * ACCEPTOR_MAX_CONNECTIONS : 0);
	size_t each = PLAN_MAX_CONNECTIONS * (listening ? 2 : 1);
	size_t descriptors = doors_widen(), jobs = (size_t)settings->jobs, most = 1;

	if (descriptors == 0)
		return jobs;
	if (descriptors > others + each)
		most = (descriptors - others) / each;
	return most < jobs ? most : jobs;
}

/* c-ares writes to a connection that may be gone (RFC 7766, 6.2.4). */
static void
pipe_broken(void *self, unsigned events)
{
	(void)self, (void)events;
}

/* --- who comes back --------------------------------------------------------------------- */

static bool
hosts(void *self, const char *ascii)
{
	const struct visits *visits = self;

	return listening_hosts(visits->asked, ascii);
}

/* Who is looked at just now; and we ourselves, for where our own domain is one of the run it
 * is this listener that is looked at. */
static struct plan *
admit(void *self, const struct domain *from)
{
	const struct visits *visits = self;
	bool ours = text_same_name(from->ascii, visits->asked->probe_name);

	for (const struct visit *v = visits->youngest; v != NULL; v = v->older)
		if (!v->over &&
			(ours ? v->partner->role == ROLE_OWN
			      : text_same_name(v->partner->domain.ascii, from->ascii)))
			return v->plan;
	return NULL;
}

static void
gone(void *self, struct partner *partner, const struct inbound_fact *fact)
{
	(void)self, (void)partner, (void)fact;
}

static bool
open_ears(struct visits *visits, const struct settings *settings, struct asked *asked)
{
	const struct hosting hosting = { .probing = &visits->probing,
		.hosts = hosts,
		.admit = admit,
		.ended = gone,
		.self = visits };

	return !listening_wanted(&settings->listening) ||
	       ears_open(&visits->ears, settings, asked, &hosting);
}

/* --- opening and closing ------------------------------------------------------------------ */

struct visits *
visits_open(struct loop *loop, struct asked *asked, const struct settings *settings)
{
	struct visits *visits = calloc(1, sizeof *visits);

	if (visits == NULL)
		fatal("out of memory");
	visits->asked = asked;
	visits->probing.loop = loop;
	visits->at_once = partners_at_once(settings);
	visits->turn = timer_open(loop, 0, take_turn, visits);
	visits->pipe = watch_signal(loop, SIGPIPE, pipe_broken, visits);
	if (!doors_open(&visits->probing, asked, &settings->credentials) ||
		!open_ears(visits, settings, asked))
		visits_close(&visits);
	return visits;
}

void
visits_close(struct visits **visits)
{
	if (*visits == NULL)
		return;
	ears_close(&(*visits)->ears);
	doors_close(&(*visits)->probing);
	watch_close(&(*visits)->pipe);
	timer_close(&(*visits)->turn);
	free(*visits);
	*visits = NULL;
}
