/* Cursor and scrolling, the way back, keys, prompts: all of the dashboard that needs no
 * terminal. */
#include "tui/columns.h"
#include "tui/prompt.h"
#include "tui/reading.h"
#include "tui/screen.h"
#include "tui/term.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct run *
some_partners(const char *const *name)
{
	struct run *run = run_open(1795000000);

	for (; *name != NULL; name++)
		run_add(run, &(struct domain){ *name, *name, *name });
	return run;
}

static void
type(struct view *view, const char *words)
{
	for (; *words != '\0'; words++)
		assert_int_equal(prompt_press(view, &(struct press_event){ *words,
							    { *words, '\0' }, 0, 0 }),
			TYPED_MORE);
}

static enum typed
press(struct view *view, int what)
{
	return prompt_press(view, &(struct press_event){ .press = what });
}

static void
cursor_stays_in_the_list(void **state)
{
	struct place place = { .screen = &partners_screen };

	(void)state;
	view_fit(&place, 10, 4, 0);
	assert_true(view_move(&place, ACTION_UP));
	assert_int_equal(place.cursor, 0);
	view_move(&place, ACTION_PAGE_DOWN);
	assert_int_equal(place.cursor, 3);
	view_move(&place, ACTION_LAST);
	assert_int_equal(place.cursor, 9);
	assert_int_equal(place.scroll, 6);
	view_move(&place, ACTION_DOWN);
	assert_int_equal(place.cursor, 9);
	view_move(&place, ACTION_FIRST);
	assert_int_equal(place.scroll, 0);
	place.cursor = 8;
	view_fit(&place, 3, 4, 0);
	assert_int_equal(place.cursor, 2);
	view_fit(&place, 0, 4, 0);
	assert_int_equal(place.cursor, 0);
	view_fit(&place, 10, 0, 0);
	assert_false(view_move(&place, ACTION_HELP));
}

static void
text_scrolls_without_cursor(void **state)
{
	struct place place = { .screen = &help_screen };

	(void)state;
	view_fit(&place, 10, 4, 0);
	view_move(&place, ACTION_DOWN);
	assert_int_equal(place.scroll, 1);
	view_move(&place, ACTION_LAST);
	assert_int_equal(place.scroll, 6);
	view_fit(&place, 3, 4, 0);
	assert_int_equal(place.scroll, 0);
}

static void
back_leads_back(void **state)
{
	struct view *view = view_open(NULL);

	(void)state;
	view_place(view)->cursor = 7;
	view_place(view)->partner = 3;
	assert_int_equal(view_enter(view, &help_screen)->partner, 3);
	assert_int_equal(view_place(view)->cursor, 0);
	while (view_enter(view, &help_screen) != NULL)
		;
	assert_int_equal(view->places, VIEW_PLACES);
	while (view_leave(view))
		;
	assert_int_equal(view_place(view)->cursor, 7);
	view_close(&view);
	assert_null(view);
}

static void
keys_mean_one_thing_on_a_screen(void **state)
{
	(void)state;
	for (size_t s = 0; screens[s] != NULL; s++)
		for (const struct key *key = keys; key->action != ACTION_NONE; key++)
			for (size_t i = 0; i < KEY_PRESSES && key->press[i] != 0; i++)
				if (key->on & screens[s]->on)
					assert_int_equal(key_action(key->press[i],
								 screens[s]->on, true),
						key->action);
}

static void
keys_depend_on_the_screen(void **state)
{
	(void)state;
	assert_int_equal(key_action('q', ON_PARTNERS, false), ACTION_QUIT);
	assert_int_equal(key_action('q', ON_EVIDENCE, false), ACTION_BACK);
	assert_int_equal(key_action('r', ON_PARTNERS, false), ACTION_NONE);
	assert_int_equal(key_action('r', ON_PARTNERS, true), ACTION_PROBE);
	assert_int_equal(key_action(PRESS_UP, ON_HELP, false), ACTION_UP);
	assert_int_equal(key_action(0, ON_PARTNERS, false), ACTION_NONE);
}

