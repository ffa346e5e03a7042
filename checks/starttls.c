/* The way into TLS: STARTTLS on a stream in clear (RFC 6120, 5) and TLS from the first
 * byte (XEP-0368). */
#include "base/text.h"
#include "checks/agreed.h"
#include "checks/attempt.h"
#include "checks/impostor.h"
#include "model/name.h"

#include <string.h>

/* What the checks of one mode say of an endpoint of the other. */
#define NO_STARTTLS_ENDPOINT "a STARTTLS endpoint"
#define NO_DIRECT_ENDPOINT   "a direct TLS endpoint"

/* --- STARTTLS --------------------------------------------------------------------- */

/* The features in clear; when there are none, the finding is skipped with the reason. */
static const struct features_fact *
plain_features(struct inquiry *q)
{
	const struct features_fact *f;

	if (attempt_is_direct(q)) {
		skipped(q, NO_STARTTLS_ENDPOINT);
		return NULL;
	}
	f = attempt_features(q, PHASE_PLAIN);
	if (f == NULL)
		skipped(q, attempt_stop(q, PHASE_PLAIN));
	return f;
}

static void
offered(struct inquiry *q)
{
	const struct features_fact *f = plain_features(q);

	if (f == NULL || f->starttls)
		return;
	if (f->mechanisms > 0)
		failed(q, "the features in clear are %sthe mechanisms %s",
			f->dialback ? "dialback and " : "",
			say_list(q, f->mechanism, f->mechanisms));
	else
		failed(q,
			f->dialback
				? "the features in clear offer dialback and no protection"
				: "the features in clear offer neither TLS nor dialback");
}

/* RFC 6120, 5.3.1: alone among the features it counts as mandatory. */
static bool
is_mandatory(const struct features_fact *f)
{
	return f->starttls_required || !(f->dialback || f->mechanisms || f->bidi ||
					       f->limits || f->compressions || f->others);
}

static void
judge_optional(struct inquiry *q)
{
	struct reception r = impostor_reception(q, PLAINTEXT_IMPOSTOR);

	if (r.kind == RECEPTION_NONE) {
		noted(q,
			"STARTTLS is not marked as required, and other features stand beside "
			"it; whether a stream in clear would be accepted was not tried");
	} else if (!impostor_is_heard(&r)) {
		noted(q,
			"STARTTLS is not marked as required; this came of dialback in clear: "
			"%s",
			r.words);
	} else {
		grade(q, SEVERITY_MEDIUM);
		warned(q,
			"STARTTLS is not marked as required, and dialback in clear is "
			"processed: %s",
			r.words);
	}
}

static void
required(struct inquiry *q)
{
	const struct features_fact *f = plain_features(q);

	if (f == NULL)
		return;
	if (!f->starttls)
		skipped(q, "starttls.offered");
	else if (!is_mandatory(f))
		judge_optional(q);
}

/* RFC 9325, 3.2; RFC 7590, 3.4. */
static void
plaintext_dialback(struct inquiry *q)
{
	const struct features_fact *f = plain_features(q);
	struct reception r;

	if (f == NULL)
		return;
	r = impostor_reception(q, PLAINTEXT_IMPOSTOR);
	if (!f->starttls)
		skipped(q, "starttls.offered");
	else if (f->starttls_required)
		skipped(q, "an optional STARTTLS");
	else if (r.kind == RECEPTION_NONE)
		skipped(q, q->partner->asked->depth == DEPTH_DEEP
				   ? "the rest of the connection"
				   : "--depth deep");
	else if (impostor_is_heard(&r))
		failed(q, "dialback in clear is processed: %s", r.words);
	else if (r.kind == RECEPTION_SILENT)
		warned(q, "dialback in clear is not refused: %s", r.words);
}

/* RFC 7590, 3.1. What a device on the way takes out of the features may still work. */
static void
judge_proceed_unoffered(struct inquiry *q, const struct starttls_fact *f)
{
	const struct observation *tls = cite_by(q, "hidden-tls", FACT_TLS, PHASE_NONE);
	bool completed = tls && ((const struct tls_fact *)tls->fact)->completed;

	grade(q, SEVERITY_MEDIUM);
	warned(q, "<starttls/>, which was not offered%s, was answered by <proceed/>%s",
		f->advertised ? " at first" : "", completed ? ", and TLS began" : "");
}

static void
judge_unoffered(struct inquiry *q, const struct observation *o)
{
	const struct starttls_fact *f = o->fact;

	if (f->answer == STARTTLS_PROCEED)
		judge_proceed_unoffered(q, f);
	else if (f->answer == STARTTLS_FAILURE)
		noted(q, "<starttls/> was answered by <failure/>");
	else if (f->answer == STARTTLS_OTHER)
		noted(q, "<starttls/> was answered by \"%s\"",
			f->element ? f->element : "");
	else
		noted(q, "<starttls/> was not answered: %s", say_silence(q, o));
}

