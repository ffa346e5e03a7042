/* Plays a script to the other side, whichever of them called. The kinds of steps are the
 * states of the machine, and those below; so every step has its time limit, and the
 * connection has one as well. */
#include "rig/session.h"

#include "base/fatal.h"
#include "base/machine.h"
#include "base/text.h"
#include "net/stream.h"
#include "rig/caller.h"
#include "rig/dialogue.h"
#include "rig/speech.h"

#include <stdlib.h>
#include <string.h>

enum {
	LIMIT_MS = 60000, /* of a step, and of a connection */
	CHUNK = 4096,
	MAX_SEEN = 65536, /* bytes in which a text is looked for */
};

/* Behind the kinds of steps. */
enum {
	REPLY = ACTION_KINDS, /* a standing answer is on its way */
	LAST_WORDS,           /* so is the end of the stream */
	CLOSE,
	DRAIN,
	STATES
};

struct session {
	const struct play *play;
	void (*ended)(void *self, struct session *session);
	void *self;
	struct wire *wire;
	struct machine *machine;
	struct timer *limit, *pause;
	struct arena *arena;
	struct stream *stream;
	bool greeted; /* the stream had its header */
	size_t at;    /* the step */
	bool begun;   /* the step is no more new */
	long round;   /* of a repeated one */
	struct bytes out;
	size_t done; /* of them */
	char *seen;
	size_t sees;
	struct dialogue *dialogue;
};

static const struct action *
present(const struct session *s)
{
	return &s->play->script->action[s->at];
}

/* Enters the present step, anew or again. */
static enum step
resume(struct session *s)
{
	bool over = s->at == s->play->script->actions;

	return machine_go(s->machine, over ? CLOSE : (unsigned)present(s)->kind);
}

static enum step
next(struct session *s)
{
	s->at++;
	s->begun = false;
	s->round = 0;
	return resume(s);
}

/* What the machine waits for; not for PASSAGE_OK. */
static enum step
wait_for(enum passage passage)
{
	return passage == PASSAGE_READ    ? STEP_READ
	       : passage == PASSAGE_WRITE ? STEP_WRITE
					  : STEP_DONE;
}

static void
end_pause(void *self)
{
	struct session *s = self;

	timer_close(&s->pause);
	machine_wake(s->machine);
}

static enum step
start_pause(struct session *s, long ms)
{
	s->pause = timer_open(s->play->loop, ms, end_pause, s);
	return STEP_WAIT;
}

/* Makes a text ready to be written. */
static void
compose(struct session *s, struct bytes text)
{
	s->out = dialogue_compose(s->dialogue, text);
	s->done = 0;
}

static void
open_stream(struct session *s)
{
	stream_close(&s->stream);
	s->stream = stream_open(s->arena, wire_is_tls(s->wire) ? PHASE_TLS : PHASE_PLAIN);
	s->greeted = false;
}

/* After SASL a new header comes on the same connection (RFC 6120, 6.3.2). */
static void
restart_stream(struct session *s)
{
	size_t length;
	const char *rest = stream_rest(s->stream, &length);

	rest = arena_text(s->arena, rest, length);
	open_stream(s);
	stream_feed(s->stream, rest, length);
}

/* An element: the awaited one, or one with a standing answer. */
static enum step
take(struct session *s, enum awaited came, enum awaited wanted)
{
	for (; came != AWAIT_KINDS; came = dialogue_wider(came)) {
		const struct action *answer = dialogue_answer(s->dialogue, came);

		if (came == wanted)
			return next(s);
		if (answer == NULL)
			continue;
		compose(s, answer->text);
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

	compose(s, (struct bytes){ words, strlen(words) });
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
		return wanted == AWAIT_END ? next(s) : take_leave(s, "");
	case STREAM_BREACH:
		return take_leave(s, breach);
	case STREAM_MORE:
		break;
	}
	passage = wire_read(s->wire, chunk, sizeof chunk, &got);
	if (passage != PASSAGE_OK)
		return wait_for(passage);
	stream_feed(s->stream, chunk, got);
	return STEP_AGAIN;
}

static enum step
expect(void *self)
{
	struct session *s = self;

	if (!s->begun && present(s)->awaited == AWAIT_HEADER && s->greeted)
		restart_stream(s);
	s->begun = true;
	return await(s, present(s)->awaited);
}

static enum step
serve(void *self)
{
	return await(self, AWAIT_KINDS);
}

