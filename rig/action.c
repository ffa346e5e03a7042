/* The steps of a script that do something, and the table of all of them: the kinds of steps
 * are the states of the machine, and so every step has its time limit. */
#include "rig/action.h"

#include "base/text.h"
#include "rig/caller.h"

enum { CHUNK = 4096 };

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

/* A text is through: once more, at another turn of the loop so that others have one, or
 * on. */
static enum step
end_round(struct session *s)
{
	s->done = 0;
	if (++s->round == session_present(s)->times)
		return session_next(s);
	machine_wake(s->machine);
	return STEP_WAIT;
}

static enum step
send_text(void *self)
{
	struct session *s = self;
	enum passage passage;

	if (!s->begun)
		session_compose(s, session_present(s)->text);
	s->begun = true;
	passage = wire_write(s->wire, s->out.byte, s->out.length, &s->done);
	return passage == PASSAGE_OK ? end_round(s) : passage_step(passage);
}

static enum step
drip(void *self)
{
	struct session *s = self;
	enum passage passage;

	if (s->pause != NULL)
		return STEP_WAIT;
	if (!s->begun)
		session_compose(s, session_present(s)->text);
	s->begun = true;
	if (s->done == s->out.length)
		return end_round(s);
	passage = wire_write(s->wire, s->out.byte, s->done + 1, &s->done);
	return passage == PASSAGE_OK ? start_pause(s, session_present(s)->number)
				     : passage_step(passage);
}

/* The fault of RFC 6120, 5.4.3.3: an element that came in clear behind <starttls/> is
 * answered inside TLS. */
static bool
answers_kept_input(struct session *s)
{
	const struct element *element;
	const struct action *answer;

	if (!session_present(s)->tls.keep_input ||
		stream_next(s->stream, &element) != STREAM_ELEMENT)
		return false;
	answer = dialogue_answer(s->dialogue, dialogue_hear(s->dialogue, element));
	if (answer != NULL)
		session_compose(s, answer->text);
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
		return passage_step(passage);
	answers = answers_kept_input(s);
	session_open_stream(s);
	session_next(s);
	return answers ? machine_go(s->machine, REPLY) : STEP_AGAIN;
}

static enum step
note_answer(void *self)
{
	struct session *s = self;

	dialogue_note(s->dialogue, session_present(s));
	return session_next(s);
}

/* The words, and the end of the stream, for one who presented no certificate. */
static enum step
dismiss(void *self)
{
	struct session *s = self;

	if (wire_has_certificate(s->wire))
		return session_next(s);
	session_compose(s, session_present(s)->text);
	return machine_go(s->machine, LAST_WORDS);
}

static enum step
refuse(void *self)
{
	struct session *s = self;

	if (!text_same(dialogue_heard(s->dialogue)->from, session_present(s)->name))
		return session_next(s);
	session_compose(s, session_present(s)->text);
	return machine_go(s->machine, LAST_WORDS);
}

static enum step
pause_script(void *self)
{
	struct session *s = self;

	if (s->begun)
		return s->pause != NULL ? STEP_WAIT : session_next(s);
	s->begun = true;
	return start_pause(s, session_present(s)->number);
}

/* Whoever is being called keeps no account of us; so we look now and then. */
static enum step
let_call(void *self)
{
	enum { LOOK_MS = 20 };
	struct session *s = self;
	struct caller *caller;

	if (s->play->caller == NULL)
		return session_next(s);
	caller = s->play->caller[session_present(s)->caller];
	if (s->pause != NULL)
		return STEP_WAIT;
	if (s->begun && !caller_is_busy(caller))
		return session_next(s);
	if (!s->begun)
		caller_call(caller, dialogue_heard(s->dialogue));
	s->begun = true;
	return start_pause(s, LOOK_MS);
}

static enum step
send_alert(void *self)
{
	struct session *s = self;

	wire_alert(s->wire, (int)session_present(s)->number);
	return session_next(s);
}

static enum step
finish(void *self)
{
	struct session *s = self;

	wire_finish(s->wire);
	return session_next(s);
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
		return passage_step(passage);
	machine_wake(s->machine);
	return STEP_WAIT;
}

static enum step
reply(void *self)
{
	struct session *s = self;
	enum passage passage = wire_write(s->wire, s->out.byte, s->out.length, &s->done);

	return passage == PASSAGE_OK ? session_resume(s) : passage_step(passage);
}

static enum step
say_last_words(void *self)
{
	struct session *s = self;
	enum passage passage = wire_write(s->wire, s->out.byte, s->out.length, &s->done);

	return passage == PASSAGE_OK ? machine_go(s->machine, CLOSE)
				     : passage_step(passage);
}

static enum step
close_wire(void *self)
{
	struct session *s = self;

	wire_finish(s->wire);
	return machine_go(s->machine, DRAIN);
}

const struct state action_states[] = {
	[ACT_EXPECT] = { "expecting an element", act_expect, LIMIT_MS },
	[ACT_EXPECT_TEXT] = { "expecting a text", act_expect_text, LIMIT_MS },
	[ACT_EXPECT_TLS] = { "expecting a TLS hello", act_expect_tls, LIMIT_MS },
	[ACT_SEND] = { "sending", send_text, LIMIT_MS },
	[ACT_DRIP] = { "dripping", drip, LIMIT_MS },
	[ACT_TLS] = { "in the TLS handshake", handshake, LIMIT_MS },
	[ACT_ANSWER] = { "noting an answer", note_answer, LIMIT_MS },
	[ACT_KNOW] = { "noting a key", note_answer, LIMIT_MS },
	[ACT_REFUSE] = { "looking at the client's name", refuse, LIMIT_MS },
	[ACT_STRANGER] = { "looking for a certificate", dismiss, LIMIT_MS },
	[ACT_SERVE] = { "serving", act_serve, LIMIT_MS },
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
