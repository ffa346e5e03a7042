/* Texts with variables: $domain, $port(main). */
#pragma once

#include "rig/line.h"

/* What a variable stands for; `argument` is NULL without parentheses. NULL when it is
 * unknown. */
typedef const char *template_lookup(void *self, const char *name, const char *argument);

/* Puts in the values; "$$" is a dollar. Returns bytes in the arena; when a variable is
 * unknown, .byte is NULL and *unknown is its name. */
struct bytes template_expand(struct arena *arena, struct bytes text,
	template_lookup *lookup, void *self, const char **unknown);
