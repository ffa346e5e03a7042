/* What is longer than the screen: rows below headings, which can be folded. A sheet is made
 * anew for each drawing, and for each key that must know what stands where. */
#pragma once

#include "tui/canvas.h"
#include "tui/view.h"

/* Nobody reads more; a partner that talks without end must not slow the drawing down. */
enum { SHEET_ROWS = 20000 };

/* What rows are about, and Enter leads to. All empty: the partner. */
struct subject {
	const char *check;    /* the id of a finding or cause */
	const char *endpoint; /* NULL: all */
	unsigned observation; /* 0: none in particular */
	bool growing;         /* it is being seen now, and not judged yet */
	size_t partner;       /* its index + 1; 0: the one that the screen is about */
};

struct sheet;

/* The section of rows that no key hides. */
enum { SECTION_OPEN = 32 };

/* Lives in the arena, and the texts that are put on it must live as long. `folded` has a
 * bit for each section that is hidden. */
struct sheet *sheet_open(struct arena *arena, unsigned folded, int width);
struct arena *sheet_arena(const struct sheet *sheet);
int sheet_width(const struct sheet *sheet);

/* Below this there is one column where there were two. */
bool sheet_is_narrow(const struct sheet *sheet);

/* --- writing: a heading or a row is begun, then filled ---------------------------------- */

/* The subject of the rows that follow. */
void sheet_about(struct sheet *sheet, struct subject subject);

/* Begins a section with its heading, a row to which more may be added. `bit` is its own
 * among those that are folded, or SECTION_OPEN. False when it is: then what is below it
 * need not be written. Those at column 0 are where Tab goes. */
bool sheet_section(struct sheet *sheet, unsigned bit, int column, const char *title);

void sheet_row(struct sheet *sheet);

/* Returns the column behind. What goes beyond the width is cut with an ellipsis. */
int sheet_text(struct sheet *sheet, int column, unsigned style, const char *text);
int sheet_glyph(struct sheet *sheet, int column, unsigned style, enum glyph glyph);
int sheet_line(
	struct sheet *sheet, int column, int length, unsigned style, enum glyph glyph);

/* Cut with an ellipsis to the width. */
int sheet_cell(
	struct sheet *sheet, int column, int width, unsigned style, const char *text);

/* Goes on in this row from `column`, and in as many new ones as it takes from `indent`.
 * NULL writes nothing. */
void sheet_wrap(
	struct sheet *sheet, int column, int indent, unsigned style, const char *text);

/* Rows of a label and a text; a narrow sheet has no column `tab` to align them. NULL as
 * text writes nothing. */
void sheet_entry(
	struct sheet *sheet, int column, int tab, const char *label, const char *text);

/* How a status, or what is like one, is shown: never by its style alone. */
struct sign {
	enum glyph glyph;
	unsigned style;
};

struct sign sign_of(enum status status);

/* "✗ fail"; returns the column behind. */
int sheet_sign(struct sheet *sheet, int column, struct sign sign, const char *word);

/* --- using it ------------------------------------------------------------------------------ */

/* Draws what is to be seen of it, with the cursor and what was searched for. */
void sheet_draw(const struct sheet *sheet, struct view *view, struct canvas *canvas);

/* Puts the cursor on what it was on in the former sheet, which is the same for another
 * width. */
void sheet_follow(
	const struct sheet *sheet, const struct sheet *former, struct place *place);

/* The subject of the row with the cursor; never NULL. */
const struct subject *sheet_subject(const struct sheet *sheet, const struct place *place);

/* The keys that all sheets share: sections, folding, searching. */
bool sheet_act(const struct sheet *sheet, struct view *view, enum action action);

/* Goes to a screen about the subject; its cursor will be where the observation is. */
void sheet_enter(struct view *view, const struct screen *screen, struct subject subject);
