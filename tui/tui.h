/* The dashboard: keys and redrawing on the loop. What it cannot do itself, such as probing
 * again or saving, it hands to its caller; it knows no probes and no formats. */
#pragma once

#include "base/loop.h"
#include "tui/view.h"

struct tui;

struct tui_caller {
	/* ACTION_QUIT, ACTION_SAVE, ACTION_PROBE ...: `partner` is the index of the one
	 * looked at, or NO_PARTNER; `words` is what was typed for it, or NULL. */
	void (*act)(void *self, enum action action, size_t partner, const char *words);
	/* Called before each drawing, to bring `now` and `clock` of the live state up to
	 * date; NULL for a saved report. */
	void (*refresh)(void *self);
	void *self;
};

/* NULL when the terminal cannot do it; ask term_trouble() first. `live` may be NULL. All
 * must outlive the dashboard. */
struct tui *tui_open(struct loop *loop, const struct run *run, const struct live *live,
	bool colour, const struct tui_caller *caller);
void tui_close(struct tui **tui);

/* Something that is shown has changed. It is drawn soon, at most ten times a second. */
void tui_changed(struct tui *tui);

/* One line for the user. */
void tui_say(struct tui *tui, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
