/* Cells in a row-major array. Texts are taken apart into characters as a terminal sees
 * them: a base that is one or two columns wide, and what combines with it. */
#include "tui/canvas.h"

#include "base/fatal.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct canvas {
	int columns, rows;
	struct area window;
	bool ascii;
	struct arena *arena;
	struct cell *cell;
};

static const struct {
	const char *utf8, *ascii;
} glyphs[GLYPHS] = {
	[GLYPH_HORIZONTAL] = { "─", "-" },
	[GLYPH_VERTICAL] = { "│", "|" },
	[GLYPH_DOWN_RIGHT] = { "┌", "+" },
	[GLYPH_DOWN_LEFT] = { "┐", "+" },
	[GLYPH_UP_RIGHT] = { "└", "+" },
	[GLYPH_UP_LEFT] = { "┘", "+" },
	[GLYPH_VERTICAL_RIGHT] = { "├", "+" },
	[GLYPH_VERTICAL_LEFT] = { "┤", "+" },
	[GLYPH_DOWN_HORIZONTAL] = { "┬", "+" },
	[GLYPH_UP_HORIZONTAL] = { "┴", "+" },
	[GLYPH_CROSSING] = { "┼", "+" },
	[GLYPH_ARROW_RIGHT] = { "→", ">" },
	[GLYPH_ARROW_LEFT] = { "←", "<" },
	[GLYPH_ARROW_UP] = { "▲", "^" },
	[GLYPH_ARROW_DOWN] = { "▼", "v" },
	[GLYPH_ELLIPSIS] = { "…", "~" },
	[GLYPH_BULLET] = { "•", "*" },
	[GLYPH_SKIP] = { "-", "-" },
	[GLYPH_PASS] = { "✓", "+" },
	[GLYPH_INFO] = { "i", "i" },
	[GLYPH_WARN] = { "!", "!" },
	[GLYPH_FAIL] = { "✗", "X" },
	[GLYPH_ERROR] = { "?", "?" },
	[GLYPH_RUNNING] = { "»", ">" },
	[GLYPH_OPEN] = { "▾", "-" },
	[GLYPH_FOLDED] = { "▸", "+" },
	[GLYPH_BAR_1] = { "▁", "_" },
	[GLYPH_BAR_2] = { "▂", "_" },
	[GLYPH_BAR_3] = { "▃", "." },
	[GLYPH_BAR_4] = { "▄", "-" },
	[GLYPH_BAR_5] = { "▅", "=" },
	[GLYPH_BAR_6] = { "▆", "+" },
	[GLYPH_BAR_7] = { "▇", "*" },
	[GLYPH_BAR_8] = { "█", "#" },
	[GLYPH_EMPTY] = { "░", "." },
};

static int
between(int low, int value, int high)
{
	return value < low ? low : value > high ? high : value;
}

struct canvas *
canvas_open(int width, int height, bool ascii)
{
	struct canvas *canvas = calloc(1, sizeof *canvas);

	if (canvas == NULL)
		fatal("out of memory");
	canvas->columns = between(1, width, CANVAS_MAX_WIDTH);
	canvas->rows = between(1, height, CANVAS_MAX_HEIGHT);
	canvas->ascii = ascii;
	canvas->cell = calloc(
		(size_t)canvas->columns * (size_t)canvas->rows, sizeof *canvas->cell);
	if (canvas->cell == NULL)
		fatal("out of memory");
	canvas_clear(canvas);
	return canvas;
}

void
canvas_close(struct canvas **canvas)
{
	if (*canvas == NULL)
		return;
	arena_close(&(*canvas)->arena);
	free((*canvas)->cell);
	free(*canvas);
	*canvas = NULL;
}

void
canvas_clear(struct canvas *canvas)
{
	static const struct cell empty = { .text = " ", .width = 1 };

	arena_close(&canvas->arena);
	canvas->arena = arena_open();
	canvas->window = (struct area){ 0, 0, canvas->rows, canvas->columns };
	for (int i = 0; i < canvas->rows * canvas->columns; i++)
		canvas->cell[i] = empty;
}

struct arena *
canvas_arena(struct canvas *canvas)
{
	return canvas->arena;
}

bool
canvas_is_ascii(const struct canvas *canvas)
{
	return canvas->ascii;
}

/* --- the window ----------------------------------------------------------------------- */

int
canvas_width(const struct canvas *canvas)
{
	return canvas->window.width;
}

int
canvas_height(const struct canvas *canvas)
{
	return canvas->window.height;
}

/* What of [start, start + length) lies within [0, limit). */
static void
clip(int *start, int *length, int limit)
{
	int begin = *start < limit ? *start : limit;
	int end = between(0, begin + between(0, *length, CANVAS_MAX_WIDTH), limit);

	*start = between(0, begin, limit);
	*length = end > *start ? end - *start : 0;
}

