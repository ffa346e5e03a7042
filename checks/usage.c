/* What a certificate is made of and what it may be used for: keys, signatures, usages,
 * constraints, and the profile of RFC 5280. */
#include "checks/cert.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "model/suite.h"

static bool
has(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(list[i], name))
			return true;
	return false;
}

/* --- keys ------------------------------------------------------------------------- */

/* RFC 9325, 4.2 and 4.5. */
static void
judge_rsa(struct inquiry *q, const struct certificate_fact *c)
{
	if (c->exponent_one) {
		grade(q, SEVERITY_CRITICAL);
		failed(q, "the RSA key of %s has the exponent 1, which hides nothing",
			say_certificate(q, c));
	} else if (c->key_bits < 2048) {
		failed(q, "the RSA key of %s has %d bits", say_certificate(q, c),
			c->key_bits);
	} else if (c->key_bits > 4096) {
		warned(q, "the RSA key of %s has %d bits, more than some partners take",
			say_certificate(q, c), c->key_bits);
	}
}

static void
judge_ec(struct inquiry *q, const struct certificate_fact *c)
{
	if (c->key_bits < 224)
		failed(q, "the EC key of %s has %d bits", say_certificate(q, c),
			c->key_bits);
	else if (!text_same(c->curve, "P-256") && !text_same(c->curve, "P-384"))
		warned(q,
			"the EC key of %s is on the curve \"%s\", which not all can use",
			say_certificate(q, c), c->curve ? c->curve : "");
}

static void
judge_key(struct inquiry *q, const struct certificate_fact *c)
{
	if (c->key == NULL)
		return;
	if (text_same(c->key, "RSA") || text_same(c->key, "RSA-PSS"))
		judge_rsa(q, c);
	else if (text_same(c->key, "EC"))
		judge_ec(q, c);
	else if (text_same(c->key, "DSA"))
		failed(q, "the key of %s is of the kind DSA", say_certificate(q, c));
	else
		warned(q, "the key of %s is of the kind \"%s\", which many cannot use",
			say_certificate(q, c), c->key);
}

/* A root is trusted as it is. */
static bool
is_root(const struct certificate_fact *c)
{
	return c->self_signed && c->position > 0;
}

void
key_strength(struct inquiry *q)
{
	struct chain chain;

	if (!cert_chain(q, &chain))
		return;
	if (chain.certificate[0]->key == NULL)
		skipped(q, "the kind of the key");
	for (size_t i = 0; i < chain.certificates; i++)
		if (chain.related[i] && !is_root(chain.certificate[i]))
			judge_key(q, chain.certificate[i]);
}

/* --- signatures ------------------------------------------------------------------- */

static void
judge_signature(struct inquiry *q, const struct certificate_fact *c)
{
	static const char *const broken[] = { "MD2", "MD4", "MD5", "SHA1" };
	static const char *const rare[] = { "rsassaPss", "ED25519", "ED448" };

	if (has(broken, sizeof broken / sizeof broken[0], c->digest))
		failed(q, "%s is signed with %s", say_certificate(q, c), c->digest);
	else if (has(rare, sizeof rare / sizeof rare[0], c->signature))
		warned(q, "%s is signed with %s, which not all can verify",
			say_certificate(q, c), c->signature);
	else if (text_same(c->digest, "SHA224"))
		warned(q, "%s is signed with SHA224", say_certificate(q, c));
	else if (c->digest == NULL && c->signature != NULL)
		warned(q, "%s is signed with \"%s\", which few can verify",
			say_certificate(q, c), c->signature);
}

/* RFC 9325, 4.5. Nobody verifies what a certificate says of itself. */
void
signature_algorithm(struct inquiry *q)
{
	struct chain chain;

	if (!cert_is_issued(q) || !cert_chain(q, &chain))
		return;
	if (chain.certificate[0]->signature == NULL)
		skipped(q, "the kind of the signature");
	for (size_t i = 0; i < chain.certificates; i++)
		if (chain.related[i] && !chain.certificate[i]->self_signed)
			judge_signature(q, chain.certificate[i]);
}

