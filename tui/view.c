/* Cursor, scrolling and the way back: what all screens share of looking around. */
#include "tui/view.h"

#include "base/fatal.h"
#include "tui/screen.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct view *
view_open(const struct live *live)
{
	struct view *view = calloc(1, sizeof *view);

	if (view == NULL)
		fatal("out of memory");
	view->live = live;
	view->place[0].screen = screens[0];
	view->place[0].partner = NO_PARTNER;
	view->places = 1;
	return view;
}

void
view_close(struct view **view)
{
	if (*view == NULL)
		return;
	free((*view)->order);
	free(*view);
	*view = NULL;
}

struct place *
view_place(struct view *view)
{
	return &view->place[view->places - 1];
}

struct place *
view_enter(struct view *view, const struct screen *screen)
{
	struct place *below = view_place(view), *place = below + 1;

	if (view->places == VIEW_PLACES)
		return NULL;
	*place = *below;
	place->screen = screen;
	place->cursor = place->scroll = place->across = 0;
	place->all = false;
	place->folded = 0;
	view->places++;
	return place;
}

bool
view_leave(struct view *view)
{
	if (view->places == 1)
		return false;
	view->places--;
	return true;
}

const struct live_partner *
view_live(const struct view *view, size_t partner)
{
	return view->live ? &view->live->partner[partner] : NULL;
}

bool
view_probes(const struct view *view)
{
	return view->live != NULL && view->live->listening == NULL;
}

const struct partner *
view_growing(const struct view *view)
{
	size_t i = view->place[view->places - 1].partner;

	return view->live != NULL && i != NO_PARTNER ? view->live->partner[i].growing
						     : NULL;
}

const struct partner *
view_partner(const struct run *run, const struct view *view)
{
	const struct place *place = &view->place[view->places - 1];

	if (place->growing != NULL && place->growing == view_growing(view))
		return place->growing;
	return place->partner < run->partners ? run->partner[place->partner] : NULL;
}

void
view_say(struct view *view, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(view->message, sizeof view->message, format, ap);
	va_end(ap);
}

/* --- moving ----------------------------------------------------------------------------- */

static int
within(int value, int limit)
{
	return value >= limit ? (limit > 0 ? limit - 1 : 0) : value < 0 ? 0 : value;
}

void
view_fit(struct place *place, int rows, int seen, int top)
{
	place->rows = rows;
	place->seen = seen > 0 ? seen : 0;
	place->top = top;
	if (place->screen->chooses) {
		place->cursor = within(place->cursor, rows);
		if (place->scroll > place->cursor)
			place->scroll = place->cursor;
		if (place->scroll <= place->cursor - place->seen)
			place->scroll = place->cursor - place->seen + 1;
	}
	place->scroll = within(place->scroll, rows - place->seen + 1);
}

bool
view_move(struct place *place, enum action action)
{
	int *row = place->screen->chooses ? &place->cursor : &place->scroll;
	int page = place->seen > 1 ? place->seen - 1 : 1;

	switch (action) {
	case ACTION_UP:
		*row -= 1;
		break;
	case ACTION_DOWN:
		*row += 1;
		break;
	case ACTION_PAGE_UP:
		*row -= page;
		break;
	case ACTION_PAGE_DOWN:
		*row += page;
		break;
	case ACTION_FIRST:
		*row = 0;
		break;
	case ACTION_LAST:
		*row = place->rows - 1;
		break;
	case ACTION_POINT:
		break;
	default:
		return false;
	}
	view_fit(place, place->rows, place->seen, place->top);
	return true;
}

/* --- words ------------------------------------------------------------------------------ */

const char *
words_span(struct arena *arena, int64_t microseconds)
{
	static const struct {
		const char *unit;
		int64_t size, limit; /* in the unit: up to here it is the one to use */
	} units[] = { { "ms", 1000, 1000 }, { "s", 1000000, 120 },
		{ "min", 60 * INT64_C(1000000), 120 },
		{ "h", 3600 * INT64_C(1000000), 48 },
		{ "d", 86400 * INT64_C(1000000), INT64_MAX } };
	size_t i = 0;

	while (microseconds / units[i].size >= units[i].limit)
		i++;
	if (i == 1 && microseconds < 10 * units[i].size)
		return arena_printf(arena, "%.1f s", (double)microseconds / 1e6);
	return arena_printf(
		arena, "%" PRId64 " %s", microseconds / units[i].size, units[i].unit);
}
