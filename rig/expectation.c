/* The steps of a script that await something of the other side. */
#include "rig/action.h"

#include "rig/speech.h"

#include <string.h>

enum {
	CHUNK = 4096,
	MAX_SEEN = 65536, /* bytes in which a text is looked for */
};

/* After SASL a new header comes on the same connection (RFC 6120, 6.3.2). */
static void
restart_stream(struct session *s)
{
	size_t length;
	const char *rest = stream_rest(s->stream, &length);

	rest = arena_text(s->arena, rest, length);
	session_open_stream(s);
	stream_feed(s->stream, rest, length);
}

/* An element: the awaited one, or one with a standing answer. */
static enum step
take(struct session *s, enum awaited came, enum awaited wanted)
{
	for (; came != AWAIT_KINDS; came = dialogue_wider(came)) {
		const struct action *answer = dialogue_answer(s->dialogue, came);

		if (came == wanted)
			return session_next(s);
		if (answer == NULL)
			continue;
		session_compose(s, answer->text);
		return machine_go(s->machine, REPLY);
	}
	return STEP_AGAIN;
}

/* Ends the stream. An error needs a header before it (RFC 6120, 4.9.1.2). */
static enum step
take_leave(struct session *s, const char *error)
{
	const char *header = *error != '\0' && !s->greeted ? speech_header : "";
	const char *words = arena_printf(s->arena, "%s%s</stream:stream>", header, error);

	session_compose(s, (struct bytes){ words, strlen(words) });
	return machine_go(s->machine, LAST_WORDS);
}

/* Reads until the element comes. Whoever ends its stream meanwhile is treated well:
 * it gets our end tag (RFC 6120, 4.4); one that breaks XML is told so (11.3). */
static enum step
await(struct session *s, enum awaited wanted)
{
	static const char breach[] =
		"<stream:error><not-well-formed xmlns='" NS_STREAM_ERROR
		"'/></stream:error>";
	const struct element *element;
	enum passage passage;
	char chunk[CHUNK];
	size_t got;

	switch (stream_next(s->stream, &element)) {
	case STREAM_HEADER:
		s->greeted = true;
		dialogue_meet(s->dialogue, element);
		return take(s, AWAIT_HEADER, wanted);
	case STREAM_ELEMENT:
		return take(s, dialogue_hear(s->dialogue, element), wanted);
	case STREAM_END:
		return wanted == AWAIT_END ? session_next(s) : take_leave(s, "");
	case STREAM_BREACH:
		return take_leave(s, breach);
	case STREAM_MORE:
		break;
	}
	passage = wire_read(s->wire, chunk, sizeof chunk, &got);
	if (passage != PASSAGE_OK)
		return passage_step(passage);
	stream_feed(s->stream, chunk, got);
	return STEP_AGAIN;
}

enum step
act_expect(void *self)
{
	struct session *s = self;

	if (!s->begun && session_present(s)->awaited == AWAIT_HEADER && s->greeted)
		restart_stream(s);
	s->begun = true;
	return await(s, session_present(s)->awaited);
}

enum step
act_serve(void *self)
{
	return await(self, AWAIT_KINDS);
}

enum step
act_expect_text(void *self)
{
	struct session *s = self;
	struct bytes text = session_present(s)->text;
	enum passage passage;
	size_t got;

	if (s->seen == NULL)
		s->seen = arena_alloc(s->arena, MAX_SEEN);
	if (memmem(s->seen, s->sees, text.byte, text.length) != NULL) {
		s->sees = 0;
		return session_next(s);
	}
	if (s->sees == MAX_SEEN)
		return machine_go(s->machine, CLOSE);
	passage = wire_read(s->wire, s->seen + s->sees, MAX_SEEN - s->sees, &got);
	if (passage != PASSAGE_OK)
		return passage_step(passage);
	s->sees += got;
	return STEP_AGAIN;
}

enum step
act_expect_tls(void *self)
{
	enum { HANDSHAKE_RECORD = 22 };
	struct session *s = self;
	unsigned char byte;
	enum passage passage = wire_peek(s->wire, &byte);

	if (passage != PASSAGE_OK)
		return passage_step(passage);
	return byte == HANDSHAKE_RECORD ? session_next(s) : machine_go(s->machine, CLOSE);
}
