/* Accepting connections within limits: over all, from one address, and in a second. */
#include "net/acceptor.h"

#include "base/fatal.h"
#include "net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECOND = 1000000 };

struct acceptor {
	int fd;
	struct loop *loop;
	struct watch *watch;
	char caller[ACCEPTOR_MAX_CONNECTIONS][INET6_ADDRSTRLEN]; /* "" is a free place */
	int64_t second; /* when the present one began */
	unsigned in_second, turned_away;
	void (*accepted)(void *self, int fd, const char *address, int port);
	void *self;
};

/* The socket that listens; -1 with errno. */
static int
begin(const char *address, int port)
{
	int fd = socket_bind(address, port, SOCK_STREAM);

	return fd < 0 || listen(fd, ACCEPTOR_BACKLOG) == 0 ? fd : socket_drop(fd);
}

/* The address as a text; returns the port. */
static int
read_address(const union address *a, char *text, socklen_t size)
{
	if (a->any.sa_family != AF_INET6)
		inet_ntop(AF_INET, &a->v4.sin_addr, text, size);
	else if (IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr))
		inet_ntop(AF_INET, &a->v6.sin6_addr.s6_addr[12], text, size);
	else
		inet_ntop(AF_INET6, &a->v6.sin6_addr, text, size);
	return address_port(a);
}

static bool
is_too_fast(struct acceptor *a)
{
	int64_t now = loop_now(a->loop);

	if (now - a->second >= SECOND) {
		a->second = now;
		a->in_second = 0;
	}
	return a->in_second++ >= ACCEPTOR_MAX_RATE;
}

/* Takes a place for the caller; false when there is none. */
static bool
enter(struct acceptor *a, const char *address)
{
	size_t place = ACCEPTOR_MAX_CONNECTIONS, same = 0;

	for (size_t i = 0; i < ACCEPTOR_MAX_CONNECTIONS; i++) {
		if (a->caller[i][0] == '\0')
			place = i;
		same += strcmp(a->caller[i], address) == 0;
	}
	if (place == ACCEPTOR_MAX_CONNECTIONS || same >= ACCEPTOR_MAX_AT_ADDRESS ||
		is_too_fast(a))
		return false;
	memcpy(a->caller[place], address, strlen(address) + 1);
	return true;
}

static void
on_caller(void *self, unsigned events)
{
	struct acceptor *a = self;
	char text[INET6_ADDRSTRLEN] = "";
	union address from;
	socklen_t length = sizeof from;
	int fd, port, on = 1;

	(void)events;
	/* One at a time: so the other connections get their turn, too. */
	fd = accept4(a->fd, &from.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	port = read_address(&from, text, sizeof text);
	if (!enter(a, text)) {
		a->turned_away++;
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	a->accepted(a->self, fd, text, port);
}

struct acceptor *
acceptor_open(struct loop *loop, const char *address, int port,
	void (*accepted)(void *self, int fd, const char *address, int port), void *self)
{
	struct acceptor *a;
	int fd = begin(address != NULL ? address : "::", port);

	/* A host without IPv6 has no "::". */
	if (fd < 0 && errno == EAFNOSUPPORT && address == NULL)
		fd = begin("0.0.0.0", port);
	if (fd < 0)
		return NULL;
	if ((a = calloc(1, sizeof *a)) == NULL)
		fatal("out of memory");
	a->fd = fd;
	a->loop = loop;
	a->accepted = accepted;
	a->self = self;
	a->second = loop_now(loop);
	a->watch = watch_open(loop, fd, LOOP_READ, on_caller, a);
	return a;
}

void
acceptor_close(struct acceptor **acceptor)
{
	if (*acceptor == NULL)
		return;
	watch_close(&(*acceptor)->watch);
	close((*acceptor)->fd);
	free(*acceptor);
	*acceptor = NULL;
}

void
acceptor_leave(struct acceptor *a, const char *address)
{
	for (size_t i = 0; i < ACCEPTOR_MAX_CONNECTIONS; i++)
		if (strcmp(a->caller[i], address) == 0) {
			a->caller[i][0] = '\0';
			return;
		}
}

int
acceptor_port(const struct acceptor *a)
{
	return socket_port(a->fd);
}

unsigned
acceptor_turned_away(const struct acceptor *a)
{
	return a->turned_away;
}
