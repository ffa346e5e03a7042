/* Addresses in numbers, as the system wants them, and sockets that are bound to one. No name
 * is ever looked up here. */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* The length of the address; 0 when the text is none, or there is no such port. */
socklen_t address_make(union address *address, const char *text, int port);

int address_port(const union address *address);

/* A socket (SOCK_STREAM, SOCK_DGRAM) bound to an address, which does not block; "::" is every
 * one of IPv4, too. -1 with errno. */
int socket_bind(const char *text, int port, int type);

/* Closes a socket that came to nothing; errno stays what it is. -1. */
int socket_drop(int fd);

/* The port that a socket is bound to. */
int socket_port(int fd);
