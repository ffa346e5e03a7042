/* The receiving server as a table of states (RFC 6120; XEP-0220, 2.1.2 and 2.2.2): header and
 * features, STARTTLS, whatever the partner wants then, and a clean end. Everything that it
 * sends is bounded by net/stream.h, by the limits of the states, and by the patience with
 * the whole. */
#include "probes/caller.h"

#include "base/text.h"
#include "net/random.h"
#include "probes/reading.h"

#include <string.h>

enum { MAX_LAST_READS = 16 };

static enum step act_greeting(void *self);
static enum step act_hearing(void *self);
static enum step act_accepting(void *self);
static enum step act_leaving(void *self);

const struct state caller_states[] = {
	[GREETING] = { "awaiting the partner's stream header", act_greeting, 20000 },
	[HEARING] = { "awaiting what the partner wants", act_hearing, 30000 },
	/* More than one endpoint may have to be asked. */
	[VERIFYING] = { "asking the partner's authoritative server", act_hearing, 60000 },
	[ACCEPTING] = { "TLS handshake", act_accepting, 15000 },
	[LEAVING] = { "closing the stream", act_leaving, 5000 },
};

/* --- speaking ------------------------------------------------------------------------- */

/* The header that every answer needs, also a refusal (RFC 6120, 4.9.1.2), with an id that
 * nobody can guess (4.7.3). */
static void
say_header(struct caller *c)
{
	struct arena *arena = c->arena;
	const char *from = c->ours ? c->ours : "", *to = c->theirs ? c->theirs : "";

	c->id = random_hex(arena, 16);
	caller_say(c, arena_printf(arena,
			      "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
			      "xmlns:stream='" NS_STREAMS "' xmlns:db='" NS_DIALBACK
			      "' id='%s'%s%s%s%s%s%s version='1.0' xml:lang='en'>",
			      c->id, *from ? " from='" : "", xml_escape(arena, from),
			      *from ? "'" : "", *to ? " to='" : "", xml_escape(arena, to),
			      *to ? "'" : ""));
}

/* --- hearing -------------------------------------------------------------------------- */

/* The connection is over before its time. */
static enum step
lost(struct caller *c, enum flow flow)
{
	bool ours;
	int alert = conn_alert(c->conn, &ours);

	if (alert >= 0) {
		caller_saw_tls(c, ours ? OUTCOME_BAD_PEER : OUTCOME_REFUSED,
			conn_failure(c->conn));
		caller_end(c, ours ? "we broke off TLS" : "the partner broke off TLS");
	} else {
		caller_end(c, flow == FLOW_END     ? "the partner closed the connection"
			      : flow == FLOW_RESET ? "the partner reset the connection"
						   : "the connection broke");
	}
	return STEP_DONE;
}

static enum step
break_off(struct caller *c)
{
	struct xml_fact fact = { 0 };
	const char *condition, *title;

	stream_breach(c->stream, c->arena, &fact);
	caller_saw_breach(c);
	if (c->id == NULL)
		say_header(c);
	condition = hearing_condition(fact.breach);
	title = xml_breach_title(fact.breach);
	caller_end(c,
		arena_printf(c->arena, "we ended the stream: %s, %s", condition, title));
	return caller_refuse(c, condition, title);
}

static bool
begins_with_tls(const struct caller *c)
{
	size_t length;
	const char *bytes = stream_begin(c->stream, &length);

	return stream_foreign(bytes, length) == FOREIGN_TLS;
}

/* The next event of the stream. False: the state function returns *step. */
static bool
next_event(struct caller *c, enum stream_event *event, const struct element **element,
	enum step *step)
{
	char bytes[16384];
	size_t got;
	enum flow flow = conn_write(c->conn, c->out, c->out_length, &c->out_done);