static void
unadvertised(struct inquiry *q)
{
	const struct features_fact *features = plain_features(q);
	const struct observation *o, *error;

	if (features == NULL)
		return;
	o = cite_by(q, "hidden-tls", FACT_STARTTLS, PHASE_NONE);
	error = cite_by(q, "hidden-tls", FACT_ERROR, PHASE_NONE);
	if (features->starttls)
		skipped(q, "a missing offer of STARTTLS");
	else if (o != NULL)
		judge_unoffered(q, o);
	else if (error != NULL)
		noted(q, "%s", say_error(q, error->fact));
	else
		skipped(q, q->partner->asked->depth == DEPTH_QUICK
				   ? "--depth standard"
				   : "the rest of the connection");
}

static void
judge_no_proceed(struct inquiry *q, const struct observation *o)
{
	const struct starttls_fact *f = o->fact;

	if (f->answer == STARTTLS_FAILURE)
		failed(q, "<starttls/> was answered by <failure/>");
	else if (f->answer == STARTTLS_OTHER)
		failed(q, "<starttls/> was answered by \"%s\"",
			f->element ? f->element : "");
	else
		failed(q, "<starttls/> was not answered: %s", say_silence(q, o));
}

/* RFC 6120, 5.4.2. */
static void
proceed(struct inquiry *q)
{
	const struct features_fact *features = plain_features(q);
	const struct error_fact *error = attempt_error(q, PHASE_PLAIN);
	const struct observation *o = cite(q, FACT_STARTTLS);
	const struct starttls_fact *f = o ? o->fact : NULL;

	if (features == NULL)
		return;
	if (f == NULL && error && text_same(error->after, "starttls"))
		failed(q, "%s", say_error(q, error));
	else if (f == NULL)
		skipped(q, features->starttls ? "the rest of the connection"
					      : "starttls.offered");
	else if (f->answer != STARTTLS_PROCEED)
		judge_no_proceed(q, o);
	else if (seconds(o->took) > 5)
		warned(q, "<proceed/> took %s", say_time(q, o->took));
}

/* RFC 6120, 5.4.3.3. Bytes are clean when they are in the journal: "\x15\x03" is how a TLS
 * alert begins there, from a server that cannot even begin. */
static void
injection(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_STARTTLS);
	const struct starttls_fact *f = o ? o->fact : NULL;

	if (f == NULL || f->answer != STARTTLS_PROCEED)
		skipped(q, attempt_is_direct(q) ? NO_STARTTLS_ENDPOINT : "<proceed/>");
	else if (f->bytes_after > 0 && f->injected &&
		 text_starts(f->injected, "\\x15\\x03"))
		noted(q, "a TLS alert came before our first TLS message");
	else if (f->bytes_after > 0)
		failed(q, "%d bytes in clear came behind <proceed/>%s", f->bytes_after,
			say_text(q, f->injected));
	else
		injection_heard(q);
}

/* RFC 6120, 5.3.1, 6.3.4; dialback and bidi in clear are usual (XEP-0288, 2.1). */
static void
judge_plain_offers(struct inquiry *q, const struct features_fact *f)
{
	size_t passwords = f->mechanisms;

	for (size_t i = 0; i < f->mechanisms; i++)
		if (text_same_name(f->mechanism[i], "EXTERNAL"))
			passwords--;
	if (passwords > 0)
		failed(q, "before TLS it offers the mechanisms %s",
			say_list(q, f->mechanism, f->mechanisms));
	if (f->compressions > 0)
		warned(q, "before TLS it offers the compression %s",
			say_list(q, f->compression, f->compressions));
	if (f->starttls && f->others_required > 0)
		warned(q, "before TLS it requires %s",
			say_list(q, f->other_required, f->others_required));
	if (f->dialback || f->bidi)
		noted(q, "before TLS it offers %s%s%s, as many servers do",
			f->dialback ? "dialback" : "",
			f->dialback && f->bidi ? " and " : "",
			f->bidi ? "bidirectional streams" : "");
}

static void
offers(struct inquiry *q)
{
	const struct features_fact *f = plain_features(q), *inside;

	if (f == NULL)
		return;
	judge_plain_offers(q, f);
	inside = attempt_features(q, PHASE_TLS);
	if (inside != NULL && inside->starttls)
		failed(q, "STARTTLS is offered again inside TLS");
}

/* --- direct TLS ------------------------------------------------------------------- */

