/* The one walk over described structs. */
#include "model/record.h"

#include "base/text.h"

#include <string.h>

#define AT(type, record, offset) ((type *)(void *)((char *)(record) + (offset)))
#define IN(type, record, offset)                                                         \
	((const type *)(const void *)((const char *)(record) + (offset)))

static const char *
copy_text(const struct copying *by, const char *text)
{
	return text ? by->copy(by, text) : NULL;
}

static void copy_into(
	const struct copying *, const struct record *, void *, const void *);

static void
copy_list(const struct copying *by, const struct field *f, void *to, size_t count)
{
	const char **text;
	char *element;

	/* An empty list may point to anything that the caller had. */
	if (count == 0) {
		*AT(const void *, to, f->offset) = NULL;
		return;
	}
	switch (f->kind) {
	case FIELD_BYTES:
		*AT(const void *, to, f->offset) =
			arena_copy(by->arena, *IN(void *, to, f->offset), count);
		break;
	case FIELD_TEXTS:
		text = arena_copy(
			by->arena, *IN(void *, to, f->offset), count * sizeof(char *));
		for (size_t i = 0; i < count; i++)
			text[i] = copy_text(by, text[i]);
		*AT(const char **, to, f->offset) = text;
		break;
	default:
		element = arena_copy(
			by->arena, *IN(void *, to, f->offset), count * f->record->size);
		for (size_t i = 0; i < count; i++)
			copy_into(by, f->record, element + i * f->record->size,
				element + i * f->record->size);
		*AT(void *, to, f->offset) = element;
	}
}

/* `to` may be `from`: the struct itself is copied first, then what it points to. */
static void
copy_into(
	const struct copying *by, const struct record *record, void *to, const void *from)
{
	memmove(to, from, record->size);
	for (const struct field *f = record->field; f->name != NULL; f++) {
		if (f->kind == FIELD_TEXT)
			*AT(const char *, to, f->offset) =
				copy_text(by, *IN(char *, to, f->offset));
		else if (f->kind >= FIELD_BYTES)
			copy_list(by, f, to, field_count(f, to));
	}
}

void *
record_copy_by(const struct copying *by, const struct record *record, const void *from)
{
	void *to = arena_alloc(by->arena, record->size);

	copy_into(by, record, to, from);
	return to;
}

static const char *
clean(const struct copying *by, const char *text)
{
	return text_clean(by->arena, text, strlen(text));
}

void *
record_copy(struct arena *arena, const struct record *record, const void *from)
{
	const struct copying by = { .arena = arena, .copy = clean };

	return record_copy_by(&by, record, from);
}

const struct field *
record_field(const struct record *record, const char *name)
{
	for (const struct field *f = record->field; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

const char *
field_text(struct arena *arena, const struct field *f, const void *record)
{
	int64_t number;

	switch (f->kind) {
	case FIELD_BOOL:
		return *IN(bool, record, f->offset) ? "true" : NULL;
	case FIELD_INT:
		number = *IN(int, record, f->offset);
		return number ? arena_printf(arena, "%d", (int)number) : NULL;
	case FIELD_LONG:
		number = *IN(int64_t, record, f->offset);
		return number ? arena_printf(arena, "%lld", (long long)number) : NULL;
	case FIELD_TIME:
		number = *IN(int64_t, record, f->offset);
		return number ? text_time(arena, number) : NULL;
	case FIELD_ENUM:
		number = *IN(int, record, f->offset);
		return number ? f->names[number] : NULL;
	case FIELD_TEXT:
		return *IN(char *, record, f->offset);
	case FIELD_BYTES:
		if (field_count(f, record) == 0)
			return NULL;
		return text_base64(
			arena, *IN(uint8_t *, record, f->offset), field_count(f, record));
	default:
		return NULL;
	}
}

static bool
parse_number(const struct field *f, void *record, const char *text)
{
	long long number;

	if (f->kind == FIELD_LONG) {
		if (!text_number(text, INT64_MIN, INT64_MAX, &number))
			return false;
		*AT(int64_t, record, f->offset) = number;
		return true;
	}
	if (!text_number(text, INT32_MIN, INT32_MAX, &number))
		return false;
	*AT(int, record, f->offset) = (int)number;
	return true;
}

static bool
parse_bytes(struct arena *arena, const struct field *f, void *record, const char *text)
{
	const uint8_t *bytes = text_unbase64(arena, text, AT(size_t, record, f->count));

	*AT(const uint8_t *, record, f->offset) = bytes;
	return bytes != NULL;
}

bool
field_parse(struct arena *arena, const struct field *f, void *record, const char *text)
{
	int index;

	switch (f->kind) {
	case FIELD_BOOL:
		*AT(bool, record, f->offset) = strcmp(text, "true") == 0;
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	case FIELD_INT:
	case FIELD_LONG:
		return parse_number(f, record, text);
	case FIELD_TIME:
		return text_parse_time(text, AT(int64_t, record, f->offset));
	case FIELD_ENUM:
		index = name_index(f->names, text);
		if (index >= 0)
			*AT(int, record, f->offset) = index;
		return index >= 0;
	case FIELD_TEXT:
		*AT(const char *, record, f->offset) = arena_strdup(arena, text);
		return true;
	case FIELD_BYTES:
		return parse_bytes(arena, f, record, text);
	default:
		return false;
	}
}

size_t
field_count(const struct field *f, const void *record)
{
	return f->kind < FIELD_BYTES ? 0 : *IN(size_t, record, f->count);
}

const void *
field_element(const struct field *f, const void *record, size_t i)
{
	return *IN(char *, record, f->offset) + i * f->record->size;
}

const char *
field_string(const struct field *f, const void *record, size_t i)
{
	return (*IN(char **, record, f->offset))[i];
}

void *
field_add(struct arena *arena, const struct field *f, void *record)
{
	size_t *count = AT(size_t, record, f->count);
	void **list = AT(void *, record, f->offset);

	*list = arena_grow(arena, *list, *count, f->record->size);
	return (char *)*list + (*count)++ * f->record->size;
}

void
field_add_text(struct arena *arena, const struct field *f, void *record, const char *text)
{
	size_t *count = AT(size_t, record, f->count);
	const char ***list = AT(const char **, record, f->offset);

	*list = arena_grow(arena, *list, *count, sizeof **list);
	(*list)[(*count)++] = arena_strdup(arena, text);
}

int
name_index(const char *const *names, const char *name)
{
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}
