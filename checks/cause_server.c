/* The causes behind the first byte of XMPP: the server, its streams and its TLS. */
#include "checks/cause.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/observed.h"
#include "checks/verdict.h"

#include <string.h>

/* --- the facts behind the rows ----------------------------------------------------- */

/* The stream error that ended the connection, or NULL. */
static const struct error_fact *
error_at(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_ERROR);

	return o ? o->fact : NULL;
}

static bool
is_one_of(struct inquiry *q, const char *const *conditions)
{
	const struct error_fact *error = error_at(q);

	return error && error->condition && name_index(conditions, error->condition) >= 0;
}

static bool
is_limited(struct inquiry *q)
{
	static const char *const conditions[] = { "resource-constraint", NULL };

	return is_one_of(q, conditions);
}

static bool
is_restarting(struct inquiry *q)
{
	static const char *const conditions[] = { "system-shutdown", "reset", NULL };

	return is_one_of(q, conditions);
}

static bool
cannot_call_back(struct inquiry *q)
{
	static const char *const conditions[] = { "remote-connection-failed", NULL };

	return is_one_of(q, conditions);
}

/* Right after the header, before we did anything that a rule could forbid. */
static bool
is_not_admitted(struct inquiry *q)
{
	static const char *const conditions[] = { "policy-violation", "not-authorized",
		NULL };

	return is_one_of(q, conditions) && text_same(error_at(q)->after, "header");
}

/* At our own domain the sender is always invented. */
static bool
is_of_partner(const struct partner *partner)
{
	return partner->role != ROLE_OWN;
}

static bool
refuses_stranger(struct inquiry *q)
{
	const struct error_fact *error = error_at(q);

	return error && attempt_refuses_stranger(q, error);
}

/* Prosody's words to a server that calls from a domain of its own; the condition alone could
 * mean anything (RFC 6120, 4.9.2 lets a text be no more than a hint). */
static bool
hosts_us(struct inquiry *q)
{
	static const char *const conditions[] = { "undefined-condition", NULL };
	const char *text = is_one_of(q, conditions) ? error_at(q)->text : NULL;

	return !q->partner->asked->from_stranger && text != NULL &&
	       strstr(text, "from a host we serve") != NULL;
}

static bool
has_header(struct inquiry *q)
{
	return attempt_header(q, attempt_first(q)) != NULL;
}

static bool
is_old(struct inquiry *q)
{
	const struct header_fact *header = attempt_header(q, attempt_first(q));

	return header && header_is_old(header);
}

/* RFC 6120, 4.7.5: below version 1.0 there are no features, and so no STARTTLS. */
static bool
has_no_tls(struct inquiry *q)
{
	const struct features_fact *features = attempt_features(q, PHASE_PLAIN);

	return features ? !features->starttls : is_old(q);
}

/* RFC 7590, 3.1: a try without an offer came to nothing, either. */
static bool
is_tls_ruled_out(struct inquiry *q)
{
	return is_old(q) || verdict_at(q->partner, "starttls.unadvertised",
				    q->endpoint->id) == STATUS_INFO;
}

static bool
has_alert(struct inquiry *q, const int *alert)
{
	const struct observation *o = cite(q, FACT_TLS);
	const struct tls_fact *tls = o ? o->fact : NULL;

	for (size_t i = 0; tls && alert[i] >= 0; i++)
		if (tls->alert == alert[i] + 1)
			return true;
	return false;
}

/* handshake_failure, protocol_version, insufficient_security, inappropriate_fallback. */
static bool
has_nothing_in_common(struct inquiry *q)
{
	static const int alert[] = { 40, 70, 71, 86, -1 };

	return has_alert(q, alert);
}

/* Our own library broke it off. */
static bool
is_refused_by_us(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_TLS);

	return o != NULL && ((const struct tls_fact *)o->fact)->alert_sent;
}

/* unrecognized_name. */
static bool
does_not_know_name(struct inquiry *q)
{
	static const int alert[] = { 112, -1 };

	return has_alert(q, alert);
}

/* The handshake had no end. */
static bool
is_silent(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_TLS);

	return o != NULL && o->outcome == OUTCOME_TIMED_OUT;
}

