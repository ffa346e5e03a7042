/* The frame that all screens share: a bar at the top that says where we are, one at the
 * bottom with the keys that matter most, and what every screen does alike. */
#include "tui/screen.h"

#include "base/text.h"
#include "tui/prompt.h"
#include "tui/standing.h"

#include <inttypes.h>
#include <string.h>

const struct screen *const screens[] = { &partners_screen, &partner_screen,
	&evidence_screen, &transcript_screen, &changes_screen, &help_screen, NULL };

/* --- the bars --------------------------------------------------------------------------- */

/* "2026-11-21 02:00 UTC" */
static const char *
date_words(struct arena *arena, int64_t seconds)
{
	char *time = text_time(arena, seconds);

	time[10] = ' ';
	return arena_printf(arena, "%.16s UTC", time);
}

/* Soon by the second, and before by tens of them, see LIVE_TICK_SECONDS. */
static const char *
next_words(struct arena *arena, const struct live *live)
{
	int64_t left = live->next > live->now ? live->next - live->now : 0;
	int64_t seconds = (left + 999999) / 1000000;

	if (seconds > LIVE_TICK_SECONDS)
		seconds = (seconds + LIVE_TICK_SECONDS - 1) / LIVE_TICK_SECONDS *
			  LIVE_TICK_SECONDS;
	return seconds < 120 ? arena_printf(arena, "%" PRId64 " s", seconds)
			     : words_span(arena, seconds * 1000000);
}

/* What the top bar says of the run. */
static const char *
run_words(struct arena *arena, const struct run *run, const struct live *live)
{
	if (live == NULL)
		return arena_printf(
			arena, "saved report of %s", date_words(arena, run->started));
	if (live->listening != NULL)
		return arena_printf(arena, "listening at %s: %u call%s", live->listening,
			live->calls, live->calls == 1 ? "" : "s");
	if (live->paused)
		return arena_printf(arena, "round %u, paused", live->round);
	if (live->finished < run->partners)
		return arena_printf(arena, "round %u: %zu of %zu", live->round,
			live->finished, run->partners);
	if (live->next == 0)
		return arena_printf(arena, "round %u done", live->round);
	return arena_printf(
		arena, "round %u, next in %s", live->round, next_words(arena, live));
}

static void
draw_top(const struct run *run, struct view *view, struct canvas *canvas)
{
	const struct partner *p = view_partner(run, view);
	const struct screen *screen = view_place(view)->screen;
	struct arena *arena = canvas_arena(canvas);
	const char *where = screen->title;
	const char *what = run_words(arena, run, view->live);
	int width = canvas_width(canvas), right = width - text_width(what) - 1;

	if (view->places > 1 && p != NULL && screen != &help_screen)
		where = arena_printf(arena, "%s: %s",
			canvas_is_ascii(canvas) ? p->domain.ascii : p->domain.unicode,
			where);
	canvas_cell(canvas, 0, 0, width, STYLE_TITLE | STYLE_REVERSE,
		arena_printf(arena, " fedprobe  %s", where));
	/* The place is more important than the time. */
	if (right > 12 + text_width(where))
		canvas_printf(canvas, 0, right, STYLE_TITLE | STYLE_REVERSE, "%s ", what);
}

static void
draw_prompt(const struct prompt *prompt, struct canvas *canvas, int row)
{
	int width = canvas_width(canvas), column;
	int over = text_width(prompt->label) + text_width(prompt->words) + 1 - width;

	/* The end of a long line is what is being typed. */
	column = canvas_text(
		canvas, row, over > 0 ? -over : 0, STYLE_TITLE, prompt->label);
	column = canvas_text(canvas, row, column, STYLE_PLAIN, prompt->words);
	canvas_text(canvas, row, column, STYLE_PLAIN | STYLE_REVERSE, " ");
}

/* "Enter open  / filter  ..." as far as it goes; help and the way out are always there. */
static void
draw_hints(struct view *view, struct canvas *canvas, int row, int width)
{
	struct arena *arena = canvas_arena(canvas);
	unsigned on = view_place(view)->screen->on;
	int column = 0;

	for (const struct key *key = keys; key->action != ACTION_NONE; key++) {
		const char *name = press_name(arena, key->press[0]);
		bool always = key->action == ACTION_HELP || key->action == ACTION_QUIT ||
			      key->action == ACTION_BACK;
		int needs;

		if (key->hint == NULL || !(key->on & on) ||
			(key->probes && !view_probes(view)))
			continue;
		needs = text_width(name) + 1 + text_width(key->hint);
		if (column + needs + (always ? 0 : text_width("  ? help  q quit")) >
			width)
			continue;
		canvas_text(canvas, row, column, STYLE_KEY, name);
		canvas_text(canvas, row, column + text_width(name) + 1, STYLE_QUIET,
			key->hint);
		column += needs + 2;
	}
}

