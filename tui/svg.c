/* Text in SVG, in pieces that each say where they begin and how wide they are, so that any
 * monospaced font keeps the columns. */
#include "tui/svg.h"

#include <string.h>

enum { CELL_WIDTH = 8, CELL_HEIGHT = 17, MARGIN = 12, BASELINE = 13 };

/* The colours of term.c as a dark terminal has them. */
static const struct {
	const char *ink;
	bool bold, reverse;
} looks[STYLES] = {
	[STYLE_PLAIN] = { "#d0d0d0", false, false },
	[STYLE_TITLE] = { "#d0d0d0", true, false },
	[STYLE_GOOD] = { "#00af87", false, false },
	[STYLE_NOTE] = { "#5fafd7", false, false },
	[STYLE_WARNING] = { "#ffaf00", true, false },
	[STYLE_BAD] = { "#ff5f00", true, false },
	[STYLE_QUIET] = { "#8a8a8a", false, false },
	[STYLE_SELECTED] = { "#d0d0d0", false, true },
	[STYLE_FOUND] = { "#ffaf00", false, true },
	[STYLE_KEY] = { "#5fafd7", true, false },
	[STYLE_SENT] = { "#d787af", false, false },
	[STYLE_RECEIVED] = { "#5fafd7", false, false },
};
static const char paper[] = "#1c1c1c";

static void
print_escaped(FILE *file, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '&')
			fputs("&amp;", file);
		else if (*text == '<')
			fputs("&lt;", file);
		else
			putc(*text, file);
}

static bool
is_space(const struct canvas *canvas, int row, int column)
{
	return strcmp(canvas_at(canvas, row, column)->text, " ") == 0;
}

static bool
is_reverse(unsigned style)
{
	return looks[style & STYLE_MASK].reverse || (style & STYLE_REVERSE);
}

static void
print_paper(const struct canvas *canvas, FILE *file, int row, int first, int end)
{
	unsigned style = canvas_at(canvas, row, first)->style;

	if (is_reverse(style))
		fprintf(file,
			"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n",
			MARGIN + first * CELL_WIDTH, MARGIN + row * CELL_HEIGHT,
			(end - first) * CELL_WIDTH, CELL_HEIGHT,
			looks[style & STYLE_MASK].ink);
}

static void
print_piece(const struct canvas *canvas, FILE *file, int row, int first, int end)
{
	unsigned style = canvas_at(canvas, row, first)->style, kind = style & STYLE_MASK;

	fprintf(file, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"%s\"%s>",
		MARGIN + first * CELL_WIDTH, MARGIN + row * CELL_HEIGHT + BASELINE,
		(end - first) * CELL_WIDTH, is_reverse(style) ? paper : looks[kind].ink,
		looks[kind].bold || (style & STYLE_BOLD) ? " font-weight=\"bold\"" : "");
	for (int i = first; i < end; i++)
		print_escaped(file, canvas_at(canvas, row, i)->text);
	fputs("</text>\n", file);
}

/* The cells from `first` to `end` of a row are of one style. */
static void
print_stretch(const struct canvas *canvas, FILE *file, int row, int first, int end)
{
	print_paper(canvas, file, row, first, end);
	while (first < end) {
		int last = first;

		while (last < end && !is_space(canvas, row, last))
			last++;
		if (last > first)
			print_piece(canvas, file, row, first, last);
		first = last + 1;
	}
}

static void
print_row(const struct canvas *canvas, FILE *file, int row)
{
	int columns = canvas_columns(canvas);

	for (int first = 0, end; first < columns; first = end) {
		unsigned style = canvas_at(canvas, row, first)->style;

		for (end = first + 1; end < columns; end++)
			if (canvas_at(canvas, row, end)->style != style)
				break;
		print_stretch(canvas, file, row, first, end);
	}
}

void
svg_print(const struct canvas *canvas, FILE *file)
{
	int width = canvas_columns(canvas) * CELL_WIDTH + 2 * MARGIN;
	int height = canvas_rows(canvas) * CELL_HEIGHT + 2 * MARGIN;

	fprintf(file,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"font-family=\"monospace\" font-size=\"13\" xml:space=\"preserve\">\n"
		"<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"%s\"/>\n",
		width, height, paper);
	for (int row = 0; row < canvas_rows(canvas); row++)
		print_row(canvas, file, row);
	fputs("</svg>\n", file);
}
