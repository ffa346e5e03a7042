/* A file is foreign input, also when we wrote it once. Depth is bounded by the tables: an
 * element that they do not name is refused at its start tag, and nothing below it is
 * looked at. */
#include "file/reader.h"

#include "base/fatal.h"
#include "base/text.h"
#include "file/bounds.h"

#include <libxml/xmlreader.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	xmlTextReaderPtr xml;
	const char *name, *name_space;
	struct arena *arena; /* for the trouble */
	const char *trouble;
};

static void
not_well_formed(void *self, const char *message, xmlParserSeverities severity,
	xmlTextReaderLocatorPtr place)
{
	enum { ENOUGH = 300 }; /* it may quote what it does not like */
	struct reader *r = self;
	size_t length;

	if (severity == XML_PARSER_SEVERITY_WARNING || r->trouble != NULL)
		return;
	/* It says this also of a file that was cut off. */
	if (text_starts(message, "Extra content at the end"))
		message = "it ends too early, or something follows its end";
	length = strcspn(message, "\n");
	/* The line that the locator tells is that of the element around. */
	(void)place;
	r->trouble = arena_printf(r->arena, "%s:%d: %s", r->name,
		xmlTextReaderGetParserLineNumber(r->xml),
		text_clean(r->arena, message, length < ENOUGH ? length : ENOUGH));
}

struct reader *
reader_open(const char *bytes, size_t length, const char *name, const char *name_space,
	struct arena *arena)
{
	struct reader *r = calloc(1, sizeof *r);
	const char *trouble;
	int line;

