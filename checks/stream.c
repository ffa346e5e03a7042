/* The stream behind its header, before anybody is authenticated: XML, features, errors,
 * end. Judged once for the stream in clear and once for the one inside TLS, which starts
 * anew (RFC 6120, 4 and 5.4.3.3). */
#include "base/text.h"
#include "checks/agreed.h"
#include "checks/attempt.h"
#include "checks/header.h"
#include "checks/observed.h"

#include <string.h>

static const enum phase phases[] = { PHASE_PLAIN, PHASE_TLS };

enum { PHASES = sizeof phases / sizeof phases[0] };

/* --- the bytes -------------------------------------------------------------------- */

/* What shows that the stream was read, and how far. Without a header nothing was. */
static void
cite_headers(struct inquiry *q)
{
	for (size_t i = 0; i < PHASES; i++)
		if (cite_phase(q, FACT_HEADER, phases[i]) != NULL &&
			phases[i] == attempt_first(q) && !attempt_header(q, phases[i]))
			skipped(q, "stream.header.received");
}

/* RFC 6120, 11.1, 11.3 and 11.6; CDATA and character references are legal. */
static void
xml_clean(struct inquiry *q)
{
	const struct observation *o = NULL;

	while ((o = cite_next(q, FACT_XML, o)) != NULL) {
		const struct xml_fact *f = o->fact;

		if (f->breach > XML_FINE && f->breach < XML_TOO_DEEP)
			failed(q, "%s came %s%s", xml_breach_title(f->breach),
				say_phase(f->phase),
				say_text(q, f->excerpt ? f->excerpt : f->trouble));
	}
	cite_headers(q);
}

static void
limits(struct inquiry *q)
{
	const struct observation *o = NULL;

	while ((o = cite_next(q, FACT_XML, o)) != NULL) {
		const struct xml_fact *f = o->fact;

		if (f->breach >= XML_TOO_DEEP)
			failed(q, "%s came %s%s", xml_breach_title(f->breach),
				say_phase(f->phase), say_text(q, f->trouble));
	}
	cite_headers(q);
}

/* --- features, errors, redirection -------------------------------------------------- */

/* RFC 6120, 4.9.3.23: an initiating server that knows none of them must give up. */
static bool
are_all_foreign(const struct features_fact *f)
{
	return f->others_required > 0 && !f->starttls && !f->dialback &&
	       f->mechanisms == 0 && !f->bidi && f->compressions == 0;
}

static void
features_missing(struct inquiry *q, enum phase phase)
{
	const struct observation *o = cite_phase(q, FACT_FEATURES, phase);

	/* The second header may be all that a lax server sends; the first must not be. */
	if (phase == attempt_first(q))
		failed(q, "the header says XMPP 1.0, but no features came: %s",
			say_silence(q, o));
	else
		warned(q, "no features came inside TLS: %s", say_silence(q, o));
}

static void
features_received(struct inquiry *q)
{
	const char *stop = NULL;

	for (size_t i = 0; i < PHASES; i++) {
		const struct features_fact *f = attempt_features(q, phases[i]);

		if (f && are_all_foreign(f))
			failed(q,
				"only unknown features came %s, and %s must be negotiated",
				say_phase(phases[i]),
				say_list(q, f->other_required, f->others_required));
		if (f || cite_phase(q, FACT_HEADER, phases[i]) == NULL)
			continue;
		stop = attempt_stop(q, phases[i]);
		if (strcmp(stop, "stream.features.received") == 0)
			features_missing(q, phases[i]);
		else if (phases[i] == attempt_first(q))
			skipped(q, stop);
	}
}

static const struct condition {
	const char *name;
	enum status status;
	const char *remedy;
} conditions[] = {
	{ "host-unknown", STATUS_FAIL,
		"add the domain as a virtual host on the server that the record points to, or "
		"correct the record" },
	{ "host-gone", STATUS_FAIL,
		"the server no longer hosts the domain: correct the record, or add the domain "
		"again" },
	{ "policy-violation", STATUS_FAIL,
		"look up in the server's log which rule was broken, and allow the sending "
		"domain if it shall be allowed" },
	{ "not-authorized", STATUS_FAIL,
		"let the server accept the stream of another server before authentication" },
	{ "unsupported-version", STATUS_FAIL,
		"update the server: it does not know XMPP 1.0" },
	{ "invalid-namespace", STATUS_FAIL,
		"let the record point to the server-to-server port" },
	{ "remote-connection-failed", STATUS_FAIL,
		"look up in the server's log which connection of its own failed" },
	{ "resource-constraint", STATUS_WARN,
		"try again later; if it stays, give the server more resources" },
	{ "system-shutdown", STATUS_WARN, "try again when the server has started again" },
	{ "reset", STATUS_WARN, "try again later" },
	{ "connection-timeout", STATUS_WARN,
		"look up in the server's log what it waited for" },
	{ "see-other-host", STATUS_WARN, "publish the right host by SRV" },
	{ "conflict", STATUS_WARN, "try again later" },
	{ NULL, STATUS_FAIL, "look into the server's log at the time of this run" },
};

