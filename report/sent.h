/* What the user had us send to a person, as a block of its own: target, result, latency,
 * error and diagnosis, as Test-CsXmppIM of the gateway tells them. */
#pragma once

#include "model/run.h"
#include "report/page.h"

/* Nothing when nothing was to be sent to this partner. */
void sent_print(struct page *page, const struct partner *partner);

/* Whether the block tells what the finding does. */
bool sent_tells(const struct finding *finding);
