/* SASL between servers: EXTERNAL inside TLS, and nothing else (RFC 6120, 6; XEP-0178). An
 * offer proves little: ejabberd offers EXTERNAL to everybody, Prosody only to whom it
 * believes. What our certificate gets is in external.c. */
#include "base/text.h"
#include "checks/attempt.h"
#include "checks/external.h"

static void
external_without_cert(struct inquiry *q)
{
	const struct features_fact *f = attempt_inner_features(q);

	if (f && features_have(f, "EXTERNAL"))
		noted(q,
			"EXTERNAL is offered although we presented no certificate, so the offer "
			"says nothing about one");
}

/* RFC 6120, 6.3.4: EXTERNAL in clear would have to believe the network. */
static void
external_before_tls(struct inquiry *q)
{
	const struct features_fact *f = attempt_features(q, PHASE_PLAIN);

	if (f == NULL)
		skipped(q, attempt_is_direct(q) ? "a STARTTLS endpoint"
						: attempt_stop(q, PHASE_PLAIN));
	else if (f->mechanisms > 0)
		failed(q, "the stream in clear offers %s",
			say_list(q, f->mechanism, f->mechanisms));
}

/* What clients log in with (the registry of IANA, and SCRAM, GS2 and HT by their names). */
static bool
is_for_clients(const char *mechanism)
{
	static const char *const names[] = { "PLAIN", "LOGIN", "ANONYMOUS", "CRAM-MD5",
		"DIGEST-MD5", "GSSAPI", "GSS-SPNEGO", "NTLM", "OTP", "OAUTHBEARER",
		"XOAUTH2", "X-OAUTH2", NULL };

	return name_index(names, mechanism) >= 0 || text_starts(mechanism, "SCRAM-") ||
	       text_starts(mechanism, "GS2-") || text_starts(mechanism, "HT-");
}

static void
judge_mechanisms(struct inquiry *q, const struct features_fact *f)
{
	for (size_t i = 0; i < f->mechanisms; i++) {
		const char *name = f->mechanism[i];

		if (is_for_clients(name))
			warned(q, "\"%s\", for clients, is offered %s", name,
				say_phase(f->phase));
		else if (!text_same_name(name, "EXTERNAL"))
			noted(q, "%s is offered %s", say_list(q, &name, 1),
				say_phase(f->phase));
	}
	for (size_t i = 0; i < f->others; i++)
		if (text_starts(f->other[i], "{urn:xmpp:sasl:2}") ||
			text_starts(f->other[i], "{urn:xmpp:sasl:1}"))
			noted(q, "SASL2 is offered %s", say_phase(f->phase));
}

static void
mechanisms_other(struct inquiry *q)
{
	const struct features_fact *plain = attempt_features(q, PHASE_PLAIN);
	const struct features_fact *inner = attempt_features(q, PHASE_TLS);

	if (plain != NULL)
		judge_mechanisms(q, plain);
	if (inner != NULL)
		judge_mechanisms(q, inner);
	else if (attempt_last(q) == PHASE_TLS)
		skipped(q, attempt_stop(q, PHASE_TLS));
	else if (plain == NULL)
		skipped(q, attempt_stop(q, PHASE_PLAIN));
}

const struct check sasl_checks[] = {
	{ .id = "sasl.external.offered",
		.title = "SASL EXTERNAL is offered",
		.why = "its absence usually is the refusal of our certificate",
		.source = "XEP-0178, 3; RFC 6120, 6.3.4",
		.remedy =
			"compare your certificate (names, chain, usage) with what the partner "
			"trusts",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_US,
		.after = { "stream.header.namespace", "tls.handshake" },
		.examine = external_offered },
	{ .id = "sasl.external.without-cert",
		.title = "SASL EXTERNAL is offered only to a certificate",
		.why = "needed to read the offer rightly",
		.source = "XEP-0178, 3",
		.remedy = "nothing: the offer is legal",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace", "tls.handshake" },
		.examine = external_without_cert },
	{ .id = "sasl.external.result",
		.title = "SASL EXTERNAL accepts our certificate",
		.why = "the strongest proof that the partner accepts us",
		.source = "RFC 6120, 6.4.5, 6.4.6, 6.5; XEP-0178, 3",
		.remedy =
			"compare your certificate (names, chain, usage) with what the partner "
			"trusts",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.after = { "stream.header.namespace", "tls.handshake" },
		.examine = external_result },
	{ .id = "sasl.external.authzid",
		.title = "SASL EXTERNAL takes an empty identity, and no foreign one",
		.why = "servers differ in whether they name themselves, and a certificate must "
		       "open no name but its own",
		.source = "XEP-0178, 3; RFC 6120, 6.4.2, 6.4.6",
		.remedy = "let your server send its domain as authorization identity",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace", "tls.handshake" },
		.examine = external_authzid },
	{ .id = "sasl.external.after-failure",
		.title = "A refusal of SASL EXTERNAL leaves dialback",
		.why = "it decides whether dialback saves the connection when certificates fail",
		.source = "XEP-0178, 3 (12); RFC 6120, 6.4.5",
		.remedy = "nothing: both ways are allowed",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace", "tls.handshake" },
		.examine = external_after_failure },
	{ .id = "sasl.external.before-tls",
		.title = "No SASL is offered in clear",
		.why = "EXTERNAL without TLS leads partners into a dead end, and passwords into "
		       "foreign hands",
		.source = "RFC 6120, 6.3.4, 5.3.1",
		.remedy = "offer authentication only inside TLS",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = external_before_tls },
	{ .id = "sasl.mechanisms.other",
		.title = "No mechanism beside EXTERNAL is offered",
		.why = "meaningless between servers, and often the sign of the wrong port",
		.source = "RFC 6120, 6.3, 13.8",
		.remedy = "check that the record points to the server-to-server listener",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "tcp.connect", "tcp.early-close", "tcp.wrong-protocol" },
		.examine = mechanisms_other },
	{ 0 }
};
