/* One connection to one endpoint as a probe: how it begins, and how it ends. What comes
 * between is initiate.c's. */
#include "probes/session.h"

#include "base/fatal.h"
#include "net/random.h"
#include "probes/exchange.h"

#include <stdlib.h>

/* The longest that a whole connection may take: the patience of the Lync gateway
 * (StreamEstablishmentTimeout). */
enum { ATTEMPT_MS = 60000 };

static void
ended(void *self, enum ending ending)
{
	struct session *s = self;
	unsigned state = machine_state(s->machine);

	timer_close(&s->patience);
	if (ending == ENDED_TIMED_OUT && state == CONNECT)
		s->connect.failure = CONNECT_TIMED_OUT;
	if (ending == ENDED_TIMED_OUT)
		missed(s, state == END ? OUTCOME_OK : OUTCOME_TIMED_OUT,
			machine_label(s->machine));
	/* Silence is a lawful answer to a question: nothing is wrong with the stream. */
	if (ending == ENDED_TIMED_OUT &&
		(state == VERIFY || state == RESULT || state == LATE_RESULT ||
			state == PING || state == EXCHANGE))
		session_leave_at_once(s);
	work_done(s->work);
}

static void
out_of_patience(void *self)
{
	struct session *s = self;

	ended(s, ENDED_TIMED_OUT);
	machine_close(&s->machine);
}

/* A name of our own for each connection: a server may remember who was asked for. */
static const char *
nobody(struct arena *arena)
{
	return arena_printf(arena, "nobody-%s.invalid", random_hex(arena, 6));
}

void
session_begin(struct work *work)
{
	struct session *s = calloc(1, sizeof *s);
	const struct asked *asked = work->partner->asked;
	const char *domain = work->partner->domain.unicode;

	if (s == NULL)
		fatal("out of memory");
	work->state = s;
	s->work = work;
	s->walk = work->task->probe->walk;
	s->question = s->walk->question;
	s->arena = arena_open();
	/* A server refuses a stream from a domain that it hosts itself. */
	s->from = s->walk->from_nobody || work->partner->role == ROLE_OWN
			  ? asked->probe_name
			  : asked->from;
	if (work->task->from != NULL)
		s->from = work->task->from;
	s->to = s->walk->to_nobody ? nobody(s->arena) : domain;
	s->about = s->walk->about_nobody ? nobody(s->arena) : s->to;
	s->foreign = nobody(s->arena);
	if (work->task->key != NULL)
		hiding_add(&s->hiding, work->task->key);
	s->conn = conn_open();
	if (s->walk->external != EXTERNAL_NEVER)
		conn_present(s->conn, work->credentials->certificate);
	s->phase = PHASE_PLAIN;
	s->began = plan_now(work->plan);
	s->out = "";
	s->machine = machine_open(work->loop, session_states, CONNECT, ended, s);
	if (asked->timeout != 0)
		machine_limit(s->machine, (unsigned)asked->timeout * 1000);
	s->patience = timer_open(work->loop,
		work->credentials->secret && asked->depth == DEPTH_DEEP
			? ATTEMPT_MS + LATE_RESULT_MS
			: ATTEMPT_MS,
		out_of_patience, s);
}

void
session_end(struct work *work)
{
	struct session *s = work->state;

	exchange_end(s);
	timer_close(&s->patience);
	machine_close(&s->machine);
	stream_close(&s->stream);
	conn_close(&s->conn);
	arena_close(&s->arena);
	free(s);
	work->state = NULL;
}

const char *
session_doing(const struct work *work, int64_t *since)
{
	const struct session *s = work->state;

	*since = machine_since(s->machine);
	return machine_label(s->machine);
}
