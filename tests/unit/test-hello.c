/* The hello of a scan: what we write is what OpenSSL reads, and what a server answers is
 * read however it is cut. */
#include "net/hello.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

/* A server with a new key of an elliptic curve. */
struct server {
	struct arena *arena;
	SSL_CTX *context;
	EVP_PKEY *key;
	X509 *certificate;
};

static int
setup(void **state)
{
	struct arena *arena = arena_open();
	struct server *s = arena_alloc(arena, sizeof *s);

	s->arena = arena;
	s->context = SSL_CTX_new(TLS_server_method());
	s->key = EVP_EC_gen("P-256");
	s->certificate = X509_new();
	X509_set_version(s->certificate, X509_VERSION_3);
	X509_gmtime_adj(X509_getm_notBefore(s->certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(s->certificate), 3600);
	X509_set_pubkey(s->certificate, s->key);
	assert_true(X509_sign(s->certificate, s->key, EVP_sha256()) > 0);
	SSL_CTX_set_security_level(s->context, 0);
	SSL_CTX_set_min_proto_version(s->context, TLS1_VERSION);
	assert_int_equal(SSL_CTX_use_certificate(s->context, s->certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(s->context, s->key), 1);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct server *s = *state;
	struct arena *arena = s->arena;

	X509_free(s->certificate);
	EVP_PKEY_free(s->key);
	SSL_CTX_free(s->context);
	arena_close(&arena);
	return 0;
}

/* What the server says to the offer, fed in pieces of `step` octets. */
static struct hello_fact
ask(struct server *s, const struct offer *offer, size_t step)
{
	struct hello *hello = hello_open(s->arena);
	struct hello_fact fact = { .about = offer->about };
	enum hello_state last = HELLO_MORE;
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	SSL *ssl = SSL_new(s->context);
	char *bytes;
	size_t length;
	const char *wire =
		hello_write(s->arena, offer, "example.com", "xmpp-server", &length);

	BIO_write(in, wire, (int)length);
	SSL_set_bio(ssl, in, out);
	SSL_accept(ssl);
	length = (size_t)BIO_get_mem_data(out, &bytes);
	assert_true(length > 0);
	for (size_t i = 0; i < length; i += step)
		last = hello_feed(
			hello, bytes + i, length - i < step ? length - i : step);
	assert_true(last == HELLO_CHOSEN || last == HELLO_ALERT);
	hello_choice(hello, &fact);
	SSL_free(ssl);
	return fact;
}

static struct offer
first_offer(enum tls_version version)
{
	struct scan scan = { .hellos = 0 };
	struct offer offer;

	for (enum tls_version v = TLS_1_3; v < version; v++)
		scan.version[v].suites_over = true;
	assert_true(scan_next(&scan, &offer));
	assert_int_equal(offer.version, version);
	return offer;
}

static void
test_each_version(void **state)
{
	struct server *s = *state;

	for (enum tls_version v = TLS_1_3; v < TLS_VERSIONS; v++) {
		struct offer offer = first_offer(v);
		struct hello_fact fact = ask(s, &offer, 16384);

		assert_true(fact.answered);
		assert_string_equal(fact.version, tls_versions[v].name);
		assert_true(suite_is_of(fact.cipher, v));
		assert_string_equal(fact.group, "x25519");
		assert_int_equal(fact.alert, 0);
	}
}

/* RFC 8446, 5.1: a message may lie in several records, and a record come in any pieces. */
static void
test_pieces(void **state)
{
	struct server *s = *state;
	struct offer offer = first_offer(TLS_1_2);
	struct hello_fact fact;

	SSL_CTX_set_max_send_fragment(s->context, 512);
	fact = ask(s, &offer, 1);
	assert_string_equal(fact.cipher, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
	assert_string_equal(fact.group, "x25519");
}

static void
test_only_what_is_offered(void **state)
{
	struct server *s = *state;
	struct offer offer = first_offer(TLS_1_2);
	struct hello_fact fact;

	offer.group[0] = &(struct tls_name){ 23, "secp256r1" };
	offer.groups = 1;
	for (size_t i = 0; i < offer.suites; i++)
		if (offer.suite[i]->number == 0xc009)
			offer.suite[0] = offer.suite[i];
	offer.suites = 1;
	fact = ask(s, &offer, 16384);
	assert_string_equal(fact.cipher, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA");
	assert_string_equal(fact.group, "secp256r1");
}

static void
test_refusal(void **state)
{
	struct server *s = *state;
	struct offer offer = first_offer(TLS_1_0);
	struct hello_fact fact;

	SSL_CTX_set_min_proto_version(s->context, TLS1_2_VERSION);
	fact = ask(s, &offer, 16384);
	assert_false(fact.answered);
	assert_int_equal(fact.alert, 70 + 1);
}

/* A group that the server has to ask for costs it no key, and us none. */
static void
test_integers(void **state)
{
	struct server *s = *state;
	struct offer offer = first_offer(TLS_1_2);
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	struct hello_fact fact;

	X509_set_pubkey(s->certificate, rsa);
	assert_true(X509_sign(s->certificate, rsa, EVP_sha256()) > 0);
	assert_int_equal(SSL_CTX_use_certificate(s->context, s->certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(s->context, rsa), 1);
	SSL_CTX_set_cipher_list(s->context, "DHE");
	SSL_CTX_set_dh_auto(s->context, 1);
	fact = ask(s, &offer, 16384);
	assert_true(suite_is_dhe(fact.cipher));
	assert_true(fact.prime_bits >= 1024 && fact.prime_bits <= 8192);
	assert_null(fact.group);
	EVP_PKEY_free(rsa);
}

static enum hello_state
feed(struct server *s, const char *bytes, size_t length, struct hello_fact *fact)
{
	struct hello *hello = hello_open(s->arena);
	enum hello_state told = hello_feed(hello, bytes, length);

	*fact = (struct hello_fact){ .sent = true };
	hello_choice(hello, fact);
	return told;
}

static void
test_what_is_no_answer(void **state)
{
	static const char xml[] = "<stream:error/>", unknown[] = "\x15\x03\x01\0\2\1\x70",
			  farewell[] = "\x15\x03\x01\0\2\1\0",
			  early[] = "\x16\x03\3\0\4\x0b\0\0\0",
			  cut[] = "\x16\x03\3\0\6\2\0\0\2\3\3",
			  huge[] = "\x16\x03\3\xff\xff";
	struct server *s = *state;
	struct hello_fact fact;

	assert_int_equal(feed(s, xml, sizeof xml - 1, &fact), HELLO_NO_TLS);
	/* A warning about a name goes before an answer. */
	assert_int_equal(feed(s, unknown, sizeof unknown - 1, &fact), HELLO_MORE);
	assert_int_equal(feed(s, farewell, sizeof farewell - 1, &fact), HELLO_ALERT);
	assert_int_equal(feed(s, early, sizeof early - 1, &fact), HELLO_NO_TLS);
	assert_int_equal(feed(s, cut, sizeof cut - 1, &fact), HELLO_NO_TLS);
	assert_int_equal(feed(s, huge, sizeof huge - 1, &fact), HELLO_MORE);
	assert_false(fact.answered);
	assert_true(fact.sent);
}

static void
test_too_much(void **state)
{
	struct server *s = *state;
	struct hello *hello = hello_open(s->arena);
	enum hello_state told = HELLO_MORE;
	char record[5 + 1024] = "\x14\x03\3\4\0";
	size_t fed = 0;

	while (told == HELLO_MORE && fed <= 2 * HELLO_MAX_BYTES) {
		told = hello_feed(hello, record, sizeof record);
		fed += sizeof record;
	}
	assert_int_equal(told, HELLO_NO_TLS);
	assert_true(fed <= HELLO_MAX_BYTES + sizeof record);
	assert_int_equal(hello_feed(hello, record, 1), HELLO_NO_TLS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_version, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_only_what_is_offered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_integers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_no_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_much, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
