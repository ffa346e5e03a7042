/* Listens, and gives each client a session of the same play. */
#include "rig/peer.h"

#include "base/fatal.h"
#include "rig/listener.h"
#include "rig/relay.h"
#include "rig/session.h"

#include <stdlib.h>

struct peer {
	const struct premises *premises;
	const struct scenario *scenario;
	struct listener *listener;
	struct play play;
	long delay_ms;
	struct session *session[MAX_CONNECTIONS];
	size_t sessions;
	struct relay *relay[MAX_CONNECTIONS];
	size_t relays;
};

static void
on_ended(void *self, struct session *session)
{
	struct peer *peer = self;
	size_t i = 0;

	while (peer->session[i] != session)
		i++;
	peer->session[i] = peer->session[--peer->sessions];
	--*peer->premises->connections;
	session_close(&session);
}

static void
on_relay_ended(void *self, struct relay *relay)
{
	struct peer *peer = self;
	size_t i = 0;

	while (peer->relay[i] != relay)
		i++;
	peer->relay[i] = peer->relay[--peer->relays];
	--*peer->premises->connections;
	relay_close(&relay);
}

/* There is room: the listener counts, and a relay counts as one connection more. */
static void
on_client(void *self, int fd)
{
	struct peer *peer = self;

	if (peer->delay_ms != 0) {
		++*peer->premises->connections;
		peer->relay[peer->relays++] = relay_open(peer->premises->loop, fd,
			peer->delay_ms, &fd, on_relay_ended, peer);
	}
	peer->session[peer->sessions++] =
		session_open(&peer->play, fd, NULL, on_ended, peer);
}

struct peer *
peer_open(const struct premises *premises, const struct scenario *scenario,
	struct peer_plan *plan, int port, struct caller *const *caller)
{
	struct peer *peer = calloc(1, sizeof *peer);

	if (peer == NULL)
		fatal("out of memory");
	peer->premises = premises;
	peer->scenario = scenario;
	peer->delay_ms = plan->delay_ms;
	peer->play = (struct play){ .loop = premises->loop,
		.domain = scenario->domain,
		.script = &plan->script,
		.caller = caller };
	peer->listener = listener_open(premises->loop, plan->address, port,
		plan->presence, premises->connections, on_client, peer);
	if (peer->listener == NULL) {
		free(peer);
		return NULL;
	}
	plan->port = listener_port(peer->listener);
	return peer;
}

void
peer_close(struct peer **peer)
{
	struct peer *p = *peer;

	if (p == NULL)
		return;
	listener_close(&p->listener);
	while (p->sessions > 0)
		on_ended(p, p->session[p->sessions - 1]);
	while (p->relays > 0)
		on_relay_ended(p, p->relay[p->relays - 1]);
	play_clear(&p->play);
	free(p);
	*peer = NULL;
}

const char *
peer_equip(struct peer *peer, struct arena *arena, struct ca *ca)
{
	return play_equip(&peer->play, peer->scenario, arena, ca);
}
