/* Listens, and gives each client a session of the same play. */
#include "rig/peer.h"

#include "base/fatal.h"
#include "rig/listener.h"
#include "rig/relay.h"
#include "rig/session.h"

#include <stdlib.h>
#include <string.h>

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
	peer->session[peer->sessions++] = session_open(&peer->play, fd, on_ended, peer);
}

struct peer *
peer_open(const struct premises *premises, const struct scenario *scenario,
	struct peer_plan *plan, int port)
{
	struct peer *peer = calloc(1, sizeof *peer);

	if (peer == NULL)
		fatal("out of memory");
	peer->premises = premises;
	peer->scenario = scenario;
	peer->delay_ms = plan->delay_ms;
	peer->play =
		(struct play){ premises->loop, scenario->domain, &plan->script, NULL };
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
	for (size_t i = 0; p->play.server != NULL && i < p->play.script->actions; i++)
		tls_server_close(&p->play.server[i]);
	free(p->play.server);
	free(p);
	*peer = NULL;
}

/* A copy of the recipe with the variables put into its names, and the repeated ones
 * written out; NULL and *trouble when a variable is unknown. */
static const struct recipe *
expand_recipe(struct arena *arena, const struct scenario *scenario,
	const struct recipe *recipe, const char **trouble)
{
	struct recipe *done = arena_copy(arena, recipe, sizeof *recipe);
	size_t count = 0;

	done->identities = recipe->identities * (size_t)recipe->times;
	done->identity = arena_alloc(arena, done->identities * sizeof *done->identity);
	for (long n = 1; n <= recipe->times; n++)
		for (size_t i = 0; i < recipe->identities; i++) {
			struct bytes text = { recipe->identity[i],
				strlen(recipe->identity[i]) };

			done->identity[count] = scenario_expand(
				arena, scenario, text, recipe->line, n, trouble);
			if (done->identity[count++] == NULL)
				return NULL;
		}
	return done;
}

static const char *
equip_step(struct peer *peer, struct arena *arena, struct ca *ca, size_t i)
{
	const struct tls_plan *plan = &peer->play.script->action[i].tls;
	const struct identity *identity;
	const struct recipe *recipe;
	const char *trouble;

	recipe = expand_recipe(arena, peer->scenario, plan->recipe, &trouble);
	if (recipe == NULL)
		return trouble;
	identity = ca_issue(ca, recipe);
	if (identity == NULL)
		return arena_printf(arena, "%s:%d: this certificate cannot be made",
			peer->scenario->file, plan->recipe->line);
	peer->play.server[i] = tls_server_open(identity, plan);
	if (peer->play.server[i] == NULL)
		return arena_printf(arena, "%s:%d: OpenSSL refuses these TLS options",
			peer->scenario->file, peer->play.script->action[i].line);
	return NULL;
}

const char *
peer_equip(struct peer *peer, struct arena *arena, struct ca *ca)
{
	const struct script *script = peer->play.script;
	const char *trouble = NULL;

	peer->play.server = calloc(script->actions + 1, sizeof *peer->play.server);
	if (peer->play.server == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < script->actions && trouble == NULL; i++)
		if (script->action[i].kind == ACT_TLS)
			trouble = equip_step(peer, arena, ca, i);
	return trouble;
}
