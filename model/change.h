/* What has changed between two judgements of a partner. */
#pragma once

#include "base/arena.h"
#include "model/finding.h"

/* One of them is NULL when only the other judgement has the finding. */
struct change {
	const struct finding *was, *is;
};

/* Findings that are new, gone, or say something else: first those that were, then the new
 * ones, each in its order. */
struct change *changes(struct arena *arena, const struct finding *was, size_t wases,
	const struct finding *is, size_t ises, size_t *count);
