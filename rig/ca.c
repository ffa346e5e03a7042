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
#include <sys/stat.h>

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
	struct authority **link; /* of long chains */
	size_t links;
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
	for (size_t i = 0; i < (*ca)->links; i++)
		close_authority((*ca)->link[i]);
	for (size_t i = 0; i < (*ca)->identities; i++)
		X509_free((*ca)->identity[i]->leaf);
	arena_close(&(*ca)->arena);
	free(*ca);
	*ca = NULL;
}

bool
identity_write(const struct identity *identity, const char *file)
{
	FILE *out = fopen(file, "w");
	bool good;

	if (out == NULL)
		return false;
	good = fchmod(fileno(out), S_IRUSR | S_IWUSR) == 0 &&
	       PEM_write_X509(out, identity->leaf) == 1;
	for (size_t i = 0; good && i < identity->chains; i++)
		good = PEM_write_X509(out, identity->chain[i]) == 1;
	good = good &&
	       PEM_write_PrivateKey(out, identity->key, NULL, NULL, 0, NULL, NULL) == 1;
	return fclose(out) == 0 && good;
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

/* The value of a subjectAltName extension, to be freed; NULL when there is none. */
static char *
alternative_names(const struct recipe *recipe)
{
	static const struct {
		const char *kind, *openssl;
	} form[] = {
		{ "dns:", "DNS:" },
		{ "srv:", "otherName:" OID_SRV_NAME ";IA5STRING:" },
		{ "xmpp:", "otherName:" OID_XMPP_ADDRESS ";UTF8:" },
		{ "email:", "email:" },
		{ "uri:", "URI:" },
	};
	char *names = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&names, &length);

	if (out == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < recipe->identities && !recipe->no_names; i++)
		for (size_t k = 0; k < sizeof form / sizeof form[0]; k++)
			if (text_starts(recipe->identity[i], form[k].kind))
				fprintf(out, "%s%s%s", ftell(out) > 0 ? "," : "",
					form[k].openssl,
					recipe->identity[i] + strlen(form[k].kind));
	if (fclose(out) != 0)
		fatal("out of memory");
	if (length > 0)
		return names;
	free(names);
	return NULL;
}

/* The name after "cn:", or else the first of any kind, as most authorities do. */
static const char *
common_name(const struct recipe *recipe)
{
	for (size_t i = 0; i < recipe->identities; i++)
		if (text_starts(recipe->identity[i], "cn:"))
			return recipe->identity[i] + 3;
	return strchr(recipe->identity[0], ':') + 1;
}

static const char *
key_usage(const struct recipe *recipe)
{
	return recipe->no_digital_signature ? "critical,keyAgreement"
	       : recipe->authority          ? "critical,digitalSignature,keyCertSign"
					    : "critical,digitalSignature";
}

static const char *
address(struct arena *arena, const char *kind, const char *address)
{
	return address == NULL ? NULL : arena_printf(arena, "%sURI:%s", kind, address);
}

static bool
extend_leaf(struct ca *ca, X509 *leaf, X509 *issuer, const struct recipe *recipe)
{
	char *names = alternative_names(recipe);
	const struct {
		const char *name, *value; /* NULL: it is left out */
	} extension[] = {
		{ "basicConstraints",
			recipe->authority ? "critical,CA:TRUE" : "critical,CA:FALSE" },
		{ "keyUsage", key_usage(recipe) },
		{ "extendedKeyUsage", recipe->usage },
		{ "subjectAltName", names },
		{ "subjectKeyIdentifier", "hash" },
		{ "authorityKeyIdentifier", recipe->self_signed ? NULL : "keyid" },
		{ "crlDistributionPoints", address(ca->arena, "", recipe->crl) },
		{ "authorityInfoAccess", address(ca->arena, "OCSP;", recipe->ocsp) },
		{ "tlsfeature", recipe->must_staple ? "status_request" : NULL },
		{ "2.999.1", recipe->unknown_critical ? "critical,ASN1:NULL" : NULL },
	};
	bool good = true;

	for (size_t i = 0; i < sizeof extension / sizeof extension[0] && good; i++)
		good = extension[i].value == NULL ||
		       extend(leaf, issuer, extension[i].name, extension[i].value);
	free(names);
	return good;
}

static void
add_to_chain(struct ca *ca, struct identity *identity, X509 *certificate)
{
	identity->chain =
		arena_grow(ca->arena, identity->chain, identity->chains, sizeof(X509 *));
	identity->chain[identity->chains++] = certificate;
}

static void
fill_chain(struct ca *ca, struct identity *identity, const struct recipe *recipe)
{
	enum { MOST = 2 };
	X509 *root = ca->root.certificate, *intermediate = ca->intermediate.certificate;
	X509 *chain[CHAIN_KINDS][MOST] = {
		[CHAIN_FULL] = { intermediate },
		[CHAIN_WITH_ROOT] = { intermediate, root },
		[CHAIN_REVERSED] = { root, intermediate },
		[CHAIN_STRANGER] = { intermediate, ca->stranger.certificate },
	};

	for (size_t i = 0; i < MOST && !recipe->self_signed; i++)
		if (chain[recipe->chain][i] != NULL)
			add_to_chain(ca, identity, chain[recipe->chain][i]);
}

/* A new authority below `by`, which lives as long as the rest. */
static const struct authority *
add_link(struct ca *ca, const struct authority *by)
{
	ca->link = arena_grow(ca->arena, ca->link, ca->links, sizeof *ca->link);
	ca->link[ca->links] = arena_alloc(ca->arena, sizeof **ca->link);
	*ca->link[ca->links] =
		make_authority(arena_printf(ca->arena, "Rig Link %zu", ca->links), by,
			"critical,CA:TRUE");
	return ca->link[ca->links++];
}

/* The issuer at the lower end of a chain of links, all of which are sent. */
static const struct authority *
add_links(struct ca *ca, struct identity *identity, long links)
{
	const struct authority *issuer = &ca->root;
	size_t first = ca->links;

	for (long i = 0; i < links; i++)
		issuer = add_link(ca, issuer);
	for (size_t i = ca->links; i > first; i--)
		add_to_chain(ca, identity, ca->link[i - 1]->certificate);
	return issuer;
}

const struct identity *
ca_issue(struct ca *ca, const struct recipe *recipe)
{
	struct identity *identity = arena_alloc(ca->arena, sizeof *identity);
	struct authority own, issuer = ca->intermediate;

	identity->key = shared_key(ca, recipe->key);
	identity->leaf = begin(
		identity->key, common_name(recipe), recipe->from_day, recipe->to_day);
	own = (struct authority){ identity->key, identity->leaf };
	ca->identity =
		arena_grow(ca->arena, ca->identity, ca->identities, sizeof *ca->identity);
	ca->identity[ca->identities++] = identity;
	if (recipe->self_signed)
		issuer = own;
	else if (recipe->links > 0)
		issuer = *add_links(ca, identity, recipe->links);
	if (!extend_leaf(ca, identity->leaf, issuer.certificate, recipe))
		return NULL;
	sign(identity->leaf, issuer.certificate, issuer.key, recipe->sha1);
	if (recipe->links == 0)
		fill_chain(ca, identity, recipe);
	return identity;
}