struct area
canvas_window(struct canvas *canvas, struct area part)
{
	struct area former = canvas->window;

	clip(&part.row, &part.height, former.height);
	clip(&part.column, &part.width, former.width);
	part.row += former.row;
	part.column += former.column;
	canvas->window = part;
	return former;
}

void
canvas_restore(struct canvas *canvas, struct area former)
{
	canvas->window = former;
}

/* --- drawing -------------------------------------------------------------------------- */

/* NULL outside the window. */
static struct cell *
cell_at(struct canvas *canvas, int row, int column)
{
	const struct area *w = &canvas->window;

	if (row < 0 || row >= w->height || column < 0 || column >= w->width)
		return NULL;
	return &canvas->cell[(w->row + row) * canvas->columns + w->column + column];
}

/* Half of a wide character cannot stay when the other half is drawn over. */
static void
free_cell(struct canvas *canvas, struct cell *cell)
{
	ptrdiff_t column = (cell - canvas->cell) % canvas->columns;
	struct cell *other = cell->width == 2                 ? cell + 1
			     : cell->width == 0 && column > 0 ? cell - 1
							      : NULL;

	if (other != NULL) {
		strcpy(other->text, " ");
		other->width = 1;
	}
}

static void
put(struct canvas *canvas, int row, int column, unsigned style, const char *text,
	int width)
{
	struct cell *cell = cell_at(canvas, row, column);

	if (cell == NULL)
		return;
	/* A wide character that does not fit leaves a space, as on a terminal. */
	if (width == 2 && cell_at(canvas, row, column + 1) == NULL) {
		text = " ";
		width = 1;
	}
	free_cell(canvas, cell);
	strcpy(cell->text, text);
	cell->width = width;
	cell->style = style;
	if (width == 2) {
		free_cell(canvas, ++cell);
		*cell = (struct cell){ .width = 0, .style = style };
	}
}

/* Puts a combining character where the last base went. */
static void
combine(struct canvas *canvas, int row, int column, const char *mark)
{
	struct cell *cell = cell_at(canvas, row, column);

	if (cell != NULL && strlen(cell->text) + strlen(mark) < CELL_BYTES)
		strcat(cell->text, mark);
}

