/* The connections to an endpoint: what each is for, how it goes, and when it can teach
 * something. The first is the session. All others wait until that is over, and are made
 * only where it got far enough for them. Those to which a partner must agree are in
 * agreed.c. */
#include "probes/walk.h"

#include "base/text.h"

/* --- what the session saw --------------------------------------------------------- */

const struct observation *
walk_find(const struct partner *partner, const char *probe, const struct endpoint *e,
	bool (*is_it)(const struct observation *))
{
	for (unsigned n = 1; n <= journal_size(partner->journal); n++) {
		const struct observation *o = journal_at(partner->journal, n);

		if (text_same(o->probe, probe) && text_same(o->endpoint, e->id) &&
			is_it(o))
			return o;
	}
	return NULL;
}

/* The same of the session. */
static const struct observation *
find(const struct partner *partner, const struct endpoint *e,
	bool (*is_it)(const struct observation *))
{
	return walk_find(partner, "session", e, is_it);
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

static bool
is_encrypted_features(const struct observation *o)
{
	const struct features_fact *features = o->fact;

	return o->kind == FACT_FEATURES && features->received &&
	       features->phase == PHASE_TLS;
}

static bool
is_certificate_request(const struct observation *o)
{
	return o->kind == FACT_TLS &&
	       ((const struct tls_fact *)o->fact)->certificate_requested;
}

static bool
is_sasl(const struct observation *o)
{
	return o->kind == FACT_SASL;
}

/* The sender's name may be the reason (RFC 6120, 4.9.3.9, 4.9.3.12, 4.9.3.14). */
static bool
is_exclusion(const struct observation *o)
{
	static const char *const condition[] = { "invalid-from", "not-allowed",
		"not-authorized", "policy-violation", NULL };
	const struct error_fact *error = o->fact;

	return o->kind == FACT_ERROR && text_same(error->after, "header") &&
	       error->condition && name_index(condition, error->condition) >= 0;
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
was_excluded(const struct partner *partner, const struct endpoint *e)
{
	return !partner->asked->from_stranger && partner->role != ROLE_OWN &&
	       find(partner, e, is_exclusion) != NULL;
}

bool
walk_may_ask(const struct partner *partner, const struct endpoint *e)
{
	const struct observation *o = find(partner, e, is_plain_features);

	return find(partner, e, is_encrypted_features) != NULL ||
	       (o != NULL && !((const struct features_fact *)o->fact)->starttls);
}

/* A server refuses a stream from a domain that it hosts. */
bool
walk_may_be_ourselves(const struct partner *partner)
{
	return partner->role != ROLE_OWN && !partner->asked->from_stranger &&
	       partner->asked->depth != DEPTH_QUICK;
}

bool
walk_may_encrypt(const struct partner *partner)
{
	return partner->policy == NULL || partner->policy->tls != DEMAND_NOT_SUPPORTED;
}

static bool
wants_certificate(const struct partner *partner, const struct endpoint *e)
{
	return find(partner, e, is_certificate_request) != NULL;
}

static bool
answered_external(const struct partner *partner, const struct endpoint *e)
{
	return walk_find(partner, "external", e, is_sasl) != NULL;
}

/* In clear only where nothing better is offered; question_may() has the last word. */
static bool
may_take_key(const struct partner *partner, const struct endpoint *e)
{
	const struct observation *o = find(partner, e, is_plain_features);

	return find(partner, e, is_encrypted_features) != NULL ||
	       (o != NULL && !((const struct features_fact *)o->fact)->starttls &&
		       partner->policy &&
		       (negotiation_of(partner->policy)->methods & ALLOWS_TCP_DIALBACK));
}

static bool
may_take_key_in_clear(const struct partner *partner, const struct endpoint *e)
{
	const struct observation *o = find(partner, e, is_plain_features);

	return o != NULL && !((const struct features_fact *)o->fact)->starttls_required;
}

static bool
is_over(const struct partner *partner, const struct endpoint *e)
{
	return find(partner, e, is_end) != NULL;
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
knock(const struct probe *probe, const struct endpoint *list, size_t count,
	const struct partner *partner, struct plan *plan)
{
	for (size_t i = 0; i < count; i++) {
		struct task task = {
			.probe = probe, .about = list[i].id, .endpoint = &list[i]
		};

		if (address_special(list[i].address) == NULL ||
			endpoint_may_be_special(partner->asked))
			wish(plan, &task);
	}
}

static void
wants_session(const struct partner *partner, struct plan *plan)
{
	size_t count;
	const struct endpoint *list = endpoints(plan_arena(plan), partner, &count);

	knock(&session_probe, list, count, partner, plan);
}

static void
wants_bare(const struct partner *partner, struct plan *plan)
{
	size_t count;
	const struct endpoint *list;

	if (partner->asked->depth != DEPTH_DEEP)
		return;
	list = bare_endpoints(plan_arena(plan), partner, &count);
	knock(&bare_probe, list, count, partner, plan);
}

static void
wants_route(const struct partner *partner, struct plan *plan)
{
	size_t count;
	const struct endpoint *list = route_endpoints(plan_arena(plan), partner, &count);

	if (partner->asked->depth != DEPTH_QUICK)
		knock(&route_probe, list, count, partner, plan);
}

/* A further connection to each endpoint where it is ready and due. */
static void
wish_each(bool (*ready)(const struct partner *, const struct endpoint *),
	bool (*due)(const struct partner *, const struct endpoint *),
	const struct probe *probe, const struct partner *partner, struct plan *plan)
{
	size_t count;
	const struct endpoint *list = endpoints(plan_arena(plan), partner, &count);

	for (size_t i = 0; i < count; i++) {
		struct task task = {
			.probe = probe, .about = list[i].id, .endpoint = &list[i]
		};

		if (ready(partner, &list[i]) && due(partner, &list[i]))
			wish(plan, &task);
	}
}

void
walk_wish(bool (*due)(const struct partner *, const struct endpoint *),
	const struct probe *probe, const struct partner *partner, struct plan *plan)
{
	wish_each(is_over, due, probe, partner, plan);
}

static void
wish_at_once(bool (*due)(const struct partner *, const struct endpoint *),
	const struct probe *probe, const struct partner *partner, struct plan *plan)
{
	wish_each(always, due, probe, partner, plan);
}

static void
wants_verify(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth != DEPTH_QUICK)
		walk_wish(was_refused, &verify_probe, partner, plan);
}

static void
wants_hidden_tls(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth != DEPTH_QUICK)
		walk_wish(may_hide_tls, &hidden_tls_probe, partner, plan);
}

static void
wants_stranger(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth != DEPTH_QUICK)
		walk_wish(was_excluded, &stranger_probe, partner, plan);
}

