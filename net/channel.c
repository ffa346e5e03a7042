/* c-ares on our loop: its sockets and time limits. Version 1.18 is still around and has none
 * of the successors of what is deprecated. */
#define CARES_NO_DEPRECATED

#include "net/channel.h"

#include "base/fatal.h"
#include "net/resolver.h"

#include <ares.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Resolvers that ignore the size that we offer may send as much; c-ares reads no more. */
enum { MAX_UDP = 4096 };

struct socket {
	struct socket *next;
	int fd;
	struct watch *watch;
	struct channel *channel;
};

/* --- sockets and time limits ------------------------------------------------------ */

static void process(struct channel *channel, int readable, int writable);

static void
on_socket(void *self, unsigned events)
{
	struct socket *socket = self;

	process(socket->channel, events & LOOP_READ ? socket->fd : ARES_SOCKET_BAD,
		events & LOOP_WRITE ? socket->fd : ARES_SOCKET_BAD);
}

static void
on_time_limit(void *self)
{
	struct channel *channel = self;

	process(channel, channel->refused < 0 ? ARES_SOCKET_BAD : channel->refused,
		ARES_SOCKET_BAD);
}

void
channel_set_timer(struct channel *channel)
{
	struct timeval room, *next = ares_timeout(channel->ares, NULL, &room);
	int64_t ms;

	timer_close(&channel->timer);
	if (next == NULL)
		return;
	ms = (int64_t)next->tv_sec * 1000 + (next->tv_usec + 999) / 1000;
	if (channel->refused >= 0)
		ms = 0;
	channel->timer = timer_open(channel->loop, ms, on_time_limit, channel);
}

/* c-ares may close the socket that called. */
static void
process(struct channel *channel, int readable, int writable)
{
	ares_process_fd(channel->ares, readable, writable);
	channel_set_timer(channel);
}

static struct socket *
open_socket(struct channel *channel, int fd)
{
	struct socket *socket = calloc(1, sizeof *socket);

	if (socket == NULL)
		fatal("out of memory");
	socket->fd = fd;
	socket->channel = channel;
	socket->watch = watch_open(channel->loop, fd, 0, on_socket, socket);
	return socket;
}

static void
close_socket(struct socket **at)
{
	struct socket *socket = *at;

	*at = socket->next;
	watch_close(&socket->watch);
	free(socket);
}

/* c-ares tells what it waits for; for nothing before it closes the descriptor. */
static void
on_socket_state(void *self, ares_socket_t fd, int readable, int writable)
{
	struct channel *channel = self;
	struct socket **at = &channel->socket;

	while (*at != NULL && (*at)->fd != fd)
		at = &(*at)->next;
	if (!readable && !writable) {
		if (*at != NULL)
			close_socket(at);
		return;
	}
	if (*at == NULL)
		*at = open_socket(channel, fd);
	watch_set(
		(*at)->watch, (readable ? LOOP_READ : 0u) | (writable ? LOOP_WRITE : 0u));
}

/* --- refusals --------------------------------------------------------------------- */

/* That nobody listens at a server's port (ICMP) is told once, to whoever touches the socket
 * next. When that is the sending of a further question, c-ares gives up this one alone, and
 * waits for the others until their time is over. So the refusal is kept for the reading,
 * where c-ares gives up the server. */

static ares_ssize_t
send_question(ares_socket_t fd, const struct iovec *part, int parts, void *self)
{
	struct channel *channel = self;
	struct msghdr message = { .msg_iov = (struct iovec *)part,
		.msg_iovlen = (size_t)parts };
	ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);

	if (sent >= 0 || errno != ECONNREFUSED || channel->tcp)
		return sent;
	channel->refused = fd;
	sent = 0;
	for (int i = 0; i < parts; i++)
		sent += (ssize_t)part[i].iov_len;
	return sent;
}

static ares_ssize_t
receive_answer(ares_socket_t fd, void *bytes, size_t size, int flags,
	struct sockaddr *from, ares_socklen_t *length, void *self)
{
	struct channel *channel = self;

	if (channel->refused != fd)
		return recvfrom(fd, bytes, size, flags, from, length);
	channel->refused = -1;
	errno = ECONNREFUSED;
	return -1;
}

static ares_socket_t
make_socket(int family, int type, int protocol, void *self)
{
	(void)self;
	return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

static int
connect_socket(
	ares_socket_t fd, const struct sockaddr *to, ares_socklen_t length, void *self)
{
	(void)self;
	return connect(fd, to, length);
}

static int
give_back(ares_socket_t fd, void *self)
{
	struct channel *channel = self;

	if (channel->refused == fd)
		channel->refused = -1;
	return close(fd);
}

static const struct ares_socket_functions socket_functions = { make_socket, give_back,
	connect_socket, receive_answer, send_question };

/* --- opening and closing ---------------------------------------------------------- */

/* Every answer passes, whatever its rcode, also a truncated one: they are what we are
 * here to see. With EDNS off, c-ares would cut datagrams at 512 octets. */
const char *
channel_open(struct channel *channel, struct loop *loop, bool tcp, int timeout_ms,
	const char *servers)
{
	char lookups[] = "b"; /* DNS only, never the hosts file */
	struct ares_options options = {
		.flags = (tcp ? ARES_FLAG_USEVC : 0) | ARES_FLAG_NOCHECKRESP |
			 ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_IGNTC |
			 ARES_FLAG_EDNS,
		.timeout = timeout_ms ? timeout_ms : RESOLVER_TIMEOUT_MS,
		.tries = RESOLVER_TRIES,
		.ednspsz = MAX_UDP,
		.lookups = lookups,
		.sock_state_cb = on_socket_state,
		.sock_state_cb_data = channel,
	};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
		   ARES_OPT_EDNSPSZ | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
	int status;

#ifdef ARES_OPT_QUERY_CACHE /* 1.23 and later: an answer must come from the network */
	options.qcache_max_ttl = 0;
	mask |= ARES_OPT_QUERY_CACHE;
#endif
	*channel = (struct channel){ .loop = loop, .tcp = tcp, .refused = -1 };
	status = ares_init_options(&channel->ares, &options, mask);
	if (status == ARES_SUCCESS)
		ares_set_socket_functions(channel->ares, &socket_functions, channel);
	if (status == ARES_SUCCESS && *servers != '\0')
		status = ares_set_servers_ports_csv(channel->ares, servers);
	return status == ARES_SUCCESS ? NULL : ares_strerror(status);
}

void
channel_close(struct channel *channel)
{
	if (channel->ares != NULL)
		ares_destroy(channel->ares);
	timer_close(&channel->timer);
	while (channel->socket != NULL)
		close_socket(&channel->socket);
}
