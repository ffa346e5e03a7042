/* Probing all partners of a run once: so many at a time, with progress, trace,
 * deadline and Ctrl-C. */
#pragma once

#include "commands/options.h"

/* Fills the journals of the run's partners and judges them. False and one line on stderr
 * when it cannot even begin (resolver or trust store unusable). An interrupted run is
 * marked so and judged all the same. */
bool sweep(struct run *run, const struct settings *settings);