/* --- usages ----------------------------------------------------------------------- */

/* Whether the handshake took a signature with the leaf's key. */
static bool
is_signing(const struct tls_fact *f)
{
	return f != NULL && f->completed &&
	       (text_same(f->version, "TLSv1.3") ||
		       (f->cipher && (text_starts(f->cipher, "TLS_ECDHE_") ||
					     text_starts(f->cipher, "TLS_DHE_"))));
}

/* RFC 5280, 4.2.1.3; RFC 8446, 4.4.2.2. */
static void
judge_leaf_usage(
	struct inquiry *q, const struct certificate_fact *c, const struct tls_fact *f)
{
	bool signs = has(c->key_usage, c->key_usages, "digitalSignature");
	bool enciphers = has(c->key_usage, c->key_usages, "keyEncipherment");

	if (!signs && !enciphers && !has(c->key_usage, c->key_usages, "keyAgreement")) {
		failed(q, "the usages are %s, none of which TLS has a use for",
			c->key_usages ? say_some(q, c->key_usage, c->key_usages)
				      : "none");
	} else if (!signs && q->endpoint->mode == MODE_FILE) {
		grade(q, SEVERITY_MEDIUM);
		failed(q,
			"digitalSignature is missing, and with TLS 1.3 every handshake is "
			"signed with the key");
	} else if (!signs && is_signing(f)) {
		grade(q, SEVERITY_MEDIUM);
		failed(q,
			"digitalSignature is missing, and the handshake of %s was signed with the key",
			tls_title(f->version));
	} else if (!enciphers && text_same(c->key, "RSA")) {
		noted(q,
			"keyEncipherment is missing, which only the key exchange without "
			"forward secrecy needs");
	}
}

void
key_usage(struct inquiry *q)
{
	const struct tls_fact *f = cert_handshake(q);
	struct chain chain;

	if (!cert_chain(q, &chain))
		return;
	if (chain.certificate[0]->has_key_usage)
		judge_leaf_usage(q, chain.certificate[0], f);
	for (size_t i = 1; i < chain.certificates; i++) {
		const struct certificate_fact *c = chain.certificate[i];

		/* RFC 5280, 6.1.4 (n); what is asked of a root is its own matter. */
		if (!chain.related[i] || is_root(c) || !c->has_key_usage ||
			has(c->key_usage, c->key_usages, "keyCertSign"))
			continue;
		grade(q, SEVERITY_HIGH);
		failed(q, "the issuer %s has no keyCertSign", say_certificate(q, c));
	}
}

/* The leaf when it is limited to some usages. What a request does not ask for, the
 * authority decides. */
static const struct certificate_fact *
limited_leaf(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);

	if (leaf == NULL || leaf->has_extended_key_usage)
		return leaf;
	if (leaf->request)
		skipped(q, "a usage that the request asks for");
	return NULL;
}

/* RFC 5280, 4.2.1.12: "any" need not be enough, and for OpenSSL it is not. */
void
eku_server_auth(struct inquiry *q)
{
	const struct certificate_fact *leaf = limited_leaf(q);

	if (leaf == NULL ||
		has(leaf->extended_key_usage, leaf->extended_key_usages, "serverAuth"))
		return;
	if (has(leaf->extended_key_usage, leaf->extended_key_usages, "any"))
		warned(q, "the usage is anyExtendedKeyUsage without serverAuth, which "
			  "OpenSSL refuses");
	else
		failed(q, "the usages are %s",
			leaf->extended_key_usages ? say_some(q, leaf->extended_key_usage,
							    leaf->extended_key_usages)
						  : "none");
}

static bool
is_ours(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;

	if (q->partner->role == ROLE_FILE)
		return true;
	/* As our own side, own.certificate.usage warns once for all endpoints. */
	return q->partner->role != ROLE_OWN && !asked->from_stranger &&
	       is_partner(q, asked->from);
}

