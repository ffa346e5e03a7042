/* The causes in how the server shows who it is, and how others can: certificates, SASL and
 * dialback. */
#include "checks/cause.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/cert.h"
#include "checks/trial.h"
#include "checks/verdict.h"

/* --- the facts behind the rows ----------------------------------------------------- */

static bool
is_early(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);

	return leaf && journal_started(q->partner->journal) < leaf->not_before;
}

/* The path was found with a certificate that we have and others do not. */
static bool
is_intermediate_known(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_TLS);

	return o != NULL && ((const struct tls_fact *)o->fact)->only_with_intermediate;
}

/* Dialback would be the way round a certificate that is no good. */
static bool
needs_dialback(struct inquiry *q)
{
	const char *endpoint = q->endpoint->id;

	return verdict_authority(q) == AUTHORITY_REFUSES &&
	       verdict_is_good(verdict_at(q->partner, "cert.presented", endpoint)) &&
	       verdict_certificate(q->partner, endpoint) != NULL;
}

/* A server that has neither dialback nor, for a stranger, EXTERNAL says so as Prosody
 * does: undefined-condition in place of the features. */
static bool
offers_nothing(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_ERROR);
	const struct error_fact *error = o ? o->fact : NULL;

	return error && text_same(error->condition, "undefined-condition") &&
	       error->phase == PHASE_TLS;
}

/* A partner that has asked our server, or has tried to, has no trouble of that kind. */
static bool
is_of_way_back(struct inquiry *q, const struct finding *f)
{
	return text_same(f->check, "dialback.result") && trial_asked_back(q);
}

/* --- the rows --------------------------------------------------------------------- */

#define TRUST "cert.chain.", "reach.same-certificate"

const struct cause_row cause_identity[] = {
	{ .id = "cause.cert.not-yet-valid",
		.say = "the certificate is not valid yet",
		.remedy =
			"serve the former certificate until then; if this one was issued by an "
			"authority of your own, set the clock of its host",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.at = is_early,
		.when = { "cert.date.valid" },
		.least = STATUS_FAIL,
		.explains = { "own.certificate.usage", "reach.same-certificate" } },
	{ .id = "cause.cert.expired",
		.say = "the certificate is not valid at this time",
		.remedy =
			"renew the certificate and reload the server; a renewed file that was "
			"not reloaded looks the same",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "cert.date.valid" },
		.least = STATUS_FAIL,
		.explains = { "cert.chain.expired-member", "own.certificate.usage",
			"reach.same-certificate" } },
	{ .id = "cause.cert.expired",
		.say = "an authority in the chain of the certificate has expired",
		.remedy = "configure the chain that the authority recommends now",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "cert.chain.expired-member" },
		.least = STATUS_FAIL,
		.explains = { "reach.same-certificate" } },
	{ .id = "cause.cert.incomplete-chain",
		.say = "an intermediate certificate is not sent",
		.remedy =
			"configure the full-chain file in place of the leaf alone; if the "
			"issuer is your own root, give it to the partners",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "cert.chain.complete" },
		.least = STATUS_FAIL,
		.proven = is_intermediate_known,
		.explains = { TRUST } },
	{ .id = "cause.cert.untrusted",
		.say = "the certificate comes from no authority that is trusted here",
		.remedy =
			"get a certificate from a public authority, or agree on the authority "
			"and install its certificate on both sides",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "cert.chain.trusted" },
		.least = STATUS_FAIL,
		.explains = { TRUST, "cert.basic-constraints" } },
	{ .id = "cause.cert.wrong-name",
		.say = "the certificate does not name the domain",
		.remedy =
			"request a certificate that lists the chat domain itself as a DNS name",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "cert.name.match" },
		.least = STATUS_FAIL,
		.explains = { "cert.name.", "cert.san.", "own.certificate.names",
			"direct.sni", "reach.same-certificate" } },
	{ .id = "cause.cert.wrong-name",
		.say = "the certificate names the domain in no form that servers look at",
		.remedy =
			"request a certificate that lists the chat domain itself as a DNS name",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "cert.san.xmppaddr" },
		.least = STATUS_FAIL,
		.explains = { "cert.name.", "cert.san.", "own.certificate.names",
			"reach.same-certificate" } },
	{ .id = "cause.cert.xmppaddr",
		.say = "the certificate holds an XmppAddr, on which ejabberd ends the exchange "
		       "without an answer",
		.remedy = "reissue the certificate without the XmppAddr entry",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_POSSIBLE,
		.when = { "cert.san.xmppaddr" },
		.least = STATUS_WARN },
	{ .id = "cause.sasl.no-mutual-tls",
		.say = "the server asks for no certificate, so nobody can authenticate with one",
		.remedy =
			"let the server request certificates on the federation port, and do "
			"not end TLS on a proxy before it",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "tls.client-cert.requested" },
		.least = STATUS_FAIL,
		.explains = { "sasl.external.offered" } },
	{ .id = "cause.sasl.no-mutual-tls",
		.say = "the server demands a certificate, but in TLS it asks for none",
		.remedy =
			"let the server request certificates on the federation port, and do "
			"not end TLS on a proxy before it",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "tls.client-cert.requested" },
		.least = STATUS_INFO,
		.at = attempt_demands,
		.explains = { "sasl.external.offered" } },
	{ .id = "cause.dialback.off",
		.say = "dialback is switched off, so a caller without a certificate that the "
		       "server trusts has no way in",
		.remedy = "switch server dialback on, or make sure that both sides have "
			  "certificates that the other trusts",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "stream.error.received" },
		.least = STATUS_WARN,
		.at = offers_nothing,
		.explains = { "dialback.offered" } },
	{ .id = "cause.dialback.off",
		.say = "dialback is switched off, and it would be the only way left",
		.remedy =
			"switch server dialback on, or provide certificates that both sides "
			"trust",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.offered" },
		.least = STATUS_FAIL,
		.explains = { "dialback." },
		.spares = is_of_way_back },
	{ .id = "cause.dialback.off",
		.say = "dialback is switched off, so nothing makes up for the certificate",
		.remedy = "repair the certificate, or switch server dialback on",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.authority.answers" },
		.least = STATUS_INFO,
		.at = needs_dialback,
		.explains = { "dialback.offered" } },
	{ .id = "cause.dialback.vouches-for-all",
		.say = "the server calls a dialback key valid that nobody issued, so anyone can "
		       "speak in its name",
		.remedy = "take the server out of federation and update it",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dialback.authority.sound" },
		.least = STATUS_FAIL,
		.explains = { "dialback.authority." } },
	{ .id = "cause.dialback.their-authority",
		.say = "the authoritative server does not answer dialback, so the domain's users "
		       "reach nobody who relies on it",
		.remedy =
			"let the servers behind the SRV records answer dialback verification",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dialback.authority.answers" },
		.least = STATUS_FAIL,
		.explains = { "dialback." },
		.spares = is_of_way_back },
	{ 0 }
};
