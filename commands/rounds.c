/* A slot per partner, a queue of those that are due, and one timer for the next round. */
#include "commands/rounds.h"

#include "base/fatal.h"
#include "base/text.h"
#include "checks/check.h"
#include "commands/queue.h"
#include "commands/visits.h"
#include "net/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The time before one tries again should be unpredictable, and up to so long, so that a
 * server that comes back is not met by everybody at once; up to twice as long with each
 * failure more, at most so often (RFC 6120, 3.3). */
enum { RETRY_SECONDS = 60, RETRY_DOUBLINGS = 10 };

enum { DOING = 160, DEPTHS = DEPTH_DEEP + 1 };

static const int64_t second = 1000000;

struct slot {
	struct rounds *rounds;
	struct visit *visit;     /* NULL unless it is under way */
	struct partner *growing; /* what the visit fills */
	struct partner *before;  /* the judgement before the last */
	struct timer *delay;     /* until it is due */
	bool pending;            /* it has not finished in this round */
	unsigned failures;       /* in a row */
	char doing[DOING];
};

struct rounds {
	struct loop *loop;
	struct run *run;
	struct visits *visits;
	const struct rounds_caller *caller;
	struct asked *asked; /* the same, by depth; belongs to the run */
	enum depth depth;
	struct slot *slot; /* one for each partner */
	struct queue *due; /* slots to be begun as soon as there is room */
	struct live live;
	unsigned limit; /* rounds; 0: no limit */
	int64_t began;  /* the present round, by loop_now() */
	struct timer *timer;
	bool stopped;
};

static size_t
index_of(const struct slot *slot)
{
	return (size_t)(slot - slot->rounds->slot);
}

static struct live_partner *
live_of(const struct slot *slot)
{
	return &slot->rounds->live.partner[index_of(slot)];
}

/* --- visits ----------------------------------------------------------------------------------- */

static void begin_due(struct rounds *r);
static void finish_round(struct rounds *r);

static void
observed(void *self, const struct observation *observation)
{
	struct rounds *r = self;

	(void)observation;
	r->caller->changed(r->caller->self);
}

/* Better or worse: what the overview says of it first. */
static bool
stands_alike(const struct partner *a, const struct partner *b)
{
	return a->exit == b->exit && a->out.method == b->out.method &&
	       a->in.method == b->in.method;
}

/* In the first round what is shown is what grows. */
static void
replace_judgement(struct slot *slot)
{
	struct partner **shown = &slot->rounds->run->partner[index_of(slot)];
	struct live_partner *live = live_of(slot);

	if (live->rounds > 0) {
		if (!stands_alike(*shown, slot->growing))
			live->changed = time(NULL);
		partner_close(&slot->before);
		slot->before = *shown;
		*shown = slot->growing;
	}
	slot->growing = NULL;
	live->growing = NULL;
	live->before = slot->before;
}

static void
remember_latency(struct live_partner *live, int64_t took)
{
	if (live->latencies == LIVE_ROUNDS)
		memmove(&live->latency[0], &live->latency[1],
			--live->latencies * sizeof live->latency[0]);
	live->latency[live->latencies++] = took;
}

static void
count_failure(struct slot *slot)
{
	if (slot->rounds->run->partner[index_of(slot)]->exit < 2)
		slot->failures = 0;
	else if (slot->failures <= RETRY_DOUBLINGS)
		slot->failures++;
}

static void
ended(void *self)
{
	struct slot *slot = self;
	struct rounds *r = slot->rounds;
	struct live_partner *live = live_of(slot);

	visit_close(&slot->visit);
	journal_listen(slot->growing->journal, NULL, NULL);
	remember_latency(live, slot->growing->took);
	replace_judgement(slot);
	count_failure(slot);
	live->doing = NULL;
	live->rounds++;
	r->live.finished += slot->pending;
	slot->pending = false;
	begin_due(r);
	r->caller->changed(r->caller->self);
	if (r->live.finished == r->run->partners)
		finish_round(r);
}

/* All of a round are judged by one clock, as the partners of a single run are. */
static void
begin(struct slot *slot)
{
	struct rounds *r = slot->rounds;
	struct partner **shown = &r->run->partner[index_of(slot)];
	struct live_partner *live = live_of(slot);
	struct partner *p = partner_renew(
		*shown, slot->pending ? r->run->started : (int64_t)time(NULL));

	p->asked = &r->asked[r->depth];
	journal_listen(p->journal, observed, r);
	slot->growing = p;
	live->waiting = false;
	if (live->rounds == 0) {
		partner_close(shown);
		*shown = p;
	} else {
		live->growing = p;
	}
	slot->visit = visit_open(r->visits, p, ended, slot);
}

