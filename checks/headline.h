/* What would happen if our server connected now, and in the other direction. */
#pragma once

#include "checks/check.h"

/* Fills partner->out and partner->in. */
void headline_partner(struct partner *partner);
