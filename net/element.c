/* Reading the elements that come out of a stream, and writing texts into one. No parser
 * here: an element is plain data. */
#include "net/stream.h"

#include "base/text.h"

#include <string.h>

bool
element_is(const struct element *element, const char *name, const char *name_space)
{
	return text_same(element->name, name) &&
	       text_same(element->name_space, name_space);
}

const struct element *
element_child(const struct element *element, const char *name, const char *name_space)
{
	for (size_t i = 0; i < element->children; i++)
		if (element_is(element->child[i], name, name_space))
			return element->child[i];
	return NULL;
}

const char *
element_attribute(const struct element *element, const char *name)
{
	for (size_t i = 0; i < element->attributes; i++)
		if (element->attribute[i].name_space == NULL &&
			text_same(element->attribute[i].name, name))
			return element->attribute[i].value;
	return NULL;
}

const char *
element_title(struct arena *arena, const struct element *element)
{
	return arena_printf(arena, "{%s}%s",
		element->name_space ? element->name_space : "", element->name);
}

const char *
element_outline(struct arena *arena, const struct element *e)
{
	const char *colon = e->prefix ? ":" : "", *prefix = e->prefix ? e->prefix : "";
	const char *text = arena_printf(arena, "<%s%s%s", prefix, colon, e->name);

	for (size_t i = 0; i < e->attributes; i++)
		text = arena_printf(arena, "%s %s='%s'", text, e->attribute[i].name,
			xml_escape(arena, e->attribute[i].value));
	if (*e->text == '\0' && e->children == 0)
		return arena_printf(arena, "%s/>", text);
	return arena_printf(arena, "%s>****</%s%s%s>", text, prefix, colon, e->name);
}

const char *
xml_escape(struct arena *arena, const char *text)
{
	static const char special[] = "&<>\"'\t\n\r";
	static const char *const escape[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&apos;",
		"&#9;", "&#10;", "&#13;" };
	/* The longest takes six octets. */
	char *out = arena_alloc(arena, 6 * strlen(text) + 1), *p = out;

	for (; *text != '\0'; text++) {
		const char *at = strchr(special, *text);

		if (at == NULL)
			*p++ = *text;
		else
			p = stpcpy(p, escape[at - special]);
	}
	return out;
}
