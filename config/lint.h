/* Remarks about a configuration that can be made without looking at any network. */
#pragma once

#include "config/config.h"

struct lint {
	enum remark remark; /* note, warning or invalid */
	int line;           /* of what it is about; 0 is not known */
	const char *about;  /* a domain, "local", "gateway" */
	const char *text;   /* one sentence */
	const char *remedy; /* in the imperative; NULL when there is nothing to do */
};

/* In the order of the file; everything in the arena. */
struct lint *config_lint(struct arena *arena, const struct config *config, size_t *lints);
