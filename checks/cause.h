/* From many findings to the few causes behind them, each with its owner and remedy. A row
 * of the tables holds where one of its checks failed and nothing before has explained it;
 * what it explains lies there, too. */
#pragma once

#include "checks/check.h"

enum { CAUSE_CHECKS = 4, CAUSE_EXPLAINS = 12 };

struct cause_row {
	const char *id, *say;
	const char *remedy; /* NULL: that of the finding, and its owner */
	enum owner owner;
	enum confidence confidence;
	/* The checks, any of which makes it hold; each must be this bad at least. */
	const char *when[CAUSE_CHECKS];
	enum status least;
	/* Further conditions on the facts: about the partner as a whole, and about each
	 * endpoint where a check failed; NULL for none. */
	bool (*also)(const struct partner *partner);
	bool (*at)(struct inquiry *q);
	/* What makes it certain; without that it is likely. NULL: as `confidence` says. */
	bool (*proven)(struct inquiry *q);
	/* Ids of checks, or beginnings of ids that end with a dot. Of the checks of
	 * endpoints those where it holds, and all of them when it spoils all. */
	const char *explains[CAUSE_EXPLAINS];
	bool spoils_all;
	/* Which of them it leaves alone after all, since they have another reason; at the
	 * endpoint of the finding. NULL: none. */
	bool (*spares)(struct inquiry *q, const struct finding *f);
};

/* In the order of the phases of an attempt: what broke first explains what broke later.
 * A row without id is the last. */
extern const struct cause_row cause_network[], cause_server[], cause_identity[],
	cause_credential[], cause_partial[], cause_policy[];

/* Marks what failed of the agreed policy only for a cause that is there already. */
void cause_policy_consequences(struct partner *partner);

/* Fills partner->cause from findings and journal, and marks the findings that each cause
 * explains. */
void cause_partner(struct partner *partner);
