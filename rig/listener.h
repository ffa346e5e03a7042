/* Sockets, on loopback only: those that wait for clients, and those that call. */
#pragma once

#include "base/arena.h"
#include "base/loop.h"
#include "rig/scenario.h"

/* Over all listeners and callers of a world. */
enum { MAX_CONNECTIONS = 256 };

struct listener;

/* Port 0 lets the system choose. `accepted` gets each connection, non-blocking and with
 * TCP_NODELAY, and owns it; it counts in *connections, which whoever closes it lowers.
 * Over MAX_CONNECTIONS a client is closed at once. A closed or blocked presence accepts
 * nobody. NULL with errno when the port cannot be had. */
struct listener *listener_open(struct loop *loop, const char *address, int port,
	enum presence presence, unsigned *connections,
	void (*accepted)(void *self, int fd), void *self);
void listener_close(struct listener **listener);

int listener_port(const struct listener *listener);

/* Begins to connect from an address to another: a non-blocking socket that can be written
 * when it is decided; -1 with errno. */
int socket_dial(const char *from, const char *address, int port);

/* Keeps a port for another program that may listen there (with SO_REUSEADDR, as servers
 * do); until then it refuses. A socket; -1 with errno. */
int socket_keep(const char *address, int port);

/* A non-blocking UDP socket; -1 with errno. */
int datagram_open(const char *address, int port);
