/* All that a partner says on one connection, without the sockets: its bytes as a stream,
 * the elements as facts, the facts judged, reported and read back. Behind <proceed/> the
 * bytes are those under TLS. */
#include "model/endpoint.h"
#include "probes/reading.h"
#include "tests/fuzz/round.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct session {
	struct arena *arena;
	struct journal *journal;
	const char *endpoint;
	struct stream *stream;
	enum phase phase;
};

static void
saw(struct session *s, enum outcome outcome, enum fact_kind kind, const void *fact)
{
	journal_add(s->journal, &(struct observation){ .probe = "session",
					.endpoint = s->endpoint,
					.outcome = outcome,
					.kind = kind,
					.fact = fact });
}

static void
meet_header(struct session *s, const struct element *root)
{
	struct header_fact fact = { .phase = s->phase,
		.sent_from = "a.example",
		.sent_to = "b.example",
		.bytes = (int)stream_bytes(s->stream) };

	read_header(root, &fact);
	saw(s, OUTCOME_OK, FACT_HEADER, &fact);
}

/* True when TLS begins. */
static bool
meet_starttls(struct session *s, const struct element *element)
{
	struct starttls_fact fact = { .advertised = true };

	read_starttls(s->arena, element, &fact);
	saw(s, fact.answer == STARTTLS_PROCEED ? OUTCOME_OK : OUTCOME_REFUSED,
		FACT_STARTTLS, &fact);
	return fact.answer == STARTTLS_PROCEED && s->phase == PHASE_PLAIN;
}

static bool
meet_element(struct session *s, const struct element *element)
{
	struct features_fact features = { .phase = s->phase };
	struct error_fact error = { .phase = s->phase, .after = "header" };
	struct dialback_fact dialback = { .phase = s->phase,
		.asked_from = "a.example",
		.asked_to = "b.example",
		.asked_id = "1" };

	if (element_is(element, "features", NS_STREAMS)) {
		read_features(s->arena, element, &features);
		saw(s, OUTCOME_OK, FACT_FEATURES, &features);
	} else if (element_is(element, "error", NS_STREAMS)) {
		read_error(s->arena, element, &error);
		saw(s, OUTCOME_REFUSED, FACT_ERROR, &error);
	} else if (strcmp(element->name_space, NS_DIALBACK) == 0) {
		read_dialback(element, &dialback);
		saw(s, OUTCOME_OK, FACT_DIALBACK, &dialback);
	} else {
		return meet_starttls(s, element);
	}
	return false;
}

/* TLS itself is another target's. */
static void
begin_tls(struct session *s)
{
	struct tls_fact tls = {
		.completed = true, .version = "TLSv1.3", .trusted = true
	};
	size_t length;
	const char *rest = stream_rest(s->stream, &length);

	rest = arena_text(s->arena, rest, length);
	saw(s, OUTCOME_OK, FACT_TLS, &tls);
	stream_close(&s->stream);
	s->phase = PHASE_TLS;
	s->stream = stream_open(s->arena, s->phase);
	stream_feed(s->stream, rest, length);
}

static void
converse(struct session *s)
{
	const struct element *element;
	enum stream_event event;
	struct xml_fact fact;

	while ((event = stream_next(s->stream, &element)) == STREAM_HEADER ||
		event == STREAM_ELEMENT)
		if (event == STREAM_HEADER)
			meet_header(s, element);
		else if (meet_element(s, element))
			begin_tls(s);
	if (event == STREAM_BREACH) {
		stream_breach(s->stream, s->arena, &fact);
		fact.phase = s->phase;
		saw(s, OUTCOME_BAD_PEER, FACT_XML, &fact);
	} else {
		saw(s, OUTCOME_CLOSED, FACT_CLOSE,
			&(struct close_fact){ .end_tag = event == STREAM_END });
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct domain domain = { "b.example", "b.example", "b.example" };
	struct run *run = run_open(1700000000);
	struct session s = { .arena = arena_open(), .phase = PHASE_PLAIN };
	const struct partner *partner = run_add(run, &domain);
	size_t count;

	run->asked.from = "a.example";
	run->asked.connect_host = "192.0.2.1";
	run->asked.connect_port = 5269;
	s.journal = partner->journal;
	s.endpoint = endpoints(s.arena, partner, &count)->id;
	s.stream = stream_open(s.arena, s.phase);
	saw(&s, OUTCOME_OK, FACT_CONNECT,
		&(struct connect_fact){ .address = "192.0.2.1", .port = 5269 });
	stream_feed(s.stream, bytes, length);
	converse(&s);
	round_trip(run);
	stream_close(&s.stream);
	arena_close(&s.arena);
	run_close(&run);
	return 0;
}
