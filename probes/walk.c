/* The connections to an endpoint: what each is for, how it goes, and when it can teach
 * something. The first is the session. All others wait until that is over, and are made
 * only where it got far enough for them. */
#include "base/text.h"
#include "probes/session.h"

/* --- what the session saw --------------------------------------------------------- */

/* The first observation of the session at the endpoint that is it; NULL for none. */
static const struct observation *
find(const struct partner *partner, const struct endpoint *e,
	bool (*is_it)(const struct observation *))
{
	for (unsigned n = 1; n <= journal_size(partner->journal); n++) {
		const struct observation *o = journal_at(partner->journal, n);

		if (text_same(o->probe, "session") && text_same(o->endpoint, e->id) &&
			is_it(o))
			return o;
	}
	return NULL;
}

static bool
is_asked(const struct observation *o)
{
	return o->kind == FACT_DIALBACK &&
	       ((const struct dialback_fact *)o->fact)->asked_from != NULL;
}

/* It was closed, or broke off over its question. What ended before that leaves nothing to
 * ask. */
static bool
is_end(const struct observation *o)
{
	return o->kind == FACT_CLOSE || (is_asked(o) && o->outcome != OUTCOME_OK);
}

static bool
is_question(const struct observation *o)
{
	const struct error_fact *error = o->fact;

	return is_asked(o) ||
	       (o->kind == FACT_ERROR && text_same(error->after, "db:verify"));
}

/* A certificate of ours was wanted. */
static bool
is_refusal(const struct observation *o)
{
	const struct error_fact *error = o->fact;

	return o->kind == FACT_ERROR && error->phase == PHASE_TLS &&
	       text_same(error->condition, "not-authorized");
}

static bool
is_plain_features(const struct observation *o)
{
	const struct features_fact *features = o->fact;

	return o->kind == FACT_FEATURES && features->received &&
	       features->phase == PHASE_PLAIN;
}

/* --- when a further connection is due --------------------------------------------- */

static bool
came_to_question(const struct partner *partner, const struct endpoint *e)
{
	return find(partner, e, is_question) != NULL;
}

static bool
was_refused(const struct partner *partner, const struct endpoint *e)
{
	return e->mode == MODE_STARTTLS && find(partner, e, is_refusal) != NULL &&
	       !came_to_question(partner, e);
}

static bool
may_hide_tls(const struct partner *partner, const struct endpoint *e)
{
	const struct observation *o = find(partner, e, is_plain_features);

	return o != NULL && !((const struct features_fact *)o->fact)->starttls;
}

static bool
may_stay_in_clear(const struct partner *partner, const struct endpoint *e)
{
	const struct observation *o = find(partner, e, is_plain_features);
	const struct features_fact *features = o ? o->fact : NULL;

	return features && features->starttls && !features->starttls_required;
}

static bool
always(const struct partner *partner, const struct endpoint *e)
{
	(void)partner;
	(void)e;
	return true;
}

/* --- the wishes ------------------------------------------------------------------- */

/* An address of the special ranges is inside somebody's network; without the user's word
 * we do not knock there, and say so. */
static void
wants_session(const struct partner *partner, struct plan *plan)
{
	size_t count;
	const struct endpoint *list = endpoints(plan_arena(plan), partner, &count);

	for (size_t i = 0; i < count; i++) {
		struct task task = {
			.probe = &session_probe, .about = list[i].id, .endpoint = &list[i]
		};

		if (address_special(list[i].address) == NULL ||
			endpoint_may_be_special(partner->asked))
			wish(plan, &task);
	}
}

/* A further connection to each endpoint where it is due. */
static void
wish_where(bool (*due)(const struct partner *, const struct endpoint *),
	const struct probe *probe, const struct partner *partner, struct plan *plan)
{
	size_t count;
	const struct endpoint *list = endpoints(plan_arena(plan), partner, &count);

	for (size_t i = 0; i < count; i++) {
		struct task task = {
			.probe = probe, .about = list[i].id, .endpoint = &list[i]
		};

		if (find(partner, &list[i], is_end) && due(partner, &list[i]))
			wish(plan, &task);
	}
}

static void
wants_verify(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth != DEPTH_QUICK)
		wish_where(was_refused, &verify_probe, partner, plan);
}

static void
wants_hidden_tls(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth != DEPTH_QUICK)
		wish_where(may_hide_tls, &hidden_tls_probe, partner, plan);
}

static void
wants_unknown_host(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		wish_where(always, &unknown_host_probe, partner, plan);
}

static void
wants_impostor(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		wish_where(came_to_question, &impostor_probe, partner, plan);
}

static void
wants_plaintext_impostor(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		wish_where(may_stay_in_clear, &plaintext_impostor_probe, partner, plan);
}

static void
wants_unhosted(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		wish_where(came_to_question, &unhosted_probe, partner, plan);
}

/* --- the rows --------------------------------------------------------------------- */

#define A_CONNECTION session_begin, session_doing, session_end

/* As a server that calls the partner. */
const struct probe session_probe = { "session", wants_session, A_CONNECTION,
	&(const struct walk){
		.starttls = STARTTLS_IF_OFFERED, .question = DIALBACK_VERIFY } };

/* The same question in clear, where a strict server refuses a stranger inside TLS. */
const struct probe verify_probe = { "verify", wants_verify, A_CONNECTION,
	&(const struct walk){ .starttls = STARTTLS_NEVER, .question = DIALBACK_VERIFY } };

/* RFC 7590, 3.1: TLS that is not offered may be there, and the offer taken away. */
const struct probe hidden_tls_probe = { "hidden-tls", wants_hidden_tls, A_CONNECTION,
	&(const struct walk){ .starttls = STARTTLS_ALWAYS } };

/* RFC 6120, 4.9.3.6: whether a name that it does not host is refused. */
const struct probe unknown_host_probe = { "unknown-host", wants_unknown_host,
	A_CONNECTION,
	&(const struct walk){ .starttls = STARTTLS_NEVER, .to_nobody = true } };

/* XEP-0220, 2.1.2: whether a name is believed for which nobody speaks. The partner looks
 * for that name, so it must not exist: with the user's own it would call his server. */
const struct probe impostor_probe = { "impostor", wants_impostor, A_CONNECTION,
	&(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = DIALBACK_RESULT,
		.from_nobody = true } };

/* The same in clear, where TLS is offered and not required. */
const struct probe plaintext_impostor_probe = { "plaintext-impostor",
	wants_plaintext_impostor, A_CONNECTION,
	&(const struct walk){ .starttls = STARTTLS_NEVER,
		.question = DIALBACK_RESULT,
		.from_nobody = true } };

/* Whether it speaks for a name that it does not host; some servers end the stream over
 * this (XEP-0220, 2.6). */
const struct probe unhosted_probe = { "unhosted", wants_unhosted, A_CONNECTION,
	&(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = DIALBACK_VERIFY,
		.about_nobody = true } };
