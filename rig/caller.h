/* A scripted caller: connects to whoever listens as the domain that is tested, and plays its
 * script from the side that calls. */
#pragma once

#include "rig/peer.h"
#include "rig/session.h"

struct caller;

/* Who is called, where. */
struct callee {
	const char *domain, *address;
	int port;
};

/* Unless a peer calls for it, it tries every few moments until somebody listens, and then
 * calls as often as its plan says. `turn` counts the callers of a world. All that is given
 * stays the owner's. */
struct caller *caller_open(const struct premises *premises,
	const struct scenario *scenario, const struct caller_plan *plan,
	const struct callee *callee, size_t turn);
void caller_close(struct caller **caller);

/* As peer_equip(). */
const char *caller_equip(struct caller *caller, struct arena *arena, struct ca *ca);

/* Calls now, with the words that a peer has heard. */
void caller_call(struct caller *caller, const struct heard *heard);

/* Whether a call is under way, or is still to be made. */
bool caller_is_busy(const struct caller *caller);
