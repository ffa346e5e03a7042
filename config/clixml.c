/* The format is nowhere specified: this follows PowerShell's serializer. It has every
 * object numbered, and refers to one that was written before by its number; lists of types
 * are numbered apart from the objects. */
#include "config/clixml.h"

#include "base/text.h"
#include "config/escape.h"
#include "config/utf16.h"
#include "file/reader.h"

#include <stdlib.h>
#include <string.h>

#define CLIXML_NAMESPACE "http://schemas.microsoft.com/powershell/2004/04"

struct type_list {
	struct clixml_type *type;
	size_t types;
};

/* Objects, or lists of types, by their RefId. */
struct numbered {
	void **object;
	size_t room;
};

struct reading {
	struct reader *xml;
	struct arena *arena;
	struct arena *scratch; /* for what is read and thrown away */
	struct numbered objects, types;
	struct clixml *clixml;
	size_t values;
	int depth;
};

static const char *
decode(struct reading *g, const char *text)
{
	return arena_strdup(g->arena, escape_decode(g->scratch, text));
}

/* NULL in trouble. */
static const char *
read_text(struct reading *g)
{
	const char *text = reader_text(g->xml, g->scratch);

	return text ? decode(g, text) : NULL;
}

/* --- numbers -------------------------------------------------------------------------- */

struct attributes {
	const char *name, *number;
};

static const struct field attributes_field[] = {
	{ "N", TEXT(attributes, name) },
	{ "RefId", TEXT(attributes, number) },
	{ .name = NULL },
};

/* The attributes of the present element, into the scratch arena. */
static bool
read_attributes(struct reading *g, struct attributes *attributes)
{
	const struct record record = { reader_name(g->xml), sizeof *attributes,
		attributes_field };

	*attributes = (struct attributes){ NULL, NULL };
	return reader_attributes(g->xml, g->scratch, &record, attributes, NULL);
}

static bool
read_number(struct reading *g, const char *text, size_t *number)
{
	long long value;

	if (text == NULL)
		return reader_wrong(g->xml, "<%s> lacks the attribute \"RefId\"",
			reader_name(g->xml));
	if (!text_number(text, 0, CLIXML_MAX_VALUES - 1, &value))
		return reader_wrong(g->xml, "RefId=\"%.60s\" is wrong; accepted: 0 to %d",
			text, CLIXML_MAX_VALUES - 1);
	*number = (size_t)value;
	return true;
}

/* An object may be without number: then nobody refers to it. */
static bool
set_number(struct reading *g, struct numbered *numbered, const char *text, void *object)
{
	size_t number;

	if (text == NULL)
		return true;
	if (!read_number(g, text, &number))
		return false;
	while (numbered->room <= number)
		numbered->object = arena_grow(g->arena, numbered->object,
			numbered->room++, sizeof *numbered->object);
	if (numbered->object[number] != NULL)
		return reader_wrong(g->xml, "RefId=\"%zu\" is there twice", number);
	numbered->object[number] = object;
	return true;
}

/* Whatever the present element refers to, which has nothing else in it; NULL in trouble. */
static void *
read_reference(struct reading *g, const struct numbered *numbered, const char *text)
{
	static const struct rule nothing[] = { { .name = NULL } };
	size_t number;

	if (!read_number(g, text, &number))
		return NULL;
	if (number >= numbered->room || numbered->object[number] == NULL) {
		reader_wrong(g->xml, "<%s> refers to %zu, which is not there before it",
			reader_name(g->xml), number);
		return NULL;
	}
	if (!reader_children(g->xml, reader_name(g->xml), nothing, NULL))
		return NULL;
	return numbered->object[number];
}

/* --- objects -------------------------------------------------------------------------- */

static bool
count_value(struct reading *g)
{
	return ++g->values <= CLIXML_MAX_VALUES ||
	       reader_wrong(g->xml, "this is too much; accepted: %d values and types",
		       CLIXML_MAX_VALUES);
}

/* Once for all objects that refer to the list: a type may be long, and the objects many. */
static const char *
bare_name(struct arena *arena, const char *full)
{
	size_t end = strcspn(full, "#"), start = end;

	while (start > 0 && full[start - 1] != '.')
		start--;
	return arena_text(arena, full + start, end - start);
}

static bool
read_type(struct reading *g, struct type_list *list)
{
	struct clixml_type type;

	if (strcmp(reader_name(g->xml), "T") != 0)
		return reader_wrong(
			g->xml, "<TN> has no <%.60s>; accepted: T", reader_name(g->xml));
	if (list->types == CLIXML_MAX_TYPES)
		return reader_wrong(g->xml, "this is one type too many; accepted: %d",
			CLIXML_MAX_TYPES);
	if (!count_value(g) || (type.full = read_text(g)) == NULL)
		return false;
	type.bare = bare_name(g->arena, type.full);
	list->type = arena_grow(g->arena, list->type, list->types, sizeof *list->type);
	list->type[list->types++] = type;
	return true;
}

