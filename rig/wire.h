/* A connection of a peer or a caller: a socket, and TLS over it. */
#pragma once

#include "rig/ca.h"
#include "rig/script.h"

#include <stdbool.h>
#include <stddef.h>

struct wire;
struct tls_end;

/* What became of an attempt; the caller waits on READ and WRITE and calls again. */
enum passage {
	PASSAGE_OK,
	PASSAGE_READ,
	PASSAGE_WRITE,
	PASSAGE_END, /* nothing more will come, or go */
};

/* Our end of a handshake, made once for all connections: that of the server, or of the
 * client where the plan calls. It presents no certificate when identity is NULL, as only
 * a client may. NULL when OpenSSL does not accept the settings. */
struct tls_end *tls_end_open(
	const struct identity *identity, const struct tls_plan *plan);
void tls_end_close(struct tls_end **end);

/* The descriptor goes with it. */
struct wire *wire_open(int fd);
void wire_close(struct wire **wire);

int wire_fd(const struct wire *wire);
bool wire_is_tls(const struct wire *wire);

/* Whether the other side has presented a certificate. */
bool wire_has_certificate(const struct wire *wire);

enum passage wire_read(struct wire *wire, void *bytes, size_t size, size_t *got);

/* Writes from *done on, and moves it. OK when all is written. */
enum passage wire_write(
	struct wire *wire, const void *bytes, size_t length, size_t *done);

/* The next byte in clear, which stays where it is. */
enum passage wire_peek(struct wire *wire, unsigned char *byte);

/* Begins or continues the handshake. */
enum passage wire_handshake(struct wire *wire, struct tls_end *end);

/* Sends a fatal alert (RFC 8446, section 6): in clear, or inside TLS 1.3, where it is the
 * first record after the handshake. */
void wire_alert(struct wire *wire, int number);

/* Finishes our direction; reading goes on. */
void wire_finish(struct wire *wire);

/* The close that follows will be an RST. */
void wire_break(struct wire *wire);