static const struct condition *
condition_of(const struct error_fact *error)
{
	const struct condition *c = conditions;

	while (c->name != NULL && !text_same(c->name, error->condition))
		c++;
	return c;
}

static const char *
stranger_name(const struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	const char *name = q->partner->role == ROLE_OWN ? asked->probe_name : asked->from;

	return name ? name : "";
}

static void
judge_error(struct inquiry *q, const struct error_fact *error)
{
	const struct condition *condition = condition_of(error);

	if (observed_excludes(q)) {
		remedy(q,
			"ask the partner to add your domain to the domains that it allows");
		failed(q,
			"our domain is turned away, and a sender that does not exist is not: "
			"%s",
			say_error(q, error));
	} else if (error->phase == PHASE_TLS && attempt_demands(q)) {
		noted(q, "it demands a certificate, and we presented none: %s",
			say_error(q, error));
	} else if (text_same(error->after, "db:verify") ||
		   text_same(error->after, "end tag")) {
		/* What a stranger's question provokes is judged where the question is. */
		noted(q, "%s", say_error(q, error));
	} else if (attempt_refuses_stranger(q, error)) {
		remedy(q,
			"run again with --from and your own domain: the sender of this run "
			"is invented");
		warned(q, "the invented sender \"%s\" was refused: %s", stranger_name(q),
			say_error(q, error));
	} else if (error->phase == PHASE_TLS &&
		   text_same(error->condition, "undefined-condition")) {
		/* Prosody with nothing to offer to a server without certificate says this and
		 * no more; its text must not be interpreted (RFC 6120, 4.9.2). */
		remedy(q, "look into the server's log; it may have nothing to offer to a "
			  "server that presents no certificate");
		warned(q, "%s", say_error(q, error));
	} else if (condition->status == STATUS_WARN) {
		remedy(q, "%s", condition->remedy);
		warned(q, "%s", say_error(q, error));
	} else {
		remedy(q, "%s", condition->remedy);
		failed(q, "%s", say_error(q, error));
	}
}

static void
error_received(struct inquiry *q)
{
	for (size_t i = 0; i < PHASES; i++) {
		const struct error_fact *error = attempt_error(q, phases[i]);

		if (error != NULL)
			judge_error(q, error);
	}
	cite_headers(q);
}

/* The host of "host", "host:port", "[v6]", "[v6]:port" (RFC 6120, 4.9.3.19). */
static const char *
host_of(struct inquiry *q, const char *place)
{
	size_t length = strcspn(place, ":");

	if (*place == '[')
		return arena_text(q->arena, place + 1, strcspn(place + 1, "]"));
	/* More than one colon: a bare IPv6 address. */
	if (place[length] == ':' && strchr(place + length + 1, ':') != NULL)
		return place;
	return arena_text(q->arena, place, length);
}

static void
judge_redirect(struct inquiry *q, const char *place)
{
	const char *host = host_of(q, place);
	const char *special = domain_is_address(host) ? address_special(host) : NULL;

	if (text_same_name(host, q->endpoint->target) ||
		text_same(host, q->endpoint->address))
		failed(q, "it sends us to itself: \"%s\"", place);
	else if (special != NULL && !endpoint_may_be_special(q->partner->asked))
		failed(q, "it sends us to \"%s\", a %s address", place, special);
	else
		warned(q, "it sends us to \"%s\"; this was not followed", place);
}

/* Hardly any server follows see-other-host between servers. */
static void
redirect(struct inquiry *q)
{
	for (size_t i = 0; i < PHASES; i++) {
		const struct error_fact *error = attempt_error(q, phases[i]);

		if (error && text_same(error->condition, "see-other-host"))
			judge_redirect(q, error->other_host ? error->other_host : "");
	}
	cite_headers(q);
}

/* RFC 6120, 4.4. Who ends the stream by an error ends it in its own way. */
static void
close_stream(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_CLOSE), *tls;
	const struct close_fact *f = o ? o->fact : NULL;

	if (f == NULL)
		return;
	if (attempt_error(q, PHASE_PLAIN) || attempt_error(q, PHASE_TLS)) {
		skipped(q, "stream.error.received");
		return;
	}
	tls = cite(q, FACT_TLS);
	if (!f->end_tag)
		warned(q, "no end tag answered ours: %s",
			f->reset ? "the connection was reset"
			: f->end ? "the connection was closed"
				 : say_silence(q, o));
	else if (tls && ((const struct tls_fact *)tls->fact)->completed &&
		 !f->close_notify)
		noted(q, "the end tag came, but no close_notify of TLS");
}

#define CONNECTED "tcp.connect", "tcp.early-close", "tcp.wrong-protocol"

