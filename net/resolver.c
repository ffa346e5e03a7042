/* The door to c-ares. It carries messages, picks the server and tries again; building and
 * reading them is net/dnsmsg's. Whether a question goes by UDP or TCP is a setting of a
 * c-ares channel, so there are two. */
/* Version 1.18 is still around and has none of the successors of what is deprecated. */
#define CARES_NO_DEPRECATED

#include "net/resolver.h"

#include "base/fatal.h"
#include "base/text.h"

#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Resolvers that ignore the size that we offer may send as much; c-ares reads no more. */
enum { MAX_UDP = 4096, MAX_QUESTION = 512, HEADER_SIZE = 12, DNS_PORT = 53 };

/* What a socket's buffer of the usual size holds of questions, or of answers, before they
 * are lost and come again only after seconds. */
enum { MAX_UNDER_WAY = 128 };

struct socket {
	struct socket *next;
	int fd;
	struct watch *watch;
	struct channel *channel;
};

struct channel {
	struct resolver *resolver;
	ares_channel ares;
	struct socket *socket;
	struct timer *timer; /* c-ares's next time limit */
	int refused; /* the descriptor of which a refusal is not told yet, or -1 */
};

struct question {
	struct question *next, **link;
	struct resolver *resolver;
	void (*answered)(void *self, enum outcome outcome, const char *detail,
		const uint8_t *message, size_t length);
	void *self;
	struct channel *channel;
	uint8_t asked[MAX_QUESTION];
	size_t asked_length;
	struct question *behind; /* in the queue */
	struct timer *timer;     /* runs when the answer is there */
	enum outcome outcome;
	const char *detail;
	uint8_t *message;
	size_t length;
};

