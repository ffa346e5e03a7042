/* Addresses of people (RFC 7622), as far as one who writes to them must understand them. */
#pragma once

#include "base/arena.h"
#include "model/domain.h"

struct jid {
	const char *bare; /* local@domain, the domain in U-labels */
	const char *local;
	struct domain domain;
};

/* A bare address, local@domain. NULL when it is good, or else the reason, for a person. */
const char *jid_parse(struct arena *arena, const char *typed, struct jid *jid);

/* Whether a text from elsewhere is this address, with or without a resource. Letters of
 * ASCII are compared without case (RFC 7622, 3.3). NULL is none. */
bool jid_is(struct arena *arena, const char *text, const char *bare);

/* Whether it is the domain, or an address there. */
bool jid_is_at(struct arena *arena, const char *text, const char *domain);

/* Whether it is the domain itself, or that of the bare address. */
bool jid_is_domain(struct arena *arena, const char *text, const char *domain_or_bare);