const struct check stream_checks[] = {
	{ .id = "stream.header.received",
		.title = "A stream header answers ours",
		.why = "TCP answers but no XMPP: a hung process, or a device that accepts on "
		       "behalf of a dead server",
		.source = "RFC 6120, 4.2, 4.9.1.2",
		.remedy =
			"restart or inspect the XMPP server, and any proxy before it: the port "
			"is open but does not speak",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { CONNECTED },
		.examine = header_received },
	{ .id = "stream.header.namespace",
		.title = "The stream is one between servers",
		.why = "a client port published as server port is common and shows here",
		.source = "RFC 6120, 4.8.1 to 4.8.5, 4.9.3.10; XEP-0220, 2",
		.remedy =
			"point the record to the server-to-server port (5269), not to the "
			"client port (5222)",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { CONNECTED },
		.examine = header_namespace },
	{ .id = "stream.header.addresses",
		.title = "The stream header is from the domain and to us",
		.why = "a wrong name makes some servers drop the stream",
		.source = "RFC 6120, 4.7.1, 4.7.2",
		.remedy =
			"configure the domain as a virtual host of the server in place of "
			"relying on a default host",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { CONNECTED },
		.examine = header_addresses },
	{ .id = "stream.header.id",
		.title = "Every stream has an id of its own",
		.why = "the dialback key is bound to it; a predictable id lets an attacker "
		       "replay a key",
		.source = "RFC 6120, 4.7.3, 4.3.3; XEP-0185, 2",
		.remedy = "update the server: stream ids must be unique and random",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { CONNECTED },
		.examine = header_id },
	{ .id = "stream.header.version",
		.title = "The stream is XMPP 1.0",
		.why = "an older server can meet no demand for TLS",
		.source = "RFC 6120, 4.7.5",
		.remedy =
			"update the server: without stream version 1.0 neither TLS nor SASL is "
			"possible",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { CONNECTED },
		.examine = header_version },
	{ .id = "stream.xml.clean",
		.title = "The stream is legal XML of XMPP",
		.why = "such bytes are forbidden; from a middle device they are also a sign of "
		       "interception",
		.source = "RFC 6120, 11.1, 11.3, 11.6",
		.remedy =
			"update the server, or remove the device that rewrites the stream: "
			"these bytes are not legal XMPP",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { CONNECTED },
		.examine = xml_clean },
	{ .id = "stream.limits",
		.title = "The stream stays within the limits before authentication",
		.why = "hostile or broken; it ends the attempt so that we survive",
		.source = "RFC 6120, 13.12",
		.remedy =
			"look for a loop or an intruder: the server sends far more than one "
			"should before authentication",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { CONNECTED },
		.examine = limits },
	{ .id = "stream.features.received",
		.title = "Stream features follow the header",
		.why = "they are mandatory; without them both sides wait until the time limit",
		.source = "RFC 6120, 4.3.2, 4.9.3.23",
		.remedy =
			"restart or update the server: it announces XMPP 1.0 without sending "
			"features that others know",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { CONNECTED, "stream.header.namespace" },
		.examine = features_received },
	{ .id = "stream.error.received",
		.title = "No stream error comes",
		.why = "the condition is the partner's own explanation",
		.source = "RFC 6120, 4.9.3",
		.remedy = "look into the server's log at the time of this run",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { CONNECTED },
		.examine = error_received },
	{ .id = "stream.host.served",
		.title = "The server hosts the domain",
		.why = "a record that points to a machine which does not know the domain is the "
		       "most common mistake after no record at all",
		.source = "RFC 6120, 4.9.3.5, 4.9.3.6",
		.remedy =
			"add the domain as a virtual host on the server that the record points "
			"to, or correct the record",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { CONNECTED },
		.examine = header_host_served },
	{ .id = "stream.host.unknown-refused",
		.title = "The server refuses a domain that it does not host",
		.why = "where every name is accepted, that ours was shows nothing",
		.source = "RFC 6120, 4.9.1.3, 4.9.3.6",
		.remedy = "nothing; newer servers refuse unknown names with host-unknown",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { CONNECTED },
		.examine = header_unknown_refused },
	{ .id = "stream.redirect",
		.title = "The server does not send us elsewhere",
		.why = "hardly any server follows a redirection between servers",
		.source = "RFC 6120, 4.9.3.19",
		.remedy = "publish the right host by SRV in place of redirecting",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { CONNECTED },
		.examine = redirect },
	{ .id = "stream.unauthenticated-stanza",
		.title = "A stanza before authentication is not heard",
		.why = "who hears stanzas of a domain that is not verified hears anybody in any "
		       "name",
		.source = "RFC 6120, 4.3.5, 4.9.3.12, 13.12",
		.remedy =
			"update the server at once: it handles stanzas before the sending "
			"domain is verified",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_CRITICAL,
		.owner = OWNER_PARTNER,
		.after = { CONNECTED },
		.examine = stanza_unauthenticated },
	{ .id = "stream.close",
		.title = "The server closes the stream when we do",
		.why = "partners that never close pile up half-open streams",
		.source = "RFC 6120, 4.4",
		.remedy = "update the server when it leaves streams half open",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { CONNECTED },
		.examine = close_stream },
	{ 0 }
};
