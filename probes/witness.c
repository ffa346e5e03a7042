/* What the session saw, as observations. Nothing here moves the connection. */
#include "probes/session.h"

#include "probes/exchange.h"
#include "probes/reading.h"

#include <string.h>

/* Observations of kind "wire" for one connection, and bytes in each. */
enum { MAX_WIRE = 64, MAX_WIRE_BYTES = 4096 };

void
saw(struct session *s, enum outcome outcome, const char *detail, enum fact_kind kind,
	const void *fact)
{
	work_saw(s->work, s->began, outcome, detail, kind, fact);
}

void
saw_wire(struct session *s, bool sent, const char *text, size_t length)
{
	struct wire_fact fact = { .phase = s->phase, .sent = sent };

	if (s->wires++ >= MAX_WIRE)
		return;
	text = hiding_whole(&s->hiding, s->arena, text, length);
	fact.text = arena_text(s->arena, text, strnlen(text, MAX_WIRE_BYTES));
	work_saw(s->work, plan_now(s->work->plan), OUTCOME_OK, NULL, FACT_WIRE, &fact);
}

/* Who sent us on an errand has chosen the key. It may be part of the very words that are
 * awaited, a letter or the id of the stream, so the parser gets those as they came. */
static bool
is_key_of_another(const struct session *s)
{
	return s->work->task->key != NULL;
}

void
take_in(struct session *s, const char *came, size_t length)
{
	char shown[SESSION_PIECE + HIDING_HELD];
	size_t left = hiding_pass(&s->hiding, came, length, shown);

	if (is_key_of_another(s))
		stream_feed(s->stream, came, length);
	else
		stream_feed(s->stream, shown, left);
	if (!s->bidi)
		saw_wire(s, false, shown, left);
}

/* On a stream for both directions comes what people write to us, and that is theirs: what
 * each element holds is not recorded. */
void
saw_event(struct session *s, enum stream_event event, const struct element *element)
{
	const char *text;

	if (!s->bidi)
		return;
	text = event == STREAM_END ? "</stream:stream>"
				   : element_outline(s->arena, element);
	if (event == STREAM_HEADER) /* it stays open */
		text = arena_printf(s->arena, "%.*s>", (int)strlen(text) - 2, text);
	saw_wire(s, false, text, strlen(text));
}

void
saw_tls(struct session *s, enum outcome outcome, const char *detail)
{
	const struct endpoint *e = s->work->task->endpoint;
	struct tls_fact fact = { .direct = e->mode == MODE_DIRECT };

	conn_tls_fact(s->conn, s->arena, &fact);
	saw(s, outcome, detail, FACT_TLS, &fact);
}

void
saw_certificates(struct session *s)
{
	const struct certificate_fact *certificate;
	size_t count = conn_certificates(s->conn, s->arena, &certificate);

	for (size_t i = 0; i < count; i++)
		saw(s, OUTCOME_OK, NULL, FACT_CERTIFICATE, &certificate[i]);
}

void
missed(struct session *s, enum outcome outcome, const char *detail)
{
	struct features_fact features = { .phase = s->phase };

	switch (machine_state(s->machine)) {
	case CONNECT:
		saw(s, outcome, detail, FACT_CONNECT, &s->connect);
		break;
	case HEADER:
		s->header.bytes = s->stream ? (int)stream_bytes(s->stream) : 0;
		saw(s, outcome, detail, FACT_HEADER, &s->header);
		break;
	case FEATURES:
		saw(s, outcome, detail, FACT_FEATURES, &features);
		break;
	case PROCEED:
		saw(s, outcome, detail, FACT_STARTTLS, &s->starttls);
		break;
	case HANDSHAKE:
		saw_tls(s, outcome, detail);
		saw_certificates(s);
		break;
	case AUTH:
		saw(s, outcome, detail, FACT_SASL, &s->sasl);
		break;
	case VERIFY:
	case RESULT:
	case LATE_RESULT:
		saw(s, outcome, detail, FACT_DIALBACK, &s->dialback);
		break;
	case EXCHANGE:
		exchange_missed(s, outcome, detail);
		break;
	case PING:
		saw(s, outcome, detail, FACT_STANZA, &s->ping);
		break;
	default:
		saw(s, outcome, detail, FACT_CLOSE, &s->close);
	}
}

bool
saw_foreign(struct session *s)
{
	struct foreign_fact fact = { .phase = s->phase };
	size_t length;
	const char *begin = stream_begin(s->stream, &length);

	fact.protocol = stream_foreign(begin, length);
	if (fact.protocol == FOREIGN_NONE)
		return false;
	if (!is_key_of_another(s))
		fact.begins = arena_text(s->arena, begin, length);
	saw(s, OUTCOME_BAD_PEER, NULL, FACT_FOREIGN, &fact);
	missed(s, OUTCOME_BAD_PEER, "what came is not XMPP");
	return true;
}

void
saw_breach(struct session *s)
{
	struct xml_fact fact = { 0 };

	stream_breach(s->stream, s->arena, &fact);
	/* Half of the key may be in it, or words of people. */
	if (is_key_of_another(s) || s->bidi)
		fact.excerpt = NULL;
	fact.phase = s->phase;
	saw(s, OUTCOME_BAD_PEER, NULL, FACT_XML, &fact);
	missed(s, OUTCOME_BAD_PEER, "what came is no XMPP stream");
}

void
saw_error(struct session *s, const struct element *error)
{
	struct error_fact fact = {
		.phase = s->phase, .before_header = !s->header.received, .after = s->said
	};

	read_error(s->arena, error, &fact);
	saw(s, OUTCOME_REFUSED, NULL, FACT_ERROR, &fact);
}

/* XML where a TLS record should be is the mark of exchanged ports (XEP-0368). */
void
saw_no_tls(struct session *s)
{
	struct foreign_fact fact = { .phase = PHASE_PLAIN };
	size_t length;
	const char *bytes = conn_first_bytes(s->conn, &length);

	if (length == 0 || bytes[0] == 0x16 || bytes[0] == 0x15)
		return;
	fact.protocol = stream_foreign(bytes, length);
	if (fact.protocol == FOREIGN_NONE)
		fact.protocol = bytes[0] == '<' ? FOREIGN_XML_ON_TLS : FOREIGN_OTHER;
	fact.begins = hiding_whole(&s->hiding, s->arena, bytes, length);
	saw(s, OUTCOME_BAD_PEER, NULL, FACT_FOREIGN, &fact);
}
