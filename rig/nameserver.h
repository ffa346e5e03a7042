/* The name server: a zone on UDP and TCP. */
#pragma once

#include "base/loop.h"
#include "rig/zone.h"

struct nameserver;

/* Port 0 lets the system choose one that is free for both. The zone stays the caller's.
 * NULL with errno when the port cannot be had. */
struct nameserver *nameserver_open(struct loop *loop, const struct zone *zone,
	const char *address, int port, unsigned *connections);
void nameserver_close(struct nameserver **nameserver);

int nameserver_port(const struct nameserver *nameserver);
