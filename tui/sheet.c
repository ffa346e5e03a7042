/* Rows of pieces. A piece keeps its text where it lies and is copied only when it is seen,
 * so that a long transcript costs little. */
#include "tui/sheet.h"

#include "base/text.h"
#include "tui/screen.h"

#include <stdio.h>
#include <string.h>

enum {
	NARROW = 60,    /* fewer columns than this are narrow */
	LEAST = 12,     /* what an indented text has at least */
	AT_SUBJECT = -1 /* as cursor: where the observation is, see sheet_enter() */
};

struct piece {
	int column,
		width; /* of a text: cut to it, 0 is as it is; of a glyph: how often */
	unsigned style;
	const char *text; /* NULL: the glyph */
	size_t length;
	enum glyph glyph;
};

struct row {
	struct piece *piece;
	size_t pieces;
	unsigned section;
	bool heading, stop; /* Tab goes to a stop */
	bool continued;     /* it is the rest of the row above */
	const struct subject *subject;
};

struct sheet {
	struct arena *arena;
	unsigned folded;
	int width;
	struct row *row;
	size_t rows;
	bool full;
	unsigned section;
	const struct subject *subject;
};

static const struct subject nothing = { 0 };

static const struct sign signs[] = {
	[STATUS_SKIP] = { GLYPH_SKIP, STYLE_QUIET },
	[STATUS_PASS] = { GLYPH_PASS, STYLE_GOOD },
	[STATUS_INFO] = { GLYPH_INFO, STYLE_NOTE },
	[STATUS_WARN] = { GLYPH_WARN, STYLE_WARNING },
	[STATUS_FAIL] = { GLYPH_FAIL, STYLE_BAD },
	[STATUS_ERROR] = { GLYPH_ERROR, STYLE_BAD },
};

struct sheet *
sheet_open(struct arena *arena, unsigned folded, int width)
{
	struct sheet *sheet = arena_alloc(arena, sizeof *sheet);

	sheet->arena = arena;
	sheet->folded = folded;
	sheet->width = width;
	sheet->section = SECTION_OPEN;
	sheet->subject = &nothing;
	return sheet;
}

struct arena *
sheet_arena(const struct sheet *sheet)
{
	return sheet->arena;
}

int
sheet_width(const struct sheet *sheet)
{
	return sheet->width;
}

bool
sheet_is_narrow(const struct sheet *sheet)
{
	return sheet->width < NARROW;
}

/* --- writing ------------------------------------------------------------------------------ */

void
sheet_about(struct sheet *sheet, struct subject subject)
{
	sheet->subject = arena_copy(sheet->arena, &subject, sizeof subject);
}

void
sheet_row(struct sheet *sheet)
{
	if (sheet->full)
		return;
	sheet->row =
		arena_grow(sheet->arena, sheet->row, sheet->rows, sizeof *sheet->row);
	sheet->row[sheet->rows++] =
		(struct row){ .section = sheet->section, .subject = sheet->subject };
	if (sheet->rows == SHEET_ROWS) {
		sheet_text(sheet, 0, STYLE_QUIET, "What follows is too long to show.");
		sheet->full = true;
	}
}

static void
add(struct sheet *sheet, const struct piece *piece)
{
	struct row *row;

	if (sheet->full)
		return;
	row = &sheet->row[sheet->rows - 1];
	row->piece =
		arena_grow(sheet->arena, row->piece, row->pieces, sizeof *row->piece);
	row->piece[row->pieces++] = *piece;
}

int
sheet_text(struct sheet *sheet, int column, unsigned style, const char *text)
{
	struct piece piece = {
		.column = column, .style = style, .text = text, .length = strlen(text)
	};
	int end = column + text_width(text);

	if (end > sheet->width)
		piece.width = sheet->width - column;
	if (column < sheet->width)
		add(sheet, &piece);
	return end;
}

int
sheet_cell(struct sheet *sheet, int column, int width, unsigned style, const char *text)
{
	const struct piece piece = { column, width, style, text, strlen(text), 0 };

	if (width > 0)
		add(sheet, &piece);
	return column + width;
}

