/* The initiating server as a table of states: TCP, stream header, features, STARTTLS or
 * direct TLS, header and features again, a dialback question with an invented key, and a
 * clean close. It records what it sees and goes on as long as a packet can still teach
 * something; it never judges.
 *
 * Connections with other ends in view go the same way; their walks (walk.c) differ in who
 * is called, whether TLS begins, and what is asked. */
#include "probes/session.h"

#include "base/text.h"
#include "probes/exchange.h"
#include "probes/reading.h"

#include <string.h>

static enum step act_connect(void *self);
static enum step act_header(void *self);
static enum step act_features(void *self);
static enum step act_proceed(void *self);
static enum step act_handshake(void *self);
static enum step act_auth(void *self);
static enum step act_answer(void *self);
static enum step act_exchange(void *self);
static enum step act_end_tag(void *self);
static enum step act_end(void *self);

/* RFC 6120 read from top to bottom. The limits are those of a patient server. */
const struct state session_states[] = {
	[CONNECT] = { "connecting", act_connect, 10000 },
	[HEADER] = { "awaiting the stream header", act_header, 20000 },
	[FEATURES] = { "awaiting features", act_features, 20000 },
	[PROCEED] = { "awaiting the answer to starttls", act_proceed, 10000 },
	[HANDSHAKE] = { "TLS handshake", act_handshake, 15000 },
	[AUTH] = { "awaiting the answer to SASL EXTERNAL", act_auth, 15000 },
	[VERIFY] = { "awaiting the dialback answer", act_answer, 10000 },
	/* The partner looks for a name that does not exist, and may tell so late. */
	[RESULT] = { "awaiting the dialback result", act_answer, 35000 },
	/* Prosody reports a way back that does not work only when it gives up on us. */
	[LATE_RESULT] = { "awaiting the dialback result", act_answer, LATE_RESULT_MS },
	/* Prosody says nothing to a stanza that it does not accept. */
	[PING] = { "awaiting the answer to a ping", act_answer, 10000 },
	/* All that was sent is awaited at once. */
	[EXCHANGE] = { "awaiting what comes back", act_exchange, 10000 },
	[END_TAG] = { "closing the stream", act_end_tag, 5000 },
	[END] = { "awaiting the end of the connection", act_end, 1000 },
};

static void
load_header(struct session *s)
{
	stream_close(&s->stream);
	s->stream = stream_open(s->arena, s->phase);
	s->header = (struct header_fact){
		.phase = s->phase, .sent_from = s->from, .sent_to = s->to
	};
	session_load(s, "header",
		arena_printf(s->arena,
			"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
			"xmlns:stream='http://etherx.jabber.org/streams' "
			"xmlns:db='jabber:server:dialback' from='%s' to='%s' version='1.0' "
			"xml:lang='en'>",
			xml_escape(s->arena, s->from), xml_escape(s->arena, s->to)));
}

/* The header is on its way already: the partner thinks while we write down what led to
 * it. */
static enum step
await_header(struct session *s)
{
	saw_wire(s, true, s->out, s->out_length);
	return session_go(s, HEADER);
}

static enum step
act_connect(void *self)
{
	struct session *s = self;
	const struct endpoint *e = s->work->task->endpoint;
	enum flow flow =
		conn_connect(s->conn, s->arena, e->address, e->port, &s->connect);

	if (flow == FLOW_WRITE) {
		machine_watch(s->machine, conn_fd(s->conn));
		return STEP_WRITE;
	}
	if (flow != FLOW_OK) {
		missed(s,
			s->connect.failure == CONNECT_REFUSED     ? OUTCOME_REFUSED
			: s->connect.failure == CONNECT_TIMED_OUT ? OUTCOME_TIMED_OUT
			: s->connect.failure == CONNECT_RESET     ? OUTCOME_CLOSED
								  : OUTCOME_UNREACHABLE,
			conn_failure(s->conn));
		return STEP_DONE;
	}
	machine_watch(s->machine, conn_fd(s->conn));
	if (e->mode != MODE_DIRECT) {
		load_header(s);
		session_write(s);
	}
	saw(s, OUTCOME_OK, NULL, FACT_CONNECT, &s->connect);
	return e->mode == MODE_DIRECT ? session_go(s, HANDSHAKE) : await_header(s);
}

static bool
is_before_1_0(const struct header_fact *header)
{
	return header->version == NULL || text_starts(header->version, "0.");
}

static enum step ask(struct session *s);

static enum step
act_header(void *self)
{
	struct session *s = self;
	const struct element *element;
	enum stream_event event;
	enum step step;

	if (!session_event(s, &event, &element, &step))
		return step;
	if (event == STREAM_ELEMENT) {
		/* Old servers send an error without a stream around it. */
		saw_error(s, element);
		missed(s, OUTCOME_BAD_PEER, "a stream error came in place of the header");
		return STEP_DONE;
	}
	s->header.bytes = (int)stream_bytes(s->stream);
	read_header(element, &s->header);
	saw(s, OUTCOME_OK, NULL, FACT_HEADER, &s->header);
	/* RFC 6120, 4.7.5: below 1.0 no features come. */
	return is_before_1_0(&s->header) ? ask(s) : session_go(s, FEATURES);
}

static bool
begins_tls(const struct session *s, bool offered)
{
	return s->phase == PHASE_PLAIN &&
	       (s->walk->starttls == STARTTLS_ALWAYS ||
		       (s->walk->starttls == STARTTLS_IF_OFFERED && offered));
}

