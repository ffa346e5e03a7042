/* libxml2 compares each attribute of an element with all the others before anybody is
 * asked whether they are welcome: a file of three megabytes would keep it busy for minutes.
 * So attributes are counted first, by the few rules that tell where a tag ends. */
#include "file/bounds.h"

#include <stdbool.h>
#include <string.h>

struct scan {
	const char *at, *end;
};

/* libxml2 goes by the first bytes before it goes by what we say, and its converters are
 * one more thing to attack. */
static bool
may_be_utf8(const char *bytes, size_t length)
{
	return strchr("< \t\r\n\xef", bytes[0]) != NULL &&
	       memchr(bytes, '\0', length) == NULL;
}

/* To the next place where the word stands, or to the end. */
static void
go_to(struct scan *scan, const char *word)
{
	const char *place =
		memmem(scan->at, (size_t)(scan->end - scan->at), word, strlen(word));

	scan->at = place != NULL ? place : scan->end;
}

static bool
stands(const struct scan *scan, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(scan->end - scan->at) >= length &&
	       memcmp(scan->at, word, length) == 0;
}

/* A quoted value may hold the sign that ends a tag (XML 1.0, 2.3 and 3.1). */
static size_t
count_attributes(struct scan *scan)
{
	size_t count = 0;

	for (; scan->at < scan->end && *scan->at != '>'; scan->at++) {
		count += *scan->at == '=';
		if (*scan->at == '"' || *scan->at == '\'') {
			const char quote[] = { *scan->at++, '\0' };

			go_to(scan, quote);
			if (scan->at == scan->end)
				break;
		}
	}
	return count;
}

static int
line_at(const char *bytes, const char *place)
{
	int line = 1;

	for (; bytes < place; bytes++)
		line += *bytes == '\n';
	return line;
}

/* Where the first such element begins, or NULL. */
static const char *
find_too_many(const char *bytes, size_t length)
{
	struct scan scan = { bytes, bytes + length };

	for (;;) {
		const char *start;

		go_to(&scan, "<");
		if (scan.at == scan.end)
			return NULL;
		start = scan.at;
		if (stands(&scan, "<!--"))
			go_to(&scan, "-->");
		else if (stands(&scan, "<![CDATA["))
			go_to(&scan, "]]>");
		else if (stands(&scan, "<?"))
			go_to(&scan, "?>");
		else if (count_attributes(&scan) > BOUNDS_MAX_ATTRIBUTES)
			return start;
	}
}

const char *
bounds_trouble(const char *bytes, size_t length, int *line)
{
	const char *place;

	*line = 1;
	if (length == 0)
		return "it is empty";
	if (!may_be_utf8(bytes, length))
		return "it is no XML in UTF-8";
	place = find_too_many(bytes, length);
	if (place == NULL)
		return NULL;
	*line = line_at(bytes, place);
	return "an element has more attributes than any of ours";
}
