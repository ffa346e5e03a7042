/* The checks of the stream header, and of the domain that it is for; their rows are in
 * stream.c. */
#pragma once

#include "checks/check.h"

void header_received(struct inquiry *q);
void header_namespace(struct inquiry *q);
void header_addresses(struct inquiry *q);
void header_id(struct inquiry *q);
void header_version(struct inquiry *q);
void header_host_served(struct inquiry *q);
void header_unknown_refused(struct inquiry *q);
