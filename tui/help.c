/* The keys of the screen that one comes from, as the table has them. */
#include "base/text.h"
#include "tui/screen.h"

#include <string.h>

/* "Up or k" */
static const char *
presses(struct arena *arena, const struct key *key)
{
	const char *list = press_name(arena, key->press[0]);

	for (size_t i = 1; i < KEY_PRESSES && key->press[i] != 0; i++)
		list = arena_printf(
			arena, "%s, %s", list, press_name(arena, key->press[i]));
	return list;
}

static bool
applies(const struct key *key, const struct view *view)
{
	const struct screen *from = view->place[view->places - 2].screen;

	return (key->on & from->on) && (view_probes(view) || !key->probes);
}

/* Draws what is left of the keys below `row`; returns the row behind the last. */
static int
draw_keys(const struct view *view, struct canvas *canvas, int row, int indent)
{
	struct arena *arena = canvas_arena(canvas);

	for (const struct key *key = keys; key->action != ACTION_NONE; key++) {
		if (!applies(key, view))
			continue;
		canvas_text(canvas, row, 1, STYLE_KEY, presses(arena, key));
		row = canvas_wrap(canvas, row, indent, canvas_width(canvas) - indent,
			STYLE_PLAIN, key->help);
	}
	return row;
}

static int
draw_legend(struct canvas *canvas, int row, int indent)
{
	static const struct {
		enum glyph glyph;
		unsigned style;
		const char *words;
	} signs[] = { { GLYPH_PASS, STYLE_GOOD, "passed; all is well" },
		{ GLYPH_INFO, STYLE_NOTE, "worth knowing" },
		{ GLYPH_WARN, STYLE_WARNING, "warning" },
		{ GLYPH_FAIL, STYLE_BAD, "failed" },
		{ GLYPH_ERROR, STYLE_BAD, "could not be tested, for a reason here" },
		{ GLYPH_SKIP, STYLE_QUIET, "not asked" },
		{ GLYPH_RUNNING, STYLE_NOTE, "being probed" } };

	canvas_text(canvas, row++, 0, STYLE_TITLE, "Signs");
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		canvas_glyph(canvas, row, 1, signs[i].style, signs[i].glyph);
		row = canvas_wrap(canvas, row, indent, canvas_width(canvas) - indent,
			STYLE_PLAIN, signs[i].words);
	}
	return row;
}

static void
draw(const struct run *run, struct view *view, struct canvas *canvas)
{
	struct place *place = view_place(view);
	int indent = canvas_width(canvas) < 60 ? 14 : 22, row, end = 0;

	(void)run;
	/* How long it is shows only when it is drawn. */
	for (int round = 0; round < 2; round++) {
		row = round == 0 ? canvas_height(canvas) : -place->scroll;
		end = row;
		canvas_text(canvas, end++, 0, STYLE_TITLE, "Keys");
		end = draw_keys(view, canvas, end, indent) + 1;
		end = draw_legend(canvas, end, indent);
		view_fit(place, end - row, canvas_height(canvas), 0);
	}
}

const struct screen help_screen = {
	.name = "help",
	.title = "help",
	.on = ON_HELP,
	.draw = draw,
};
