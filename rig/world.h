/* A world: scenarios brought to life on one loop, under one name server and one
 * certificate authority. */
#pragma once

#include "base/loop.h"
#include "rig/scenario.h"

#include <stdio.h>

struct world;

struct world_plan {
	struct scenario **scenario;
	size_t scenarios;
	const char *directory; /* for ca.pem and client.pem */
	int port; /* the first; those behind it follow. 0: the system chooses */
	/* A domain that gets a certificate with its key, and is called; NULL: none. */
	const char *client;
};

/* NULL and *trouble, one line in the arena, when it cannot be made. */
struct world *world_open(struct loop *loop, struct arena *arena,
	const struct world_plan *plan, const char **trouble);
void world_close(struct world **world);

/* What a client must know: "resolver ADDRESS:PORT", "ca FILE", "client FILE" and "listen
 * ADDRESS:PORT" where there is a client and somebody who calls it, "partner DOMAIN
 * PERSONALITY what it teaches" for each scenario, "ready". */
void world_print(const struct world *world, FILE *out);
