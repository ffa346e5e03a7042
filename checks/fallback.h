/* What the domain's own address does. */
#pragma once

#include "checks/progress.h"

/* For want of records (RFC 6120, 3.2.1 (9), 3.2.2), in words; true when that is known. */
bool fallback_words(struct inquiry *q, enum progress *progress, const char **words);

/* Whether an XMPP server is there that may well serve the domain: it works, or had another
 * reason to turn us away than that it does not know it. */
bool fallback_serves(struct inquiry *q);

/* A check. */
void fallback_address(struct inquiry *q);
