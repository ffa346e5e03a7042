/* What the partner's TLS accepts (--depth deep), by many short connections, one after the
 * other: each comes as far as a hello of our own making (net/hello.h) and ends with the
 * server's choice, so neither side spends a key on it. What the next one offers follows from
 * the journal (model/scan.h). Of each connection one fact is recorded. */
#include "base/fatal.h"
#include "base/machine.h"
#include "base/text.h"
#include "net/hello.h"
#include "net/stream.h"
#include "probes/probe.h"

#include <stdlib.h>
#include <string.h>

enum { CONNECT, HEADER, FEATURES, PROCEED, HELLO };

struct scanner {
	struct work *work;
	struct arena *arena;
	struct machine *machine;
	struct conn *conn;
	struct stream *stream;
	struct hello *hello;
	struct offer offer;
	struct hello_fact fact;
	const char *out; /* what is being sent */
	size_t out_length, out_done;
	int64_t began;
};

static enum step act_connect(void *self);
static enum step act_header(void *self);
static enum step act_features(void *self);
static enum step act_proceed(void *self);
static enum step act_hello(void *self);

/* The session went before and has shown how patient one must be; a server that is silent
 * now has had enough of us. */
static const struct state states[] = {
	[CONNECT] = { "connecting to scan TLS", act_connect, 10000 },
	[HEADER] = { "awaiting the stream header to scan TLS", act_header, 10000 },
	[FEATURES] = { "awaiting features to scan TLS", act_features, 10000 },
	[PROCEED] = { "awaiting the answer to starttls to scan TLS", act_proceed, 10000 },
	[HELLO] = { "awaiting what TLS chooses", act_hello, 10000 },
};

/* --- moving ----------------------------------------------------------------------- */

static enum step
over(struct scanner *s, enum outcome outcome, const char *detail)
{
	work_saw(s->work, s->began, outcome, detail, FACT_HELLO, &s->fact);
	return STEP_DONE;
}

/* Before the hello it is the end of the scan; after it, a server's way to refuse (older
 * ones send no alert). */
static enum step
lost(struct scanner *s, enum flow flow)
{
	if (flow_waits(flow))
		return flow_step(flow);
	if (flow == FLOW_END)
		return over(s, OUTCOME_CLOSED, "the server closed the connection");
	if (flow == FLOW_RESET)
		return over(s, OUTCOME_CLOSED, "the server reset the connection");
	return over(s, OUTCOME_UNREACHABLE, conn_failure(s->conn));
}

static void
load(struct scanner *s, const char *bytes, size_t length)
{
	s->out = bytes;
	s->out_length = length;
	s->out_done = 0;
}

/* The next element; NULL: the state function returns *step. */
static const struct element *
next_element(struct scanner *s, enum step *step)
{
	const struct element *element = NULL;
	enum stream_event event;
	char bytes[4096];
	size_t got;
	enum flow flow = conn_write(s->conn, s->out, s->out_length, &s->out_done);

	while (flow == FLOW_OK &&
		(event = stream_next(s->stream, &element)) == STREAM_MORE) {
		flow = conn_read(s->conn, bytes, sizeof bytes, &got);
		if (flow == FLOW_OK)
			stream_feed(s->stream, bytes, got);
	}
	if (flow != FLOW_OK) {
		*step = lost(s, flow);
		return NULL;
	}
	if (event == STREAM_HEADER || event == STREAM_ELEMENT)
		return element;
	*step = over(s, OUTCOME_BAD_PEER, "the stream ended before TLS");
	return NULL;
}

/* RFC 6120, 4.9.1.1: what went wrong is said in an element of this name. */
static enum step
unexpected(struct scanner *s, const struct element *element)
{
	return over(s, OUTCOME_REFUSED,
		arena_printf(s->arena, "%s came before TLS",
			element_title(s->arena, element)));
}

/* --- the states ------------------------------------------------------------------- */

static void
load_header(struct scanner *s)
{
	const struct partner *partner = s->work->partner;
	const struct asked *asked = partner->asked;
	/* A server refuses a stream from a domain that it hosts itself. */
	const char *from = partner->role == ROLE_OWN ? asked->probe_name : asked->from;
	const char *header;

	s->stream = stream_open(s->arena, PHASE_PLAIN);
	header = arena_printf(s->arena,
		"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
		"xmlns:stream='" NS_STREAMS "' xmlns:db='" NS_DIALBACK
		"' from='%s' to='%s' version='1.0' xml:lang='en'>",
		xml_escape(s->arena, from),
		xml_escape(s->arena, partner->domain.unicode));
	load(s, header, strlen(header));
}

static enum step
say_hello(struct scanner *s)
{
	bool direct = s->work->task->endpoint->mode == MODE_DIRECT;
	size_t length;
	const char *hello = hello_write(s->arena, &s->offer,
		s->work->partner->domain.ascii, direct ? "xmpp-server" : NULL, &length);

	load(s, hello, length);
	s->hello = hello_open(s->arena);
	s->fact.sent = true;
	return machine_go(s->machine, HELLO);
}

static enum step
act_connect(void *self)
{
	struct scanner *s = self;
	const struct endpoint *e = s->work->task->endpoint;
	struct connect_fact connect = { 0 };
	enum flow flow = conn_connect(s->conn, s->arena, e->address, e->port, &connect);

	if (conn_fd(s->conn) >= 0)
		machine_watch(s->machine, conn_fd(s->conn));
	if (flow != FLOW_OK)
		return lost(s, flow);
	if (e->mode == MODE_DIRECT)
		return say_hello(s);
	load_header(s);
	return machine_go(s->machine, HEADER);
}

