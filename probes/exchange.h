/* Stanzas after authentication: what is sent once the partner believes who we are, and the
 * answers. For session.c and its neighbours. */
#pragma once

#include "probes/session.h"

/* For what our side of the stream says before it authenticates: opens the stream for answers
 * where the partner offers that (XEP-0288, 2.2). */
void exchange_open_back(struct session *s, const struct features_fact *features);

/* Whether the walk sends stanzas, and now may. */
bool exchange_is_due(const struct session *s);

/* Sends all of them at once; returns the state that waits for the answers. */
unsigned exchange_begin(struct session *s);

/* A first-level element of our own stream. */
void exchange_hear(struct session *s, const struct element *element);

/* Nothing is awaited any more. */
bool exchange_is_over(const struct session *s);

/* Records what was sent and not answered. */
void exchange_missed(struct session *s, enum outcome outcome, const char *detail);

/* Before the session goes; also when nothing was ever sent. */
void exchange_end(struct session *s);
