/* Carries DNS messages between sockets and the zone. An answer may be put off by a
 * timer, so each question has a small life of its own. */
#include "rig/nameserver.h"

#include "base/fatal.h"
#include "base/machine.h"
#include "net/address.h"
#include "rig/listener.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MAX_MESSAGE = 65535,
	MAX_DELAYED = 1024,
	BURST = 64,       /* questions that are answered before others have a turn */
	LIMIT_MS = 60000, /* for a TCP client */
	PORT_TRIES = 16,
};

/* An answer by UDP that waits for its time. */
struct delayed {
	LIST_ENTRY(delayed) link;
	struct nameserver *server;
	struct timer *timer;
	struct sockaddr_storage client;
	socklen_t client_length;
	size_t length;
	uint8_t bytes[];
};

/* A TCP client; `message` is the question with its length in front, then the answer. */
struct conversation {
	LIST_ENTRY(conversation) link;
	struct nameserver *server;
	struct machine *machine;
	struct timer *pause;
	int fd;
	size_t done, length;
	uint8_t message[2 + MAX_MESSAGE];
};

struct nameserver {
	struct loop *loop;
	const struct zone *zone;
	int fd;
	struct watch *watch;
	struct listener *listener;
	unsigned *connections;
	unsigned delays;
	LIST_HEAD(, delayed) delayed;
	LIST_HEAD(, conversation) conversation;
};

static void
end_delayed(struct delayed *d)
{
	d->server->delays--;
	LIST_REMOVE(d, link);
	timer_close(&d->timer);
	free(d);
}

static void
send_delayed(void *self)
{
	struct delayed *d = self;

	sendto(d->server->fd, d->bytes, d->length, 0, (struct sockaddr *)&d->client,
		d->client_length);
	end_delayed(d);
}

static void
delay(struct nameserver *n, const struct reply *reply,
	const struct sockaddr_storage *client, socklen_t length)
{
	struct delayed *d;

	if (n->delays == MAX_DELAYED)
		return;
	if ((d = malloc(sizeof *d + reply->length)) == NULL)
		fatal("out of memory");
	d->server = n;
	d->client = *client;
	d->client_length = length;
	d->length = reply->length;
	memcpy(d->bytes, reply->bytes, reply->length);
	d->timer = timer_open(n->loop, reply->delay_ms, send_delayed, d);
	LIST_INSERT_HEAD(&n->delayed, d, link);
	n->delays++;
}

/* False when there is no question. */
static bool
answer_one(struct nameserver *n)
{
	struct sockaddr_storage client;
	socklen_t length = sizeof client;
	uint8_t question[4096];
	ssize_t size = recvfrom(
		n->fd, question, sizeof question, 0, (struct sockaddr *)&client, &length);
	struct arena *arena;
	struct reply reply;

	if (size < 0)
		return false;
	arena = arena_open();
	zone_answer(n->zone, arena, question, (size_t)size, false, &reply);
	if (reply.bytes != NULL && reply.delay_ms != 0)
		delay(n, &reply, &client, length);
	else if (reply.bytes != NULL)
		sendto(n->fd, reply.bytes, reply.length, 0, (struct sockaddr *)&client,
			length);
	arena_close(&arena);
	return true;
}

static void
on_question(void *self, unsigned events)
{
	(void)events;
	for (int i = 0; i < BURST && answer_one(self); i++)
		;
}

enum { READ, PAUSE, WRITE };

static void
end_pause(void *self)
{
	struct conversation *c = self;

	timer_close(&c->pause);
	machine_wake(c->machine);
}

/* Puts the answer in the place of the question (RFC 1035, 4.2.2). */
static enum step
answer_conversation(struct conversation *c)
{
	struct arena *arena = arena_open();
	struct reply reply;

	zone_answer(c->server->zone, arena, c->message + 2, c->length - 2, true, &reply);
	c->done = 0;
	c->length = 0;
	if (reply.bytes != NULL) {
		c->message[0] = (uint8_t)(reply.length >> 8);
		c->message[1] = (uint8_t)reply.length;
		memcpy(c->message + 2, reply.bytes, reply.length);
		c->length = 2 + reply.length;
	}
	arena_close(&arena);
	if (reply.hang_up)
		return STEP_DONE;
	if (reply.delay_ms == 0)
		return machine_go(c->machine, WRITE);
	c->pause = timer_open(c->server->loop, reply.delay_ms, end_pause, c);
	return machine_go(c->machine, PAUSE);
}