/* --- the rows --------------------------------------------------------------------- */

const struct cause_row cause_server[] = {
	{ .id = "cause.peer.hostile-or-broken",
		.say = "the server sends what no XMPP server may send",
		.remedy =
			"find out what produces these bytes: the server, or a device before it",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "stream.limits", "stream.xml.clean", "dialback.unsolicited",
			"starttls.injection" },
		.least = STATUS_FAIL,
		.explains = { "stream.", "dialback.", "reach.", "tcp.early-close" } },
	{ .id = "cause.host.unknown-domain",
		.say = "the server behind the record does not host the domain",
		.remedy =
			"add the domain to that server, or let the record point to the server "
			"that hosts it",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "stream.host.served" },
		.least = STATUS_FAIL,
		.explains = { "stream.", "cert.name.", "cert.san.", "dialback.", "reach.",
			"direct." } },
	{ .id = "cause.host.unknown-domain",
		.say = "the TLS listener of the server does not know the domain",
		.remedy =
			"bind a certificate to the domain's name on that server, or let the "
			"record point to the server that hosts the domain",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "tls.handshake" },
		.least = STATUS_FAIL,
		.at = does_not_know_name,
		.explains = { "tls.handshake", "direct.", "reach." } },
	{ .id = "cause.peer.limits",
		.say = "the server is at the limit of its connections or memory",
		.remedy = "try again later and with fewer connections; if it stays, the "
			  "server's limits must be raised",
		.owner = OWNER_BOTH,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "stream.error.received" },
		.least = STATUS_WARN,
		.at = is_limited,
		.explains = { "stream.", "starttls.proceed", "reach.",
			"direct.handshake" } },
	{ .id = "cause.peer.restarting",
		.say = "the server is about to stop or to start again",
		.remedy = "try again in a few minutes",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "stream.error.received" },
		.least = STATUS_WARN,
		.at = is_restarting,
		.explains = { "stream.", "starttls.proceed", "reach.",
			"direct.handshake" } },
	{ .id = "cause.host.redirected",
		.say = "the server sends others elsewhere, which hardly any server follows",
		.remedy = "publish the right host by SRV in place of redirecting",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "stream.redirect" },
		.least = STATUS_WARN,
		.explains = { "stream.", "reach.", "direct.handshake" } },
	{ .id = "cause.own.sender",
		.say = "the sender of this run is invented, and the partner refuses it",
		.remedy = "run again with --from and your own domain",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "stream.error.received" },
		.least = STATUS_WARN,
		.also = is_of_partner,
		.at = refuses_stranger,
		.explains = { "stream.error.received" } },
	{ .id = "cause.dialback.no-way-back",
		.say = "the partner could not connect to the server of our domain",
		.remedy =
			"check the SRV record of your own domain, and that its port can be "
			"reached from outside",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "stream.error.received" },
		.least = STATUS_FAIL,
		.also = is_of_partner,
		.at = cannot_call_back,
		.explains = { "stream.", "reach.", "direct.handshake" } },
	{ .id = "cause.host.shared",
		.say = "the server hosts our own domain as well, so the two domains meet inside "
		       "it and never federate",
		.remedy =
			"probe the domain without --from, and from another domain to see "
			"what others meet",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "stream.error.received" },
		.least = STATUS_WARN,
		.at = hosts_us,
		.explains = { "stream.", "reach.", "direct.handshake",
			"dialback.offered" } },
	{ .id = "cause.policy.not-allowed",
		.say = "the partner admits only the domains of a list, and ours is not among "
		       "them",
		.remedy =
			"ask the partner to add your domain to the domains that it allows",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "stream.error.received" },
		.least = STATUS_FAIL,
		.at = observed_excludes,
		.explains = { "policy.allowed", "policy.method", "reach.",
			"direct.handshake" } },
	{ .id = "cause.policy.not-allowed",
		.say = "the server turns the sender away before anything else, as with a list "
		       "of allowed domains",
		.remedy = "add the sending domain to the domains that are allowed",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_POSSIBLE,
		.when = { "stream.error.received" },
		.least = STATUS_FAIL,
		.at = is_not_admitted,
		.explains = { "stream.", "reach.", "direct.handshake" } },
	{ .id = "cause.stream.no-features",
		.say = "the server opens a stream, and then sends no features that others know",
		.remedy = "restart or update the server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "stream.features.received" },
		.least = STATUS_WARN,
		.explains = { "reach.", "direct.handshake" } },
	{ .id = "cause.stream.no-features",
		.say = "the server falls silent inside TLS",
		.remedy = "restart or update the server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "stream.header.received" },
		.least = STATUS_FAIL,
		.at = has_header,
		.explains = { "reach.", "direct.handshake" } },
	{ .id = "cause.tls.stripped",
		.say = "TLS works, but its offer does not arrive: a device on the path, or a "
		       "setting of the server, takes it away",
		.remedy =
			"compare from another network; look for the inspection of XMPP in the "
			"firewalls between",
		.owner = OWNER_NETWORK,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "starttls.unadvertised" },
		.least = STATUS_WARN,
		.explains = { "starttls.", "reach.same-offers" } },
	{ .id = "cause.tls.absent",
		.say = "the server offers no TLS, which most partners refuse",
		.remedy =
			"switch TLS on for server connections; in many servers the offer "
			"vanishes when the certificate cannot be loaded",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "starttls.offered", "stream.header.version" },
		.least = STATUS_WARN,
		.at = has_no_tls,
		.proven = is_tls_ruled_out,
		.explains = { "starttls.", "reach.same-offers" } },
	{ .id = "cause.tls.no-common",
		.say = "no protocol version or cipher suite is common to both sides",
		.remedy = "enable TLS 1.2 or later with ECDHE and AES-GCM on the server",
		.owner = OWNER_BOTH,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "tls.handshake" },
		.least = STATUS_FAIL,
		.at = has_nothing_in_common,
		.explains = { "direct.", "reach.", "own.tls.common",
			"tls.version.min" } },
	{ .id = "cause.tls.no-common",
		.say = "the server knows only versions of TLS that current servers refuse",
		.remedy = "enable TLS 1.2 or later with ECDHE and AES-GCM on the server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "tls.version.max" },
		.least = STATUS_FAIL,
		.explains = { "tls.cipher.", "tls.signature.hash", "tls.renegotiation",
			"tls.ems", "tls.version.min", "own.tls.common" } },
	{ .id = "cause.tls.no-common",
		.say = "this program gets through, but our own server has no TLS in common "
		       "with the partner's",
		.confidence = CONFIDENCE_LIKELY,
		.when = { "own.tls.common" },
		.least = STATUS_FAIL },
	{ .id = "cause.peer.hostile-or-broken",
		.say = "what the server sends in TLS breaks its rules, or our limits",
		.remedy =
			"update the TLS library of the server, and look for a device before "
			"it that takes part in TLS",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "tls.handshake" },
		.least = STATUS_FAIL,
		.at = is_refused_by_us,
		.explains = { "direct.", "reach." } },
	{ .id = "cause.tls.intolerant",
		.say = "the server, or a device before it, falls silent at our first message of "
		       "TLS",
		.remedy =
			"look for an inspecting firewall or an old TLS library that drops "
			"large or unfamiliar messages; then whether the server can read "
			"its key",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_POSSIBLE,
		.when = { "tls.handshake" },
		.least = STATUS_FAIL,
		.at = is_silent,
		.explains = { "direct.", "reach." } },
	{ .id = "cause.tls.broken-key",
		.say = "the server offers TLS but cannot carry it out",
		.remedy =
			"check that the server can read its certificate and key for this "
			"domain, and that they belong together",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "starttls.proceed", "tls.handshake", "cert.presented" },
		.least = STATUS_FAIL,
		.explains = { "stream.error.received", "direct.", "reach." } },
	{ .id = "cause.peer.refuses",
		.say = "the server ends the stream with an error of its own",
		.remedy = "look into the server's log at the time of this run",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "stream.error.received" },
		.least = STATUS_FAIL,
		.explains = { "stream.", "reach.", "direct.handshake" } },
	{ 0 }
};
