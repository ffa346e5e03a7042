/* The parser is fed no further than the next '>', and bytes only come out of it in whole
 * elements: whatever follows <proceed/> or <success/> belongs to another stream. So the
 * same bytes give the same events, however the network cut them. */
#include "net/stream.h"

#include "base/fatal.h"
#include "base/text.h"
#include "net/parser.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIRST_ROOM = 4096, BEGIN = 64, EXCERPT = 200 };

bool
xml_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct stream *
stream_open(struct arena *arena, enum phase phase)
{
	struct stream *s = calloc(1, sizeof *s);

	if (s == NULL || (s->bytes = malloc(FIRST_ROOM)) == NULL)
		fatal("out of memory");
	s->arena = arena;
	s->phase = phase;
	s->room = FIRST_ROOM;
	s->between = true;
	s->top = 1;
	parser_open(s);
	return s;
}

void
stream_close(struct stream **stream)
{
	if (*stream == NULL)
		return;
	parser_close(*stream);
	free((*stream)->bytes);
	free(*stream);
	*stream = NULL;
}

void
stream_feed(struct stream *s, const void *bytes, size_t length)
{
	s->fed += length;
	if (length > STREAM_MAX_BYTES - s->length)
		length = STREAM_MAX_BYTES - s->length;
	if (s->room < s->length + length) {
		while (s->room < s->length + length)
			s->room *= 2;
		if ((s->bytes = realloc(s->bytes, s->room)) == NULL)
			fatal("out of memory");
	}
	if (length != 0)
		memcpy(s->bytes + s->length, bytes, length);
	s->length += length;
}

/* Keep-alives, and the line end that some servers send after a restart, before which
 * there may be nothing when an XML declaration follows. */
static void
skip_space(struct stream *s)
{
	while (s->parsed < s->length && s->breach == XML_FINE &&
		xml_is_space(s->bytes[s->parsed])) {
		s->parsed++;
		s->skipped++;
		if (++s->space > STREAM_MAX_SPACE)
			parser_refuse(s, XML_TOO_MUCH_SPACE, "too much white space");
	}
	s->since = s->searched = s->parsed;
}

/* RFC 6120, 11.6: UTF-8 and nothing else; U+FEFF is a character and no mark. In UTF-16
 * and UTF-32, '<' has a zero beside it. */
static void
check_first_bytes(struct stream *s)
{
	const unsigned char *first = (const unsigned char *)s->bytes + s->parsed;
	size_t n = s->length - s->parsed;

	if (n == 0)
		return;
	if (first[0] == 0xfe || first[0] == 0xff || first[0] == 0 ||
		(n > 1 && first[0] == '<' && first[1] == 0))
		parser_refuse(s, XML_ENCODING, "it is not UTF-8");
	else if (first[0] != '<')
		parser_refuse(s, XML_NOT_WELL_FORMED, "it does not begin with a tag");
}

/* libxml2 would believe the XML declaration, or ignore it, but not tell. */
static void
check_declaration(struct stream *s, const char *slice, size_t length)
{
	const char *text = arena_text(s->arena, slice, length);
	const char *name = strstr(text, "encoding"), *value;

	if (!text_starts(text, "<?xml") || name == NULL)
		return;
	value = name + strlen("encoding");
	value += strspn(value, " \t\r\n=");
	if (strncasecmp(value, "'UTF-8'", 7) != 0 &&
		strncasecmp(value, "\"UTF-8\"", 7) != 0)
		parser_refuse(s, XML_ENCODING, "another encoding than UTF-8 is declared");
}

/* The end of the next slice that can bring an event about, or 0: only a '>' can. One
 * inside an attribute or a text brings none. */
