/* Makes certificates, good ones and bad ones, with OpenSSL. Keys are made once for each
 * kind and shared, since nothing here is secret. */
#include "rig/ca.h"

#include "base/fatal.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CA_FROM_DAY = -400, CA_TO_DAY = 3650, SERIAL_OCTETS = 16 };

/* RFC 4985 and RFC 6120, 13.7.1.4. */
#define OID_SRV_NAME     "1.3.6.1.5.5.7.8.7"
#define OID_XMPP_ADDRESS "1.3.6.1.5.5.7.8.5"

/* An authority among the three: its key and certificate. */
struct authority {
	EVP_PKEY *key;
	X509 *certificate;
};

struct ca {
	struct arena *arena;
	struct authority root, intermediate, stranger;
	EVP_PKEY *key[KEY_KINDS];
	struct identity **identity;
	size_t identities;
};

static EVP_PKEY *
make_key(enum key_kind kind)
{
	EVP_PKEY *key = NULL;

	switch (kind) {
	case KEY_P521:
		key = EVP_EC_gen("P-521");
		break;
	case KEY_RSA1024:
		key = EVP_RSA_gen(1024);
		break;
	case KEY_RSA2048:
		key = EVP_RSA_gen(2048);
		break;
	case KEY_ED25519:
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		break;
	case KEY_P256:
	case KEY_KINDS:
		key = EVP_EC_gen("P-256");
		break;
	}
	if (key == NULL)
		fatal("cannot make a key");
	return key;
}

static EVP_PKEY *
shared_key(struct ca *ca, enum key_kind kind)
{
	if (ca->key[kind] == NULL)
		ca->key[kind] = make_key(kind);
	return ca->key[kind];
}

static void
set_serial(X509 *certificate)
{
	unsigned char octet[SERIAL_OCTETS];
	BIGNUM *number;

	if (RAND_bytes(octet, sizeof octet) != 1)
		fatal("no random numbers");
	/* RFC 5280, 4.1.2.2: positive, and so never zero. */
	octet[0] = (octet[0] & 0x7f) | 0x40;
	number = BN_bin2bn(octet, sizeof octet, NULL);
	if (number == NULL ||
		BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) == NULL)
		fatal("out of memory");
	BN_free(number);
}

/* A certificate with all but extensions and signature. */
static X509 *
begin(EVP_PKEY *key, const char *common_name, long from_day, long to_day)
{
	X509 *certificate = X509_new();
	X509_NAME *subject;

	if (certificate == NULL)
		fatal("out of memory");
	subject = X509_get_subject_name(certificate);
	set_serial(certificate);
	if (!X509_set_version(certificate, X509_VERSION_3) ||
		!X509_set_pubkey(certificate, key) ||
		!X509_time_adj_ex(
			X509_getm_notBefore(certificate), (int)from_day, 0, NULL) ||
		!X509_time_adj_ex(
			X509_getm_notAfter(certificate), (int)to_day, 0, NULL) ||
		!X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
			(const unsigned char *)common_name, -1, -1, 0))
		fatal("cannot begin a certificate for %s", common_name);
	return certificate;
}

/* Adds an extension as openssl.cnf writes them; false when OpenSSL does not accept it. */
static bool
extend(X509 *certificate, X509 *issuer, const char *name, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool good;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	extension = X509V3_EXT_nconf(NULL, &context, name, value);
	good = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return good;
}

static void
sign(X509 *certificate, const X509 *issuer, EVP_PKEY *key, bool sha1)
{
	/* Ed25519 has its digest built in. */
	const EVP_MD *digest = EVP_PKEY_is_a(key, "ED25519") ? NULL
			       : sha1                        ? EVP_sha1()
							     : EVP_sha256();

	if (!X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) ||
		X509_sign(certificate, key, digest) == 0)
		fatal("cannot sign a certificate");
}

/* `by` NULL: with its own key. */
static struct authority
make_authority(const char *name, const struct authority *by, const char *constraints)
{
	struct authority a = { make_key(KEY_P256), NULL };
	X509 *issuer;

	a.certificate = begin(a.key, name, CA_FROM_DAY, CA_TO_DAY);
	issuer = by != NULL ? by->certificate : a.certificate;
	if (!extend(a.certificate, issuer, "basicConstraints", constraints) ||
		!extend(a.certificate, issuer, "keyUsage",
			"critical,keyCertSign,cRLSign") ||
		!extend(a.certificate, issuer, "subjectKeyIdentifier", "hash") ||
		!extend(a.certificate, issuer, "authorityKeyIdentifier", "keyid"))
		fatal("cannot make an authority");
	sign(a.certificate, issuer, by != NULL ? by->key : a.key, false);
	return a;
}

struct ca *
ca_open(void)
{
	struct ca *ca = calloc(1, sizeof *ca);

	if (ca == NULL)
		fatal("out of memory");
	ca->arena = arena_open();
	ca->root = make_authority("Rig Root", NULL, "critical,CA:TRUE");
	ca->intermediate = make_authority(
		"Rig Intermediate", &ca->root, "critical,CA:TRUE,pathlen:0");
	ca->stranger = make_authority("Rig Stranger", NULL, "critical,CA:TRUE");
	return ca;
}

static void
close_authority(struct authority *a)
{
	EVP_PKEY_free(a->key);
	X509_free(a->certificate);
}

