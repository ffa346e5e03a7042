/* A connection, on which a play is played to the other side. */
#pragma once

#include "rig/dialogue.h"

struct session;

/* The descriptor goes with the session; `heard` is NULL for none, and is copied. `ended`
 * comes once, from the loop, and closes the session. */
struct session *session_open(const struct play *play, int fd, const struct heard *heard,
	void (*ended)(void *self, struct session *session), void *self);
void session_close(struct session **session);
