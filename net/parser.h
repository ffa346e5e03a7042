/* The inside of a stream, shared by stream.c (its bytes) and parser.c (what they mean). For
 * these only. */
#pragma once

#include "net/stream.h"

/* An element whose end tag has not come. */
struct level {
	struct element *element;
	char *text;
	size_t length;
	size_t namespaces; /* in scope outside of it */
};

struct stream {
	struct arena *arena;
	enum phase phase;
	struct _xmlParserCtxt *parser; /* xmlParserCtxt, without its header */

	char *bytes; /* all that was fed, but no more than STREAM_MAX_BYTES */
	size_t length, room;
	size_t fed;      /* also what was thrown away */
	size_t parsed;   /* the parser has these */
	size_t searched; /* no '>' from `parsed` to here */
	size_t since;    /* where the last event ended */
	size_t space;    /* octets between elements */
	size_t skipped;  /* those of them that the parser never saw */
	bool between;    /* nothing was parsed since the last event */

	struct level level[STREAM_MAX_DEPTH];
	size_t depth;
	size_t top;   /* depth of first-level elements; 0 when the root is itself one */
	bool lenient; /* inside an unbound <stream:error> */
	size_t elements;
	const char *name_space[STREAM_MAX_NAMESPACES]; /* in scope */
	size_t namespaces;

	const struct element *header, *element; /* not yet handed out */
	bool ended;
	enum xml_breach breach;
	const char *trouble;
	size_t place;
};

/* Begins with nothing read. */
void parser_open(struct stream *stream);
void parser_close(struct stream *stream);

/* Parses some bytes; what they bring about is in the stream. */
void parser_feed(struct stream *stream, const char *bytes, size_t length);

/* A rule or a limit is broken here. The first breach counts. */
void parser_refuse(struct stream *stream, enum xml_breach breach, const char *trouble);

/* White space as XML knows it (XML 1.0, 2.3). */
bool xml_is_space(char c);
