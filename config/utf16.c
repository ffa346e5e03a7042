/* Strict, and our own: what libxml2 and iconv make of half a surrogate pair depends on
 * their versions. */
#include "config/utf16.h"

#include "base/fatal.h"

#include <stdlib.h>

/* RFC 2781, section 2.2. */
size_t
utf16_character(const uint16_t *unit, size_t units, uint32_t *character)
{
	uint32_t high = unit[0];

	if (high < 0xd800 || high > 0xdfff) {
		*character = high;
		return 1;
	}
	if (high >= 0xdc00 || units < 2 || unit[1] < 0xdc00 || unit[1] > 0xdfff)
		return 0;
	*character = 0x10000 + ((high & 0x3ff) << 10 | (unit[1] & 0x3ffu));
	return 2;
}

/* RFC 3629, section 3. */
size_t
utf16_octets(uint32_t c, char *octet)
{
	static const unsigned char mark[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t octets = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = octets - 1; i > 0; i--, c >>= 6)
		octet[i] = (char)(0x80 | (c & 0x3f));
	octet[0] = (char)(mark[octets] | c);
	return octets;
}

static uint16_t
code_unit(const char *bytes, bool big_endian)
{
	unsigned first = (unsigned char)bytes[0], second = (unsigned char)bytes[1];

	return (uint16_t)(big_endian ? first << 8 | second : second << 8 | first);
}

char *
utf16_text(const char *bytes, size_t length, bool big_endian, size_t *octets, int *line)
{
	/* Two octets of UTF-16 become three of UTF-8 at most, four become four. */
	char *text = malloc(length / 2 * 3 + 1);
	size_t taken;

	if (text == NULL)
		fatal("out of memory");
	*octets = 0;
	*line = 1;
	for (size_t i = 0; i < length; i += 2 * taken) {
		uint16_t unit[2] = { 0 };
		size_t units = (length - i) / 2;
		uint32_t character;

		for (size_t k = 0; k < units && k < 2; k++)
			unit[k] = code_unit(bytes + i + 2 * k, big_endian);
		taken = units ? utf16_character(unit, units, &character) : 0;
		if (taken == 0) {
			free(text);
			return NULL;
		}
		*octets += utf16_octets(character, text + *octets);
		*line += character == '\n';
	}
	return text;
}
