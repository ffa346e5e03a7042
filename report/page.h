/* Lines of text for people, on a terminal or on paper. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>

#define BOLD   "1"
#define RED    "31"
#define GREEN  "32"
#define YELLOW "33"

struct page {
	FILE *file;
	bool colour;
	int width;           /* columns */
	struct arena *arena; /* for what is printed now */
};

/* The width to use: 80 for 0, which means paper, and never too few to read. */
int page_width(int wished);

/* SGR on and off; nothing without a colour, or when the page has none. */
void page_paint(struct page *page, const char *colour);
void page_unpaint(struct page *page, const char *colour);

/* Texts are clean by contract; a terminal is worth a second look. */
const char *page_safe(struct page *page, const char *text);

/* A text (safe, without line ends) and spaces up to the width. */
void page_pad(struct page *page, const char *text, int width);

/* The text in lines that begin at `indent`; NULL prints nothing. */
void page_wrap(struct page *page, int indent, const char *text);

/* The same when the cursor is at `column` of the first line already. */
void page_wrap_from(struct page *page, int column, int indent, const char *text);

/* " [12 14]", or "". */
const char *page_evidence(struct page *page, const unsigned *number, size_t numbers);
