/* An offer is not a promise: ejabberd offers EXTERNAL to everybody, Prosody only to whom
 * it believes, Openfire offers a dialback that it refuses, and jabberd2 requires TLS without
 * a word. So what was done counts before what was said. */
#include "checks/observed.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/impostor.h"
#include "model/suite.h"

/* --- one endpoint ------------------------------------------------------------------- */

/* What <starttls/> without <required/> is worth shows only a try in clear. A server that
 * refuses there what it takes inside TLS requires TLS. */
static enum offer
read_optional_tls(struct observed *o)
{
	struct reception clear = impostor_reception(&o->at, PLAINTEXT_IMPOSTOR);
	struct reception inside = impostor_reception(&o->at, IMPOSTOR);

	if (impostor_is_heard(&clear))
		return OFFER_OPTIONAL;
	if (clear.kind == RECEPTION_REFUSED && impostor_is_heard(&inside))
		return OFFER_REQUIRED;
	return OFFER_MADE;
}

static enum offer
read_tls(struct observed *o)
{
	const struct header_fact *header = attempt_header(&o->at, PHASE_PLAIN);

	if (attempt_is_direct(&o->at))
		return o->version ? OFFER_REQUIRED : OFFER_UNKNOWN;
	/* RFC 6120, 4.7.5: below version 1.0 there are no features. */
	if (o->plain == NULL)
		return header && header_is_old(header) ? OFFER_NONE : OFFER_UNKNOWN;
	if (!o->plain->starttls)
		return OFFER_NONE;
	return o->plain->starttls_required ? OFFER_REQUIRED : read_optional_tls(o);
}

/* A Prosody that has neither dialback nor, for a stranger, EXTERNAL ends the stream by
 * undefined-condition in place of the features. */
static bool
read_demand(struct observed *o)
{
	const struct error_fact *error = attempt_error(&o->at, PHASE_TLS);

	return attempt_demands(&o->at) ||
	       (error && text_same(error->after, "header") &&
		       text_same(error->condition, "undefined-condition"));
}

/* By a list of domains that are admitted (RFC 6120, 4.9.3.12, 4.9.3.14), or for want of a
 * certificate. */
static const struct error_fact *
find_rejection(struct inquiry *at, enum phase phase)
{
	static const char *const conditions[] = { "not-authorized", "policy-violation",
		"not-allowed", "forbidden", NULL };
	const struct error_fact *error = attempt_error(at, phase);

	if (error && text_same(error->after, "header") && error->condition &&
		name_index(conditions, error->condition) >= 0)
		return error;
	return NULL;
}

static const struct error_fact *
last_rejection(struct inquiry *at)
{
	const struct error_fact *inside = find_rejection(at, PHASE_TLS);

	return inside ? inside : find_rejection(at, PHASE_PLAIN);
}

bool
observed_excludes(struct inquiry *at)
{
	const struct error_fact *error = last_rejection(at);
	const struct observation *o =
		error ? cite_by(at, "stranger", FACT_FEATURES, error->phase) : NULL;

	return o && ((const struct features_fact *)o->fact)->received;
}

static enum known
read_dialback(struct observed *o, enum phase phase)
{
	const struct features_fact *f = phase == PHASE_TLS ? o->inside : o->plain;
	const struct header_fact *h = attempt_header(&o->at, phase);

	const struct trial *dialed =
		phase == PHASE_TLS ? &o->stance.dialed : &o->stance.clear_dialed;

	if (dialed->kind != TRIAL_NONE)
		return dialed->about_dialback ? KNOWN_FALSE : KNOWN_TRUE;
	/* Offers lie (Openfire): the same server has just refused a question. */
	if (o->stance.authority == AUTHORITY_REFUSES || o->demands)
		return KNOWN_FALSE;
	/* XEP-0220, 2.4.1: the declaration is the older way to offer dialback. */
	if ((f && f->dialback) || (h && h->dialback_prefix))
		return KNOWN_TRUE;
	/* Some take it without having offered it. */
	return f && o->stance.authority != AUTHORITY_ANSWERS ? KNOWN_FALSE : KNOWN_NOT;
}

static void
read_dialbacks(struct observed *o)
{
	struct stance *s = &o->stance;

	s->dialback = read_dialback(o, PHASE_TLS);
	s->clear_dialback = read_dialback(o, PHASE_PLAIN);
	if (s->tls == OFFER_NONE)
		s->dialback = KNOWN_FALSE;
	if (s->tls == OFFER_REQUIRED)
		s->clear_dialback = KNOWN_FALSE;
}

/* Without a certificate of ours an offer of EXTERNAL tells that it is possible, its
 * absence nothing as long as a certificate is asked for (XEP-0178, 3). With one we know. */
