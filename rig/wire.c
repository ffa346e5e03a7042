/* The rig's door to OpenSSL's connections: everything is allowed that makes a bad server or
 * a bad client, from security level 0 to an alert in the middle of nothing. */
#include "rig/wire.h"

#include "base/fatal.h"
#include "base/text.h"
#include "rig/alert.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_SECRET_HEX = 129, ALPN_MAX = 255 };

struct tls_end {
	SSL_CTX *context;
	bool calls;
	enum tls_refusal refusal;
	char alpn[ALPN_MAX + 1];
};

struct wire {
	int fd;
	SSL *ssl;
	bool established;            /* the handshake is over */
	bool broken;                 /* TLS is dead: what comes is thrown away as it is */
	bool calls;                  /* we are the client */
	char secret[MAX_SECRET_HEX]; /* for an alert inside TLS 1.3 */
};

static int
accept_certificate(int good, X509_STORE_CTX *store)
{
	(void)good;
	(void)store;
	return 1;
}

/* OpenSSL makes the alert of the error (RFC 8446, 6.2). */
static int
refuse_certificate(X509_STORE_CTX *store, void *self)
{
	static const int error[] = {
		[REFUSE_UNKNOWN_CA] = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
		[REFUSE_EXPIRED] = X509_V_ERR_CERT_HAS_EXPIRED,
		[REFUSE_BAD_CERTIFICATE] = X509_V_ERR_HOSTNAME_MISMATCH,
	};
	const struct tls_end *end = self;

	X509_STORE_CTX_set_error(store, error[end->refusal]);
	return 0;
}