static enum step
act_features(void *self)
{
	struct session *s = self;
	struct features_fact fact = { .phase = s->phase };
	enum step step;
	const struct element *element = session_element(s, &step);

	if (element == NULL)
		return step;
	if (!element_is(element, "features", NS_STREAMS)) {
		missed(s, OUTCOME_BAD_PEER,
			arena_printf(s->arena, "%s came in place of the features",
				element_title(s->arena, element)));
		return session_leave(s);
	}
	read_features(s->arena, element, &fact);
	saw(s, OUTCOME_OK, NULL, FACT_FEATURES, &fact);
	if (exchange_is_due(s))
		return session_go(s, exchange_begin(s));
	exchange_open_back(s, &fact);
	if (external_is_due(s, &fact)) {
		external_begin(s);
		return session_go(s, AUTH);
	}
	if (!begins_tls(s, fact.starttls))
		return ask(s);
	s->starttls.advertised = fact.starttls;
	send_text(s, "starttls",
		arena_printf(s->arena, "<starttls xmlns='" NS_TLS "'/>%s",
			s->walk->inject ? question_inject(s) : ""));
	return session_go(s, PROCEED);
}

static enum step
act_proceed(void *self)
{
	struct session *s = self;
	enum step step;
	const struct element *element = session_element(s, &step);
	size_t length;
	const char *rest;

	if (element == NULL)
		return step;
	read_starttls(s->arena, element, &s->starttls);
	rest = stream_rest(s->stream, &length);
	if (s->starttls.answer == STARTTLS_PROCEED && length > 0) {
		/* RFC 6120, 5.4.3.3: what came in clear behind proceed must never count as
		 * part of the protected stream; so we go no further. */
		s->starttls.bytes_after = (int)length;
		s->starttls.injected =
			arena_text(s->arena, rest, length < 256 ? length : 256);
		saw(s, OUTCOME_BAD_PEER, "bytes follow proceed in clear", FACT_STARTTLS,
			&s->starttls);
		return STEP_DONE;
	}
	if (s->starttls.answer != STARTTLS_PROCEED) {
		saw(s, OUTCOME_REFUSED, NULL, FACT_STARTTLS, &s->starttls);
		return session_leave(s);
	}
	saw(s, OUTCOME_OK, NULL, FACT_STARTTLS, &s->starttls);
	return session_go(s, HANDSHAKE);
}

static enum step
act_handshake(void *self)
{
	struct session *s = self;
	bool direct = s->work->task->endpoint->mode == MODE_DIRECT;
	enum flow flow = conn_handshake(s->conn, s->work->tls,
		s->work->partner->domain.ascii, direct ? "xmpp-server" : NULL);

	if (flow_waits(flow))
		return flow_step(flow);
	if (flow != FLOW_OK) {
		saw_no_tls(s);
		return session_lost(s, flow);
	}
	s->phase = PHASE_TLS;
	load_header(s);
	session_write(s);
	saw_tls(s, OUTCOME_OK, NULL);
	saw_certificates(s);
	return await_header(s);
}

static enum step
ask(struct session *s)
{
	if (s->question == ASK_NOTHING || !question_may(s) ||
		(s->work->partner->asked->depth == DEPTH_QUICK &&
			s->work->task->key == NULL))
		return session_leave(s);
	return session_go(s, question_put(s));
}

/* RFC 6120, 6.4.6: after success both sides begin anew with a header. After a failure the
 * stream may live on (6.4.5), and what it then takes is worth to know. */
static enum step
act_auth(void *self)
{
	struct session *s = self;
	enum step step;
	const struct element *element = session_element(s, &step);

	if (element == NULL)
		return step;
	switch (external_hear(s, element)) {
	case EXTERNAL_GOES_ON:
		return STEP_AGAIN;
	case EXTERNAL_ACCEPTED:
		s->phase = PHASE_SASL;
		load_header(s);
		session_write(s);
		return await_header(s);
	case EXTERNAL_REFUSED:
		s->question = question_after_failure(s);
		return ask(s);
	default:
		return session_leave(s);
	}
}

static enum step
act_answer(void *self)
{
	struct session *s = self;
	enum step step;
	const struct element *element = session_element(s, &step);

	if (element == NULL)
		return step;
	if (!question_answered(s, element))
		return STEP_AGAIN;
	if (exchange_is_due(s))
		return session_go(s, exchange_begin(s));
	return question_goes_on(s) ? session_go(s, question_put(s)) : session_leave(s);
}

/* The answers come here, or where we listen. */
static enum step
act_exchange(void *self)
{
	struct session *s = self;
	const struct element *element;
	enum step step;

	if (exchange_is_over(s))
		return session_leave(s);
	element = session_element(s, &step);
	if (element != NULL) {
		exchange_hear(s, element);
		return STEP_AGAIN;
	}
	if (machine_state(s->machine) != EXCHANGE)
		exchange_missed(s, OUTCOME_CLOSED, "the server ended the stream");
	return step;
}

static enum step
act_end_tag(void *self)
{
	struct session *s = self;
	const struct element *element;
	enum stream_event event;
	enum step step;

	do
		if (!session_event(s, &event, &element, &step))
			return step;
	while (event != STREAM_END);
	s->close.end_tag = true;
	conn_shutdown(s->conn);
	return machine_go(s->machine, END);
}

static enum step
act_end(void *self)
{
	struct session *s = self;
	char bytes[4096];
	size_t got;
	enum flow flow;

	/* Who sends for ever is not listened to for ever: the loop has others to serve. */
	while ((flow = conn_read(s->conn, bytes, sizeof bytes, &got)) == FLOW_OK &&
		s->discarded <= STREAM_MAX_BYTES)
		s->discarded += got;
	if (flow_waits(flow))
		return flow_step(flow);
	s->close.end = flow == FLOW_END;
	s->close.reset = flow == FLOW_RESET;
	s->close.close_notify = conn_got_close_notify(s->conn);
	saw(s, OUTCOME_OK, NULL, FACT_CLOSE, &s->close);
	return STEP_DONE;
}
