/* The terminal: the only door to ncurses. Whatever ends the program (but SIGKILL), the
 * terminal is as it was. What is written to standard error meanwhile is kept and comes
 * when the terminal is itself again. */
#pragma once

#include "base/loop.h"
#include "tui/canvas.h"

/* What was pressed: a character of Unicode, or one of these. */
enum press {
	PRESS_NONE,
	PRESS_TAB = '\t',
	PRESS_ENTER = '\n',
	PRESS_ESCAPE = 27,
	PRESS_UP = 0x110000, /* behind the last character */
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_HOME,
	PRESS_END,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_BACKSPACE,
	PRESS_DELETE,
	PRESS_BACK_TAB,
	PRESS_CLICK, /* of the first button */
	PRESS_WHEEL_UP,
	PRESS_WHEEL_DOWN,
	PRESS_OTHER, /* nothing that we know */
	PRESS_GONE,  /* there is no terminal any more */
};

#define CONTROL(letter) ((letter)&0x1f)

struct press_event {
	int press;
	char text[8];    /* UTF-8 of a character */
	int row, column; /* of the mouse */
};

struct term;

/* Why there can be no dashboard here ("standard output is no terminal"), or NULL. */
const char *term_trouble(void);

/* Takes the terminal over. `pressed` is called for each key, `changed` when all must be
 * drawn anew: the size is another, or we are back after Ctrl-Z. NULL when the terminal
 * cannot do it; ask term_trouble() first. One at a time. */
struct term *term_open(struct loop *loop, bool colour,
	void (*pressed)(void *self, const struct press_event *event),
	void (*changed)(void *self), void *self);
void term_close(struct term **term);

int term_width(const struct term *term);
int term_height(const struct term *term);

/* Whether the locale cannot show more than ASCII. */
bool term_is_ascii(const struct term *term);

/* Without a mouse of ours the terminal's own can select text. */
void term_mouse(struct term *term, bool on);

/* Shows it; only what differs goes out. */
void term_show(struct term *term, const struct canvas *canvas);

/* All of it again, for a screen that somebody else has spoiled. */
void term_refresh(struct term *term);
