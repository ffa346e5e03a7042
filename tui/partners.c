/* The overview: every partner on a line, the worst first. */
#include "base/text.h"
#include "tui/columns.h"
#include "tui/screen.h"

#include <string.h>

/* Below so many rows the few words on the chosen partner take too much. */
enum { DETAIL_ROWS = 4, DETAIL_FROM = 14, LIST_TOP = 2 };

/* --- the totals --------------------------------------------------------------------------- */

/* Returns the column behind. */
static int
draw_totals(const struct run *run, const struct view *view, struct canvas *canvas)
{
	size_t count[RANKS] = { 0 };
	bool narrow = canvas_width(canvas) < 60;
	int column;

	for (size_t i = 0; i < run->partners; i++)
		count[standing_of(run->partner[i], view_live(view, i)).rank]++;
	column = canvas_printf(canvas, 0, 0, STYLE_PLAIN,
		narrow ? "%zu: " : "%zu partner%s:  ", run->partners,
		run->partners == 1 ? "" : "s");
	for (const struct standing *s = standings; s->word != NULL; s++) {
		if (count[s->rank] == 0)
			continue;
		column = canvas_printf(canvas, 0, column, s->style, "%s %zu%s%s%s",
			canvas_sign(canvas, s->glyph), count[s->rank], narrow ? "" : " ",
			narrow ? "" : s->word, narrow ? " " : "  ");
	}
	if (*view->filter != '\0' || view->troubled)
		column = canvas_printf(canvas, 0, column, STYLE_NOTE,
			"%zu shown%s%s%s%s  ", view->orders,
			view->troubled ? ", troubled" : "", *view->filter ? ", \"" : "",
			view->filter, *view->filter ? "\"" : "");
	return column;
}

/* How far the sweep is, at the right of the totals where there is room. */
static void
draw_progress(
	const struct run *run, const struct live *live, struct canvas *canvas, int totals)
{
	enum { BAR = 20 };
	int column = canvas_width(canvas) - BAR, done;

	if (live == NULL || live->finished >= run->partners || column < totals)
		return;
	done = (int)(live->finished * BAR / run->partners);
	for (int i = 0; i < BAR; i++)
		canvas_glyph(canvas, 0, column + i, STYLE_NOTE,
			i < done ? GLYPH_BAR_8 : GLYPH_EMPTY);
}

/* --- the chosen one ------------------------------------------------------------------------ */

static void
draw_detail(const struct run *run, const struct view *view, size_t partner,
	struct canvas *canvas, int row)
{
	const struct partner *p = run->partner[partner];
	struct arena *arena = canvas_arena(canvas);
	int width = canvas_width(canvas);
	const char *trouble = standing_trouble(p);

	if (!view->plain)
		canvas_across(canvas, row, 0, width, STYLE_QUIET);
	canvas_cell(canvas, row + 1, 0, width, STYLE_PLAIN,
		arena_printf(arena, "out %s   in %s",
			standing_method(arena, &p->out, width),
			standing_method(arena, &p->in, width)));
	if (trouble == NULL && view_live(view, partner) != NULL &&
		view_live(view, partner)->rounds == 0)
		trouble = "nothing was judged yet";
	if (trouble == NULL)
		trouble = p->exit == 0 ? "nothing is wrong" : p->out.reason;
	if (trouble != NULL)
		canvas_wrap(canvas, row + 2, 0, width, STYLE_PLAIN, trouble);
}

/* --- the list ------------------------------------------------------------------------------ */

/* The cursor stays with its partner when the order changes; before the first movement, and
 * at the top, it stays where the worst is. */
static void
follow(struct view *view)
{
	struct place *place = view_place(view);

	for (size_t i = 0; place->partner != NO_PARTNER && i < view->orders; i++)
		if (view->order[i] == place->partner)
			place->cursor = (int)i;
}

static int
widest_name(const struct run *run)
{
	int widest = 0;

	for (size_t i = 0; i < run->partners; i++) {
		int width = text_width(run->partner[i]->domain.unicode);

		if (run->partner[i]->role != ROLE_PARTNER &&
			run->partner[i]->role != ROLE_CALLER)
			width += 3 + (int)strlen(role_names[run->partner[i]->role]);
		if (width > widest)
			widest = width;
	}
	return widest;
}

/* For the columns. */
static unsigned
what_is_shown(const struct view *view)
{
	return view->live == NULL ? SAVED : view_probes(view) ? IN_ROUNDS : LISTENING;
}

static void
draw_list(const struct run *run, struct view *view, struct canvas *canvas, int end)
{
	struct place *place = view_place(view);
	struct columns fit =
		columns_fit(canvas_width(canvas), widest_name(run), what_is_shown(view));

	columns_titles(&fit, view, canvas, LIST_TOP - 1);
	for (int row = LIST_TOP; row < end; row++) {
		int i = place->scroll + row - LIST_TOP;
		struct line line = { .view = view };

		if (i >= (int)view->orders)
			break;
		line.partner = run->partner[view->order[i]];
		line.live = view_live(view, view->order[i]);
		line.standing = standing_of(line.partner, line.live);
		columns_line(&fit, &line, canvas, row, i == place->cursor);
	}
}

static void
draw(const struct run *run, struct view *view, struct canvas *canvas)
{
	struct place *place = view_place(view);
	int height = canvas_height(canvas);
	bool detail = height >= DETAIL_FROM;
	int end = detail ? height - DETAIL_ROWS : height;

	standing_sort(run, view);
	follow(view);
	view_fit(place, (int)view->orders, end - LIST_TOP, LIST_TOP);
	draw_progress(run, view->live, canvas, draw_totals(run, view, canvas));
	draw_list(run, view, canvas, end);
	if (view->orders == 0)
		canvas_text(canvas, LIST_TOP, 0, STYLE_QUIET,
			run->partners        ? "No partner is like that."
			: view->live == NULL ? "No partner."
					     : "No partner has called yet.");
	else if (detail)
		draw_detail(run, view, view->order[place->cursor], canvas,
			height - DETAIL_ROWS);
}

/* --- acting -------------------------------------------------------------------------------- */

static void
next_order(struct view *view)
{
	view->sort = (view->sort + 1) % SORTS;
	if (view->sort == SORT_CHANGED && view->live == NULL)
		view->sort++;
	view->backwards = false;
}

/* What is chosen is what the cursor was seen at, whatever was chosen before. */
static void
choose(struct view *view, struct place *place)
{
	place->partner = (size_t)place->cursor < view->orders ? view->order[place->cursor]
							      : NO_PARTNER;
}

static bool
act(const struct run *run, struct view *view, enum action action)
{
	struct place *place = view_place(view);
	bool moved = view_move(place, action);

	(void)run;
	choose(view, place);
	switch (action) {
	case ACTION_OPEN:
		if (place->partner != NO_PARTNER)
			view_enter(view, &partner_screen);
		return true;
	case ACTION_COMPARE:
		if (view_enter(view, &changes_screen) != NULL)
			view_place(view)->partner = NO_PARTNER;
		return true;
	case ACTION_SORT:
		next_order(view);
		return true;
	case ACTION_TURN:
		view->backwards = !view->backwards;
		return true;
	case ACTION_TROUBLED:
		view->troubled = !view->troubled;
		return true;
	case ACTION_FIRST:
		place->partner = NO_PARTNER;
		return true;
	default:
		return moved;
	}
}

const struct screen partners_screen = {
	.name = "partners",
	.title = "partners",
	.on = ON_PARTNERS,
	.chooses = true,
	.draw = draw,
	.act = act,
};
