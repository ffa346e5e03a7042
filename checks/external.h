/* Checks of SASL EXTERNAL with our certificate; their rows are in sasl.c and tls.c. */
#pragma once

#include "checks/check.h"

void client_cert_accepted(struct inquiry *q);
void external_offered(struct inquiry *q);
void external_result(struct inquiry *q);
void external_authzid(struct inquiry *q);
void external_after_failure(struct inquiry *q);
