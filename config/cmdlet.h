/* The gateway's objects as its cmdlets know them, and what of them we know: one table for
 * reading exports and for writing commands. */
#pragma once

#include "model/record.h"

enum meaning {
	MEANS_FIELD,  /* a field of our record */
	MEANS_HOST,   /* a field that holds a host name */
	MEANS_HOSTS,  /* a list of domains */
	MEANS_NAME,   /* the name of the object itself */
	MEANS_SECRET, /* nothing to carry anywhere */
	MEANS_NOTHING /* nothing to XMPP */
};

struct property {
	const char *name;
	const char *field; /* as in partners.xml; NULL: we have none */
	enum meaning meaning;
	bool brief; /* not written as long as it is the default */
};

struct cmdlet {
	const char *title;       /* for people: "access policy" */
	const char *noun;        /* "CsExternalAccessPolicy" */
	const char *const *type; /* of what Get- returns; NULL behind the last */
	const struct record *record;
	const struct property *property; /* one without name is the last */
};

enum { CMDLET_PARTNER, CMDLET_GATEWAY, CMDLET_ACCESS_POLICY, CMDLET_EDGE, CMDLETS };

extern const struct cmdlet cmdlets[CMDLETS];

/* The property of this name, also one that every object has; NULL for none. */
const struct property *cmdlet_property(const struct cmdlet *cmdlet, const char *name);

/* A name of an enum as the cmdlets have it: "NotSupported" of "not-supported"; and its
 * index, or -1. */
const char *cmdlet_word(struct arena *arena, const char *name);
int cmdlet_index(struct arena *arena, const char *const *names, const char *word);
