/* Stanzas after authentication (model/exchange.h): why none was sent, and what became of the
 * stream on which they went. Everything looked at is cited. */
#pragma once

#include "checks/check.h"
#include "model/exchange.h"

/* For skipped(): why what needs no wish of the user's was not sent. */
const char *exchange_missing(struct inquiry *q);

/* The step at which it ended, in a sentence; for what the user wished to send. */
const char *exchange_obstacle(struct inquiry *q);

/* How the stream ended over what was sent. */
const char *exchange_say_end(struct inquiry *q, const struct observation *o);

/* In ext.c's table. */
void exchange_ping(struct inquiry *q);
void exchange_disco(struct inquiry *q);

/* Whether answers came back on our own stream (XEP-0288). */
void exchange_bidi(struct inquiry *q);
