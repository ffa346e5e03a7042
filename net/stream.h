/* XML streams over libxml2's push parser: bytes in, stream header and first-level elements
 * out, and the XML that we send. No sockets. Limits and forbidden XML by RFC 6120, 11.1
 * and 13.12. */
#pragma once

#include "base/arena.h"
#include "model/fact.h"

#include <stdbool.h>
#include <stddef.h>

#define NS_STREAMS      "http://etherx.jabber.org/streams"
#define NS_SERVER       "jabber:server"
#define NS_DIALBACK     "jabber:server:dialback"
#define NS_STREAM_ERROR "urn:ietf:params:xml:ns:xmpp-streams"
#define NS_STANZA_ERROR "urn:ietf:params:xml:ns:xmpp-stanzas"
#define NS_TLS          "urn:ietf:params:xml:ns:xmpp-tls"
#define NS_SASL         "urn:ietf:params:xml:ns:xmpp-sasl"
#define NS_DISCO_INFO   "http://jabber.org/protocol/disco#info"
#define NS_VERSION      "jabber:iq:version"

/* Limits before authentication; a conforming peer stays far below each. */
enum {
	STREAM_MAX_BYTES = 256 * 1024,
	STREAM_MAX_ELEMENT = 64 * 1024,
	STREAM_MAX_TAG = 16 * 1024, /* with a '>' in it; the parser begins anew at each */
	STREAM_MAX_DEPTH = 16,
	STREAM_MAX_ATTRIBUTES = 32,
	STREAM_MAX_VALUE = 4096,
	STREAM_MAX_NAME = 256,
	STREAM_MAX_TEXT = 32 * 1024,
	STREAM_MAX_NAMESPACES = 64,
	STREAM_MAX_ELEMENTS = 64,
	STREAM_MAX_SPACE = 16 * 1024,
};

struct attribute {
	const char *name, *value;
	const char *name_space; /* NULL for none, as most have */
};

struct element {
	const char *name, *prefix; /* prefix NULL for none */
	const char *name_space;    /* "" for none */
	struct attribute *attribute;
	size_t attributes;
	struct element **child;
	size_t children;
	const char *text; /* all character data directly inside, "" for none */
	const char *content_namespace; /* of a root: the default namespace declared */
	const char *dialback_prefix;   /* of a root: that of jabber:server:dialback */
};

enum stream_event {
	STREAM_MORE,    /* feed it */
	STREAM_HEADER,  /* the root's start tag; children and text are empty */
	STREAM_ELEMENT, /* a whole first-level element */
	STREAM_END,     /* the root's end tag */
	STREAM_BREACH,  /* a rule or a limit is broken; nothing more will come */
};

struct stream;

/* Elements live in the arena. A restart (after TLS, after SASL) is a new stream. */
struct stream *stream_open(struct arena *arena, enum phase phase);
void stream_close(struct stream **stream);

void stream_feed(struct stream *stream, const void *bytes, size_t length);

/* The next event of what was fed. The header and elements come at the very byte that ends
 * them; what was fed behind it is not parsed before the next call. A stream error in the
 * root's place comes as an element, without a header before it. STREAM_END and
 * STREAM_BREACH come again at each further call. */
enum stream_event stream_next(struct stream *stream, const struct element **element);

/* What was fed and not yet parsed: after <proceed/> it must be nothing. */
const char *stream_rest(const struct stream *stream, size_t *length);

/* Bytes fed so far, and the first 64 of them (fewer when fewer came). */
size_t stream_bytes(const struct stream *stream);
const char *stream_begin(const struct stream *stream, size_t *length);

/* After STREAM_BREACH: what was broken, the bytes around the place, the parser's words. */
void stream_breach(
	const struct stream *stream, struct arena *arena, struct xml_fact *fact);

/* What the first bytes are when they are no XML; FOREIGN_NONE while they may be. */
enum foreign_protocol stream_foreign(const void *bytes, size_t length);

/* The first child of this name and namespace, or NULL. */
const struct element *element_child(
	const struct element *element, const char *name, const char *name_space);
bool element_is(const struct element *element, const char *name, const char *name_space);
const char *element_attribute(const struct element *element, const char *name);

/* "{namespace}name". */
const char *element_title(struct arena *arena, const struct element *element);

/* The element with its attributes, and stars for all that it holds, however that was
 * written. */
const char *element_outline(struct arena *arena, const struct element *element);

/* A text as XML character data or attribute value. */
const char *xml_escape(struct arena *arena, const char *text);
