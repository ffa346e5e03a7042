/* Scenario files are read line by line, and a line is a list of words: one small
 * splitter serves the whole language. Whatever is wrong becomes one line that names the
 * file and the place. */
#include "rig/line.h"

#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
line_complain(struct line *line, const char *format, ...)
{
	va_list ap;
	char reason[512];

	va_start(ap, format);
	vsnprintf(reason, sizeof reason, format, ap);
	va_end(ap);
	/* A quoted word may hold anything, and the complaint goes to a terminal. */
	line->trouble = arena_printf(line->arena, "%s:%d: %s", line->file, line->number,
		text_clean(line->arena, reason, strlen(reason)));
	return false;
}

/* The byte behind a backslash, or -1; moves *at behind it. */
static int
escaped(const char **at)
{
	static const char letter[] = "nrt\"\\", byte[] = "\n\r\t\"\\";
	char hex[3];
	const char *found;

	if (**at == 'x' && isxdigit((unsigned char)(*at)[1]) &&
		isxdigit((unsigned char)(*at)[2])) {
		unsigned value;

		memcpy(hex, *at + 1, 2);
		hex[2] = '\0';
		sscanf(hex, "%x", &value);
		*at += 3;
		return (int)value;
	}
	if (**at == '\0' || (found = strchr(letter, **at)) == NULL)
		return -1;
	++*at;
	return (unsigned char)byte[found - letter];
}

/* Reads a quoted word from behind its first quote. */
static bool
read_quoted(struct line *line, const char **at, struct word *word)
{
	char *out = arena_alloc(line->arena, strlen(*at) + 1);
	size_t length = 0;
	int c;

	while (**at != '"') {
		if (**at == '\0')
			return line_complain(line, "a quote is not closed");
		c = (unsigned char)*(*at)++;
		if (c == '\\' && (c = escaped(at)) < 0)
			return line_complain(line, "unknown escape in quotes");
		out[length++] = (char)c;
	}
	++*at;
	*word = (struct word){ { out, length }, true };
	return true;
}

static void
read_plain(struct line *line, const char **at, struct word *word)
{
	size_t length = strcspn(*at, " \t");

	*word = (struct word){ { arena_text(line->arena, *at, length), length }, false };
	*at += length;
}

bool
line_split(struct line *line, const char *text)
{
	size_t length;

	line->words = 0;
	line->indented = *text == ' ' || *text == '\t';
	text += strspn(text, " \t");
	length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		length--;
	line->plain = text = arena_text(line->arena, text, length);

	for (;; text += strspn(text, " \t")) {
		struct word *word = &line->word[line->words];

		if (*text == '\0' || *text == '#')
			return true;
		if (line->words == LINE_MAX_WORDS)
			return line_complain(line, "too many words");
		if (*text != '"')
			read_plain(line, &text, word);
		else if (text++, !read_quoted(line, &text, word))
			return false;
		line->words++;
	}
}

bool
line_is(const struct line *line, size_t i, const char *word)
{
	return i < line->words && !line->word[i].quoted &&
	       text_same(line->word[i].text.byte, word);
}

const char *
line_word(const struct line *line, size_t i)
{
	return i < line->words ? line->word[i].text.byte : "";
}

bool
line_number(struct line *line, size_t i, long low, long high, long *number)
{
	long long value;

	if (!text_number(line_word(line, i), low, high, &value))
		return line_complain(line, "\"%s\" is not a number from %ld to %ld",
			line_word(line, i), low, high);
	*number = (long)value;
	return true;
}

bool
line_count(struct line *line, size_t low, size_t high, const char *usage)
{
	if (line->words >= low && line->words <= high)
		return true;
	return line_complain(line, "usage: %s", usage);
}
