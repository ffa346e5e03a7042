/* A socket that never blocks, and OpenSSL over it. Two layers and no filter chain: the
 * BIO below OpenSSL is ours, so that the first bytes of a peer that speaks no TLS are
 * kept, the handshake has a limit, and no write raises SIGPIPE. */
#include "net/conn.h"

#include "base/fatal.h"
#include "base/text.h"
#include "net/handshake.h"
#include "net/present.h"
#include "net/tcp.h"
#include "net/trust.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What one call takes from the socket, so that a flood of records without content (TLS
 * 1.3 tickets, key updates) leaves the other connections their turn. */
enum { MAX_TURN = 64 * 1024 };

struct tls_context {
	struct arena *arena;
	const char *trust_store;
	SSL_CTX *ssl;
	BIO_METHOD *socket; /* outlives every connection */
};

struct conn {
	struct arena *arena;
	int fd;
	SSL *ssl; /* NULL in clear */
	struct handshake seen;
	const struct keyfile *certificate; /* ours; NULL: none is presented */
	bool spoken;                       /* something went over it in clear */
	bool ended;                        /* FIN came */
	bool overflow;                     /* of the handshake */
	int error;                         /* errno of what befell the socket */
	size_t turn;                       /* bytes taken in this call */
	size_t taken; /* bytes taken until the handshake was finished */
	char first[64];
	const char *failure;
};

/* --- the context of all connections ------------------------------------------------ */

/* Defined with the rest of the reading and writing. */
static BIO_METHOD *socket_method(void);

struct tls_context *
tls_context_open(const char *ca_file, const char *ca_dir, const char **trouble)
{
	struct tls_context *context = calloc(1, sizeof *context);

	if (context == NULL)
		fatal("out of memory");
	context->arena = arena_open();
	context->socket = socket_method();
	context->ssl = trust_open();
	context->trust_store = trust_name(context->arena, ca_file, ca_dir);
	*trouble = trust_load(context->ssl, ca_file, ca_dir);
	ERR_clear_error();
	if (*trouble != NULL)
		tls_context_close(&context);
	return context;
}

void
tls_context_close(struct tls_context **context)
{
	if (*context == NULL)
		return;
	SSL_CTX_free((*context)->ssl);
	BIO_meth_free((*context)->socket);
	arena_close(&(*context)->arena);
	free(*context);
	*context = NULL;
}

/* --- the socket ------------------------------------------------------------------- */

struct conn *
conn_open(void)
{
	struct conn *conn = calloc(1, sizeof *conn);

	if (conn == NULL)
		fatal("out of memory");
	conn->arena = arena_open();
	conn->fd = -1;
	conn->seen.arena = conn->arena;
	conn->seen.alert = -1;
	return conn;
}

void
conn_close(struct conn **conn)
{
	if (*conn == NULL)
		return;
	SSL_free((*conn)->ssl);
	if ((*conn)->fd >= 0)
		close((*conn)->fd);
	arena_close(&(*conn)->arena);
	free(*conn);
	*conn = NULL;
}

int
conn_fd(const struct conn *conn)
{
	return conn->fd;
}

static const char *
keep(struct conn *conn, const char *text)
{
	return text != NULL ? text_clean(conn->arena, text, strlen(text)) : NULL;
}

enum flow
conn_connect(struct conn *conn, struct arena *arena, const char *address, int port,
	struct connect_fact *fact)
{
	bool at_once;
	int error = 0;

	if (conn->fd < 0) {
		fact->address = arena_strdup(arena, address);
		fact->port = port;
		error = tcp_begin(address, port, &conn->fd);
		fact->local = tcp_local(conn->fd, arena);
	}
	at_once = error != 0;
	if (error == 0)
		error = tcp_state(conn->fd);
	if (error == EINPROGRESS)
		return FLOW_WRITE;
	if (error != 0) {
		fact->failure = tcp_failure(error, at_once);
		conn->failure = keep(conn, strerror(error));
		return FLOW_FAILED;
	}
	return FLOW_OK;
}

/* --- reading and writing ---------------------------------------------------------- */

