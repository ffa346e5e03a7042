/* Everything that a partner sends passes text_clean() before anybody sees it. */
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

static const char cut[] = "[...]";

/* Decodes one character of at most n bytes by the table of RFC 3629, section 4; returns
 * its length, 0 when it is not UTF-8. */
static size_t
decode(const unsigned char *s, size_t n, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length;

	if (s[0] < 0x80) {
		*c = s[0];
		return 1;
	}
	length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || length > n)
		return 0;
	*c = s[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if (*c < least[length] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return length;
}

/* Characters that act instead of being seen. */
static bool
is_hostile(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} range[] = {
		{ 0x00, 0x1f },       /* C0 */
		{ 0x7f, 0x9f },       /* DEL and C1 */
		{ 0xad, 0xad },       /* soft hyphen */
		{ 0x061c, 0x061c },   /* Arabic letter mark */
		{ 0x180e, 0x180e },   /* Mongolian vowel separator */
		{ 0x200b, 0x200f },   /* zero width, direction marks */
		{ 0x2028, 0x202e },   /* line separators, bidi overrides */
		{ 0x2060, 0x206f },   /* invisible operators, bidi isolates */
		{ 0xfdd0, 0xfdef },   /* noncharacters */
		{ 0xfeff, 0xfeff },   /* byte order mark */
		{ 0xfff9, 0xfffb },   /* interlinear annotation */
		{ 0xe0000, 0xe0fff }, /* tags */
	};

	for (size_t i = 0; i < sizeof range / sizeof range[0]; i++)
		if (c >= range[i].first && c <= range[i].last)
			return true;
	return (c & 0xfffe) == 0xfffe;
}

/* Writes one character, escaped if need be, into room for 12 bytes; returns how many
 * bytes were eaten and stores how many were written. */
static size_t
clean_one(const unsigned char *s, size_t n, char *out, size_t *written)
{
	uint32_t c;
	size_t eaten = decode(s, n, &c);

	if (eaten != 0 && !is_hostile(c)) {
		memcpy(out, s, eaten);
		*written = eaten;
	} else if (eaten == 0 || c < 0x80) {
		*written = (size_t)snprintf(out, 12, "\\x%02x", s[0]);
		eaten = 1;
	} else {
		*written = (size_t)snprintf(out, 12, "\\u{%x}", (unsigned)c);
	}
	return eaten;
}

char *
text_clean(struct arena *arena, const char *bytes, size_t length)
{
	const unsigned char *s = (const unsigned char *)bytes;
	size_t room = length > TEXT_LIMIT / 4 ? TEXT_LIMIT : 4 * length;
	/* One hostile byte becomes four, one hostile character of two bytes at most six. */
	char *out = arena_alloc(arena, room + 12 + sizeof cut);
	size_t used = 0, keep = 0, written;
	char one[12];

	for (size_t i = 0; i < length;) {
		i += clean_one(s + i, length - i, one, &written);
		if (used + written > TEXT_LIMIT) {
			memcpy(out + keep, cut, sizeof cut);
			return out;
		}
		memcpy(out + used, one, written);
		used += written;
		if (used + sizeof cut - 1 <= TEXT_LIMIT)
			keep = used;
	}
	out[used] = '\0';
	return out;
}

bool
text_is_clean(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = strlen(text), eaten;
	uint32_t c;

	if (n > TEXT_LIMIT)
		return false;
	for (size_t i = 0; i < n; i += eaten)
		if ((eaten = decode(s + i, n - i, &c)) == 0 || is_hostile(c))
			return false;
	return true;
}

char *
text_hex(struct arena *arena, const uint8_t *bytes, size_t length)
{
	static const char digit[] = "0123456789abcdef";
	char *out = arena_alloc(arena, 2 * length + 1);

	for (size_t i = 0; i < length; i++) {
		out[2 * i] = digit[bytes[i] >> 4];
		out[2 * i + 1] = digit[bytes[i] & 15];
	}
	return out;
}

static const char base64[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
text_base64(struct arena *arena, const uint8_t *bytes, size_t length)
{
	char *out = arena_alloc(arena, (length + 2) / 3 * 4 + 1), *p = out;

	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i;
		uint32_t v = (uint32_t)bytes[i] << 16;

		if (left > 1)
			v |= (uint32_t)bytes[i + 1] << 8;
		if (left > 2)
			v |= bytes[i + 2];
		*p++ = base64[v >> 18];
		*p++ = base64[v >> 12 & 63];
		*p++ = left > 1 ? base64[v >> 6 & 63] : '=';
		*p++ = left > 2 ? base64[v & 63] : '=';
	}
	return out;
}

