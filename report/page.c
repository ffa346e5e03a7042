/* Clean, wrapped and coloured lines; what the formats for people share. */
#include "report/page.h"

#include "base/text.h"

#include <string.h>

enum { PAPER_WIDTH = 80, LEAST_WIDTH = 40 };

int
page_width(int wished)
{
	if (wished == 0)
		return PAPER_WIDTH;
	return wished < LEAST_WIDTH ? LEAST_WIDTH : wished;
}

void
page_paint(struct page *page, const char *colour)
{
	if (page->colour && colour != NULL)
		fprintf(page->file, "\033[%sm", colour);
}

void
page_unpaint(struct page *page, const char *colour)
{
	if (page->colour && colour != NULL)
		fputs("\033[0m", page->file);
}

const char *
page_safe(struct page *page, const char *text)
{
	return text_is_clean(text) ? text : text_clean(page->arena, text, strlen(text));
}

void
page_pad(struct page *page, const char *text, int width)
{
	int gap = width - text_width(text);

	fprintf(page->file, "%s%*s", text, gap > 0 ? gap : 0, "");
}

/* What must stay on one line: a word, or a list of evidence, unless it is too long for any
 * line. */
static size_t
word_length(const char *text, int room)
{
	if (*text == '[') {
		size_t length = 1 + strspn(text + 1, " 0123456789");

		if (text[length] == ']' && (int)length < room)
			return length + 1 + strcspn(text + length + 1, " ");
	}
	return strcspn(text, " ");
}

void
page_wrap_from(struct page *page, int column, int indent, const char *text)
{
	int gap = 0; /* spaces before the word; a line neither begins nor ends with one */

	for (text = page_safe(page, text); *text != '\0';) {
		size_t length = word_length(text, page->width - indent);
		const char *word = arena_text(page->arena, text, length);
		int width = text_width(word);

		if (gap != 0 && column + gap + width > page->width) {
			fprintf(page->file, "\n%*s", indent, "");
			column = indent;
			gap = 0;
		}
		fprintf(page->file, "%*s%s", gap, "", word);
		column += gap + width;
		text += length;
		gap = (int)strspn(text, " ");
		text += gap;
	}
	putc('\n', page->file);
}

void
page_wrap(struct page *page, int indent, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	fprintf(page->file, "%*s", indent, "");
	page_wrap_from(page, indent, indent, text);
}

const char *
page_evidence(struct page *page, const unsigned *number, size_t numbers)
{
	enum { DIGITS = 11 };
	size_t room = numbers * DIGITS + 4, used = 0;
	char *list = arena_alloc(page->arena, room);

	for (size_t i = 0; i < numbers; i++)
		used += (size_t)snprintf(
			list + used, room - used, "%s%u", i ? " " : " [", number[i]);
	if (numbers != 0)
		memcpy(list + used, "]", 2);
	return list;
}
