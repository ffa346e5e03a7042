/* The checks of one connection, and those that compare the endpoints with each other;
 * their rows are in reach.c. */
#pragma once

#include "checks/check.h"

void tcp_connect(struct inquiry *q);
void tcp_early_close(struct inquiry *q);
void tcp_wrong_protocol(struct inquiry *q);

void same_domain(struct inquiry *q);
void same_certificate(struct inquiry *q);
void same_offers(struct inquiry *q);
