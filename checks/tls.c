/* The one TLS handshake of the session: what was negotiated, and why it failed. Our side
 * takes part in TLS 1.0 to 1.3 with nearly any suite, so that what is weak is seen and not
 * refused (RFC 9325). */
#include "base/text.h"
#include "checks/accepted.h"
#include "checks/attempt.h"
#include "checks/external.h"
#include "checks/trial.h"
#include "model/suite.h"

#include <string.h>

/* What a failure most likely means, by the alert that the partner sent (RFC 8446, 6.2). */
static const struct {
	int alert;
	const char *words, *remedy;
} meanings[] = {
	{ 40, "no parameters in common",
		"compare the protocol versions and cipher suites of both sides, and enable TLS "
		"1.2 with ECDHE and AES-GCM" },
	{ 70, "no protocol version in common", "enable TLS 1.2 or later" },
	{ 71, "parameters that it finds too weak",
		"compare the cipher suites and key sizes of both sides" },
	{ 86, "no protocol version in common", "enable TLS 1.2 or later" },
	{ 80, "trouble of its own",
		"check that the server can read its certificate and key for this domain and "
		"that they belong together" },
	{ 112, "the name is not known to it",
		"let the server present a certificate for the domain's name (SNI)" },
	{ 120, "the protocol offered by ALPN is not known to it",
		"teach the TLS multiplexer the protocol id \"xmpp-server\"" },
};

static const char *
alert_words(struct inquiry *q, int number)
{
	const char *name = tls_alert_name(number);
	const char *words = NULL;

	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
		if (meanings[i].alert == number) {
			words = meanings[i].words;
			remedy(q, "%s", meanings[i].remedy);
		}
	if (name == NULL)
		name = arena_printf(q->arena, "number %d", number);
	return words ? arena_printf(q->arena, "%s (%s)", name, words) : name;
}

static void
judge_incomplete(struct inquiry *q, const struct observation *o)
{
	const struct tls_fact *f = o->fact;
	const struct observation *foreign = cite(q, FACT_FOREIGN);

	if (foreign != NULL)
		failed(q, "what came is no TLS%s",
			say_text(
				q, ((const struct foreign_fact *)foreign->fact)->begins));
	else if (attempt_demands(q))
		noted(q,
			"it demands a certificate, and we presented none: the alert %s came",
			tls_alert_name(f->alert - 1));
	else if (f->alert != 0 && !f->alert_sent)
		failed(q, "the server sent the alert %s", alert_words(q, f->alert - 1));
	else if (o->outcome == OUTCOME_TIMED_OUT || o->outcome == OUTCOME_CLOSED)
		failed(q, "%s", say_silence(q, o));
	else
		failed(q, "the handshake broke off%s",
			say_text(q, f->failure ? f->failure : o->detail));
}

static void
handshake(struct inquiry *q)
{
	const struct observation *o = NULL, *last = cite(q, FACT_TLS);

	if (last == NULL) {
		skipped(q, attempt_stop(q, PHASE_TLS));
		return;
	}
	if (!((const struct tls_fact *)last->fact)->completed) {
		judge_incomplete(q, last);
		return;
	}
	/* An alert that came later is a fact of its own; the first took the time. */
	o = cite_next(q, FACT_TLS, NULL);
	if (seconds(o->took) > 5)
		warned(q, "it took %s", say_time(q, o->took));
}

/* The handshake when it was completed; else the finding is skipped. */
static const struct tls_fact *
completed(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_TLS);
	const struct tls_fact *f = o ? o->fact : NULL;

	if (f && f->completed)
		return f;
	skipped(q, attempt_stop(q, PHASE_TLS));
	return NULL;
}

static bool
is_1_3(const struct tls_fact *f)
{
	return text_same(f->version, "TLSv1.3");
}

/* RFC 8996, 5; RFC 9325, 3.1.1. */
static void
version_max(struct inquiry *q)
{
	const struct tls_fact *f = completed(q);

	if (f == NULL || is_1_3(f))
		return;
	if (text_same(f->version, "TLSv1.2"))
		noted(q, "TLS 1.2 was negotiated; we offered TLS 1.3");
	else
		failed(q, "no more than %s was negotiated, which current servers refuse",
			tls_title(f->version));
}

/* RFC 9325, 4.1 and 7.3. */
static void
cipher_forward_secrecy(struct inquiry *q)
{
	const struct tls_fact *f = completed(q);

	if (f == NULL || is_1_3(f))
		return;
	if (f->cipher == NULL)
		skipped(q, "a cipher suite");
	else if (!suite_is_ecdhe(f->cipher) && !suite_is_dhe(f->cipher))
		failed(q, "the key exchange of %s depends on the certificate's key alone",
			f->cipher);
}

/* RFC 9325, 4.2: ECDHE with authenticated encryption. */
static void
cipher_recommended(struct inquiry *q)
{
	const struct tls_fact *f = completed(q);

	if (f == NULL || is_1_3(f))
		return;
	if (f->cipher == NULL)
		skipped(q, "a cipher suite");
	else if (!suite_is_recommended(f->cipher))
		warned(q, "%s was chosen, although better ones were offered", f->cipher);
}

