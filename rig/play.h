/* What is played on a connection: a script, and all that it needs. */
#pragma once

#include "base/loop.h"
#include "rig/ca.h"
#include "rig/scenario.h"
#include "rig/wire.h"

struct caller;

struct play {
	struct loop *loop;
	const char *domain; /* whose the script is */
	const char *callee; /* whom it calls; NULL: it is called */
	const struct script *script;
	struct tls_end **end;         /* for each step; NULL where it does no TLS */
	struct caller *const *caller; /* of the scenario; NULL where nobody is called */
};

/* Makes the certificates that the script needs. NULL when it is done, or else the reason
 * with its place. play_clear() gives them back. */
const char *play_equip(struct play *play, const struct scenario *scenario,
	struct arena *arena, struct ca *ca);
void play_clear(struct play *play);
