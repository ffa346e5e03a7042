/* A TCP connection in the making. */
#include "net/tcp.h"

#include "base/fatal.h"
#include "net/address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

enum connect_failure
tcp_failure(int error, bool at_once)
{
	switch (error) {
	case ECONNREFUSED:
		return CONNECT_REFUSED;
	case ETIMEDOUT:
		return CONNECT_TIMED_OUT;
	case ECONNRESET:
		return CONNECT_RESET;
	case EHOSTUNREACH:
		return CONNECT_HOST_UNREACHABLE;
	case EACCES: /* a filter on the way says so (RFC 4443, 3.1), or a rule here */
	case EPERM:
		return at_once ? CONNECT_FORBIDDEN : CONNECT_HOST_UNREACHABLE;
	case ENETUNREACH:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return CONNECT_NET_UNREACHABLE;
	default:
		return CONNECT_OTHER;
	}
}

int
tcp_begin(const char *address, int port, int *fd)
{
	union address to;
	socklen_t length = address_make(&to, address, port);
	int one = 1;

	*fd = -1;
	if (length == 0)
		return EINVAL;
	*fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0 && errno == EAFNOSUPPORT)
		return errno;
	if (*fd < 0)
		fatal("cannot open a socket: %s", strerror(errno));
	setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(*fd, &to.any, length) == 0 || errno == EINPROGRESS || errno == EINTR)
		return 0;
	return errno;
}

int
tcp_state(int fd)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	int error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){ sizeof error }) !=
		0)
		return errno;
	if (error != 0)
		return error;
	/* A connection in the making has no error, and no peer either. */
	return getpeername(fd, (struct sockaddr *)&peer, &size) == 0 ? 0 : EINPROGRESS;
}

const char *
tcp_local(int fd, struct arena *arena)
{
	struct sockaddr_storage end;
	socklen_t size = sizeof end;
	char address[INET6_ADDRSTRLEN], port[8];

	if (getsockname(fd, (struct sockaddr *)&end, &size) != 0 ||
		getnameinfo((struct sockaddr *)&end, size, address, sizeof address, port,
			sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return NULL;
	return arena_printf(
		arena, end.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", address, port);
}
