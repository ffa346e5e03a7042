/* The reverse of what PowerShell's serializer does to a string. */
#include "config/escape.h"

#include "base/text.h"
#include "config/utf16.h"

#include <stdlib.h>
#include <string.h>

/* The code unit in "_x00E9_", or -1. */
static int
escaped(const char *text)
{
	char *end;
	long unit;

	if (text[0] != '_' || (text[1] != 'x' && text[1] != 'X') ||
		strspn(text + 2, "0123456789abcdefABCDEF") < 4 || text[6] != '_')
		return -1;
	unit = strtol(text + 2, &end, 16);
	return end == text + 6 ? (int)unit : -1;
}

/* Half a surrogate pair stays as it is. */
static size_t
decode_one(const char *text, char *out, size_t *written)
{
	int first = escaped(text), second = first < 0 ? -1 : escaped(text + 7);
	const uint16_t unit[2] = { (uint16_t)first, (uint16_t)second };
	uint32_t character;
	size_t taken = 0;

	if (first >= 0)
		taken = utf16_character(unit, second >= 0 ? 2 : 1, &character);
	if (taken == 0) {
		*out = *text;
		*written = 1;
		return 1;
	}
	if (character == '\t' || character == '\n' || character == '\r')
		character = ' ';
	*written = utf16_octets(character, out);
	return 7 * taken;
}

const char *
escape_decode(struct arena *arena, const char *text)
{
	size_t used = 0, written;
	char *out;

	if (strstr(text, "_x") == NULL && strstr(text, "_X") == NULL)
		return text;
	out = arena_alloc(arena, strlen(text) + 1);
	for (; *text != '\0'; used += written)
		text += decode_one(text, out + used, &written);
	return text_clean(arena, out, used);
}
