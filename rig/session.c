/* Plays a script to the other side, whichever of them called, within a time limit for each
 * step and one for the connection. */
#include "rig/session.h"

#include "base/fatal.h"
#include "rig/action.h"

#include <stdlib.h>

const struct action *
session_present(const struct session *s)
{
	return &s->play->script->action[s->at];
}

enum step
session_resume(struct session *s)
{
	bool over = s->at == s->play->script->actions;

	return machine_go(s->machine, over ? CLOSE : (unsigned)session_present(s)->kind);
}

enum step
session_next(struct session *s)
{
	s->at++;
	s->begun = false;
	s->round = 0;
	return session_resume(s);
}

enum step
passage_step(enum passage passage)
{
	return passage == PASSAGE_READ    ? STEP_READ
	       : passage == PASSAGE_WRITE ? STEP_WRITE
					  : STEP_DONE;
}

void
session_compose(struct session *s, struct bytes text)
{
	s->out = dialogue_compose(s->dialogue, text);
	s->done = 0;
}

void
session_open_stream(struct session *s)
{
	stream_close(&s->stream);
	s->stream = stream_open(s->arena, wire_is_tls(s->wire) ? PHASE_TLS : PHASE_PLAIN);
	s->greeted = false;
}

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
	session_open_stream(s);
	if (play->script->actions > 0)
		first = (unsigned)play->script->action[0].kind;
	s->machine = machine_open(play->loop, action_states, first, on_ended, s);
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