static void
begin_due(struct rounds *r)
{
	while (!queue_is_empty(r->due) && visits_have_room(r->visits))
		begin(&r->slot[queue_take(r->due)]);
}

/* What it has seen so far is forgotten, unless it is all that is known. */
static void
leave(struct slot *slot)
{
	visit_close(&slot->visit);
	if (slot->growing != NULL)
		journal_listen(slot->growing->journal, NULL, NULL);
	if (live_of(slot)->rounds > 0)
		partner_close(&slot->growing);
	slot->growing = NULL;
	live_of(slot)->growing = NULL;
	live_of(slot)->doing = NULL;
}

/* --- rounds --------------------------------------------------------------------------------- */

static void
become_due(void *self)
{
	struct slot *slot = self;

	timer_close(&slot->delay);
	queue_append(slot->rounds->due, index_of(slot));
	begin_due(slot->rounds);
}

/* The longest that it is kept waiting; never beyond a round. */
static unsigned
retry_seconds(const struct slot *slot)
{
	unsigned most = (unsigned)RETRY_SECONDS << (slot->failures - 1);
	unsigned interval = (unsigned)slot->rounds->live.interval;

	return most < interval ? most : interval;
}

static bool
is_due(const struct slot *slot)
{
	return queue_holds(slot->rounds->due, index_of(slot));
}

static void
enrol(struct slot *slot, bool delayed)
{
	slot->pending = true;
	if (slot->visit != NULL || slot->delay != NULL || is_due(slot))
		return;
	live_of(slot)->waiting = true;
	if (delayed && slot->failures > 0)
		slot->delay = timer_open(slot->rounds->loop,
			random_below(retry_seconds(slot) * 1000), become_due, slot);
	else
		queue_append(slot->rounds->due, index_of(slot));
}

/* When the next one is due, once this one is over. */
static void
schedule(struct rounds *r)
{
	int64_t wait;

	r->live.next = 0;
	if (r->live.paused || (r->limit != 0 && r->live.round >= r->limit))
		return;
	r->live.next = r->began + r->live.interval * second;
	if (r->live.finished < r->run->partners)
		return;
	wait = r->live.next - loop_now(r->loop);
	timer_set(r->timer, wait > 0 ? (wait + 999) / 1000 : 0);
}

static void
begin_round(struct rounds *r, bool delayed)
{
	r->began = loop_now(r->loop);
	r->run->started = time(NULL);
	r->live.round++;
	r->live.finished = 0;
	for (size_t i = 0; i < r->run->partners; i++)
		enrol(&r->slot[i], delayed);
	schedule(r);
	begin_due(r);
	r->caller->changed(r->caller->self);
}

/* The timer may have been set for what was said before. */
static void
next_due(void *self)
{
	struct rounds *r = self;

	if (r->stopped || r->live.next == 0 || r->live.finished < r->run->partners)
		return;
	if (r->live.next > loop_now(r->loop))
		schedule(r);
	else
		begin_round(r, true);
}

static void
finish_round(struct rounds *r)
{
	r->run->took = loop_now(r->loop) - r->began;
	schedule(r);
	r->caller->over(r->caller->self, r->limit != 0 && r->live.round >= r->limit);
}

/* --- what the user may do ---------------------------------------------------------------------- */

static void
make_due_now(struct slot *slot)
{
	struct queue *due = slot->rounds->due;

	timer_close(&slot->delay);
	queue_remove(due, index_of(slot));
	leave(slot);
	live_of(slot)->waiting = true;
	queue_put_first(due, index_of(slot));
}

void
rounds_probe(struct rounds *r, size_t partner)
{
	make_due_now(&r->slot[partner]);
	begin_due(r);
}

void
rounds_probe_all(struct rounds *r)
{
	for (size_t i = 0; i < r->run->partners; i++)
		if (r->slot[i].delay != NULL)
			become_due(&r->slot[i]);
	begin_round(r, false);
}

size_t
rounds_probe_failing(struct rounds *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->run->partners; i++) {
		struct slot *slot = &r->slot[i];

		if (slot->visit != NULL || is_due(slot) ||
			r->live.partner[i].rounds == 0 || r->run->partner[i]->exit == 0)
			continue;
		make_due_now(slot);
		count++;
	}
	begin_due(r);
	return count;
}