	if (r == NULL)
		fatal("out of memory");
	r->name = name;
	r->name_space = name_space;
	r->arena = arena;
	trouble = bounds_trouble(bytes, length, &line);
	if (trouble != NULL) {
		r->trouble = arena_printf(arena, "%s:%d: %s", name, line, trouble);
		length = 0;
	}
	/* Without further options libxml2 loads no DTD and puts no entity in place. */
	r->xml = xmlReaderForMemory(length ? bytes : "", (int)length, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	if (r->xml == NULL)
		fatal("out of memory");
	xmlTextReaderSetErrorHandler(r->xml, not_well_formed, r);
	return r;
}

void
reader_close(struct reader **reader)
{
	if (*reader == NULL)
		return;
	xmlFreeTextReader((*reader)->xml);
	free(*reader);
	*reader = NULL;
}

const char *
reader_trouble(const struct reader *r)
{
	return r->trouble;
}

/* libxml2 counts the lines of a node in 16 bits, and those of a DOCTYPE not at all. Then
 * its parser's place must do, which may be a few lines ahead. */
int
reader_line(struct reader *r)
{
	long line;

	xmlTextReaderMoveToElement(r->xml);
	line = xmlGetLineNo(xmlTextReaderCurrentNode(r->xml));
	if (line <= 0 || line >= 65535)
		return xmlTextReaderGetParserLineNumber(r->xml);
	return (int)line;
}

bool
reader_wrong(struct reader *r, const char *format, ...)
{
	char text[1024];
	va_list ap;

	if (r->trouble != NULL)
		return false;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	r->trouble = arena_printf(r->arena, "%s:%d: %s", r->name, reader_line(r),
		text_clean(r->arena, text, strlen(text)));
	return false;
}

const char *
reader_name(const struct reader *r)
{
	return (const char *)xmlTextReaderConstLocalName(r->xml);
}

static int
start_tag(struct reader *r)
{
	if (xmlStrEqual(xmlTextReaderConstNamespaceUri(r->xml), BAD_CAST r->name_space))
		return 1;
	reader_wrong(r, "<%.60s> is in a wrong namespace; accepted: %s", reader_name(r),
		r->name_space);
	return -1;
}

/* The parser has stopped: it is the end, or it said why it could not go on. */
static int
stopped(struct reader *r, int rc)
{
	if (rc < 0)
		reader_wrong(r, "this is not well-formed XML");
	return r->trouble == NULL ? 0 : -1;
}

int
reader_next(struct reader *r)
{
	int rc;

	while ((rc = xmlTextReaderRead(r->xml)) == 1 && r->trouble == NULL)
		switch (xmlTextReaderNodeType(r->xml)) {
		case XML_READER_TYPE_ELEMENT:
			return start_tag(r);
		case XML_READER_TYPE_END_ELEMENT:
			return 0;
		case XML_READER_TYPE_COMMENT:
		case XML_READER_TYPE_WHITESPACE:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
			break;
		case XML_READER_TYPE_DOCUMENT_TYPE:
			reader_wrong(r, "a DOCTYPE is not accepted");
			return -1;
		default:
			reader_wrong(r, "only elements are accepted here");
			return -1;
		}
	return stopped(r, rc);
}

int
reader_first(struct reader *r)
{
	return xmlTextReaderIsEmptyElement(r->xml) == 1 ? 0 : reader_next(r);
}

/* libxml2 joins neighbouring text, so that there is one node of it or none. */
static const char *
read_text(struct reader *r, struct arena *arena)
{
	const char *name = reader_name(r), *text = "";

	if (xmlTextReaderIsEmptyElement(r->xml) == 1)
		return text;
	if (xmlTextReaderRead(r->xml) != 1)
		return stopped(r, -1), NULL;
	switch (xmlTextReaderNodeType(r->xml)) {
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_WHITESPACE:
	case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
		text = arena_strdup(arena, (const char *)xmlTextReaderConstValue(r->xml));
		if (xmlTextReaderRead(r->xml) != 1)
			return stopped(r, -1), NULL;
	}
	if (xmlTextReaderNodeType(r->xml) == XML_READER_TYPE_END_ELEMENT)
		return text;
	reader_wrong(r, "only plain text is accepted in <%s>", name);
	return NULL;
}

const char *
reader_text(struct reader *r, struct arena *arena)
{
	const char *text = read_text(r, arena);

	return text ? text_clean(arena, text, strlen(text)) : NULL;
}

const char *
reader_words(struct reader *r, struct arena *arena)
{
	static const char space[] = " \t\r\n";
	const char *text = read_text(r, arena);
	char *words, *end;

	if (text == NULL)
		return NULL;
	end = words = arena_alloc(arena, strlen(text) + 1);
	for (text += strspn(text, space); *text != '\0'; text += strspn(text, space)) {
		size_t length = strcspn(text, space);

		if (end != words)
			*end++ = ' ';
		memcpy(end, text, length);
		end += length;
		text += length;
	}
	return text_clean(arena, words, strlen(words));
}

const char *
reader_attribute(struct reader *r, struct arena *arena, const char *name)
{
	xmlChar *value = xmlTextReaderGetAttribute(r->xml, BAD_CAST name);
	const char *copy = arena_strdup(arena, (const char *)value);

	xmlFree(value);
	return copy;
}

static const char *
join(struct arena *arena, const char *list, const char *name)
{
	return list ? arena_printf(arena, "%s, %s", list, name) : name;
}

/* What a field takes, for a message. */
static const char *
accepted(struct reader *r, const struct field *f)
{
	const char *list = NULL;

	switch (f->kind) {
	case FIELD_BOOL:
		return "true, false";
	case FIELD_TIME:
		return "a time like 2026-11-21T02:00:00Z";
	case FIELD_ENUM:
		for (size_t i = 0; f->names[i] != NULL; i++)
			list = join(r->arena, list, f->names[i]);
		return list;
	case FIELD_BYTES:
		return "base64 without white space";
	default:
		return "a whole number";
	}
}

/* The attributes of an element, or its lists, for a message. */
static const char *
fields(struct reader *r, const struct record *record, bool lists)
{
	const char *list = NULL;

	for (const struct field *f = record->field; f->name != NULL; f++)
		if ((f->kind >= FIELD_BYTES) == lists)
			list = join(r->arena, list, f->name);
	return list ? list : "nothing";
}

static bool
read_attribute(
	struct reader *r, struct arena *arena, const struct record *record, void *to)
{
	const char *name = (const char *)xmlTextReaderConstName(r->xml);
	const char *value = (const char *)xmlTextReaderConstValue(r->xml);
	const struct field *f = record_field(record, name);

