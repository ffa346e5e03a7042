/* Elements of streams as facts: the features of three servers, errors old and new, and
 * the answers of dialback. */
#include "probes/reading.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEADER                                                                           \
	"<stream:stream xmlns='jabber:server' "                                          \
	"xmlns:stream='http://etherx.jabber.org/streams' "                               \
	"xmlns:db='jabber:server:dialback' id='a1' from='b.example' version='1.0'>"

/* The first element of a stream that begins with HEADER. */
static const struct element *
element_of(struct arena *arena, const char *xml)
{
	struct stream *stream = stream_open(arena, PHASE_TLS);
	const struct element *element = NULL;

	stream_feed(stream, HEADER, strlen(HEADER));
	stream_feed(stream, xml, strlen(xml));
	assert_int_equal(stream_next(stream, &element), STREAM_HEADER);
	assert_int_equal(stream_next(stream, &element), STREAM_ELEMENT);
	stream_close(&stream);
	return element;
}

static void
header_is_read(void **state)
{
	struct arena *arena = arena_open();
	struct stream *stream = stream_open(arena, PHASE_PLAIN);
	const struct element *root;
	struct header_fact fact = { 0 };

	(void)state;
	stream_feed(stream, HEADER, strlen(HEADER));
	assert_int_equal(stream_next(stream, &root), STREAM_HEADER);
	read_header(root, &fact);
	assert_true(fact.received);
	assert_string_equal(fact.name_space, NS_STREAMS);
	assert_string_equal(fact.content_namespace, NS_SERVER);
	assert_string_equal(fact.dialback_prefix, "db");
	assert_string_equal(fact.id, "a1");
	assert_string_equal(fact.from, "b.example");
	assert_string_equal(fact.version, "1.0");
	assert_null(fact.to);
	stream_close(&stream);
	arena_close(&arena);
}

static void
features_of_ejabberd_are_read(void **state)
{
	struct arena *arena = arena_open();
	struct features_fact fact = { 0 };

	(void)state;
	read_features(arena,
		element_of(arena,
			"<stream:features>"
			"<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
			"<mechanism>EXTERNAL</mechanism></mechanisms>"
			"<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>"
			"</stream:features>"),
		&fact);
	assert_true(fact.received && fact.dialback && fact.dialback_errors);
	assert_false(fact.starttls);
	assert_int_equal(fact.mechanisms, 1);
	assert_string_equal(fact.mechanism[0], "EXTERNAL");
	arena_close(&arena);
}

/* jabberd2 marks dialback, not STARTTLS, as required: who looks for <required/> anywhere
 * is fooled. */
static void
required_belongs_to_its_feature(void **state)
{
	struct arena *arena = arena_open();
	struct features_fact fact = { 0 };

	(void)state;
	read_features(arena,
		element_of(arena, "<stream:features>"
				  "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
				  "<dialback xmlns='urn:xmpp:features:dialback'>"
				  "<required></required></dialback></stream:features>"),
		&fact);
	assert_true(fact.starttls);
	assert_false(fact.starttls_required);
	assert_true(fact.dialback);
	assert_false(fact.dialback_errors);
	arena_close(&arena);
}

static void
other_features_are_kept(void **state)
{
	struct arena *arena = arena_open();
	struct features_fact fact = { 0 };

	(void)state;
	read_features(arena,
		element_of(arena,
			"<stream:features><bidi xmlns='urn:xmpp:bidi'/>"
			"<limits xmlns='urn:xmpp:stream-limits:0'>"
			"<max-bytes>262144</max-bytes><idle-seconds>no</idle-seconds></limits>"
			"<compression xmlns='http://jabber.org/features/compress'>"
			"<method>zlib</method></compression>"
			"<fly xmlns='urn:example'><required/></fly></stream:features>"),
		&fact);
	assert_true(fact.bidi_wrong_namespace);
	assert_false(fact.bidi);
	assert_int_equal(fact.max_bytes, 262144);
	assert_int_equal(fact.idle_seconds, 0);
	assert_string_equal(fact.compression[0], "zlib");
	assert_string_equal(fact.other[0], "{urn:example}fly");
	assert_string_equal(fact.other_required[0], "{urn:example}fly");
	arena_close(&arena);
}

