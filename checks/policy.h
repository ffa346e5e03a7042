/* What the files about the agreed policy share; the rows of all are in policy.c. */
#pragma once

#include "checks/headline.h"

/* What was agreed; NULL, and the finding skipped, when nothing was. */
const struct policy *policy_agreed(struct inquiry *q);

/* The same for what holds for all domains of the partner alike, and is told once: with the
 * primary one. */
const struct policy *policy_of_primary(struct inquiry *q);

/* What the partner demands, offers and refuses. False, and the finding skipped, when nothing
 * was agreed, or no endpoint can be judged. */
bool policy_stance(
	struct inquiry *q, const struct policy **policy, struct stance *stance);

/* Dialback as far as the row allows it and the partner takes it. */
enum known policy_takes_dialback(
	const struct policy *policy, const struct stance *stance);

/* policy_method.c */
void policy_method(struct inquiry *q);
void policy_partner_type(struct inquiry *q);

/* policy_route.c */
void policy_domains(struct inquiry *q);
void policy_allowed(struct inquiry *q);
void policy_route(struct inquiry *q);
void policy_timers(struct inquiry *q);