	while (flow == FLOW_OK &&
		(*event = stream_next(c->stream, element)) == STREAM_MORE) {
		flow = conn_read(c->conn, bytes, sizeof bytes, &got);
		if (flow != FLOW_OK)
			break;
		hearing_feed(c, bytes, got);
		(void)stream_begin(c->stream, &got);
		if (c->id == NULL && stream_foreign(stream_begin(c->stream, &got), got) !=
					     FOREIGN_NONE) {
			caller_saw_foreign(c);
			caller_end(
				c, begins_with_tls(c)
					   ? "it began with TLS where STARTTLS is spoken"
					   : "what came is not XMPP");
			*step = STEP_DONE;
			return false;
		}
	}
	if (flow != FLOW_OK) {
		*step = flow_waits(flow) ? flow_step(flow) : lost(c, flow);
		return false;
	}
	if (*event == STREAM_BREACH) {
		*step = break_off(c);
		return false;
	}
	caller_saw_heard(c, *event == STREAM_ELEMENT ? *element : NULL);
	return true;
}

/* --- who calls ------------------------------------------------------------------------ */

const char *
caller_name(struct caller *c, const char *from)
{
	struct domain domain;
	size_t before;

	if (domain_parse(c->arena, from, &domain) != NULL)
		return "invalid-from";
	/* RFC 6120, 4.9.3.9: it may not become somebody else on the way. */
	if (c->ascii != NULL && !text_same_name(c->ascii, domain.ascii))
		return "invalid-from";
	if (c->ascii != NULL)
		return c->work.plan != NULL ? NULL : "policy-violation";
	c->ascii = domain.ascii;
	c->fact.from = domain.unicode;
	c->theirs = from;
	c->work.plan = c->hosting->admit(c->hosting->self, &domain);
	if (c->work.plan == NULL)
		return "policy-violation";
	c->work.partner = plan_partner(c->work.plan);
	journal_kind(c->work.partner->journal, FACT_INBOUND, &before);
	if (before >= INBOUND_MAX_ATTEMPTS ||
		arena_size(journal_arena(c->work.partner->journal)) > INBOUND_MAX_BYTES) {
		c->work.plan = NULL; /* not even this is recorded */
		return "resource-constraint";
	}
	if (c->hosting->probing->errands_only)
		plan_renew(c->work.plan);
	caller_recall(c);
	return NULL;
}

/* What is wrong with a stream header, as a stream error; NULL when nothing is. */
static const char *
judge_header(struct caller *c, const struct header_fact *h)
{
	struct domain domain;

	if (!text_same(h->name, "stream") || !text_same(h->name_space, NS_STREAMS) ||
		!text_same(h->content_namespace, NS_SERVER))
		return "invalid-namespace";
	if (h->to == NULL || *h->to == '\0')
		return "improper-addressing";
	if (domain_parse(c->arena, h->to, &domain) != NULL ||
		!c->hosting->hosts(c->hosting->self, domain.ascii))
		return "host-unknown";
	if (h->from == NULL || *h->from == '\0')
		return NULL; /* it may be late: RFC 6120, 4.7.1 */
	return caller_name(c, h->from);
}

/* Who calls is not yet known then; whom it calls tells what led it here. */
static void
note_wrong_host(struct caller *c)
{
	enum { LONGEST = 255 }; /* of a domain, RFC 1035, 2.3.4 */

	if (strlen(c->fact.to) <= LONGEST)
		caller_end(c,
			arena_printf(c->arena,
				"we ended the stream: host-unknown, for it called \"%s\"",
				c->fact.to));
}

static enum step
greet(struct caller *c, const struct element *element)
{
	struct header_fact header = { .phase = c->phase,
		.bytes = (int)stream_bytes(c->stream) };
	const char *trouble;

	read_header(element, &header);
	c->ours = header.to;
	if (header.to != NULL)
		c->fact.to = text_clean(c->arena, header.to, strlen(header.to));
	if (header.from != NULL && c->theirs == NULL)
		c->theirs = header.from;
	trouble = judge_header(c, &header);
	caller_saw(c, OUTCOME_OK, NULL, FACT_HEADER, &header);
	say_header(c);
	if (trouble != NULL && strcmp(trouble, "host-unknown") == 0)
		note_wrong_host(c);
	if (trouble != NULL)
		return caller_refuse(c, trouble,
			c->work.plan == NULL && strcmp(trouble, "policy-violation") == 0
				? "this domain is not expected here"
				: NULL);
	/* RFC 6120, 4.7.5: below 1.0 nobody knows of features. */
	if (header.version != NULL && !text_starts(header.version, "0."))
		caller_say(c, receive_features(c));
	return machine_go(c->machine, HEARING);
}

