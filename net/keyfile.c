/* What was found in a file becomes facts: the leaf is told from the rest, the key is
 * compared with it, and a path to the trust store is looked for as in a handshake. */
#include "net/keyfile.h"

#include "base/fatal.h"
#include "net/bag.h"
#include "net/cert.h"
#include "net/conn.h"
#include "net/present.h"
#include "net/trust.h"
#include "net/verify.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

struct keyfile {
	struct bag bag;
	size_t leaf; /* among the certificates */
	/* Of the private key: */
	EVP_PKEY *public_half; /* NULL: there is none, or it stayed closed */
	EVP_PKEY *key;         /* all of it; only of a file that is to be presented */
	bool keeps_key;
	const char *key_path; /* NULL: it is in the same file */
	bool key_encrypted, group, others;
};

/* --- the key ----------------------------------------------------------------------- */

static EVP_PKEY *
public_half(const EVP_PKEY *key)
{
	unsigned char *spki = NULL;
	int length = i2d_PUBKEY(key, &spki);
	const unsigned char *end = spki;
	EVP_PKEY *half = length > 0 ? d2i_PUBKEY(NULL, &end, length) : NULL;

	OPENSSL_free(spki);
	return half;
}

/* Takes the key out of the bag, and forgets its secret unless it is to be used. */
static void
take_key(struct keyfile *file, struct bag *bag)
{
	EVP_PKEY_free(file->public_half);
	file->public_half = bag->key != NULL ? public_half(bag->key) : NULL;
	file->key_encrypted = bag->key_encrypted;
	file->group = bag->group;
	file->others = bag->others;
	EVP_PKEY_free(file->key);
	file->key = NULL;
	if (file->keeps_key)
		file->key = bag->key;
	else
		EVP_PKEY_free(bag->key);
	bag->key = NULL;
}

static bool
fits(const struct keyfile *file, const EVP_PKEY *key)
{
	return key != NULL && file->public_half != NULL &&
	       EVP_PKEY_eq(key, file->public_half) == 1;
}

/* --- the leaf ---------------------------------------------------------------------- */

/* By its name: whether it says so with right is a matter of the checks. */
static bool
issued_another(const struct bag *bag, size_t i)
{
	const X509 *issuer = bag->certificate[i].parsed;

	for (size_t k = 0; issuer != NULL && k < bag->certificates; k++) {
		const X509 *other = bag->certificate[k].parsed;

		if (k != i && other != NULL &&
			X509_NAME_cmp(X509_get_issuer_name(other),
				X509_get_subject_name(issuer)) == 0)
			return true;
	}
	return false;
}

/* The one that the key belongs to; without a key, the first that issued none of the
 * others. */
static size_t
find_leaf(const struct keyfile *file)
{
	const struct bag *bag = &file->bag;

	for (size_t i = 0; i < bag->certificates; i++)
		if (bag->certificate[i].parsed != NULL &&
			fits(file, X509_get0_pubkey(bag->certificate[i].parsed)))
			return i;
	for (size_t i = 0; i < bag->certificates; i++)
		if (!issued_another(bag, i))
			return i;
	return 0;
}

/* --- reading ----------------------------------------------------------------------- */

static struct keyfile *
begin(const char *path, const struct passphrase *passphrase)
{
	struct keyfile *file = calloc(1, sizeof *file);

	if (file == NULL)
		fatal("out of memory");
	file->bag.arena = arena_open();
	file->bag.path = arena_strdup(file->bag.arena, path);
	file->bag.passphrase = passphrase;
	return file;
}

static struct keyfile *
finish(struct keyfile *file, struct arena *arena, const char **trouble)
{
	struct bag *bag = &file->bag;

	if (bag->certificates == 0 && bag->request == NULL)
		bag_wrong(bag, "there is neither certificate nor request in it");
	*trouble = arena_strdup(arena, bag->trouble);
	bag->passphrase = NULL; /* it is the caller's */
	take_key(file, bag);
	file->leaf = find_leaf(file);
	if (*trouble != NULL)
		keyfile_close(&file);
	return file;
}

struct keyfile *
keyfile_open(const char *path, const struct passphrase *passphrase, struct arena *arena,
	const char **trouble)
{
	struct keyfile *file = begin(path, passphrase);

	bag_load(&file->bag);
	return finish(file, arena, trouble);
}