static bool
read_types(struct reading *g, struct clixml_object *object)
{
	struct type_list *list = arena_alloc(g->arena, sizeof *list);
	struct attributes attributes;
	int more;

	if (!read_attributes(g, &attributes) ||
		!set_number(g, &g->types, attributes.number, list))
		return false;
	for (more = reader_first(g->xml); more > 0; more = reader_next(g->xml))
		if (!read_type(g, list))
			return false;
	object->type = list->type;
	object->types = list->types;
	return more == 0;
}

static bool
refer_to_types(struct reading *g, struct clixml_object *object)
{
	struct attributes attributes;
	const struct type_list *list;

	if (!read_attributes(g, &attributes))
		return false;
	list = read_reference(g, &g->types, attributes.number);
	if (list == NULL)
		return false;
	object->type = list->type;
	object->types = list->types;
	return true;
}

/* It outranks the plain value: of an enum that is a number. */
static bool
read_string(struct reading *g, struct clixml_object *object)
{
	return (object->text = read_text(g)) != NULL;
}

static bool read_value(struct reading *, struct clixml_value *);

static bool
read_members(struct reading *g, struct clixml_object *object)
{
	int more;

	for (more = reader_first(g->xml); more > 0; more = reader_next(g->xml)) {
		struct clixml_value value;

		if (!read_value(g, &value))
			return false;
		if (value.name == NULL)
			return reader_wrong(g->xml, "a property lacks its name");
		object->member = arena_grow(g->arena, object->member, object->members,
			sizeof *object->member);
		object->member[object->members++] = value;
	}
	return more == 0;
}

static bool
read_element(struct reading *g, struct clixml_object *object)
{
	struct clixml_value value;

	if (!read_value(g, &value))
		return false;
	object->element = arena_grow(
		g->arena, object->element, object->elements, sizeof *object->element);
	object->element[object->elements++] = value;
	return true;
}

static bool
read_elements(struct reading *g, struct clixml_object *object)
{
	int more;

	object->is_list = true;
	for (more = reader_first(g->xml); more > 0; more = reader_next(g->xml))
		if (!read_element(g, object))
			return false;
	return more == 0;
}

/* Each entry holds the key and the value, which have these words as their names. */
static bool
read_dictionary(struct reading *g, struct clixml_object *object)
{
	int more;

	object->is_list = true;
	for (more = reader_first(g->xml); more > 0; more = reader_next(g->xml)) {
		if (strcmp(reader_name(g->xml), "En") != 0)
			return reader_wrong(g->xml, "<DCT> has no <%.60s>; accepted: En",
				reader_name(g->xml));
		if (!read_elements(g, object))
			return false;
	}
	return more == 0;
}

/* What an object is made of, besides a plain value. */
static const struct part {
	const char *name;
	bool (*read)(struct reading *g, struct clixml_object *object);
} parts[] = {
	{ "TN", read_types },
	{ "TNRef", refer_to_types },
	{ "ToString", read_string },
	{ "Props", read_members },
	{ "MS", read_members },
	{ "LST", read_elements },
	{ "IE", read_elements },
	{ "STK", read_elements },
	{ "QUE", read_elements },
	{ "DCT", read_dictionary },
	{ NULL, NULL },
};

static const char *const plain_tags[] = { "S", "B", "I16", "I32", "I64", "U16", "U32",
	"U64", "By", "SB", "D", "Db", "Sg", "C", "DT", "TS", "G", "URI", "Version", "BA",
	"XD", "SBK", "SS", "Nil", NULL };

static bool
read_part(struct reading *g, struct clixml_object *object)
{
	const char *name = reader_name(g->xml), *text;

	for (const struct part *part = parts; part->name != NULL; part++)
		if (strcmp(part->name, name) == 0)
			return part->read(g, object);
	if (name_index(plain_tags, name) < 0)
		return reader_wrong(g->xml,
			"<Obj> has no <%.60s>; accepted: a list of types, properties, a "
			"list or one plain value",
			name);
	text = read_text(g);
	if (object->text == NULL)
		object->text = text;
	return text != NULL;
}

static struct clixml_object *
read_object(struct reading *g, const char *number)
{
	struct clixml_object *object = arena_alloc(g->arena, sizeof *object);
	int more;

	object->number = g->clixml->objects++;
	object->line = reader_line(g->xml);
	if (++g->depth > CLIXML_MAX_DEPTH) {
		reader_wrong(g->xml, "the objects are nested too deep; accepted: %d",
			CLIXML_MAX_DEPTH);
		return NULL;
	}
	if (!set_number(g, &g->objects, number, object))
		return NULL;
	for (more = reader_first(g->xml); more > 0; more = reader_next(g->xml))
		if (!read_part(g, object))
			return NULL;
	g->depth--;
	return more == 0 ? object : NULL;
}

/* --- values --------------------------------------------------------------------------- */

/* What is in it is gone when the next value is read. */
static void
renew_scratch(struct reading *g)
{
	enum { ENOUGH = 1024 * 1024 };

	if (arena_size(g->scratch) < ENOUGH)
		return;
	arena_close(&g->scratch);
	g->scratch = arena_open();
}

