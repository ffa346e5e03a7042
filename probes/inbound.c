/* Those who call: how their connections begin, how they end, and which of them there are.
 * What comes between is accept.c's. */
#include "probes/inbound.h"

#include "base/fatal.h"
#include "net/acceptor.h"
#include "net/tcp.h"
#include "probes/caller.h"

#include <stdlib.h>

/* The longest that one connection is kept: a server that has nothing to say leaves its
 * stream open for hours, and nothing more is to be learnt from that. */
enum { PATIENCE_MS = 180000 };

struct inbound {
	struct hosting hosting;
	struct acceptor *acceptor;
	struct caller *first;
};

static const struct probe inbound_probe = { .name = "inbound" };

/* --- the end -------------------------------------------------------------------------- */

/* It is not on the list any more when it is told of. */
static void
finish(struct caller *c)
{
	struct caller **link = &c->inbound->first;
	size_t before;

	while (*link != c)
		link = &(*link)->next;
	*link = c->next;
	if (c->asking)
		plan_recall(c->work.plan, &c->errand);
	acceptor_leave(c->inbound->acceptor, c->fact.address);
	if (c->work.partner != NULL) {
		journal_kind(c->work.partner->journal, FACT_INBOUND, &before);
		c->fact.attempt = (int)before + 1;
	}
	caller_saw(c, OUTCOME_OK, c->fact.ended, FACT_INBOUND, &c->fact);
	c->hosting->ended(c->hosting->self, c->work.partner, caller_fact(c));
	timer_close(&c->patience);
	machine_close(&c->machine);
	stream_close(&c->stream);
	conn_close(&c->conn);
	arena_close(&c->arena);
	free(c);
}

/* What can be said without waiting is said. */
static void
finish_at_once(struct caller *c, const char *condition, const char *ended)
{
	caller_end(c, ended);
	if (machine_state(c->machine) != LEAVING &&
		machine_state(c->machine) != ACCEPTING && c->id != NULL) {
		if (condition != NULL)
			caller_refuse(c, condition, NULL);
		else
			caller_leave(c, ended);
	}
	if (conn_write(c->conn, c->out, c->out_length, &c->out_done) == FLOW_OK)
		conn_shutdown(c->conn);
	finish(c);
}

static void
time_out(struct caller *c)
{
	unsigned state = machine_state(c->machine);

	if (state == ACCEPTING)
		caller_saw_tls(c, OUTCOME_TIMED_OUT, machine_label(c->machine));
	if (state == VERIFYING)
		receive_no_verdict(c);
	/* RFC 6120, 4.9.3.4; who proved its name has every right to be silent. */
	/* Who has ended its stream owes nothing more. */
	if (c->fact.ended == NULL)
		c->fact.awaited = machine_label(c->machine);
	finish_at_once(c,
		c->authenticated || c->fact.verify_came ? NULL : "connection-timeout",
		state == GREETING    ? "no stream header came in time"
		: state == HEARING   ? "nothing more came, and we closed the stream"
		: state == LEAVING   ? "the stream was not closed in return"
		: state == ACCEPTING ? "the TLS handshake was not finished in time"
				     : "the partner kept silent");
}

static void
ended(void *self, enum ending ending)
{
	struct caller *c = self;

	if (ending == ENDED_TIMED_OUT)
		time_out(c);
	else
		finish(c);
}

static void
out_of_patience(void *self)
{
	time_out(self);
}

/* --- the beginning -------------------------------------------------------------------- */

static void
accepted(void *self, int fd, const char *address, int port)
{
	struct inbound *inbound = self;
	const struct probing *probing = inbound->hosting.probing;
	struct caller *c = calloc(1, sizeof *c);

	if (c == NULL)
		fatal("out of memory");
	c->inbound = inbound;
	c->hosting = &inbound->hosting;
	c->arena = arena_open();
	c->conn = conn_adopt(fd);
	if (c->hosting->probing->credentials.certificate != NULL)
		conn_present(c->conn, c->hosting->probing->credentials.certificate);
	c->phase = PHASE_PLAIN;
	c->stream = stream_open(c->arena, c->phase);
	c->out = arena_strdup(c->arena, "");
	c->began = loop_now(probing->loop);
	c->task.probe = &inbound_probe;
	c->work = (struct work){ .loop = probing->loop,
		.resolver = probing->resolver,
		.tls = probing->tls,
		.task = &c->task };
	c->fact.address = arena_strdup(c->arena, address);
	c->fact.port = port;
	c->fact.local = tcp_local(fd, c->arena);
	c->fact.direct = c->hosting->direct;
	c->machine = machine_open(probing->loop, caller_states,
		c->hosting->direct ? ACCEPTING : GREETING, ended, c);
	machine_watch(c->machine, fd);
	c->patience = timer_open(probing->loop, PATIENCE_MS, out_of_patience, c);
	c->next = inbound->first;
	inbound->first = c;
}

struct inbound *
inbound_open(const struct hosting *hosting, const char *address, int port)
{
	struct inbound *inbound = calloc(1, sizeof *inbound);

	if (inbound == NULL)
		fatal("out of memory");
	inbound->hosting = *hosting;
	inbound->acceptor =
		acceptor_open(hosting->probing->loop, address, port, accepted, inbound);
	if (inbound->acceptor != NULL)
		return inbound;
	free(inbound);
	return NULL;
}

void
inbound_dismiss(struct inbound *inbound, const struct partner *partner)
{
	struct caller *next;

	for (struct caller *c = inbound->first; c != NULL; c = next) {
		next = c->next;
		if (partner == NULL || c->work.partner == partner)
			finish_at_once(c, "system-shutdown", "we were done");
	}
}

void
inbound_close(struct inbound **inbound)
{
	if (*inbound == NULL)
		return;
	inbound_dismiss(*inbound, NULL);
	acceptor_close(&(*inbound)->acceptor);
	free(*inbound);
	*inbound = NULL;
}

/* For people: who has proved its name may be silent as long as it likes. */
static const char *
what_goes_on(const struct caller *c)
{
	return c->authenticated && machine_state(c->machine) == HEARING
		       ? "authenticated, idle"
		       : machine_label(c->machine);
}

bool
inbound_doing(
	const struct inbound *inbound, const struct partner *partner, struct doing *doing)
{
	for (const struct caller *c = inbound->first; c != NULL; c = c->next)
		if (c->work.partner == partner) {
			doing->what = what_goes_on(c);
			doing->since = machine_since(c->machine);
			return true;
		}
	return false;
}

int
inbound_port(const struct inbound *inbound)
{
	return acceptor_port(inbound->acceptor);
}

unsigned
inbound_turned_away(const struct inbound *inbound)
{
	return acceptor_turned_away(inbound->acceptor);
}
