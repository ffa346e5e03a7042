/* The causes behind a refusal of what we prove ourselves with: our certificate, and the keys
 * of our dialback secret. */
#include "base/text.h"
#include "checks/attempt.h"
#include "checks/callback.h"
#include "checks/cause.h"
#include "checks/inbound.h"
#include "checks/progress.h"
#include "checks/trial.h"
#include "checks/verdict.h"
#include "model/name.h"

#include <string.h>

/* --- our certificate ---------------------------------------------------------------- */

static bool
is_refused(struct inquiry *q)
{
	return trial_external(q, EXTERNAL).about_certificate;
}

static bool
lacks_client_usage(struct inquiry *q)
{
	const struct certificate_fact *leaf = trial_certificate(q);

	if (leaf == NULL || !leaf->has_extended_key_usage || !is_refused(q))
		return false;
	for (size_t i = 0; i < leaf->extended_key_usages; i++)
		if (text_same(leaf->extended_key_usage[i], "clientAuth") ||
			text_same(leaf->extended_key_usage[i], "any"))
			return false;
	return true;
}

/* ejabberd hands OpenSSL's words on: "unsupported certificate purpose". */
static bool
says_usage(struct inquiry *q)
{
	struct trial t = trial_external(q, EXTERNAL);

	return t.alert == 43 + 1 || (t.text && strstr(t.text, "purpose"));
}

static bool
says_any(const struct trial *t, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (t->text != NULL && strcasestr(t->text, words[i]) != NULL)
			return true;
	return false;
}

static bool
says_date(struct inquiry *q)
{
	static const char *const words[] = { "expired", "not yet valid", NULL };
	struct trial t = trial_external(q, EXTERNAL);

	return t.alert == 45 + 1 || says_any(&t, words);
}

static bool
has_expired(struct inquiry *q)
{
	const struct certificate_fact *leaf = trial_certificate(q);

	return is_refused(q) && leaf != NULL && !trial_is_in_date(q) &&
	       (says_date(q) || leaf->not_after < journal_started(q->partner->journal));
}

/* By one of the two clocks, or by a certificate that the partner adds to the chain. */
static bool
has_other_clock(struct inquiry *q)
{
	return is_refused(q) && says_date(q) && trial_is_in_date(q);
}

/* RFC 6120, 13.7.1.2.1 */
static bool
lacks_name(struct inquiry *q)
{
	const struct certificate_fact *leaf = trial_certificate(q);
	const struct local *local = run_local(q->partner->asked);

	return leaf != NULL && local != NULL && local->domain != NULL && is_refused(q) &&
	       name_identities(q->arena, leaf, local->domain) == 0;
}

static bool
says_name(struct inquiry *q)
{
	static const char *const words[] = { "name mismatch", "not match",
		"for this name", NULL };
	struct trial t = trial_external(q, EXTERNAL);

	return text_same(t.condition, "invalid-authzid") || says_any(&t, words);
}

/* At another endpoint of the same partner, so that the difference is not ours. */
static bool
is_taken_elsewhere(struct inquiry *q)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; is_refused(q) && i < count; i++) {
		struct inquiry at = inquiry_at(q, &list[i]);
		struct trial t = trial_external(&at, EXTERNAL);

		if (t.kind == TRIAL_ACCEPTED && t.stuck == NULL)
			return true;
	}
	return false;
}

static bool
is_self_signed(struct inquiry *q)
{
	const struct certificate_fact *leaf = trial_certificate(q);

	return leaf != NULL && leaf->subject != NULL &&
	       text_same(leaf->subject, leaf->issuer) && is_refused(q);
}

/* Of ours, which is for our domain. */
static bool
minds_identity(struct inquiry *q)
{
	return is_refused(q) &&
	       text_same(trial_external(q, EXTERNAL).condition, "invalid-authzid");
}

/* RFC 8446, 6.2 and 4.2.4; the words of OpenSSL, which servers hand on, or
 * those of Prosody (mod_s2s, friendly_cert_error()). */
