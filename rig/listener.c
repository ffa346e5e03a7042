/* Sockets that call, those that listen, and two kinds of ports that do not listen: one that refuses (bound,
 * so that nobody else gets it) and one that swallows every SYN. */
#include "rig/listener.h"

#include "base/fatal.h"
#include "net/address.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
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

int
socket_keep(const char *address, int port)
{
	return socket_bind(address, port, SOCK_STREAM);
}

int
socket_dial(const char *from, const char *address, int port)
{
	union address a;
	socklen_t length = address_make(&a, address, port);
	int fd = length == 0 ? -1 : socket_bind(from, 0, SOCK_STREAM), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, &a.any, length) == 0 || errno == EINPROGRESS)
		return fd;
	return socket_drop(fd);
}

int
datagram_open(const char *address, int port)
{
	return socket_bind(address, port, SOCK_DGRAM);
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
	socklen_t length = address_make(&a, address, socket_port(l->fd));

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
	int fd = socket_bind(address, port, SOCK_STREAM);

	if (fd < 0)
		return NULL;
	if (presence != PEER_CLOSED &&
		listen(fd, presence == PEER_BLOCKED ? 0 : BACKLOG) != 0) {
		socket_drop(fd);
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
