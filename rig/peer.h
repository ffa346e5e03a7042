/* A scripted s2s peer: one listening socket, and a session for each client. */
#pragma once

#include "base/loop.h"
#include "rig/ca.h"
#include "rig/scenario.h"

struct peer;

/* What the peers of a world share. */
struct premises {
	struct loop *loop;
	unsigned *connections; /* of all listeners */
};

/* Begins to listen and fills plan->port; plan and scenario stay the caller's. NULL with
 * errno when the port cannot be had. */
struct peer *peer_open(const struct premises *premises, const struct scenario *scenario,
	struct peer_plan *plan, int port);
void peer_close(struct peer **peer);

/* Makes the certificates that the script needs, which must be before a client comes.
 * NULL when it is done, or else the reason with its place. */
const char *peer_equip(struct peer *peer, struct arena *arena, struct ca *ca);
