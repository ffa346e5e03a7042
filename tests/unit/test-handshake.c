/* What a handshake shows: agreements, chains, requests, staples. */
#include "tests/unit/server.h"

#include <openssl/rsa.h>

static int
select_alpn(SSL *ssl, const unsigned char **chosen, unsigned char *length,
	const unsigned char *offered, unsigned size, void *arg)
{
	(void)ssl, (void)size, (void)arg;
	*chosen = offered + 1;
	*length = offered[0];
	return SSL_TLSEXT_ERR_OK;
}

static void
test_tls13(void **state)
{
	struct server *s = *state;
	const struct certificate_fact *certificate;
	bool sent;

	SSL_CTX_set_alpn_select_cb(s->settings, select_alpn, NULL);
	assert_false(conn_is_tls(s->conn));
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(conn_is_tls(s->conn));
	assert_true(s->fact.completed && s->fact.direct && s->fact.trusted);
	assert_string_equal(s->fact.sni, "example.com");
	assert_string_equal(s->fact.alpn_offered, "xmpp-server");
	assert_string_equal(s->fact.alpn, "xmpp-server");
	assert_string_equal(s->fact.version, "TLSv1.3");
	assert_string_equal(s->fact.cipher, "TLS_AES_256_GCM_SHA384");
	assert_string_equal(s->fact.signature, "ECDSA");
	assert_string_equal(s->fact.digest, "SHA256");
	assert_string_equal(s->fact.trust_store, s->store);
	assert_non_null(s->fact.group);
	assert_int_equal(s->fact.chain_built, 2);
	assert_int_equal(s->fact.verifies, 0);
	assert_int_equal(s->fact.alert, 0);
	assert_null(s->fact.failure);
	assert_false(s->fact.certificate_requested || s->fact.stapled);
	assert_null(s->fact.missing_intermediate);
	assert_int_equal(conn_certificates(s->conn, s->arena, &certificate), 1);
	assert_string_equal(certificate->subject, "CN=example.com");
	assert_int_equal(conn_alert(s->conn, &sent), -1);
}

