/* The names go into the structures of OpenSSL one by one: its language of configuration
 * would have to be protected from what a name may hold. */
#include "net/request.h"

#include "base/fatal.h"
#include "net/bag.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct request_key {
	EVP_PKEY *pair;
};

/* --- the key ----------------------------------------------------------------------- */

static const struct {
	const char *curve; /* NULL: RSA */
	unsigned bits;
} makings[] = { { NULL, 2048 }, { NULL, 3072 }, { NULL, 4096 }, { "P-256", 0 },
	{ "P-384", 0 } };

const char *const request_algorithms[] = { "rsa:2048", "rsa:3072", "rsa:4096", "p256",
	"p384", NULL };

static struct request_key *
wrap(EVP_PKEY *pair)
{
	struct request_key *key = calloc(1, sizeof *key);

	if (key == NULL)
		fatal("out of memory");
	key->pair = pair;
	return key;
}

struct request_key *
request_key_make(int algorithm)
{
	EVP_PKEY *pair = makings[algorithm].curve != NULL
				 ? EVP_EC_gen(makings[algorithm].curve)
				 : EVP_RSA_gen(makings[algorithm].bits);

	if (pair == NULL)
		fatal("OpenSSL cannot make a key");
	return wrap(pair);
}

struct request_key *
request_key_read(const char *path, const struct passphrase *passphrase,
	struct arena *arena, const char **trouble)
{
	struct bag bag = { .arena = arena, .path = path, .passphrase = passphrase };
	struct request_key *key = NULL;

	if (bag_load(&bag) && bag.key == NULL)
		bag_wrong(&bag, bag.key_encrypted ? "it needs a passphrase"
						  : "there is no private key in it");
	*trouble = bag.trouble;
	if (bag.trouble == NULL) {
		key = wrap(bag.key);
		bag.key = NULL;
	}
	bag_empty(&bag);
	return key;
}

void
request_key_close(struct request_key **key)
{
	if (*key == NULL)
		return;
	EVP_PKEY_free((*key)->pair);
	free(*key);
	*key = NULL;
}

const char *
request_key_words(const struct request_key *key, struct arena *arena)
{
	return arena_printf(arena, "%s, %d bits", EVP_PKEY_get0_type_name(key->pair),
		EVP_PKEY_get_bits(key->pair));
}

bool
request_key_write(FILE *file, void *key)
{
	const struct request_key *k = key;

	errno = 0;
	if (PEM_write_PKCS8PrivateKey(file, k->pair, NULL, NULL, 0, NULL, NULL) == 1)
		return true;
	ERR_clear_error();
	if (errno == 0)
		errno = EIO;
	return false;
}

/* --- the names --------------------------------------------------------------------- */

static ASN1_STRING *
make_string(int type, const char *text)
{
	ASN1_STRING *string = ASN1_STRING_type_new(type);

	if (string == NULL || ASN1_STRING_set(string, text, -1) != 1)
		fatal("out of memory");
	return string;
}

static void
add_name(GENERAL_NAMES *names, GENERAL_NAME *name)
{
	if (name == NULL || sk_GENERAL_NAME_push(names, name) == 0)
		fatal("out of memory");
}

static void
add_dns_name(GENERAL_NAMES *names, const char *text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();

	if (name != NULL)
		GENERAL_NAME_set0_value(
			name, GEN_DNS, make_string(V_ASN1_IA5STRING, text));
	add_name(names, name);
}

static void
add_other_name(GENERAL_NAMES *names, int nid, int type, const char *text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_TYPE *value = ASN1_TYPE_new();

	if (name == NULL || value == NULL)
		fatal("out of memory");
	ASN1_TYPE_set(value, type, make_string(type, text));
	if (GENERAL_NAME_set0_othername(name, OBJ_nid2obj(nid), value) != 1)
		fatal("out of memory");
	add_name(names, name);
}