static enum step
act_header(void *self)
{
	struct scanner *s = self;
	enum step step;
	const struct element *element = next_element(s, &step);

	if (element == NULL)
		return step;
	if (!element_is(element, "stream", NS_STREAMS))
		return unexpected(s, element);
	return machine_go(s->machine, FEATURES);
}

static enum step
act_features(void *self)
{
	static const char starttls[] = "<starttls xmlns='" NS_TLS "'/>";
	struct scanner *s = self;
	enum step step;
	const struct element *element = next_element(s, &step);

	if (element == NULL)
		return step;
	if (!element_is(element, "features", NS_STREAMS))
		return unexpected(s, element);
	load(s, starttls, sizeof starttls - 1);
	return machine_go(s->machine, PROCEED);
}

static enum step
act_proceed(void *self)
{
	struct scanner *s = self;
	enum step step;
	const struct element *element = next_element(s, &step);

	if (element == NULL)
		return step;
	return element_is(element, "proceed", NS_TLS) ? say_hello(s)
						      : unexpected(s, element);
}

/* What is not answered is not awaited for long; the server is told that nothing comes. */
static void
say_farewell(struct scanner *s)
{
	size_t done = 0;

	(void)conn_write(s->conn, hello_farewell, HELLO_FAREWELL, &done);
}

static enum step
settle(struct scanner *s, enum hello_state state)
{
	hello_choice(s->hello, &s->fact);
	if (state == HELLO_NO_TLS && !s->fact.answered) {
		s->fact.sent = false;
		return over(s, OUTCOME_BAD_PEER, "what came is no TLS");
	}
	if (!s->fact.answered)
		return over(s, OUTCOME_REFUSED, tls_alert_name(s->fact.alert - 1));
	say_farewell(s);
	return over(s, OUTCOME_OK, NULL);
}

static enum step
act_hello(void *self)
{
	struct scanner *s = self;
	enum hello_state state = HELLO_MORE;
	char bytes[4096];
	size_t got;
	enum flow flow = conn_write(s->conn, s->out, s->out_length, &s->out_done);

	while (flow == FLOW_OK && state == HELLO_MORE) {
		flow = conn_read(s->conn, bytes, sizeof bytes, &got);
		if (flow == FLOW_OK)
			state = hello_feed(s->hello, bytes, got);
	}
	if (state != HELLO_MORE)
		return settle(s, state);
	hello_choice(s->hello, &s->fact);
	return lost(s, flow);
}

/* --- as a probe ------------------------------------------------------------------- */

static bool
is_open(const struct asked *asked, const struct endpoint *e)
{
	return address_special(e->address) == NULL || endpoint_may_be_special(asked);
}

/* One connection at a time: the next follows from what the last one brought. */
static void
wants(const struct partner *partner, struct plan *plan)
{
	struct arena *arena = plan_arena(plan);
	const struct endpoint *list;
	struct scan scan;
	struct offer offer;
	size_t count;

	if (partner->asked->depth != DEPTH_DEEP)
		return;
	list = scan_endpoints(arena, partner, &count);
	for (size_t i = 0; i < count; i++) {
		struct task task = { .probe = &scan_probe, .endpoint = &list[i] };

		scan_read(arena, partner->journal, list[i].id, &scan);
		task.about = arena_printf(arena, "%s #%u", list[i].id, scan.hellos + 1);
		if (scan_next(&scan, &offer) && is_open(partner->asked, &list[i]))
			wish(plan, &task);
	}
}

static void
ended(void *self, enum ending ending)
{
	struct scanner *s = self;

	if (ending == ENDED_TIMED_OUT && s->hello != NULL)
		hello_choice(s->hello, &s->fact);
	if (ending == ENDED_TIMED_OUT)
		over(s, OUTCOME_TIMED_OUT, machine_label(s->machine));
	work_done(s->work);
}

static void
choose_offer(struct scanner *s)
{
	struct scan scan;

	scan_read(
		s->arena, s->work->partner->journal, s->work->task->endpoint->id, &scan);
	if (!scan_next(&scan, &s->offer))
		fatal("a scan goes on that is over");
	s->fact.about = s->offer.about;
	s->fact.offered = tls_versions[s->offer.version].name;
	s->fact.suites = (int)s->offer.suites;
	s->fact.groups = (int)s->offer.groups;
}

static void
begin(struct work *work)
{
	struct scanner *s = calloc(1, sizeof *s);

	if (s == NULL)
		fatal("out of memory");
	work->state = s;
	s->work = work;
	s->arena = arena_open();
	s->conn = conn_open();
	s->began = plan_now(work->plan);
	choose_offer(s);
	s->machine = machine_open(work->loop, states, CONNECT, ended, s);
	if (work->partner->asked->timeout != 0)
		machine_limit(s->machine, (unsigned)work->partner->asked->timeout * 1000);
}

static void
end(struct work *work)
{
	struct scanner *s = work->state;

	machine_close(&s->machine);
	stream_close(&s->stream);
	conn_close(&s->conn);
	arena_close(&s->arena);
	free(s);
	work->state = NULL;
}

static const char *
doing(const struct work *work, int64_t *since)
{
	const struct scanner *s = work->state;

	*since = machine_since(s->machine);
	return machine_label(s->machine);
}

const struct probe scan_probe = { .name = "scan",
	.wants = wants,
	.begin = begin,
	.doing = doing,
	.end = end,
	/* A server that resents it has answered everything else by then. */
	.last = true };
