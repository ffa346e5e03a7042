/* Tags are found by their brackets, outside of quotes. A stream is one long element of which
 * only parts are ever there, so nothing is ever missed at the end. */
#include "tui/markup.h"

#include "base/text.h"

#include <string.h>

static const char blank[] = " \t\r\n";

/* Behind the end of what the text begins with; its end when that never comes. */
static const char *
behind(const char *text, const char *end)
{
	const char *at = strstr(text, end);

	return at ? at + strlen(end) : text + strlen(text);
}

/* Behind a tag; a bracket in quotes is none (XML 1.0, 3.1). */
static const char *
tag_end(const char *text)
{
	char quote = '\0';

	for (; *text != '\0'; text++) {
		if (quote != '\0')
			quote = *text == quote ? '\0' : quote;
		else if (*text == '"' || *text == '\'')
			quote = *text;
		else if (*text == '>')
			return text + 1;
	}
	return text;
}

/* An element without children stands on one line: behind its end tag, or NULL. */
static const char *
leaf_end(const char *begin)
{
	const char *close = strchr(begin, '<');

	return close != NULL && close[1] == '/' ? tag_end(close) : NULL;
}

/* Also after STARTTLS (RFC 6120, 5.4.3.3), when the one before was never ended. */
static bool
begins_stream(const char *text)
{
	return text_starts(text, "<?xml") || text_starts(text, "<stream:stream");
}

static const char *
element(struct markup *markup, struct markup_line *line)
{
	const char *end = tag_end(line->text), *leaf;

	if (end[-1] != '>' || end[-2] == '/')
		return end;
	if ((leaf = leaf_end(end)) != NULL)
		return leaf;
	markup->depth++;
	return end;
}

bool
markup_next(struct markup *markup, struct markup_line *line)
{
	const char *end;

	markup->rest += strspn(markup->rest, blank);
	if (*markup->rest == '\0')
		return false;
	if (begins_stream(markup->rest))
		markup->depth = 0;
	*line = (struct markup_line){ .text = markup->rest, .depth = markup->depth };
	if (text_starts(line->text, "</")) {
		if (markup->depth > 0)
			line->depth = --markup->depth;
		end = tag_end(line->text);
	} else if (text_starts(line->text, "<?")) {
		end = behind(line->text, "?>");
	} else if (text_starts(line->text, "<!--")) {
		end = behind(line->text, "-->");
	} else if (text_starts(line->text, "<![CDATA[")) {
		end = behind(line->text, "]]>");
	} else if (*line->text == '<') {
		end = element(markup, line);
	} else {
		end = line->text + strcspn(line->text, "<");
	}
	markup->rest = end;
	line->length = (size_t)(end - line->text);
	return true;
}