uint8_t *
text_unbase64(struct arena *arena, const char *text, size_t *length)
{
	size_t n = strlen(text), pad = 0;
	uint8_t *out = arena_alloc(arena, n / 4 * 3 + 1), *p = out;

	if (n % 4 != 0)
		return NULL;
	while (pad < 2 && pad < n && text[n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < n; i += 4) {
		uint32_t v = 0;

		for (size_t k = i; k < i + 4; k++) {
			const char *at = strchr(base64, text[k]);

			if (k >= n - pad)
				at = base64;
			if (at == NULL || *at == '\0')
				return NULL;
			v = v << 6 | (uint32_t)(at - base64);
		}
		*p++ = (uint8_t)(v >> 16);
		*p++ = (uint8_t)(v >> 8);
		*p++ = (uint8_t)v;
	}
	*length = (size_t)(p - out) - pad;
	return out;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Not strcasecmp(): in a Turkish locale it has "I" and "i" differ. */
bool
text_same_name(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	while (*a != '\0' && lower(*a) == lower(*b))
		a++, b++;
	return lower(*a) == lower(*b);
}

bool
text_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

char *
text_lower(struct arena *arena, const char *text)
{
	char *out = arena_strdup(arena, text);

	for (char *p = out; *p != '\0'; p++)
		*p = lower(*p);
	return out;
}

bool
text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
text_ends(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);

	return n >= m && strcmp(text + n - m, suffix) == 0;
}

/* Decodes one character; returns its columns. What is no UTF-8 takes one. */
static int
columns(const unsigned char *s, size_t n, size_t *eaten)
{
	uint32_t c;
	int w = 1;

	*eaten = decode(s, n, &c);
	if (*eaten != 0 && c >= 0x80)
		w = wcwidth((wchar_t)c);
	if (*eaten == 0)
		*eaten = 1;
	return w < 0 ? 1 : w;
}

int
text_width(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = strlen(text), eaten;
	int width = 0;

	for (size_t i = 0; i < n; i += eaten)
		width += columns(s + i, n - i, &eaten);
	return width;
}

size_t
text_line(const char *text, int width)
{
	enum { LONGEST = 4 }; /* bytes of a character */
	const unsigned char *s = (const unsigned char *)text;
	size_t i, eaten, space = 0;

	for (i = 0; s[i] != '\0'; i += eaten) {
		width -= columns(s + i, strnlen(text + i, LONGEST), &eaten);
		if (s[i] == ' ')
			space = i;
		if (width < 0 && i > 0)
			return space != 0 ? space : i;
	}
	return i;
}

bool
text_number(const char *text, long long low, long long high, long long *number)
{
	char *end;

	if (*text == '\0' || strspn(text, "-0123456789") != strlen(text))
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' && *number >= low && *number <= high;
}

char *
text_time(struct arena *arena, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year > 9999 - 1900 || tm.tm_year < -1900)
		return arena_strdup(arena,
			seconds < 0 ? "0000-01-01T00:00:00Z" : "9999-12-31T23:59:59Z");
	return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Digits where digits must be: sscanf() would take signs and spaces too. */
static bool
looks_like_time(const char *text)
{
	static const char shape[] = "0000-00-00T00:00:00Z";
	size_t i;

	for (i = 0; shape[i] != '\0' && text[i] != '\0'; i++)
		if (shape[i] == '0' ? text[i] < '0' || text[i] > '9'
				    : text[i] != shape[i])
			return false;
	return shape[i] == text[i];
}

bool
text_parse_time(const char *text, int64_t *seconds)
{
	struct tm tm = { 0 };
	int day;

	if (!looks_like_time(text) ||
		sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2dZ", &tm.tm_year, &tm.tm_mon, &day,
			&tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return false;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_hour > 23 || tm.tm_min > 59 ||
		tm.tm_sec > 59)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	tm.tm_mday = day;
	*seconds = timegm(&tm);
	return tm.tm_mday == day; /* timegm() makes 3 March of 31 February */
}