void
ca_close(struct ca **ca)
{
	if (*ca == NULL)
		return;
	close_authority(&(*ca)->root);
	close_authority(&(*ca)->intermediate);
	close_authority(&(*ca)->stranger);
	for (size_t i = 0; i < KEY_KINDS; i++)
		EVP_PKEY_free((*ca)->key[i]);
	for (size_t i = 0; i < (*ca)->identities; i++)
		X509_free((*ca)->identity[i]->leaf);
	arena_close(&(*ca)->arena);
	free(*ca);
	*ca = NULL;
}

bool
ca_write(const struct ca *ca, const char *file)
{
	FILE *out = fopen(file, "w");
	bool good;

	if (out == NULL)
		return false;
	good = PEM_write_X509(out, ca->root.certificate) == 1;
	return fclose(out) == 0 && good;
}

/* The value of a subjectAltName extension; "" when there is no name for it. */
static const char *
alternative_names(
	struct arena *arena, const struct recipe *recipe, const char *const *identity)
{
	static const struct {
		const char *kind, *openssl;
	} form[] = {
		{ "dns:", "DNS:" },
		{ "srv:", "otherName:" OID_SRV_NAME ";IA5STRING:" },
		{ "xmpp:", "otherName:" OID_XMPP_ADDRESS ";UTF8:" },
	};
	const char *names = "";

	if (recipe->no_names)
		return names;
	for (size_t i = 0; i < recipe->identities; i++)
		for (size_t k = 0; k < sizeof form / sizeof form[0]; k++)
			if (text_starts(identity[i], form[k].kind))
				names = arena_printf(arena, "%s%s%s%s", names,
					*names ? "," : "", form[k].openssl,
					identity[i] + strlen(form[k].kind));
	return names;
}

/* The name after "cn:", or else the first of any kind, as most authorities do. */
static const char *
common_name(const struct recipe *recipe, const char *const *identity)
{
	for (size_t i = 0; i < recipe->identities; i++)
		if (text_starts(identity[i], "cn:"))
			return identity[i] + 3;
	return strchr(identity[0], ':') + 1;
}

static bool
extend_leaf(struct ca *ca, X509 *leaf, X509 *issuer, const struct recipe *recipe,
	const char *const *identity)
{
	const char *names = alternative_names(ca->arena, recipe, identity);
	const char *key_usage = recipe->no_digital_signature ? "critical,keyAgreement"
				: recipe->authority
					? "critical,digitalSignature,keyCertSign"
					: "critical,digitalSignature";
	const struct {
		const char *name, *value; /* NULL: it is left out */
	} extension[] = {
		{ "basicConstraints",
			recipe->authority ? "critical,CA:TRUE" : "critical,CA:FALSE" },
		{ "keyUsage", key_usage },
		{ "extendedKeyUsage", recipe->usage },
		{ "subjectAltName", *names ? names : NULL },
		{ "subjectKeyIdentifier", "hash" },
		{ "authorityKeyIdentifier", recipe->self_signed ? NULL : "keyid" },
		{ "tlsfeature", recipe->must_staple ? "status_request" : NULL },
		{ "2.999.1", recipe->unknown_critical ? "critical,ASN1:NULL" : NULL },
	};

	for (size_t i = 0; i < sizeof extension / sizeof extension[0]; i++)
		if (extension[i].value != NULL &&
			!extend(leaf, issuer, extension[i].name, extension[i].value))
			return false;
	return true;
}

static void
fill_chain(struct ca *ca, struct identity *identity, const struct recipe *recipe)
{
	X509 *root = ca->root.certificate, *intermediate = ca->intermediate.certificate;
	X509 *chain[CHAIN_KINDS][IDENTITY_MAX_CHAIN] = {
		[CHAIN_FULL] = { intermediate },
		[CHAIN_WITH_ROOT] = { intermediate, root },
		[CHAIN_REVERSED] = { root, intermediate },
		[CHAIN_STRANGER] = { intermediate, ca->stranger.certificate },
	};

	if (recipe->self_signed)
		return;
	while (identity->chains < IDENTITY_MAX_CHAIN &&
		chain[recipe->chain][identity->chains] != NULL) {
		identity->chain[identity->chains] =
			chain[recipe->chain][identity->chains];
		identity->chains++;
	}
}

const struct identity *
ca_issue(struct ca *ca, const struct recipe *recipe, const char *const *name)
{
	struct identity *identity = arena_alloc(ca->arena, sizeof *identity);
	X509 *issuer = ca->intermediate.certificate;
	EVP_PKEY *issuer_key = ca->intermediate.key;

	identity->key = shared_key(ca, recipe->key);
	identity->leaf = begin(identity->key, common_name(recipe, name), recipe->from_day,
		recipe->to_day);
	ca->identity =
		arena_grow(ca->arena, ca->identity, ca->identities, sizeof *ca->identity);
	ca->identity[ca->identities++] = identity;
	if (recipe->self_signed) {
		issuer = identity->leaf;
		issuer_key = identity->key;
	}
	if (!extend_leaf(ca, identity->leaf, issuer, recipe, name))
		return NULL;
	sign(identity->leaf, issuer, issuer_key, recipe->sha1);
	fill_chain(ca, identity, recipe);
	return identity;
}
