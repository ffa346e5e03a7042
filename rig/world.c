/* The order matters: callers are there before the peers that call for them, and do nothing
 * before the loop runs; peers bind their ports first, because the zone names them; the name
 * server comes last, so that whoever gets an answer finds everything there. */
#include "rig/world.h"

#include "base/fatal.h"
#include "base/text.h"
#include "net/address.h"
#include "rig/ca.h"
#include "rig/caller.h"
#include "rig/listener.h"
#include "rig/nameserver.h"
#include "rig/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char nameserver_address[] = "127.0.0.1";

struct world {
	struct arena *arena;
	const struct world_plan *plan;
	struct premises premises;
	unsigned connections;
	int port; /* the next; 0: the system chooses */
	struct ca *ca;
	const char *ca_file, *client_file;
	struct zone *zone;
	struct nameserver *nameserver;
	struct peer **peer;
	size_t peers;
	struct caller **caller;
	size_t callers;
	struct callee callee;
	int kept; /* the socket that keeps its port; -1 for none */
	const char **trouble;
};

static bool
complain(struct world *w, const char *what, const char *whose)
{
	*w->trouble = arena_printf(w->arena, "%s: %s: %s", whose, what, strerror(errno));
	return false;
}

static int
take_port(struct world *w)
{
	return w->port == 0 ? 0 : w->port++;
}

/* The callers of a scenario, in its order; NULL and no trouble when nobody is called. */
static struct caller *const *
open_callers(struct world *w, const struct scenario *scenario)
{
	struct caller **caller;

	*w->trouble = NULL;
	if (w->plan->client == NULL || scenario->callers == 0)
		return NULL;
	caller = arena_alloc(w->arena, scenario->callers * sizeof(struct caller *));
	for (size_t i = 0; i < scenario->callers && *w->trouble == NULL; i++) {
		caller[i] = caller_open(&w->premises, scenario, &scenario->caller[i],
			&w->callee, w->callers);
		w->caller =
			arena_grow(w->arena, w->caller, w->callers, sizeof *w->caller);
		w->caller[w->callers++] = caller[i];
		*w->trouble = caller_equip(caller[i], w->arena, w->ca);
	}
	return caller;
}

static bool
open_peers(struct world *w, struct scenario *scenario)
{
	struct caller *const *caller = open_callers(w, scenario);

	if (*w->trouble != NULL)
		return false;
	for (size_t i = 0; i < scenario->peers; i++) {
		struct peer_plan *plan = &scenario->peer[i];
		struct peer *peer =
			peer_open(&w->premises, scenario, plan, take_port(w), caller);

		if (peer == NULL)
			return complain(w, "cannot listen",
				arena_printf(w->arena, "%s: peer %s", scenario->file,
					plan->name));
		w->peer = arena_grow(w->arena, w->peer, w->peers, sizeof *w->peer);
		w->peer[w->peers++] = peer;
		*w->trouble = peer_equip(peer, w->arena, w->ca);
		if (*w->trouble != NULL)
			return false;
	}
	return true;
}

static bool
add_records(
	struct world *w, const struct scenario *scenario, const struct zone_line *line)
{
	for (long n = 1; n <= line->times; n++) {
		const char *reason, *text = scenario_expand(w->arena, scenario,
					    line->text, line->line, n, w->trouble);

		if (text == NULL)
			return false;
		if ((reason = zone_add(w->zone, text, scenario->domain)) == NULL)
			continue;
		*w->trouble = arena_printf(
			w->arena, "%s:%d: %s", scenario->file, line->line, reason);
		return false;
	}
	return true;
}

/* A scenario without zone lines is about a domain that does not exist. */
static bool
fill_zone(struct world *w, const struct scenario *scenario)
{
	if (scenario->zones > 0)
		zone_begin(w->zone, scenario->domain);
	for (size_t i = 0; i < scenario->zones; i++)
		if (!add_records(w, scenario, &scenario->zone[i]))
			return false;
	for (size_t i = 0; i < scenario->faults; i++) {
		const char *reason =
			zone_add_fault(w->zone, &scenario->fault[i], scenario->domain);

		if (reason == NULL)
			continue;
		*w->trouble = arena_printf(w->arena, "%s: %s", scenario->file, reason);
		return false;
	}
	return true;
}

