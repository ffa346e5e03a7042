/* Addresses in numbers, and sockets that are bound to one. */
#include "net/address.h"

#include "base/fatal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

socklen_t
address_make(union address *address, const char *text, int port)
{
	memset(address, 0, sizeof *address);
	if (port < 0 || port > UINT16_MAX)
		return 0;
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons((uint16_t)port);
		return sizeof address->v4;
	}
	if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = htons((uint16_t)port);
		return sizeof address->v6;
	}
	return 0;
}

int
address_port(const union address *address)
{
	return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port
							: address->v4.sin_port);
}

int
socket_drop(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

int
socket_bind(const char *text, int port, int type)
{
	union address a;
	socklen_t length = address_make(&a, text, port);
	int fd, on = 1, off = 0;

	if (length == 0) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(a.any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* The port may still have connections of the last run. */
	if (type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (a.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (bind(fd, &a.any, length) == 0)
		return fd;
	return socket_drop(fd);
}

int
socket_port(int fd)
{
	union address a;
	socklen_t length = sizeof a;

	if (getsockname(fd, &a.any, &length) != 0)
		fatal("a socket without address");
	return address_port(&a);
}
