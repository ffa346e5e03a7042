/* Partners being probed: the doors to the network that all of them share, and as many at a
 * time as there are descriptors for. check begins them one after the other, watch again and
 * again. */
#pragma once

#include "commands/options.h"

struct visits;
struct visit;

/* Opens the doors, as `asked` wants them; who we are and how many partners at a time are in
 * the settings, and where we listen, which asked->listen tells then. NULL and one line on stderr when the resolver or the trust store cannot be
 * used. */
struct visits *visits_open(
	struct loop *loop, struct asked *asked, const struct settings *settings);

/* When all visits are closed. */
void visits_close(struct visits **visits);

/* Partners that came back to us and were not let in: too many came at once. */
unsigned visits_turned_away(const struct visits *visits);

bool visits_have_room(const struct visits *visits);
size_t visits_running(const struct visits *visits);

/* What the one that has been under way for longest is doing; false when none is. */
bool visits_doing(const struct visits *visits, struct doing *doing);

/* Begins to probe the partner. `ended` comes once, from the loop, when the partner is
 * finished and judged; it may close the visit, and open others. */
struct visit *visit_open(struct visits *visits, struct partner *partner,
	void (*ended)(void *self), void *self);

/* Also one that goes on: what was seen stays in the journal, and nobody has judged it. */
void visit_close(struct visit **visit);

bool visit_doing(const struct visit *visit, struct doing *doing);
