/* Elements as plain data: finding what is in them, and texts on their way into XML. */
#include "net/stream.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The element of a stream that holds nothing else; it outlives the stream. */
static const struct element *
read_element(struct arena *arena, const char *xml)
{
	struct stream *s = stream_open(arena, PHASE_PLAIN);
	const struct element *e = NULL;

	stream_feed(s, "<stream>", 8);
	assert_int_equal(stream_next(s, &e), STREAM_HEADER);
	stream_feed(s, xml, strlen(xml));
	assert_int_equal(stream_next(s, &e), STREAM_ELEMENT);
	stream_close(&s);
	return e;
}

static void
finds_children(void **state)
{
	const struct element *e = read_element(
		*state, "<a xmlns='u'><b/><c xmlns='v'/><b/><d xmlns=''/></a>");

	assert_ptr_equal(element_child(e, "b", "u"), e->child[0]);
	assert_ptr_equal(element_child(e, "c", "v"), e->child[1]);
	assert_ptr_equal(element_child(e, "d", ""), e->child[3]);
	assert_null(element_child(e, "c", "u"));
	assert_true(element_is(e, "a", "u"));
	assert_false(element_is(e, "a", ""));
	assert_false(element_is(e, "b", "u"));
}

static void
finds_attributes(void **state)
{
	const struct element *e = read_element(
		*state, "<a xmlns:x='u' x:k='2' xml:lang='en' k='1'><b z='3'/></a>");

	assert_int_equal(e->attributes, 3);
	assert_string_equal(element_attribute(e, "k"), "1");
	assert_null(element_attribute(e, "lang"));
	assert_null(element_attribute(e, "z"));
	assert_null(element_attribute(e, "xmlns"));
}

static void
titles(void **state)
{
	const struct element *e = read_element(*state, "<x:a xmlns:x='u'><b/></x:a>");

	assert_string_equal(element_title(*state, e), "{u}a");
	assert_string_equal(e->prefix, "x");
	assert_string_equal(element_title(*state, e->child[0]), "{}b");
	assert_null(e->child[0]->prefix);
}

static void
escapes(void **state)
{
	assert_string_equal(xml_escape(*state, ""), "");
	assert_string_equal(xml_escape(*state, "<&>\"'"), "&lt;&amp;&gt;&quot;&apos;");
	assert_string_equal(xml_escape(*state, "a\tb"), "a&#9;b");
}

/* A parser gives back what was escaped, in a text and in a value. */
static void
escapes_for_a_parser(void **state)
{
	static const char *const row[] = { "<a b=\"c\" d='e'>&\t\n\r", "]]>", "&amp;",
		"&#38;", "&&#38;&", " straße " };

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const char *text = xml_escape(*state, row[i]);
		const struct element *e = read_element(
			*state, arena_printf(*state, "<a b='%s'>%s</a>", text, text));

		assert_string_equal(e->text, row[i]);
		assert_string_equal(element_attribute(e, "b"), row[i]);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_children),
		TEST(finds_attributes),
		TEST(titles),
		TEST(escapes),
		TEST(escapes_for_a_parser),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
