/* Partners of an export, put into a configuration in which no domain may be listed twice. */
#pragma once

#include "config/import.h"

struct merge;

struct merge *merge_open(const struct config *config);
void merge_close(struct merge **merge);

/* All partners of one file, each with its line. What loses a domain to another partner is
 * told; of two partners with the same domain the first is kept. */
void merge_partners(struct import *import, const struct configured *incoming,
	size_t count, const char *file);
