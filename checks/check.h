/* The engine of the checks. A check is a function over the journal (checks/inquiry.h) and
 * its row in a table at the end of its file. */
#pragma once

#include "checks/inquiry.h"

#include <stdbool.h>

/* Every check, by theme; a row without id is the last. */
extern const struct check *const check_themes[];

/* The row with this id, or NULL. */
const struct check *check_find(const char *id);

/* Calls back for each row of the catalogue, in order. */
void check_each(void (*row)(void *self, const struct check *check), void *self);

/* Judges the partner's journal: findings, causes, headlines and exit, all made anew. */
void check_partner(struct partner *partner);

/* --- where each theme's rows are -------------------------------------------------- */

extern const struct check dns_checks[], dnssec_checks[], reach_checks[], stream_checks[],
	starttls_checks[], tls_checks[], cert_checks[], sasl_checks[], dialback_checks[],
	ext_checks[], im_checks[], file_checks[], own_checks[], policy_checks[],
	inbound_checks[];
