/* The causes in what was agreed. What a technical trouble explains as well is left to that:
 * an expired certificate is not repaired by another policy. */
#include "checks/cause.h"

#include "base/text.h"
#include "checks/headline.h"

#include <string.h>

static bool
has_failed(const struct partner *partner, const char *check)
{
	return verdict_at(partner, check, NULL) == STATUS_FAIL;
}

/* The first cause whose id begins so, or NULL. */
static const char *
find_cause(const struct partner *partner, const char *const *beginnings)
{
	for (size_t i = 0; i < partner->causes; i++)
		for (size_t k = 0; beginnings[k] != NULL; k++)
			if (text_starts(partner->cause[i].id, beginnings[k]))
				return partner->cause[i].id;
	return NULL;
}

/* Whether both directions would have a method if the technical trouble were gone. */
static bool
would_work(struct inquiry *q, struct observed *o, size_t count,
	const struct supposition *supposition)
{
	struct outlook outlook = headline_suppose(q, o, count, supposition);

	return outlook.out.method != METHOD_NONE && outlook.in.method != METHOD_NONE;
}

/* Whether without what was agreed there would be a method where now there is none. */
static bool
is_of_policy(struct inquiry *q, struct observed *o, size_t count,
	struct supposition supposition)
{
	struct outlook agreed, free;

	agreed = headline_suppose(q, o, count, &supposition);
	supposition.policy = NULL;
	free = headline_suppose(q, o, count, &supposition);
	return (agreed.out.method == METHOD_NONE && free.out.method != METHOD_NONE) ||
	       (agreed.in.method == METHOD_NONE && free.in.method != METHOD_NONE);
}

/* What was agreed is no reason, neither now nor when the partner has mended its side. */
static bool
is_innocent(struct inquiry *q, struct observed *o, size_t count)
{
	const struct policy *policy = q->partner->policy;

	return policy->tls != DEMAND_NOT_SUPPORTED &&
	       !is_of_policy(q, o, count, (struct supposition){ .policy = policy }) &&
	       !is_of_policy(q, o, count,
		       (struct supposition){
			       .policy = policy, .certificates_good = true }) &&
	       !is_of_policy(q, o, count,
		       (struct supposition){
			       .policy = policy, .authority_answers = true });
}

/* The cause that is no matter of policy, and without which the agreed methods would do. */
static const char *
find_technical(struct inquiry *q)
{
	static const char *const certificate[] = { "cause.cert.", NULL };
	static const char *const dialback[] = { "cause.dialback.their-authority", NULL };
	static const char *const encryption[] = { "cause.host.", "cause.port.",
		"cause.tls.", "cause.peer.", "cause.stream.", "cause.sasl.", NULL };
	static const char *const any[] = { "cause.host.", "cause.port.", "cause.tls.",
		"cause.peer.", "cause.stream.", "cause.sasl.", "cause.cert.",
		"cause.dialback.", NULL };
	const struct policy *policy = q->partner->policy;
	struct stance stance;
	const char *cause;
	size_t count;
	struct observed *o = observe(q, &count);

	if (!observed_stance(o, count, &stance))
		return NULL;
	if (stance.external.kind == TRIAL_REFUSED && policy->sasl != DEMAND_NOT_SUPPORTED)
		return find_cause(q->partner, certificate);
	/* What would be offered inside TLS nobody knows. */
	if (!stance.encrypts && policy->tls != DEMAND_NOT_SUPPORTED &&
		(cause = find_cause(q->partner, encryption)) != NULL)
		return cause;
	if (would_work(q, o, count,
		    &(struct supposition){ .policy = policy, .certificates_good = true }))
		return find_cause(q->partner, certificate);
	if (would_work(q, o, count,
		    &(struct supposition){ .policy = policy, .authority_answers = true }))
		return find_cause(q->partner, dialback);
	return is_innocent(q, o, count) ? find_cause(q->partner, any) : NULL;
}

static void
explain(struct partner *partner, const char *check, enum status least, const char *cause)
{
	for (size_t i = 0; i < partner->findings; i++) {
		struct finding *f = &partner->finding[i];

		if (strcmp(f->check, check) == 0 && f->status >= least &&
			f->cause == NULL)
			f->cause = cause;
	}
}

/* Without TLS, or with a certificate that is no good, there is no EXTERNAL. */
static const char *
find_reason_of_sasl(struct inquiry *q)
{
	static const char *const encryption[] = { "cause.tls.", NULL };
	static const char *const certificate[] = { "cause.cert.", NULL };
	struct stance stance;
	size_t count;
	struct observed *o = observe(q, &count);

	if (!observed_stance(o, count, &stance))
		return NULL;
	if (stance.tls == OFFER_NONE)
		return find_cause(q->partner, encryption);
	if (stance.external.kind == TRIAL_REFUSED ||
		(stance.sasl != OFFER_NONE && stance.refusal != NULL))
		return find_cause(q->partner, certificate);
	return NULL;
}

/* Dialback takes the place of the certificate for as long as that is no good. */
static bool
is_doubt_of_proof(const struct partner *partner)
{
	const struct policy *policy = partner->policy;

	return policy->type == TYPE_FEDERATED &&
	       (negotiation_of(policy)->methods & ALLOWS_SASL) &&
	       verdict_at(partner, "policy.partner-type", NULL) == STATUS_WARN;
}

void
cause_policy_consequences(struct partner *partner)
{
	struct finding rest = { 0 };
	struct inquiry q = {
		.partner = partner, .arena = partner->arena, .finding = &rest
	};
	const char *cause;

	if (partner->policy == NULL)
		return;
	if (has_failed(partner, "policy.method") &&
		(cause = find_technical(&q)) != NULL) {
		explain(partner, "policy.method", STATUS_FAIL, cause);
		explain(partner, "policy.tls.mismatch", STATUS_FAIL, cause);
		explain(partner, "policy.sasl.mismatch", STATUS_FAIL, cause);
		explain(partner, "policy.dialback.mismatch", STATUS_FAIL, cause);
	}
	if ((cause = find_reason_of_sasl(&q)) != NULL) {
		explain(partner, "policy.sasl.mismatch", STATUS_WARN, cause);
		if (is_doubt_of_proof(partner))
			explain(partner, "policy.partner-type", STATUS_WARN, cause);
	}
}

/* With TLS on again, what the table says of a row without it is settled as well. */
static bool
lacks_tls(const struct partner *partner)
{
	return partner->policy && partner->policy->tls == DEMAND_NOT_SUPPORTED &&
	       has_failed(partner, "policy.tls.mismatch");
}

const struct cause_row cause_policy[] = {
	{ .id = "cause.policy.impossible",
		.say = "what was agreed for this partner can never connect",
		.remedy =
			"choose a combination that leaves a method; for most partners TLS "
			"required, SASL optional, dialback on",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "policy.valid" },
		.least = STATUS_FAIL,
		.explains = { "policy." } },
	{ .id = "cause.policy.no-common-method",
		.say = "TLS is switched off for this partner, which requires it",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "policy.method" },
		.least = STATUS_FAIL,
		.also = lacks_tls,
		.explains = { "policy.tls.mismatch", "policy.sasl.mismatch",
			"policy.dialback.mismatch", "policy.valid",
			"policy.control-panel" } },
	{ .id = "cause.policy.no-common-method",
		.say = "no method is left that both sides allow",
		.owner = OWNER_BOTH,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "policy.method" },
		.least = STATUS_FAIL,
		.explains = { "policy.tls.mismatch", "policy.sasl.mismatch",
			"policy.dialback.mismatch" } },
	{ 0 }
};
