/* A TLS ClientHello of our own making, and what the server answers to it. Pure: bytes in,
 * facts out. The library cannot offer what it no longer contains (old suites), nor be asked
 * for one thing alone; and no key of anybody is needed to see what a server would choose. */
#pragma once

#include "model/scan.h"

/* Bytes of an answer, in: the certificates of a server come before the group that it chose. */
enum { HELLO_MAX_BYTES = 64 * 1024 };

/* The record that asks; its length goes to *length. With TLS 1.3 it brings no key, so that
 * the server says which group it wants one of (RFC 8446, 4.2.8). SNI and ALPN may be NULL. */
const char *hello_write(struct arena *arena, const struct offer *offer, const char *sni,
	const char *alpn, size_t *length);

/* A warning that nothing more comes (RFC 8446, 6.1), for a server that waits. */
extern const char hello_farewell[];
enum { HELLO_FAREWELL = 7 };

enum hello_state {
	HELLO_MORE,   /* feed it */
	HELLO_CHOSEN, /* everything that is of interest came */
	HELLO_ALERT,  /* it was refused */
	HELLO_NO_TLS, /* what came breaks the rules of TLS, or the limit */
};

struct hello;

struct hello *hello_open(struct arena *arena);

/* Once it says other than HELLO_MORE it goes on saying so. */
enum hello_state hello_feed(struct hello *hello, const void *bytes, size_t length);

/* What the server chose, as far as it came: version, cipher, group, prime, alert, answered;
 * the other members stay as they are. */
void hello_choice(const struct hello *hello, struct hello_fact *fact);