static void
test_tls12(void **state)
{
	struct server *s = *state;

	SSL_CTX_set_max_proto_version(s->settings, TLS1_2_VERSION);
	SSL_CTX_set_cipher_list(s->settings, "ECDHE-ECDSA-AES128-GCM-SHA256");
	SSL_CTX_set1_groups_list(s->settings, "P-256");
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_string_equal(s->fact.version, "TLSv1.2");
	assert_string_equal(s->fact.cipher, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
	assert_string_equal(s->fact.group, "secp256r1");
	assert_true(s->fact.secure_renegotiation && s->fact.extended_master_secret);
}

/* Old as it is, and its prime too short: it must still be seen. */
static void
test_tls10(void **state)
{
	struct server *s = *state;

	EVP_PKEY_free(s->key);
	s->key = EVP_RSA_gen(1024);
	X509_free(s->leaf);
	s->leaf = server_issue(s, "example.com", "Root", "CA:FALSE", 10);
	SSL_CTX_set_max_proto_version(s->settings, TLS1_VERSION);
	SSL_CTX_set_cipher_list(s->settings, "DHE-RSA-AES128-SHA:@SECLEVEL=0");
	SSL_CTX_set_dh_auto(s->settings, 1);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_string_equal(s->fact.version, "TLSv1");
	assert_string_equal(s->fact.cipher, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA");
	assert_string_equal(s->fact.group, "DH-1024");
	assert_string_equal(s->fact.signature, "RSA");
	assert_string_equal(s->fact.digest, "MD5-SHA1");
	assert_false(s->fact.trusted);
}

static void
test_no_anonymous_suite(void **state)
{
	struct server *s = *state;
	bool sent;

	SSL_CTX_set_max_proto_version(s->settings, TLS1_2_VERSION);
	SSL_CTX_set_cipher_list(s->settings, "aNULL:eNULL:@SECLEVEL=0");
	assert_int_equal(server_shake(s), FLOW_FAILED);
	assert_int_equal(conn_alert(s->conn, &sent), SSL_AD_HANDSHAKE_FAILURE);
	assert_false(sent);
}

static void
test_expired(void **state)
{
	struct server *s = *state;

	X509_free(s->leaf);
	s->leaf = server_issue(s, "example.com", "Root", "CA:FALSE", -1);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(s->fact.completed && !s->fact.trusted);
	assert_int_equal(s->fact.verifies, 1);
	assert_int_equal(s->fact.verify[0].code, X509_V_ERR_CERT_HAS_EXPIRED);
	assert_int_equal(s->fact.verify[0].depth, 0);
	assert_string_equal(s->fact.verify[0].text, "certificate has expired");
	assert_string_equal(s->fact.verify[0].subject, "CN=example.com");
}

static void
test_self_signed(void **state)
{
	struct server *s = *state;

	X509_free(s->leaf);
	s->leaf = server_issue(s, "example.com", "example.com", "CA:FALSE", 10);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_false(s->fact.trusted);
	assert_int_equal(s->fact.verify[0].code, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
	assert_null(s->fact.missing_intermediate);
}

static void
make_intermediate(struct server *s)
{
	s->intermediate = server_issue(s, "Middle", "Root", "critical,CA:TRUE", 10);
	X509_free(s->leaf);
	s->leaf = server_issue(s, "example.com", "Middle", "CA:FALSE", 10);
}

static void
test_intermediate_missing(void **state)
{
	struct server *s = *state;

	make_intermediate(s);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_false(s->fact.trusted || s->fact.only_with_intermediate);
	assert_string_equal(s->fact.missing_intermediate, "CN=Middle");
	assert_int_equal(
		s->fact.verify[0].code, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

static void
test_intermediate_sent(void **state)
{
	struct server *s = *state;
	const struct certificate_fact *certificate;

	make_intermediate(s);
	SSL_CTX_use_certificate(s->settings, s->leaf);
	SSL_CTX_add1_chain_cert(s->settings, s->intermediate);
	SSL_CTX_add1_chain_cert(s->settings, s->authority);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(s->fact.trusted);
	assert_int_equal(s->fact.chain_built, 3);
	assert_null(s->fact.missing_intermediate);
	assert_int_equal(conn_certificates(s->conn, s->arena, &certificate), 3);
	assert_int_equal(certificate[1].position, 1);
	assert_string_equal(certificate[1].subject, "CN=Middle");
	assert_true(certificate[2].self_signed);
}

/* Our store knows it; nobody else's does. */
static void
test_intermediate_in_the_store(void **state)
{
	struct server *s = *state;

	make_intermediate(s);
	server_trust(s, s->intermediate);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(s->fact.trusted && s->fact.only_with_intermediate);
	assert_string_equal(s->fact.missing_intermediate, "CN=Middle");
}

static void
test_certificate_requested(void **state)
{
	struct server *s = *state;

	SSL_CTX_set_verify(s->settings, SSL_VERIFY_PEER, NULL);
	SSL_CTX_add_client_CA(s->settings, s->authority);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(s->fact.certificate_requested);
	assert_int_equal(s->fact.authorities, 1);
	assert_string_equal(s->fact.authority[0], "CN=Root");
}

static void
test_certificate_requested_by_tls12(void **state)
{
	struct server *s = *state;

	SSL_CTX_set_max_proto_version(s->settings, TLS1_2_VERSION);
	test_certificate_requested((void **)&s);
}

/* A TLS 1.2 server that sends a certificate which is none. */
static void
test_malformed_certificate(void **state)
{
	static const uint8_t hello[] = { 22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3, [43] = 0,
		0xc0, 0x2b, 0 };
	static const uint8_t chain[] = { 22, 3, 3, 0, 14, 11, 0, 0, 10, 0, 0, 7, 0, 0, 4,
		'j', 'u', 'n', 'k' };
	struct server *s = *state;
	uint8_t both[sizeof hello + sizeof chain];
	const struct certificate_fact *certificate;

	memcpy(both, hello, sizeof hello);
	memcpy(both + sizeof hello, chain, sizeof chain);
	assert_int_equal(server_answer(s, both, sizeof both), FLOW_FAILED);
	assert_true(s->fact.alert_sent);
	assert_string_equal(s->fact.version, "TLSv1.2");
	assert_int_equal(conn_certificates(s->conn, s->arena, &certificate), 1);
	assert_true(certificate->malformed);
	assert_int_equal(certificate->size, 4);
}

static int
give_staple(SSL *ssl, void *arg)
{
	unsigned char *response = OPENSSL_memdup("nonsense", 8);

	(void)arg;
	SSL_set_tlsext_status_ocsp_resp(ssl, response, 8);
	return SSL_TLSEXT_ERR_OK;
}

static void
test_stapled(void **state)
{
	struct server *s = *state;

	SSL_CTX_set_tlsext_status_cb(s->settings, give_staple);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(s->fact.stapled);
	assert_string_equal(s->fact.staple_status, "malformed");
}

#define TEST(function)                                                                   \
	cmocka_unit_test_setup_teardown(function, server_setup, server_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_tls13),
		TEST(test_tls12),
		TEST(test_tls10),
		TEST(test_no_anonymous_suite),
		TEST(test_expired),
		TEST(test_self_signed),
		TEST(test_intermediate_missing),
		TEST(test_intermediate_sent),
		TEST(test_intermediate_in_the_store),
		TEST(test_certificate_requested),
		TEST(test_certificate_requested_by_tls12),
		TEST(test_malformed_certificate),
		TEST(test_stapled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
