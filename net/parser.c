/* The door to libxml2's push parser: its events become elements, and what RFC 6120, 11
 * forbids, or a limit of net/stream.h, a breach. */
#include "net/parser.h"

#include "base/fatal.h"
#include "base/text.h"

#include <libxml/parser.h>
#include <string.h>

/* The argument of the error handler became constant. */
#if LIBXML_VERSION >= 21200
#define PARSER_ERROR const xmlError *
#else
#define PARSER_ERROR xmlError *
#endif

/* The parser must not be stopped from inside its error handler, it goes on with buffers that
 * would be gone; it only is not fed any more. */
void
parser_refuse(struct stream *s, enum xml_breach breach, const char *trouble)
{
	long consumed;

	if (s->breach != XML_FINE)
		return;
	consumed = xmlByteConsumed(s->parser);
	s->breach = breach;
	s->trouble = trouble;
	s->place = s->skipped + (consumed > 0 ? (size_t)consumed : 0);
}

static const char *
copy(struct stream *s, const xmlChar *text, size_t length, size_t limit)
{
	if (length > limit)
		parser_refuse(s, XML_TOO_LARGE, "a name or a value is too long");
	return arena_text(s->arena, (const char *)text, length < limit ? length : limit);
}

static const char *
copy_name(struct stream *s, const xmlChar *name)
{
	return name ? copy(s, name, (size_t)xmlStrlen(name), STREAM_MAX_NAME) : NULL;
}

/* Names of namespaces are copied where they are declared, not where they are used: a
 * long one would let a peer turn each "<a/>" into kilobytes of ours. */
static const char *
find_namespace(const struct stream *s, const xmlChar *uri)
{
	if (uri == NULL)
		return NULL;
	for (size_t i = s->namespaces; i > 0; i--)
		if (strcmp(s->name_space[i - 1], (const char *)uri) == 0)
			return s->name_space[i - 1];
	return (const char *)XML_XML_NAMESPACE;
}

static void
declare(struct stream *s, struct element *root, const xmlChar *prefix, const xmlChar *uri)
{
	const char *name = copy(s, uri, (size_t)xmlStrlen(uri), STREAM_MAX_VALUE);

	s->name_space[s->namespaces++] = name;
	if (root == NULL)
		return;
	if (prefix == NULL)
		root->content_namespace = name;
	else if (strcmp(name, NS_DIALBACK) == 0)
		root->dialback_prefix = copy_name(s, prefix);
}

/* As long as XML_PARSE_NOENT is off, libxml2 leaves every '&' of a value as "&#38;". */
static const char *
copy_value(struct stream *s, const xmlChar *value, const xmlChar *end)
{
	static const char escaped[] = "#38;";
	const char *from = copy(s, value, (size_t)(end - value), STREAM_MAX_VALUE);
	char *out = arena_strdup(s->arena, from), *to = out;

	while (*from != '\0')
		if ((*to++ = *from++) == '&' && text_starts(from, escaped))
			from += strlen(escaped);
	*to = '\0';
	return out;
}

/* libxml2 gives five pointers for each: name, prefix, namespace, value and its end. */
static void
add_attributes(struct stream *s, struct element *e, const xmlChar **given, size_t count)
{
	e->attribute = arena_alloc(s->arena, count * sizeof *e->attribute);
	e->attributes = count;
	for (size_t i = 0; i < count; i++, given += 5) {
		e->attribute[i].name = copy_name(s, given[0]);
		e->attribute[i].name_space = find_namespace(s, given[2]);
		e->attribute[i].value = copy_value(s, given[3], given[4]);
		if (given[1] != NULL && given[2] == NULL && !s->lenient)
			parser_refuse(s, XML_NAMESPACE,
				"the prefix of an attribute is undeclared");
	}
}

