/* The doors to the outside that all partners of a run share. */
#pragma once

#include "probes/probe.h"

/* The loop is there already and stays the caller's. False and one line on stderr when the
 * resolver or the trust store is unusable; close them in either case. */
bool doors_open(struct probing *probing, const struct asked *asked,
	const struct credentials *credentials);
void doors_close(struct probing *probing);

/* Lets the process have as many descriptors as it may: who calls decides how many it needs,
 * and without one it cannot go on. Returns how many that are; 0 when nobody knows. */
size_t doors_widen(void);
