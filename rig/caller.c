/* Dials, one connection after the other, and gives each a session of the same play. Who
 * listens may come later than we: then we try again. */
#include "rig/caller.h"

#include "base/fatal.h"
#include "rig/listener.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* At once, so that there is room for the others; how long until the next try, and how far
 * those of two callers are apart: who listens need not let many in at the same moment. */
enum { MAX_CALLS_AT_ONCE = 64, AGAIN_MS = 3000, APART_MS = 50, HOSTS = 250 };

struct caller {
	const struct premises *premises;
	const struct scenario *scenario;
	const struct callee *callee;
	char address[INET_ADDRSTRLEN];
	struct play play;
	long left; /* calls to make */
	struct arena *arena;
	const struct heard *heard; /* for them; NULL for none */
	int fd;                    /* of the one that is being made; -1 for none */
	struct watch *watch;
	struct timer *again;
	struct session *session[MAX_CALLS_AT_ONCE];
	size_t sessions;
};

static void dial(void *self);

static void
dial_again(struct caller *c, long ms)
{
	timer_close(&c->again);
	if (c->left > 0 && c->sessions < MAX_CALLS_AT_ONCE)
		c->again = timer_open(c->premises->loop, ms, dial, c);
}

static void
on_ended(void *self, struct session *session)
{
	struct caller *c = self;
	size_t i = 0;

	while (c->session[i] != session)
		i++;
	c->session[i] = c->session[--c->sessions];
	--*c->premises->connections;
	session_close(&session);
	if (c->fd < 0)
		dial_again(c, 0);
}

static void
give_up(struct caller *c)
{
	watch_close(&c->watch);
	close(c->fd);
	c->fd = -1;
	dial_again(c, AGAIN_MS);
}

static void
on_connected(void *self, unsigned events)
{
	struct caller *c = self;
	int error = 0, fd = c->fd;
	socklen_t length = sizeof error;

	(void)events;
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0 ||
		*c->premises->connections >= MAX_CONNECTIONS) {
		give_up(c);
		return;
	}
	watch_close(&c->watch);
	c->fd = -1;
	c->left--;
	++*c->premises->connections;
	c->session[c->sessions++] = session_open(&c->play, fd, c->heard, on_ended, c);
	dial_again(c, 0);
}

static void
dial(void *self)
{
	struct caller *c = self;

	timer_close(&c->again);
	c->fd = socket_dial(c->address, c->callee->address, c->callee->port);
	if (c->fd < 0)
		dial_again(c, AGAIN_MS);
	else
		c->watch =
			watch_open(c->premises->loop, c->fd, LOOP_WRITE, on_connected, c);
}

struct caller *
caller_open(const struct premises *premises, const struct scenario *scenario,
	const struct caller_plan *plan, const struct callee *callee, size_t turn)
{
	struct caller *c = calloc(1, sizeof *c);

	if (c == NULL)
		fatal("out of memory");
	c->premises = premises;
	c->scenario = scenario;
	c->callee = callee;
	/* Limits are counted by address, so each has its own, as on the Internet. */
	snprintf(c->address, sizeof c->address, "127.1.%zu.%zu", turn / HOSTS % HOSTS,
		turn % HOSTS + 1);
	if (plan->address != NULL)
		snprintf(c->address, sizeof c->address, "%s", plan->address);
	c->play = (struct play){ .loop = premises->loop,
		.domain = scenario->domain,
		.callee = callee->domain,
		.script = &plan->script };
	c->fd = -1;
	c->left = plan->called_for ? 0 : plan->times;
	dial_again(c, (long)turn * APART_MS);
	return c;
}

void
caller_close(struct caller **caller)
{
	struct caller *c = *caller;

	if (c == NULL)
		return;
	c->left = 0;
	watch_close(&c->watch);
	timer_close(&c->again);
	if (c->fd >= 0)
		close(c->fd);
	while (c->sessions > 0)
		on_ended(c, c->session[c->sessions - 1]);
	play_clear(&c->play);
	arena_close(&c->arena);
	free(c);
	*caller = NULL;
}

const char *
caller_equip(struct caller *caller, struct arena *arena, struct ca *ca)
{
	return play_equip(&caller->play, caller->scenario, arena, ca);
}

void
caller_call(struct caller *c, const struct heard *heard)
{
	arena_close(&c->arena);
	c->arena = arena_open();
	c->heard = arena_copy(c->arena,
		&(struct heard){ arena_strdup(c->arena, heard->from),
			arena_strdup(c->arena, heard->key),
			arena_strdup(c->arena, heard->stream),
			arena_strdup(c->arena, heard->asked) },
		sizeof *heard);
	c->left = 1;
	if (c->fd < 0)
		dial_again(c, 0);
}

bool
caller_is_busy(const struct caller *c)
{
	return c->left > 0 || c->fd >= 0 || c->sessions > 0;
}
