/* A socket that waits for partners to connect, and how many of them are let in at once. */
#pragma once

#include "base/arena.h"
#include "base/loop.h"

/* A real partner has few connections to one server, and opens them one after the other; but
 * one that we call at all of its endpoints at once may come back for each of them, from one
 * address, and several partners are called at a time. */
enum {
	ACCEPTOR_BACKLOG = 128,
	ACCEPTOR_MAX_CONNECTIONS = 256,
	ACCEPTOR_MAX_AT_ADDRESS = 32,
	ACCEPTOR_MAX_RATE = 128, /* new ones in a second */
};

struct acceptor;

/* The address is in numbers: NULL or "::" is every one of this host, by IPv6 and IPv4.
 * `accepted` gets each connection, non-blocking and with TCP_NODELAY, and owns it; it owes
 * acceptor_leave(). The caller's address is in numbers, of IPv4 also where it came to a
 * socket of IPv6, and lives as long as the call. What is too much is closed at once. NULL
 * with errno when the place cannot be had. */
struct acceptor *acceptor_open(struct loop *loop, const char *address, int port,
	void (*accepted)(void *self, int fd, const char *address, int port), void *self);
void acceptor_close(struct acceptor **acceptor);

/* A connection from that address has ended. */
void acceptor_leave(struct acceptor *acceptor, const char *address);

/* Where it listens, which the system chose when the port was 0. */
int acceptor_port(const struct acceptor *acceptor);

/* Connections turned away because there were too many. */
unsigned acceptor_turned_away(const struct acceptor *acceptor);
