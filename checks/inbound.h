/* What a partner did that called us. */
#pragma once

#include "checks/check.h"

/* What was carried out outranks what would be: nothing is changed when nobody called. */
void inbound_headline(struct inquiry *q, struct headline *h);