static void
wants_external(const struct partner *partner, struct plan *plan)
{
	if (plan_credentials(plan)->certificate != NULL &&
		walk_may_be_ourselves(partner) && walk_may_encrypt(partner))
		wish_at_once(wants_certificate, &external_probe, partner, plan);
}

static void
wants_empty_external(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		wish_at_once(answered_external, &empty_external_probe, partner, plan);
}

bool
walk_may_dial_back(const struct partner *partner, const struct plan *plan)
{
	return plan_credentials(plan)->secret != NULL && walk_may_be_ourselves(partner) &&
	       (partner->policy == NULL || partner->policy->dialback == AGREED_TRUE);
}

static void
wants_dialback(const struct partner *partner, struct plan *plan)
{
	if (walk_may_dial_back(partner, plan) && walk_may_encrypt(partner))
		wish_at_once(may_take_key, &dialback_probe, partner, plan);
}

static void
wants_plaintext_dialback(const struct partner *partner, struct plan *plan)
{
	if (walk_may_dial_back(partner, plan) && !walk_may_encrypt(partner))
		wish_at_once(
			may_take_key_in_clear, &plaintext_dialback_probe, partner, plan);
}

static void
wants_unknown_host(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		walk_wish(always, &unknown_host_probe, partner, plan);
}

/* Only of ourselves; a secret that this run invented no server has. */
static bool
may_try_secret(const struct partner *partner, const struct plan *plan)
{
	return partner->role == ROLE_OWN && plan_credentials(plan)->secret != NULL &&
	       !plan_credentials(plan)->invented;
}

static void
wants_secret(const struct partner *partner, struct plan *plan)
{
	if (may_try_secret(partner, plan))
		walk_wish(came_to_question, &secret_probe, partner, plan);
}

static void
wants_plaintext_secret(const struct partner *partner, struct plan *plan)
{
	if (may_try_secret(partner, plan))
		walk_wish(was_refused, &plaintext_secret_probe, partner, plan);
}

static void
wants_impostor(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		walk_wish(came_to_question, &impostor_probe, partner, plan);
}

static void
wants_plaintext_impostor(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		walk_wish(may_stay_in_clear, &plaintext_impostor_probe, partner, plan);
}

