/* XML as it went over the wire, taken apart into lines: one for each tag, indented by its
 * depth. It is no parser: what is broken or cut off is shown as it is. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct markup {
	const char *rest; /* what is not taken yet */
	int depth;        /* goes on from text to text of one direction */
};

struct markup_line {
	const char *text; /* not ended with NUL */
	size_t length;
	int depth;
};

/* False when nothing is left. */
bool markup_next(struct markup *markup, struct markup_line *line);
