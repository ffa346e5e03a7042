/* The planner: after each observation it asks every probe what it would like to do, drops
 * what was done or is being done, and starts the rest within the limits. */
#include "probes/probe.h"

#include "base/fatal.h"
#include "base/text.h"
#include "model/endpoint.h"
#include "probes/hiding.h"

#include <stdlib.h>
#include <string.h>

/* A polite guest: no more connections at once to one address (RFC 6120, 13.12 lets a
 * server cut us off; ejabberd's listen backlog is 5). */
enum { MAX_AT_ADDRESS = 2 };

/* Questions under way at once: a hostile SRV set may name 128 targets. */
enum { MAX_QUESTIONS = 32 };

/* Those that may have to wait long for an answer stand at the end. */
static const struct probe *const probes[] = { &dns_probe, &host_probe, &session_probe,
	&verify_probe, &external_probe, &empty_external_probe, &stranger_probe,
	&hidden_tls_probe, &bare_probe, &route_probe, &dialback_probe,
	&plaintext_dialback_probe, &secret_probe, &plaintext_secret_probe,
	&unknown_host_probe, &unhosted_probe, &injection_probe, &impostor_probe,
	&plaintext_impostor_probe, &exchange_probe, &stanza_probe, &bogus_key_probe,
	&foreign_external_probe, &foreign_stanza_probe, &multiplex_probe, &scan_probe,
	&authority_probe };

enum { PROBES = sizeof probes / sizeof probes[0] };

struct job {
	struct work work;
	bool running, over;
};

struct plan {
	const struct probing *probing;
	struct partner *partner;
	struct arena *arena;    /* of what was started */
	struct arena *thoughts; /* of one round of wishes */
	int64_t began;
	const struct task **started;
	size_t starteds;
	struct job **job;
	size_t jobs;
	struct errand *errand;
	unsigned errands; /* that there ever were */
	struct awaiting *awaiting;
	struct hiding hiding;
	struct timer *wake, *patience;
	bool finished_told;
	void (*finished)(void *self);
	void *self;
};

static bool
is_started(const struct plan *plan, const struct task *task)
{
	for (size_t i = 0; i < plan->starteds; i++)
		if (plan->started[i]->probe == task->probe &&
			strcmp(plan->started[i]->about, task->about) == 0)
			return true;
	return false;
}

/* Errands are counted by themselves: a partner that has come to us and proves its own name
 * first (Prosody, jabberd2) answers our db:result only after that, so both would wait for
 * each other. */
static bool
has_room(const struct plan *plan, const struct task *task)
{
	const char *address = task->endpoint ? task->endpoint->address : NULL;
	int there = 0, connections = 0;

	for (size_t i = 0; i < plan->jobs; i++) {
		const struct task *running = plan->job[i]->work.task;
		const struct endpoint *other = running->endpoint;

		if (!plan->job[i]->running ||
			running->probe->errand != task->probe->errand)
			continue;
		there += text_same(address, other ? other->address : NULL);
		connections += other != NULL;
	}
	if (address == NULL)
		return there < MAX_QUESTIONS;
	return there < MAX_AT_ADDRESS && connections < PLAN_MAX_CONNECTIONS;
}

/* Whether anything runs that must be over before a last probe begins. */
static bool
is_busy(const struct plan *plan)
{
	for (size_t i = 0; i < plan->jobs; i++)
		if (plan->job[i]->running && !plan->job[i]->work.task->probe->last)
			return true;
	return false;
}

static void
start(struct plan *plan, const struct task *task)
{
	struct job *job = arena_alloc(plan->arena, sizeof *job);

	plan->started = arena_grow(
		plan->arena, plan->started, plan->starteds, sizeof *plan->started);
	plan->started[plan->starteds++] = task;
	plan->job = arena_grow(plan->arena, plan->job, plan->jobs, sizeof(struct job *));
	plan->job[plan->jobs++] = job;
	job->running = true;
	job->work = (struct work){ .plan = plan,
		.loop = plan->probing->loop,
		.resolver = plan->probing->resolver,
		.tls = plan->probing->tls,
		.credentials = &plan->probing->credentials,
		.partner = plan->partner,
		.task = task };
	task->probe->begin(&job->work);
}

