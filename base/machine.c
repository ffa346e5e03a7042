/* The only place where a state table meets the event loop. */
#include "base/machine.h"

#include "base/fatal.h"

#include <stdlib.h>

struct machine {
	struct loop *loop;
	const struct state *states;
	unsigned state, limit_ms;
	int64_t since;
	struct watch *watch;
	struct timer *wake, *limit;
	void (*ended)(void *self, enum ending ending);
	void *self;
};

static void run(void *arg);
static void time_out(void *arg);

static void
start_limit(struct machine *m)
{
	unsigned ms = m->states[m->state].limit_ms;

	if (ms != 0 && m->limit_ms != 0)
		ms = m->limit_ms;
	timer_close(&m->limit);
	if (ms != 0 && m->wake != NULL) /* there is none after the end */
		m->limit = timer_open(m->loop, ms, time_out, m);
}

struct machine *
machine_open(struct loop *loop, const struct state *states, unsigned first,
	void (*ended)(void *, enum ending), void *self)
{
	struct machine *m = calloc(1, sizeof *m);

	if (m == NULL)
		fatal("out of memory");
	m->loop = loop;
	m->states = states;
	m->ended = ended;
	m->self = self;
	m->wake = timer_open(loop, 0, run, m);
	machine_go(m, first);
	return m;
}

void
machine_close(struct machine **machine)
{
	struct machine *m = *machine;

	if (m == NULL)
		return;
	watch_close(&m->watch);
	timer_close(&m->wake);
	timer_close(&m->limit);
	free(m);
	*machine = NULL;
}

enum step
machine_go(struct machine *m, unsigned state)
{
	m->state = state;
	m->since = loop_now(m->loop);
	start_limit(m);
	return STEP_AGAIN;
}

/* Nothing moves any more; whoever is told may close the machine. */
static void
end(struct machine *m, enum ending ending)
{
	timer_close(&m->limit);
	timer_close(&m->wake);
	watch_close(&m->watch);
	m->ended(m->self, ending);
}

static void
time_out(void *arg)
{
	end(arg, ENDED_TIMED_OUT);
}

static void
run(void *arg)
{
	struct machine *m = arg;
	enum step step;

	if (m->watch != NULL)
		watch_set(m->watch, 0);
	do
		step = m->states[m->state].act(m->self);
	while (step == STEP_AGAIN);

	if (step == STEP_DONE)
		end(m, ENDED_DONE);
	else if (step == STEP_READ)
		watch_set(m->watch, LOOP_READ);
	else if (step == STEP_WRITE)
		watch_set(m->watch, LOOP_WRITE);
}

static void
ready(void *arg, unsigned events)
{
	(void)events;
	run(arg);
}

void
machine_watch(struct machine *m, int fd)
{
	watch_close(&m->watch);
	if (fd >= 0)
		m->watch = watch_open(m->loop, fd, 0, ready, m);
}

void
machine_wake(struct machine *m)
{
	if (m->wake != NULL)
		timer_set(m->wake, 0);
}

void
machine_limit(struct machine *m, unsigned ms)
{
	m->limit_ms = ms;
	start_limit(m);
}

unsigned
machine_state(const struct machine *m)
{
	return m->state;
}

const char *
machine_label(const struct machine *m)
{
	return m->states[m->state].label;
}

int64_t
machine_since(const struct machine *m)
{
	return m->since;
}
