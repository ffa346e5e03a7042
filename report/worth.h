/* What a certificate on disk is worth, in place of what a connection would do. */
#pragma once

#include "model/run.h"
#include "report/page.h"

/* "    edge.pem      server good      client limited      ", for the first line. */
void worth_print(struct page *page, const struct partner *partner);