/* "38/60": how far down this is, where not all is seen. Returns the column before. */
static int
draw_position(struct view *view, struct canvas *canvas, int row)
{
	const struct place *place = view_place(view);
	int width = canvas_width(canvas);
	const char *words;

	if (place->rows <= place->seen)
		return width;
	words = arena_printf(canvas_arena(canvas), " %d/%d",
		place->screen->chooses ? place->cursor + 1 : place->scroll + place->seen,
		place->rows);
	canvas_text(canvas, row, width - text_width(words), STYLE_QUIET, words);
	return width - text_width(words);
}

static void
draw_bottom(struct view *view, struct canvas *canvas, int row)
{
	if (view->prompt.action != ACTION_NONE)
		draw_prompt(&view->prompt, canvas, row);
	else if (*view->message != '\0')
		canvas_cell(
			canvas, row, 0, canvas_width(canvas), STYLE_NOTE, view->message);
	else if (!view->plain) {
		draw_hints(view, canvas, row, draw_position(view, canvas, row));
	}
}

void
screen_draw(const struct run *run, struct view *view, struct canvas *canvas)
{
	int height, bar = !view->plain;
	struct area former;

	canvas_clear(canvas);
	height = canvas_height(canvas);
	if (bar)
		draw_top(run, view, canvas);
	former = canvas_window(
		canvas, (struct area){ bar, 0, height - bar - 1, canvas_width(canvas) });
	view_place(view)->screen->draw(run, view, canvas);
	canvas_restore(canvas, former);
	draw_bottom(view, canvas, height - 1);
}

/* --- what all screens do alike ----------------------------------------------------------- */

static void
go_to_partner(struct view *view, int step)
{
	struct place *place = view_place(view);

	for (size_t i = 0; i < view->orders; i++) {
		if (view->order[i] != place->partner)
			continue;
		if (step < 0 ? i == 0 : i + 1 >= view->orders) {
			view_say(view, "There is no further partner in this direction");
			return;
		}
		place->partner = view->order[step < 0 ? i - 1 : i + 1];
		break;
	}
	place->cursor = place->scroll = 0;
	place->check = NULL;
	place->endpoint[0] = '\0';
	place->observation = 0;
	place->growing = NULL;
	/* The way back leads to the partner that is seen now. */
	for (size_t i = 0; i < view->places; i++)
		view->place[i].partner = place->partner;
}

static bool
act_alike(struct view *view, enum action action)
{
	switch (action) {
	case ACTION_BACK:
		view_leave(view);
		return true;
	case ACTION_HELP:
		view_enter(view, &help_screen);
		return true;
	case ACTION_NEXT:
		go_to_partner(view, 1);
		return true;
	case ACTION_PREVIOUS:
		go_to_partner(view, -1);
		return true;
	case ACTION_TRANSCRIPT:
		if (view_place(view)->partner != NO_PARTNER &&
			view_enter(view, &transcript_screen) != NULL)
			view_place(view)->growing = view_growing(view);
		return true;
	default:
		return prompt_begin(view, action);
	}
}

bool
screen_act(const struct run *run, struct view *view, enum action action)
{
	const struct screen *screen = view_place(view)->screen;

	if (screen->act != NULL && screen->act(run, view, action))
		return true;
	return view_move(view_place(view), action) || act_alike(view, action);
}

void
screen_click(const struct run *run, struct view *view, int row)
{
	struct place *place = view_place(view);
	int chosen = row - !view->plain - place->top + place->scroll;

	if (!place->screen->chooses || row < !view->plain + place->top ||
		chosen >= place->rows || chosen >= place->scroll + place->seen)
		return;
	if (chosen == place->cursor) {
		screen_act(run, view, ACTION_OPEN);
		return;
	}
	place->cursor = chosen;
	screen_act(run, view, ACTION_POINT);
}

/* --- what is typed ------------------------------------------------------------------------- */

/* What is pressed next, before anything is drawn, is meant for what the filter leaves. */
static void
filter(const struct run *run, struct view *view)
{
	strcpy(view->filter, view->prompt.words);
	view->place[0].partner = NO_PARTNER;
	view->place[0].cursor = 0;
	standing_sort(run, view);
}

static void
search(const struct run *run, struct view *view)
{
	strcpy(view->search, view->prompt.words);
	prompt_end(view);
	if (*view->search != '\0')
		screen_act(run, view, ACTION_FOUND_NEXT);
}

bool
screen_type(const struct run *run, struct view *view, const struct press_event *event)
{
	enum typed typed = prompt_press(view, event);
	enum action action = view->prompt.action;

	if (typed == TYPED_NOTHING)
		view->prompt.words[0] = '\0';
	/* A filter shows what it does while it is typed, and giving it up ends it. */
	if (action == ACTION_FILTER)
		filter(run, view);
	if (typed == TYPED_MORE)
		return false;
	if (typed == TYPED_DONE && action == ACTION_SEARCH)
		search(run, view);
	else if (typed == TYPED_DONE && action != ACTION_FILTER &&
		 view->prompt.words[0] != '\0')
		return true;
	prompt_end(view);
	return false;
}