static const struct endpoint *
copy_endpoint(struct arena *arena, const struct endpoint *given)
{
	struct endpoint *e = arena_copy(arena, given, sizeof *given);

	e->target = arena_strdup(arena, given->target);
	e->address = arena_strdup(arena, given->address);
	e->id = arena_strdup(arena, given->id);
	return e;
}

void
wish(struct plan *plan, const struct task *given)
{
	struct task *task;

	if (is_started(plan, given) || !has_room(plan, given) ||
		(given->probe->last && is_busy(plan)))
		return;
	task = arena_copy(plan->arena, given, sizeof *given);
	task->about = arena_strdup(plan->arena, given->about);
	task->name = arena_strdup(plan->arena, given->name);
	task->from = arena_strdup(plan->arena, given->from);
	task->id = arena_strdup(plan->arena, given->id);
	task->key = arena_strdup(plan->arena, given->key);
	if (given->endpoint != NULL)
		task->endpoint = copy_endpoint(plan->arena, given->endpoint);
	start(plan, task);
}

/* The work is over, but its probe may still be on the stack when it says so; it ends
 * here, from the loop. Returns how many go on. */
static size_t
end_those_over(struct plan *plan)
{
	size_t running = 0;

	for (size_t i = 0; i < plan->jobs; i++) {
		struct job *job = plan->job[i];

		if (job->running && job->over) {
			job->running = false;
			job->work.task->probe->end(&job->work);
		}
		running += job->running;
	}
	return running;
}

/* Nothing more will be known that could help. */
static void
give_up_errands(struct plan *plan)
{
	for (struct errand *e = plan->errand; e != NULL; e = e->next)
		if (!e->over) {
			e->over = true;
			e->done(e->self);
		}
}

static bool
is_welcome(const struct plan *plan, const struct probe *probe)
{
	return probe->walk == NULL || probe->errand ||
	       (!plan->partner->asked->names_only && !plan->probing->errands_only);
}

static void
replan(void *arg)
{
	struct plan *plan = arg;
	size_t running;

	end_those_over(plan);
	plan->thoughts = arena_open();
	for (size_t i = 0; i < PROBES; i++)
		if (is_welcome(plan, probes[i]))
			probes[i]->wants(plan->partner, plan);
	arena_close(&plan->thoughts);
	running = end_those_over(plan);
	if (running == 0)
		give_up_errands(plan);
	if (running == 0 && !plan->finished_told) {
		plan->finished_told = true;
		plan->partner->took = plan_now(plan);
		plan->finished(plan->self);
	}
}

/* What is known by now has to do. */
static void
lose_patience(void *arg)
{
	struct plan *plan = arg;

	if (plan->finished_told)
		return;
	plan->partner->unfinished = true;
	plan->finished_told = true;
	plan->partner->took = plan_now(plan);
	plan->finished(plan->self);
}

struct plan *
plan_open(const struct probing *probing, struct partner *partner,
	void (*finished)(void *), void *self)
{
	struct plan *plan = calloc(1, sizeof *plan);

	if (plan == NULL)
		fatal("out of memory");
	plan->probing = probing;
	plan->partner = partner;
	plan->arena = arena_open();
	plan->began = loop_now(probing->loop);
	plan->finished = finished;
	plan->self = self;
	plan->wake = timer_open(probing->loop, 0, replan, plan);
	if (!probing->errands_only)
		plan->patience = timer_open(probing->loop,
			partner->asked->depth == DEPTH_DEEP ? PLAN_DEEP_PATIENCE
							    : PLAN_PATIENCE,
			lose_patience, plan);
	return plan;
}

void
plan_close(struct plan **plan)
{
	if (*plan == NULL)
		return;
	if (!(*plan)->finished_told)
		(*plan)->partner->took = plan_now(*plan);
	for (size_t i = 0; i < (*plan)->jobs; i++) {
		struct job *job = (*plan)->job[i];

		if (job->running)
			job->work.task->probe->end(&job->work);
	}
	timer_close(&(*plan)->wake);
	timer_close(&(*plan)->patience);
	arena_close(&(*plan)->arena);
	free(*plan);
	*plan = NULL;
}

