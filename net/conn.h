/* The door to sockets and OpenSSL's connections: a non-blocking socket, and TLS over it. */
#pragma once

#include "base/machine.h"
#include "model/fact.h"

#include <stdbool.h>
#include <stddef.h>

struct conn;
struct keyfile;
struct tls_context;

/* What became of an attempt; the machine waits on READ and WRITE and calls again. */
enum flow {
	FLOW_OK,
	FLOW_READ,
	FLOW_WRITE,
	FLOW_END,    /* the peer finished: FIN, or TLS close_notify */
	FLOW_RESET,  /* RST */
	FLOW_FAILED, /* conn_failure(), conn_alert() tell */
};

/* Whether the attempt comes again, and what the machine waits for until then; where nothing
 * is to wait for, it is done. */
bool flow_waits(enum flow flow);
enum step flow_step(enum flow flow);

enum {
	CONN_MAX_HANDSHAKE = 256 * 1024, /* bytes of a TLS handshake, in */
	CONN_MAX_CHAIN = 16,             /* certificates that we look at */
};

/* Trust store and settings, made once for the process: loading the system's bundle takes
 * longer than a whole probe. NULL file and dir mean the system's store. NULL and *trouble
 * (a constant) when the store cannot be read. */
struct tls_context *tls_context_open(
	const char *ca_file, const char *ca_dir, const char **trouble);
void tls_context_close(struct tls_context **context); /* after its connections */

struct conn *conn_open(void);
void conn_close(struct conn **conn); /* the descriptor and TLS go with it */

/* -1 before conn_connect(). */
int conn_fd(const struct conn *conn);

/* Begins or continues. FLOW_WRITE: wait. On FLOW_FAILED the fact's `failure` is set. The
 * first call fills address, port and the local end. TCP_NODELAY is set. */
enum flow conn_connect(struct conn *conn, struct arena *arena, const char *address,
	int port, struct connect_fact *fact);

/* Our certificate for the handshake that comes (net/keyfile.h, keyfile_keep_key()), for a
 * partner that asks; it must live as long as the connection. */
void conn_present(struct conn *conn, const struct keyfile *certificate);

/* Begins or continues the handshake as client. SNI and ALPN may be NULL. No certificate
 * of the peer stops it: every error of verification is kept. Security level 0, TLS 1.0
 * to 1.3: fedprobe judges later. After proceed, call with no unread byte in clear. */
enum flow conn_handshake(struct conn *conn, struct tls_context *context, const char *sni,
	const char *alpn);

/* The other side: a connection that came (net/acceptor.h). The descriptor is taken over. */
struct conn *conn_adopt(int fd);

/* Begins or continues the handshake as server, with the certificate of conn_present(). One
 * of the client is asked for and not demanded; none stops it, as above. SNI and ALPN of the
 * fact are the client's. */
enum flow conn_accept(struct conn *conn, struct tls_context *context);

bool conn_is_tls(const struct conn *conn);

/* Everything that is known of the handshake, finished or not; `direct` when nothing was
 * read or written in clear before it. */
void conn_tls_fact(const struct conn *conn, struct arena *arena, struct tls_fact *fact);

/* The chain as sent, leaf first, at most CONN_MAX_CHAIN; also of a handshake that failed
 * after it. */
size_t conn_certificates(const struct conn *conn, struct arena *arena,
	const struct certificate_fact **certificate);

/* Bytes that are there now; call it until it says other than FLOW_OK, for TLS may hold
 * some that the descriptor does not show. TCP_QUICKACK is set before (a TLS 1.3 server's
 * ticket otherwise holds its first words back by 40 ms). */
enum flow conn_read(struct conn *conn, void *bytes, size_t size, size_t *got);

/* Writes from *done on, and moves it. FLOW_OK when all is written. */
enum flow conn_write(struct conn *conn, const void *bytes, size_t length, size_t *done);

/* Sends close_notify, when TLS is on; does not wait. */
void conn_shutdown(struct conn *conn);

/* Sends FIN after what was written; reading goes on. */
void conn_finish(struct conn *conn);

/* Of the last FLOW_FAILED: the library's or the system's own words, clean. */
const char *conn_failure(const struct conn *conn);

/* The alert that ended TLS: its number, -1 for none; *sent when it was ours. */
int conn_alert(const struct conn *conn, bool *sent);

/* Whether the peer's close_notify came; FLOW_END alone may be a bare FIN. */
bool conn_got_close_notify(const struct conn *conn);

/* The first bytes that came after the handshake began, at most 64, as they were: for a
 * peer that speaks something else. */
const char *conn_first_bytes(const struct conn *conn, size_t *length);