static GENERAL_NAMES *
make_names(const struct request *request)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();

	if (names == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < request->dns_names; i++)
		add_dns_name(names, request->dns_name[i]);
	/* RFC 4985, 2: IA5String. */
	for (size_t i = 0; i < request->srv_names; i++)
		add_other_name(
			names, NID_SRVName, V_ASN1_IA5STRING, request->srv_name[i]);
	/* RFC 6120, 13.7.1.4: UTF8String. */
	for (size_t i = 0; i < request->xmpp_addresses; i++)
		add_other_name(
			names, NID_XmppAddr, V_ASN1_UTF8STRING, request->xmpp_address[i]);
	return names;
}

/* --- the request ------------------------------------------------------------------- */

static void
extend(STACK_OF(X509_EXTENSION) * *list, int nid, int critical, void *value)
{
	if (value == NULL ||
		X509V3_add1_i2d(list, nid, value, critical, X509V3_ADD_APPEND) != 1)
		fatal("out of memory");
}

/* RFC 5280, 4.2.1.3; a key of elliptic curves enciphers nothing (RFC 8813, 3). */
static ASN1_BIT_STRING *
make_key_usage(const EVP_PKEY *key)
{
	enum { DIGITAL_SIGNATURE = 0, KEY_ENCIPHERMENT = 2 };
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();

	if (bits == NULL || ASN1_BIT_STRING_set_bit(bits, DIGITAL_SIGNATURE, 1) != 1 ||
		(EVP_PKEY_is_a(key, "RSA") &&
			ASN1_BIT_STRING_set_bit(bits, KEY_ENCIPHERMENT, 1) != 1))
		fatal("out of memory");
	return bits;
}

static EXTENDED_KEY_USAGE *
make_usages(void)
{
	EXTENDED_KEY_USAGE *usages = sk_ASN1_OBJECT_new_null();

	if (usages == NULL ||
		sk_ASN1_OBJECT_push(usages, OBJ_nid2obj(NID_server_auth)) == 0 ||
		sk_ASN1_OBJECT_push(usages, OBJ_nid2obj(NID_client_auth)) == 0)
		fatal("out of memory");
	return usages;
}

static void
add_extensions(
	X509_REQ *made, const struct request *request, const struct request_key *key)
{
	STACK_OF(X509_EXTENSION) *list = NULL;
	GENERAL_NAMES *names = make_names(request);
	ASN1_BIT_STRING *usage = make_key_usage(key->pair);
	EXTENDED_KEY_USAGE *usages = request->both_usages ? make_usages() : NULL;

	extend(&list, NID_subject_alt_name, 0, names);
	extend(&list, NID_key_usage, 1, usage);
	if (usages != NULL)
		extend(&list, NID_ext_key_usage, 0, usages);
	if (X509_REQ_add_extensions(made, list) != 1)
		fatal("out of memory");
	sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
	EXTENDED_KEY_USAGE_free(usages);
	ASN1_BIT_STRING_free(usage);
	GENERAL_NAMES_free(names);
}

/* Ed25519 and its like, which somebody may bring along, have a digest of their own. */
static bool
sign(X509_REQ *made, EVP_PKEY *key)
{
	int nid;
	bool own_digest =
		EVP_PKEY_get_default_digest_nid(key, &nid) == 2 && nid == NID_undef;

	return X509_REQ_sign(made, key, own_digest ? NULL : EVP_sha256()) > 0;
}

static char *
to_pem(X509_REQ *made)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes, *pem;
	long length;

	if (bio == NULL || PEM_write_bio_X509_REQ(bio, made) != 1)
		fatal("out of memory");
	length = BIO_get_mem_data(bio, &bytes);
	pem = strndup(bytes, (size_t)length);
	if (pem == NULL)
		fatal("out of memory");
	BIO_free(bio);
	return pem;
}

char *
request_make(const struct request *request, const struct request_key *key)
{
	X509_REQ *made = X509_REQ_new();
	char *pem = NULL;

	if (made == NULL)
		fatal("out of memory");
	add_extensions(made, request, key);
	if (X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(made), NID_commonName,
		    MBSTRING_UTF8, (const unsigned char *)request->subject, -1, -1,
		    0) == 1 &&
		X509_REQ_set_pubkey(made, key->pair) == 1 && sign(made, key->pair))
		pem = to_pem(made);
	X509_REQ_free(made);
	ERR_clear_error();
	return pem;
}
