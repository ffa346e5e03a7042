/* The columns of the overview: a table. What does not fit is left out, the least important
 * first; what room is left makes them wider. */
#pragma once

#include "tui/standing.h"

/* One line of the overview. */
struct line {
	const struct view *view;
	const struct partner *partner;
	const struct live_partner *live; /* NULL in a saved report */
	struct standing standing;
};

/* While what is it there: over a saved report, while partners are probed, or while they
 * call us. */
enum {
	SAVED = 1,
	IN_ROUNDS = 2,
	LISTENING = 4,
	PROBED = SAVED | IN_ROUNDS,
	LIVE = IN_ROUNDS | LISTENING,
	ALWAYS = SAVED | LIVE
};

struct column {
	const char *title;
	int narrow, wide;
	int tight;      /* in place of narrow where room is wanted for phase and name */
	int importance; /* from 1: the last are left out first */
	int growth;     /* from 1: who becomes wide first; 0: nobody who does */
	bool right;     /* where the text stands */
	unsigned when;  /* SAVED, IN_ROUNDS ... */
	int sort;       /* enum sort, or -1 */
	/* The text, and its style if it has one; NULL is an empty cell. */
	const char *(*show)(const struct line *line, struct canvas *canvas, int width,
		unsigned *style);
};

enum { COLUMNS_MAX = 12 };

/* How wide each column is drawn; 0: not at all. In the order of `columns`. */
struct columns {
	int width[COLUMNS_MAX];
	int gap;
};

extern const struct column columns[];
extern const size_t columns_count;

/* For a canvas that wide; `name` is the widest name that is to be shown. The last column
 * gets what nobody wants. */
struct columns columns_fit(int width, int name, unsigned now);

void columns_titles(const struct columns *fit, const struct view *view,
	struct canvas *canvas, int row);

/* Draws the line; selected ones all in the style of the cursor. */
void columns_line(const struct columns *fit, const struct line *line,
	struct canvas *canvas, int row, bool selected);
