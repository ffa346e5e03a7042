/* The stream parser: events come at their last byte, whatever the pieces; every rule and
 * every limit is kept. */
#include "base/text.h"
#include "net/stream.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEADER                                                                           \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "                     \
	"xmlns:stream='http://etherx.jabber.org/streams' "                               \
	"xmlns:db='jabber:server:dialback' id='i1' from='a.example' to='b.example' "     \
	"version='1.0' xml:lang='en'>"
#define STREAMS "{http://etherx.jabber.org/streams}"
#define HEADER_SHOWN                                                                     \
	"header " STREAMS "stream id=i1 from=a.example to=b.example version=1.0 lang=en\n"

static const char *
show(struct arena *arena, const struct element *e)
{
	const char *text = element_title(arena, e);

	for (size_t i = 0; i < e->attributes; i++)
		text = arena_printf(arena, "%s %s=%s", text, e->attribute[i].name,
			e->attribute[i].value);
	if (*e->text != '\0')
		text = arena_printf(arena, "%s \"%s\"", text, e->text);
	for (size_t i = 0; i < e->children; i++)
		text = arena_printf(arena, "%s (%s)", text, show(arena, e->child[i]));
	return text;
}

/* Every event of the bytes, fed in pieces of `step`, a line for each. */
static const char *
events(struct arena *arena, const char *bytes, size_t length, size_t step)
{
	static const char *const name[] = { "more", "header", "element", "end",
		"breach" };
	struct stream *s = stream_open(arena, PHASE_PLAIN);
	const struct element *e = NULL;
	enum stream_event event = STREAM_MORE;
	struct xml_fact fact;
	const char *log = "";

	for (size_t at = 0; at < length; at += step) {
		stream_feed(s, bytes + at, length - at < step ? length - at : step);
		while ((event = stream_next(s, &e)) == STREAM_HEADER ||
			event == STREAM_ELEMENT)
			log = arena_printf(
				arena, "%s%s %s\n", log, name[event], show(arena, e));
	}
	assert_int_equal(stream_next(s, &e), event);
	assert_int_equal(stream_bytes(s), length);
	stream_breach(s, arena, &fact);
	assert_int_equal(event == STREAM_BREACH, fact.breach != XML_FINE);
	if (event == STREAM_BREACH) {
		assert_int_equal(fact.phase, PHASE_PLAIN);
		assert_non_null(fact.trouble);
		assert_true(text_is_clean(fact.excerpt));
		log = arena_printf(arena, "%sbreach %d\n", log, (int)fact.breach);
	} else if (event == STREAM_END) {
		log = arena_printf(arena, "%send\n", log);
	}
	stream_close(&s);
	return log;
}

/* The same events all at once, byte by byte and in pieces that fit nothing. */
static void
expect_bytes(struct arena *arena, const char *bytes, size_t length, const char *log)
{
	assert_string_equal(events(arena, bytes, length, length), log);
	assert_string_equal(events(arena, bytes, length, 1), log);
	assert_string_equal(events(arena, bytes, length, 7), log);
}

static void
expect(struct arena *arena, const char *xml, const char *log)
{
	expect_bytes(arena, xml, strlen(xml), log);
}

/* The breach, after a good header, without any element before it. */
static void
expect_breach(struct arena *arena, const char *xml, enum xml_breach breach)
{
	expect(arena, arena_printf(arena, HEADER "%s", xml),
		arena_printf(arena, HEADER_SHOWN "breach %d\n", (int)breach));
}