static void
wants_unhosted(const struct partner *partner, struct plan *plan)
{
	if (partner->asked->depth == DEPTH_DEEP)
		walk_wish(came_to_question, &unhosted_probe, partner, plan);
}

/* --- the rows --------------------------------------------------------------------- */

/* As a server that calls the partner. */
const struct probe session_probe = { .name = "session",
	.wants = wants_session,
	A_CONNECTION,
	.walk = &(const struct walk){
		.starttls = STARTTLS_IF_OFFERED, .question = ASK_VERIFY } };

/* The same question in clear, where a strict server refuses a stranger inside TLS. */
const struct probe verify_probe = { .name = "verify",
	.wants = wants_verify,
	A_CONNECTION,
	.walk = &(const struct walk){
		.starttls = STARTTLS_NEVER, .question = ASK_VERIFY } };

/* Whether our certificate is accepted. The session comes without one, so that both can be
 * compared. Where EXTERNAL is not offered our server would go on with dialback. */
const struct probe external_probe = { .name = "external",
	.wants = wants_external,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.external = EXTERNAL_DOMAIN,
		.question = ASK_SHORTCUT } };

/* RFC 6120, 6.4.2: whether an empty identity is accepted as well. */
const struct probe empty_external_probe = { .name = "empty-external",
	.wants = wants_empty_external,
	A_CONNECTION,
	.walk = &(const struct walk){
		.starttls = STARTTLS_IF_OFFERED, .external = EXTERNAL_EMPTY } };

/* Dialback in our own name, with a key that our server calls valid. Without a certificate,
 * so that nothing but the answer of our server can have convinced the partner (XEP-0344,
 * 2.4). */
const struct probe dialback_probe = { .name = "dialback",
	.wants = wants_dialback,
	A_CONNECTION,
	.walk = &(const struct walk){
		.starttls = STARTTLS_IF_OFFERED, .question = ASK_ISSUED } };

/* The same in clear, where that was agreed. */
const struct probe plaintext_dialback_probe = { .name = "plaintext-dialback",
	.wants = wants_plaintext_dialback,
	A_CONNECTION,
	.walk = &(const struct walk){
		.starttls = STARTTLS_NEVER, .question = ASK_ISSUED } };

/* Whether our servers know the keys that our secret makes. */
const struct probe secret_probe = { .name = "secret",
	.wants = wants_secret,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_KNOWN,
		.from_nobody = true } };

/* The same in clear, where a server refuses a stranger inside TLS. */
const struct probe plaintext_secret_probe = { .name = "plaintext-secret",
	.wants = wants_plaintext_secret,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_NEVER,
		.question = ASK_KNOWN,
		.from_nobody = true } };

/* Whether it is the user's own name that is not wanted. */
const struct probe stranger_probe = { .name = "stranger",
	.wants = wants_stranger,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_VERIFY,
		.from_nobody = true } };

/* RFC 7590, 3.1: TLS that is not offered may be there, and the offer taken away. */
const struct probe hidden_tls_probe = { .name = "hidden-tls",
	.wants = wants_hidden_tls,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_ALWAYS } };

/* Whether anything is left over at the domain's own address (XEP-0495, 4.4). */
const struct probe bare_probe = { .name = "bare",
	.wants = wants_bare,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED } };

/* Whether the fixed host of what was agreed is still the partner's (RFC 6120, 3.2.3). */
const struct probe route_probe = { .name = "route",
	.wants = wants_route,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED } };

/* RFC 6120, 4.9.3.6: whether a name that it does not host is refused. */
const struct probe unknown_host_probe = { .name = "unknown-host",
	.wants = wants_unknown_host,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_NEVER, .to_nobody = true } };

/* XEP-0220, 2.1.2: whether a name is believed for which nobody speaks. The partner looks
 * for that name, so it must not exist: with the user's own it would call his server. */
const struct probe impostor_probe = { .name = "impostor",
	.wants = wants_impostor,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_RESULT,
		.from_nobody = true } };

/* The same in clear, where TLS is offered and not required. */
const struct probe plaintext_impostor_probe = { .name = "plaintext-impostor",
	.wants = wants_plaintext_impostor,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_NEVER,
		.question = ASK_RESULT,
		.from_nobody = true } };

/* Whether it speaks for a name that it does not host; some servers end the stream over
 * this (XEP-0220, 2.6). */
const struct probe unhosted_probe = { .name = "unhosted",
	.wants = wants_unhosted,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_VERIFY,
		.about_nobody = true } };
