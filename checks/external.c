/* SASL EXTERNAL carried out (RFC 6120, 6; XEP-0178, 3): what the partner says of the
 * certificate with which our server would come. */
#include "checks/external.h"

#include "base/text.h"
#include "checks/agreed.h"
#include "checks/attempt.h"
#include "checks/trial.h"

/* What each alert about a client's certificate asks us to do (RFC 8446, 6.2). */
static const char *
remedy_of_alert(int alert)
{
	static const struct {
		int alert;
		const char *remedy;
	} row[] = {
		{ 43, "the partner does not take this kind of certificate: see whether it is "
		      "for client authentication (own.certificate.usage)" },
		{ 45, "renew your certificate, and compare the clocks" },
		{ 46, "see whether your certificate is for client authentication, and names "
		      "your domain" },
		{ 48, "send the whole chain, or use an authority that the partner trusts" },
		{ 116, "let your server present its certificate" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		if (row[i].alert == alert)
			return row[i].remedy;
	return NULL;
}

/* TLS 1.3 refuses late, and it is easily mistaken for a server that hung up. */
void
client_cert_accepted(struct inquiry *q)
{
	struct trial t = trial_external(q, EXTERNAL);
	const struct observation *header = cite_by(q, EXTERNAL, FACT_HEADER, PHASE_TLS);
	const char *advice;

	if (t.kind == TRIAL_REFUSED && t.where == TRIAL_AT_TLS) {
		if ((advice = remedy_of_alert(t.alert - 1)) != NULL)
			remedy(q, "%s", advice);
		failed(q, "we presented our certificate, and %s", t.words);
	} else if (header == NULL ||
		   !((const struct header_fact *)header->fact)->received) {
		skipped(q, trial_external_missing(q));
	}
}

/* --- the offer ---------------------------------------------------------------------- */

/* Without our certificate the offer is all that can be judged. */
static void
judge_offer_to_stranger(struct inquiry *q)
{
	const struct features_fact *f = attempt_inner_features(q);
	const struct observation *tls = cite(q, FACT_TLS);

	if (f == NULL || features_have(f, "EXTERNAL"))
		return;
	if (tls && !((const struct tls_fact *)tls->fact)->certificate_requested)
		noted(q, "EXTERNAL is not offered, and no certificate was asked for");
	else
		skipped(q, trial_external_missing(q));
}

void
external_offered(struct inquiry *q)
{
	struct trial t = trial_external(q, EXTERNAL);
	const struct observation *o = cite_by(q, EXTERNAL, FACT_FEATURES, PHASE_TLS);
	const struct features_fact *f = o ? o->fact : NULL;
	const struct policy *policy = q->partner->policy;

	if (t.kind == TRIAL_REFUSED && t.where == TRIAL_AT_TLS) {
		skipped(q, "tls.client-cert.accepted");
	} else if (t.kind == TRIAL_REFUSED && t.where == TRIAL_AT_FEATURES) {
		if (policy && policy->sasl == DEMAND_REQUIRED)
			grade(q, SEVERITY_HIGH);
		failed(q, "%s", t.words);
	} else if (f == NULL || !f->received) {
		judge_offer_to_stranger(q);
	}
}

/* --- the answer --------------------------------------------------------------------- */

/* RFC 6120, 6.5: what each condition asks for, and of whom. */
static const struct denial {
	const char *condition, *remedy;
	enum owner owner;
} denials[] = {
	{ "not-authorized",
		"compare your certificate with what the partner trusts: its names, who "
		"issued it, and its usage",
		OWNER_US },
	{ "invalid-authzid",
		"the domain of --from must be among the names of your certificate",
		OWNER_US },
	{ "credentials-expired", "renew your certificate", OWNER_US },
	{ "temporary-auth-failure", "try again later; then ask the partner for its log",
		OWNER_PARTNER },
	{ "account-disabled", "ask the partner to admit your domain", OWNER_PARTNER },
	{ "aborted", "ask the partner for its log: nobody broke off here",
		OWNER_PARTNER },
	{ "encryption-required",
		"ask the partner for its log: the exchange took place inside TLS",
		OWNER_PARTNER },
	{ "incorrect-encoding", "ask the partner for its log", OWNER_PARTNER },
	{ "invalid-mechanism", "ask the partner for its log: it had offered EXTERNAL",
		OWNER_PARTNER },
	{ "malformed-request", "ask the partner for its log", OWNER_PARTNER },
	{ "mechanism-too-weak", "ask the partner for its log: it had offered EXTERNAL",
		OWNER_PARTNER },
};

static void
assign(struct inquiry *q, const char *condition)
{
	for (size_t i = 0; i < sizeof denials / sizeof denials[0]; i++) {
		if (!text_same(condition, denials[i].condition))
			continue;
		remedy(q, "%s", denials[i].remedy);
		blame(q, denials[i].owner);
	}
}

/* RFC 6120, 6.4.6: a new stream with a new id, on which SASL is over. */
static void
judge_restart(struct inquiry *q, const struct trial *t)
{
	const struct observation *inner = cite_by(q, EXTERNAL, FACT_HEADER, PHASE_TLS);
	const struct observation *o = cite_by(q, EXTERNAL, FACT_HEADER, PHASE_SASL);
	const struct header_fact *before = inner ? inner->fact : NULL;
	const struct header_fact *header = o ? o->fact : NULL;
	const struct features_fact *features;

	if (t->stuck != NULL) {
		blame(q, OWNER_PARTNER);
		remedy(q,
			"look into the partner's log at the time of this run: it let us in, "
			"and then did not go on");
		failed(q, "our certificate is accepted, but %s", t->stuck);
		return;
	}
	if (before && (header->id == NULL || text_same(header->id, before->id)))
		warned(q,
			"our certificate is accepted, but the new stream has no new id");
	o = cite_by(q, EXTERNAL, FACT_FEATURES, PHASE_SASL);
	features = o ? o->fact : NULL;
	if (features && features->mechanisms > 0)
		warned(q,
			"our certificate is accepted, but mechanisms are offered again");
	passed(q, "our certificate is accepted");
}

static void
judge_refusal(struct inquiry *q, const struct trial *t)
{
	const struct certificate_fact *leaf = trial_certificate(q);

	assign(q, t->condition);
	if (t->silent && leaf && leaf->xmpp_addresses > 0)
		remedy(q, "reissue your certificate without the XmppAddr entry, on which "
			  "ejabberd ends the exchange");
	else if (t->silent) {
		blame(q, OWNER_PARTNER);
		remedy(q, "ask the partner for its log at the time of this run");
	}
	failed(q, "%s", t->words);
}

void
external_result(struct inquiry *q)
{
	struct trial t = trial_external(q, EXTERNAL);

	if (t.kind == TRIAL_ACCEPTED)
		judge_restart(q, &t);
	else if (t.kind == TRIAL_NONE)
		skipped(q, trial_external_missing(q));
	else if (t.where == TRIAL_AT_ANSWER)
		judge_refusal(q, &t);
	else
		skipped(q, t.where == TRIAL_AT_TLS ? "tls.client-cert.accepted"
						   : "sasl.external.offered");
}

/* XEP-0178, 3: the identity may be left empty, and is then the one of the certificate; a
 * foreign one is not to be had. */
void
external_authzid(struct inquiry *q)
{
	struct trial named = trial_external(q, EXTERNAL);
	struct trial empty = trial_external(q, EMPTY_EXTERNAL);

	foreign_identity(q);

	if (named.kind == TRIAL_NONE)
		skipped(q, trial_external_missing(q));
	else if (named.where != TRIAL_AT_ANSWER)
		skipped(q, named.where == TRIAL_AT_TLS ? "tls.client-cert.accepted"
						       : "sasl.external.offered");
	else if (empty.kind == TRIAL_NONE)
		skipped(q, q->partner->asked->depth == DEPTH_DEEP
				   ? "the rest of the connection"
				   : "--depth deep");
	else if (named.kind == TRIAL_ACCEPTED && empty.kind == TRIAL_REFUSED)
		warned(q, "with our domain as identity it succeeds, with an empty one %s",
			empty.words);
	else if (named.kind == TRIAL_REFUSED && empty.kind == TRIAL_ACCEPTED)
		warned(q, "with an empty identity it succeeds, with our domain %s",
			named.words);
	else if (named.kind == TRIAL_REFUSED)
		skipped(q, "sasl.external.result");
}

/* XEP-0178, 3, step 12 allows both. */
void
external_after_failure(struct inquiry *q)
{
	const struct observation *sasl = cite_by(q, EXTERNAL, FACT_SASL, PHASE_NONE);
	const struct observation *o, *error;
	const struct dialback_fact *dialback;

	if (sasl == NULL && trial_external(q, EXTERNAL).kind == TRIAL_NONE) {
		skipped(q, trial_external_missing(q));
		return;
	}
	if (sasl == NULL ||
		((const struct sasl_fact *)sasl->fact)->answer != SASL_FAILURE) {
		skipped(q, "a failure of SASL EXTERNAL");
		return;
	}
	o = cite_by(q, EXTERNAL, FACT_DIALBACK, PHASE_NONE);
	error = cite_by(q, EXTERNAL, FACT_ERROR, PHASE_TLS);
	dialback = o ? o->fact : NULL;
	if (error != NULL)
		noted(q, "the stream is closed: %s", say_error(q, error->fact));
	else if (dialback == NULL ||
		 (!dialback->answered && o->outcome == OUTCOME_CLOSED))
		noted(q, "the stream is closed");
	else if (!dialback->answered)
		noted(q, "the stream stays open, and dialback on it is not answered");
	else if (dialback->issued && text_same(dialback->type, "valid"))
		passed(q, "the stream stays open, and dialback on it is \"valid\"");
	else if (dialback->issued)
		noted(q, "the stream stays open, and dialback on it is \"%s\"",
			dialback->type ? dialback->type : "");
	else
		noted(q, "the stream stays open, and answers dialback");
}
