/* Domain names as people write them and as DNS wants them. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>

struct domain {
	const char *typed; /* as given, cleaned */
	const char *
		ascii; /* A-labels, lower case, no final dot; for DNS, SNI, certificates */
	const char *unicode; /* U-labels; for stream attributes and people */
};

/* RFC 7622, section 3.2; IDNA 2008 with the mapping of UTS 46. NULL when it is good, or
 * else the reason, for a person. */
const char *domain_parse(struct arena *arena, const char *typed, struct domain *domain);

/* U-labels of a name that is already A-labels; the name itself when it cannot be done. */
const char *domain_unicode(struct arena *arena, const char *ascii);

/* The registrable part by the public suffix list ("example.co.uk" of
 * "chat.example.co.uk"), or NULL when the name is itself a public suffix. */
const char *domain_registrable(struct arena *arena, const char *ascii);
bool domain_is_public_suffix(const char *ascii);

/* The last label when it belongs to a tree that nobody can find in public DNS (RFC 6761
 * and its like), or NULL. */
const char *domain_reserved(const char *ascii);

/* "a.b.c" is under "b.c" and under itself. */
bool domain_is_under(const char *name, const char *parent);

/* Whether the text is an IPv4 or IPv6 address, with or without brackets. */
bool domain_is_address(const char *text);

/* The kind of special-purpose range an address is in ("private", "loopback", ...) by the
 * IANA registries, or NULL when it is global. */
const char *address_special(const char *address);
