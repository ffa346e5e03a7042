/* How a partner stands, in a word: what the overview says of it, and sorts by. It repeats
 * what the checks have judged, and judges nothing. */
#pragma once

#include "tui/canvas.h"
#include "tui/view.h"

struct standing {
	enum glyph glyph;
	unsigned style;
	const char *word; /* "fails" */
	int rank;         /* of gravity: more is worse */
};

/* From this rank on there is trouble; ranks are below RANKS. */
enum { RANK_TROUBLE = 5, RANKS = 8 };

/* `live` may be NULL. */
struct standing standing_of(
	const struct partner *partner, const struct live_partner *live);

/* All that there are, the worst first; a row without word is the last. */
extern const struct standing standings[];

/* One sentence: the first cause, or else the gravest finding; NULL when there is none. */
const char *standing_trouble(const struct partner *partner);

/* When the first of its certificates expires (seconds since 1970); 0 when none was seen. */
int64_t standing_expiry(const struct partner *partner);

/* The style of what the checks of the certificate's dates have said. */
unsigned standing_expiry_style(const struct partner *partner);

/* "SASL EXTERNAL over TLS 1.3 (offered)" as far as it fits. */
const char *standing_method(
	struct arena *arena, const struct headline *headline, int width);
unsigned standing_method_style(const struct headline *headline);

/* Fills view->order: the partners that the filter lets through, as they are to be sorted. */
void standing_sort(const struct run *run, struct view *view);