static bool
is_within_limits(struct stream *s, size_t namespaces, size_t attributes)
{
	if (s->depth == STREAM_MAX_DEPTH)
		parser_refuse(s, XML_TOO_DEEP, "elements are nested too deep");
	else if (attributes > STREAM_MAX_ATTRIBUTES)
		parser_refuse(
			s, XML_TOO_MANY_ATTRIBUTES, "an element has too many attributes");
	else if (s->namespaces + namespaces > STREAM_MAX_NAMESPACES)
		parser_refuse(
			s, XML_TOO_MANY_ATTRIBUTES, "too many namespaces are declared");
	else if (s->depth == s->top && s->elements == STREAM_MAX_ELEMENTS)
		parser_refuse(s, XML_TOO_MANY_ELEMENTS,
			"too many elements before authentication");
	return s->breach == XML_FINE;
}

/* Old servers send <stream:error/> without a header, or with the prefix unbound. That it
 * is an error is worth more than that it is against RFC 6120, 11.3. Tells whether the
 * element is one whatever its namespace is. */
static bool
forgive(struct stream *s, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	bool prefixed = xmlStrEqual(prefix, BAD_CAST "stream");
	bool bound = xmlStrEqual(uri, BAD_CAST NS_STREAMS);

	if (!xmlStrEqual(name, BAD_CAST "error") || s->depth > 1 || s->elements > 0)
		return false;
	if (s->depth == 0 && (prefixed || bound))
		s->top = 0;
	s->lenient = s->depth == s->top && prefixed && uri == NULL;
	return prefixed && (s->depth == 0 || s->lenient);
}

static void
add_element(struct stream *s, struct element *e)
{
	struct element *parent;

	if (s->depth > s->top) {
		parent = s->level[s->depth - 1].element;
		parent->child = arena_grow(s->arena, parent->child, parent->children,
			sizeof(struct element *));
		parent->child[parent->children++] = e;
	} else if (s->depth == s->top) {
		s->elements++;
	}
	s->level[s->depth++].element = e;
	if (s->depth == s->top)
		s->header = e;
}

static void
on_start(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces, const xmlChar **name_space, int attributes, int defaulted,
	const xmlChar **attribute)
{
	struct stream *s = self;
	struct element *e;
	bool forgiven;

	(void)defaulted;
	if (s->breach != XML_FINE ||
		!is_within_limits(s, (size_t)namespaces, (size_t)attributes))
		return;
	e = arena_alloc(s->arena, sizeof *e);
	s->level[s->depth] = (struct level){ .namespaces = s->namespaces };
	for (int i = 0; i < namespaces; i++)
		declare(s, s->depth == 0 ? e : NULL, name_space[2 * i],
			name_space[2 * i + 1]);
	forgiven = forgive(s, name, prefix, uri);
	if (prefix != NULL && uri == NULL && !s->lenient)
		parser_refuse(s, XML_NAMESPACE, "the prefix of an element is undeclared");
	e->name = copy_name(s, name);
	e->prefix = copy_name(s, prefix);
	e->name_space = forgiven ? NS_STREAMS : uri ? find_namespace(s, uri) : "";
	e->text = "";
	add_attributes(s, e, attribute, (size_t)attributes);
	if (s->breach == XML_FINE)
		add_element(s, e);
}

static void
on_end(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct stream *s = self;
	struct level *level;

	(void)name, (void)prefix, (void)uri;
	if (s->breach != XML_FINE)
		return;
	level = &s->level[--s->depth];
	s->namespaces = level->namespaces;
	/* Growing leaves a zero behind the text. */
	if (level->length != 0)
		level->element->text =
			arena_grow(s->arena, level->text, level->length, 1);
	if (s->depth == s->top) {
		s->element = level->element;
		s->lenient = false;
	}
	s->ended = s->depth == 0;
}

static void
add_character(struct stream *s, struct level *level, char c)
{
	level->text = arena_grow(s->arena, level->text, level->length, 1);
	level->text[level->length++] = c;
	if (level->length > STREAM_MAX_TEXT)
		parser_refuse(s, XML_TOO_LARGE, "a text is too long");
}