int
sheet_glyph(struct sheet *sheet, int column, unsigned style, enum glyph glyph)
{
	return sheet_line(sheet, column, 1, style, glyph);
}

int
sheet_line(struct sheet *sheet, int column, int length, unsigned style, enum glyph glyph)
{
	const struct piece piece = {
		.column = column, .width = length, .style = style, .glyph = glyph
	};

	add(sheet, &piece);
	return column + length;
}

struct sign
sign_of(enum status status)
{
	return signs[status];
}

int
sheet_sign(struct sheet *sheet, int column, struct sign sign, const char *word)
{
	column = sheet_glyph(sheet, column, sign.style, sign.glyph);
	return sheet_text(sheet, column + 1, sign.style, word);
}

bool
sheet_section(struct sheet *sheet, unsigned bit, int column, const char *title)
{
	bool folded = bit < SECTION_OPEN && (sheet->folded >> bit & 1);

	sheet->section = bit;
	sheet_row(sheet);
	if (sheet->full)
		return false;
	sheet->row[sheet->rows - 1].heading = true;
	sheet->row[sheet->rows - 1].stop = column == 0;
	if (bit < SECTION_OPEN)
		sheet_glyph(
			sheet, column, STYLE_QUIET, folded ? GLYPH_FOLDED : GLYPH_OPEN);
	sheet_text(sheet, column + 2, STYLE_TITLE | STYLE_BOLD, title);
	return !folded;
}

/* Where the line ends; a word that fits on the next line is not broken in this one. */
static size_t
line_length(const char *text, int room, int next)
{
	size_t length = text_line(text, room > 0 ? room : 1);

	if (text[length] != '\0' && text[length] != ' ' && next > room &&
		text_line(text, next) > length)
		return 0;
	return length;
}

static void
continue_row(struct sheet *sheet)
{
	sheet_row(sheet);
	sheet->row[sheet->rows - 1].continued = !sheet->full;
}

void
sheet_wrap(struct sheet *sheet, int column, int indent, unsigned style, const char *text)
{
	if (text == NULL)
		return;
	if (indent > sheet->width - LEAST)
		indent = sheet->width > LEAST ? sheet->width - LEAST : 0;
	for (text += strspn(text, " "); *text != '\0' && !sheet->full;) {
		size_t length =
			line_length(text, sheet->width - column, sheet->width - indent);
		const struct piece piece = { column, 0, style, text, length, 0 };

		if (length > 0)
			add(sheet, &piece);
		text += length;
		text += strspn(text, " ");
		if (*text != '\0')
			continue_row(sheet);
		column = indent;
	}
}

void
sheet_entry(struct sheet *sheet, int column, int tab, const char *label, const char *text)
{
	int end, indent = sheet_is_narrow(sheet) ? column + 2 : tab;

	if (text == NULL)
		return;
	sheet_row(sheet);
	if (sheet_is_narrow(sheet) && *label != '\0')
		label = arena_printf(sheet->arena, "%s:", label);
	end = sheet_text(sheet, column, STYLE_QUIET, label) + 1;
	sheet_wrap(sheet, end > indent ? end : indent, indent, STYLE_PLAIN, text);
}

/* --- searching ------------------------------------------------------------------------------ */

/* The words in a piece, or NULL. */
static const char *
find(struct arena *arena, const struct piece *piece, const char *words, const char **text)
{
	if (piece->text == NULL || *words == '\0')
		return NULL;
	*text = arena_text(arena, piece->text, piece->length);
	return strcasestr(*text, words);
}

static bool
holds(struct arena *arena, const struct row *row, const char *words)
{
	const char *text;

	for (size_t i = 0; i < row->pieces; i++)
		if (find(arena, &row->piece[i], words, &text) != NULL)
			return true;
	return false;
}

/* --- drawing -------------------------------------------------------------------------------- */