/* RFC 9155, 3 and 4. A suite without ephemeral keys has no signature to look at; Ed25519
 * and Ed448 have no digest to name. */
static void
signature_hash(struct inquiry *q)
{
	static const char *const good[] = { "SHA256", "SHA384", "SHA512", "SHA3-256",
		"SHA3-384", "SHA3-512" };
	const struct tls_fact *f = completed(q);

	if (f == NULL || (f->signature && text_starts(f->signature, "Ed")))
		return;
	if (f->digest == NULL) {
		skipped(q, "a signature in the handshake");
		return;
	}
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (text_same_name(f->digest, good[i]))
			return;
	if (text_same_name(f->digest, "SHA224"))
		warned(q, "the server signs with %s", f->digest);
	else
		failed(q, "the server signs with %s", f->digest);
}

/* RFC 5746, 3.4: without it a client must suppose that streams can be spliced. */
static void
renegotiation(struct inquiry *q)
{
	const struct tls_fact *f = completed(q);

	if (f && is_1_3(f))
		skipped(q, "a handshake of TLS 1.2");
	else if (f && !f->secure_renegotiation)
		failed(q, "the answer of %s has no renegotiation_info",
			tls_title(f->version));
}

/* RFC 7627, 5.2. */
static void
ems(struct inquiry *q)
{
	const struct tls_fact *f = completed(q);

	if (f && is_1_3(f))
		skipped(q, "a handshake of TLS 1.2");
	else if (f && !f->extended_master_secret)
		warned(q, "the answer of %s has no extended_master_secret",
			tls_title(f->version));
}

/* Anything that shows dialback: a way that needs no certificate (XEP-0220, 2.4). */
static bool
has_dialback(struct inquiry *q)
{
	static const enum phase phases[] = { PHASE_PLAIN, PHASE_TLS };

	for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
		const struct features_fact *features = attempt_features(q, phases[i]);
		const struct header_fact *header = attempt_header(q, phases[i]);

		if ((features && features->dialback) ||
			(header && header->dialback_prefix))
			return true;
	}
	return false;
}

/* RFC 6120, 5.4.3.1 (3). */
static void
client_cert_requested(struct inquiry *q)
{
	const struct tls_fact *f = completed(q);

	if (f == NULL)
		return;
	if (f->certificate_requested && !trial_is_wanted(q, f)) {
		blame(q, OWNER_US);
		remedy(q,
			"use an authority that the partner names, or ask it to name yours");
		warned(q,
			"none of the authorities that the partner names (%zu) has issued "
			"anything in our chain, so some servers would present nothing",
			f->authorities);
	}
	if (f->certificate_requested)
		return;
	if (has_dialback(q))
		noted(q,
			"no certificate of ours was asked for, so SASL EXTERNAL is impossible; "
			"dialback is offered");
	else
		failed(q,
			"no certificate of ours was asked for, so SASL EXTERNAL is impossible; "
			"dialback is not offered either");
}

/* RFC 7633, 4.2.3.1: the certificate itself promises a staple. */
static void
judge_must_staple(struct inquiry *q, const struct tls_fact *f, bool stale)
{
	const char *status = f->staple_status ? f->staple_status : "unknown";

	if (f->stapled && text_same(status, "good") && !stale)
		return;
	grade(q, SEVERITY_HIGH);
	failed(q, "the certificate promises a staple, and %s came",
		!f->stapled ? "none"
		: stale     ? arena_printf(q->arena, "one that ended %s",
				      text_time(q->arena, f->staple_until))
			    : arena_printf(q->arena, "one of the status \"%s\"", status));
}

static void
ocsp_staple(struct inquiry *q)
{
	const struct tls_fact *f = completed(q);
	const struct certificate_fact *leaf = f ? cite_certificate(q, 0) : NULL;
	bool stale;

	if (f == NULL)
		return;
	stale = f->stapled && f->staple_until != 0 &&
		f->staple_until < journal_started(q->partner->journal);
	if (f->stapled && text_same(f->staple_status, "revoked")) {
		grade(q, SEVERITY_HIGH);
		remedy(q, "replace the certificate: its issuer has revoked it");
		failed(q, "the staple says that the certificate is revoked");
	} else if (leaf && leaf->must_staple) {
		judge_must_staple(q, f, stale);
	} else if (!f->stapled) {
		noted(q, "no status came with the certificate, as usual in XMPP");
	} else if (stale) {
		warned(q, "the staple ended %s", text_time(q->arena, f->staple_until));
	} else if (!text_same(f->staple_status, "good")) {
		warned(q, "the status in the staple is \"%s\"",
			f->staple_status ? f->staple_status : "");
	}
}