static enum step
read_question(void *self)
{
	struct conversation *c = self;
	size_t wanted = 2;
	ssize_t got;

	if (c->done >= 2)
		wanted += (size_t)(c->message[0] << 8 | c->message[1]);
	if (c->done == wanted) {
		c->length = wanted;
		return answer_conversation(c);
	}
	got = recv(c->fd, c->message + c->done, wanted - c->done, 0);
	if (got > 0) {
		c->done += (size_t)got;
		return STEP_AGAIN;
	}
	return got < 0 && errno == EAGAIN ? STEP_READ : STEP_DONE;
}

static enum step
await_pause(void *self)
{
	struct conversation *c = self;

	return c->pause != NULL ? STEP_WAIT : machine_go(c->machine, WRITE);
}

static enum step
write_answer(void *self)
{
	struct conversation *c = self;
	ssize_t sent;

	if (c->done == c->length) {
		c->done = 0;
		return machine_go(c->machine, READ);
	}
	sent = send(c->fd, c->message + c->done, c->length - c->done, MSG_NOSIGNAL);
	if (sent < 0)
		return errno == EAGAIN ? STEP_WRITE : STEP_DONE;
	c->done += (size_t)sent;
	return STEP_AGAIN;
}

static const struct state states[] = {
	[READ] = { "awaiting a question", read_question, LIMIT_MS },
	[PAUSE] = { "putting the answer off", await_pause, LIMIT_MS },
	[WRITE] = { "answering", write_answer, LIMIT_MS },
};

static void
end_conversation(void *self, enum ending ending)
{
	struct conversation *c = self;

	(void)ending;
	LIST_REMOVE(c, link);
	--*c->server->connections;
	timer_close(&c->pause);
	machine_close(&c->machine);
	close(c->fd);
	free(c);
}

static void
on_client(void *self, int fd)
{
	struct nameserver *n = self;
	struct conversation *c = calloc(1, sizeof *c);

	if (c == NULL)
		fatal("out of memory");
	c->server = n;
	c->fd = fd;
	c->machine = machine_open(n->loop, states, READ, end_conversation, c);
	machine_watch(c->machine, fd);
	LIST_INSERT_HEAD(&n->conversation, c, link);
}

/* Both sockets at one port; false with errno. */
static bool
bind_both(struct nameserver *n, const char *address, int port)
{
	n->fd = datagram_open(address, port);
	if (n->fd < 0)
		return false;
	n->listener = listener_open(n->loop, address, socket_port(n->fd), PEER_OPEN,
		n->connections, on_client, n);
	if (n->listener != NULL)
		return true;
	close(n->fd);
	return false;
}

struct nameserver *
nameserver_open(struct loop *loop, const struct zone *zone, const char *address, int port,
	unsigned *connections)
{
	struct nameserver *n = calloc(1, sizeof *n);
	bool bound = false;

	if (n == NULL)
		fatal("out of memory");
	n->loop = loop;
	n->zone = zone;
	n->connections = connections;
	/* The system chooses for UDP; TCP may have the port in use, and then once more. */
	for (int i = 0; !bound && i < (port == 0 ? PORT_TRIES : 1); i++)
		bound = bind_both(n, address, port);
	if (!bound) {
		free(n);
		return NULL;
	}
	n->watch = watch_open(loop, n->fd, LOOP_READ, on_question, n);
	return n;
}

void
nameserver_close(struct nameserver **nameserver)
{
	struct nameserver *n = *nameserver;

	if (n == NULL)
		return;
	while (!LIST_EMPTY(&n->delayed))
		end_delayed(LIST_FIRST(&n->delayed));
	while (!LIST_EMPTY(&n->conversation))
		end_conversation(LIST_FIRST(&n->conversation), ENDED_DONE);
	watch_close(&n->watch);
	listener_close(&n->listener);
	close(n->fd);
	free(n);
	*nameserver = NULL;
}

int
nameserver_port(const struct nameserver *nameserver)
{
	return socket_port(nameserver->fd);
}