struct resolver {
	struct loop *loop;
	struct arena *arena;
	struct channel udp, tcp;
	struct question *question;           /* all of them */
	struct question *queue, **queue_end; /* those that wait to be sent */
	size_t under_way;
	const char *name;
	bool local, closing;
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

static void
set_timer(struct channel *channel)
{
	struct timeval room, *next = ares_timeout(channel->ares, NULL, &room);
	int64_t ms;

	timer_close(&channel->timer);
	if (next == NULL)
		return;
	ms = (int64_t)next->tv_sec * 1000 + (next->tv_usec + 999) / 1000;
	if (channel->refused >= 0)
		ms = 0;
	channel->timer = timer_open(channel->resolver->loop, ms, on_time_limit, channel);
}

/* c-ares may close the socket that called. */
static void
process(struct channel *channel, int readable, int writable)
{
	ares_process_fd(channel->ares, readable, writable);
	set_timer(channel);
}

static struct socket *
open_socket(struct channel *channel, int fd)
{
	struct socket *socket = calloc(1, sizeof *socket);

	if (socket == NULL)
		fatal("out of memory");
	socket->fd = fd;
	socket->channel = channel;
	socket->watch = watch_open(channel->resolver->loop, fd, 0, on_socket, socket);
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

	if (sent >= 0 || errno != ECONNREFUSED || channel != &channel->resolver->udp)
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

/* --- servers ---------------------------------------------------------------------- */

/* "ADDR:PORT" or "[V6]:PORT" for each way to write a server; NULL when it is none. */
static const char *
normal_server(struct arena *arena, const char *text)
{
	bool bracket = text[0] == '[';
	const char *host, *end;
	uint8_t bytes[16];
	long long port = DNS_PORT;

	if (inet_pton(AF_INET6, text, bytes) == 1)
		return arena_printf(arena, "[%s]:%d", text, DNS_PORT);
	end = strchr(text, bracket ? ']' : ':');
	if (end == NULL && bracket)
		return NULL;
	if (end == NULL)
		end = text + strlen(text);
	host = arena_text(arena, text + bracket, (size_t)(end - text) - bracket);
	if (inet_pton(bracket ? AF_INET6 : AF_INET, host, bytes) != 1)
		return NULL;
	end += bracket;
	if (*end != '\0' && (*end != ':' || !text_number(end + 1, 1, 65535, &port)))
		return NULL;
	return arena_printf(arena, bracket ? "[%s]:%lld" : "%s:%lld", host, port);
}

/* All servers with a comma between, NULL when one is none. */
static const char *
normal_servers(struct arena *arena, const char *const *server, size_t servers)
{
	const char *all = "", *one;

	for (size_t i = 0; i < servers; i++) {
		if ((one = normal_server(arena, server[i])) == NULL)
			return NULL;
		all = arena_printf(arena, "%s%s%s", all, i ? "," : "", one);
	}
	return all;
}

/* Reads back whom c-ares will ask, from resolv.conf or from us. */
static void
read_servers(struct resolver *resolver)
{
	struct ares_addr_port_node *list = NULL;
	const char *name = "";
	char text[INET6_ADDRSTRLEN];

	if (ares_get_servers_ports(resolver->udp.ares, &list) != ARES_SUCCESS)
		fatal("c-ares does not tell its servers");
	resolver->local = list != NULL;
	for (struct ares_addr_port_node *s = list; s != NULL; s = s->next) {
		bool v6 = s->family == AF_INET6;
		const uint8_t *bytes = (const uint8_t *)&s->addr;
		bool loopback =
			v6 ? memcmp(bytes, &in6addr_loopback, 16) == 0 : bytes[0] == 127;

		inet_ntop(s->family, bytes, text, sizeof text);
		name = arena_printf(resolver->arena, v6 ? "%s%s[%s]:%d" : "%s%s%s:%d",
			name, *name ? "," : "", text,
			s->udp_port ? s->udp_port : DNS_PORT);
		resolver->local = resolver->local && loopback;
	}
	ares_free_data(list);
	resolver->name = name;
}

/* --- opening and closing ---------------------------------------------------------- */

/* Every answer passes, whatever its rcode, also a truncated one: they are what we are
 * here to see. With EDNS off, c-ares would cut datagrams at 512 octets. */
static const char *
open_channel(struct channel *channel, int timeout_ms, int flags, const char *servers)
{
	char lookups[] = "b"; /* DNS only, never the hosts file */
	struct ares_options options = {
		.flags = flags | ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH |
			 ARES_FLAG_NOALIASES | ARES_FLAG_IGNTC | ARES_FLAG_EDNS,
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
	channel->refused = -1;
	status = ares_init_options(&channel->ares, &options, mask);
	if (status == ARES_SUCCESS)
		ares_set_socket_functions(channel->ares, &socket_functions, channel);
	if (status == ARES_SUCCESS && *servers != '\0')
		status = ares_set_servers_ports_csv(channel->ares, servers);
	return status == ARES_SUCCESS ? NULL : ares_strerror(status);
}

struct resolver *
resolver_open(struct loop *loop, const char *const *server, size_t servers,
	int timeout_ms, const char **trouble)
{
	struct resolver *resolver = calloc(1, sizeof *resolver);
	const char *list;

	if (resolver == NULL || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		fatal("out of memory");
	resolver->loop = loop;
	resolver->arena = arena_open();
	resolver->udp.resolver = resolver->tcp.resolver = resolver;
	resolver->queue_end = &resolver->queue;
	list = normal_servers(resolver->arena, server, servers);
	if (list == NULL)
		*trouble = "a resolver is an address with or without a port: "
			   "192.0.2.1, 192.0.2.1:53, [2001:db8::1]:53";
	else if ((*trouble = open_channel(&resolver->udp, timeout_ms, 0, list)) == NULL)
		*trouble =
			open_channel(&resolver->tcp, timeout_ms, ARES_FLAG_USEVC, list);
	if (*trouble != NULL)
		resolver_close(&resolver);
	else
		read_servers(resolver);
	return resolver;
}

static void
close_question(struct question *question)
{
	*question->link = question->next;
	if (question->next != NULL)
		question->next->link = question->link;
	timer_close(&question->timer);
	free(question->message);
	free(question);
}

static void
close_channel(struct channel *channel)
{
	if (channel->ares != NULL)
		ares_destroy(channel->ares);
	timer_close(&channel->timer);
	while (channel->socket != NULL)
		close_socket(&channel->socket);
}

void
resolver_close(struct resolver **at)
{
	struct resolver *resolver = *at;

	if (resolver == NULL)
		return;
	resolver->closing = true;
	close_channel(&resolver->udp);
	close_channel(&resolver->tcp);
	while (resolver->question != NULL)
		close_question(resolver->question);
	arena_close(&resolver->arena);
	free(resolver);
	ares_library_cleanup();
	*at = NULL;
}

const char *
resolver_name(const struct resolver *resolver)
{
	return resolver->name;
}

bool
resolver_is_local(const struct resolver *resolver)
{
	return resolver->local;
}

/* --- questions -------------------------------------------------------------------- */

static void on_answer(
	void *self, int status, int timeouts, unsigned char *message, int length);

static void
send_more(struct resolver *resolver)
{
	while (resolver->queue != NULL && resolver->under_way < MAX_UNDER_WAY) {
		struct question *question = resolver->queue;

		resolver->queue = question->behind;
		if (resolver->queue == NULL)
			resolver->queue_end = &resolver->queue;
		if (question->answered == NULL) {
			close_question(question);
			continue;
		}
		resolver->under_way++;
		ares_send(question->channel->ares, question->asked,
			(int)question->asked_length, on_answer, question);
		set_timer(question->channel);
	}
}

/* The receiver may ask again or close the resolver: nothing is touched after it. */
static void
deliver(void *self)
{
	struct question *question = self, last = *question;

	question->message = NULL;
	close_question(question);
	last.resolver->under_way--;
	send_more(last.resolver);
	if (last.answered != NULL)
		last.answered(
			last.self, last.outcome, last.detail, last.message, last.length);
	free(last.message);
}

static enum outcome
read_status(int status)
{
	switch (status) {
	case ARES_ETIMEOUT:
		return OUTCOME_TIMED_OUT;
	case ARES_ECONNREFUSED:
		return OUTCOME_REFUSED;
	case ARES_EBADRESP:
		return OUTCOME_BAD_PEER;
	case ARES_ENOMEM:
		fatal("out of memory");
	default:
		return OUTCOME_UNREACHABLE;
	}
}

/* c-ares may call this from inside ares_send(), and always from inside itself, where it
 * must not be destroyed: the answer is kept and delivered at the next turn. */
static void
on_answer(void *self, int status, int timeouts, unsigned char *message, int length)
{
	struct question *question = self;

	(void)timeouts;
	if (question->resolver->closing)
		return;
	if (message != NULL && length > 0) {
		question->message = malloc((size_t)length);
		if (question->message == NULL)
			fatal("out of memory");
		question->length = (size_t)length;
		memcpy(question->message, message, question->length);
	} else {
		question->outcome = read_status(status);
		question->detail = ares_strerror(status);
	}
	question->timer = timer_open(question->resolver->loop, 0, deliver, question);
}

static void
add_question(struct resolver *resolver, struct question *question)
{
	question->next = resolver->question;
	question->link = &resolver->question;
	if (question->next != NULL)
		question->next->link = &question->next;
	resolver->question = question;
	*resolver->queue_end = question;
	resolver->queue_end = &question->behind;
}

void
resolver_ask(struct resolver *resolver, const uint8_t *message, size_t length, bool tcp,
	void (*answered)(void *, enum outcome, const char *, const uint8_t *, size_t),
	void *self)
{
	struct question *question = calloc(1, sizeof *question);

	if (question == NULL)
		fatal("out of memory");
	if (length < HEADER_SIZE || length > sizeof question->asked)
		fatal("a DNS question of %zu octets", length);
	question->resolver = resolver;
	question->channel = tcp ? &resolver->tcp : &resolver->udp;
	question->answered = answered;
	question->self = self;
	question->asked_length = length;
	memcpy(question->asked, message, length);
	/* RFC 5452, 9.2: an id that nobody can guess. c-ares 1.18 takes ours, later ones
	 * make their own. */
	if (getentropy(question->asked, 2) != 0)
		fatal("no random numbers");
	add_question(resolver, question);
	send_more(resolver);
}

void
resolver_forget(struct resolver *resolver, const void *self)
{
	for (struct question *q = resolver->question; q != NULL; q = q->next)
		if (q->self == self)
			q->answered = NULL;
}
