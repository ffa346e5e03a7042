/* From many findings to the few causes behind them, each with its owner and remedy. */
#pragma once

#include "checks/check.h"

/* Fills partner->cause from findings and journal, and marks the findings that each cause
 * explains. */
void cause_partner(struct partner *partner);
