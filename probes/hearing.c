/* The bytes of a caller on their way to the parser, and what their faults are called. */
#include "probes/caller.h"

#include <string.h>

/* Whether the bytes begin so, as far as they go. */
static bool
may_begin(const char *bytes, size_t length, const char *word)
{
	size_t most = strlen(word);

	return memcmp(bytes, word, length < most ? length : most) == 0;
}

static const char declaration[] = "<?xml", header[] = "<stream";

/* RFC 6120, 6.4.6: after success there is a new stream; ejabberd goes on without one when
 * it has only a question. What begins it may come byte by byte. Whether it is decided. */
static bool
restart(struct caller *c, const char *bytes, size_t length)
{
	if (!may_begin(bytes, length, declaration) && !may_begin(bytes, length, header)) {
		c->restarting = false;
		return true;
	}
	if (length < strlen(declaration) ||
		(length < strlen(header) && may_begin(bytes, length, header)))
		return false;
	c->restarting = false;
	stream_close(&c->stream);
	c->stream = stream_open(c->arena, c->phase);
	c->id = NULL;
	return true;
}

/* What came since success. The white space before it is the old stream's, which minds when
 * there is no end of it. */
static void
hold(struct caller *c, const char *bytes, size_t length)
{
	char *held;
	size_t space = 0;

	while (c->helds == 0 && space < length &&
		memchr(" \t\r\n", bytes[space], 4) != NULL)
		space++;
	stream_feed(c->stream, bytes, space);
	bytes += space;
	length -= space;
	if (length == 0)
		return;
	held = arena_alloc(c->arena, c->helds + length + 1);
	if (c->helds != 0)
		memcpy(held, c->held, c->helds);
	memcpy(held + c->helds, bytes, length);
	c->held = held;
	c->helds += length;
}

void
hearing_feed(struct caller *c, const char *bytes, size_t length)
{
	if (c->restarting) {
		hold(c, bytes, length);
		if (c->helds == 0 || !restart(c, c->held, c->helds))
			return;
		bytes = c->held;
		length = c->helds;
		c->held = NULL;
		c->helds = 0;
	}
	caller_hear(c, bytes, length);
	stream_feed(c->stream, bytes, length);
}

const char *
hearing_condition(enum xml_breach breach)
{
	switch (breach) {
	case XML_NOT_WELL_FORMED:
	case XML_NAMESPACE:
		return "not-well-formed";
	case XML_COMMENT:
	case XML_INSTRUCTION:
	case XML_DOCTYPE:
	case XML_ENTITY:
		return "restricted-xml";
	case XML_ENCODING:
		return "unsupported-encoding";
	default:
		return "policy-violation";
	}
}
