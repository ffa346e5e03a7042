/* The walk over described structs: each kind of field, deep copies, reading back. */
#include "base/text.h"
#include "model/record.h"
#include "tests/unit/fixture.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum colour { COLOUR_NONE, COLOUR_RED, COLOUR_GREEN };

static const char *const colour_names[] = { "none", "red", "green", NULL };

struct part {
	const char *label;
	int size;
};

struct whole {
	bool flag;
	int number;
	int64_t big, when;
	enum colour colour;
	const char *text;
	const uint8_t *bytes;
	size_t length;
	const char *const *word;
	size_t words;
	struct part *part;
	size_t parts;
};

static const struct field part_field[] = {
	{ "label", TEXT(part, label) },
	{ "size", INT(part, size) },
	{ .name = NULL },
};
static const struct record part_record = { "part", sizeof(struct part), part_field };

static const struct field whole_field[] = {
	{ "flag", BOOL(whole, flag) },
	{ "number", INT(whole, number) },
	{ "big", LONG(whole, big) },
	{ "when", TIME(whole, when) },
	{ "colour", ENUM(whole, colour, colour_names) },
	{ "text", TEXT(whole, text) },
	{ "bytes", BYTES(whole, bytes, length) },
	{ "word", TEXTS(whole, word, words) },
	{ "part", RECORDS(whole, part, parts, &part_record) },
	{ .name = NULL },
};
static const struct record whole_record = { "whole", sizeof(struct whole), whole_field };

/* Whatever the original held is gone before the copy is looked at. */
static void
copies_deeply(void **state)
{
	char text[] = "a\nb", word[] = "w\xff", label[] = "\x1b[m";
	uint8_t bytes[] = { 0, 10, 255 };
	const char *words[] = { word, "two" };
	struct part parts[] = { { label, 1 }, { NULL, 2 } };
	struct whole whole = { true, -3, INT64_MAX, 951782400, COLOUR_GREEN, text, bytes,
		3, words, 2, parts, 2 };
	struct whole *copy = record_copy(*state, &whole_record, &whole);

	memset(text, 'x', 3);
	memset(word, 'x', 2);
	memset(label, 'x', 3);
	memset(bytes, 'x', 3);
	memset(words, 0, sizeof words);
	memset(parts, 0, sizeof parts);
	memset(&whole, 0, sizeof whole);
	assert_true(copy->flag);
	assert_int_equal(copy->number, -3);
	assert_int_equal(copy->big, INT64_MAX);
	assert_int_equal(copy->when, 951782400);
	assert_int_equal(copy->colour, COLOUR_GREEN);
	assert_string_equal(copy->text, "a\\x0ab");
	assert_memory_equal(copy->bytes, "\x00\x0a\xff", 3);
	assert_string_equal(copy->word[0], "w\\xff");
	assert_string_equal(copy->word[1], "two");
	assert_string_equal(copy->part[0].label, "\\x1b[m");
	assert_int_equal(copy->part[1].size, 2);
	assert_null(copy->part[1].label);
}

static void
copies_emptiness(void **state)
{
	const char *words[1] = { NULL };
	struct whole whole = { .word = words };
	struct whole *copy = record_copy(*state, &whole_record, &whole);

	assert_null(copy->text);
	assert_null(copy->bytes);
	assert_null(copy->part);
	assert_null(copy->word); /* it would point to foreign memory */
}

static void
shows_values(void **state)
{
	static const char *const shown[] = { "true", "-3", "-9223372036854775808",
		"2000-02-29T00:00:00Z", "green", "text", "AAH/", NULL, NULL };
	const struct whole none = { 0 };
	const struct whole whole = { .flag = true,
		.number = -3,
		.big = INT64_MIN,
		.when = 951782400,
		.colour = COLOUR_GREEN,
		.text = "text",
		.bytes = (const uint8_t *)"\x00\x01\xff",
		.length = 3 };
	struct whole back = { 0 };

	for (size_t i = 0; whole_field[i].name != NULL; i++) {
		const struct field *f = &whole_field[i];
		const char *text = field_text(*state, f, &whole);

		assert_true(text_same(text, shown[i]));
		assert_null(field_text(*state, f, &none));
		assert_int_equal(text != NULL && field_parse(*state, f, &back, text),
			shown[i] != NULL);
	}
	assert_true(back.flag);
	assert_int_equal(back.number, whole.number);
	assert_int_equal(back.big, whole.big);
	assert_int_equal(back.when, whole.when);
	assert_int_equal(back.colour, whole.colour);
	assert_string_equal(back.text, whole.text);
	assert_int_equal(back.length, 3);
	assert_memory_equal(back.bytes, whole.bytes, 3);
}

static void
refuses_what_does_not_fit(void **state)
{
	static const struct {
		const char *name, *text;
	} row[] = {
		{ "flag", "" },
		{ "flag", "1" },
		{ "number", "2147483648" },
		{ "number", "one" },
		{ "big", "9223372036854775808" },
		{ "when", "yesterday" },
		{ "colour", "blue" },
		{ "colour", "" },
		{ "bytes", "not base64" },
		{ "word", "x" },
		{ "part", "x" },
	};
	struct whole whole = { 0 };

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_false(field_parse(*state, record_field(&whole_record, row[i].name),
			&whole, row[i].text));
}

static void
finds_fields(void **state)
{
	(void)state;
	assert_ptr_equal(record_field(&whole_record, "text"), &whole_field[5]);
	assert_null(record_field(&whole_record, "Text"));
	assert_int_equal(name_index(colour_names, "red"), COLOUR_RED);
	assert_int_equal(name_index(colour_names, "blue"), -1);
}

static void
adds_to_lists(void **state)
{
	const struct field *word = record_field(&whole_record, "word");
	const struct field *part = record_field(&whole_record, "part");
	struct whole whole = { 0 };

	for (int i = 0; i < 100; i++) {
		struct part *new = field_add(*state, part, &whole);

		assert_int_equal(new->size, 0);
		assert_null(new->label);
		new->size = i;
		field_add_text(*state, word, &whole, arena_printf(*state, "word %d", i));
	}
	assert_int_equal(field_count(part, &whole), 100);
	assert_int_equal(field_count(word, &whole), 100);
	assert_int_equal(field_count(record_field(&whole_record, "text"), &whole), 0);
	assert_int_equal(
		((const struct part *)field_element(part, &whole, 99))->size, 99);
	assert_string_equal(field_string(word, &whole, 42), "word 42");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(copies_deeply),
		TEST(copies_emptiness),
		TEST(shows_values),
		TEST(refuses_what_does_not_fit),
		TEST(finds_fields),
		TEST(adds_to_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