static void
draw_piece(struct canvas *canvas, int row, const struct piece *piece)
{
	const char *text;

	if (piece->text == NULL) {
		for (int i = 0; i < piece->width; i++)
			canvas_glyph(canvas, row, piece->column + i, piece->style,
				piece->glyph);
		return;
	}
	text = arena_text(canvas_arena(canvas), piece->text, piece->length);
	if (piece->width > 0)
		canvas_cell(canvas, row, piece->column, piece->width, piece->style, text);
	else
		canvas_text(canvas, row, piece->column, piece->style, text);
}

static void
mark_found(struct canvas *canvas, int row, const struct piece *piece, const char *words)
{
	struct arena *arena = canvas_arena(canvas);
	const char *text, *at = find(arena, piece, words, &text);
	size_t length = strlen(words);

	while (at != NULL) {
		int column = text_width(arena_text(arena, text, (size_t)(at - text)));
		int width = text_width(arena_text(arena, at, length));

		canvas_tint(canvas, row, piece->column + column, width, STYLE_FOUND);
		at = strcasestr(at + length, words);
	}
}

static void
draw_row(const struct row *row, const struct view *view, struct canvas *canvas, int at,
	bool chosen)
{
	for (size_t i = 0; i < row->pieces; i++)
		draw_piece(canvas, at, &row->piece[i]);
	if (chosen)
		canvas_tint(canvas, at, 0, canvas_width(canvas), STYLE_SELECTED);
	for (size_t i = 0; i < row->pieces; i++)
		mark_found(canvas, at, &row->piece[i], view->search);
}

/* The first row about the observation. */
static int
row_about(const struct sheet *sheet, unsigned observation)
{
	for (size_t i = 0; observation != 0 && i < sheet->rows; i++)
		if (sheet->row[i].subject->observation == observation)
			return (int)i;
	return 0;
}

/* The cursor may come from another screen, or from a sheet that was longer. */
static void
settle(const struct sheet *sheet, struct place *place)
{
	if (place->cursor == AT_SUBJECT)
		place->scroll = place->cursor = row_about(sheet, place->observation);
	if (place->cursor < 0 || place->cursor >= (int)sheet->rows)
		place->cursor = (int)sheet->rows - 1;
}

/* What does not depend on the width: which subject it is, counted from above, and which of
 * its lines. */
struct spot {
	size_t subject, line;
};

static void
go_on(const struct sheet *sheet, size_t row, struct spot *spot)
{
	if (row == 0)
		*spot = (struct spot){ 0, 0 };
	else if (sheet->row[row].subject != sheet->row[row - 1].subject)
		*spot = (struct spot){ spot->subject + 1, 0 };
	else if (!sheet->row[row].continued)
		spot->line++;
}

void
sheet_follow(const struct sheet *sheet, const struct sheet *former, struct place *place)
{
	int above = place->cursor - place->scroll, found = 0;
	struct spot wanted = { 0, 0 }, spot = { 0, 0 };

	if (place->cursor < 0)
		return;
	for (size_t i = 0; i < former->rows && i <= (size_t)place->cursor; i++)
		go_on(former, i, &wanted);
	for (size_t i = 0; i < sheet->rows && spot.subject <= wanted.subject; i++) {
		struct spot before = spot;

		go_on(sheet, i, &spot);
		if (i > 0 && before.subject == spot.subject && before.line == spot.line)
			continue;
		if (spot.subject == wanted.subject && spot.line <= wanted.line)
			found = (int)i;
	}
	place->cursor = found;
	place->scroll = found - above;
}

void
sheet_draw(const struct sheet *sheet, struct view *view, struct canvas *canvas)
{
	struct place *place = view_place(view);

	settle(sheet, place);
	place->width = sheet->width;
	view_fit(place, (int)sheet->rows, canvas_height(canvas), 0);
	for (int i = 0; i < place->seen && place->scroll + i < place->rows; i++)
		draw_row(&sheet->row[place->scroll + i], view, canvas, i,
			place->scroll + i == place->cursor);
}

