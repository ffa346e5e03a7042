/* The door to libxml2's text reader: XML from a file, taken strictly. Elements and
 * attributes are read by field tables and rules; what they do not name is refused with
 * its line. No DTD, no entities, nothing from the network. */
#pragma once

#include "model/record.h"

#include <stdbool.h>
#include <stddef.h>

/* Far beyond any real file, and what one machine can hold as a journal. */
enum { READER_MAX_BYTES = 256 * 1024 * 1024 };

struct reader;

/* Bytes (at most READER_MAX_BYTES) and namespace must outlive it; `name` and the arena
 * are for the trouble. */
struct reader *reader_open(const char *bytes, size_t length, const char *name,
	const char *name_space, struct arena *arena);
void reader_close(struct reader **reader);

/* What was wrong first, one line with its place, in the arena; NULL when nothing was. */
const char *reader_trouble(const struct reader *reader);

/* Says what is wrong with the present element and what is accepted; returns false. */
bool reader_wrong(struct reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* From a start tag to its first child, and from there to the next: 1; 0 when there is
 * none, -1 in trouble. At the beginning, the root is next. */
int reader_first(struct reader *reader);
int reader_next(struct reader *reader);

/* The name of the present element, and where it stands. */
const char *reader_name(const struct reader *reader);
int reader_line(struct reader *reader);

/* The content of an element that holds plain text only, cleaned; NULL in trouble. */
const char *reader_text(struct reader *reader, struct arena *arena);

/* The same as people set text over lines: white space between words becomes one space. */
const char *reader_words(struct reader *reader, struct arena *arena);

/* One attribute of the present element as it stands there; NULL when it does not. */
const char *reader_attribute(
	struct reader *reader, struct arena *arena, const char *name);

/* All attributes of the present element, by the table; texts come out clean. Those in
 * `needed` (NULL, or a list that ends with NULL) must be there. */
bool reader_attributes(struct reader *reader, struct arena *arena,
	const struct record *record, void *to, const char *const *needed);

/* An element with all its attributes and lists, the lists in the order of the table. */
bool reader_record(struct reader *reader, struct arena *arena,
	const struct record *record, void *to);

/* A child element: who reads it, and how often it may come. */
struct rule {
	const char *name;
	bool (*read)(struct reader *reader, void *self);
	bool many, needed;
};

/* The children of the present element `parent`, in the order of the rules; a rule without
 * name is the last. */
bool reader_children(
	struct reader *reader, const char *parent, const struct rule *rules, void *self);
