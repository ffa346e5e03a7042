/* UTF-16, in which Windows writes its files, as UTF-8. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One character of at most `units` code units (at least one); returns how many it takes:
 * 1 or 2, or 0 for half of a surrogate pair. */
size_t utf16_character(const uint16_t *unit, size_t units, uint32_t *character);

/* A character as UTF-8 of at most four octets; returns how many. */
size_t utf16_octets(uint32_t character, char *octet);

/* A whole text without its byte order mark, to be freed. NULL and the line of the text
 * when it is not UTF-16. */
char *utf16_text(
	const char *bytes, size_t length, bool big_endian, size_t *octets, int *line);