static void
prompts_are_typed(void **state)
{
	struct view *view = view_open(NULL);

	(void)state;
	assert_false(prompt_begin(view, ACTION_HELP));
	assert_true(prompt_begin(view, ACTION_SEARCH));
	type(view, "abc");
	press(view, PRESS_BACKSPACE);
	assert_string_equal(view->prompt.words, "ab");
	prompt_press(view, &(struct press_event){ 0xe9, "é", 0, 0 });
	press(view, PRESS_UP);
	assert_string_equal(view->prompt.words, "abé");
	press(view, PRESS_BACKSPACE);
	assert_string_equal(view->prompt.words, "ab");
	for (int i = 0; i < 2 * VIEW_WORDS; i++)
		type(view, "x");
	assert_int_equal(strlen(view->prompt.words), VIEW_WORDS - 1);
	press(view, CONTROL('U'));
	assert_string_equal(view->prompt.words, "");
	assert_int_equal(press(view, PRESS_BACKSPACE), TYPED_NOTHING);
	assert_int_equal(press(view, PRESS_ENTER), TYPED_DONE);
	prompt_end(view);
	assert_int_equal(view->prompt.action, ACTION_NONE);
	view_close(&view);
}

static void
filter_and_order(void **state)
{
	struct run *run = some_partners(
		(const char *[]){ "adatum.com", "contoso.com", "fabrikam.com", NULL });
	struct view *view = view_open(NULL);

	(void)state;
	run->partner[0]->exit = 1;
	run->partner[2]->exit = 2;
	standing_sort(run, view);
	assert_int_equal(view->orders, 3);
	assert_int_equal(view->order[0], 2);
	assert_int_equal(view->order[2], 1);
	view->troubled = true;
	standing_sort(run, view);
	assert_int_equal(view->orders, 2);
	view->troubled = false;
	view->sort = SORT_NAME;
	view->backwards = true;
	standing_sort(run, view);
	assert_int_equal(view->order[0], 2);
	strcpy(view->filter, "CONT");
	standing_sort(run, view);
	assert_int_equal(view->orders, 1);
	assert_int_equal(view->order[0], 1);
	strcpy(view->filter, "nobody");
	standing_sort(run, view);
	assert_int_equal(view->orders, 0);
	view_close(&view);
	run_close(&run);
}

static void
words_go_where_they_belong(void **state)
{
	struct run *run = some_partners((const char *[]){ "adatum.com", NULL });
	struct view *view = view_open(NULL);
	struct press_event letter = { 'x', "x", 0, 0 };
	struct press_event enter = { .press = PRESS_ENTER };
	struct press_event escape = { .press = PRESS_ESCAPE };

	(void)state;
	screen_act(run, view, ACTION_FILTER);
	assert_false(screen_type(run, view, &letter));
	assert_string_equal(view->filter, "x");
	assert_false(screen_type(run, view, &enter));
	assert_string_equal(view->filter, "x");
	screen_act(run, view, ACTION_FILTER);
	assert_string_equal(view->prompt.words, "x");
	assert_false(screen_type(run, view, &escape));
	assert_string_equal(view->filter, "");
	/* Nothing typed is nothing to save. */
	screen_act(run, view, ACTION_SAVE);
	assert_false(screen_type(run, view, &enter));
	assert_int_equal(view->prompt.action, ACTION_NONE);
	screen_act(run, view, ACTION_SAVE);
	screen_type(run, view, &letter);
	assert_true(screen_type(run, view, &enter));
	assert_int_equal(view->prompt.action, ACTION_SAVE);
	assert_string_equal(view->prompt.words, "x");
	assert_false(screen_act(run, view, ACTION_QUIT));
	view_close(&view);
	run_close(&run);
}

static void
clicks_choose_and_open(void **state)
{
	struct run *run = some_partners(
		(const char *[]){ "adatum.com", "contoso.com", "fabrikam.com", NULL });
	struct view *view = view_open(NULL);
	struct canvas *canvas = canvas_open(80, 24, false);

	(void)state;
	screen_draw(run, view, canvas);
	screen_click(run, view, 5); /* bar, totals, titles, two partners */
	assert_int_equal(view_place(view)->cursor, 2);
	assert_int_equal(view_place(view)->partner, 2);
	screen_click(run, view, 0);
	screen_click(run, view, 2);
	screen_click(run, view, 6);
	assert_int_equal(view_place(view)->cursor, 2);
	assert_int_equal(view->places, 1);
	screen_click(run, view, 5);
	assert_int_equal(view->places, 2);
	canvas_close(&canvas);
	view_close(&view);
	run_close(&run);
}

