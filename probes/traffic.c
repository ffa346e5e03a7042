/* What goes out and what comes in on the connection of a session, and how both end. */
#include "probes/session.h"

#include <string.h>

enum step
session_go(struct session *s, unsigned state)
{
	s->began = plan_now(s->work->plan);
	return machine_go(s->machine, state);
}

void
session_load(struct session *s, const char *word, const char *text)
{
	s->out = text;
	s->out_length = strlen(text);
	s->out_done = 0;
	s->said = word;
}

void
send_text(struct session *s, const char *word, const char *text)
{
	if (s->before != NULL)
		text = arena_printf(s->arena, "%s%s", s->before, text);
	s->before = NULL;
	session_load(s, word, text);
	saw_wire(s, true, text, s->out_length);
}

enum step
session_leave(struct session *s)
{
	send_text(s, "end tag", "</stream:stream>");
	return session_go(s, END_TAG);
}

void
session_leave_at_once(struct session *s)
{
	send_text(s, "end tag", "</stream:stream>");
	if (conn_write(s->conn, s->out, s->out_length, &s->out_done) == FLOW_OK)
		conn_shutdown(s->conn);
}

enum step
session_lost(struct session *s, enum flow flow)
{
	bool ours;
	int alert = conn_alert(s->conn, &ours);

	if (alert >= 0 && machine_state(s->machine) != HANDSHAKE)
		/* TLS 1.3 refuses a client's certificate only now (RFC 8446, 4.4.2.4). */
		saw_tls(s, ours ? OUTCOME_BAD_PEER : OUTCOME_REFUSED,
			conn_failure(s->conn));
	if (flow == FLOW_END)
		missed(s, OUTCOME_CLOSED, "the server closed the connection");
	else if (flow == FLOW_RESET)
		missed(s, OUTCOME_CLOSED, "the server reset the connection");
	else if (alert >= 0 && !ours)
		missed(s, OUTCOME_REFUSED, conn_failure(s->conn));
	else
		missed(s, OUTCOME_BAD_PEER, conn_failure(s->conn));
	return STEP_DONE;
}

/* What broke is not tried again: OpenSSL tells why only once. */
enum flow
session_write(struct session *s)
{
	if (s->written == FLOW_OK || flow_waits(s->written))
		s->written = conn_write(s->conn, s->out, s->out_length, &s->out_done);
	return s->written;
}

bool
session_event(struct session *s, enum stream_event *event, const struct element **element,
	enum step *step)
{
	char came[SESSION_PIECE];
	size_t got;
	enum flow flow;

	flow = session_write(s);
	if (flow != FLOW_OK) {
		*step = flow_waits(flow) ? flow_step(flow) : session_lost(s, flow);
		return false;
	}
	while ((*event = stream_next(s->stream, element)) == STREAM_MORE) {
		flow = conn_read(s->conn, came, sizeof came, &got);
		if (flow != FLOW_OK) {
			*step = flow_waits(flow) ? flow_step(flow)
						 : session_lost(s, flow);
			return false;
		}
		take_in(s, came, got);
		if (question_leaked(s, came, got)) {
			session_leave_at_once(s);
			*step = STEP_DONE;
			return false;
		}
		if (machine_state(s->machine) == HEADER && saw_foreign(s)) {
			*step = STEP_DONE;
			return false;
		}
	}
	if (*event != STREAM_BREACH) {
		saw_event(s, *event, *element);
		return true;
	}
	saw_breach(s);
	*step = STEP_DONE;
	return false;
}

const struct element *
session_element(struct session *s, enum step *step)
{
	const struct element *element;
	enum stream_event event;

	if (!session_event(s, &event, &element, step))
		return NULL;
	if (event == STREAM_ELEMENT && !element_is(element, "error", NS_STREAMS))
		return element;
	if (event == STREAM_ELEMENT)
		saw_error(s, element);
	if (event == STREAM_END)
		missed(s, OUTCOME_CLOSED, "the server ended the stream");
	*step = session_leave(s);
	return NULL;
}
