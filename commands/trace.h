/* The transcript as it happens, on standard error. */
#pragma once

#include "model/journal.h"

#include <stdbool.h>

struct tracing {
	const char *domain;
	bool several; /* more than one partner: name the domain on each line */
};

/* A listener of a journal (journal_listen); self is a struct tracing. */
void trace_observation(void *self, const struct observation *observation);
