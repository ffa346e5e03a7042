/* Drawing lands where it should, and nowhere else. */
#include "tui/canvas.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char picture[4096];

/* The canvas as text, and the canvas is closed. */
static const char *
drawn(struct canvas *canvas)
{
	FILE *file = fmemopen(picture, sizeof picture, "w");

	assert_non_null(file);
	canvas_print(canvas, file);
	fclose(file);
	canvas_close(&canvas);
	assert_null(canvas);
	return picture;
}

static void
text_is_clipped(void **state)
{
	struct canvas *c = canvas_open(6, 2, false);

	(void)state;
	assert_int_equal(canvas_text(c, 0, 2, STYLE_PLAIN, "fabrikam"), 10);
	assert_int_equal(canvas_text(c, 1, -3, STYLE_PLAIN, "contoso"), 4);
	canvas_text(c, -1, 0, STYLE_PLAIN, "above");
	canvas_text(c, 2, 0, STYLE_PLAIN, "below");
	canvas_text(c, 0, 6, STYLE_PLAIN, "beside");
	assert_string_equal(drawn(c), "  fabr\ntoso\n");
}

static void
wide_characters_take_two_cells(void **state)
{
	struct canvas *c = canvas_open(5, 3, false);

	(void)state;
	assert_int_equal(canvas_text(c, 0, 0, STYLE_PLAIN, "日本"), 4);
	/* Half of one is a space, at the edge as under another text. */
	canvas_text(c, 1, 4, STYLE_PLAIN, "日");
	canvas_text(c, 2, 0, STYLE_PLAIN, "日本");
	canvas_text(c, 2, 1, STYLE_PLAIN, "ab");
	assert_int_equal(canvas_at(c, 0, 1)->width, 0);
	assert_string_equal(drawn(c), "日本\n\n ab\n");
}

static void
marks_combine(void **state)
{
	struct canvas *c = canvas_open(4, 1, false);

	(void)state;
	assert_int_equal(canvas_text(c, 0, 0, STYLE_PLAIN, "e\u0301x"), 2);
	assert_string_equal(canvas_at(c, 0, 0)->text, "e\u0301");
	/* A flood of marks stays in its cell. */
	for (int i = 0; i < 100; i++)
		canvas_text(c, 0, 1, STYLE_PLAIN, "\u0301\u0301\u0301\u0301");
	assert_true(strlen(canvas_at(c, 0, 1)->text) < CELL_BYTES);
	canvas_close(&c);
}

static void
what_acts_is_not_drawn(void **state)
{
	struct canvas *c = canvas_open(10, 1, false);

	(void)state;
	canvas_text(c, 0, 0, STYLE_PLAIN, "a\033[2Jb\xff\u202e\xc2");
	assert_string_equal(drawn(c), "a?[2Jb???\n");
}

static void
cells_are_cut_and_padded(void **state)
{
	struct canvas *c = canvas_open(12, 5, false);

	(void)state;
	canvas_text(c, 0, 0, STYLE_PLAIN, "............");
	assert_int_equal(canvas_cell(c, 0, 0, 8, STYLE_PLAIN, "fabrikam.com"), 8);
	canvas_cell(c, 1, 0, 4, STYLE_PLAIN, "ab");
	canvas_text(c, 1, 4, STYLE_PLAIN, "|");
	canvas_cell_right(c, 2, 0, 4, STYLE_PLAIN, "12");
	canvas_cell(c, 3, 0, 4, STYLE_PLAIN, "日本語");
	canvas_text(c, 3, 4, STYLE_PLAIN, "|");
	canvas_cell(c, 4, 0, 0, STYLE_PLAIN, "none");
	assert_string_equal(drawn(c), "fabrika\u2026....\nab  |\n  12\n日\u2026 |\n\n");
}