static const char *
repeat(struct arena *arena, const char *text, size_t times)
{
	size_t length = strlen(text);
	char *out = arena_alloc(arena, times * length + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(out + i * length, text, length);
	return out;
}

static void
reads_features(void **state)
{
	expect(*state,
		HEADER
		"\n<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"
		"<required/></starttls><dialback xmlns='urn:xmpp:features:dialback'>"
		"<errors/></dialback></stream:features></stream:stream>",
		HEADER_SHOWN
		"element " STREAMS "features ({urn:ietf:params:xml:ns:xmpp-tls}starttls "
		"({urn:ietf:params:xml:ns:xmpp-tls}required)) "
		"({urn:xmpp:features:dialback}dialback ({urn:xmpp:features:dialback}errors))\n"
		"end\n");
}

static void
reads_dialback(void **state)
{
	expect(*state,
		HEADER
		"<db:result from='d' to='o' type='valid'/>"
		"<db:verify from='o' to='d' id='ID'>KEY</db:verify>"
		"<db:result from='d' to='o' type='error'><error type='cancel'>"
		"<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
		"</error></db:result></stream:stream>",
		HEADER_SHOWN
		"element {jabber:server:dialback}result from=d to=o type=valid\n"
		"element {jabber:server:dialback}verify from=o to=d id=ID \"KEY\"\n"
		"element {jabber:server:dialback}result from=d to=o type=error "
		"({jabber:server}error type=cancel "
		"({urn:ietf:params:xml:ns:xmpp-stanzas}remote-server-not-found))\n"
		"end\n");
}

static void
reads_sasl(void **state)
{
	expect(*state,
		HEADER
		"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/>"
		"<text>no &lt;way&gt; &#x26; <![CDATA[<out>]]></text></failure>"
		"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
		HEADER_SHOWN
		"element {urn:ietf:params:xml:ns:xmpp-sasl}failure "
		"({urn:ietf:params:xml:ns:xmpp-sasl}not-authorized) "
		"({urn:ietf:params:xml:ns:xmpp-sasl}text \"no <way> & <out>\")\n"
		"element {urn:ietf:params:xml:ns:xmpp-sasl}success\n");
}

/* RFC 6120, 4.8.2. */
static void
reads_prefix_free_stream(void **state)
{
	expect(*state,
		"<stream xmlns='http://etherx.jabber.org/streams' version='1.0'>"
		"<features/><message xmlns='jabber:server'/></stream>",
		"header " STREAMS "stream version=1.0\n"
		"element " STREAMS "features\nelement {jabber:server}message\nend\n");
}

static void
reads_angle_brackets_in_values(void **state)
{
	expect(*state, HEADER "<a b='>x>'  c='  >  '>1 > 2</a>",
		HEADER_SHOWN "element {jabber:server}a b=>x> c=  >   \"1 > 2\"\n");
}

static void
describes_root(void **state)
{
	struct stream *s = stream_open(*state, PHASE_TLS);
	const struct element *e;

	stream_feed(s, HEADER, strlen(HEADER));
	assert_int_equal(stream_next(s, &e), STREAM_HEADER);
	assert_string_equal(e->prefix, "stream");
	assert_string_equal(e->content_namespace, NS_SERVER);
	assert_string_equal(e->dialback_prefix, "db");
	assert_string_equal(element_attribute(e, "from"), "a.example");
	assert_null(element_attribute(e, "lang"));
	assert_string_equal(e->attribute[4].name, "lang");
	assert_string_equal(
		e->attribute[4].name_space, "http://www.w3.org/XML/1998/namespace");
	assert_string_equal(e->text, "");
	assert_int_equal(e->children, 0);
	stream_close(&s);
	stream_close(&s);
}

static void
leaves_the_rest(void **state)
{
	static const char proceed[] = "<proceed xmlns='" NS_TLS "'/>";
	struct stream *s = stream_open(*state, PHASE_PLAIN);
	const struct element *e;
	const char *rest;
	size_t length;

	stream_feed(s, HEADER, strlen(HEADER));
	stream_feed(s, proceed, strlen(proceed));
	stream_feed(s, "\x16\x03\0<x/>", 7);
	assert_int_equal(stream_next(s, &e), STREAM_HEADER);
	rest = stream_rest(s, &length);
	assert_int_equal(length, strlen(proceed) + 7);
	assert_memory_equal(rest, proceed, strlen(proceed));
	assert_int_equal(stream_next(s, &e), STREAM_ELEMENT);
	assert_true(element_is(e, "proceed", NS_TLS));
	rest = stream_rest(s, &length);
	assert_int_equal(length, 7);
	assert_memory_equal(rest, "\x16\x03\0<x/>", 7);
	rest = stream_begin(s, &length);
	assert_int_equal(length, 64);
	assert_memory_equal(rest, HEADER, 64);
	stream_close(&s);
}

static void
has_no_rest_after_proceed(void **state)
{
	static const char all[] = HEADER "<proceed xmlns='" NS_TLS "'/>";
	struct stream *s = stream_open(*state, PHASE_PLAIN);
	const struct element *e;
	size_t length;

	for (size_t i = 0; i < strlen(all); i++) {
		assert_int_equal(stream_next(s, &e), STREAM_MORE);
		stream_feed(s, all + i, 1);
		if (i + 1 == strlen(HEADER))
			assert_int_equal(stream_next(s, &e), STREAM_HEADER);
	}
	assert_int_equal(stream_next(s, &e), STREAM_ELEMENT);
	stream_rest(s, &length);
	assert_int_equal(length, 0);
	stream_close(&s);
}

static void
takes_space_and_keepalives(void **state)
{
	expect(*state, " \r\n" HEADER " \n\t <a/>\n\n<b/> ",
		HEADER_SHOWN "element {jabber:server}a\nelement {jabber:server}b\n");
	expect(*state, HEADER "&#32;<a/><![CDATA[ ]]><b/>",
		HEADER_SHOWN "element {jabber:server}a\nelement {jabber:server}b\n");
	expect(*state, " \n ", "");
}

static void
takes_bare_stream_error(void **state)
{
	static const char *const shown =
		"element " STREAMS "error ({urn:ietf:params:xml:ns:xmpp-streams}"
		"host-unknown)\nend\n";

	expect(*state,
		"<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
		"</stream:error></stream:stream>",
		shown);
	expect(*state,
		"<?xml version='1.0'?>\n<stream:error xmlns:stream='" NS_STREAMS
		"'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
		shown);
	expect(*state,
		"<error xmlns='" NS_STREAMS
		"'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>",
		shown);
	expect(*state, "<stream:error/>", "element " STREAMS "error\nend\n");
	expect(*state, "<stream:error>old words</stream:error>",
		"element " STREAMS "error \"old words\"\nend\n");
}

/* The header forgot to bind the prefix; only the first element is forgiven. */
static void
takes_unbound_stream_error(void **state)
{
	static const char header[] = "<stream xmlns='" NS_STREAMS "'>";

	expect(*state, arena_printf(*state, "%s<stream:error/><a/></stream>", header),
		"header " STREAMS "stream\nelement " STREAMS "error\nelement " STREAMS
		"a\nend\n");
	expect(*state, arena_printf(*state, "%s<a/><stream:error/>", header),
		arena_printf(*state,
			"header " STREAMS "stream\nelement " STREAMS "a\nbreach %d\n",
			(int)XML_NAMESPACE));
}

static void
ends_once_and_for_all(void **state)
{
	expect(*state, HEADER "</stream:stream><more/>", HEADER_SHOWN "end\n");
	expect(*state, "<stream:stream xmlns:stream='" NS_STREAMS "'/>",
		"header " STREAMS "stream\nend\n");
}

static void
refuses_restricted_xml(void **state)
{
	expect_breach(*state, "<!-- hello -->", XML_COMMENT);
	expect_breach(*state, "<a><!-- hello --></a>", XML_COMMENT);
	expect_breach(*state, "<?php x?>", XML_INSTRUCTION);
	expect_breach(*state, "<a>&nbsp;</a>", XML_ENTITY);
	expect_breach(*state, "<a b='&nbsp;'/>", XML_ENTITY);
	expect(*state, "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
		arena_printf(*state, "breach %d\n", (int)XML_DOCTYPE));
	expect(*state, "<!DOCTYPE a SYSTEM 'file:///etc/hostname'><a/>",
		arena_printf(*state, "breach %d\n", (int)XML_DOCTYPE));
}

static void
refuses_broken_xml(void **state)
{
	expect_breach(*state, "<a></b>", XML_NOT_WELL_FORMED);
	expect_breach(*state, "<a b='1' b='2'/>", XML_NOT_WELL_FORMED);
	expect_breach(*state, "<a b=1/>", XML_NOT_WELL_FORMED);
	expect_breach(*state, "<a>&#0;</a>", XML_NOT_WELL_FORMED);
	expect_breach(*state, "<a>\x01</a>", XML_NOT_WELL_FORMED);
	expect_breach(*state, "hello <a/>", XML_NOT_WELL_FORMED);
	expect_breach(*state, "<![CDATA[hello]]><a/>", XML_NOT_WELL_FORMED);
	/* RFC 6120, 11.6: no mark but a character, and those do not come before the root. */
	expect(*state, "\xef\xbb\xbf" HEADER,
		arena_printf(*state, "breach %d\n", (int)XML_NOT_WELL_FORMED));
	expect(*state, "HTTP/1.1 400 Bad Request\r\n",
		arena_printf(*state, "breach %d\n", (int)XML_NOT_WELL_FORMED));
}

static void
refuses_zero_bytes(void **state)
{
	static const char xml[] = HEADER "<a>\0</a><b/>";

	expect_bytes(*state, xml, sizeof xml - 1,
		arena_printf(
			*state, HEADER_SHOWN "breach %d\n", (int)XML_NOT_WELL_FORMED));
}

static void
refuses_undeclared_prefixes(void **state)
{
	expect_breach(*state, "<x:a/>", XML_NAMESPACE);
	expect_breach(*state, "<a x:b='1'/>", XML_NAMESPACE);
	expect_breach(*state, "<a><x:b/></a>", XML_NAMESPACE);
	expect_breach(*state, "<a xmlns:x=''/>", XML_NAMESPACE);
	expect_breach(
		*state, "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='1'/>", XML_NAMESPACE);
	expect(*state, "<stream:stream version='1.0'>",
		arena_printf(*state, "breach %d\n", (int)XML_NAMESPACE));
	expect(*state, HEADER "<a xmlns:x='urn:x'/><a xmlns=''/>",
		HEADER_SHOWN "element {jabber:server}a\nelement {}a\n");
}

static void
refuses_other_encodings(void **state)
{
	static const char little[] = "\xff\xfe<\0a\0/\0>\0", big[] = "\0<\0a\0/\0>";
	static const char unmarked[] = "<\0a\0/\0>\0";
	const char *breach = arena_printf(*state, "breach %d\n", (int)XML_ENCODING);

	expect_bytes(*state, little, sizeof little - 1, breach);
	expect_bytes(*state, big, sizeof big - 1, breach);
	expect_bytes(*state, unmarked, sizeof unmarked - 1, breach);
	expect(*state, "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", breach);
	expect(*state, "<?xml version='1.0' encoding = \"UTF-16\" ?><a/>", breach);
	expect(*state, "<?xml version='1.0' encoding='utf-8'?><a b='\xc3\xa9'/>",
		"header {}a b=\xc3\xa9\nend\n");
	expect_breach(*state, "<a>\xe9</a>", XML_ENCODING);
	expect_breach(*state, "<a b='\xe9'/>", XML_ENCODING);
	expect_breach(*state, "<a>caf\xe9 > tea</a>", XML_ENCODING);
}

static void
limits_depth(void **state)
{
	size_t inside = STREAM_MAX_DEPTH - 1;

	expect_breach(*state, repeat(*state, "<a>", inside + 1), XML_TOO_DEEP);
	expect_breach(*state, repeat(*state, "<a>", 5000), XML_TOO_DEEP);
	assert_true(text_starts(
		events(*state,
			arena_printf(*state, HEADER "%s%s", repeat(*state, "<a>", inside),
				repeat(*state, "</a>", inside)),
			strlen(HEADER) + 7 * inside, 50),
		HEADER_SHOWN "element {jabber:server}a ("));
}

static void
limits_attributes(void **state)
{
	const char *attributes = "", *namespaces = "";

	for (int i = 0; i <= STREAM_MAX_ATTRIBUTES; i++)
		attributes = arena_printf(*state, "%s a%d=''", attributes, i);
	for (int i = 0; i < STREAM_MAX_NAMESPACES; i++)
		namespaces = arena_printf(*state, "%s xmlns:a%d='u'", namespaces, i);
	expect_breach(*state, arena_printf(*state, "<a%s/>", attributes),
		XML_TOO_MANY_ATTRIBUTES);
	expect_breach(*state, arena_printf(*state, "<a%s/>", namespaces),
		XML_TOO_MANY_ATTRIBUTES);
}

/* The parser finds thousands of errors in one tag; a copy of the tag for each of them
 * would take 300 MB. */
static void
limits_errors(void **state)
{
	struct arena *arena = arena_open();
	struct stream *s = stream_open(arena, PHASE_PLAIN);
	const struct element *e;
	char tag[60000] = HEADER "<a";
	size_t length = strlen(tag);

	(void)state;
	for (int i = 0; length < sizeof tag - 32; i++)
		length += (size_t)snprintf(
			tag + length, sizeof tag - length, " xmlns:a%d=''", i);
	tag[length++] = '>';
	stream_feed(s, tag, length);
	while (stream_next(s, &e) == STREAM_HEADER)
		continue;
	assert_int_equal(stream_next(s, &e), STREAM_BREACH);
	assert_true(arena_size(arena) < 1024 * 1024);
	stream_close(&s);
	arena_close(&arena);
}

static void
limits_lengths(void **state)
{
	const char *name = repeat(*state, "n", STREAM_MAX_NAME + 1);
	const char *value = repeat(*state, "v", STREAM_MAX_VALUE + 1);

	expect_breach(*state, arena_printf(*state, "<%s/>", name), XML_TOO_LARGE);
	expect_breach(*state, arena_printf(*state, "<a %s=''/>", name), XML_TOO_LARGE);
	expect_breach(*state, arena_printf(*state, "<a b='%s'/>", value), XML_TOO_LARGE);
	expect_breach(
		*state, arena_printf(*state, "<a xmlns='%s'/>", value), XML_TOO_LARGE);
	expect(*state, arena_printf(*state, HEADER "<%s b='%s'/>", name + 1, value + 1),
		arena_printf(*state, HEADER_SHOWN "element {jabber:server}%s b=%s\n",
			name + 1, value + 1));
}

static void
limits_text(void **state)
{
	const char *text = repeat(*state, "t", STREAM_MAX_TEXT + 1);

	expect_breach(*state, arena_printf(*state, "<a>%s</a>", text), XML_TOO_LARGE);
	expect(*state, arena_printf(*state, HEADER "<a>%s</a>", text + 1),
		arena_printf(*state, HEADER_SHOWN "element {jabber:server}a \"%s\"\n",
			text + 1));
}

static void
limits_element(void **state)
{
	expect_breach(*state,
		arena_printf(
			*state, "<a>%s", repeat(*state, "<b/>", STREAM_MAX_ELEMENT / 4)),
		XML_TOO_LARGE);
	/* Also when no '>' comes. */
	expect_breach(*state,
		arena_printf(*state, "<a b='%s", repeat(*state, "b", STREAM_MAX_ELEMENT)),
		XML_TOO_LARGE);
}

static void
limits_tags(void **state)
{
	const char *full = repeat(*state, ">", STREAM_MAX_TAG + 1);

	expect_breach(*state, arena_printf(*state, "<a b='%s", full), XML_TOO_LARGE);
	expect_breach(*state, arena_printf(*state, "<!-- %s", full), XML_TOO_LARGE);
	expect(*state, arena_printf(*state, HEADER "<a>%s</a>", full),
		arena_printf(
			*state, HEADER_SHOWN "element {jabber:server}a \"%s\"\n", full));
}

static void
limits_elements(void **state)
{
	const char *most = repeat(*state, "<a/>", STREAM_MAX_ELEMENTS);
	const char *shown = arena_printf(*state, HEADER_SHOWN "%s",
		repeat(*state, "element {jabber:server}a\n", STREAM_MAX_ELEMENTS));

	expect(*state, arena_printf(*state, HEADER "%s", most), shown);
	expect(*state, arena_printf(*state, HEADER "%s<a/>", most),
		arena_printf(*state, "%sbreach %d\n", shown, (int)XML_TOO_MANY_ELEMENTS));
}

static void
limits_space(void **state)
{
	const char *space = repeat(*state, "\n", STREAM_MAX_SPACE + 1);

	expect_breach(*state, space, XML_TOO_MUCH_SPACE);
	expect_breach(*state, arena_printf(*state, "<![CDATA[%s]]>", space),
		XML_TOO_MUCH_SPACE);
	expect(*state, arena_printf(*state, HEADER "%s<a/>", space + 1),
		HEADER_SHOWN "element {jabber:server}a\n");
}

static void
limits_bytes(void **state)
{
	const char *one = arena_printf(*state, "<a><b>%s</b><b>%s</b></a>",
		repeat(*state, "t", 32000), repeat(*state, "t", 32000));
	const char *four = arena_printf(*state, HEADER "%s", repeat(*state, one, 5));
	struct stream *s = stream_open(*state, PHASE_PLAIN);
	const struct element *e;
	struct xml_fact fact;

	stream_feed(s, four, strlen(four));
	assert_int_equal(stream_next(s, &e), STREAM_HEADER);
	for (int i = 0; i < 4; i++)
		assert_int_equal(stream_next(s, &e), STREAM_ELEMENT);
	assert_int_equal(stream_next(s, &e), STREAM_BREACH);
	assert_int_equal(stream_next(s, &e), STREAM_BREACH);
	stream_breach(s, *state, &fact);
	assert_int_equal(fact.breach, XML_TOO_MANY_BYTES);
	assert_int_equal(stream_bytes(s), strlen(four));
	stream_close(&s);
}

static void
shows_the_place(void **state)
{
	const char *xml = arena_printf(*state, HEADER "<a>%s\x01%s</a>",
		repeat(*state, "x", 3000), repeat(*state, "y", 3000));
	struct stream *s = stream_open(*state, PHASE_PLAIN);
	const struct element *e;
	struct xml_fact fact;

	stream_feed(s, xml, strlen(xml));
	assert_int_equal(stream_next(s, &e), STREAM_HEADER);
	assert_int_equal(stream_next(s, &e), STREAM_BREACH);
	stream_breach(s, *state, &fact);
	assert_non_null(strstr(fact.excerpt, "xx\\x01yy"));
	assert_true(strlen(fact.excerpt) <= 203);
	stream_close(&s);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_features),
		TEST(reads_dialback),
		TEST(reads_sasl),
		TEST(reads_prefix_free_stream),
		TEST(reads_angle_brackets_in_values),
		TEST(describes_root),
		TEST(leaves_the_rest),
		TEST(has_no_rest_after_proceed),
		TEST(takes_space_and_keepalives),
		TEST(takes_bare_stream_error),
		TEST(takes_unbound_stream_error),
		TEST(ends_once_and_for_all),
		TEST(refuses_restricted_xml),
		TEST(refuses_broken_xml),
		TEST(refuses_zero_bytes),
		TEST(refuses_undeclared_prefixes),
		TEST(refuses_other_encodings),
		TEST(limits_depth),
		TEST(limits_attributes),
		TEST(limits_errors),
		TEST(limits_lengths),
		TEST(limits_text),
		TEST(limits_element),
		TEST(limits_tags),
		TEST(limits_elements),
		TEST(limits_space),
		TEST(limits_bytes),
		TEST(shows_the_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
