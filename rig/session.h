/* A client of a peer, to whom the script is played. */
#pragma once

#include "base/loop.h"
#include "rig/scenario.h"
#include "rig/wire.h"

struct session;

/* What is played, to each client the same. */
struct play {
	struct loop *loop;
	const char *domain;
	const struct script *script;
	struct tls_server **server; /* for each step; NULL where it does no TLS */
};

/* The descriptor goes with the session. `ended` comes once, from the loop, and closes
 * the session. */
struct session *session_open(const struct play *play, int fd,
	void (*ended)(void *self, struct session *session), void *self);
void session_close(struct session **session);