static bool
is_patience(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static bool
is_reset(int error)
{
	return error == ECONNRESET || error == EPIPE;
}

/* Until TLS is up every byte counts, and the first are kept. */
static bool
note_arrival(struct conn *conn, const char *bytes, size_t got)
{
	if (conn->seen.completed)
		return true;
	for (size_t i = 0; i < got && conn->taken + i < sizeof conn->first; i++)
		conn->first[conn->taken + i] = bytes[i];
	conn->taken += got;
	conn->overflow = conn->taken > CONN_MAX_HANDSHAKE;
	return !conn->overflow;
}

static int
socket_read(BIO *bio, char *bytes, int size)
{
	struct conn *conn = BIO_get_data(bio);
	size_t room = MAX_TURN - conn->turn;
	ssize_t got;

	BIO_clear_retry_flags(bio);
	if (room == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	got = recv(conn->fd, bytes, (size_t)size < room ? (size_t)size : room, 0);
	if (got < 0 && is_patience(errno))
		BIO_set_retry_read(bio);
	else if (got < 0)
		conn->error = errno;
	else if (got == 0)
		conn->ended = true;
	else if (!note_arrival(conn, bytes, (size_t)got))
		return -1;
	conn->turn += got > 0 ? (size_t)got : 0;
	return (int)got;
}

static int
socket_write(BIO *bio, const char *bytes, int length)
{
	struct conn *conn = BIO_get_data(bio);
	ssize_t sent = send(conn->fd, bytes, (size_t)length, MSG_NOSIGNAL);

	BIO_clear_retry_flags(bio);
	if (sent < 0 && is_patience(errno))
		BIO_set_retry_write(bio);
	else if (sent < 0)
		conn->error = errno;
	return (int)sent;
}

/* Nothing is buffered. BIO_CTRL_EOF is left at "no": OpenSSL would answer a FIN with an
 * alert. */
static long
socket_control(BIO *bio, int command, long number, void *argument)
{
	(void)bio, (void)number, (void)argument;
	return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *
socket_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "fedprobe socket");

	if (method == NULL || BIO_meth_set_read(method, socket_read) != 1 ||
		BIO_meth_set_write(method, socket_write) != 1 ||
		BIO_meth_set_ctrl(method, socket_control) != 1)
		fatal("OpenSSL takes no BIO of ours");
	return method;
}

/* A TLS 1.3 server's ticket otherwise holds its first words back by 40 ms. */
static void
begin_turn(struct conn *conn)
{
	int one = 1;

	setsockopt(conn->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
	ERR_clear_error();
	conn->turn = 0;
	conn->error = 0;
}

static const char *
failure(const struct conn *conn)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	if (conn->overflow)
		return "the handshake is larger than 256 KiB";
	if (reason != NULL)
		return reason;
	if (conn->error != 0)
		return strerror(conn->error);
	return conn->ended ? "the connection was closed" : "unknown";
}

static enum flow
tls_flow(struct conn *conn, int answer)
{
	int error = SSL_get_error(conn->ssl, answer);

	if (error == SSL_ERROR_WANT_READ)
		return FLOW_READ;
	if (error == SSL_ERROR_WANT_WRITE)
		return FLOW_WRITE;
	/* After a final alert OpenSSL says end, and not again why. */
	if (error == SSL_ERROR_ZERO_RETURN)
		return conn->seen.alert < 0 ? FLOW_END : FLOW_FAILED;
	conn->failure = keep(conn, failure(conn));
	/* The end of the stream is no failure of TLS. */
	if (!conn->seen.completed || conn->seen.alert >= 0)
		conn->seen.failure = conn->failure;
	if (conn->seen.alert >= 0 || conn->overflow)
		return FLOW_FAILED;
	if (is_reset(conn->error))
		return FLOW_RESET;
	return conn->ended ? FLOW_END : FLOW_FAILED;
}

static enum flow
clear_flow(struct conn *conn, int error)
{
	conn->failure = keep(conn, strerror(error));
	return is_reset(error) ? FLOW_RESET : FLOW_FAILED;
}

static void
offer(struct conn *conn, const char *sni, const char *alpn)
{
	unsigned char wire[256];
	size_t length = alpn != NULL ? strlen(alpn) : 0;

	if (sni != NULL && SSL_set_tlsext_host_name(conn->ssl, sni) == 1)
		conn->seen.sni = keep(conn, sni);
	if (length == 0 || length >= sizeof wire)
		return;
	wire[0] = (unsigned char)length;
	memcpy(wire + 1, alpn, length);
	if (SSL_set_alpn_protos(conn->ssl, wire, (unsigned)length + 1) == 0)
		conn->seen.alpn = keep(conn, alpn);
}

static void
begin_tls(struct conn *conn, struct tls_context *context)
{
	BIO *bio = BIO_new(context->socket);

	conn->ssl = SSL_new(context->ssl);
	if (bio == NULL || conn->ssl == NULL)
		fatal("OpenSSL makes no connection");
	BIO_set_data(bio, conn);
	BIO_set_init(bio, 1);
	SSL_set_bio(conn->ssl, bio, bio);
	conn->seen.trust_store = keep(conn, context->trust_store);
	conn->seen.direct = !conn->spoken;
	handshake_watch(&conn->seen, conn->ssl);
	if (conn->certificate != NULL && !keyfile_present(conn->certificate, conn->ssl))
		fatal("OpenSSL refuses our certificate");
}

static enum flow
shake_hands(struct conn *conn)
{
	int answer;

	begin_turn(conn);
	answer = SSL_do_handshake(conn->ssl);
	conn->seen.completed = answer == 1;
	return answer == 1 ? FLOW_OK : tls_flow(conn, answer);
}

void
conn_present(struct conn *conn, const struct keyfile *certificate)
{
	conn->certificate = certificate;
}

enum flow
conn_handshake(
	struct conn *conn, struct tls_context *context, const char *sni, const char *alpn)
{
	if (conn->ssl == NULL) {
		begin_tls(conn, context);
		SSL_set_connect_state(conn->ssl);
		offer(conn, sni, alpn);
	}
	return shake_hands(conn);
}

struct conn *
conn_adopt(int fd)
{
	struct conn *conn = conn_open();

	conn->fd = fd;
	return conn;
}

/* Without a context for its sessions a server must refuse to take one up again, and does
 * so by breaking off.. */
static void
begin_accept(struct conn *conn, struct tls_context *context)
{
	static const unsigned char name[] = "fedprobe";

	begin_tls(conn, context);
	SSL_CTX_set_alpn_select_cb(context->ssl, handshake_choose_protocol, NULL);
	SSL_set_session_id_context(conn->ssl, name, sizeof name - 1);
	SSL_set_options(conn->ssl, SSL_OP_NO_TICKET);
	SSL_set_dh_auto(conn->ssl, 1);
	SSL_set_accept_state(conn->ssl);
}

enum flow
conn_accept(struct conn *conn, struct tls_context *context)
{
	enum flow flow;

	if (conn->ssl == NULL)
		begin_accept(conn, context);
	flow = shake_hands(conn);
	/* Once: a client that sends byte by byte brings us here very often. */
	if (conn->seen.sni == NULL)
		conn->seen.sni = keep(
			conn, SSL_get_servername(conn->ssl, TLSEXT_NAMETYPE_host_name));
	return flow;
}

enum flow
conn_read(struct conn *conn, void *bytes, size_t size, size_t *got)
{
	ssize_t came;

	*got = 0;
	begin_turn(conn);
	if (conn->ssl != NULL)
		return SSL_read_ex(conn->ssl, bytes, size, got) == 1 ? FLOW_OK
								     : tls_flow(conn, 0);
	came = recv(conn->fd, bytes, size, 0);
	if (came < 0)
		return is_patience(errno) ? FLOW_READ : clear_flow(conn, errno);
	*got = (size_t)came;
	conn->spoken = true;
	return came > 0 ? FLOW_OK : FLOW_END;
}

/* A TLS 1.3 server that minds our certificate may have said why, and closed, before we
 * wrote (RFC 8446, 4.4.2.4): its alert waits in front of the reset. */
static enum flow
find_reason(struct conn *conn)
{
	char byte;
	size_t got;

	begin_turn(conn);
	if (SSL_peek_ex(conn->ssl, &byte, 1, &got) == 1)
		return FLOW_RESET;
	return tls_flow(conn, 0) == FLOW_FAILED ? FLOW_FAILED : FLOW_RESET;
}

static enum flow
write_tls(struct conn *conn, const char *bytes, size_t length, size_t *done)
{
	enum flow flow;
	size_t sent;

	begin_turn(conn);
	while (*done < length) {
		if (SSL_write_ex(conn->ssl, bytes + *done, length - *done, &sent) != 1) {
			flow = tls_flow(conn, 0);
			return flow == FLOW_RESET ? find_reason(conn) : flow;
		}
		*done += sent;
	}
	return FLOW_OK;
}

enum flow
conn_write(struct conn *conn, const void *bytes, size_t length, size_t *done)
{
	const char *from = bytes;

	if (conn->ssl != NULL)
		return write_tls(conn, from, length, done);
	while (*done < length) {
		ssize_t sent = send(conn->fd, from + *done, length - *done, MSG_NOSIGNAL);

		if (sent < 0)
			return is_patience(errno) ? FLOW_WRITE : clear_flow(conn, errno);
		conn->spoken = true;
		*done += (size_t)sent;
	}
	return FLOW_OK;
}

void
conn_shutdown(struct conn *conn)
{
	/* OpenSSL forbids it after a failure. */
	if (conn->ssl == NULL || !conn->seen.completed || conn->failure != NULL)
		return;
	SSL_shutdown(conn->ssl);
	ERR_clear_error();
}

void
conn_finish(struct conn *conn)
{
	shutdown(conn->fd, SHUT_WR);
}

/* --- what is known ---------------------------------------------------------------- */

bool
conn_is_tls(const struct conn *conn)
{
	return conn->seen.completed;
}

void
conn_tls_fact(const struct conn *conn, struct arena *arena, struct tls_fact *fact)
{
	if (conn->ssl != NULL)
		handshake_fact(&conn->seen, conn->ssl, arena, fact);
	else
		*fact = (struct tls_fact){ 0 };
}

size_t
conn_certificates(const struct conn *conn, struct arena *arena,
	const struct certificate_fact **certificate)
{
	return handshake_certificates(&conn->seen, conn->ssl, arena, certificate);
}

const char *
conn_first_bytes(const struct conn *conn, size_t *length)
{
	*length = conn->taken < sizeof conn->first ? conn->taken : sizeof conn->first;
	return conn->first;
}

const char *
conn_failure(const struct conn *conn)
{
	return conn->failure;
}

int
conn_alert(const struct conn *conn, bool *sent)
{
	*sent = conn->seen.alert_sent;
	return conn->seen.alert;
}

bool
conn_got_close_notify(const struct conn *conn)
{
	return conn->seen.close_notify;
}