static bool
is_of_unknown_authority(struct inquiry *q)
{
	static const char *const words[] = { "unable to get", "unknown ca",
		"self signed certificate in", "self-signed certificate in",
		"is not trusted", NULL };
	const struct observation *o = cite_by(q, EXTERNAL, FACT_TLS, PHASE_NONE);
	struct trial t = trial_external(q, EXTERNAL);

	return t.about_certificate &&
	       (t.alert == 48 + 1 || says_any(&t, words) ||
		       (o != NULL && !trial_is_wanted(q, o->fact)));
}

static bool
breaks_on_xmpp_address(struct inquiry *q)
{
	const struct certificate_fact *leaf = trial_certificate(q);
	struct trial t = trial_external(q, EXTERNAL);

	return leaf && leaf->xmpp_addresses > 0 && t.kind == TRIAL_REFUSED &&
	       t.where == TRIAL_AT_ANSWER && t.silent;
}

/* It took our certificate in TLS, and offered EXTERNAL. */
static bool
gets_no_answer(struct inquiry *q)
{
	struct trial t = trial_external(q, EXTERNAL);

	return t.kind == TRIAL_REFUSED && t.where == TRIAL_AT_ANSWER && t.silent;
}

/* It has let us in, and does not go on. */
static bool
begins_no_stream(struct inquiry *q)
{
	return trial_external(q, EXTERNAL).stuck != NULL;
}

/* --- dialback ----------------------------------------------------------------------- */

static struct trial
dialback(struct inquiry *q)
{
	struct trial t = trial_dialback(q, DIALBACK);

	return t.kind == TRIAL_NONE ? trial_dialback(q, PLAINTEXT_DIALBACK) : t;
}

/* Who came to our listener has found the way; what stopped it there is another cause. Who
 * kept silent may have looked for us in vain; where we listened and nobody came, it has. */
static bool
has_no_way_back(struct inquiry *q)
{
	static const char *const conditions[] = { "remote-connection-failed",
		"remote-server-timeout", "remote-server-not-found", NULL };
	struct trial t = dialback(q);

	if (callback_came(q))
		return false;
	return (t.condition && name_index(conditions, t.condition) >= 0) ||
	       (t.kind == TRIAL_REFUSED && t.silent && run_listens(q->partner->asked));
}

/* From another endpoint of the same partner, which looks for us as this one does. */
static bool
is_found_elsewhere(struct inquiry *q)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; has_no_way_back(q) && i < count; i++) {
		struct inquiry at = inquiry_at(q, &list[i]);

		if (dialback(&at).kind == TRIAL_ACCEPTED)
			return true;
	}
	return false;
}

/* ejabberd hands on why it did not get to us (xmpp_stream_out:format_error/1). */
static bool
says(const struct trial *t, const char *words)
{
	return t->kind == TRIAL_REFUSED && t->text != NULL &&
	       strstr(t->text, words) != NULL;
}

static bool
finds_no_record(struct inquiry *q)
{
	struct trial t = dialback(q);

	return says(&t, "DNS lookup failed");
}

/* Our own server, or one that the partner takes for it, said no. */
static bool
denies_key(struct inquiry *q)
{
	struct trial t = dialback(q);

	return t.kind == TRIAL_REFUSED && t.denied && !t.vouched;
}

/* Somebody answered the partner, and where we listened nobody came. */
static bool
asks_another_server(struct inquiry *q)
{
	struct trial t = dialback(q);

	return verdict_at(q->partner, "dialback.callback.seen", NULL) == STATUS_FAIL &&
	       (says(&t, "closed by peer") || denies_key(q));
}

static bool
forbids_dialback(struct inquiry *q)
{
	static const char *const conditions[] = { "policy-violation", "not-authorized",
		"not-allowed", "unsupported-stanza-type", NULL };
	const char *condition = dialback(q).condition;

	return condition && name_index(conditions, condition) >= 0;
}

