/* What a partner did that called us. */
#pragma once

#include "checks/check.h"

/* What was carried out outranks what would be: nothing is changed when nobody called. */
void inbound_headline(struct inquiry *q, struct headline *h);

/* Of a caller, behind its headlines: it had not said all when we were done, and before that it
 * had said nothing. */
bool inbound_is_unfinished(const struct partner *partner);

/* checks/inbound_stream.c */
void inbound_stream(struct inquiry *q);

/* checks/inbound_key.c: before failed(), who must act and how; the first connection that
 * fails decides. */
void inbound_advise(struct inquiry *q, enum owner owner, const char *advice);

/* A key was verified that our secret does not make: who must act, and the verdict. */
void inbound_denied(struct inquiry *q, const struct inbound_fact *fact);

/* It had not said all when we were done, which is no fault of its own. */
bool inbound_was_cut_off(const struct inbound_fact *fact);

/* A key of its own did not hold when its server was asked, or that one could not be asked. */
bool inbound_is_disproved(const struct partner *partner);

/* Whether such a key may be ours, altered on its way: we have sent one. */
bool inbound_altered(const struct partner *partner);
