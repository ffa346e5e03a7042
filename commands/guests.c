/* A plan and a journal for each partner that has called; the limits are those of the
 * listener (probes/inbound.h), and how many partners there may be. */
#include "commands/guests.h"

#include "base/fatal.h"
#include "base/text.h"
#include "checks/check.h"
#include "commands/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Who calls under a name of its own choice could fill the memory. */
enum { MAX_PARTNERS = 128, DOING = 160 };

/* A partner that has called. */
struct guest {
	struct guests *guests;
	struct partner *partner;
	struct plan *plan;
	struct tracing tracing;
	char doing[DOING];
};

struct guests {
	const struct probing *probing;
	struct run *run;
	const struct settings *settings;
	const struct config *config;
	const struct guests_caller *caller;
	struct ears ears;
	struct guest *guest[MAX_PARTNERS]; /* in the order of the run */
	size_t count;
	struct live live;
	struct live_partner live_partner[MAX_PARTNERS];
};

/* --- who may call ---------------------------------------------------------------------- */

static bool
hosts(void *self, const char *ascii)
{
	const struct guests *g = self;

	return listening_hosts(&g->run->asked, ascii);
}

/* What was agreed with it, by its primary or a further domain. */
static const struct configured *
find_agreed(const struct config *config, const char *ascii)
{
	for (size_t i = 0; config != NULL && i < config->partners; i++) {
		const struct configured *c = &config->partner[i];

		if (text_same_name(c->domain.ascii, ascii))
			return c;
		for (size_t k = 0; k < c->policy.additional_domains; k++)
			if (text_same_name(c->policy.additional_domain[k], ascii))
				return c;
	}
	return NULL;
}

static bool
is_expected(const struct guests *g, const char *ascii, const struct configured *agreed)
{
	const struct settings *s = g->settings;

	for (size_t i = 0; i < s->domains; i++)
		if (text_same_name(s->domain[i].ascii, ascii))
			return true;
	return s->domains == 0 &&
	       (agreed != NULL || g->config == NULL || g->config->partners == 0);
}

/* --- letting in -------------------------------------------------------------------------- */

/* Nobody is finished while we listen. */
static void
no_end(void *self)
{
	(void)self;
}

static void
observed(void *self, const struct observation *observation)
{
	struct guest *guest = self;
	const struct guests_caller *caller = guest->guests->caller;

	if (guest->guests->settings->trace)
		trace_observation(&guest->tracing, observation);
	caller->changed(caller->self);
}

static struct plan *
welcome(struct guests *g, const struct domain *from, const struct configured *agreed)
{
	struct guest *guest = calloc(1, sizeof *guest);

	if (guest == NULL)
		fatal("out of memory");
	guest->guests = g;
	guest->partner = run_add(g->run, from);
	guest->partner->role = ROLE_CALLER;
	guest->partner->policy = agreed ? &agreed->policy : NULL;
	guest->tracing = (struct tracing){ guest->partner->domain.unicode, true };
	journal_listen(guest->partner->journal, observed, guest);
	guest->plan = plan_open(g->probing, guest->partner, no_end, guest);
	g->guest[g->count++] = guest;
	return guest->plan;
}

static struct plan *
admit(void *self, const struct domain *from)
{
	struct guests *g = self;
	const struct configured *agreed = find_agreed(g->config, from->ascii);

	for (size_t i = 0; i < g->count; i++)
		if (text_same_name(g->guest[i]->partner->domain.ascii, from->ascii))
			return g->guest[i]->plan;
	if (hosts(g, from->ascii) || !is_expected(g, from->ascii, agreed) ||
		g->count == MAX_PARTNERS)
		return NULL;
	return welcome(g, from, agreed);
}

/* --- a connection is over ---------------------------------------------------------------- */

/* How it stands now, by all of its connections. */
static void
judge_again(struct guests *g, size_t i)
{
	struct partner *partner = g->guest[i]->partner;
	struct live_partner *live = &g->live_partner[i];

	check_partner(partner);
	live->rounds++;
	live->changed = time(NULL);
}

static void
ended(void *self, struct partner *partner, const struct inbound_fact *fact)
{
	struct guests *g = self;

	for (size_t i = 0; i < g->count; i++)
		if (g->guest[i]->partner == partner)
			judge_again(g, i);
	g->live.calls++;
	g->caller->called(g->caller->self, partner, fact);
	g->caller->changed(g->caller->self);
}

/* --- what is shown ----------------------------------------------------------------------- */

/* What the partner does counts more than what we ask others because of it. */
static void
refresh_guest(struct guests *g, size_t i)
{
	struct guest *guest = g->guest[i];
	struct live_partner *live = &g->live_partner[i];
	struct doing doing = { .since = g->live.now };

	live->doing = NULL;
	if (!ears_doing(&g->ears, guest->partner, &doing) &&
		!plan_doing(guest->plan, &doing))
		return;
	snprintf(guest->doing, sizeof guest->doing, "%s", doing.what);
	live->doing = guest->doing;
	live->since = doing.since;
	g->live.running++;
}

void
guests_refresh(struct guests *g)
{
	g->live.now = loop_now(g->probing->loop);
	g->live.clock = time(NULL);
	g->live.finished = g->count;
	g->live.running = 0;
	for (size_t i = 0; i < g->count; i++)
		refresh_guest(g, i);
}

const struct live *
guests_live(const struct guests *guests)
{
	return &guests->live;
}

void
guests_settle(struct guests *guests)
{
	for (size_t i = 0; i < guests->count; i++)
		check_partner(guests->guest[i]->partner);
}

unsigned
guests_turned_away(const struct guests *guests)
{
	return ears_turned_away(&guests->ears);
}

/* --- opening and closing ------------------------------------------------------------------ */

struct guests *
guests_open(const struct probing *probing, struct run *run,
	const struct settings *settings, const struct config *config,
	const struct guests_caller *caller)
{
	struct guests *g = calloc(1, sizeof *g);
	const struct hosting hosting = { .probing = probing,
		.hosts = hosts,
		.admit = admit,
		.ended = ended,
		.self = g };

	if (g == NULL)
		fatal("out of memory");
	g->probing = probing;
	g->run = run;
	g->settings = settings;
	g->config = config;
	g->caller = caller;
	g->live.partner = g->live_partner;
	if (!ears_open(&g->ears, settings, &run->asked, &hosting)) {
		free(g);
		return NULL;
	}
	g->live.listening = listening_show(settings->arena, &run->asked);
	return g;
}

void
guests_close(struct guests **guests)
{
	struct guests *g = *guests;

	if (g == NULL)
		return;
	ears_close(&g->ears);
	for (size_t i = 0; i < g->count; i++) {
		plan_close(&g->guest[i]->plan);
		journal_listen(g->guest[i]->partner->journal, NULL, NULL);
		check_partner(g->guest[i]->partner);
		free(g->guest[i]);
	}
	free(g);
	*guests = NULL;
}