static void
on_text(void *self, const xmlChar *text, int length)
{
	struct stream *s = self;

	for (int i = 0; i < length && s->breach == XML_FINE; i++) {
		if (s->depth > s->top) {
			add_character(s, &s->level[s->depth - 1], (char)text[i]);
		} else if (!xml_is_space((char)text[i])) {
			/* RFC 6120, 4.4: nothing but elements and white space. */
			parser_refuse(s, XML_NOT_WELL_FORMED,
				"there is text between the elements");
		} else if (++s->space > STREAM_MAX_SPACE) {
			parser_refuse(s, XML_TOO_MUCH_SPACE, "too much white space");
		}
	}
}

static void
on_comment(void *self, const xmlChar *text)
{
	(void)text;
	parser_refuse(self, XML_COMMENT, "a comment");
}

static void
on_instruction(void *self, const xmlChar *target, const xmlChar *text)
{
	(void)target, (void)text;
	parser_refuse(self, XML_INSTRUCTION, "a processing instruction");
}

/* Stopped before the parser comes to the first declaration of an entity. */
static void
on_doctype(
	void *self, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	struct stream *s = self;

	(void)name, (void)external, (void)system;
	parser_refuse(s, XML_DOCTYPE, "a document type declaration");
	xmlStopParser(s->parser);
}

/* Never called for the five predefined ones. */
static xmlEntity *
on_entity(void *self, const xmlChar *name)
{
	struct stream *s = self;

	parser_refuse(s, XML_ENTITY,
		arena_printf(s->arena, "the entity \"%.100s\"", (const char *)name));
	return NULL;
}

/* Looks at all since the last event: the parser puts texts off. */
static bool
is_utf8(const struct stream *s)
{
	size_t length = s->searched - s->since;
	const char *text = arena_text(s->arena, s->bytes + s->since, length);

	return xmlCheckUTF8((const xmlChar *)text);
}

static void
on_error(void *self, PARSER_ERROR error)
{
	struct stream *s = self;
	enum xml_breach breach = XML_NOT_WELL_FORMED;

	if (error->code == XML_ERR_NO_MEMORY)
		fatal("out of memory");
	/* Undeclared prefixes are for on_start(), which knows the exception. One tag can
	 * hold thousands of errors; is_utf8() is for the first. */
	if (s->breach != XML_FINE || error->level < XML_ERR_ERROR ||
		error->code == XML_NS_ERR_UNDEFINED_NAMESPACE)
		return;
	/* The number of an encoding error is not the same in all versions. */
	if (!is_utf8(s))
		breach = XML_ENCODING;
	else if (error->domain == XML_FROM_NAMESPACE)
		breach = XML_NAMESPACE;
	parser_refuse(s, breach,
		arena_text(s->arena, error->message, strcspn(error->message, "\n")));
}

void
parser_open(struct stream *s)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.comment = on_comment,
		.processingInstruction = on_instruction,
		.internalSubset = on_doctype,
		.getEntity = on_entity,
		.serror = on_error,
	};

	s->parser = xmlCreatePushParserCtxt(&sax, s, NULL, 0, NULL);
	if (s->parser == NULL)
		fatal("out of memory");
	xmlCtxtUseOptions(s->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
}

void
parser_close(struct stream *s)
{
	xmlFreeParserCtxt(s->parser);
	s->parser = NULL;
}

/* A value, a comment or an instruction full of '>' would take quadratic time. */
static void
limit_tag(struct stream *s, size_t given)
{
	long consumed = xmlByteConsumed(s->parser);

	if (consumed >= 0 && given > (size_t)consumed + STREAM_MAX_TAG)
		parser_refuse(s, XML_TOO_LARGE, "a tag is too large");
}

void
parser_feed(struct stream *s, const char *bytes, size_t length)
{
	xmlParseChunk(s->parser, bytes, (int)length, 0);
	limit_tag(s, s->parsed - s->skipped + length);
}