static size_t
find_slice(struct stream *s)
{
	const char *gt;

	if (s->between)
		skip_space(s);
	if (s->parsed == s->skipped)
		check_first_bytes(s);
	gt = memchr(s->bytes + s->searched, '>', s->length - s->searched);
	s->searched = gt ? (size_t)(gt + 1 - s->bytes) : s->length;
	if (s->searched - s->since > STREAM_MAX_ELEMENT)
		parser_refuse(s, XML_TOO_LARGE, "an element is too large");
	else if (gt == NULL && s->fed > STREAM_MAX_BYTES)
		parser_refuse(
			s, XML_TOO_MANY_BYTES, "too many bytes before authentication");
	return gt != NULL && s->breach == XML_FINE ? s->searched : 0;
}

static void
parse(struct stream *s, size_t end)
{
	const char *slice = s->bytes + s->parsed;
	size_t length = end - s->parsed;

	if (s->parsed == s->skipped)
		check_declaration(s, slice, length);
	if (s->breach == XML_FINE)
		parser_feed(s, slice, length);
	s->parsed = end;
	s->between = s->header != NULL || s->element != NULL;
	if (s->between)
		s->since = end;
}

enum stream_event
stream_next(struct stream *s, const struct element **element)
{
	size_t end;

	while (s->header == NULL && s->element == NULL && !s->ended &&
		s->breach == XML_FINE && (end = find_slice(s)) != 0)
		parse(s, end);
	if (s->header != NULL) {
		*element = s->header;
		s->header = NULL;
		return STREAM_HEADER;
	}
	if (s->element != NULL) {
		*element = s->element;
		s->element = NULL;
		return STREAM_ELEMENT;
	}
	if (s->breach != XML_FINE)
		return STREAM_BREACH;
	return s->ended ? STREAM_END : STREAM_MORE;
}

const char *
stream_rest(const struct stream *s, size_t *length)
{
	*length = s->length - s->parsed;
	return s->bytes + s->parsed;
}

size_t
stream_bytes(const struct stream *s)
{
	return s->fed;
}

const char *
stream_begin(const struct stream *s, size_t *length)
{
	*length = s->length < BEGIN ? s->length : BEGIN;
	return s->bytes;
}

/* Cleaned here, because a zero would end the text. */
void
stream_breach(const struct stream *s, struct arena *arena, struct xml_fact *fact)
{
	size_t place = s->place < s->length ? s->place : s->length;
	size_t from = place > EXCERPT / 2 ? place - EXCERPT / 2 : 0;
	size_t length = s->length - from < EXCERPT ? s->length - from : EXCERPT;

	*fact = (struct xml_fact){
		.phase = s->phase,
		.breach = s->breach,
		.excerpt = text_clean(arena, s->bytes + from, length),
		.trouble = arena_strdup(arena, s->trouble),
	};
}

/* Byte order marks are rows because the parser refuses them in better words. */
enum foreign_protocol
stream_foreign(const void *bytes, size_t length)
{
	static const struct {
		const char *sign;
		enum foreign_protocol protocol;
	} known[] = {
		{ "\x15\x03", FOREIGN_TLS },
		{ "\x16\x03", FOREIGN_TLS },
		{ "HTTP/", FOREIGN_HTTP },
		{ "220 ", FOREIGN_SMTP },
		{ "220-", FOREIGN_SMTP },
		{ "SSH-", FOREIGN_SSH },
		{ "* OK", FOREIGN_IMAP },
		{ "\xef\xbb\xbf", FOREIGN_NONE },
		{ "\xfe\xff", FOREIGN_NONE },
		{ "\xff\xfe", FOREIGN_NONE },
	};
	const char *first = bytes;
	size_t n;

	for (size_t i = 0; i < sizeof known / sizeof known[0] && length > 0; i++) {
		n = strlen(known[i].sign);
		if (memcmp(bytes, known[i].sign, length < n ? length : n) == 0)
			return length < n ? FOREIGN_NONE : known[i].protocol;
	}
	while (length > 0 && xml_is_space(*first))
		first++, length--;
	return length == 0 || *first == '<' || *first == '\0' ? FOREIGN_NONE
							      : FOREIGN_OTHER;
}
