/* A scripted s2s peer: one listening socket, and a session for each client. */
#pragma once

#include "base/loop.h"
#include "rig/play.h"

struct peer;

/* What the peers and callers of a world share. */
struct premises {
	struct loop *loop;
	unsigned *connections; /* of all of them */
};

/* Begins to listen and fills plan->port; plan, scenario and the scenario's callers (NULL
 * where nobody is called) stay the owner's. NULL with errno when the port cannot be had. */
struct peer *peer_open(const struct premises *premises, const struct scenario *scenario,
	struct peer_plan *plan, int port, struct caller *const *caller);
void peer_close(struct peer **peer);

/* Makes the certificates that the script needs, which must be before a client comes.
 * NULL when it is done, or else the reason with its place. */
const char *peer_equip(struct peer *peer, struct arena *arena, struct ca *ca);
