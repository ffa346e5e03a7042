/* Makes certificates for the tests, and reads one back as a fact. */
#pragma once

#include "net/cert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

/* What a test of certificates works on. */
struct specimen {
	struct arena *arena;
	EVP_PKEY *key;
	X509 *certificate;
	struct certificate_fact fact;
};

/* The value is in the words of x509v3_config(5). */
static inline void
certificate_add(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static inline void
certificate_set_name(X509_NAME *name, const char *common_name)
{
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
				 (const unsigned char *)common_name, -1, -1, 0),
		1);
}

/* All that a certificate must have but extensions and signature. */
static inline X509 *
certificate_begin(EVP_PKEY *key, const char *subject, const char *issuer)
{
	X509 *certificate = X509_new();

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 0x1234);
	ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "20260101000000Z");
	ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "20270101000000Z");
	if (subject != NULL)
		certificate_set_name(X509_get_subject_name(certificate), subject);
	certificate_set_name(X509_get_issuer_name(certificate), issuer);
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	return certificate;
}

static inline int
specimen_setup(void **state)
{
	struct specimen *s = test_calloc(1, sizeof *s);

	s->arena = arena_open();
	s->key = EVP_EC_gen("P-256");
	s->certificate = certificate_begin(s->key, "example.com", "Some CA");
	s->fact.position = 3;
	*state = s;
	return 0;
}

static inline int
specimen_teardown(void **state)
{
	struct specimen *s = *state;

	X509_free(s->certificate);
	EVP_PKEY_free(s->key);
	arena_close(&s->arena);
	test_free(s);
	return 0;
}

/* Signs it and reads it, by way of DER as it would come from a partner. */
static inline const struct certificate_fact *
specimen_finish(struct specimen *s, EVP_PKEY *key, const EVP_MD *digest)
{
	unsigned char *der = NULL;
	int length;

	assert_true(X509_sign(s->certificate, key, digest) > 0);
	length = i2d_X509(s->certificate, &der);
	cert_read_der(s->arena, der, (size_t)length, &s->fact);
	OPENSSL_free(der);
	assert_false(s->fact.malformed);
	assert_int_equal(s->fact.size, length);
	assert_int_equal(s->fact.position, 3);
	return &s->fact;
}

static inline const struct certificate_fact *
specimen_read(struct specimen *s)
{
	return specimen_finish(s, s->key, EVP_sha256());
}
