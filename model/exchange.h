/* Stanzas after authentication: how they could be sent, and what became of them. Pure
 * functions over the journal. */
#pragma once

#include "model/endpoint.h"
#include "model/run.h"

/* Who may speak for our domain, where, and how the partner comes to believe it. */
struct exchange_way {
	enum {
		EXCHANGE_NEVER,
		EXCHANGE_BY_EXTERNAL,
		EXCHANGE_BY_DIALBACK,
		EXCHANGE_IN_CLEAR
	} by;
	const struct endpoint *endpoint; /* in the arena */
	bool bidi; /* it offers to use our stream in both directions (XEP-0288) */
	bool back; /* an answer can be seen: on that stream, or where we listen */
};

/* Whether our stream may be opened in both directions. */
bool exchange_may_open_back(struct arena *arena, const struct partner *partner);

/* By what the trials of our credentials have shown; the best endpoint first. */
struct exchange_way exchange_way(struct arena *arena, const struct partner *partner);

/* Whether the user wants to write to, or see, a person of this partner. */
bool exchange_is_asked(struct arena *arena, const struct partner *partner);

/* What became of what we sent. */
enum exchange_end {
	EXCHANGE_NOT_SENT,
	EXCHANGE_ANSWERED, /* a result, a receipt, presence */
	EXCHANGE_ERROR,    /* a stanza error came back */
	EXCHANGE_QUIET,    /* nothing came, though the way back is known to work */
	EXCHANGE_SILENT,   /* nothing came, and nothing else came back either */
	EXCHANGE_UNSEEN,   /* an answer could not have been seen */
	EXCHANGE_BROKEN    /* the stream ended over it */
};

/* *o is the observation, NULL when it was not sent. */
enum exchange_end exchange_end_of(const struct partner *partner,
	enum stanza_request request, const struct observation **o);
