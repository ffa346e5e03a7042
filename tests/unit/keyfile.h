/* What the tests of files with certificates begin with: an authority, a leaf below it, and
 * a file that is made in memory and read. */
#pragma once

#include "net/keyfile.h"
#include "tests/unit/certificate.h"

#include <openssl/pem.h>

struct fixture {
	struct arena *arena;
	EVP_PKEY *authority_key, *key, *other_key;
	X509 *authority, *leaf;
	BIO *bio; /* the file that is being made */
	struct keyfile *file;
	const char *trouble;
	struct file_fact fact;
	const struct certificate_fact *certificate;
	size_t certificates;
	const char *passphrase;
	int asked;
};

static inline X509 *
issue(EVP_PKEY *key, const char *subject, EVP_PKEY *by, const char *issuer,
	bool authority)
{
	X509 *certificate = certificate_begin(key, subject, issuer);

	certificate_add(certificate, NID_basic_constraints,
		authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
	if (!authority)
		certificate_add(certificate, NID_subject_alt_name, "DNS:example.com");
	assert_true(X509_sign(certificate, by, EVP_sha256()) > 0);
	return certificate;
}

static inline int
setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof *f);

	f->arena = arena_open();
	f->authority_key = EVP_EC_gen("P-256");
	f->key = EVP_EC_gen("P-256");
	f->other_key = EVP_EC_gen("P-384");
	f->authority =
		issue(f->authority_key, "Some CA", f->authority_key, "Some CA", true);
	f->leaf = issue(f->key, "example.com", f->authority_key, "Some CA", false);
	f->bio = BIO_new(BIO_s_mem());
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	keyfile_close(&f->file);
	BIO_free(f->bio);
	X509_free(f->authority);
	X509_free(f->leaf);
	EVP_PKEY_free(f->authority_key);
	EVP_PKEY_free(f->key);
	EVP_PKEY_free(f->other_key);
	arena_close(&f->arena);
	test_free(f);
	return 0;
}

static inline int
ask(void *self, const char *path, char *to, int size)
{
	struct fixture *f = self;

	assert_string_equal(path, "edge.pem");
	f->asked++;
	if (f->passphrase == NULL)
		return -1;
	assert_true((int)strlen(f->passphrase) <= size);
	memcpy(to, f->passphrase, strlen(f->passphrase));
	return (int)strlen(f->passphrase);
}

static inline bool
read_bytes(struct fixture *f, const void *bytes, size_t length)
{
	struct passphrase passphrase = { ask, f };

	keyfile_close(&f->file);
	f->file = keyfile_read(
		bytes, length, "edge.pem", &passphrase, f->arena, &f->trouble);
	if (f->file == NULL) {
		assert_non_null(f->trouble);
		return false;
	}
	assert_null(f->trouble);
	keyfile_fact(f->file, f->arena, &f->fact);
	f->certificates = keyfile_certificates(f->file, f->arena, &f->certificate);
	assert_string_equal(f->fact.path, "edge.pem");
	return true;
}

/* What was written so far. */
static inline bool
read_made(struct fixture *f)
{
	char *bytes;
	long length = BIO_get_mem_data(f->bio, &bytes);

	return read_bytes(f, bytes, (size_t)length);
}

static inline void
put_chain(struct fixture *f)
{
	PEM_write_bio_X509(f->bio, f->leaf);
	PEM_write_bio_X509(f->bio, f->authority);
}

static inline void
put_key(struct fixture *f, EVP_PKEY *key, const char *passphrase)
{
	PEM_write_bio_PKCS8PrivateKey(f->bio, key, passphrase ? EVP_aes_128_cbc() : NULL,
		passphrase, passphrase ? (int)strlen(passphrase) : 0, NULL, NULL);
}

static inline X509_REQ *
make_request(EVP_PKEY *key)
{
	X509_REQ *request = X509_REQ_new();

	certificate_set_name(X509_REQ_get_subject_name(request), "example.com");
	X509_REQ_set_pubkey(request, key);
	X509_REQ_sign(request, key, EVP_sha256());
	return request;
}
