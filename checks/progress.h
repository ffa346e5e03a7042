/* How far we came at an endpoint, for the checks that look at all of them. */
#pragma once

#include "checks/check.h"

/* In the order of the phases. */
enum progress {
	PROGRESS_UNTRIED,   /* says nothing of the partner */
	PROGRESS_NO_ROUTE,  /* nor does this: our host has no route of that family */
	PROGRESS_UNSEEN,    /* nor this: our own server, seen from inside our network */
	PROGRESS_NOWHERE,   /* no TCP connection */
	PROGRESS_CONNECTED, /* but no stream */
	PROGRESS_STREAM,    /* but no features */
	PROGRESS_WORKING
};

/* The same inquiry about one endpoint; what is cited goes to the same finding. */
struct inquiry inquiry_at(const struct inquiry *q, const struct endpoint *endpoint);

/* Cites what it rests on. */
enum progress progress_at(struct inquiry *q, const struct endpoint *endpoint);

/* Tried, judged, and no XMPP server to work with. */
bool progress_is_dead(enum progress progress);

/* Where it ended, for an endpoint that is dead: "connection refused". */
const char *progress_words(struct inquiry *q, const struct endpoint *endpoint);

/* Why nothing can be said of an endpoint that is neither dead nor working, for skipped();
 * NULL when it was not tried. */
const char *progress_unknown(const struct endpoint *endpoint, enum progress progress);

/* Our end of the connection without its port: "192.0.2.1", "2001:db8::1"; or NULL. */
const char *our_address(struct arena *arena, const struct connect_fact *fact);

/* "connection refused", or NULL for CONNECT_FINE. */
const char *connect_words(enum connect_failure failure);

/* Whether our host has a route for the family: one connection anywhere shows it. */
bool progress_has_route(struct inquiry *q, bool ipv6);

/* For skipped(): why a family cannot be judged from here. */
const char *progress_no_route(bool ipv6);
