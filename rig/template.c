/* The variables of zone lines, certificate names and what peers say: one walk, and each
 * user brings its own names. */
#include "rig/template.h"

#include "base/fatal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char template_hostile[] =
	"\x7f\xc2\x9b\x33\x31m\xc2\x85"     /* DEL and C1: CSI, NEL */
	"\xc2\xad\xe2\x80\x8b\xef\xbb\xbf"  /* soft hyphen, zero width, U+FEFF */
	"\xd8\x9c\xe2\x80\xae\xe2\x81\xa6"  /* Arabic mark, bidi override, isolate */
	"\xe2\x80\xa8\xef\xbf\xb9"          /* line separator, annotation */
	"\xf3\xa0\x81\x81\xf0\x9f\xbf\xbe"; /* tag, noncharacter */

struct expansion {
	struct arena *arena;
	FILE *out;
	template_lookup *lookup;
	void *self;
	const char *unknown;
};

/* Reads a variable from behind its dollar and writes its value; returns what is behind
 * it. Every text ends with NUL, so looking one byte ahead is always possible. */
static const char *
expand_one(struct expansion *x, const char *at)
{
	const char *begin = at, *name, *argument = NULL, *value;
	size_t length;

	if (*at == '$') {
		fputc('$', x->out);
		return at + 1;
	}
	while (isalpha((unsigned char)*at))
		at++;
	name = arena_text(x->arena, begin, (size_t)(at - begin));
	if (*at == '(' && at[length = strcspn(at, ")")] == ')') {
		argument = arena_text(x->arena, at + 1, length - 1);
		at += length + 1;
	}
	value = x->lookup(x->self, name, argument);
	if (value == NULL)
		x->unknown = arena_text(x->arena, begin, (size_t)(at - begin));
	else
		fputs(value, x->out);
	return at;
}

struct bytes
template_expand(struct arena *arena, struct bytes text, template_lookup *lookup,
	void *self, const char **unknown)
{
	struct expansion x = { arena, NULL, lookup, self, NULL };
	const char *at = text.byte, *end = text.byte + text.length;
	struct bytes result = { NULL, 0 };
	char *buffer = NULL;

	if ((x.out = open_memstream(&buffer, &result.length)) == NULL)
		fatal("out of memory");
	while (at < end && x.unknown == NULL)
		if (*at == '$')
			at = expand_one(&x, at + 1);
		else
			fputc((unsigned char)*at++, x.out);
	if (fclose(x.out) != 0)
		fatal("out of memory");
	if (x.unknown == NULL)
		result.byte = arena_text(arena, buffer, result.length);
	free(buffer);
	*unknown = x.unknown;
	return result;
}