static enum step
expect_text(void *self)
{
	struct session *s = self;
	struct bytes text = present(s)->text;
	enum passage passage;
	size_t got;

	if (s->seen == NULL)
		s->seen = arena_alloc(s->arena, MAX_SEEN);
	if (memmem(s->seen, s->sees, text.byte, text.length) != NULL) {
		s->sees = 0;
		return next(s);
	}
	if (s->sees == MAX_SEEN)
		return machine_go(s->machine, CLOSE);
	passage = wire_read(s->wire, s->seen + s->sees, MAX_SEEN - s->sees, &got);
	if (passage != PASSAGE_OK)
		return wait_for(passage);
	s->sees += got;
	return STEP_AGAIN;
}

static enum step
expect_tls(void *self)
{
	enum { HANDSHAKE_RECORD = 22 };
	struct session *s = self;
	unsigned char byte;
	enum passage passage = wire_peek(s->wire, &byte);

	if (passage != PASSAGE_OK)
		return wait_for(passage);
	return byte == HANDSHAKE_RECORD ? next(s) : machine_go(s->machine, CLOSE);
}

/* A text is through: once more, at another turn of the loop so that others have one, or
 * on. */
static enum step
end_round(struct session *s)
{
	s->done = 0;
	if (++s->round == present(s)->times)
		return next(s);
	machine_wake(s->machine);
	return STEP_WAIT;
}

static enum step
send_text(void *self)
{
	struct session *s = self;
	enum passage passage;

	if (!s->begun)
		compose(s, present(s)->text);
	s->begun = true;
	passage = wire_write(s->wire, s->out.byte, s->out.length, &s->done);
	return passage == PASSAGE_OK ? end_round(s) : wait_for(passage);
}

static enum step
drip(void *self)
{
	struct session *s = self;
	enum passage passage;

	if (s->pause != NULL)
		return STEP_WAIT;
	if (!s->begun)
		compose(s, present(s)->text);
	s->begun = true;
	if (s->done == s->out.length)
		return end_round(s);
	passage = wire_write(s->wire, s->out.byte, s->done + 1, &s->done);
	return passage == PASSAGE_OK ? start_pause(s, present(s)->number)
				     : wait_for(passage);
}

/* The fault of RFC 6120, 5.4.3.3: an element that came in clear behind <starttls/> is
 * answered inside TLS. */
static bool
answers_kept_input(struct session *s)
{
	const struct element *element;
	const struct action *answer;

	if (!present(s)->tls.keep_input ||
		stream_next(s->stream, &element) != STREAM_ELEMENT)
		return false;
	answer = dialogue_answer(s->dialogue, dialogue_hear(s->dialogue, element));
	if (answer != NULL)
		compose(s, answer->text);
	return answer != NULL;
}

static enum step
handshake(void *self)
{
	struct session *s = self;
	bool answers;
	enum passage passage = wire_handshake(s->wire, s->play->end[s->at]);

	/* OpenSSL has sent its alert; the client shall read it. */
	if (passage == PASSAGE_END)
		return machine_go(s->machine, CLOSE);
	if (passage != PASSAGE_OK)
		return wait_for(passage);
	answers = answers_kept_input(s);
	open_stream(s);
	next(s);
	return answers ? machine_go(s->machine, REPLY) : STEP_AGAIN;
}

static enum step
note_answer(void *self)
{
	struct session *s = self;

	dialogue_note(s->dialogue, present(s));
	return next(s);
}

/* The words, and the end of the stream, for one who presented no certificate. */
static enum step
dismiss(void *self)
{
	struct session *s = self;

	if (wire_has_certificate(s->wire))
		return next(s);
	compose(s, present(s)->text);
	return machine_go(s->machine, LAST_WORDS);
}

static enum step
refuse(void *self)
{
	struct session *s = self;

	if (!text_same(dialogue_heard(s->dialogue)->from, present(s)->name))
		return next(s);
	compose(s, present(s)->text);
	return machine_go(s->machine, LAST_WORDS);
}

static enum step
pause_script(void *self)
{
	struct session *s = self;

	if (s->begun)
		return s->pause != NULL ? STEP_WAIT : next(s);
	s->begun = true;
	return start_pause(s, present(s)->number);
}

/* Whoever is being called keeps no account of us; so we look now and then. */
static enum step
let_call(void *self)
{
	enum { LOOK_MS = 20 };
	struct session *s = self;
	struct caller *caller;

	if (s->play->caller == NULL)
		return next(s);
	caller = s->play->caller[present(s)->caller];
	if (s->pause != NULL)
		return STEP_WAIT;
	if (s->begun && !caller_is_busy(caller))
		return next(s);
	if (!s->begun)
		caller_call(caller, dialogue_heard(s->dialogue));
	s->begun = true;
	return start_pause(s, LOOK_MS);
}

