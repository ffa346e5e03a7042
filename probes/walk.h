/* What the connections to an endpoint ask before they are made, shared by walk.c and by
 * agreed.c. For these two only. */
#pragma once

#include "probes/session.h"

/* The members of a row that opens a connection. */
#define A_CONNECTION .begin = session_begin, .doing = session_doing, .end = session_end

/* The first observation of the probe at the endpoint that is it; NULL for none. */
const struct observation *walk_find(const struct partner *partner, const char *probe,
	const struct endpoint *endpoint, bool (*is_it)(const struct observation *));

/* Whether the stream came so far that a stranger could ask there. */
bool walk_may_ask(const struct partner *partner, const struct endpoint *endpoint);

/* Who we are can be proven only as the one who we are, and not to ourselves. */
bool walk_may_be_ourselves(const struct partner *partner);

/* As our server would, that was told what was agreed. */
bool walk_may_encrypt(const struct partner *partner);

/* We have a secret, and nothing that was agreed forbids dialback. */
bool walk_may_dial_back(const struct partner *partner, const struct plan *plan);

/* A further connection to each endpoint where it is due, once the session is over. */
void walk_wish(bool (*due)(const struct partner *, const struct endpoint *),
	const struct probe *probe, const struct partner *partner, struct plan *plan);