static enum step
act_greeting(void *self)
{
	struct caller *c = self;
	const struct element *element;
	enum stream_event event;
	enum step step;

	if (!next_event(c, &event, &element, &step))
		return step;
	if (event == STREAM_HEADER)
		return greet(c, element);
	caller_end(c, "no stream header came");
	return STEP_DONE;
}

/* --- the other states ----------------------------------------------------------------- */

static enum step
hear_error(struct caller *c, const struct element *element)
{
	struct error_fact fact = { .phase = c->phase };

	read_error(c->arena, element, &fact);
	caller_saw(c, OUTCOME_REFUSED, NULL, FACT_ERROR, &fact);
	/* It is told at the terminal before it comes to the journal, which cleans, too. */
	if (fact.condition != NULL)
		c->fact.error = caller_shown(c, fact.condition);
	if (fact.text != NULL)
		c->fact.error_text = caller_shown(c, fact.text);
	return caller_leave(
		c, arena_printf(c->arena, "the partner ended the stream: %s",
			   c->fact.error ? c->fact.error : "without a condition"));
}

static enum step
act_hearing(void *self)
{
	struct caller *c = self;
	const struct element *element;
	enum stream_event event;
	enum step step;

	if (c->asking && c->errand.over)
		return receive_verdict(c);
	if (!next_event(c, &event, &element, &step))
		return step;
	if (event == STREAM_HEADER)
		return greet(c, element);
	if (event == STREAM_END)
		return caller_leave(c, "the partner closed the stream");
	if (element_is(element, "error", NS_STREAMS))
		return hear_error(c, element);
	return receive(c, element);
}

/* The two ports are often taken for each other. */
static const char *
failed_handshake(const struct caller *c)
{
	size_t length;
	const char *bytes = conn_first_bytes(c->conn, &length);

	if (c->hosting->direct && length != 0 && bytes[0] == '<')
		return "it began in clear where TLS must come first";
	return "the TLS handshake failed";
}

static enum step
act_accepting(void *self)
{
	struct caller *c = self;
	enum flow flow = conn_write(c->conn, c->out, c->out_length, &c->out_done);

	if (flow == FLOW_OK)
		flow = conn_accept(c->conn, c->work.tls);
	if (flow_waits(flow))
		return flow_step(flow);
	if (flow != FLOW_OK) {
		bool ours;
		int alert = conn_alert(c->conn, &ours);

		caller_saw_tls(c,
			alert >= 0 && !ours ? OUTCOME_REFUSED
			: flow == FLOW_END  ? OUTCOME_CLOSED
					    : OUTCOME_BAD_PEER,
			conn_failure(c->conn));
		caller_end(c, failed_handshake(c));
		return STEP_DONE;
	}
	c->phase = PHASE_TLS;
	caller_saw_tls(c, OUTCOME_OK, NULL);
	c->id = NULL;
	/* RFC 6120, 5.4.3.3: all that was known before is forgotten, and what came in clear
	 * behind <starttls/> with it. */
	receive_forget(c);
	stream_close(&c->stream);
	c->stream = stream_open(c->arena, c->phase);
	c->heards = 0;
	return machine_go(c->machine, GREETING);
}

static enum step
act_leaving(void *self)
{
	struct caller *c = self;
	char bytes[16384];
	size_t got;
	enum flow flow = conn_write(c->conn, c->out, c->out_length, &c->out_done);

	if (flow == FLOW_OK && c->out_length != 0) {
		conn_shutdown(c->conn);
		conn_finish(c->conn);
		c->out_length = c->out_done = 0;
	}
	/* What comes now is not looked at, and who sends for ever is not listened to. */
	for (int i = 0; flow == FLOW_OK && i < MAX_LAST_READS; i++)
		flow = conn_read(c->conn, bytes, sizeof bytes, &got);
	return flow_step(flow);
}
