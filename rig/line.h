/* One line of a scenario file as words, and the complaint about it. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes that may hold NUL; there is always one more behind the last. */
struct bytes {
	const char *byte;
	size_t length;
};

struct word {
	struct bytes text;
	bool quoted;
};

enum { LINE_MAX_WORDS = 64 };

struct line {
	struct arena *arena;
	const char *file;
	int number;
	bool indented;     /* it belongs to the block that was opened above */
	const char *plain; /* the whole line without the white space around it */
	struct word word[LINE_MAX_WORDS];
	size_t words;
	const char *trouble; /* "FILE:LINE: reason" after a complaint */
};

/* Splits a text at white space. A word in double quotes may hold anything; it knows the
 * escapes \n \r \t \" \\ and \xNN. '#' begins a comment. False after a complaint. */
bool line_split(struct line *line, const char *text);

/* Whether word i is there, is not quoted and is this one. */
bool line_is(const struct line *line, size_t i, const char *word);

/* The text of word i; "" when it is not there. */
const char *line_word(const struct line *line, size_t i);

/* Word i as a number of the range, or a complaint. */
bool line_number(struct line *line, size_t i, long low, long high, long *number);

/* Whether the line has between low and high words, or a complaint that shows `usage`. */
bool line_count(struct line *line, size_t low, size_t high, const char *usage);

/* Notes what is wrong; always false. */
bool line_complain(struct line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
