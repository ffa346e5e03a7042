/* Which names in a certificate stand for a domain. Pure functions; what is a fault, the
 * checks say. Domains are A-labels. */
#pragma once

#include "base/arena.h"
#include "model/fact.h"

#include <stdbool.h>

/* The ways in which a certificate names a domain (RFC 6120, 13.7.1.2.1), as bits. */
enum identity {
	IDENTITY_DNS = 1,      /* a DNS-ID, letter by letter */
	IDENTITY_WILDCARD = 2, /* a DNS-ID with a wildcard */
	IDENTITY_SRV = 4,      /* an SRV-ID of the service _xmpp-server */
	IDENTITY_XMPP = 8      /* an XmppAddr */
};

/* The common name is never among them (RFC 9525, 2), nor are addresses and the like. */
unsigned name_identities(struct arena *arena, const struct certificate_fact *certificate,
	const char *domain);

/* What a DNS name with an asterisk is worth. */
enum wildcard {
	WILDCARD_NONE,    /* there is no asterisk */
	WILDCARD_WHOLE,   /* the asterisk is the whole left-most label */
	WILDCARD_PARTIAL, /* it is not, so that the name covers nothing */
	WILDCARD_PUBLIC /* covers everybody under a public suffix: nobody may have that */
};

enum wildcard name_wildcard(struct arena *arena, const char *name);

/* Whether a DNS name stands for the domain: the same by RFC 4343, or a WILDCARD_WHOLE for
 * exactly one label (RFC 9525, 6.3). */
bool name_covers(struct arena *arena, const char *name, const char *domain);

/* Whether the name, in A-labels or U-labels, is the domain. NULL is none. */
bool name_is(struct arena *arena, const char *name, const char *domain);

/* Whether the certificate was made for the domain, in any of the ways that servers accept:
 * enough to tell whose it is, not to judge it. The common name counts where no other name
 * could. */
bool name_fits(struct arena *arena, const struct certificate_fact *certificate,
	const char *domain);