/* A good certificate for who tests, so that SASL EXTERNAL can be tried. */
static bool
equip_client(struct world *w)
{
	const char *name = arena_printf(w->arena, "dns:%s", w->plan->client);
	struct recipe recipe;

	recipe_begin(&recipe, w->arena, "client", 0);
	recipe.identity = &name;
	recipe.identities = 1;
	w->client_file = arena_printf(w->arena, "%s/client.pem", w->plan->directory);
	return identity_write(ca_issue(w->ca, &recipe), w->client_file) ||
	       complain(w, "cannot be written", w->client_file);
}

static bool
has_callers(const struct world_plan *plan)
{
	for (size_t i = 0; i < plan->scenarios; i++)
		if (plan->scenario[i]->callers > 0)
			return true;
	return false;
}

/* Where the client must listen. */
static bool
prepare_calls(struct world *w, int port)
{
	w->kept = socket_keep(nameserver_address, port);
	if (w->kept < 0)
		return complain(w, "cannot be kept", "the port of the listener");
	w->callee = (struct callee){ w->plan->client, nameserver_address,
		socket_port(w->kept) };
	return true;
}

static bool
build(struct world *w)
{
	const struct world_plan *plan = w->plan;
	int port = take_port(w);

	w->ca_file = arena_printf(w->arena, "%s/ca.pem", plan->directory);
	if (!ca_write(w->ca, w->ca_file))
		return complain(w, "cannot be written", w->ca_file);
	if (plan->client != NULL && !equip_client(w))
		return false;
	if (plan->client != NULL && has_callers(plan) && !prepare_calls(w, take_port(w)))
		return false;
	for (size_t i = 0; i < plan->scenarios; i++)
		if (!open_peers(w, plan->scenario[i]) || !fill_zone(w, plan->scenario[i]))
			return false;
	w->nameserver = nameserver_open(
		w->premises.loop, w->zone, nameserver_address, port, &w->connections);
	return w->nameserver != NULL || complain(w, "cannot listen", "the name server");
}

struct world *
world_open(struct loop *loop, struct arena *arena, const struct world_plan *plan,
	const char **trouble)
{
	struct world *w = calloc(1, sizeof *w);

	if (w == NULL)
		fatal("out of memory");
	w->arena = arena;
	w->plan = plan;
	w->kept = -1;
	w->premises = (struct premises){ loop, &w->connections };
	w->port = plan->port;
	w->trouble = trouble;
	w->ca = ca_open();
	w->zone = zone_open();
	if (!build(w))
		world_close(&w);
	return w;
}

void
world_close(struct world **world)
{
	struct world *w = *world;

	if (w == NULL)
		return;
	nameserver_close(&w->nameserver);
	for (size_t i = 0; i < w->peers; i++)
		peer_close(&w->peer[i]);
	for (size_t i = 0; i < w->callers; i++)
		caller_close(&w->caller[i]);
	if (w->kept >= 0)
		close(w->kept);
	zone_close(&w->zone);
	ca_close(&w->ca);
	free(w);
	*world = NULL;
}

void
world_print(const struct world *w, FILE *out)
{
	fprintf(out, "resolver %s:%d\n", nameserver_address,
		nameserver_port(w->nameserver));
	fprintf(out, "ca %s\n", w->ca_file);
	if (w->client_file != NULL)
		fprintf(out, "client %s\n", w->client_file);
	if (w->kept >= 0)
		fprintf(out, "listen %s:%d\n", w->callee.address, w->callee.port);
	for (size_t i = 0; i < w->plan->scenarios; i++) {
		const struct scenario *s = w->plan->scenario[i];

		fprintf(out, "partner %s %s %s\n", s->domain, s->name, s->teaches);
	}
	fputs("ready\n", out);
	fflush(out);
}
