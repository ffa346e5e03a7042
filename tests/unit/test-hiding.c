/* A dialback key that the partner sends back is made unreadable, however it is cut into
 * pieces and however it is written; everything else passes as it came. */
#include "probes/hiding.h"

#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char key[] =
	"37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643";
static const char stars[] =
	"****************************************************************";

enum { LONGEST = 8192 };

/* What is shown of the text when it comes in pieces of so many bytes. */
static const char *
shown(struct hiding *h, const char *text, size_t piece)
{
	static char out[LONGEST + HIDING_HELD + 1];
	size_t length = strlen(text), done = 0;

	for (size_t at = 0; at < length; at += piece)
		done += hiding_pass(h, text + at,
			length - at < piece ? length - at : piece, out + done);
	out[done] = '\0';
	return out;
}

static void
assert_shown(const char *text, const char *expected)
{
	for (size_t piece = 1; piece < 200; piece++) {
		struct hiding h = { .secrets = 0 };

		hiding_add(&h, key);
		assert_string_equal(shown(&h, text, piece), expected);
	}
}

static void
no_digit_is_left(void **state)
{
	(void)state;
	assert_shown(arena_printf(*state, "<a>37c69%s</a><b>%s</b>", key, key),
		arena_printf(*state, "<a>37c69%s</a><b>%s</b>", stars, stars));
}

/* XML 1.0, 4.1. */
static void
references_are_read(void **state)
{
	static const char *const forms[] = { "&#x%x;", "&#%u;", "&#x000%X;",
		"&#0000%u;" };

	for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
		char *text = arena_printf(*state, "<a>");

		for (const char *k = key; *k != '\0'; k++) {
			char one[16];

			snprintf(one, sizeof one, forms[f], (unsigned)*k);
			text = arena_printf(*state, k[1] & 1 ? "%s%s" : "%s%.1s", text,
				k[1] & 1 ? one : k);
		}
		assert_shown(arena_printf(*state, "%s</a>", text),
			arena_printf(*state, "<a>%s</a>", stars));
	}
}

/* XML 1.0, 2.7. */
static void
sections_are_read(void **state)
{
	assert_shown(arena_printf(*state, "<a>%.20s<![CDATA[%.30s]]>%s</a>", key,
			     key + 20, key + 50),
		arena_printf(*state, "<a>%.20s<![CDATA[%.30s]]>%s</a>", stars, stars,
			stars + 50));
}

static void
other_text_is_left_alone(void **state)
{
	static const char text[] =
		"37c69b1 7c69b1cf07a3f67c0 5643 37c69b0cf07a3f67 &#x33;7&amp;&#51;x "
		"&#x;3 &#x3 7&#xfff33; &lt;3<![CDATA[3]]>7c<b/>";

	(void)state;
	assert_shown(text, text);
}

/* Who waits for the next element gets it with its last byte. */
static void
no_element_waits(void **state)
{
	struct hiding h = { .secrets = 0 };

	(void)state;
	hiding_add(&h, key);
	assert_string_equal(shown(&h, "<proceed/>", 100), "<proceed/>");
	assert_string_equal(shown(&h, "<a>37c6", 100), "<a>");
	assert_string_equal(shown(&h, "</a>", 100), "37c6</a>");
}

/* Who writes a digit in so many ways has lost it. */
static void
what_is_held_has_a_limit(void **state)
{
	struct hiding h = { .secrets = 0 };
	char zeros[HIDING_HELD + 1];

	(void)state;
	memset(zeros, '0', HIDING_HELD);
	zeros[HIDING_HELD] = '\0';
	hiding_add(&h, key);
	assert_string_equal(shown(&h, "37&#x", 100), "");
	assert_int_equal(strspn(shown(&h, zeros, 1000), "*0"), HIDING_HELD + 5);
}

static void
several_secrets_are_hidden(void **state)
{
	struct hiding h = { .secrets = 0 };

	(void)state;
	hiding_add(&h, "37c69b2");
	hiding_add(&h, "37c69b2");
	hiding_add(&h, "a<&");
	assert_int_equal(h.secrets, 2);
	assert_string_equal(shown(&h, "37c69b1 37c69b2 a&lt;&amp; a&#60;&; 37", 3),
		"37c69b1 ******* *** a&#60;&; ");
	assert_string_equal(hiding_whole(&h, *state, "<b>a&lt;&amp;</b>37c69b2 37c", 28),
		"<b>***</b>******* 37c");
}

static void
without_a_key_nothing_is_hidden(void **state)
{
	struct hiding h = { .secrets = 0 };

	(void)state;
	hiding_add(&h, "");
	assert_string_equal(shown(&h, "text&", 2), "text&");
}

/* The oldest makes room: so many keys are not of streams that still live. */
static void
the_newest_are_remembered(void **state)
{
	struct hiding h = { .secrets = 0 };

	for (int i = 0; i <= HIDING_SECRETS; i++)
		hiding_add_key(&h, *state, arena_printf(*state, "key-%08d", i));
	hiding_add_key(&h, *state, "short");
	assert_string_equal(hiding_whole(&h, *state,
				    "key-00000000 key-00000001 key-00000256 short", 44),
		"key-00000000 ************ ************ short");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_digit_is_left),
		cmocka_unit_test(references_are_read),
		cmocka_unit_test(sections_are_read),
		cmocka_unit_test(other_text_is_left_alone),
		cmocka_unit_test(no_element_waits),
		cmocka_unit_test(what_is_held_has_a_limit),
		cmocka_unit_test(several_secrets_are_hidden),
		cmocka_unit_test(without_a_key_nothing_is_hidden),
		cmocka_unit_test(the_newest_are_remembered),
	};

	return cmocka_run_group_tests_name("hiding", tests, open_arena, close_arena);
}
