/* Keys come in, actions go out, and what has changed is drawn: at most ten times a
 * second, and never when nothing has. */
#include "tui/tui.h"

#include "base/fatal.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/term.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	REDRAW_US = 100000, /* between two drawings */
	TICK_MS = 1000,     /* while elapsed times are shown */
	REST_MS = 60000,    /* while nothing is but how long ago something was */
	WHEEL_ROWS = 3
};

struct tui {
	struct loop *loop;
	const struct run *run;
	const struct tui_caller *caller;
	struct view *view;
	struct term *term;
	struct canvas *canvas;
	struct timer *timer;
	bool due;      /* the timer runs because something has changed */
	int64_t drawn; /* when, by loop_now() */
};

/* --- drawing ------------------------------------------------------------------------------ */

static void
fit_canvas(struct tui *tui)
{
	int width = term_width(tui->term), height = term_height(tui->term);

	if (tui->canvas != NULL && canvas_columns(tui->canvas) == width &&
		canvas_rows(tui->canvas) == height)
		return;
	canvas_close(&tui->canvas);
	tui->canvas = canvas_open(width, height, term_is_ascii(tui->term));
}

/* When what is shown will be out of date by itself: the time until the next round is told
 * in whole seconds, and a long one in tens of them. */
static int64_t
tick_ms(const struct live *live)
{
	enum { STEP_MS = LIVE_TICK_SECONDS * 1000 };
	int64_t left = (live->next - live->now) / 1000;

	if (live->running > 0)
		return TICK_MS;
	if (live->next == 0 || left <= 0)
		return REST_MS;
	return left > STEP_MS ? left % STEP_MS + 1 : left % TICK_MS + 1;
}

static void
draw(void *self)
{
	struct tui *tui = self;
	const struct live *live = tui->view->live;

	tui->due = false;
	tui->drawn = loop_now(tui->loop);
	if (tui->caller->refresh != NULL)
		tui->caller->refresh(tui->caller->self);
	fit_canvas(tui);
	screen_draw(tui->run, tui->view, tui->canvas);
	term_show(tui->term, tui->canvas);
	if (live != NULL)
		timer_set(tui->timer, tick_ms(live));
}

void
tui_changed(struct tui *tui)
{
	int64_t wait = tui->drawn + REDRAW_US - loop_now(tui->loop);

	if (tui->due)
		return;
	tui->due = true;
	timer_set(tui->timer, wait > 0 ? (wait + 999) / 1000 : 0);
}

static void
terminal_changed(void *self)
{
	tui_changed(self);
}

void
tui_say(struct tui *tui, const char *format, ...)
{
	char words[VIEW_WORDS];
	va_list ap;

	va_start(ap, format);
	vsnprintf(words, sizeof words, format, ap);
	va_end(ap);
	view_say(tui->view, "%s", words);
	tui_changed(tui);
}

/* --- acting -------------------------------------------------------------------------------- */

static void
ask_caller(struct tui *tui, enum action action, const char *words)
{
	tui->caller->act(
		tui->caller->self, action, view_place(tui->view)->partner, words);
}

static void
act(struct tui *tui, enum action action)
{
	switch (action) {
	case ACTION_NONE:
		break;
	case ACTION_PLAIN:
		tui->view->plain = !tui->view->plain;
		term_mouse(tui->term, !tui->view->plain);
		break;
	case ACTION_REFRESH:
		term_refresh(tui->term);
		break;
	default:
		if (!screen_act(tui->run, tui->view, action))
			ask_caller(tui, action, NULL);
	}
}

static void
type(struct tui *tui, const struct press_event *event)
{
	struct prompt prompt;

	if (!screen_type(tui->run, tui->view, event))
		return;
	prompt = tui->view->prompt;
	prompt_end(tui->view);
	ask_caller(tui, prompt.action, prompt.words);
}

static void
roll(struct tui *tui, enum action action)
{
	for (int i = 0; i < WHEEL_ROWS; i++)
		screen_act(tui->run, tui->view, action);
}

static void
pressed(void *self, const struct press_event *event)
{
	struct tui *tui = self;
	struct view *view = tui->view;

	view->message[0] = '\0';
	if (event->press == PRESS_GONE)
		ask_caller(tui, ACTION_QUIT, NULL);
	else if (event->press == PRESS_WHEEL_UP)
		roll(tui, ACTION_UP);
	else if (event->press == PRESS_WHEEL_DOWN)
		roll(tui, ACTION_DOWN);
	else if (event->press == PRESS_CLICK)
		screen_click(tui->run, view, event->row);
	else if (view->prompt.action != ACTION_NONE)
		type(tui, event);
	else
		act(tui, key_action(event->press, view_place(view)->screen->on,
				 view_probes(view)));
	tui_changed(tui);
}

/* --- opening and closing --------------------------------------------------------------------- */

struct tui *
tui_open(struct loop *loop, const struct run *run, const struct live *live, bool colour,
	const struct tui_caller *caller)
{
	struct tui *tui = calloc(1, sizeof *tui);

	if (tui == NULL)
		fatal("out of memory");
	tui->loop = loop;
	tui->run = run;
	tui->caller = caller;
	tui->term = term_open(loop, colour, pressed, terminal_changed, tui);
	if (tui->term == NULL) {
		free(tui);
		return NULL;
	}
	tui->view = view_open(live);
	tui->due = true;
	tui->timer = timer_open(loop, 0, draw, tui);
	return tui;
}

void
tui_close(struct tui **tui)
{
	if (*tui == NULL)
		return;
	timer_close(&(*tui)->timer);
	term_close(&(*tui)->term);
	canvas_close(&(*tui)->canvas);
	view_close(&(*tui)->view);
	free(*tui);
	*tui = NULL;
}