static void
errors_are_read(void **state)
{
	struct arena *arena = arena_open();
	struct error_fact fact = { 0 };

	(void)state;
	read_error(arena,
		element_of(arena,
			"<stream:error>"
			"<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>"
			"[2001:db8::1]:5269</see-other-host>"
			"<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>moved</text>"
			"<gone xmlns='urn:example'/></stream:error>"),
		&fact);
	assert_string_equal(fact.condition, "see-other-host");
	assert_string_equal(fact.other_host, "[2001:db8::1]:5269");
	assert_string_equal(fact.text, "moved");
	assert_string_equal(fact.application, "{urn:example}gone");
	arena_close(&arena);
}

static void
old_error_is_only_text(void **state)
{
	struct arena *arena = arena_open();
	struct error_fact fact = { 0 };

	(void)state;
	read_error(
		arena, element_of(arena, "<stream:error>Bad host</stream:error>"), &fact);
	assert_null(fact.condition);
	assert_string_equal(fact.text, "Bad host");
	arena_close(&arena);
}

static void
starttls_answers_are_read(void **state)
{
	static const struct {
		const char *xml;
		enum starttls_answer answer;
	} table[] = {
		{ "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
			STARTTLS_PROCEED },
		{ "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
			STARTTLS_FAILURE },
		{ "<proceed/>", STARTTLS_OTHER },
		{ "<iq xmlns='jabber:server'/>", STARTTLS_OTHER },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct starttls_fact fact = { 0 };

		read_starttls(arena, element_of(arena, table[i].xml), &fact);
		assert_int_equal(fact.answer, table[i].answer);
	}
	arena_close(&arena);
}

static void
dialback_answers_are_read(void **state)
{
	struct arena *arena = arena_open();
	struct dialback_fact fact = { 0 };

	(void)state;
	read_dialback(element_of(arena,
			      "<db:verify from='b.example' to='a.example' id='7' "
			      "type='error'><error type='cancel'><item-not-found "
			      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
			      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>who?</text>"
			      "</error></db:verify>"),
		&fact);
	assert_int_equal(fact.element, DIALBACK_VERIFY);
	assert_string_equal(fact.type, "error");
	assert_string_equal(fact.id, "7");
	assert_string_equal(fact.condition, "item-not-found");
	assert_string_equal(fact.text, "who?");
	arena_close(&arena);
}

static void
answers_to_a_ping_are_read(void **state)
{
	struct arena *arena = arena_open();
	struct stanza_fact fact = { 0 };

	(void)state;
	read_stanza(arena,
		element_of(arena,
			"<iq type='error' id='7' from='b.example' to='a.example'>"
			"<ping xmlns='urn:xmpp:ping'/><error type='auth'>"
			"<not-authorized xmlns='" NS_STANZA_ERROR "'/>"
			"<text xmlns='" NS_STANZA_ERROR "'>no</text></error></iq>"),
		&fact);
	assert_true(fact.answered);
	assert_string_equal(fact.type, "error");
	assert_string_equal(fact.id, "7");
	assert_string_equal(fact.from, "b.example");
	assert_string_equal(fact.to, "a.example");
	assert_string_equal(fact.condition, "not-authorized");
	assert_string_equal(fact.text, "no");
	arena_close(&arena);
}

static void
presence_is_read(void **state)
{
	struct arena *arena = arena_open();
	struct stanza_fact fact = { 0 };

	(void)state;
	read_stanza(arena,
		element_of(arena,
			"<presence from='ann@b.example/x' to='bob@a.example'>"
			"<show>away</show><status>at lunch</status></presence>"),
		&fact);
	assert_null(fact.type);
	assert_string_equal(fact.element, "{jabber:server}presence");
	assert_string_equal(fact.show, "away");
	assert_string_equal(fact.text, "at lunch");
	arena_close(&arena);
}

