/* The checks of what TLS accepts beside what it chose; their rows are in tls.c. */
#pragma once

#include "checks/check.h"

void accepted_version(struct inquiry *q);
void accepted_weak(struct inquiry *q);
void accepted_prime(struct inquiry *q);
