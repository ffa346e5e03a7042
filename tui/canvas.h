/* A grid of cells: all that a screen draws on. term.c copies it to the terminal; printed
 * as text it is a picture to compare with. Everything is clipped; no place is wrong. Texts
 * are UTF-8, and what does not belong on a terminal becomes a question mark here. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>

/* More than any terminal; a hostile size must not take all memory. */
enum { CANVAS_MAX_WIDTH = 1000, CANVAS_MAX_HEIGHT = 500 };

/* What a cell means; the terminal decides on the colour. A colour never stands alone:
 * there is always a symbol or a word beside it. Attributes may be added with "|". */
enum style {
	STYLE_PLAIN,
	STYLE_TITLE,    /* headings, the bars at the top and bottom */
	STYLE_GOOD,     /* passed */
	STYLE_NOTE,     /* info */
	STYLE_WARNING,  /* warn */
	STYLE_BAD,      /* fail, error */
	STYLE_QUIET,    /* what matters less: skipped, labels */
	STYLE_SELECTED, /* where the cursor is */
	STYLE_FOUND,    /* what was searched for */
	STYLE_KEY,      /* a key to press */
	STYLE_SENT,     /* by us */
	STYLE_RECEIVED, /* by the partner */
	STYLES
};

enum { STYLE_MASK = 0xff, STYLE_BOLD = 0x100, STYLE_REVERSE = 0x200, STYLE_DIM = 0x400 };

/* Signs that have an ASCII stand-in. */
enum glyph {
	GLYPH_HORIZONTAL,
	GLYPH_VERTICAL,
	GLYPH_DOWN_RIGHT, /* the corner at the top left */
	GLYPH_DOWN_LEFT,
	GLYPH_UP_RIGHT, /* the corner at the bottom left */
	GLYPH_UP_LEFT,
	GLYPH_VERTICAL_RIGHT, /* a tee, to the right */
	GLYPH_VERTICAL_LEFT,
	GLYPH_DOWN_HORIZONTAL,
	GLYPH_UP_HORIZONTAL,
	GLYPH_CROSSING,
	GLYPH_ARROW_RIGHT,
	GLYPH_ARROW_LEFT,
	GLYPH_ARROW_UP,
	GLYPH_ARROW_DOWN,
	GLYPH_ELLIPSIS,
	GLYPH_BULLET,
	GLYPH_SKIP, /* one for each status of a finding, in order */
	GLYPH_PASS,
	GLYPH_INFO,
	GLYPH_WARN,
	GLYPH_FAIL,
	GLYPH_ERROR,
	GLYPH_RUNNING,
	GLYPH_OPEN, /* before a heading: what is below it is shown, or folded away */
	GLYPH_FOLDED,
	GLYPH_BAR_1, /* an eighth of a cell from below, ... */
	GLYPH_BAR_2,
	GLYPH_BAR_3,
	GLYPH_BAR_4,
	GLYPH_BAR_5,
	GLYPH_BAR_6,
	GLYPH_BAR_7,
	GLYPH_BAR_8, /* ... a whole one */
	GLYPH_EMPTY, /* the rest of a progress bar */
	GLYPHS
};

/* Characters: a base and what combines with it. */
enum { CELL_BYTES = 24 };

struct cell {
	char text[CELL_BYTES]; /* ends with NUL */
	int width;             /* 1, 2, or 0: the right half of the one before */
	unsigned style;
};

struct area {
	int row, column, height, width;
};

struct canvas;

/* Empty. The size is brought into the limits; `ascii` draws lines and signs in ASCII and
 * every other character as "?". */
struct canvas *canvas_open(int width, int height, bool ascii);
void canvas_close(struct canvas **canvas);

/* Empties all cells, and the scratch arena. */
void canvas_clear(struct canvas *canvas);

/* For texts that are drawn now; emptied by canvas_clear(). */
struct arena *canvas_arena(struct canvas *canvas);

bool canvas_is_ascii(const struct canvas *canvas);

/* --- the window: rows and columns count from its corner, and it clips ----------------- */

int canvas_width(const struct canvas *canvas);
int canvas_height(const struct canvas *canvas);

/* Makes a part of the window the window; returns the former, for canvas_restore(). */
struct area canvas_window(struct canvas *canvas, struct area part);
void canvas_restore(struct canvas *canvas, struct area former);

/* --- drawing; rows and columns may lie outside ----------------------------------------- */

/* Returns the column behind the text, also when it was clipped. */
int canvas_text(
	struct canvas *canvas, int row, int column, unsigned style, const char *text);
int canvas_printf(struct canvas *canvas, int row, int column, unsigned style,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The text, or its beginning and an ellipsis, in this width at most. */
const char *canvas_cut(struct canvas *canvas, const char *text, int width);

/* Cut with an ellipsis, or padded with spaces, to just this width; returns the column
 * behind. The second puts the spaces first. */
int canvas_cell(struct canvas *canvas, int row, int column, int width, unsigned style,
	const char *text);
int canvas_cell_right(struct canvas *canvas, int row, int column, int width,
	unsigned style, const char *text);

/* Breaks the text between words, or inside what is too long. Returns the row behind the
 * last, also for what lies outside the window. */
int canvas_wrap(struct canvas *canvas, int row, int column, int width, unsigned style,
	const char *text);

void canvas_glyph(
	struct canvas *canvas, int row, int column, unsigned style, enum glyph glyph);

/* The sign as text, to be put into one. */
const char *canvas_sign(const struct canvas *canvas, enum glyph glyph);

/* A line to the right, or down. */
void canvas_across(
	struct canvas *canvas, int row, int column, int length, unsigned style);
void canvas_down(struct canvas *canvas, int row, int column, int length, unsigned style);

/* A frame of lines; `title` (NULL for none) stands in its upper edge. */
void canvas_box(
	struct canvas *canvas, struct area area, unsigned style, const char *title);

/* Gives the cells of a row another style and leaves their characters. */
void canvas_tint(struct canvas *canvas, int row, int column, int width, unsigned style);

/* --- reading it; rows and columns of the whole ------------------------------------------ */

const struct cell *canvas_at(const struct canvas *canvas, int row, int column);
int canvas_columns(const struct canvas *canvas);
int canvas_rows(const struct canvas *canvas);

/* As lines of text without spaces at their ends. */
void canvas_print(const struct canvas *canvas, FILE *file);