/* RFC 7301, 3.2: one of the client's protocols, or no_application_protocol. */
static int
choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *length,
	const unsigned char *offered, unsigned offered_length, void *self)
{
	const struct tls_end *end = self;
	size_t wanted = strlen(end->alpn);

	(void)ssl;
	for (unsigned i = 0; i < offered_length; i += 1u + offered[i])
		if (offered[i] == wanted && i + wanted < offered_length &&
			memcmp(offered + i + 1, end->alpn, wanted) == 0) {
			*out = offered + i + 1;
			*length = offered[i];
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* A line of the key log: label, random, secret. */
static void
keep_secret(const SSL *ssl, const char *line)
{
	struct wire *wire = SSL_get_app_data(ssl);
	const char *label =
		wire->calls ? "CLIENT_TRAFFIC_SECRET_0 " : "SERVER_TRAFFIC_SECRET_0 ";
	const char *secret = strrchr(line, ' ');

	if (text_starts(line, label) && strlen(secret + 1) < sizeof wire->secret)
		memcpy(wire->secret, secret + 1, strlen(secret + 1) + 1);
}

static bool
use_identity(SSL_CTX *context, const struct identity *identity)
{
	SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
	if (SSL_CTX_use_certificate(context, identity->leaf) != 1 ||
		SSL_CTX_use_PrivateKey(context, identity->key) != 1)
		return false;
	for (size_t i = 0; i < identity->chains; i++)
		if (SSL_CTX_add1_chain_cert(context, identity->chain[i]) != 1)
			return false;
	return true;
}

static bool
use_plan(SSL_CTX *context, const struct tls_plan *plan)
{
	static const int version[] = { 0, TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION,
		TLS1_3_VERSION };

	if (plan->request_certificate)
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER, accept_certificate);
	return SSL_CTX_set_min_proto_version(context, version[plan->min]) == 1 &&
	       SSL_CTX_set_max_proto_version(context, version[plan->max]) == 1 &&
	       SSL_CTX_set_cipher_list(
		       context, plan->ciphers ? plan->ciphers : "ALL:!aNULL") == 1;
}

/* What only a server does. */
static void
serve(struct tls_end *end, const struct tls_plan *plan)
{
	/* A ticket would be a record between the handshake and an alert of ours. */
	SSL_CTX_set_num_tickets(end->context, 0);
	if (plan->alpn == NULL || strlen(plan->alpn) > ALPN_MAX)
		return;
	memcpy(end->alpn, plan->alpn, strlen(plan->alpn) + 1);
	SSL_CTX_set_alpn_select_cb(end->context, choose_protocol, end);
}

/* What only a client does: its one protocol is behind its length (RFC 7301, 3.1). */
static void
call(struct tls_end *end, const struct tls_plan *plan)
{
	size_t length = plan->alpn != NULL ? strlen(plan->alpn) : 0;

	end->refusal = plan->refusal;
	if (end->refusal != REFUSE_NOTHING) {
		SSL_CTX_set_verify(end->context, SSL_VERIFY_PEER, NULL);
		SSL_CTX_set_cert_verify_callback(end->context, refuse_certificate, end);
	}
	if (length == 0 || length >= ALPN_MAX)
		return;
	end->alpn[0] = (char)length;
	memcpy(end->alpn + 1, plan->alpn, length);
	if (SSL_CTX_set_alpn_protos(
		    end->context, (unsigned char *)end->alpn, (unsigned)length + 1) != 0)
		fatal("out of memory");
}

struct tls_end *
tls_end_open(const struct identity *identity, const struct tls_plan *plan)
{
	struct tls_end *end = calloc(1, sizeof *end);

	if (end == NULL ||
		(end->context = SSL_CTX_new(plan->calls ? TLS_client_method()
							: TLS_server_method())) == NULL)
		fatal("out of memory");
	end->calls = plan->calls;
	SSL_CTX_set_security_level(end->context, 0);
	SSL_CTX_set_session_cache_mode(end->context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(end->context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_keylog_callback(end->context, keep_secret);
	(plan->calls ? call : serve)(end, plan);
	if ((identity != NULL && !use_identity(end->context, identity)) ||
		!use_plan(end->context, plan))
		tls_end_close(&end);
	ERR_clear_error();
	return end;
}

void
tls_end_close(struct tls_end **end)
{
	if (*end == NULL)
		return;
	SSL_CTX_free((*end)->context);
	free(*end);
	*end = NULL;
}

struct wire *
wire_open(int fd)
{
	struct wire *wire = calloc(1, sizeof *wire);

	if (wire == NULL)
		fatal("out of memory");
	wire->fd = fd;
	return wire;
}

void
wire_close(struct wire **wire)
{
	if (*wire == NULL)
		return;
	SSL_free((*wire)->ssl);
	close((*wire)->fd);
	free(*wire);
	*wire = NULL;
}

int
wire_fd(const struct wire *wire)
{
	return wire->fd;
}

bool
wire_is_tls(const struct wire *wire)
{
	return wire->established;
}

bool
wire_has_certificate(const struct wire *wire)
{
	return wire->ssl != NULL && SSL_get0_peer_certificate(wire->ssl) != NULL;
}

/* What an SSL call that did not succeed means. */
static enum passage
tls_passage(struct wire *wire, int returned)
{
	int error = SSL_get_error(wire->ssl, returned);

	ERR_clear_error();
	if (error == SSL_ERROR_WANT_READ)
		return PASSAGE_READ;
	if (error == SSL_ERROR_WANT_WRITE)
		return PASSAGE_WRITE;
	wire->broken = error != SSL_ERROR_ZERO_RETURN;
	return PASSAGE_END;
}

enum passage
wire_read(struct wire *wire, void *bytes, size_t size, size_t *got)
{
	ssize_t n;
	int returned;

	if (wire->established && !wire->broken) {
		returned = SSL_read_ex(wire->ssl, bytes, size, got);
		return returned == 1 ? PASSAGE_OK : tls_passage(wire, returned);
	}
	n = recv(wire->fd, bytes, size, 0);
	if (n < 0 && errno == EAGAIN)
		return PASSAGE_READ;
	*got = n > 0 ? (size_t)n : 0;
	return n > 0 ? PASSAGE_OK : PASSAGE_END;
}

enum passage
wire_write(struct wire *wire, const void *bytes, size_t length, size_t *done)
{
	while (*done < length) {
		const char *from = (const char *)bytes + *done;
		ssize_t n;

		if (wire->established) {
			size_t written;
			int returned =
				SSL_write_ex(wire->ssl, from, length - *done, &written);

			if (returned != 1)
				return tls_passage(wire, returned);
			*done += written;
			continue;
		}
		n = send(wire->fd, from, length - *done, MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN ? PASSAGE_WRITE : PASSAGE_END;
		*done += (size_t)n;
	}
	return PASSAGE_OK;
}

enum passage
wire_peek(struct wire *wire, unsigned char *byte)
{
	ssize_t n = recv(wire->fd, byte, 1, MSG_PEEK);

	if (n < 0 && errno == EAGAIN)
		return PASSAGE_READ;
	return n == 1 ? PASSAGE_OK : PASSAGE_END;
}

enum passage
wire_handshake(struct wire *wire, struct tls_end *end)
{
	int returned;

	if (wire->ssl == NULL) {
		wire->calls = end->calls;
		wire->ssl = SSL_new(end->context);
		if (wire->ssl == NULL || SSL_set_fd(wire->ssl, wire->fd) != 1 ||
			SSL_set_app_data(wire->ssl, wire) != 1)
			fatal("out of memory");
	}
	returned = wire->calls ? SSL_connect(wire->ssl) : SSL_accept(wire->ssl);
	wire->established = returned == 1;
	return returned == 1 ? PASSAGE_OK : tls_passage(wire, returned);
}

void
wire_alert(struct wire *wire, int number)
{
	unsigned char record[ALERT_RECORD] = { 21, 3, 3, 0, 2, 2, (unsigned char)number };
	size_t length = 7;

	if (wire->established)
		length = alert_seal(
			SSL_get_current_cipher(wire->ssl), wire->secret, number, record);
	/* The socket's buffer is empty enough for 24 bytes, or the client never reads. */
	if (send(wire->fd, record, length, MSG_NOSIGNAL) < 0)
		wire_break(wire);
	wire->broken = true;
}

void
wire_finish(struct wire *wire)
{
	if (wire->established && !wire->broken)
		SSL_shutdown(wire->ssl);
	ERR_clear_error();
	shutdown(wire->fd, SHUT_WR);
}

void
wire_break(struct wire *wire)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(wire->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}