/* --- acting --------------------------------------------------------------------------------- */

static const struct row *
row_chosen(const struct sheet *sheet, const struct place *place)
{
	static const struct row none = { .section = SECTION_OPEN, .subject = &nothing };
	size_t i = (size_t)place->cursor;

	return place->cursor >= 0 && i < sheet->rows ? &sheet->row[i] : &none;
}

const struct subject *
sheet_subject(const struct sheet *sheet, const struct place *place)
{
	return row_chosen(sheet, place)->subject;
}

/* Around the end; back to where the cursor is when there is no other. */
static int
next_row(const struct sheet *sheet, int from, int step)
{
	int rows = (int)sheet->rows;

	return (from + step + rows) % rows;
}

static void
go_to_section(const struct sheet *sheet, struct place *place, int step)
{
	int row = next_row(sheet, place->cursor, step);

	while (row != place->cursor && row != 0 && !sheet->row[row].stop)
		row = next_row(sheet, row, step);
	place->cursor = place->scroll = row;
}

static void
fold(const struct sheet *sheet, struct place *place)
{
	const struct row *row = row_chosen(sheet, place);

	if (row->section >= SECTION_OPEN)
		return;
	while (!row->heading)
		row--;
	place->folded ^= 1u << row->section;
	place->cursor = (int)(row - sheet->row);
	/* Sections of one kind are hidden together: those above, too. */
	if (row->subject->observation != 0) {
		place->observation = row->subject->observation;
		place->cursor = AT_SUBJECT;
	}
}

static void
go_to_found(const struct sheet *sheet, struct view *view, int step)
{
	struct place *place = view_place(view);
	int row = place->cursor;

	if (*view->search == '\0') {
		view_say(view, "Nothing was searched for yet; type / and words");
		return;
	}
	do
		row = next_row(sheet, row, step);
	while (row != place->cursor &&
		!holds(sheet->arena, &sheet->row[row], view->search));
	if (!holds(sheet->arena, &sheet->row[row], view->search))
		view_say(view, "There is no \"%s\" here", view->search);
	place->cursor = row;
	if (row < place->scroll || row >= place->scroll + place->seen)
		place->scroll = row - place->seen / 3;
}

bool
sheet_act(const struct sheet *sheet, struct view *view, enum action action)
{
	struct place *place = view_place(view);

	if (sheet->rows == 0)
		return false;
	settle(sheet, place);
	switch (action) {
	case ACTION_SECTION:
		go_to_section(sheet, place, 1);
		return true;
	case ACTION_SECTION_BEFORE:
		go_to_section(sheet, place, -1);
		return true;
	case ACTION_FOLD:
		fold(sheet, place);
		return true;
	case ACTION_FOUND_NEXT:
		go_to_found(sheet, view, 1);
		return true;
	case ACTION_FOUND_BEFORE:
		go_to_found(sheet, view, -1);
		return true;
	default:
		return false;
	}
}

/* From the transcript to the evidence and on to the transcript is the way back, not a way
 * ever deeper. */
static struct place *
go_to(struct view *view, const struct screen *screen, const char *check)
{
	const struct place *below = view_place(view) - 1;

	if (view->places < 2 || below->screen != screen ||
		!text_same(below->check, check))
		return view_enter(view, screen);
	view_leave(view);
	return view_place(view);
}

void
sheet_enter(struct view *view, const struct screen *screen, struct subject subject)
{
	const struct partner *growing =
		subject.growing ? view_growing(view) : view_place(view)->growing;
	struct place *place = go_to(view, screen, subject.check);

	if (place == NULL) {
		view_say(view, "This is deep enough; go back first");
		return;
	}
	place->check = subject.check;
	snprintf(place->endpoint, sizeof place->endpoint, "%s",
		subject.endpoint ? subject.endpoint : "");
	place->observation = subject.observation;
	place->growing = growing;
	place->cursor = AT_SUBJECT;
	if (subject.partner != 0)
		place->partner = subject.partner - 1;
}
