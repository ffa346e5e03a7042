/* Structs that can be walked. Beside each struct of facts stands a table of its fields;
 * one walk over the table serves the XML writer and reader, every other format, the
 * evidence screen and the comparison of two runs. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
	FIELD_BOOL,    /* bool */
	FIELD_INT,     /* int */
	FIELD_LONG,    /* int64_t */
	FIELD_TIME,    /* int64_t, seconds since 1970 */
	FIELD_ENUM,    /* an enum, by name */
	FIELD_TEXT,    /* const char *; NULL is "not there" */
	FIELD_BYTES,   /* const uint8_t * and size_t */
	FIELD_TEXTS,   /* const char *const * and size_t */
	FIELD_RECORDS, /* an array of structs and size_t */
};

struct record;

struct field {
	const char *name; /* as in XML: dashes, no underscores */
	enum field_kind kind;
	size_t offset;
	size_t count;                /* where the length of a list or of bytes is */
	const char *const *names;    /* of an enum, NULL behind the last */
	const struct record *record; /* of a list of structs */
};

struct record {
	const char *name; /* as in XML */
	size_t size;
	const struct field *field; /* a row without name is the last */
};

#define OF(type, member, k) .kind = (k), .offset = offsetof(struct type, member)
#define LIST(type, member, counter, k)                                                   \
	OF(type, member, k), .count = offsetof(struct type, counter)
#define BOOL(type, member)           OF(type, member, FIELD_BOOL)
#define INT(type, member)            OF(type, member, FIELD_INT)
#define LONG(type, member)           OF(type, member, FIELD_LONG)
#define TIME(type, member)           OF(type, member, FIELD_TIME)
#define TEXT(type, member)           OF(type, member, FIELD_TEXT)
#define ENUM(type, member, list)     OF(type, member, FIELD_ENUM), .names = (list)
#define BYTES(type, member, counter) LIST(type, member, counter, FIELD_BYTES)
#define TEXTS(type, member, counter) LIST(type, member, counter, FIELD_TEXTS)
#define RECORDS(type, member, counter, of)                                               \
	LIST(type, member, counter, FIELD_RECORDS), .record = (of)

/* A deep copy into the arena; every text passes text_clean(). */
void *record_copy(struct arena *arena, const struct record *record, const void *from);

/* The same, but for the texts, which are what `copy` makes of them; it gets none that is
 * NULL. */
struct copying {
	struct arena *arena;
	const char *(*copy)(const struct copying *copying, const char *text);
	const void *self;
};
void *record_copy_by(
	const struct copying *copying, const struct record *record, const void *from);

/* The field of this name, or NULL. */
const struct field *record_field(const struct record *record, const char *name);

/* A single value (not FIELD_TEXTS, not FIELD_RECORDS) as text; NULL when it is absent:
 * false, zero, no text, no bytes. So an absent value and zero are the same. */
const char *field_text(
	struct arena *arena, const struct field *field, const void *record);

/* The reverse; false when the text does not fit the field. */
bool field_parse(
	struct arena *arena, const struct field *field, void *record, const char *text);

/* Access to lists: how many, and element i (of a list of structs, or of texts). */
size_t field_count(const struct field *field, const void *record);
const void *field_element(const struct field *field, const void *record, size_t i);
const char *field_string(const struct field *field, const void *record, size_t i);

/* Adds an empty struct to a list of structs and returns it. */
void *field_add(struct arena *arena, const struct field *field, void *record);

/* Adds a text to a list of texts. */
void field_add_text(
	struct arena *arena, const struct field *field, void *record, const char *text);

/* The index of a name in a list that ends with NULL, or -1. */
int name_index(const char *const *names, const char *name);