/* What is chosen stays chosen when the order changes. */
static void
cursor_follows_its_partner(void **state)
{
	struct run *run = some_partners(
		(const char *[]){ "adatum.com", "contoso.com", "fabrikam.com", NULL });
	struct view *view = view_open(NULL);
	struct canvas *canvas = canvas_open(80, 24, false);

	(void)state;
	screen_draw(run, view, canvas);
	screen_act(run, view, ACTION_DOWN);
	assert_int_equal(view_place(view)->partner, 1);
	run->partner[2]->exit = 2;
	screen_draw(run, view, canvas);
	assert_int_equal(view_place(view)->cursor, 2);
	screen_act(run, view, ACTION_FIRST);
	run->partner[0]->exit = 2;
	screen_draw(run, view, canvas);
	assert_int_equal(view_place(view)->cursor, 0);
	screen_act(run, view, ACTION_POINT);
	assert_int_equal(view_place(view)->partner, 0);
	canvas_close(&canvas);
	view_close(&view);
	run_close(&run);
}

static const char *
picture(struct run *run, struct view *view, int width, int height)
{
	static char text[65536];
	struct canvas *canvas = canvas_open(width, height, false);
	FILE *file = fmemopen(text, sizeof text, "w");

	assert_non_null(file);
	screen_draw(run, view, canvas);
	canvas_print(canvas, file);
	fclose(file);
	canvas_close(&canvas);
	return text;
}

static void
probing_is_shown(void **state)
{
	struct run *run = some_partners(
		(const char *[]){ "adatum.com", "contoso.com", "fabrikam.com", NULL });
	struct live_partner partner[] = {
		{ .doing = "awaiting features", .since = 1000000 },
		{ .waiting = true },
		{ .rounds = 3,
			.changed = 1795000000,
			.latency = { 1000, 4000, 8000 },
			.latencies = 3 },
	};
	struct live live = { .now = 13500000,
		.clock = 1795000180,
		.round = 3,
		.finished = 1,
		.running = 1,
		.partner = partner };
	struct view *view = view_open(&live);
	const char *text = picture(run, view, 140, 24);

	(void)state;
	assert_non_null(strstr(text, "round 3: 1 of 3"));
	assert_non_null(strstr(text, "██████░░"));
	assert_non_null(strstr(text, "» probing   adatum.com"));
	assert_non_null(strstr(text, "awaiting features, 12 s"));
	assert_non_null(strstr(text, "- waiting   contoso.com"));
	assert_non_null(strstr(text, "✓ well      fabrikam.com"));
	assert_non_null(strstr(text, "3 min"));
	assert_non_null(strstr(text, "▁▄█"));
	live.finished = 3;
	live.next = live.now + 25000000;
	assert_non_null(strstr(picture(run, view, 80, 24), "round 3, next in 30 s"));
	live.next = live.now + 7200000;
	assert_non_null(strstr(picture(run, view, 80, 24), "round 3, next in 8 s"));
	live.paused = true;
	assert_non_null(strstr(picture(run, view, 80, 24), "round 3, paused"));
	view_close(&view);
	run_close(&run);
}

static void
judge(struct partner *p, struct finding *finding, size_t findings)
{
	p->finding = finding;
	p->findings = findings;
	p->out.method =
		finding->status == STATUS_PASS ? METHOD_SASL_EXTERNAL : METHOD_NONE;
}

static void
see(struct partner *p, const char *words)
{
	const struct wire_fact wire = { .text = words };

	journal_add(
		p->journal, &(struct observation){ .probe = "session",
				    .endpoint = "starttls xmpp.example 5269 192.0.2.1",
				    .kind = FACT_WIRE,
				    .fact = &wire });
}

static void
press_key(const struct run *run, struct view *view, int key)
{
	screen_act(run, view, key_action(key, view_place(view)->screen->on, true));
}

