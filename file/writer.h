/* XML written by hand: no library, so that equal data give equal bytes whatever is
 * installed. Elements are indented by two spaces; every value is cleaned and escaped. */
#pragma once

#include "model/record.h"

#include <stdint.h>
#include <stdio.h>

struct writer {
	FILE *file;
	struct arena *arena; /* for values; may be made anew between two elements */
	int depth;
	bool open; /* the last start tag still lacks its ">" */
};

/* The XML declaration. */
void writer_begin(struct writer *writer);

void writer_start(struct writer *writer, const char *name);
void writer_end(struct writer *writer, const char *name);

/* Of the element that was started last. NULL is "not there". */
void writer_attribute(struct writer *writer, const char *name, const char *value);

/* Microseconds as milliseconds with three decimals. */
void writer_attribute_ms(struct writer *writer, const char *name, int64_t us);

/* An element that holds text only; NULL writes nothing. */
void writer_leaf(struct writer *writer, const char *name, const char *content);

/* A struct by its field table: values as attributes, lists as child elements. */
void writer_record(struct writer *writer, const char *name, const struct record *record,
	const void *from);
