/* XML as it came, in lines: also what is cut off, or no XML at all. */
#include "tui/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Every line, with two spaces for each level. */
static const char *
laid_out(struct markup *markup, const char *text)
{
	static char out[1024];
	struct markup_line line;
	size_t used = 0;

	out[0] = '\0';
	markup->rest = text;
	while (markup_next(markup, &line))
		used += (size_t)snprintf(out + used, sizeof out - used, "%*s%.*s\n",
			2 * line.depth, "", (int)line.length, line.text);
	return out;
}

static void
each_element_has_a_line(void **state)
{
	struct markup markup = { 0 };

	(void)state;
	assert_string_equal(
		laid_out(&markup,
			"<stream:features><starttls><required/></starttls>"
			"<mechanisms><mechanism>EXTERNAL</mechanism></mechanisms>"
			"</stream:features>"),
		"<stream:features>\n"
		"  <starttls>\n"
		"    <required/>\n"
		"  </starttls>\n"
		"  <mechanisms>\n"
		"    <mechanism>EXTERNAL</mechanism>\n"
		"  </mechanisms>\n"
		"</stream:features>\n");
}

static void
a_stream_goes_on_from_text_to_text(void **state)
{
	struct markup markup = { 0 };

	(void)state;
	laid_out(&markup, "<?xml version='1.0'?><stream:stream id='a'>");
	assert_string_equal(laid_out(&markup, "<proceed/>"), "  <proceed/>\n");
	/* Inside TLS it begins anew, though nobody ended the one before. */
	assert_string_equal(laid_out(&markup, "<stream:stream id='b'><a/>"),
		"<stream:stream id='b'>\n  <a/>\n");
	assert_string_equal(laid_out(&markup, "</stream:stream>"), "</stream:stream>\n");
}

static void
a_bracket_in_quotes_is_none(void **state)
{
	struct markup markup = { 0 };

	(void)state;
	assert_string_equal(laid_out(&markup, "<a b='>' c=\"/>'\"><d/></a>"),
		"<a b='>' c=\"/>'\">\n  <d/>\n</a>\n");
}

static void
what_is_cut_off_is_shown(void **state)
{
	struct markup markup = { 0 };

	(void)state;
	assert_string_equal(laid_out(&markup, "<a><b c='"), "<a>\n  <b c='\n");
	assert_string_equal(laid_out(&markup, "<"), "  <\n");
	assert_string_equal(laid_out(&markup, "<>"), "  <>\n");
}

static void
what_is_no_xml_is_shown(void **state)
{
	struct markup markup = { 0 };

	(void)state;
	assert_string_equal(
		laid_out(&markup, "HTTP/1.1 400 Bad\n"), "HTTP/1.1 400 Bad\n\n");
	assert_string_equal(laid_out(&markup, "</a></b>text"), "</a>\n</b>\ntext\n");
	assert_string_equal(laid_out(&markup, " \t\n"), "");
	assert_string_equal(laid_out(&markup, "<!-- <a> --><![CDATA[<b>]]><?c d?>"),
		"<!-- <a> -->\n<![CDATA[<b>]]>\n<?c d?>\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_element_has_a_line),
		cmocka_unit_test(a_stream_goes_on_from_text_to_text),
		cmocka_unit_test(a_bracket_in_quotes_is_none),
		cmocka_unit_test(what_is_cut_off_is_shown),
		cmocka_unit_test(what_is_no_xml_is_shown),
	};

	return cmocka_run_group_tests_name("markup", tests, NULL, NULL);
}