/* What grows is seen while it grows; what was judged stays until it is judged, too. */
static void
what_grows_is_shown(void **state)
{
	struct run *run = some_partners((const char *[]){ "adatum.com", NULL });
	struct partner *grown = partner_renew(run->partner[0], 1795000060);
	struct partner *next = partner_renew(run->partner[0], 1795000120);
	struct live_partner partner = {
		.doing = "awaiting features", .growing = grown, .rounds = 1
	};
	struct live live = { .round = 2, .running = 1, .partner = &partner };
	struct view *view = view_open(&live);

	(void)state;
	see(run->partner[0], "former");
	see(grown, "latter");
	picture(run, view, 80, 24);
	press_key(run, view, 'x');
	assert_non_null(strstr(picture(run, view, 80, 24), "latter"));
	partner_close(&run->partner[0]);
	run->partner[0] = grown;
	partner.growing = next;
	assert_non_null(strstr(picture(run, view, 80, 24), "latter"));
	press_key(run, view, 'q');
	press_key(run, view, 'x');
	assert_null(strstr(picture(run, view, 80, 24), "latter"));
	partner.growing = NULL;
	partner_close(&next);
	assert_non_null(strstr(picture(run, view, 80, 24), "latter"));
	view_close(&view);
	run_close(&run);
}

static void
rounds_are_compared(void **state)
{
	struct run *run =
		some_partners((const char *[]){ "adatum.com", "contoso.com", NULL });
	struct partner *before = partner_renew(run->partner[0], 1795000000);
	struct finding was[] = {
		{ .check = "cert.date.valid", .status = STATUS_PASS },
		{ .check = "dns.srv", .status = STATUS_FAIL, .text = "none after 2 ms" }
	};
	struct finding is[] = {
		{ .check = "cert.date.valid",
			.status = STATUS_FAIL,
			.text = "it expired" },
		{ .check = "dns.srv", .status = STATUS_FAIL, .text = "none after 3 ms" }
	};
	struct live_partner partner[] = { { .before = before, .rounds = 2 },
		{ .rounds = 1 } };
	struct live live = { .round = 2, .partner = partner };
	struct view *view = view_open(&live);
	const char *text;

	(void)state;
	judge(before, was, 2);
	judge(run->partner[0], is, 2);
	picture(run, view, 80, 24);
	press_key(run, view, 'c');
	text = picture(run, view, 80, 24);
	assert_non_null(strstr(text, "SASL EXTERNAL over TLS (predicted) → none"));
	assert_non_null(strstr(text, "✗ fail  cert.date.valid  was pass"));
	assert_non_null(strstr(text, "it expired"));
	assert_null(strstr(text, "dns.srv"));
	assert_null(strstr(text, "contoso.com"));
	press_key(run, view, 'a');
	assert_non_null(strstr(picture(run, view, 80, 24), "none after 3 ms"));
	press_key(run, view, 'a');
	press_key(run, view, PRESS_DOWN);
	press_key(run, view, PRESS_DOWN);
	press_key(run, view, PRESS_ENTER);
	assert_string_equal(view_place(view)->screen->name, "evidence");
	assert_int_equal(view_place(view)->partner, 0);
	partner_close(&before);
	view_close(&view);
	run_close(&run);
}

/* Whatever the size, no screen draws beside the canvas or falls over. */
static void
every_size_is_drawn(void **state)
{
	static const int size[] = { 1, 2, 3, 10, 40, 79, 200 };
	enum { SIZES = sizeof size / sizeof size[0] };
	struct run *run =
		some_partners((const char *[]){ "adatum.com", "contoso.com", NULL });

	(void)state;
	for (int i = 0; i < SIZES * SIZES; i++) {
		struct view *view = view_open(NULL);
		struct canvas *canvas =
			canvas_open(size[i / SIZES], size[i % SIZES], false);

		for (size_t s = 0; screens[s] != NULL; s++) {
			screen_draw(run, view, canvas);
			screen_act(run, view, ACTION_LAST);
			screen_draw(run, view, canvas);
			while (view_leave(view))
				;
			screen_act(run, view, ACTION_POINT);
			if (screens[s + 1] != NULL)
				view_enter(view, screens[s + 1]);
		}
		view_place(view)->screen = screens[0];
		prompt_begin(view, ACTION_SAVE);
		screen_draw(run, view, canvas);
		canvas_close(&canvas);
		view_close(&view);
	}
	run_close(&run);
}