struct keyfile *
keyfile_keep_key(const char *path, const struct passphrase *passphrase,
	struct arena *arena, const char **trouble)
{
	struct keyfile *file = begin(path, passphrase);

	file->keeps_key = true;
	bag_load(&file->bag);
	return finish(file, arena, trouble);
}

struct keyfile *
keyfile_read(const uint8_t *bytes, size_t length, const char *path,
	const struct passphrase *passphrase, struct arena *arena, const char **trouble)
{
	struct keyfile *file = begin(path, passphrase);

	bag_read(&file->bag, bytes, length);
	return finish(file, arena, trouble);
}

void
keyfile_close(struct keyfile **file)
{
	if (*file == NULL)
		return;
	bag_empty(&(*file)->bag);
	EVP_PKEY_free((*file)->public_half);
	EVP_PKEY_free((*file)->key);
	arena_close(&(*file)->bag.arena);
	free(*file);
	*file = NULL;
}

bool
keyfile_add_key(struct keyfile *file, const char *path,
	const struct passphrase *passphrase, struct arena *arena, const char **trouble)
{
	struct bag bag = {
		.arena = file->bag.arena, .path = path, .passphrase = passphrase
	};

	if (bag_load(&bag) && bag.key == NULL && !bag.key_encrypted)
		bag_wrong(&bag, "there is no private key in it");
	*trouble = arena_strdup(arena, bag.trouble);
	if (bag.trouble == NULL) {
		take_key(file, &bag);
		file->key_path = arena_strdup(file->bag.arena, path);
		file->leaf = find_leaf(file);
	}
	bag_empty(&bag);
	return *trouble == NULL;
}

/* --- facts ------------------------------------------------------------------------- */

static bool
is_request(const struct keyfile *file)
{
	return file->bag.certificates == 0;
}

static bool
fits_request(const struct keyfile *file)
{
	const unsigned char *end = file->bag.request;
	X509_REQ *request = d2i_X509_REQ(NULL, &end, (long)file->bag.request_length);
	bool good = request != NULL && fits(file, X509_REQ_get0_pubkey(request));

	X509_REQ_free(request);
	return good;
}

static bool
fits_leaf(const struct keyfile *file)
{
	const X509 *leaf = file->bag.certificate[file->leaf].parsed;

	return leaf != NULL && fits(file, X509_get0_pubkey(leaf));
}

static const char *
key_fingerprint(struct arena *arena, const EVP_PKEY *key)
{
	unsigned char *spki = NULL;
	int length = i2d_PUBKEY(key, &spki);
	const char *text =
		length > 0 ? cert_fingerprint(arena, spki, (size_t)length) : NULL;

	OPENSSL_free(spki);
	return text;
}

void
keyfile_fact(const struct keyfile *file, struct arena *arena, struct file_fact *fact)
{
	const EVP_PKEY *key = file->public_half;

	*fact = (struct file_fact){
		.path = arena_strdup(arena, file->bag.path),
		.format = file->bag.format,
		.request = is_request(file),
		.certificates = (int)file->bag.certificates,
		.leaf = is_request(file) ? 0 : (int)file->leaf + 1,
		.key_path = arena_strdup(arena, file->key_path),
		.key_encrypted = file->key_encrypted,
		.key_fits = is_request(file) ? fits_request(file) : fits_leaf(file),
	};
	if (key != NULL || file->key_encrypted) {
		fact->key_group = file->group;
		fact->key_others = file->others;
	}
	if (key != NULL) {
		fact->key = arena_strdup(arena, EVP_PKEY_get0_type_name(key));
		fact->key_bits = EVP_PKEY_get_bits(key);
		fact->key_fingerprint = key_fingerprint(arena, key);
	}
	ERR_clear_error();
}

static void
add_fact(const struct keyfile *file, struct arena *arena, size_t i,
	struct certificate_fact *list, size_t *count)
{
	const struct bagged *bagged = &file->bag.certificate[i];
	struct certificate_fact *fact = &list[*count];

	if (*count == CONN_MAX_CHAIN)
		return;
	fact->position = (int)(*count)++;
	cert_read_der(arena, bagged->der, bagged->length, fact);
}

