/* The checks of the stream header; their rows are in stream.c. */
#pragma once

#include "checks/check.h"

void header_received(struct inquiry *q);
void header_namespace(struct inquiry *q);
void header_addresses(struct inquiry *q);
void header_id(struct inquiry *q);
void header_version(struct inquiry *q);
