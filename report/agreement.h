/* What was agreed with a partner, in words. */
#pragma once

#include "model/run.h"

/* One line: type, settings, the row of the table that follows, and what it allows. NULL when
 * nothing was agreed. */
const char *agreement_words(struct arena *arena, const struct partner *partner);

/* What the partner's users may do with ours; NULL when nothing was agreed. */
const char *agreement_rights(struct arena *arena, const struct partner *partner);