size_t
keyfile_certificates(const struct keyfile *file, struct arena *arena,
	const struct certificate_fact **certificate)
{
	struct certificate_fact *list = arena_alloc(arena, CONN_MAX_CHAIN * sizeof *list);
	size_t count = 0;

	*certificate = list;
	if (is_request(file)) {
		cert_read_request(
			arena, file->bag.request, file->bag.request_length, &list[0]);
		return 1;
	}
	add_fact(file, arena, file->leaf, list, &count);
	for (size_t i = 0; i < file->bag.certificates; i++)
		if (i != file->leaf)
			add_fact(file, arena, i, list, &count);
	return count;
}

/* --- presenting -------------------------------------------------------------------- */

/* The certificate of the authority at the end of the chain is nobody's business: who trusts
 * it has it (RFC 8446, 4.4.2). But one that signs itself alone is all that there is. */
bool
keyfile_present(const struct keyfile *file, SSL *ssl)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	bool good = file->key != NULL && fits_leaf(file);

	if (chain == NULL)
		fatal("out of memory");
	for (size_t i = 0; good && i < file->bag.certificates; i++) {
		X509 *other = file->bag.certificate[i].parsed;

		if (i == file->leaf || other == NULL || X509_self_signed(other, 0) == 1)
			continue;
		if (!sk_X509_push(chain, other))
			fatal("out of memory");
	}
	good = good && SSL_use_cert_and_key(ssl, file->bag.certificate[file->leaf].parsed,
			       file->key, chain, 1) == 1;
	sk_X509_free(chain);
	ERR_clear_error();
	return good;
}

/* --- the path ---------------------------------------------------------------------- */

static int
on_verify(int fine, X509_STORE_CTX *store)
{
	if (!fine)
		verify_note(X509_STORE_CTX_get_app_data(store), store);
	return 1;
}

/* As in a handshake: with the leaf at the head, and what cannot be read left out. */
static STACK_OF(X509) * sent_chain(const struct keyfile *file)
{
	STACK_OF(X509) *chain = sk_X509_new_null();

	if (chain == NULL ||
		!sk_X509_push(chain, file->bag.certificate[file->leaf].parsed))
		fatal("out of memory");
	for (size_t i = 0; i < file->bag.certificates; i++)
		if (i != file->leaf && file->bag.certificate[i].parsed != NULL &&
			!sk_X509_push(chain, file->bag.certificate[i].parsed))
			fatal("out of memory");
	return chain;
}

static void
verify(const struct keyfile *file, X509_STORE *trusted, int64_t now, struct arena *arena,
	struct tls_fact *fact)
{
	struct verifying seen = { .arena = arena };
	X509_STORE_CTX *store = X509_STORE_CTX_new();
	STACK_OF(X509) *chain = sent_chain(file);
	X509 *leaf = sk_X509_value(chain, 0);

	if (store == NULL || X509_STORE_CTX_init(store, trusted, leaf, chain) != 1)
		fatal("OpenSSL does not verify");
	/* What a client does by default; the strength of keys is judged by the checks. */
	X509_STORE_CTX_set_default(store, "ssl_server");
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(store), 0);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(store), (time_t)now);
	X509_STORE_CTX_set_app_data(store, &seen);
	X509_STORE_CTX_set_verify_cb(store, on_verify);
	X509_verify_cert(store);
	verify_fact(&seen, X509_STORE_CTX_get0_chain(store), chain, arena, fact);
	X509_STORE_CTX_free(store);
	sk_X509_free(chain);
}

bool
keyfile_verify(const struct keyfile *file, const char *ca_file, const char *ca_dir,
	int64_t now, struct arena *arena, struct tls_fact *fact, const char **trouble)
{
	SSL_CTX *ssl = trust_open();

	*fact = (struct tls_fact){ .trust_store = trust_name(arena, ca_file, ca_dir) };
	*trouble = trust_load(ssl, ca_file, ca_dir);
	if (*trouble == NULL && !is_request(file) &&
		file->bag.certificate[file->leaf].parsed != NULL)
		verify(file, SSL_CTX_get_cert_store(ssl), now, arena, fact);
	SSL_CTX_free(ssl);
	ERR_clear_error();
	return *trouble == NULL;
}