static int
taken(const struct columns *fit)
{
	int all = 0;

	for (size_t i = 0; i < columns_count; i++)
		if (fit->width[i] > 0)
			all += fit->width[i] + (all > 0 ? fit->gap : 0);
	return all;
}

/* Twenty observations, of three lines each, the longer of which are wrapped. */
static struct sheet *
make_sheet(const struct run *run, struct view *view, struct arena *arena, int width)
{
	struct sheet *sheet = sheet_open(arena, 0, width);

	(void)run, (void)view;
	for (unsigned n = 1; n <= 20; n++) {
		sheet_about(sheet, (struct subject){ .observation = n });
		sheet_section(sheet, SECTION_OPEN, 0, "a heading");
		sheet_entry(sheet, 2, 12, "first",
			"as many words as it takes to go on in a second row, or in a third");
		sheet_entry(sheet, 2, 12, "second",
			"and once more as many words as it takes to go on in a second row");
	}
	return sheet;
}

/* The observation with the cursor, in a terminal that wide, and the row on the screen. */
static unsigned
chosen_at(struct view *view, int width, int *row)
{
	struct canvas *canvas = canvas_open(width, 24, false);
	const struct place *place = view_place(view);
	unsigned number;

	reading_draw(make_sheet, NULL, view, canvas);
	number = sheet_subject(make_sheet(NULL, view, canvas_arena(canvas), width), place)
			 ->observation;
	*row = place->cursor - place->scroll;
	canvas_close(&canvas);
	return number;
}

static void
cursor_stays_when_the_width_changes(void **state)
{
	static const int widths[] = { 40, 200, 13, 62, 300, 80 };
	struct view *view = view_open(NULL);
	int before, row;

	(void)state;
	view_enter(view, &evidence_screen);
	chosen_at(view, 80, &row);
	view_place(view)->cursor = 52;
	assert_int_equal(chosen_at(view, 80, &before), 18);
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		assert_int_equal(chosen_at(view, widths[i], &row), 18);
		assert_int_equal(row, before);
	}
	assert_int_equal(view_place(view)->cursor, 52);
	view_close(&view);
}

static void
columns_fit_any_width(void **state)
{
	(void)state;
	assert_true(columns_count <= COLUMNS_MAX);
	for (int width = 1; width < 300; width++)
		for (unsigned now = SAVED; now <= LISTENING; now *= 2) {
			struct columns fit = columns_fit(width, 20, now);

			assert_true(taken(&fit) <= width);
			assert_true(fit.width[0] > 0);
		}
}

static void
spans_are_short(void **state)
{
	struct arena *arena = arena_open();

	(void)state;
	assert_string_equal(words_span(arena, 0), "0 ms");
	assert_string_equal(words_span(arena, 999999), "999 ms");
	assert_string_equal(words_span(arena, 1340000), "1.3 s");
	assert_string_equal(words_span(arena, 42000000), "42 s");
	assert_string_equal(words_span(arena, INT64_C(300000000)), "5 min");
	assert_string_equal(words_span(arena, INT64_C(7200000000)), "2 h");
	assert_string_equal(words_span(arena, INT64_C(864000000000)), "10 d");
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cursor_stays_in_the_list),
		cmocka_unit_test(text_scrolls_without_cursor),
		cmocka_unit_test(back_leads_back),
		cmocka_unit_test(keys_mean_one_thing_on_a_screen),
		cmocka_unit_test(keys_depend_on_the_screen),
		cmocka_unit_test(prompts_are_typed),
		cmocka_unit_test(filter_and_order),
		cmocka_unit_test(words_go_where_they_belong),
		cmocka_unit_test(clicks_choose_and_open),
		cmocka_unit_test(cursor_follows_its_partner),
		cmocka_unit_test(probing_is_shown),
		cmocka_unit_test(what_grows_is_shown),
		cmocka_unit_test(rounds_are_compared),
		cmocka_unit_test(every_size_is_drawn),
		cmocka_unit_test(cursor_stays_when_the_width_changes),
		cmocka_unit_test(columns_fit_any_width),
		cmocka_unit_test(spans_are_short),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
