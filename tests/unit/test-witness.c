/* A dialback key that the partner sends back is made unreadable, however it is cut into
 * pieces. */
#include "probes/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char key[] =
	"37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643";

enum { DIGITS = sizeof key - 1, LONGEST_LEAK = 7 };

/* How many digits of the beginning, or of the end, are left to read one after the other. */
static size_t
left_to_read(const char *text)
{
	size_t most = 0;

	for (size_t from = 0; from < DIGITS; from++)
		for (size_t n = 1; from + n <= DIGITS; n++) {
			char piece[DIGITS + 1] = { 0 };

			memcpy(piece, key + from, n);
			if (strstr(text, piece) != NULL && n > most)
				most = n;
		}
	return most;
}

/* The same bytes, in pieces of so many. */
static void
hide(char *text, size_t piece)
{
	struct session s = { .key = key };
	size_t length = strlen(text);

	for (size_t at = 0; at < length; at += piece)
		hide_key(&s, text + at, length - at < piece ? length - at : piece);
}

static void
no_piece_is_left(void **state)
{
	(void)state;
	for (size_t piece = 1; piece < 100; piece++) {
		char text[200];

		snprintf(text, sizeof text, "<a>37c69%s</a><b>%s</b>", key, key);
		hide(text, piece);
		assert_true(left_to_read(text) <= LONGEST_LEAK);
		assert_int_equal(strncmp(text, "<a>37c69", 8), 0);
		assert_non_null(strstr(text, "</a><b>"));
		assert_non_null(strstr(text, "</b>"));
	}
}

static void
other_text_is_left_alone(void **state)
{
	(void)state;
	for (size_t piece = 1; piece < 40; piece++) {
		char text[] = "37c69b1 7c69b1cf07a3f67c0 5643 37c69b0cf07a3f67";

		hide(text, piece);
		assert_string_equal(
			text, "37c69b1 7c69b1cf07a3f67c0 5643 37c69b0cf07a3f67");
	}
}

static void
without_a_key_nothing_is_hidden(void **state)
{
	struct session s = { .key = NULL };
	char text[] = "text";

	(void)state;
	hide_key(&s, text, strlen(text));
	assert_string_equal(text, "text");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_piece_is_left),
		cmocka_unit_test(other_text_is_left_alone),
		cmocka_unit_test(without_a_key_nothing_is_hidden),
	};

	return cmocka_run_group_tests_name("witness", tests, NULL, NULL);
}
