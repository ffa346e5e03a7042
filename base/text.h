/* UTF-8, and making foreign text safe to show. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one foreign text may take after cleaning. */
enum { TEXT_LIMIT = 8192 };

/* Foreign bytes as text that no terminal, XML parser or log minds: valid UTF-8 without
 * control characters (C0, C1, DEL), bidi overrides, line separators, noncharacters and
 * invisible format characters. Each offender becomes \xNN or \u{NNNN}; a text over
 * TEXT_LIMIT is cut and ends with "[...]". Cleaning twice changes nothing. */
char *text_clean(struct arena *arena, const char *bytes, size_t length);

/* Whether text_clean() would leave it alone. */
bool text_is_clean(const char *text);

/* Lower-case hexadecimal. */
char *text_hex(struct arena *arena, const uint8_t *bytes, size_t length);

char *text_base64(struct arena *arena, const uint8_t *bytes, size_t length);

/* Strict base64 without white space; NULL when it is not. The length goes to *length. */
uint8_t *text_unbase64(struct arena *arena, const char *text, size_t *length);

/* ASCII only, as DNS wants it (RFC 4343). NULL equals only NULL. */
bool text_same_name(const char *a, const char *b);
bool text_same(const char *a, const char *b);

/* A copy in lower-case ASCII. */
char *text_lower(struct arena *arena, const char *text);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* Columns that the text takes on a terminal. */
int text_width(const char *text);

/* How many bytes of the text go on one line: up to a space if there is one, or as much of
 * a longer word as fits; always one character at least, but 0 of an empty text. */
size_t text_line(const char *text, int width);

/* A whole decimal number between low and high, nothing before or behind it. */
bool text_number(const char *text, long long low, long long high, long long *number);

/* Seconds since 1970 as 2026-11-21T02:00:00Z, and back; false when it is not that. */
char *text_time(struct arena *arena, int64_t seconds);
bool text_parse_time(const char *text, int64_t *seconds);