/* The other mode answers on this port. */
static void
swapped(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_FOREIGN);
	const struct foreign_fact *f = o ? o->fact : NULL;

	if (f && attempt_is_direct(q) && f->protocol == FOREIGN_XML_ON_TLS) {
		failed(q, "XML came where a TLS record was expected%s",
			say_text(q, f->begins));
	} else if (f && !attempt_is_direct(q) && f->protocol == FOREIGN_TLS &&
		   f->phase == PHASE_PLAIN) {
		failed(q, "a TLS record came where a stream header was expected");
	} else if (attempt_is_direct(q)) {
		o = cite(q, FACT_TLS);
		if (o && !((const struct tls_fact *)o->fact)->completed)
			skipped(q, "a TLS record");
	} else if (!attempt_header(q, PHASE_PLAIN)) {
		skipped(q, "a stream header");
	}
}

/* Who has no other way in is hit harder. */
static bool
has_starttls(struct inquiry *q)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		const struct observation *o;

		if (list[i].mode != MODE_STARTTLS)
			continue;
		o = cite_at(q, &list[i], FACT_FEATURES, PHASE_PLAIN);
		if (o && ((const struct features_fact *)o->fact)->received)
			return true;
	}
	return false;
}

static void
direct_failed(struct inquiry *q, const char *words)
{
	if (!has_starttls(q))
		grade(q, SEVERITY_HIGH);
	failed(q, "%s", words);
}

/* XEP-0368, 3: TLS, and inside it a stream that does not offer STARTTLS. */
static void
handshake(struct inquiry *q)
{
	const struct observation *o = attempt_is_direct(q) ? cite(q, FACT_TLS) : NULL;
	const struct features_fact *f;
	const char *stop;

	if (o == NULL) {
		skipped(q, attempt_is_direct(q) ? "the rest of the connection"
						: NO_DIRECT_ENDPOINT);
		return;
	}
	f = attempt_features(q, PHASE_TLS);
	stop = attempt_stop(q, PHASE_TLS);
	if (f && f->starttls)
		direct_failed(q, "STARTTLS is offered inside TLS");
	else if (f)
		return;
	else if (attempt_demands(q))
		noted(q, "TLS works; it demands a certificate, and we presented none");
	else if (text_same(stop, "tls.handshake"))
		direct_failed(q,
			arena_printf(q->arena, "the TLS handshake was not completed: %s",
				say_silence(q, o)));
	else
		skipped(q, stop);
}

/* RFC 7301, 3.2. A server without ALPN selects nothing, as Prosody and ejabberd do. */
static void
alpn(struct inquiry *q)
{
	const struct observation *o = attempt_is_direct(q) ? cite(q, FACT_TLS) : NULL;
	const struct tls_fact *f = o ? o->fact : NULL;
	const int refused = 120 + 1;

	if (f == NULL)
		skipped(q, attempt_is_direct(q) ? "the rest of the connection"
						: NO_DIRECT_ENDPOINT);
	else if (!f->completed && f->alert == refused && !f->alert_sent)
		failed(q, "the protocol \"%s\" was refused with the alert %s",
			f->alpn_offered ? f->alpn_offered : "",
			tls_alert_name(refused - 1));
	else if (!f->completed)
		skipped(q, "direct.handshake");
	else if (f->alpn == NULL)
		noted(q, "none of the protocols offered was selected");
	else if (!text_same(f->alpn, f->alpn_offered))
		warned(q, "\"%s\" was selected, and \"%s\" offered", f->alpn,
			f->alpn_offered ? f->alpn_offered : "");
}

/* XEP-0368, 3: SNI is the only selector here, for nothing else names the domain. */
static void
sni(struct inquiry *q)
{
	const struct observation *o = attempt_is_direct(q) ? cite(q, FACT_TLS) : NULL;
	const struct tls_fact *f = o ? o->fact : NULL;
	const struct certificate_fact *leaf = f ? cite_certificate(q, 0) : NULL;
	const int unrecognized = 112 + 1;

	if (f == NULL)
		skipped(q, attempt_is_direct(q) ? "the rest of the connection"
						: NO_DIRECT_ENDPOINT);
	else if (!f->completed && f->alert == unrecognized && !f->alert_sent)
		failed(q, "the name \"%s\" was refused with the alert %s",
			f->sni ? f->sni : "", tls_alert_name(unrecognized - 1));
	else if (leaf == NULL || leaf->malformed || f->sni == NULL)
		skipped(q, f->completed ? "cert.presented" : "direct.handshake");
	else if (!name_fits(q->arena, leaf, f->sni))
		failed(q, "for \"%s\" the certificate of %s came", f->sni,
			leaf->dns_names
				? say_list(q, leaf->dns_name, leaf->dns_names)
				: say_list(q, &leaf->subject, leaf->subject != NULL));
}

