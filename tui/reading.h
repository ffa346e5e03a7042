/* What the screens that are one sheet share: drawing it, and going on from what the cursor
 * is on. */
#pragma once

#include "tui/sheet.h"

/* `make` writes the sheet of the screen, for so many columns; it lives in the arena. In a
 * terminal of another width the cursor stays on what it was on. */
void reading_draw(
	struct sheet *(*make)(const struct run *, struct view *, struct arena *, int),
	const struct run *run, struct view *view, struct canvas *canvas);

/* The keys that all sheets share; and that Enter, like the key `turn`, shows the same in
 * the other screen. */
bool reading_act(
	struct sheet *(*make)(const struct run *, struct view *, struct arena *, int),
	const struct run *run, struct view *view, enum action action, enum action turn,
	const struct screen *other);
