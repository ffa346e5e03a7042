/* A TLS server in the test's own process, and the connection under test to it. Nobody
 * blocks: the two take turns. */
#pragma once

#include "net/conn.h"

#include "tests/unit/certificate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Both ends, and what was seen. */
struct server {
	struct arena *arena;
	EVP_PKEY *key; /* of the authority and of all that it signs */
	X509 *authority, *intermediate, *leaf;
	char store[32]; /* a file with the certificates that we trust */
	int listener, port;
	struct tls_context *context;
	struct conn *conn;
	struct connect_fact connect;
	struct tls_fact fact;
	int peer; /* the server's end */
	SSL_CTX *settings;
	SSL *ssl;
};

static inline X509 *
server_issue(struct server *s, const char *subject, const char *issuer,
	const char *constraints, int days)
{
	X509 *certificate = certificate_begin(s->key, subject, issuer);

	X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * 86400);
	X509_gmtime_adj(X509_getm_notAfter(certificate), days * 86400);
	certificate_add(certificate, NID_basic_constraints, constraints);
	assert_true(X509_sign(certificate, s->key, EVP_sha256()) > 0);
	return certificate;
}

static inline void
server_trust(struct server *s, X509 *certificate)
{
	FILE *file = fopen(s->store, "a");

	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	assert_int_equal(fclose(file), 0);
}

static inline void
server_listen(struct server *s)
{
	struct sockaddr_in end = { .sin_family = AF_INET };
	socklen_t size = sizeof end;

	end.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&end, size), 0);
	assert_int_equal(listen(s->listener, 1), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&end, &size), 0);
	s->port = ntohs(end.sin_port);
}

static inline int
server_setup(void **state)
{
	struct server *s = test_calloc(1, sizeof *s);

	s->arena = arena_open();
	s->key = EVP_EC_gen("P-256");
	s->authority = server_issue(s, "Root", "Root", "critical,CA:TRUE", 10);
	s->leaf = server_issue(s, "example.com", "Root", "CA:FALSE", 10);
	strcpy(s->store, "test-conn-XXXXXX");
	close(mkstemp(s->store));
	s->settings = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_security_level(s->settings, 0);
	SSL_CTX_set_min_proto_version(s->settings, TLS1_VERSION);
	SSL_CTX_set_cipher_list(s->settings, "ALL:@SECLEVEL=0");
	s->conn = conn_open();
	s->peer = -1;
	server_listen(s);
	*state = s;
	return 0;
}

static inline void
server_hang_up(struct server *s)
{
	if (s->peer >= 0)
		close(s->peer);
	s->peer = -1;
}

static inline int
server_teardown(void **state)
{
	struct server *s = *state;

	conn_close(&s->conn);
	tls_context_close(&s->context);
	SSL_free(s->ssl);
	SSL_CTX_free(s->settings);
	server_hang_up(s);
	if (s->listener >= 0)
		close(s->listener);
	unlink(s->store);
	X509_free(s->leaf);
	X509_free(s->intermediate);
	X509_free(s->authority);
	EVP_PKEY_free(s->key);
	arena_close(&s->arena);
	test_free(s);
	return 0;
}

static inline void
server_await(int fd, short events)
{
	struct pollfd wait = { .fd = fd, .events = events };

	assert_int_equal(poll(&wait, 1, 10000), 1);
}

/* A TCP connection; the server's end does not block either. */
static inline void
server_join(struct server *s)
{
	enum flow flow;

	while ((flow = conn_connect(s->conn, s->arena, "127.0.0.1", s->port,
			&s->connect)) == FLOW_WRITE)
		server_await(conn_fd(s->conn), POLLOUT);
	assert_int_equal(flow, FLOW_OK);
	s->peer = accept(s->listener, NULL, NULL);
	assert_true(s->peer >= 0);
	fcntl(s->peer, F_SETFL, O_NONBLOCK);
}

static inline void
server_context(struct server *s)
{
	const char *trouble;

	s->context = tls_context_open(s->store, NULL, &trouble);
	assert_non_null(s->context);
	assert_null(trouble);
}

static inline enum flow
server_turn(struct server *s)
{
	if (s->context == NULL) {
		server_trust(s, s->authority);
		server_context(s);
	}
	return conn_handshake(s->conn, s->context, "example.com", "xmpp-server");
}

/* Turn by turn until our side is through and the server has nothing left to do. */
static inline enum flow
server_shake(struct server *s)
{
	enum flow flow;

	if (conn_fd(s->conn) < 0)
		server_join(s);
	SSL_CTX_use_certificate(s->settings, s->leaf);
	SSL_CTX_use_PrivateKey(s->settings, s->key);
	s->ssl = SSL_new(s->settings);
	SSL_set_fd(s->ssl, s->peer);
	while ((flow = server_turn(s)) == FLOW_READ) {
		SSL_accept(s->ssl);
		server_await(conn_fd(s->conn), POLLIN);
	}
	SSL_accept(s->ssl);
	ERR_clear_error();
	conn_tls_fact(s->conn, s->arena, &s->fact);
	return flow;
}

/* Raw bytes instead of a server's handshake, and what the client makes of them. */
static inline enum flow
server_answer(struct server *s, const void *bytes, size_t length)
{
	enum flow flow;

	server_join(s);
	assert_int_equal(server_turn(s), FLOW_READ);
	assert_int_equal(write(s->peer, bytes, length), length);
	while ((flow = server_turn(s)) == FLOW_READ)
		server_await(conn_fd(s->conn), POLLIN);
	conn_tls_fact(s->conn, s->arena, &s->fact);
	return flow;
}