/* XEP-0030 and XEP-0157; what is none of that is passed over. */
static void
service_discovery_is_read(void **state)
{
	struct arena *arena = arena_open();
	struct disco_fact fact = { 0 };

	(void)state;
	read_disco(arena,
		element_of(arena,
			"<iq type='result'><query xmlns='" NS_DISCO_INFO "'>"
			"<identity category='server' type='im' name='B'/>"
			"<identity xmlns='urn:other' category='none'/>"
			"<feature var='urn:xmpp:ping'/><feature/>"
			"<x xmlns='jabber:x:data'>"
			"<field var='FORM_TYPE'><value>none</value></field>"
			"<field var='abuse-addresses'><value>mailto:a@b.example</value>"
			"<value>xmpp:b.example</value></field>"
			"<field><value>none</value></field></x></query></iq>"),
		&fact);
	assert_int_equal(fact.identities, 1);
	assert_string_equal(fact.identity[0].category, "server");
	assert_string_equal(fact.identity[0].name, "B");
	assert_int_equal(fact.features, 1);
	assert_string_equal(fact.feature[0], "urn:xmpp:ping");
	assert_int_equal(fact.contacts, 2);
	assert_string_equal(fact.contact[1].purpose, "abuse-addresses");
	assert_string_equal(fact.contact[1].address, "xmpp:b.example");
	arena_close(&arena);
}

static void
the_software_is_read(void **state)
{
	struct arena *arena = arena_open();
	struct disco_fact fact = { 0 };

	(void)state;
	read_version(
		element_of(arena, "<iq type='result'><query xmlns='" NS_VERSION "'>"
				  "<name>B</name><version>1</version><os/></query></iq>"),
		&fact);
	assert_string_equal(fact.software, "B");
	assert_string_equal(fact.version, "1");
	assert_null(fact.system);
	read_version(element_of(arena, "<iq type='result'/>"), &fact);
	assert_string_equal(fact.software, "B");
	arena_close(&arena);
}

static struct sasl_fact
sasl_of(struct arena *arena, const char *xml)
{
	struct sasl_fact fact = { .answer = SASL_NONE };

	read_sasl(arena, element_of(arena, xml), &fact);
	return fact;
}

static void
sasl_answers_are_read(void **state)
{
	struct arena *arena = arena_open();
	struct sasl_fact fact;

	(void)state;
	fact = sasl_of(arena, "<success xmlns='" NS_SASL "'/>");
	assert_int_equal(fact.answer, SASL_SUCCESS);
	fact = sasl_of(arena, "<challenge xmlns='" NS_SASL "'>=</challenge>");
	assert_int_equal(fact.answer, SASL_CHALLENGE);
	fact = sasl_of(arena, "<failure xmlns='" NS_SASL "'><not-authorized/>"
			      "<text xml:lang='en'>unknown CA</text></failure>");
	assert_int_equal(fact.answer, SASL_FAILURE);
	assert_string_equal(fact.condition, "not-authorized");
	assert_string_equal(fact.text, "unknown CA");
	fact = sasl_of(arena, "<failure xmlns='" NS_SASL "'/>");
	assert_int_equal(fact.answer, SASL_FAILURE);
	assert_null(fact.condition);
	fact = sasl_of(arena, "<success/>");
	assert_int_equal(fact.answer, SASL_OTHER);
	assert_string_equal(fact.element, "{jabber:server}success");
	arena_close(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_read),
		cmocka_unit_test(features_of_ejabberd_are_read),
		cmocka_unit_test(required_belongs_to_its_feature),
		cmocka_unit_test(other_features_are_kept),
		cmocka_unit_test(errors_are_read),
		cmocka_unit_test(old_error_is_only_text),
		cmocka_unit_test(starttls_answers_are_read),
		cmocka_unit_test(dialback_answers_are_read),
		cmocka_unit_test(answers_to_a_ping_are_read),
		cmocka_unit_test(presence_is_read),
		cmocka_unit_test(service_discovery_is_read),
		cmocka_unit_test(the_software_is_read),
		cmocka_unit_test(sasl_answers_are_read),
	};

	return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
