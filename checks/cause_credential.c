/* The causes behind a refusal of what we prove ourselves with: our certificate, and the keys
 * of our dialback secret. */
#include "base/text.h"
#include "checks/callback.h"
#include "checks/cause.h"
#include "checks/inbound.h"
#include "checks/trial.h"

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
has_expired(struct inquiry *q)
{
	const struct certificate_fact *leaf = trial_certificate(q);
	struct trial t = trial_external(q, EXTERNAL);

	return t.about_certificate &&
	       (t.alert == 45 + 1 ||
		       (leaf && leaf->not_after < journal_started(q->partner->journal)));
}

static bool
breaks_on_xmpp_address(struct inquiry *q)
{
	const struct certificate_fact *leaf = trial_certificate(q);
	struct trial t = trial_external(q, EXTERNAL);

	return leaf && leaf->xmpp_addresses > 0 && t.kind == TRIAL_REFUSED &&
	       t.where == TRIAL_AT_ANSWER && t.silent;
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
	       (t.kind == TRIAL_REFUSED && t.silent && q->partner->asked->listen);
}

/* Our own server, or one that the partner takes for it, said no. */
static bool
denies_key(struct inquiry *q)
{
	struct trial t = dialback(q);

	return t.kind == TRIAL_REFUSED && t.denied && !t.vouched;
}

static bool
forbids_dialback(struct inquiry *q)
{
	static const char *const conditions[] = { "policy-violation", "not-authorized",
		"not-allowed", "unsupported-stanza-type", NULL };
	const char *condition = dialback(q).condition;

	return condition && name_index(conditions, condition) >= 0;
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
	{ .id = "cause.cert.our-certificate-refused",
		.say = "the partner refuses our certificate",
		.remedy =
			"send the whole chain, compare the names and the authority with "
			"what the partner trusts, then ask the partner",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.at = is_refused,
		OUR_CERTIFICATE },
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
		.least = STATUS_FAIL },
	{ 0 }
};