static void
ascii_has_stand_ins(void **state)
{
	struct canvas *c = canvas_open(8, 3, true);

	(void)state;
	canvas_box(c, (struct area){ 0, 0, 3, 8 }, STYLE_PLAIN, NULL);
	canvas_cell(c, 1, 1, 6, STYLE_PLAIN, "münchen");
	assert_string_equal(drawn(c), "+------+\n|m?nch~|\n+------+\n");
}

static void
boxes_have_titles(void **state)
{
	struct canvas *c = canvas_open(10, 3, false);

	(void)state;
	canvas_box(c, (struct area){ 0, 0, 3, 10 }, STYLE_PLAIN, "certificate");
	assert_string_equal(drawn(c), "┌─ cer\u2026 ─┐\n│        │\n└────────┘\n");
}

static void
text_is_wrapped(void **state)
{
	struct canvas *c = canvas_open(8, 4, false);

	(void)state;
	assert_int_equal(
		canvas_wrap(c, 0, 1, 7, STYLE_PLAIN, "the name does not match.example"),
		6);
	assert_string_equal(drawn(c), " the\n name\n does\n not\n");
	c = canvas_open(4, 2, false);
	/* What lies above is not drawn, but counted. */
	assert_int_equal(canvas_wrap(c, -1, 0, 4, STYLE_PLAIN, "abcdefgh"), 1);
	assert_int_equal(canvas_wrap(c, 1, 0, 0, STYLE_PLAIN, "ij"), 3);
	assert_string_equal(drawn(c), "efgh\ni\n");
}

static void
windows_clip(void **state)
{
	struct canvas *c = canvas_open(6, 4, false);
	struct area whole = canvas_window(c, (struct area){ 1, 1, 2, 4 }), former;

	(void)state;
	assert_int_equal(canvas_width(c), 4);
	canvas_text(c, 0, 0, STYLE_PLAIN, "abcdefg");
	former = canvas_window(c, (struct area){ 1, 2, 9, 9 });
	assert_int_equal(canvas_height(c), 1);
	canvas_text(c, 0, -1, STYLE_PLAIN, "xyz");
	canvas_text(c, 1, 0, STYLE_PLAIN, "no");
	canvas_restore(c, former);
	canvas_restore(c, whole);
	canvas_text(c, 3, 5, STYLE_PLAIN, "!");
	assert_string_equal(drawn(c), "\n abcd\n   yz\n     !\n");
}

static void
sizes_have_limits(void **state)
{
	struct canvas *c = canvas_open(0, -5, false);

	(void)state;
	assert_int_equal(canvas_columns(c), 1);
	assert_int_equal(canvas_rows(c), 1);
	canvas_close(&c);
	c = canvas_open(INT32_MAX, INT32_MAX, false);
	assert_int_equal(canvas_columns(c), CANVAS_MAX_WIDTH);
	canvas_across(c, 0, INT32_MIN, INT32_MAX, STYLE_PLAIN);
	canvas_across(c, 1, INT32_MAX - 1, INT32_MAX, STYLE_PLAIN);
	canvas_close(&c);
}

static void
tint_changes_only_the_style(void **state)
{
	struct canvas *c = canvas_open(4, 1, false);

	(void)state;
	canvas_text(c, 0, 0, STYLE_BAD, "abcd");
	canvas_tint(c, 0, 1, 2, STYLE_SELECTED);
	assert_int_equal(canvas_at(c, 0, 0)->style, STYLE_BAD);
	assert_int_equal(canvas_at(c, 0, 2)->style, STYLE_SELECTED);
	assert_string_equal(drawn(c), "abcd\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped),
		cmocka_unit_test(wide_characters_take_two_cells),
		cmocka_unit_test(marks_combine),
		cmocka_unit_test(what_acts_is_not_drawn),
		cmocka_unit_test(cells_are_cut_and_padded),
		cmocka_unit_test(ascii_has_stand_ins),
		cmocka_unit_test(boxes_have_titles),
		cmocka_unit_test(text_is_wrapped),
		cmocka_unit_test(windows_clip),
		cmocka_unit_test(sizes_have_limits),
		cmocka_unit_test(tint_changes_only_the_style),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
