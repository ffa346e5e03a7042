/* Which files never reach libxml2. */
#include "file/bounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *
trouble_of(const char *text, int *line)
{
	return bounds_trouble(text, strlen(text), line);
}

static void
accepts(const char *text)
{
	int line;

	assert_null(trouble_of(text, &line));
}

/* The line holds an element with so many attributes between `before` and `after`. */
static const char *
trouble_with(const char *before, int attributes, const char *after, int *line)
{
	static char text[65536];
	size_t used = (size_t)snprintf(text, sizeof text, "%s", before);

	for (int i = 0; i < attributes; i++)
		used += (size_t)snprintf(
			text + used, sizeof text - used, " a%d='=>=' b%d=\"'\"", i, i);
	snprintf(text + used, sizeof text - used, "%s", after);
	return trouble_of(text, line);
}

static void
counts_the_attributes_of_each_element(void **state)
{
	enum { HALF = BOUNDS_MAX_ATTRIBUTES / 2 };
	int line;

	(void)state;
	assert_null(trouble_with("<a>\n<b", HALF, "/></a>", &line));
	assert_string_equal(trouble_with("<a>\n<b", HALF + 1, "/></a>", &line),
		"an element has more attributes than any of ours");
	assert_int_equal(line, 2);
	assert_non_null(trouble_with("<a><!-- ' -->\n\n<b", HALF + 1, "/></a>", &line));
	assert_int_equal(line, 3);
	assert_non_null(trouble_with("<?x <a b='?><a", HALF + 1, "", &line));
	assert_non_null(trouble_with("<![CDATA[<a ' ]]><a", HALF + 1, "", &line));
}

static void
leaves_text_and_comments_alone(void **state)
{
	int line;

	(void)state;
	assert_null(trouble_with("<a>don't", BOUNDS_MAX_ATTRIBUTES, "</a>", &line));
	assert_null(trouble_with("<!-- <a", BOUNDS_MAX_ATTRIBUTES, "-->", &line));
}

static void
ends_where_the_file_ends(void **state)
{
	(void)state;
	accepts("<");
	accepts("<a b='");
	accepts("<a b=");
	accepts("<!--");
	accepts("<![CDATA[");
	accepts("<?");
	accepts("<a></");
}

static void
refuses_what_is_no_xml(void **state)
{
	int line;

	(void)state;
	assert_string_equal(trouble_of("", &line), "it is empty");
	assert_int_equal(line, 1);
	assert_string_equal(trouble_of("\xff\xfe<", &line), "it is no XML in UTF-8");
	assert_string_equal(bounds_trouble("<a\0", 3, &line), "it is no XML in UTF-8");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_the_attributes_of_each_element),
		cmocka_unit_test(leaves_text_and_comments_alone),
		cmocka_unit_test(ends_where_the_file_ends),
		cmocka_unit_test(refuses_what_is_no_xml),
	};

	return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}
