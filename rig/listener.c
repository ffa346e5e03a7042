/* Sockets that call, those that listen, and two kinds of ports that do not listen: one that refuses (bound,
 * so that nobody else gets it) and one that swallows every SYN. */
#include "rig/listener.h"

#include "base/fatal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128, FILLERS = 4 };

struct listener {
	int fd;
	int filler[FILLERS]; /* of a blocked port; -1 for none */
	struct watch *watch;
	unsigned *connections;
	void (*accepted)(void *self, int fd);
	void *self;
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* The length of the address; 0 when it is none. */
static socklen_t
make_address(const char *text, int port, union address *address)
{
	memset(address, 0, sizeof *address);
	if (port > UINT16_MAX)
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

static int
bound_socket(const char *address, int port, int type)
{
	union address a;
	socklen_t length = make_address(address, port, &a);
	int fd, on = 1, saved;

	if (length == 0) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(a.any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* A port chosen by the user may still have connections of the last run. */
	if ((type != SOCK_STREAM ||
		    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0) &&
		bind(fd, &a.any, length) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
socket_keep(const char *address, int port)
{
	return bound_socket(address, port, SOCK_STREAM);
}

int
socket_dial(const char *from, const char *address, int port)
{
	union address a;
	socklen_t length = make_address(address, port, &a);
	int fd = length == 0 ? -1 : bound_socket(from, 0, SOCK_STREAM), on = 1, saved;

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, &a.any, length) == 0 || errno == EINPROGRESS)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
datagram_open(const char *address, int port)
{
	return bound_socket(address, port, SOCK_DGRAM);
}

int
socket_port(int fd)
{
	union address a;
	socklen_t length = sizeof a;

	if (getsockname(fd, &a.any, &length) != 0)
		fatal("a socket without address");
	return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

static void
on_client(void *self, unsigned events)
{
	struct listener *l = self;
	int fd, on = 1;

	(void)events;
	while ((fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		if (*l->connections >= MAX_CONNECTIONS) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		++*l->connections;
		l->accepted(l->self, fd);
	}
}

/* Linux drops every SYN while the queue of a listener is full. A backlog of 0 leaves
 * room for one; connections of our own take it. */
static void
fill_queue(struct listener *l, const char *address)
{
	union address a;
	socklen_t length = make_address(address, socket_port(l->fd), &a);

	for (int i = 0; i < FILLERS; i++) {
		l->filler[i] = socket(
			a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (l->filler[i] < 0 || (connect(l->filler[i], &a.any, length) != 0 &&
						errno != EINPROGRESS))
			fatal("cannot block a port: %s", strerror(errno));
	}
}

struct listener *
listener_open(struct loop *loop, const char *address, int port, enum presence presence,
	unsigned *connections, void (*accepted)(void *self, int fd), void *self)
{
	struct listener *l;
	int fd = bound_socket(address, port, SOCK_STREAM);

	if (fd < 0)
		return NULL;
	if (presence != PEER_CLOSED &&
		listen(fd, presence == PEER_BLOCKED ? 0 : BACKLOG) != 0) {
		close(fd);
		return NULL;
	}
	if ((l = calloc(1, sizeof *l)) == NULL)
		fatal("out of memory");
	*l = (struct listener){ fd, { -1, -1, -1, -1 }, NULL, connections, accepted,
		self };
	if (presence == PEER_BLOCKED)
		fill_queue(l, address);
	if (presence == PEER_OPEN)
		l->watch = watch_open(loop, fd, LOOP_READ, on_client, l);
	return l;
}

void
listener_close(struct listener **listener)
{
	struct listener *l = *listener;

	if (l == NULL)
		return;
	watch_close(&l->watch);
	for (int i = 0; i < FILLERS; i++)
		if (l->filler[i] >= 0)
			close(l->filler[i]);
	close(l->fd);
	free(l);
	*listener = NULL;
}

int
listener_port(const struct listener *listener)
{
	return socket_port(listener->fd);
}
