/* Who listens must ask the authoritative server of whoever comes whether the key is its own
 * (XEP-0220, 2.1.2): one endpoint after the other, each inside TLS and then in clear,
 * because a server that demands a certificate answers this question in clear all the same.
 * The connection is a session; only its end is another. */
#include "base/text.h"
#include "probes/session.h"

/* Of one errand. Whoever waits for it does not wait for ever. */
enum { MAX_TRIES = 6 };

static const struct probe plain_probe;

static void
settle(struct errand *errand)
{
	if (errand->over)
		return;
	errand->over = true;
	errand->done(errand->self);
}

/* The connection for the next try; NULL when there is none. */
static const struct endpoint *
choose(struct errand *errand, const struct partner *partner, const struct endpoint *list,
	size_t count)
{
	for (; errand->tries < MAX_TRIES && errand->tries / 2 < count; errand->tries++) {
		const struct endpoint *e = &list[errand->tries / 2];

		if (errand->tries % 2 == 1 && e->mode == MODE_DIRECT)
			continue;
		if (address_special(e->address) == NULL ||
			endpoint_may_be_special(partner->asked))
			return e;
	}
	return NULL;
}

static void
wants_authority(const struct partner *partner, struct plan *plan)
{
	struct arena *arena = plan_arena(plan);
	size_t count;
	const struct endpoint *list = endpoints(arena, partner, &count);

	for (struct errand *e = plan_errands(plan); e != NULL; e = e->next) {
		const struct endpoint *endpoint =
			e->over ? NULL : choose(e, partner, list, count);
		struct task task = {
			.probe = e->tries % 2 == 0 ? &authority_probe : &plain_probe,
			/* One stream may bring several, all with its id. */
			.about = arena_printf(arena, "%u %u", e->number, e->tries),
			.endpoint = endpoint,
			.from = e->from,
			.id = e->id,
			.key = e->key,
			.errand = e->number,
		};

		if (endpoint != NULL)
			wish(plan, &task);
		else if (e->tries >= MAX_TRIES || endpoints_known(arena, partner))
			settle(e);
	}
}

/* Its answer counts only for the very question (XEP-0220, 2.1.2). */
static bool
is_answer(const struct dialback_fact *f)
{
	return f->answered && f->type != NULL && text_same(f->id, f->asked_id) &&
	       text_same_name(f->from, f->asked_to) &&
	       text_same_name(f->to, f->asked_from);
}

static void
report(struct errand *e, const struct work *work, const struct session *s)
{
	const struct task *task = work->task;
	struct arena *arena = journal_arena(work->partner->journal);

	e->tries++;
	if (s->connect.failure != CONNECT_FINE)
		return;
	e->reached = arena_strdup(arena, task->endpoint->id);
	e->silent = s->dialback.asked_id != NULL && !s->dialback.answered;
	if (!is_answer(&s->dialback))
		return;
	e->answered = true;
	e->type = arena_strdup(arena, s->dialback.type);
	settle(e);
}

/* Who sent us may be gone meanwhile. */
static void
end_errand(struct work *work)
{
	for (struct errand *e = plan_errands(work->plan); e != NULL; e = e->next)
		if (!e->over && e->number == work->task->errand)
			report(e, work, work->state);
	session_end(work);
}

#define ON_AN_ERRAND                                                                     \
	.begin = session_begin, .doing = session_doing, .end = end_errand, .errand = true

const struct probe authority_probe = { .name = "authority",
	.wants = wants_authority,
	ON_AN_ERRAND,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.external = EXTERNAL_DOMAIN,
		.question = ASK_VERIFY } };

static const struct probe plain_probe = { .name = "authority",
	ON_AN_ERRAND,
	.walk = &(const struct walk){
		.starttls = STARTTLS_NEVER, .question = ASK_VERIFY } };