bool
rounds_pause(struct rounds *r)
{
	r->live.paused = !r->live.paused;
	schedule(r);
	return r->live.paused;
}

const char *
rounds_deepen(struct rounds *r)
{
	static const enum depth deeper[DEPTHS] = { [DEPTH_QUICK] = DEPTH_STANDARD,
		[DEPTH_STANDARD] = DEPTH_DEEP,
		[DEPTH_DEEP] = DEPTH_QUICK };

	r->depth = deeper[r->depth];
	r->run->asked.depth = r->depth;
	return depth_names[r->depth];
}

void
rounds_set_interval(struct rounds *r, int seconds)
{
	r->live.interval = seconds;
	schedule(r);
}

/* --- what is shown ------------------------------------------------------------------------------- */

const struct live *
rounds_live(const struct rounds *r)
{
	return &r->live;
}

static void
refresh_slot(struct slot *slot)
{
	struct live_partner *live = live_of(slot);
	struct doing doing = { .what = "planning", .since = slot->rounds->live.now };

	if (slot->visit == NULL)
		return;
	visit_doing(slot->visit, &doing);
	/* The words are the visit's, which may be over before they are shown. */
	snprintf(slot->doing, sizeof slot->doing, "%s",
		doing.what ? doing.what : "planning");
	live->doing = slot->doing;
	live->since = doing.since;
}

void
rounds_refresh(struct rounds *r)
{
	r->live.now = loop_now(r->loop);
	r->live.clock = time(NULL);
	r->live.running = visits_running(r->visits);
	for (size_t i = 0; i < r->run->partners; i++)
		refresh_slot(&r->slot[i]);
}

/* --- the end ---------------------------------------------------------------------------------------- */

void
rounds_settle(struct rounds *r)
{
	for (size_t i = 0; i < r->run->partners; i++) {
		if (r->live.partner[i].rounds > 0)
			continue;
		r->run->interrupted = true;
		r->run->partner[i]->unfinished = true;
		check_partner(r->run->partner[i]);
	}
}

void
rounds_go_on(struct rounds *r)
{
	r->run->interrupted = false;
	for (size_t i = 0; i < r->run->partners; i++)
		if (r->live.partner[i].rounds == 0)
			r->run->partner[i]->unfinished = false;
}

void
rounds_stop(struct rounds *r)
{
	if (r->stopped)
		return;
	r->stopped = true;
	queue_clear(r->due);
	for (size_t i = 0; i < r->run->partners; i++) {
		struct slot *slot = &r->slot[i];

		timer_close(&slot->delay);
		leave(slot);
	}
	rounds_settle(r);
}

/* --- opening and closing ------------------------------------------------------------------------------- */

struct rounds *
rounds_open(struct loop *loop, struct run *run, const struct settings *settings)
{
	struct rounds *r = calloc(1, sizeof *r);

	if (r == NULL)
		fatal("out of memory");
	r->loop = loop;
	r->run = run;
	r->depth = run->asked.depth;
	r->limit = (unsigned)settings->rounds;
	r->live.interval = settings->interval;
	r->live.partner = calloc(run->partners, sizeof *r->live.partner);
	r->slot = calloc(run->partners, sizeof *r->slot);
	if (r->live.partner == NULL || r->slot == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < run->partners; i++)
		r->slot[i].rounds = r;
	r->asked = arena_alloc(run->arena, DEPTHS * sizeof *r->asked);
	for (int i = 0; i < DEPTHS; i++) {
		r->asked[i] = run->asked;
		r->asked[i].depth = (enum depth)i;
	}
	r->due = queue_open(run->partners);
	r->timer = timer_open(loop, 0, next_due, r);
	r->visits = visits_open(loop, &run->asked, settings);
	if (r->visits == NULL)
		rounds_close(&r);
	return r;
}

void
rounds_begin(struct rounds *r, const struct rounds_caller *caller)
{
	r->caller = caller;
	begin_round(r, false);
}

void
rounds_close(struct rounds **rounds)
{
	struct rounds *r = *rounds;

	if (r == NULL)
		return;
	if (r->visits != NULL)
		rounds_stop(r);
	for (size_t i = 0; i < r->run->partners; i++)
		partner_close(&r->slot[i].before);
	visits_close(&r->visits);
	timer_close(&r->timer);
	queue_close(&r->due);
	free(r->live.partner);
	free(r->slot);
	free(r);
	*rounds = NULL;
}