static bool
read_object_value(struct reading *g, const char *number, struct clixml_value *value)
{
	value->tag = "Obj";
	value->object = strcmp(reader_name(g->xml), "Ref") == 0
				? read_reference(g, &g->objects, number)
				: read_object(g, number);
	if (value->object == NULL)
		return false;
	value->text = value->object->text;
	return true;
}

static bool
read_value(struct reading *g, struct clixml_value *value)
{
	const char *name = reader_name(g->xml);
	int plain = name_index(plain_tags, name);
	struct attributes attributes;

	renew_scratch(g);
	*value = (struct clixml_value){ .line = reader_line(g->xml) };
	if (!count_value(g) || !read_attributes(g, &attributes))
		return false;
	if (attributes.name != NULL)
		value->name = decode(g, attributes.name);
	if (strcmp(name, "Obj") == 0 || strcmp(name, "Ref") == 0)
		return read_object_value(g, attributes.number, value);
	if (plain < 0)
		return reader_wrong(g->xml,
			"<%.60s> is no value; accepted: Obj, Ref, S, B, U32, Nil and the "
			"like",
			name);
	value->tag = plain_tags[plain];
	return (value->text = read_text(g)) != NULL;
}

/* --- the file ------------------------------------------------------------------------- */

struct head {
	const char *version;
};

static const struct field head_field[] = {
	{ "Version", TEXT(head, version) },
	{ .name = NULL },
};
static const struct record head_record = { "Objs", sizeof(struct head), head_field };

static bool
read_document(struct reading *g)
{
	static const char *const needed[] = { "Version", NULL };
	struct clixml_object all = { .text = NULL };
	struct head head = { NULL };

	if (reader_next(g->xml) <= 0)
		return reader_wrong(g->xml, "there is no export of PowerShell in it");
	if (strcmp(reader_name(g->xml), "Objs") != 0)
		return reader_wrong(g->xml,
			"this is no export of PowerShell but <%.60s>; accepted: <Objs>",
			reader_name(g->xml));
	if (!reader_attributes(g->xml, g->scratch, &head_record, &head, needed))
		return false;
	/* PowerShell itself reads what has the same first number. */
	if (!text_starts(head.version, "1."))
		return reader_wrong(g->xml,
			"Version=\"%.60s\" is wrong; accepted: 1.1.0.1", head.version);
	if (!read_elements(g, &all))
		return false;
	g->clixml->value = all.element;
	g->clixml->values = all.elements;
	return reader_next(g->xml) == 0;
}

static const struct clixml *
read_utf8(const char *bytes, size_t length, const char *name, struct arena *arena,
	const char **trouble)
{
	struct reading g = { .arena = arena, .scratch = arena_open() };

	g.clixml = arena_alloc(arena, sizeof *g.clixml);
	g.xml = reader_open(bytes, length, name, CLIXML_NAMESPACE, arena);
	if (!read_document(&g)) {
		*trouble = reader_trouble(g.xml);
		g.clixml = NULL;
	}
	reader_close(&g.xml);
	arena_close(&g.scratch);
	return g.clixml;
}

static const struct clixml *
read_utf16(const char *bytes, size_t length, const char *name, struct arena *arena,
	const char **trouble)
{
	const struct clixml *clixml = NULL;
	size_t octets;
	int line;
	char *text =
		utf16_text(bytes + 2, length - 2, bytes[0] == '\xfe', &octets, &line);

	if (text != NULL)
		clixml = read_utf8(text, octets, name, arena, trouble);
	else
		*trouble = arena_printf(arena,
			"%s:%d: it is cut off, or half of a surrogate pair is missing; "
			"accepted: UTF-16, UTF-8",
			name, line);
	free(text);
	return clixml;
}

const struct clixml *
clixml_read(const char *bytes, size_t length, const char *name, struct arena *arena,
	const char **trouble)
{
	if (length > CLIXML_MAX_BYTES) {
		*trouble = arena_printf(arena,
			"%s:1: the file is too large; accepted: %d MiB", name,
			CLIXML_MAX_BYTES / 1024 / 1024);
		return NULL;
	}
	if (length >= 2 &&
		(memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
		return read_utf16(bytes, length, name, arena, trouble);
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		return read_utf8(bytes + 3, length - 3, name, arena, trouble);
	return read_utf8(bytes, length, name, arena, trouble);
}

/* --- looking into it ------------------------------------------------------------------ */

const struct clixml_value *
clixml_member(const struct clixml_object *object, const char *name)
{
	for (size_t i = 0; i < object->members; i++)
		if (text_same_name(object->member[i].name, name))
			return &object->member[i];
	return NULL;
}

bool
clixml_is(const struct clixml_object *object, const char *type)
{
	for (size_t i = 0; i < object->types; i++)
		if (strcmp(object->type[i].bare, type) == 0)
			return true;
	return false;
}