static enum step
send_alert(void *self)
{
	struct session *s = self;

	wire_alert(s->wire, (int)present(s)->number);
	return next(s);
}

static enum step
finish(void *self)
{
	struct session *s = self;

	wire_finish(s->wire);
	return next(s);
}

static enum step
break_off(void *self)
{
	struct session *s = self;

	wire_break(s->wire);
	return STEP_DONE;
}

/* Reads and forgets, until the other side goes: closing with bytes unread would send an RST,
 * which takes our last words back. */
static enum step
drain(void *self)
{
	struct session *s = self;
	char chunk[CHUNK];
	size_t got;
	enum passage passage = wire_read(s->wire, chunk, sizeof chunk, &got);

	if (passage != PASSAGE_OK)
		return wait_for(passage);
	machine_wake(s->machine);
	return STEP_WAIT;
}

static enum step
reply(void *self)
{
	struct session *s = self;
	enum passage passage = wire_write(s->wire, s->out.byte, s->out.length, &s->done);

	return passage == PASSAGE_OK ? resume(s) : wait_for(passage);
}

static enum step
say_last_words(void *self)
{
	struct session *s = self;
	enum passage passage = wire_write(s->wire, s->out.byte, s->out.length, &s->done);

	return passage == PASSAGE_OK ? machine_go(s->machine, CLOSE) : wait_for(passage);
}

static enum step
close_wire(void *self)
{
	struct session *s = self;

	wire_finish(s->wire);
	return machine_go(s->machine, DRAIN);
}

static const struct state states[STATES] = {
	[ACT_EXPECT] = { "expecting an element", expect, LIMIT_MS },
	[ACT_EXPECT_TEXT] = { "expecting a text", expect_text, LIMIT_MS },
	[ACT_EXPECT_TLS] = { "expecting a TLS hello", expect_tls, LIMIT_MS },
	[ACT_SEND] = { "sending", send_text, LIMIT_MS },
	[ACT_DRIP] = { "dripping", drip, LIMIT_MS },
	[ACT_TLS] = { "in the TLS handshake", handshake, LIMIT_MS },
	[ACT_ANSWER] = { "noting an answer", note_answer, LIMIT_MS },
	[ACT_KNOW] = { "noting a key", note_answer, LIMIT_MS },
	[ACT_REFUSE] = { "looking at the client's name", refuse, LIMIT_MS },
	[ACT_STRANGER] = { "looking for a certificate", dismiss, LIMIT_MS },
	[ACT_SERVE] = { "serving", serve, LIMIT_MS },
	[ACT_WAIT] = { "waiting", pause_script, LIMIT_MS },
	[ACT_ALERT] = { "sending an alert", send_alert, LIMIT_MS },
	[ACT_FIN] = { "finishing", finish, LIMIT_MS },
	[ACT_RST] = { "breaking off", break_off, LIMIT_MS },
	[ACT_HOLD] = { "holding", drain, LIMIT_MS },
	[ACT_CALL] = { "letting somebody call", let_call, LIMIT_MS },
	[REPLY] = { "answering", reply, LIMIT_MS },
	[LAST_WORDS] = { "ending the stream", say_last_words, LIMIT_MS },
	[CLOSE] = { "closing", close_wire, LIMIT_MS },
	[DRAIN] = { "awaiting the end", drain, LIMIT_MS },
};

static void
end_session(void *self)
{
	struct session *s = self;

	s->ended(s->self, s);
}

static void
on_ended(void *self, enum ending ending)
{
	(void)ending;
	end_session(self);
}

struct session *
session_open(const struct play *play, int fd, const struct heard *heard,
	void (*ended)(void *self, struct session *session), void *self)
{
	struct session *s = calloc(1, sizeof *s);
	unsigned first = CLOSE;

	if (s == NULL)
		fatal("out of memory");
	s->play = play;
	s->ended = ended;
	s->self = self;
	s->arena = arena_open();
	s->wire = wire_open(fd);
	s->dialogue = dialogue_open(play, s->arena, s->wire, heard);
	open_stream(s);
	if (play->script->actions > 0)
		first = (unsigned)play->script->action[0].kind;
	s->machine = machine_open(play->loop, states, first, on_ended, s);
	machine_watch(s->machine, fd);
	s->limit = timer_open(play->loop, LIMIT_MS, end_session, s);
	return s;
}

void
session_close(struct session **session)
{
	struct session *s = *session;

	if (s == NULL)
		return;
	timer_close(&s->limit);
	timer_close(&s->pause);
	machine_close(&s->machine);
	stream_close(&s->stream);
	wire_close(&s->wire);
	arena_close(&s->arena);
	free(s);
	*session = NULL;
}
