/* A throw-away certificate authority: root and intermediate, made anew at each start,
 * and leaves by recipe. */
#pragma once

#include "base/arena.h"
#include "rig/recipe.h"

#include <openssl/ossl_typ.h>
#include <stdbool.h>
#include <stddef.h>

struct ca;

/* A leaf with its key, and what is sent behind it. Keys belong to the authority. */
struct identity {
	EVP_PKEY *key;
	X509 *leaf;
	X509 **chain;
	size_t chains;
};

struct ca *ca_open(void);
void ca_close(struct ca **ca);

/* Writes the root in PEM; false with errno. */
bool ca_write(const struct ca *ca, const char *file);

/* Writes a leaf, what is sent behind it, and its key in PEM, for nobody else to read; false
 * with errno. */
bool identity_write(const struct identity *identity, const char *file);

/* Makes a certificate by the recipe, whose variables are put in. It lives as long as the
 * authority. NULL when the recipe cannot be followed (a usage that nobody knows, ...). */
const struct identity *ca_issue(struct ca *ca, const struct recipe *recipe);