const struct check tls_checks[] = {
	{ .id = "tls.handshake",
		.title = "The TLS handshake is completed",
		.why = "nothing modern works without it",
		.source = "RFC 8446, 6.2; RFC 9325, 3.7; RFC 6120, 5.4.3.2",
		.remedy =
			"compare the protocol versions and cipher suites of both sides, and "
			"check that key and certificate match",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "direct.swapped", "starttls.offered", "starttls.proceed",
			"starttls.injection" },
		.examine = handshake },
	{ .id = "tls.version.max",
		.title = "The protocol version is current",
		.why = "current servers refuse what is below TLS 1.2",
		.source = "RFC 9325, 3.1.1; RFC 8996, 5",
		.remedy =
			"enable TLS 1.2, and 1.3 if available, in the operating system or the "
			"TLS library of the server",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "tls.handshake" },
		.examine = version_max },
	{ .id = "tls.version.min",
		.title = "No outdated protocol version is accepted",
		.why = "old versions must not be negotiated any more, and an attacker may try "
		       "to bring both sides down to one",
		.source = "RFC 8996, 4, 5; RFC 9325, 3.1.1",
		.remedy =
			"disable everything below TLS 1.2 on the federation port, once no "
			"partner needs it",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.examine = accepted_version },
	{ .id = "tls.cipher.weak",
		.title = "No weak cipher suite is accepted",
		.why = "discouraged rather than forbidden: very old partners know nothing else",
		.source = "RFC 9325, 4.1, 4.2; RFC 6120, 13.8",
		.remedy =
			"prefer ECDHE with AES-GCM or ChaCha20, and drop the others when no "
			"partner needs them",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.examine = accepted_weak },
	{ .id = "tls.group.dh-size",
		.title = "The key exchange with integers has a large prime",
		.why = "small ones can be broken, and current libraries refuse them",
		.source = "RFC 9325, 4.5",
		.remedy = "use a prime of 2048 bits or more (ffdhe2048), or drop DHE",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.examine = accepted_prime },
	{ .id = "tls.cipher.recommended",
		.title = "The cipher suite is a recommended one",
		.why = "a partner with a strict list finds no suite in common",
		.source = "RFC 9325, 4.2, 4.2.1; RFC 8446, 9.1",
		.remedy =
			"add the ECDHE AES-GCM suites of your key type and let the server "
			"choose",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "tls.handshake" },
		.examine = cipher_recommended },
	{ .id = "tls.cipher.forward-secrecy",
		.title = "The key exchange has forward secrecy",
		.why = "a later theft of the key would open recorded conversations",
		.source = "RFC 9325, 4.1, 7.3",
		.remedy = "enable ECDHE suites and put them first",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "tls.handshake" },
		.examine = cipher_forward_secrecy },
	{ .id = "tls.signature.hash",
		.title = "The handshake is signed with a strong digest",
		.why = "current libraries abort otherwise",
		.source = "RFC 9155, 3, 4; RFC 9325, 4.5",
		.remedy =
			"update the TLS library: SHA-1 in handshake signatures is obsolete",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "tls.handshake" },
		.examine = signature_hash },
	{ .id = "tls.renegotiation",
		.title = "Renegotiation is secure",
		.why = "without the extension clients must suppose that data can be spliced in",
		.source = "RFC 5746, 3.4, 4.1; RFC 9325, 3.5; RFC 6120, 5.3.5",
		.remedy = "update the TLS library",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "tls.handshake" },
		.examine = renegotiation },
	{ .id = "tls.ems",
		.title = "The master secret is bound to the handshake",
		.why = "resumption is open to the triple handshake otherwise, and strict "
		       "libraries will refuse",
		.source = "RFC 7627, 5.2; RFC 9325, 3.5",
		.remedy = "update the TLS library",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "tls.handshake" },
		.examine = ems },
	{ .id = "tls.client-cert.requested",
		.title = "A certificate of the calling server is asked for",
		.why = "without the question SASL EXTERNAL is impossible; a proxy that ends TLS "
		       "is a common reason",
		.source = "RFC 6120, 5.4.3.1 (3); RFC 8446, 4.3.2; XEP-0178, 3",
		.remedy =
			"let the server request certificates on the federation port, and do "
			"not end TLS on a load balancer before it",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "tls.handshake" },
		.examine = client_cert_requested },
	{ .id = "tls.client-cert.accepted",
		.title = "TLS accepts our certificate",
		.why = "in TLS 1.3 a refusal comes late, and looks as if the server hung up",
		.source = "RFC 8446, 4.4.2.4, 6.2; RFC 6120, 5.4.3.1",
		.remedy =
			"compare your certificate (names, chain, usage) with what the partner "
			"trusts",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.after = { "tls.handshake" },
		.examine = client_cert_accepted },
	{ .id = "tls.ocsp.staple",
		.title = "The certificate's stapled status is in order",
		.why = "rarely used in XMPP, but a certificate that promises a staple breaks "
		       "hard without one",
		.source = "RFC 6066, 8; RFC 7633, 4.2.3.1; RFC 9325, 7.5",
		.remedy = "make the server staple, or request a certificate without that "
			  "promise",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "tls.handshake" },
		.examine = ocsp_staple },
	{ 0 }
};
