/* Foreign text becomes safe to show, and stays so. */
#include "base/text.h"
#include "tests/unit/fixture.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
cleans(void **state)
{
	static const struct {
		const char *foreign, *clean;
	} row[] = {
		{ "", "" },
		{ "plain text", "plain text" },
		{ "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
			"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "a\nb\tc", "a\\x0ab\\x09c" },
		{ "\x1b[31m", "\\x1b[31m" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b", "\\u{9b}" },            /* C1: CSI */
		{ "\xe2\x80\xae", "\\u{202e}" },      /* right-to-left override */
		{ "\xe2\x81\xa6", "\\u{2066}" },      /* isolate */
		{ "\xe2\x80\xa8", "\\u{2028}" },      /* line separator */
		{ "\xe2\x80\x8b", "\\u{200b}" },      /* zero width space */
		{ "\xef\xbb\xbf", "\\u{feff}" },      /* byte order mark */
		{ "\xef\xbf\xbe", "\\u{fffe}" },      /* noncharacter */
		{ "\xf3\xa0\x80\x81", "\\u{e0001}" }, /* tag */
		{ "\xe1\xa0\x8e", "\\u{180e}" },      /* vowel separator */
		{ "\x80", "\\x80" },
		{ "\xc0\xaf", "\\xc0\\xaf" }, /* overlong */
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },          /* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" }, /* over U+10FFFF */
		{ "\xe2\x82", "\\xe2\\x82" },                   /* cut short */
		{ "\xe2\x82z", "\\xe2\\x82z" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const char *foreign = row[i].foreign;
		const char *clean = text_clean(*state, foreign, strlen(foreign));

		assert_string_equal(clean, row[i].clean);
		assert_true(text_is_clean(clean));
		assert_int_equal(text_is_clean(foreign), strcmp(foreign, clean) == 0);
	}
	assert_string_equal(text_clean(*state, "a\0b", 3), "a\\x00b");
	assert_string_equal(text_clean(*state, NULL, 0), "");
}

/* Any length about the limit, with characters of any size across it. */
static void
cuts_long_text(void **state)
{
	static const char *const unit[] = { "x", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80", "\x01", "\xe2\x80\xae" };
	char text[TEXT_LIMIT + 64];

	for (size_t u = 0; u < sizeof unit / sizeof unit[0]; u++)
		for (size_t lead = 0; lead < 8; lead++) {
			size_t n = lead, length = strlen(unit[u]);
			const char *once, *twice;

			memset(text, 'a', lead);
			while (n + length <= TEXT_LIMIT + 9) {
				memcpy(text + n, unit[u], length);
				n += length;
			}
			once = text_clean(*state, text, n);
			twice = text_clean(*state, once, strlen(once));
			assert_true(strlen(once) <= TEXT_LIMIT);
			assert_true(strlen(once) >= TEXT_LIMIT - 32);
			assert_true(text_ends(once, "[...]"));
			assert_true(text_is_clean(once));
			assert_string_equal(once, twice);
		}
}

static void
leaves_what_fits(void **state)
{
	char text[TEXT_LIMIT + 2] = { 0 };

	for (size_t n = TEXT_LIMIT - 10; n <= TEXT_LIMIT; n++) {
		memset(text, 'a', n);
		assert_true(text_is_clean(text));
		assert_string_equal(text_clean(*state, text, n), text);
	}
	text[TEXT_LIMIT] = 'a';
	assert_false(text_is_clean(text));
}

static void
writes_hex_and_base64(void **state)
{
	static const char *const row[] = { "", "f", "fo", "foo", "foob", "fooba",
		"foobar" };
	static const char *const base64[] = { "", "Zg==", "Zm8=", "Zm9v",
		"Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" }; /* RFC 4648, section 10 */

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const uint8_t *bytes = (const uint8_t *)row[i];
		size_t length = strlen(row[i]), back;

		assert_string_equal(text_base64(*state, bytes, length), base64[i]);
		assert_memory_equal(
			text_unbase64(*state, base64[i], &back), bytes, length);
		assert_int_equal(back, length);
	}
	assert_string_equal(
		text_hex(*state, (const uint8_t *)"\x00\xff\x1a", 3), "00ff1a");
}

static void
refuses_bad_base64(void **state)
{
	static const char *const row[] = { "Z", "Zg",
		"Zg=", "Zg= =", "Z===", "====", "Zm9v\n", "Zm9v Zm9v", "Zg==Zg==", "Zm-_",
		"=Zg=", "Zg=a" };
	size_t length;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_null(text_unbase64(*state, row[i], &length));
}

static void
compares(void **state)
{
	(void)state;
	assert_true(text_same_name("Example.COM", "eXample.com"));
	assert_false(text_same_name("example.com", "example.co"));
	assert_false(text_same_name("a", NULL));
	assert_false(text_same_name(NULL, "a"));
	assert_true(text_same_name(NULL, NULL));
	assert_false(text_same_name("\xc3\x89", "\xc3\xa9"));
	assert_false(text_same("a", "A"));
	assert_true(text_same("a", "a"));
	assert_true(text_same(NULL, NULL));
	assert_false(text_same(NULL, ""));
	assert_true(text_starts("prefix", "pre"));
	assert_false(text_starts("pre", "prefix"));
	assert_true(text_ends("name.example", ".example"));
	assert_false(text_ends("example", ".example"));
	assert_true(text_ends("x", ""));
	assert_string_equal(text_lower(*state, "AbC-\xc3\x89Z["), "abc-\xc3\x89z[");
}

static void
measures_width(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("four"), 4);
}

static void
breaks_lines(void **state)
{
	(void)state;
	assert_int_equal(text_line("", 10), 0);
	assert_int_equal(text_line("all of it", 9), 9);
	assert_int_equal(text_line("up to a space", 6), 5);
	assert_int_equal(text_line("up to a space", 5), 5);
	assert_int_equal(text_line("withoutspace", 5), 5);
	assert_int_equal(text_line("no room", 0), 1);
	/* Characters are not torn apart, whatever room there is. */
	assert_int_equal(text_line("\xc3\xa9\xc3\xa9", 1), 2);
	assert_int_equal(text_line("\xc3\xa9", 0), 2);
}

static void
reads_numbers(void **state)
{
	long long n = 7;

	(void)state;
	assert_true(text_number("0", 0, 10, &n) && n == 0);
	assert_true(text_number("-12", -20, 10, &n) && n == -12);
	assert_true(
		text_number("9223372036854775807", 0, LLONG_MAX, &n) && n == LLONG_MAX);
	assert_false(text_number("9223372036854775808", 0, LLONG_MAX, &n));
	assert_false(text_number("11", 0, 10, &n));
	assert_false(text_number("-1", 0, 10, &n));
	assert_false(text_number("", 0, 10, &n));
	assert_false(text_number("-", -10, 10, &n));
	assert_false(text_number(" 1", 0, 10, &n));
	assert_false(text_number("1 ", 0, 10, &n));
	assert_false(text_number("+1", 0, 10, &n));
	assert_false(text_number("0x1", 0, 10, &n));
	assert_false(text_number("1-1", 0, 10, &n));
}

static void
writes_and_reads_times(void **state)
{
	static const int64_t row[] = { 0, -1, 951782400, 1795226400, 4102444799,
		253402300799, -62167219200 };
	int64_t back;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		assert_true(text_parse_time(text_time(*state, row[i]), &back));
		assert_int_equal(back, row[i]);
	}
	assert_string_equal(text_time(*state, 1795226400), "2026-11-21T02:00:00Z");
	assert_string_equal(text_time(*state, INT64_MAX), "9999-12-31T23:59:59Z");
	assert_string_equal(text_time(*state, 67768036191676799), "9999-12-31T23:59:59Z");
	assert_string_equal(text_time(*state, INT64_MIN), "0000-01-01T00:00:00Z");
}

static void
refuses_bad_times(void **state)
{
	static const char *const row[] = { "", "2026-11-21", "2026-11-21T02:00:00",
		"2026-11-21T02:00:00z", "2026-11-21 02:00:00Z", "2026-13-21T02:00:00Z",
		"2026-00-21T02:00:00Z", "2026-11-31T02:00:00Z", "2025-02-29T02:00:00Z",
		"2026-11-00T02:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T02:60:00Z",
		"2026-11-21T02:00:61Z", "2026-1 -21T02:00:00Z", "2026- 1-21T02:00:00Z",
		"+026-11-21T02:00:00Z", "2026-11-21T-2:00:00Z", "2026-11-21T02:00:00Zx" };
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_false(text_parse_time(row[i], &seconds));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cleans),
		TEST(cuts_long_text),
		TEST(leaves_what_fits),
		TEST(writes_hex_and_base64),
		TEST(refuses_bad_base64),
		TEST(compares),
		TEST(measures_width),
		TEST(breaks_lines),
		TEST(reads_numbers),
		TEST(writes_and_reads_times),
		TEST(refuses_bad_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
