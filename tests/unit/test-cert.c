/* Certificates of every kind, sound, odd and broken, read back as facts. */
#include "tests/unit/certificate.h"

#include "base/text.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ocsp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

static void
test_plain(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact = specimen_read(s);
	unsigned char digest[32];

	assert_string_equal(fact->subject, "CN=example.com");
	assert_string_equal(fact->issuer, "CN=Some CA");
	assert_null(fact->issuer_organization);
	assert_string_equal(fact->common_name, "example.com");
	assert_string_equal(fact->serial, "1234");
	assert_int_equal(fact->version, 3);
	assert_int_equal(fact->not_before, 1767225600);
	assert_int_equal(fact->not_after, 1798761600);
	assert_string_equal(fact->key, "EC");
	assert_int_equal(fact->key_bits, 256);
	assert_string_equal(fact->curve, "P-256");
	assert_string_equal(fact->signature, "ecdsa-with-SHA256");
	assert_string_equal(fact->digest, "SHA256");
	assert_int_equal(strlen(fact->key_fingerprint), 64);
	X509_digest(s->certificate, EVP_sha256(), digest, NULL);
	assert_string_equal(fact->fingerprint, text_hex(s->arena, digest, sizeof digest));
	assert_false(fact->serial_unfit || fact->empty_subject || fact->self_signed ||
		     fact->basic_constraints || fact->has_names || fact->has_key_usage ||
		     fact->has_extended_key_usage || fact->must_staple || fact->scts);
}

static void
test_issuer_organization(void **state)
{
	struct specimen *s = *state;

	X509_NAME_add_entry_by_txt(X509_get_issuer_name(s->certificate), "O",
		MBSTRING_UTF8, (const unsigned char *)"Let's Encrypt", -1, -1, 0);
	specimen_read(s);
	assert_string_equal(s->fact.issuer_organization, "Let's Encrypt");
}

static void
test_from_memory(void **state)
{
	struct specimen *s = *state;
	struct certificate_fact fact = { .position = 7 };

	specimen_read(s);
	cert_read(s->arena, s->certificate, s->fact.der, s->fact.der_length, &fact);
	assert_int_equal(fact.position, 7);
	assert_string_equal(fact.fingerprint, s->fact.fingerprint);
	assert_int_equal(fact.der_length, s->fact.der_length);
	assert_memory_equal(fact.der, s->fact.der, fact.der_length);
}

/* The same name on both sides is not enough. */
static void
test_self_issued(void **state)
{
	struct specimen *s = *state;
	EVP_PKEY *other = EVP_EC_gen("P-256");

	X509_set_issuer_name(s->certificate, X509_get_subject_name(s->certificate));
	assert_false(specimen_finish(s, other, EVP_sha256())->self_signed);
	EVP_PKEY_free(other);
}

/* RFC 5280, 4.1.2.6: the names are all there is. */
static void
test_empty_subject(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	X509_free(s->certificate);
	s->certificate = certificate_begin(s->key, NULL, "Some CA");
	certificate_add(s->certificate, NID_subject_alt_name, "critical,DNS:example.com");
	fact = specimen_read(s);
	assert_true(fact->empty_subject && fact->names_critical);
	assert_string_equal(fact->subject, "");
	assert_null(fact->common_name);
}

/* The last CN counts; what acts on a terminal is made visible. */
static void
test_hostile_subject(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	certificate_set_name(X509_get_subject_name(s->certificate), "\x1b[31mred");
	fact = specimen_read(s);
	assert_string_equal(fact->common_name, "\\x1b[31mred");
	assert_true(text_is_clean(fact->subject));
}

static void
test_serials(void **state)
{
	static const struct {
		const char *number, *shown;
		bool unfit;
	} serial[] = {
		{ "0", "00", true },
		{ "-5", "-05", true },
		{ "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
			"7fffffffffffffffffffffffffffffffffffffff", false },
		{ "8000000000000000000000000000000000000000",
			"8000000000000000000000000000000000000000", true },
		{ "010000000000000000000000000000000000000000",
			"010000000000000000000000000000000000000000", true },
	};

	for (size_t i = 0; i < sizeof serial / sizeof serial[0]; i++) {
		struct specimen *s = *state;
		BIGNUM *number = NULL;
		const struct certificate_fact *fact;

		BN_hex2bn(&number, serial[i].number);
		BN_to_ASN1_INTEGER(number, X509_get_serialNumber(s->certificate));
		BN_free(number);
		fact = specimen_read(s);
		assert_string_equal(fact->serial, serial[i].shown);
		assert_int_equal(fact->serial_unfit, serial[i].unfit);
	}
}

