/* Two lanes, one for each direction; on each, what came in waits in a queue until its time
 * has come. Only so can a peer on loopback be far away: the system delays nothing without
 * privileges. The kernel answers the SYN, so a connection is there at once. */
#include "rig/relay.h"

#include "base/fatal.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MS = 1000,
	LIMIT_MS = 60000, /* of a relay, as of the sessions behind it */
	CHUNK = 4096,
	MAX_QUEUED = 256 * 1024, /* on a lane; then nothing more is read */
};

/* What came in at once; without bytes it is the end. */
struct chunk {
	STAILQ_ENTRY(chunk) link;
	int64_t due;
	size_t length, done;
	char bytes[];
};

struct lane {
	struct relay *relay;
	int from, to;
	struct watch *readable, *writable;
	struct timer *timer; /* the first chunk's time */
	STAILQ_HEAD(, chunk) queue;
	size_t queued;
	bool ended;    /* nothing more will come in */
	bool finished; /* and everything went out */
};

struct relay {
	struct loop *loop;
	int outer, inner;
	long delay_ms;
	struct lane in, out;
	struct timer *limit;
	void (*ended)(void *self, struct relay *relay);
	void *self;
};

static void deliver(void *self);

static bool
is_patience(int error)
{
	return error == EAGAIN || error == EINTR;
}

static void
end_relay(void *self)
{
	struct relay *r = self;

	r->ended(r->self, r);
}

/* Waits for the first chunk's time. */
static void
set_timer(struct lane *lane)
{
	const struct chunk *first = STAILQ_FIRST(&lane->queue);
	int64_t left;

	timer_close(&lane->timer);
	if (first == NULL)
		return;
	left = first->due - loop_now(lane->relay->loop);
	lane->timer =
		timer_open(lane->relay->loop, left > 0 ? left / MS : 0, deliver, lane);
}

static void
enqueue(struct lane *lane, struct chunk *chunk)
{
	bool first = STAILQ_EMPTY(&lane->queue);

	chunk->due = loop_now(lane->relay->loop) + lane->relay->delay_ms * MS;
	STAILQ_INSERT_TAIL(&lane->queue, chunk, link);
	lane->queued += chunk->length;
	if (first)
		set_timer(lane);
}

static void
on_readable(void *self, unsigned events)
{
	struct lane *lane = self;
	struct chunk *chunk = calloc(1, sizeof *chunk + CHUNK);
	ssize_t got;

	(void)events;
	if (chunk == NULL)
		fatal("out of memory");
	got = recv(lane->from, chunk->bytes, CHUNK, 0);
	if (got < 0 && is_patience(errno)) {
		free(chunk);
		return;
	}
	chunk->length = got > 0 ? (size_t)got : 0;
	lane->ended = chunk->length == 0;
	enqueue(lane, chunk);
	if (lane->ended || lane->queued >= MAX_QUEUED)
		watch_set(lane->readable, 0);
}

static void
drop(struct lane *lane)
{
	struct chunk *chunk = STAILQ_FIRST(&lane->queue);

	STAILQ_REMOVE_HEAD(&lane->queue, link);
	lane->queued -= chunk->length;
	free(chunk);
}

/* Sends what is due, to the millisecond, as timers are; false when it must wait for the socket, or the lane is dead. */
static bool
send_due(struct lane *lane)
{
	struct chunk *chunk;

	while ((chunk = STAILQ_FIRST(&lane->queue)) != NULL &&
		chunk->due - loop_now(lane->relay->loop) < MS) {
		ssize_t sent;

		if (chunk->length == 0) {
			shutdown(lane->to, SHUT_WR);
			lane->finished = true;
			drop(lane);
			return false;
		}
		sent = send(lane->to, chunk->bytes + chunk->done,
			chunk->length - chunk->done, MSG_NOSIGNAL);
		if (sent < 0) {
			lane->finished = !is_patience(errno);
			return false;
		}
		chunk->done += (size_t)sent;
		if (chunk->done == chunk->length)
			drop(lane);
	}
	return true;
}

static void
deliver(void *self)
{
	struct lane *lane = self;
	struct relay *r = lane->relay;
	bool go_on;

	timer_close(&lane->timer);
	go_on = send_due(lane);
	if (r->in.finished && r->out.finished) {
		end_relay(r);
		return;
	}
	watch_set(lane->writable, go_on || lane->finished ? 0 : LOOP_WRITE);
	watch_set(lane->readable,
		lane->ended || lane->finished || lane->queued >= MAX_QUEUED ? 0
									    : LOOP_READ);
	if (go_on)
		set_timer(lane);
}

static void
on_writable(void *self, unsigned events)
{
	(void)events;
	deliver(self);
}

static void
open_lane(struct lane *lane, struct relay *relay, int from, int to)
{
	lane->relay = relay;
	lane->from = from;
	lane->to = to;
	STAILQ_INIT(&lane->queue);
	lane->readable = watch_open(relay->loop, from, LOOP_READ, on_readable, lane);
	lane->writable = watch_open(relay->loop, to, 0, on_writable, lane);
}

static void
close_lane(struct lane *lane)
{
	watch_close(&lane->readable);
	watch_close(&lane->writable);
	timer_close(&lane->timer);
	while (!STAILQ_EMPTY(&lane->queue))
		drop(lane);
}

struct relay *
relay_open(struct loop *loop, int fd, long delay_ms, int *inner,
	void (*ended)(void *self, struct relay *relay), void *self)
{
	struct relay *r = calloc(1, sizeof *r);
	int pair[2];

	if (r == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
				 0, pair) != 0)
		fatal("cannot make a relay");
	r->loop = loop;
	r->outer = fd;
	r->inner = pair[0];
	r->delay_ms = delay_ms;
	r->ended = ended;
	r->self = self;
	open_lane(&r->in, r, r->outer, r->inner);
	open_lane(&r->out, r, r->inner, r->outer);
	r->limit = timer_open(loop, LIMIT_MS, end_relay, r);
	*inner = pair[1];
	return r;
}

void
relay_close(struct relay **relay)
{
	struct relay *r = *relay;

	if (r == NULL)
		return;
	timer_close(&r->limit);
	close_lane(&r->in);
	close_lane(&r->out);
	close(r->outer);
	close(r->inner);
	free(r);
	*relay = NULL;
}
