/* Connections to a server in this very process, turn by turn: well-behaved, refusing,
 * broken and hostile. */
#include "base/text.h"
#include "net/hello.h"
#include "net/keyfile.h"
#include "tests/unit/server.h"

#include <errno.h>

static enum flow
read_on(struct server *s, char *bytes, size_t size, size_t *got)
{
	enum flow flow;

	while ((flow = conn_read(s->conn, bytes, size, got)) == FLOW_READ)
		server_await(conn_fd(s->conn), POLLIN);
	return flow;
}

static void
demand_certificate(struct server *s)
{
	SSL_CTX_set_verify(
		s->settings, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}

/* RFC 8446, 4.4.2.4: our side of the handshake was finished long ago. */
static void
test_refused_after_the_handshake(void **state)
{
	struct server *s = *state;
	char bytes[16];
	size_t got;
	bool sent;

	demand_certificate(s);
	assert_int_equal(server_shake(s), FLOW_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(read_on(s, bytes, sizeof bytes, &got), FLOW_FAILED);
		assert_int_equal(conn_alert(s->conn, &sent), 116);
		assert_false(sent);
	}
	assert_string_equal(conn_failure(s->conn), "tlsv13 alert certificate required");
	conn_tls_fact(s->conn, s->arena, &s->fact);
	assert_int_equal(s->fact.alert, 117);
	assert_true(s->fact.completed);
	conn_shutdown(s->conn);
}

/* What we write reaches nobody; the reason for it is there to be read. */
static void
test_refused_before_writing(void **state)
{
	struct server *s = *state;
	enum flow flow = FLOW_OK;
	bool sent;

	demand_certificate(s);
	assert_int_equal(server_shake(s), FLOW_OK);
	server_hang_up(s);
	while (flow == FLOW_OK) {
		size_t done = 0;

		flow = conn_write(s->conn, "hello", 5, &done);
	}
	assert_int_equal(flow, FLOW_FAILED);
	assert_int_equal(conn_alert(s->conn, &sent), 116);
}

/* What a client presents, in a file as the user has it. */
static struct keyfile *
own_certificate(struct server *s, const char *path)
{
	const char *trouble = NULL;
	FILE *file = fopen(path, "w");
	struct keyfile *certificate;

	assert_int_equal(PEM_write_X509(file, s->leaf), 1);
	assert_int_equal(PEM_write_X509(file, s->authority), 1);
	assert_int_equal(
		PEM_write_PrivateKey(file, s->key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(fclose(file), 0);
	certificate = keyfile_keep_key(path, NULL, s->arena, &trouble);
	assert_non_null(certificate);
	unlink(path);
	return certificate;
}

static int
accept_all(int good, X509_STORE_CTX *store)
{
	(void)good, (void)store;
	return 1;
}

static void
present(struct server *s, int version)
{
	struct keyfile *certificate = own_certificate(s, "test-conn-own");

	SSL_CTX_set_max_proto_version(s->settings, version);
	SSL_CTX_set_verify(s->settings, SSL_VERIFY_PEER, accept_all);
	conn_present(s->conn, certificate);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(s->fact.certificate_requested);
	assert_true(s->fact.certificate_presented);
	assert_int_equal(X509_cmp(SSL_get0_peer_certificate(s->ssl), s->leaf), 0);
	/* The root at the end is left out. */
	assert_int_equal(sk_X509_num(SSL_get_peer_cert_chain(s->ssl)), 0);
	conn_close(&s->conn);
	keyfile_close(&certificate);
}

static void
test_our_certificate(void **state)
{
	present(*state, TLS1_3_VERSION);
}

static void
test_our_certificate_in_old_tls(void **state)
{
	present(*state, TLS1_2_VERSION);
}

/* A server that asks gets an empty list, and one that does not ask gets nothing. */
static void
test_no_certificate(void **state)
{
	struct server *s = *state;

	SSL_CTX_set_verify(s->settings, SSL_VERIFY_PEER, accept_all);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(s->fact.certificate_requested);
	assert_false(s->fact.certificate_presented);
}

static void
test_certificate_not_asked_for(void **state)
{
	struct server *s = *state;
	struct keyfile *certificate = own_certificate(s, "test-conn-own");

	conn_present(s->conn, certificate);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_false(s->fact.certificate_presented);
	conn_close(&s->conn);
	keyfile_close(&certificate);
}

static int
reject_name(SSL *ssl, int *alert, void *arg)
{
	(void)ssl, (void)arg;
	*alert = SSL_AD_UNRECOGNIZED_NAME;
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void
test_alert(void **state)
{
	struct server *s = *state;

	SSL_CTX_set_tlsext_servername_callback(s->settings, reject_name);
	assert_int_equal(server_shake(s), FLOW_FAILED);
	assert_false(s->fact.completed || s->fact.alert_sent || conn_is_tls(s->conn));
	assert_int_equal(s->fact.alert, 113);
	assert_string_equal(s->fact.failure, "tlsv1 unrecognized name");
	assert_null(s->fact.version);
	conn_shutdown(s->conn);
}

static void
test_foreign_protocol(void **state)
{
	static const char page[] =
		"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
	struct server *s = *state;
	size_t length;

	assert_int_equal(server_answer(s, page, sizeof page - 1), FLOW_FAILED);
	assert_string_equal(s->fact.failure, "wrong version number");
	assert_memory_equal(conn_first_bytes(s->conn, &length), page, sizeof page - 1);
	assert_int_equal(length, sizeof page - 1);
}

static void
test_end_in_the_handshake(void **state)
{
	struct server *s = *state;
	size_t length;

	server_join(s);
	assert_int_equal(server_turn(s), FLOW_READ);
	shutdown(s->peer, SHUT_WR);
	server_await(conn_fd(s->conn), POLLIN);
	assert_int_equal(server_turn(s), FLOW_END);
	assert_false(conn_got_close_notify(s->conn));
	conn_tls_fact(s->conn, s->arena, &s->fact);
	assert_string_equal(s->fact.failure, "the connection was closed");
	assert_int_equal(s->fact.alert, 0);
	conn_first_bytes(s->conn, &length);
	assert_int_equal(length, 0);
}

static void
test_reset_in_the_handshake(void **state)
{
	struct server *s = *state;
	struct linger abort = { .l_onoff = 1 };

	server_join(s);
	assert_int_equal(server_turn(s), FLOW_READ);
	setsockopt(s->peer, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
	server_hang_up(s);
	server_await(conn_fd(s->conn), POLLIN);
	assert_int_equal(server_turn(s), FLOW_RESET);
	assert_string_equal(conn_failure(s->conn), strerror(ECONNRESET));
}

/* RFC 5246, 7.4.1.1: a client in a handshake ignores HelloRequest, for ever. */
static void
test_endless_handshake(void **state)
{
	static const uint8_t request[] = { 22, 3, 3, 0, 4, 0, 0, 0, 0 };
	struct server *s = *state;
	uint8_t many[100 * sizeof request];
	enum flow flow = FLOW_READ;
	size_t turns = 0;

	for (size_t i = 0; i < 100; i++)
		memcpy(many + i * sizeof request, request, sizeof request);
	server_join(s);
	while (flow == FLOW_READ && turns++ < CONN_MAX_HANDSHAKE / 100) {
		flow = server_turn(s);
		(void)!write(s->peer, many, sizeof many);
	}
	assert_int_equal(flow, FLOW_FAILED);
	assert_string_equal(
		conn_failure(s->conn), "the handshake is larger than 256 KiB");
}

static void
test_talk(void **state)
{
	struct server *s = *state;
	char bytes[64] = "";
	size_t done = 0, got;

	assert_int_equal(server_shake(s), FLOW_OK);
	assert_int_equal(conn_write(s->conn, "ping", 4, &done), FLOW_OK);
	assert_int_equal(done, 4);
	assert_int_equal(SSL_read(s->ssl, bytes, sizeof bytes), 4);
	assert_memory_equal(bytes, "ping", 4);
	assert_int_equal(SSL_write(s->ssl, "pong", 4), 4);
	assert_int_equal(read_on(s, bytes, sizeof bytes, &got), FLOW_OK);
	assert_int_equal(got, 4);
	assert_memory_equal(bytes, "pong", 4);
	assert_int_equal(conn_read(s->conn, bytes, sizeof bytes, &got), FLOW_READ);
	SSL_shutdown(s->ssl);
	assert_int_equal(read_on(s, bytes, sizeof bytes, &got), FLOW_END);
	assert_true(conn_got_close_notify(s->conn));
	conn_shutdown(s->conn);
	conn_finish(s->conn);
	assert_int_equal(SSL_read(s->ssl, bytes, sizeof bytes), 0);
	assert_int_equal(
		SSL_get_shutdown(s->ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
}

static void
test_end_without_close_notify(void **state)
{
	struct server *s = *state;
	char bytes[16];
	size_t got;
	bool sent;

	assert_int_equal(server_shake(s), FLOW_OK);
	server_hang_up(s);
	assert_int_equal(read_on(s, bytes, sizeof bytes, &got), FLOW_END);
	assert_false(conn_got_close_notify(s->conn));
	assert_int_equal(conn_alert(s->conn, &sent), -1);
	conn_tls_fact(s->conn, s->arena, &s->fact);
	assert_null(s->fact.failure);
}

/* Tickets without end: one call gives the loop back before they are all read. */
static void
test_flood_of_tickets(void **state)
{
	struct server *s = *state;
	char bytes[16];
	size_t got, turns = 0;
	enum flow flow;

	assert_int_equal(server_shake(s), FLOW_OK);
	for (int i = 0; i < 500; i++) {
		SSL_new_session_ticket(s->ssl);
		SSL_do_handshake(s->ssl);
	}
	assert_int_equal(SSL_write(s->ssl, "x", 1), 1);
	while ((flow = conn_read(s->conn, bytes, sizeof bytes, &got)) == FLOW_READ) {
		server_await(conn_fd(s->conn), POLLIN);
		turns++;
	}
	assert_int_equal(flow, FLOW_OK);
	assert_true(turns > 0);
}

/* STARTTLS: first in clear, then not. */
static void
test_clear(void **state)
{
	struct server *s = *state;
	char bytes[16];
	size_t done = 0, got;

	server_join(s);
	conn_tls_fact(s->conn, s->arena, &s->fact);
	assert_false(s->fact.completed);
	assert_string_equal(s->connect.address, "127.0.0.1");
	assert_int_equal(s->connect.port, s->port);
	assert_int_equal(s->connect.failure, CONNECT_FINE);
	assert_memory_equal(s->connect.local, "127.0.0.1:", 10);
	assert_int_equal(conn_read(s->conn, bytes, sizeof bytes, &got), FLOW_READ);
	assert_int_equal(conn_write(s->conn, "hello", 5, &done), FLOW_OK);
	assert_int_equal(read(s->peer, bytes, sizeof bytes), 5);
	assert_int_equal(write(s->peer, "proceed", 7), 7);
	assert_int_equal(read_on(s, bytes, sizeof bytes, &got), FLOW_OK);
	assert_int_equal(got, 7);
	assert_int_equal(server_shake(s), FLOW_OK);
	assert_true(s->fact.completed && !s->fact.direct);
}

static void
test_end_and_reset_in_clear(void **state)
{
	struct server *s = *state;
	enum flow flow = FLOW_OK;
	char bytes[16];
	size_t got;

	server_join(s);
	server_hang_up(s);
	assert_int_equal(read_on(s, bytes, sizeof bytes, &got), FLOW_END);
	while (flow == FLOW_OK) {
		size_t done = 0;

		flow = conn_write(s->conn, "hello", 5, &done);
	}
	assert_int_equal(flow, FLOW_RESET);
}

static void
test_refused(void **state)
{
	struct server *s = *state;
	enum flow flow;

	close(s->listener);
	s->listener = -1;
	while ((flow = conn_connect(s->conn, s->arena, "127.0.0.1", s->port,
			&s->connect)) == FLOW_WRITE)
		server_await(conn_fd(s->conn), POLLOUT);
	assert_int_equal(flow, FLOW_FAILED);
	assert_int_equal(s->connect.failure, CONNECT_REFUSED);
	assert_true(text_starts(s->connect.local, "127.0.0.1:"));
	assert_string_equal(conn_failure(s->conn), strerror(ECONNREFUSED));
}

static void
test_no_address(void **state)
{
	struct server *s = *state;

	assert_int_equal(conn_connect(s->conn, s->arena, "localhost", 5269, &s->connect),
		FLOW_FAILED);
	assert_int_equal(s->connect.failure, CONNECT_OTHER);
	assert_int_equal(conn_fd(s->conn), -1);
}

static void
test_trust_store(void **state)
{
	struct server *s = *state;
	const char *trouble = NULL;

	assert_null(tls_context_open("not-there", NULL, &trouble));
	assert_non_null(trouble);
	assert_null(tls_context_open(s->store, NULL, &trouble));
	assert_non_null(trouble);
	assert_null(tls_context_open(NULL, "not-there", &trouble));
	assert_non_null(trouble);
	s->context = tls_context_open(NULL, NULL, &trouble);
	assert_true((s->context == NULL) == (trouble != NULL));
}

/* A client that leaves when it is asked for another hello (RFC 8446, 4.1.4). */
static void
test_left_after_retry(void **state)
{
	struct server *s = *state;
	struct keyfile *certificate = own_certificate(s, "test-conn-own");
	struct scan nothing = { .hellos = 0 };
	struct offer offer;
	struct tls_fact fact;
	struct conn *conn;
	size_t length;
	const char *hello, *trouble;
	int ends[2];

	s->context = tls_context_open(NULL, NULL, &trouble);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	conn = conn_adopt(ends[1]);
	conn_present(conn, certificate);
	assert_true(scan_next(&nothing, &offer));
	hello = hello_write(s->arena, &offer, "example.com", NULL, &length);
	assert_int_equal(write(ends[0], hello, length), length);
	assert_int_equal(conn_accept(conn, s->context), FLOW_READ);
	close(ends[0]);
	assert_int_not_equal(conn_accept(conn, s->context), FLOW_READ);
	conn_tls_fact(conn, s->arena, &fact);
	assert_false(fact.completed);
	assert_null(fact.group);
	conn_close(&conn);
	keyfile_close(&certificate);
}

#define TEST(function)                                                                   \
	cmocka_unit_test_setup_teardown(function, server_setup, server_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_refused_after_the_handshake),
		TEST(test_refused_before_writing),
		TEST(test_our_certificate),
		TEST(test_our_certificate_in_old_tls),
		TEST(test_no_certificate),
		TEST(test_certificate_not_asked_for),
		TEST(test_alert),
		TEST(test_foreign_protocol),
		TEST(test_end_in_the_handshake),
		TEST(test_reset_in_the_handshake),
		TEST(test_endless_handshake),
		TEST(test_talk),
		TEST(test_end_without_close_notify),
		TEST(test_flood_of_tickets),
		TEST(test_clear),
		TEST(test_end_and_reset_in_clear),
		TEST(test_refused),
		TEST(test_no_address),
		TEST(test_trust_store),
		TEST(test_left_after_retry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
