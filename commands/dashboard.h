/* The dashboard over a run: a saved one, or one that grows while it is shown. */
#pragma once

#include "base/loop.h"
#include "commands/options.h"
#include "tui/view.h"

struct dashboard;

/* What is shown while it grows, and what the keys do to it. */
struct exhibit {
	const struct live *live;
	/* Called before each drawing: brings the live state up to date. */
	void (*refresh)(void *self);
	/* For a report of this moment: whoever was not judged yet is judged as unfinished;
	 * and after it all goes on. */
	void (*settle)(void *self);
	void (*go_on)(void *self);
	/* Keys that the dashboard itself does not know; NULL: there are none. */
	void (*act)(void *self, enum action action, size_t partner, const char *words);
	void *self;
};

/* Draws itself while the loop runs, which stops when the user leaves. `exhibit` is NULL for
 * a saved report. NULL, and one line on stderr, when there is no terminal that can show it. */
struct dashboard *dashboard_open(struct loop *loop, const struct run *run,
	const struct settings *settings, const struct exhibit *exhibit);
void dashboard_close(struct dashboard **dashboard);

/* Something that is shown has changed. */
void dashboard_changed(struct dashboard *dashboard);

/* One line for the user. */
void dashboard_say(struct dashboard *dashboard, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
