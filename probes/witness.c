/* What the session saw, as observations. Nothing here moves the connection. */
#include "probes/session.h"

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

/* A key is a secret even when it is invented: a report shows none. */
static char *
without_key(struct session *s, const char *text, size_t length)
{
	char *copy = arena_text(s->arena, text, length);

	if (s->key == NULL)
		return copy;
	for (char *at = copy; (at = strstr(at, s->key)) != NULL;)
		memset(at, '*', strlen(s->key));
	return copy;
}

/* How many digits of the key end the bytes, when `came` of them stood before. Only from
 * MIN_SECRET on they are hidden: fewer are found anywhere, and no use to anybody. */
enum { MIN_SECRET = 8 };

static size_t
key_at_end(const char *key, size_t came, const char *bytes, size_t length)
{
	size_t most = strlen(key);

	if (came > 0 && came + length < most && memcmp(key + came, bytes, length) == 0)
		return came + length;
	for (size_t n = length < most - 1 ? length : most - 1; n > 0; n--)
		if (memcmp(bytes + length - n, key, n) == 0)
			return n;
	return 0;
}

void
hide_key(struct session *s, char *bytes, size_t length)
{
	size_t rest, digits, came = s->key_came;
	char *at = bytes;

	if (s->key == NULL)
		return;
	digits = strlen(s->key);
	rest = digits - came < length ? digits - came : length;
	s->key_came = key_at_end(s->key, came, bytes, length);
	if (came > 0 && memcmp(s->key + came, bytes, rest) == 0 &&
		came + rest >= MIN_SECRET)
		memset(bytes, '*', rest);
	while ((at = memmem(at, length - (size_t)(at - bytes), s->key, digits)) != NULL)
		memset(at, '*', digits);
	if (s->key_came >= MIN_SECRET && s->key_came <= length)
		memset(bytes + length - s->key_came, '*', s->key_came);
}

void
saw_wire(struct session *s, bool sent, const char *text, size_t length)
{
	struct wire_fact fact = { .phase = s->phase, .sent = sent };

	if (s->wires++ >= MAX_WIRE)
		return;
	if (length > MAX_WIRE_BYTES)
		length = MAX_WIRE_BYTES;
	fact.text = without_key(s, text, length);
	work_saw(s->work, plan_now(s->work->plan), OUTCOME_OK, NULL, FACT_WIRE, &fact);
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
	fact.begins = arena_text(s->arena, bytes, length);
	saw(s, OUTCOME_BAD_PEER, NULL, FACT_FOREIGN, &fact);
}
