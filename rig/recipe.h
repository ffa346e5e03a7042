/* The recipe of a certificate, as a scenario writes it. */
#pragma once

#include "rig/line.h"

enum key_kind { KEY_P256, KEY_P521, KEY_RSA1024, KEY_RSA2048, KEY_ED25519, KEY_KINDS };

/* What is sent behind the leaf, or around it. */
enum chain_kind {
	CHAIN_FULL, /* leaf, intermediate */
	CHAIN_LEAF_ONLY,
	CHAIN_WITH_ROOT, /* leaf, intermediate, root */
	CHAIN_REVERSED,  /* leaf, root, intermediate */
	CHAIN_STRANGER,  /* leaf, intermediate, a certificate of somebody else */
	CHAIN_KINDS
};

struct recipe {
	const char *name;
	int line;
	const char **
		identity; /* "dns:NAME", "srv:NAME", "xmpp:NAME", "cn:NAME", unexpanded */
	size_t identities;
	long times; /* of the identities; $n counts */
	long links; /* intermediates between root and leaf, all sent; 0: by `chain` */
	const char *crl, *ocsp; /* addresses as they stand; NULL for none */
	long from_day, to_day;  /* relative to now */
	const char *usage; /* extended key usage, comma between; NULL: no extension */
	enum key_kind key;
	enum chain_kind chain;
	bool self_signed, authority, no_names, sha1, no_digital_signature, must_staple,
		unknown_critical;
};

extern const char *const key_names[]; /* NULL behind the last */

/* A good certificate for the scenario's domain. */
void recipe_begin(struct recipe *recipe, struct arena *arena, const char *name, int line);

/* Reads one line of the recipe; false after a complaint. */
bool recipe_read(struct recipe *recipe, struct line *line);