/* Public authorities no longer issue it, so of a partner it is a fact and no fault. */
void
eku_client_auth(struct inquiry *q)
{
	static const char words[] =
		"clientAuth is missing: ejabberd before 25.07 and Metronome refuse SASL "
		"EXTERNAL when they are called with it, and dialback is left";
	const struct certificate_fact *leaf = limited_leaf(q);

	if (leaf == NULL ||
		has(leaf->extended_key_usage, leaf->extended_key_usages, "clientAuth") ||
		has(leaf->extended_key_usage, leaf->extended_key_usages, "any"))
		return;
	if (is_ours(q))
		warned(q, "%s", words);
	else
		noted(q, "%s", words);
}

/* --- constraints ------------------------------------------------------------------ */

/* RFC 5280, 4.2.1.9 and 4.2.1.10; RFC 6120, 13.7.1.1 (2). */
void
basic_constraints(struct inquiry *q)
{
	const struct tls_fact *f = cert_handshake(q);
	struct chain chain;

	if (!cert_chain(q, &chain))
		return;
	if (chain.certificate[0]->authority)
		failed(q, "the leaf is itself a certificate of an authority (CA:TRUE)");
	for (size_t i = 1; i < chain.certificates; i++)
		/* Before version 3 there was no way to say it, and old roots lack it. */
		if (chain.related[i] && !chain.certificate[i]->authority &&
			!is_root(chain.certificate[i]))
			failed(q, "the issuer %s is no authority (CA:FALSE)",
				say_certificate(q, chain.certificate[i]));
	for (size_t i = 0; f && i < f->verifies; i++)
		if (verify_breaks_constraint(&f->verify[i])) {
			failed(q, "\"%s\" at %s",
				f->verify[i].text ? f->verify[i].text : "constraint",
				f->verify[i].subject
					? say_some(q, &f->verify[i].subject, 1)
					: "the leaf");
			break;
		}
}

/* --- the profile ------------------------------------------------------------------ */

/* RFC 5280, 4.2: who does not know a critical extension must reject the certificate. */
static bool
judge_extensions(struct inquiry *q, const struct chain *chain)
{
	bool any = false;

	for (size_t i = 0; i < chain->certificates; i++) {
		const struct certificate_fact *c = chain->certificate[i];

		if (!chain->related[i] || c->unknown_criticals == 0)
			continue;
		failed(q, "%s has critical extensions that are not known: %s",
			say_certificate(q, c),
			say_some(q, c->unknown_critical, c->unknown_criticals));
		any = true;
	}
	return any;
}

static void
judge_subject(struct inquiry *q, const struct certificate_fact *leaf)
{
	if (!leaf->empty_subject)
		return;
	/* RFC 6120, 13.7.1.1 (3) forbids what authorities do today; nobody minds. */
	if (leaf->has_names && leaf->names_critical)
		noted(q,
			"the subject is empty and the alternative names are critical, as "
			"usual");
	else
		/* RFC 5280, 4.1.2.6. */
		warned(q, "the subject is empty, and the alternative names are %s",
			leaf->has_names ? "not critical" : "missing");
}

void
profile(struct inquiry *q)
{
	const struct certificate_fact *leaf;
	struct chain chain;

	if (!cert_chain(q, &chain))
		return;
	leaf = chain.certificate[0];
	if (!judge_extensions(q, &chain))
		grade(q, SEVERITY_LOW);
	if (leaf->version > 0 && leaf->version < 3 && !leaf->request)
		failed(q, "the version is %d, which knows no extensions", leaf->version);
	judge_subject(q, leaf);
	/* RFC 5280, 4.1.2.2. */
	if (leaf->serial_unfit)
		warned(q,
			"the serial number \"%s\" is not positive or has over 20 octets",
			leaf->serial ? leaf->serial : "");
}