/* RFC 6120, 5.3.1: TLS may be mandatory-to-negotiate. */
static bool
wants_tls_first(struct inquiry *q)
{
	const struct policy *policy = q->partner->policy;

	return policy != NULL && policy->tls == DEMAND_NOT_SUPPORTED &&
	       trial_dialback(q, DIALBACK).kind == TRIAL_NONE && forbids_dialback(q);
}

#define OUR_CERTIFICATE                                                                  \
	.when = { "tls.client-cert.accepted", "sasl.external.result",                    \
		"sasl.external.offered" },                                               \
	.least = STATUS_FAIL, .explains = { "sasl.external.", "tls.client-cert." }

const struct cause_row cause_credential[] = {
	{ .id = "cause.cert.our-certificate-expired",
		.say = "our certificate has expired",
		.remedy = "renew it, and give every server and fedprobe the new one",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.at = has_expired,
		OUR_CERTIFICATE },
	{ .id = "cause.cert.clocks-differ",
		.say = "the partner takes our certificate for out of date, and by our clock it "
		       "is not",
		.remedy =
			"compare the clocks of both servers, and look at the dates of the "
			"chain that the partner builds",
		.owner = OWNER_BOTH,
		.confidence = CONFIDENCE_LIKELY,
		.at = has_other_clock,
		OUR_CERTIFICATE },
	{ .id = "cause.cert.no-client-usage",
		.say = "our certificate is not for client authentication, and the partner "
		       "minds",
		.remedy =
			"ask the partner to update (ejabberd takes such certificates since "
			"25.07) or to allow dialback; public authorities no longer issue "
			"the client usage",
		.owner = OWNER_BOTH,
		.confidence = CONFIDENCE_CERTAIN,
		.at = lacks_client_usage,
		.proven = says_usage,
		OUR_CERTIFICATE },
	{ .id = "cause.cert.xmppaddr",
		.say = "our certificate holds an XmppAddr, on which ejabberd ends the exchange "
		       "without an answer",
		.remedy = "reissue your certificate without the XmppAddr entry",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.at = breaks_on_xmpp_address,
		OUR_CERTIFICATE },
	{ .id = "cause.cert.our-certificate-name",
		.say = "our certificate does not name our domain, and the partner minds",
		.remedy =
			"use a certificate with the domain among its subject alternative "
			"names; the name of a host is not enough",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.at = lacks_name,
		.proven = says_name,
		OUR_CERTIFICATE },
	{ .id = "cause.cert.nodes-disagree",
		.say = "the partner takes our certificate at another endpoint, and not here",
		.remedy =
			"let all nodes of the server trust the same authorities, and have the "
			"same version and settings",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.at = is_taken_elsewhere,
		OUR_CERTIFICATE },
	{ .id = "cause.cert.our-certificate-self-signed",
		.say = "our certificate is signed by itself, and the partner minds",
		.remedy =
			"use a certificate of an authority that the partner trusts, or agree "
			"on dialback",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.at = is_self_signed,
		OUR_CERTIFICATE },
	{ .id = "cause.cert.our-authority-unknown",
		.say = "the partner does not know the authority of our certificate",
		.remedy =
			"send the whole chain; if it is whole, use an authority that the "
			"partner trusts, or ask it to trust yours",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.at = is_of_unknown_authority,
		OUR_CERTIFICATE },
	{ .id = "cause.sasl.identity",
		.say = "the partner wants another identity than our domain, which the "
		       "certificate names",
		.remedy =
			"ask the partner under which name it knows us; with --depth deep it "
			"shows whether an empty identity is accepted",
		.owner = OWNER_BOTH,
		.confidence = CONFIDENCE_LIKELY,
		.at = minds_identity,
		OUR_CERTIFICATE },
	{ .id = "cause.sasl.no-answer",
		.say = "the partner offers SASL EXTERNAL, and does not answer it",
		.remedy =
			"let the partner look into its log at the time of this run: its server "
			"waits for something, or breaks over our certificate",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.at = gets_no_answer,
		OUR_CERTIFICATE },
	{ .id = "cause.cert.our-certificate-refused",
		.say = "the partner refuses our certificate",
		.remedy =
			"send the whole chain, compare the names and the authority with "
			"what the partner trusts, then ask the partner",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.at = is_refused,
		OUR_CERTIFICATE },
	{ .id = "cause.sasl.no-new-stream",
		.say = "the partner does not go on with a stream that it has accepted",
		.remedy =
			"let the partner look into its log at the time of this run, and update "
			"its server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "sasl.external.result" },
		.least = STATUS_FAIL,
		.at = begins_no_stream },
	{ .id = "cause.dialback.our-dns",
		.say = "the partner finds no server of our domain in DNS",
		.remedy =
			"publish the SRV record of your own domain, and look at it from "
			"outside; after a change wait for its TTL",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.result" },
		.least = STATUS_FAIL,
		.at = finds_no_record,
		.explains = { "dialback.callback." } },
	{ .id = "cause.dialback.wrong-authority",
		.say = "the partner asked another server about our key, and not this one",
		.remedy =
			"let the SRV record of your own domain lead to where fedprobe "
			"listens, or give fedprobe the secret of the server that it leads "
			"to (--dialback-secret-file)",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.result" },
		.least = STATUS_FAIL,
		.at = asks_another_server,
		.explains = { "dialback.callback." } },
	{ .id = "cause.dialback.nodes-disagree",
		.say = "the partner reaches the server of our domain from another endpoint, and "
		       "not from here",
		.remedy =
			"see whether this node of the partner looks up the same records, and "
			"whether a firewall on either side lets its address through",
		.owner = OWNER_BOTH,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.result" },
		.least = STATUS_FAIL,
		.at = is_found_elsewhere,
		.explains = { "dialback.callback." } },
	{ .id = "cause.dialback.no-way-back",
		.say = "the partner could not ask the server of our domain",
		.remedy =
			"check the SRV record of your own domain, and that its port can be "
			"reached from outside",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.result" },
		.least = STATUS_FAIL,
		.at = has_no_way_back,
		.explains = { "dialback.callback." } },
	{ .id = "cause.dialback.altered",
		.say = "the partner verified another key than the one that we sent, or by "
		       "another id",
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dialback.callback.verify" },
		.least = STATUS_FAIL,
		.also = inbound_altered,
		.explains = { "dialback.callback.verify", "dialback.result" },
		.spoils_all = true },
	{ .id = "cause.dialback.secret",
		.say = "the server that the partner asked does not know our key",
		.remedy = "give every node of your server the same dialback secret, and "
			  "fedprobe as well; check that your SRV record leads to them",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.result" },
		.least = STATUS_FAIL,
		.at = denies_key },
	{ .id = "cause.dialback.before-tls",
		.say = "the partner wants TLS before dialback, and in clear was agreed",
		.remedy = "agree on TLS for this partner: required, or optional",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.result" },
		.least = STATUS_FAIL,
		.at = wants_tls_first,
		.explains = { "policy.method", "policy.tls.mismatch",
			"policy.sasl.mismatch", "policy.dialback.mismatch" } },
	{ .id = "cause.dialback.off",
		.say = "the partner refuses dialback by a rule",
		.remedy = "ask the partner to allow it, or present a certificate that it "
			  "trusts",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.result" },
		.least = STATUS_FAIL,
		.at = forbids_dialback },
	{ .id = "cause.tls.callback-refused",
		.say = "the partner does not go on with our server when it calls us",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dialback.callback.tls" },
		.least = STATUS_FAIL,
		.explains = { "dialback.result", "dialback.callback.", "inbound.stream" },
		.spoils_all = true },
	/* Where it could not be asked, our own way out may be closed. */
	{ .id = "cause.dialback.their-authority",
		.say = "the partner cannot prove its own name by dialback",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "inbound.dialback" },
		.least = STATUS_FAIL,
		.also = inbound_is_disproved },
	{ .id = "cause.cert.caller-untrusted",
		.say = "the partner proves its name only by a certificate that we do not accept",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "inbound.certificate" },
		.least = STATUS_FAIL,
		.explains = { "inbound.stream" } },
	{ 0 }
};