struct partner *
plan_partner(const struct plan *plan)
{
	return plan->partner;
}

/* What still runs keeps its place. */
void
plan_renew(struct plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->jobs; i++)
		if (plan->job[i]->running) {
			plan->job[kept] = plan->job[i];
			plan->started[kept] = plan->job[i]->work.task;
			kept++;
		}
	plan->jobs = plan->starteds = kept;
	timer_set(plan->wake, 0);
}

void
plan_entrust(struct plan *plan, struct errand *errand)
{
	errand->number = ++plan->errands;
	errand->next = plan->errand;
	plan->errand = errand;
	timer_set(plan->wake, 0);
}

void
plan_recall(struct plan *plan, struct errand *errand)
{
	struct errand **link = &plan->errand;

	while (*link != NULL && *link != errand)
		link = &(*link)->next;
	if (*link != NULL)
		*link = errand->next;
}

struct errand *
plan_errands(const struct plan *plan)
{
	return plan->errand;
}

void
plan_await(struct plan *plan, struct awaiting *awaiting)
{
	awaiting->next = plan->awaiting;
	plan->awaiting = awaiting;
}

void
plan_forsake(struct plan *plan, struct awaiting *awaiting)
{
	struct awaiting **link = &plan->awaiting;

	while (*link != NULL && *link != awaiting)
		link = &(*link)->next;
	if (*link != NULL)
		*link = awaiting->next;
}

void
plan_heard(struct plan *plan, const struct element *stanza)
{
	for (struct awaiting *a = plan->awaiting; a != NULL; a = a->next)
		a->heard(a->self, stanza);
}

void
plan_hide(struct plan *plan, const char *key)
{
	hiding_add_key(&plan->hiding, plan->arena, key);
}

const struct hiding *
plan_hiding(const struct plan *plan)
{
	return &plan->hiding;
}

void
work_done(struct work *work)
{
	/* A work is the first member of its job. */
	struct job *job = (struct job *)work;

	job->over = true;
	timer_set(work->plan->wake, 0);
}

struct arena *
plan_arena(struct plan *plan)
{
	return plan->thoughts;
}

const struct credentials *
plan_credentials(const struct plan *plan)
{
	return &plan->probing->credentials;
}

int64_t
plan_now(const struct plan *plan)
{
	return loop_now(plan->probing->loop) - plan->began;
}

void
work_saw(struct work *work, int64_t began, enum outcome outcome, const char *detail,
	enum fact_kind kind, const void *fact)
{
	const struct task *task = work->task;
	const struct hiding *hiding = &work->plan->hiding;
	struct arena *arena = arena_open();
	struct observation o = { .at = plan_now(work->plan),
		.probe = task->probe->name,
		.endpoint = task->endpoint ? task->endpoint->id : NULL,
		.outcome = outcome,
		.detail = detail ? hiding_whole(hiding, arena, detail, strlen(detail))
				 : NULL,
		.kind = kind,
		.fact = hiding_record(hiding, arena, fact_record(kind), fact) };

	o.took = o.at - began;
	journal_add(work->partner->journal, &o);
	arena_close(&arena);
	if (kind != FACT_WIRE) /* there are many, and nobody wants more because of one */
		timer_set(work->plan->wake, 0);
}

bool
plan_doing(const struct plan *plan, struct doing *doing)
{
	for (size_t i = plan->jobs; i > 0; i--) {
		const struct work *work = &plan->job[i - 1]->work;
		const struct endpoint *endpoint = work->task->endpoint;

		if (!plan->job[i - 1]->running || plan->job[i - 1]->over)
			continue;
		doing->what = work->task->probe->doing(work, &doing->since);
		doing->endpoint = endpoint ? endpoint->id : NULL;
		if (doing->what != NULL)
			return true;
	}
	return false;
}
