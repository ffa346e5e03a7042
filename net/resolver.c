/* The door to c-ares. It carries messages, picks the server and tries again; building and
 * reading them is net/dnsmsg's. Whether a question goes by UDP or TCP is a setting of a
 * c-ares channel (net/channel.h), so there are two. */
/* As in channel.c. */
#define CARES_NO_DEPRECATED

#include "net/resolver.h"

#include "base/fatal.h"
#include "base/text.h"
#include "net/channel.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h> /* getentropy() */

enum { MAX_QUESTION = 512, HEADER_SIZE = 12, DNS_PORT = 53 };

/* What a socket's buffer of the usual size holds of questions, or of answers, before they
 * are lost and come again only after seconds. */
enum { MAX_UNDER_WAY = 128 };

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
	struct channel udp, tcp; /* tcp is opened when it is needed, which is seldom */
	const char *servers;     /* as channel_open() wants them */
	int timeout_ms;
	struct question *question;           /* all of them */
	struct question *queue, **queue_end; /* those that wait to be sent */
	size_t under_way;
	const char *name;
	bool local, closing;
};

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

struct resolver *
resolver_open(struct loop *loop, const char *const *server, size_t servers,
	int timeout_ms, const char **trouble)
{
	struct resolver *resolver = calloc(1, sizeof *resolver);

	if (resolver == NULL || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		fatal("out of memory");
	resolver->loop = loop;
	resolver->arena = arena_open();
	resolver->queue_end = &resolver->queue;
	resolver->timeout_ms = timeout_ms;
	resolver->servers = normal_servers(resolver->arena, server, servers);
	if (resolver->servers == NULL)
		*trouble = "a resolver is an address with or without a port: "
			   "192.0.2.1, 192.0.2.1:53, [2001:db8::1]:53";
	else
		*trouble = channel_open(
			&resolver->udp, loop, false, timeout_ms, resolver->servers);
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

void
resolver_close(struct resolver **at)
{
	struct resolver *resolver = *at;

	if (resolver == NULL)
		return;
	resolver->closing = true;
	channel_close(&resolver->udp);
	channel_close(&resolver->tcp);
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
		channel_set_timer(question->channel);
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

/* What the channel for UDP was opened with serves for this one, too. */
static struct channel *
tcp_channel(struct resolver *resolver)
{
	const char *trouble = NULL;

	if (resolver->tcp.ares == NULL)
		trouble = channel_open(&resolver->tcp, resolver->loop, true,
			resolver->timeout_ms, resolver->servers);
	if (trouble != NULL)
		fatal("c-ares does not open a second channel: %s", trouble);
	return &resolver->tcp;
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
	question->channel = tcp ? tcp_channel(resolver) : &resolver->udp;
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
