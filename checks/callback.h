/* The way back: whether the partner came to our listener to verify the key that we sent. */
#pragma once

#include "checks/check.h"

/* Checks; their rows are in inbound.c. */
void callback_seen(struct inquiry *q);
void callback_verify(struct inquiry *q);

/* Where we listened, one place or two; "" for nowhere (run_listens()). */
const char *callback_place(struct inquiry *q);

/* We listened, and after our first db:result somebody of the partner connected. Cites it. */
bool callback_came(struct inquiry *q);

/* Whether the partner publishes this address as one of its own. */
bool callback_is_from(struct inquiry *q, const char *address);

/* Our answer to the db:verify about the stream with this id was "valid". Cites it. */
bool callback_vouched(struct inquiry *q, const char *id);
