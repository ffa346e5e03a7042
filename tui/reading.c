/* Evidence and transcript are two views of the same, and each is left for the other. */
#include "tui/reading.h"

void
reading_draw(
	struct sheet *(*make)(const struct run *, struct view *, struct arena *, int),
	const struct run *run, struct view *view, struct canvas *canvas)
{
	struct arena *arena = canvas_arena(canvas);
	struct place *place = view_place(view);
	int width = canvas_width(canvas);
	const struct sheet *sheet = make(run, view, arena, width);

	if (place->width != 0 && place->width != width)
		sheet_follow(sheet, make(run, view, arena, place->width), place);
	sheet_draw(sheet, view, canvas);
}

bool
reading_act(struct sheet *(*make)(const struct run *, struct view *, struct arena *, int),
	const struct run *run, struct view *view, enum action action, enum action turn,
	const struct screen *other)
{
	struct arena *arena = arena_open();
	const struct sheet *sheet = make(run, view, arena, view_place(view)->width);
	bool done = sheet_act(sheet, view, action);

	if (action == ACTION_OPEN || action == turn) {
		sheet_enter(view, other, *sheet_subject(sheet, view_place(view)));
		done = true;
	}
	arena_close(&arena);
	return done;
}