	if (f == NULL || f->kind >= FIELD_BYTES)
		return reader_wrong(r, "<%s> has no attribute \"%.60s\"; accepted: %s",
			record->name, name, fields(r, record, false));
	/* The evidence of a finding may be more numbers than fit into a text. */
	if (value[strspn(value, " 0123456789")] != '\0')
		value = text_clean(arena, value, strlen(value));
	return field_parse(arena, f, to, value) ||
	       reader_wrong(r, "%s=\"%.60s\" of <%s> is wrong; accepted: %s", name, value,
		       record->name, accepted(r, f));
}

bool
reader_attributes(struct reader *r, struct arena *arena, const struct record *record,
	void *to, const char *const *needed)
{
	while (xmlTextReaderMoveToNextAttribute(r->xml) == 1)
		if (xmlTextReaderIsNamespaceDecl(r->xml) != 1 &&
			!read_attribute(r, arena, record, to))
			return false;
	for (; needed != NULL && *needed != NULL; needed++)
		if (xmlTextReaderMoveToAttribute(r->xml, BAD_CAST * needed) != 1)
			return reader_wrong(r, "<%s> lacks the attribute \"%s\"",
				record->name, *needed);
	xmlTextReaderMoveToElement(r->xml);
	return true;
}

static bool
read_list(struct reader *r, struct arena *arena, const struct field *f, void *to)
{
	const char *text;

	switch (f->kind) {
	case FIELD_RECORDS:
		return reader_record(r, arena, f->record, field_add(arena, f, to));
	case FIELD_TEXTS:
		if ((text = reader_text(r, arena)) == NULL)
			return false;
		field_add_text(arena, f, to, text);
		return true;
	default:
		/* Not cleaned: a certificate may be longer than any text. */
		if ((text = read_text(r, arena)) == NULL)
			return false;
		return field_parse(arena, f, to, text) ||
		       reader_wrong(
			       r, "<%s> is wrong; accepted: %s", f->name, accepted(r, f));
	}
}

bool
reader_record(
	struct reader *r, struct arena *arena, const struct record *record, void *to)
{
	const struct field *last = record->field, *f;
	int more;

	if (!reader_attributes(r, arena, record, to, NULL))
		return false;
	for (more = reader_first(r); more > 0; more = reader_next(r)) {
		f = record_field(record, reader_name(r));
		if (f == NULL || f->kind < FIELD_BYTES || f < last ||
			(f->kind == FIELD_BYTES && field_count(f, to) != 0))
			return reader_wrong(r,
				"<%s> has no <%.60s> here; accepted in this order: %s",
				record->name, reader_name(r), fields(r, record, true));
		if (!read_list(r, arena, f, to))
			return false;
		last = f;
	}
	return more == 0;
}

static bool
misplaced(struct reader *r, const char *parent, const struct rule *rules)
{
	const char *list = NULL;

	for (; rules->name != NULL; rules++)
		list = join(r->arena, list, rules->name);
	return reader_wrong(r, "<%s> has no <%.60s> here; accepted in this order: %s",
		parent, reader_name(r), list ? list : "nothing");
}

/* Goes past the rules that the next child (NULL at the end) does not meet; false when one
 * of them was needed. */
static bool
pass_rules(
	struct reader *r, const char *parent, const struct rule **rule, const char *child)
{
	for (; (*rule)->name != NULL; (*rule)++) {
		if (child != NULL && strcmp((*rule)->name, child) == 0)
			return true;
		if ((*rule)->needed)
			return reader_wrong(r, "<%s> lacks <%s>", parent, (*rule)->name);
	}
	return true;
}

bool
reader_children(
	struct reader *r, const char *parent, const struct rule *rules, void *self)
{
	const struct rule *rule = rules;
	int more;

	for (more = reader_first(r); more > 0; more = reader_next(r)) {
		if (!pass_rules(r, parent, &rule, reader_name(r)))
			return false;
		if (rule->name == NULL)
			return misplaced(r, parent, rules);
		if (!rule->read(r, self))
			return false;
		rule += !rule->many;
	}
	return more == 0 && pass_rules(r, parent, &rule, NULL);
}