static void
test_times(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	ASN1_TIME_set_string(X509_getm_notBefore(s->certificate), "500101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(s->certificate), "99991231235959Z");
	fact = specimen_read(s);
	assert_int_equal(fact->not_before, -631152000);
	assert_int_equal(fact->not_after, 253402300799);
	ASN1_STRING_set(X509_getm_notAfter(s->certificate), "99993231235959Z", -1);
	assert_int_equal(specimen_read(s)->not_after, 0);
}

static void
test_version_one(void **state)
{
	struct specimen *s = *state;

	X509_set_version(s->certificate, X509_VERSION_1);
	assert_int_equal(specimen_read(s)->version, 1);
}

static void
test_rsa(void **state)
{
	struct specimen *s = *state;
	EVP_PKEY *key = EVP_RSA_gen(1024);
	const struct certificate_fact *fact;

	X509_set_pubkey(s->certificate, key);
	fact = specimen_finish(s, key, EVP_sha1());
	assert_string_equal(fact->key, "RSA");
	assert_int_equal(fact->key_bits, 1024);
	assert_null(fact->curve);
	assert_false(fact->exponent_one);
	assert_string_equal(fact->signature, "sha1WithRSAEncryption");
	assert_string_equal(fact->digest, "SHA1");
	assert_string_equal(specimen_finish(s, key, EVP_md5())->digest, "MD5");
	EVP_PKEY_free(key);
}

/* A public key with exponent 1 signs nothing, so another one signs the certificate. */
static void
test_exponent_one(void **state)
{
	struct specimen *s = *state;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *parameters;
	BIGNUM *modulus = NULL, *one = NULL;
	EVP_PKEY *key = NULL;

	BN_hex2bn(&modulus,
		"C123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
		"0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF");
	BN_hex2bn(&one, "1");
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus);
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, one);
	parameters = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_fromdata_init(context);
	assert_int_equal(
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
	X509_set_pubkey(s->certificate, key);
	assert_true(specimen_read(s)->exponent_one);
	EVP_PKEY_free(key);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	BN_free(modulus);
	BN_free(one);
}

static void
test_ed25519(void **state)
{
	struct specimen *s = *state;
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	const struct certificate_fact *fact;

	X509_set_pubkey(s->certificate, key);
	fact = specimen_finish(s, key, NULL);
	assert_string_equal(fact->key, "ED25519");
	assert_string_equal(fact->signature, "ED25519");
	assert_null(fact->digest);
	EVP_PKEY_free(key);
}

static void
test_malformed(void **state)
{
	struct specimen *s = *state;
	struct certificate_fact whole = *specimen_read(s), fact = { .position = 2 };
	uint8_t *longer = arena_alloc(s->arena, whole.der_length + 1);

	memcpy(longer, whole.der, whole.der_length);
	cert_read_der(s->arena, longer, whole.der_length + 1, &fact);
	assert_true(fact.malformed);
	cert_read_der(s->arena, whole.der, whole.der_length - 1, &fact);
	assert_true(fact.malformed);
	assert_int_equal(fact.position, 2);
	assert_int_equal(fact.size, whole.size - 1);
	assert_int_equal(fact.der_length, whole.der_length - 1);
	assert_null(fact.subject);
	cert_read_der(s->arena, (const uint8_t *)"", 0, &fact);
	assert_true(fact.malformed);
}

/* A response for `about`, signed by the specimen's key; status -1 leaves it without answer. */
static const char *
staple(struct specimen *s, const X509 *about, int status, int response, int64_t *from,
	int64_t *until)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), about, s->certificate);
	ASN1_TIME *now = ASN1_TIME_set(NULL, 1790000000),
		  *next = ASN1_TIME_set(NULL, 1790086400);
	OCSP_RESPONSE *whole;
	unsigned char *der = NULL;
	const char *answer;
	int length;

	OCSP_basic_add1_status(basic, id, status, 0, now, now, next);
	assert_int_equal(
		OCSP_basic_sign(basic, s->certificate, s->key, EVP_sha256(), NULL, 0), 1);
	whole = OCSP_response_create(response, basic);
	length = i2d_OCSP_RESPONSE(whole, &der);
	answer = cert_staple(s->certificate, der, (size_t)length, from, until);
	OPENSSL_free(der);
	OCSP_RESPONSE_free(whole);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
	return answer;
}

static void
test_staple(void **state)
{
	struct specimen *s = *state;
	X509 *mine, *other = certificate_begin(s->key, "other", "Some CA");
	int64_t from, until;

	specimen_read(s);
	mine = s->certificate;
	ASN1_INTEGER_set(X509_get_serialNumber(other), 99);
	assert_string_equal(
		staple(s, mine, V_OCSP_CERTSTATUS_GOOD, 0, &from, &until), "good");
	assert_int_equal(from, 1790000000);
	assert_int_equal(until, 1790086400);
	assert_string_equal(
		staple(s, mine, V_OCSP_CERTSTATUS_REVOKED, 0, &from, &until), "revoked");
	assert_string_equal(
		staple(s, mine, V_OCSP_CERTSTATUS_UNKNOWN, 0, &from, &until), "unknown");
	assert_string_equal(
		staple(s, other, V_OCSP_CERTSTATUS_GOOD, 0, &from, &until), "unknown");
	assert_int_equal(from, 0);
	assert_int_equal(until, 0);
	assert_string_equal(staple(s, mine, V_OCSP_CERTSTATUS_GOOD,
				    OCSP_RESPONSE_STATUS_TRYLATER, &from, &until),
		"malformed");
	assert_string_equal(
		cert_staple(mine, (const uint8_t *)"nonsense", 8, &from, &until),
		"malformed");
	X509_free(other);
}

#define TEST(function)                                                                   \
	cmocka_unit_test_setup_teardown(function, specimen_setup, specimen_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_plain),
		TEST(test_issuer_organization),
		TEST(test_from_memory),
		TEST(test_self_issued),
		TEST(test_empty_subject),
		TEST(test_hostile_subject),
		TEST(test_serials),
		TEST(test_times),
		TEST(test_version_one),
		TEST(test_rsa),
		TEST(test_exponent_one),
		TEST(test_ed25519),
		TEST(test_malformed),
		TEST(test_staple),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