static enum offer
read_sasl(struct observed *o)
{
	if (o->stance.tls == OFFER_NONE)
		return OFFER_NONE;
	if (o->tls == NULL || (!o->tls->completed && !o->tls->certificate_requested))
		return OFFER_UNKNOWN;
	if (!o->tls->certificate_requested)
		return OFFER_NONE;
	if (o->demands)
		return OFFER_REQUIRED;
	if (o->stance.external.kind != TRIAL_ACCEPTED &&
		(o->inside == NULL || !features_have(o->inside, "EXTERNAL")))
		return OFFER_UNKNOWN;
	if (o->stance.dialback == KNOWN_NOT)
		return OFFER_MADE;
	return o->stance.dialback == KNOWN_TRUE ? OFFER_OPTIONAL : OFFER_REQUIRED;
}

static void
look(struct observed *o, const struct inquiry *q, const struct endpoint *endpoint)
{
	const struct observation *tls;

	*o = (struct observed){ .at = inquiry_at(q, endpoint) };
	o->progress = progress_at(&o->at, endpoint);
	o->plain = attempt_features(&o->at, PHASE_PLAIN);
	o->inside = attempt_features(&o->at, PHASE_TLS);
	tls = cite(&o->at, FACT_TLS);
	o->tls = tls ? tls->fact : NULL;
	o->version = o->tls && o->tls->completed && o->tls->version
			     ? tls_title(o->tls->version)
			     : NULL;
	o->rejection = last_rejection(&o->at);
	o->excludes = observed_excludes(&o->at);
	o->demands = o->tls && !o->excludes && read_demand(o);
	o->stance.refusal = verdict_certificate(q->partner, endpoint->id);
	o->stance.authority = verdict_authority(&o->at);
	o->stance.encrypts = o->version != NULL;
	o->stance.tls = read_tls(o);
	o->stance.external = trial_external(&o->at, EXTERNAL);
	o->stance.dialed = trial_dialback(&o->at, DIALBACK);
	o->stance.clear_dialed = trial_dialback(&o->at, PLAINTEXT_DIALBACK);
	read_dialbacks(o);
	o->stance.sasl = read_sasl(o);
}

struct observed *
observe(struct inquiry *q, size_t *count)
{
	const struct endpoint *list = all_endpoints(q, count);
	struct observed *observed =
		arena_alloc(q->arena, (*count + 1) * sizeof *observed);

	for (size_t i = 0; i < *count; i++)
		look(&observed[i], q, &list[i]);
	return observed;
}

bool
observed_works(const struct observed *o)
{
	return o->progress == PROGRESS_WORKING;
}

bool
observed_is_theirs(struct observed *o)
{
	return observed_works(o) && !attempt_is_unknown_host(&o->at, PHASE_PLAIN) &&
	       !attempt_is_unknown_host(&o->at, PHASE_TLS);
}

/* --- the partner -------------------------------------------------------------------- */

static enum offer
join_offers(enum offer a, enum offer b)
{
	if (a == b)
		return a;
	if (a <= OFFER_NONE && b <= OFFER_NONE)
		return OFFER_UNKNOWN;
	if (a > OFFER_NONE && b > OFFER_NONE &&
		(a == OFFER_OPTIONAL || b == OFFER_OPTIONAL))
		return OFFER_OPTIONAL;
	return OFFER_MADE;
}

static enum known
join_knowledge(enum known a, enum known b)
{
	if (a == KNOWN_TRUE || b == KNOWN_TRUE)
		return KNOWN_TRUE;
	return a == b ? a : KNOWN_NOT;
}

static enum authority
join_authorities(enum authority a, enum authority b)
{
	if (a == AUTHORITY_ANSWERS || b == AUTHORITY_UNKNOWN)
		return a;
	return b;
}

/* What one endpoint takes can be had; a refusal tells more than no trial. */
static struct trial
join_trials(struct trial a, struct trial b)
{
	if (a.kind == TRIAL_ACCEPTED || b.kind == TRIAL_NONE)
		return a;
	return b;
}

static void
join(struct stance *all, const struct stance *one)
{
	all->tls = join_offers(all->tls, one->tls);
	all->sasl = join_offers(all->sasl, one->sasl);
	all->encrypts |= one->encrypts;
	all->dialback = join_knowledge(all->dialback, one->dialback);
	all->clear_dialback = join_knowledge(all->clear_dialback, one->clear_dialback);
	all->authority = join_authorities(all->authority, one->authority);
	if (one->refusal == NULL)
		all->refusal = NULL;
	all->external = join_trials(all->external, one->external);
	all->dialed = join_trials(all->dialed, one->dialed);
	all->clear_dialed = join_trials(all->clear_dialed, one->clear_dialed);
}

bool
observed_stance(struct observed *o, size_t count, struct stance *stance)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (!observed_is_theirs(&o[i]))
			continue;
		if (any)
			join(stance, &o[i].stance);
		else
			*stance = o[i].stance;
		any = true;
	}
	return any;
}
