/* The order matters: peers bind their ports first, because the zone names them; the name
 * server comes last, so that whoever gets an answer finds everything there. */
#include "rig/world.h"

#include "base/fatal.h"
#include "base/text.h"
#include "rig/ca.h"
#include "rig/nameserver.h"
#include "rig/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static bool
open_peers(struct world *w, struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->peers; i++) {
		struct peer_plan *plan = &scenario->peer[i];
		struct peer *peer = peer_open(&w->premises, scenario, plan, take_port(w));

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
build(struct world *w)
{
	const struct world_plan *plan = w->plan;
	int port = take_port(w);

	w->ca_file = arena_printf(w->arena, "%s/ca.pem", plan->directory);
	if (!ca_write(w->ca, w->ca_file))
		return complain(w, "cannot be written", w->ca_file);
	if (plan->client != NULL && !equip_client(w))
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
	for (size_t i = 0; i < w->plan->scenarios; i++) {
		const struct scenario *s = w->plan->scenario[i];

		fprintf(out, "partner %s %s %s\n", s->domain, s->name, s->teaches);
	}
	fputs("ready\n", out);
	fflush(out);
}
