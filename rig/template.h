/* Texts with variables: $domain, $port(main). */
#pragma once

#include "rig/line.h"

/* What a variable stands for; `argument` is NULL without parentheses. NULL when it is
 * unknown. */
typedef const char *template_lookup(void *self, const char *name, const char *argument);

/* What $hostile stands for: characters of every kind that acts instead of being seen, as
 * far as XML lets them through (XML 1.0, 2.2). */
extern const char template_hostile[];

/* Puts in the values; "$$" is a dollar. Returns bytes in the arena; when a variable is
 * unknown, .byte is NULL and *unknown is its name. */
struct bytes template_expand(struct arena *arena, struct bytes text,
	template_lookup *lookup, void *self, const char **unknown);