const struct check starttls_checks[] = {
	{ .id = "starttls.offered",
		.title = "STARTTLS is offered",
		.why = "today nearly every public server refuses streams in clear",
		.source = "RFC 6120, 5.3.1; RFC 7590, 3.1",
		.remedy =
			"enable TLS for server connections and load a certificate for the "
			"domain; in many servers the offer vanishes when the certificate file "
			"cannot be read",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "stream.features.received" },
		.examine = offered },
	{ .id = "starttls.required",
		.title = "STARTTLS is mandatory",
		.why = "optional encryption can be stripped by anyone on the path",
		.source = "RFC 6120, 5.3.1, 5.4.1; RFC 9325, 3.2",
		.remedy = "require encryption for server connections (Prosody: "
			  "s2s_require_encryption; ejabberd: s2s_use_starttls: required; "
			  "Openfire: TLS policy \"required\")",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "starttls.offered" },
		.examine = required },
	{ .id = "starttls.plaintext-dialback",
		.title = "Dialback without TLS is refused",
		.why = "content and identity travel in clear, for anyone on the path to change",
		.source = "RFC 9325, 3.2; RFC 7590, 3.4; XEP-0220, 2.5",
		.remedy =
			"refuse server dialback without TLS (Prosody: s2s_require_encryption; "
			"ejabberd: s2s_use_starttls: required)",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "starttls.offered" },
		.examine = plaintext_dialback },
	{ .id = "starttls.unadvertised",
		.title = "TLS that is not offered does not exist",
		.why = "it separates a partner without TLS from one whose offer is taken away on "
		       "the path",
		.source = "RFC 7590, 3.1",
		.remedy =
			"compare from another network; when STARTTLS is offered there, a "
			"firewall that inspects XMPP removes it on this path",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_NETWORK,
		.after = { "stream.features.received" },
		.examine = unadvertised },
	{ .id = "starttls.proceed",
		.title = "The server proceeds to TLS",
		.why = "offered but impossible: usually the key or the certificate is "
		       "unreadable",
		.source = "RFC 6120, 5.4.2",
		.remedy =
			"check that the server can read its certificate and key for this "
			"domain and that they belong together",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "starttls.offered" },
		.examine = proceed },
	{ .id = "starttls.injection",
		.title = "Nothing said in clear counts inside TLS",
		.why = "a man in the middle speaks with the authority of the encrypted stream "
		       "when such bytes count",
		.source = "RFC 6120, 5.4.2.3, 5.4.3.3; RFC 9325, 3.2",
		.remedy =
			"update the server, and compare from another network: what follows "
			"<proceed/> must be TLS, and what came before it must be forgotten",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "starttls.proceed" },
		.examine = injection },
	{ .id = "starttls.offers",
		.title = "The offers before and inside TLS are in order",
		.why = "a wrong order of offers leads some servers to authenticate in clear",
		.source = "RFC 6120, 5.3.1, 5.4.3.3, 6.3.4; XEP-0288, 2.1",
		.remedy =
			"offer authentication only inside TLS, and STARTTLS only before it",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "stream.features.received" },
		.examine = offers },
	{ .id = "direct.swapped",
		.title = "The port speaks the mode that its record says",
		.why = "each kind of partner fails in its own cryptic way",
		.source = "XEP-0368, 3",
		.remedy =
			"publish the direct-TLS port under _xmpps-server and the STARTTLS port "
			"under _xmpp-server, not the other way round",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "tcp.connect", "tcp.early-close" },
		.examine = swapped },
	{ .id = "direct.handshake",
		.title = "Direct TLS leads to a stream",
		.why = "servers that know direct TLS may try it first and pay for its failure",
		.source = "XEP-0368, 3",
		.remedy = "repair the direct-TLS port or remove its _xmpps-server record",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "direct.swapped" },
		.examine = handshake },
	{ .id = "direct.alpn",
		.title = "Direct TLS selects the protocol of XMPP servers",
		.why = "ALPN separates the services behind one port",
		.source = "XEP-0368, 3; RFC 7301, 3.2; RFC 9325, 3.8",
		.remedy = "teach the TLS multiplexer the protocol id \"xmpp-server\"",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "direct.swapped" },
		.examine = alpn },
	{ .id = "direct.sni",
		.title = "Direct TLS presents the certificate of the name asked for",
		.why = "SNI is the only selector here",
		.source = "XEP-0368, 3; RFC 6066, 3; RFC 9325, 3.7",
		.remedy =
			"bind the domain's certificate to its name on the direct-TLS listener",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "direct.swapped" },
		.examine = sni },
	{ 0 }
};