/* How many bytes the character takes; of what is no UTF-8, one. */
static size_t
character_length(const char *text)
{
	unsigned char c = (unsigned char)text[0];
	size_t length = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	for (size_t i = 1; i < length; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 1;
	return length;
}

/* The next character, safe to show, and its columns; returns how many bytes it took. */
static size_t
next_character(const struct canvas *canvas, const char *text, char *character, int *width)
{
	size_t length = character_length(text);

	memcpy(character, text, length);
	character[length] = '\0';
	*width = 1;
	if ((unsigned char)text[0] >= 0x80)
		*width = text_width(character);
	/* Texts are clean by contract; the terminal is worth a second look. */
	if (*width < 0 || *width > 2 || !text_is_clean(character)) {
		strcpy(character, "?");
		*width = 1;
	} else if (canvas->ascii && length > 1) {
		strcpy(character, *width == 0 ? "" : "?");
		*width = *width > 0;
	}
	return length;
}

int
canvas_text(struct canvas *canvas, int row, int column, unsigned style, const char *text)
{
	int last = column, width;
	char character[5];

	while (*text != '\0') {
		text += next_character(canvas, text, character, &width);
		if (width == 0) {
			combine(canvas, row, last, character);
			continue;
		}
		put(canvas, row, column, style, character, width);
		last = column;
		column += width;
	}
	return column;
}

int
canvas_printf(struct canvas *canvas, int row, int column, unsigned style,
	const char *format, ...)
{
	char words[2048];
	va_list ap;

	va_start(ap, format);
	vsnprintf(words, sizeof words, format, ap);
	va_end(ap);
	return canvas_text(canvas, row, column, style, words);
}

/* Columns of the text on this canvas. */
static int
width_of(const struct canvas *canvas, const char *text)
{
	char character[5];
	int width, all = 0;

	while (*text != '\0') {
		text += next_character(canvas, text, character, &width);
		all += width;
	}
	return all;
}

/* As many bytes of the text as fit into the width. */
static size_t
fitting(const struct canvas *canvas, const char *text, int width)
{
	const char *p = text;
	char character[5];
	int w;

	while (*p != '\0') {
		size_t length = next_character(canvas, p, character, &w);

		if (w > width)
			break;
		width -= w;
		p += length;
	}
	return (size_t)(p - text);
}

static void
spaces(struct canvas *canvas, int row, int column, int end, unsigned style)
{
	for (; column < end; column++)
		put(canvas, row, column, style, " ", 1);
}

const char *
canvas_cut(struct canvas *canvas, const char *text, int width)
{
	if (width_of(canvas, text) <= width)
		return text;
	if (width <= 0)
		return "";
	return arena_printf(canvas->arena, "%.*s%s",
		(int)fitting(canvas, text, width - 1), text,
		canvas_sign(canvas, GLYPH_ELLIPSIS));
}

int
canvas_cell(struct canvas *canvas, int row, int column, int width, unsigned style,
	const char *text)
{
	if (width <= 0)
		return column;
	spaces(canvas, row,
		canvas_text(canvas, row, column, style, canvas_cut(canvas, text, width)),
		column + width, style);
	return column + width;
}

int
canvas_cell_right(struct canvas *canvas, int row, int column, int width, unsigned style,
	const char *text)
{
	int begin;

	if (width <= 0)
		return column;
	text = canvas_cut(canvas, text, width);
	begin = column + width - width_of(canvas, text);
	spaces(canvas, row, column, begin, style);
	canvas_text(canvas, row, begin, style, text);
	return column + width;
}

int
canvas_wrap(struct canvas *canvas, int row, int column, int width, unsigned style,
	const char *text)
{
	text += strspn(text, " ");
	for (; *text != '\0'; row++) {
		size_t length = text_line(text, width);

		if (row >= 0 && row < canvas->window.height)
			canvas_text(canvas, row, column, style,
				arena_text(canvas->arena, text, length));
		text += length;
		text += strspn(text, " ");
	}
	return row;
}

const char *
canvas_sign(const struct canvas *canvas, enum glyph glyph)
{
	return canvas->ascii ? glyphs[glyph].ascii : glyphs[glyph].utf8;
}

void
canvas_glyph(struct canvas *canvas, int row, int column, unsigned style, enum glyph glyph)
{
	put(canvas, row, column, style, canvas_sign(canvas, glyph), 1);
}

void
canvas_across(struct canvas *canvas, int row, int column, int length, unsigned style)
{
	clip(&column, &length, canvas->window.width);
	for (int i = 0; i < length; i++)
		canvas_glyph(canvas, row, column + i, style, GLYPH_HORIZONTAL);
}

void
canvas_down(struct canvas *canvas, int row, int column, int length, unsigned style)
{
	clip(&row, &length, canvas->window.height);
	for (int i = 0; i < length; i++)
		canvas_glyph(canvas, row + i, column, style, GLYPH_VERTICAL);
}

void
canvas_box(struct canvas *canvas, struct area a, unsigned style, const char *title)
{
	int bottom = a.row + a.height - 1, right = a.column + a.width - 1;

	if (a.height < 2 || a.width < 2)
		return;
	canvas_across(canvas, a.row, a.column + 1, a.width - 2, style);
	canvas_across(canvas, bottom, a.column + 1, a.width - 2, style);
	canvas_down(canvas, a.row + 1, a.column, a.height - 2, style);
	canvas_down(canvas, a.row + 1, right, a.height - 2, style);
	canvas_glyph(canvas, a.row, a.column, style, GLYPH_DOWN_RIGHT);
	canvas_glyph(canvas, a.row, right, style, GLYPH_DOWN_LEFT);
	canvas_glyph(canvas, bottom, a.column, style, GLYPH_UP_RIGHT);
	canvas_glyph(canvas, bottom, right, style, GLYPH_UP_LEFT);
	if (title != NULL && a.width > 6)
		canvas_printf(canvas, a.row, a.column + 2, style, " %s ",
			canvas_cut(canvas, title, a.width - 6));
}

void
canvas_tint(struct canvas *canvas, int row, int column, int width, unsigned style)
{
	clip(&column, &width, canvas->window.width);
	for (int i = 0; i < width; i++) {
		struct cell *cell = cell_at(canvas, row, column + i);

		if (cell != NULL)
			cell->style = style;
	}
}

/* --- reading -------------------------------------------------------------------------- */

const struct cell *
canvas_at(const struct canvas *canvas, int row, int column)
{
	return &canvas->cell[row * canvas->columns + column];
}

int
canvas_columns(const struct canvas *canvas)
{
	return canvas->columns;
}

int
canvas_rows(const struct canvas *canvas)
{
	return canvas->rows;
}

void
canvas_print(const struct canvas *canvas, FILE *file)
{
	for (int row = 0; row < canvas->rows; row++) {
		int end = canvas->columns;

		while (end > 0 && strcmp(canvas_at(canvas, row, end - 1)->text, " ") == 0)
			end--;
		for (int column = 0; column < end; column++)
			fputs(canvas_at(canvas, row, column)->text, file);
		fputc('\n', file);
	}
}
