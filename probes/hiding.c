/* A secret may come in pieces, and XML has many ways to write the same text: a reference in
 * place of a character, and sections of CDATA. Whatever reads as the secret is one. */
#include "probes/hiding.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* XEP-0185 makes 64 characters. Of a longer key the beginning is enough. */
enum { SHORTEST_KEY = 8, LONGEST_KEY = 1024 };

enum { CUT = -2, NO_LETTER = -1 };

/* One character as it is written: its length, and the character; CUT when more must come to
 * know it. */
struct letter {
	int character;
	size_t length;
};

static bool
begins_with(const char *at, size_t left, const char *word)
{
	size_t length = strlen(word);

	return left >= length && memcmp(at, word, length) == 0;
}

/* All that is left is the beginning of the word. */
static bool
is_cut(const char *at, size_t left, const char *word)
{
	return left < strlen(word) && memcmp(at, word, left) == 0;
}

/* XML 1.0, 2.7: between characters these are nothing. Returns the length; 0 for none. */
static size_t
skip_marker(const char *at, size_t left, bool *cut)
{
	static const char *const markers[] = { "<![CDATA[", "]]>" };

	*cut = false;
	for (size_t i = 0; i < sizeof markers / sizeof markers[0]; i++) {
		if (begins_with(at, left, markers[i]))
			return strlen(markers[i]);
		*cut |= is_cut(at, left, markers[i]);
	}
	return 0;
}

/* XML 1.0, 4.6. */
static struct letter
read_entity(const char *at, size_t left)
{
	static const struct {
		const char *written;
		char character;
	} row[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
		{ "&apos;", '\'' } };
	struct letter letter = { NO_LETTER, 1 };

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		if (begins_with(at, left, row[i].written))
			return (struct letter){ row[i].character,
				strlen(row[i].written) };
		if (is_cut(at, left, row[i].written))
			letter.character = CUT;
	}
	return letter;
}

static int
value_of(char digit, int base)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = memchr(digits,
		digit >= 'A' && digit <= 'F' ? digit | 0x20 : digit, (size_t)base);

	return at ? (int)(at - digits) : -1;
}

/* XML 1.0, 4.1: "&#97;" or "&#x61;", with any number of zeros. Only ASCII matters. */
static struct letter
read_reference(const char *at, size_t left)
{
	int base = left > 2 && at[2] == 'x' ? 16 : 10, value = 0;
	size_t n = base == 16 ? 3 : 2;

	if (left < 2)
		return (struct letter){ CUT, 1 };
	if (at[1] != '#')
		return read_entity(at, left);
	for (; n < left && value_of(at[n], base) >= 0; n++)
		if (value <= 0x7f)
			value = value * base + value_of(at[n], base);
	if (n == left)
		return (struct letter){ CUT, left };
	if (at[n] != ';' || value > 0x7f)
		return (struct letter){ NO_LETTER, 1 };
	return (struct letter){ value, n + 1 };
}

static struct letter
read_letter(const char *at, size_t left)
{
	if (left == 0)
		return (struct letter){ CUT, 0 };
	return *at == '&' ? read_reference(at, left)
			  : (struct letter){ (unsigned char)*at, 1 };
}

enum likeness { UNLIKE, LIKE_SO_FAR, LIKE };

/* Whether the text reads as the secret, and how long it is then. */
static enum likeness
compare(const char *secret, const char *text, size_t left, size_t *length)
{
	size_t at = 0, marker;
	bool cut = false;

	for (const char *s = secret; *s != '\0'; s++) {
		struct letter letter;

		while (s != secret &&
			(marker = skip_marker(text + at, left - at, &cut)) != 0)
			at += marker;
		letter = read_letter(text + at, left - at);
		if (letter.character == CUT || (s != secret && cut))
			return LIKE_SO_FAR;
		if (letter.character != (unsigned char)*s)
			return UNLIKE;
		at += letter.length;
	}
	*length = at;
	return LIKE;
}

static enum likeness
compare_all(const struct hiding *h, const char *text, size_t left, size_t *length)
{
	struct letter first = read_letter(text, left);
	enum likeness best = UNLIKE, this;

	for (size_t i = 0; i < h->secrets && best != LIKE; i++) {
		if (first.character != CUT &&
			first.character != (unsigned char)*h->secret[i])
			continue;
		this = compare(h->secret[i], text, left, length);
		if (this > best)
			best = this;
	}
	return best;
}

/* A star for each character, in place; what lies between them stays, so that it is the XML
 * that it was. Returns the bytes written. */
static size_t
blot(char *out, const char *text, size_t length)
{
	size_t done = 0;
	bool cut;

	for (size_t at = 0; at < length;) {
		size_t marker = skip_marker(text + at, length - at, &cut);

		if (at != 0 && marker != 0) {
			memmove(out + done, text + at, marker);
			done += marker;
			at += marker;
			continue;
		}
		at += read_letter(text + at, length - at).length;
		out[done++] = '*';
	}
	return done;
}

/* In place, up to what may be the beginning of a secret: how much that is goes to *rest; to
 * the end when rest is NULL. Returns the bytes that are done. */
static size_t
hide(const struct hiding *h, char *text, size_t length, size_t *rest)
{
	size_t at = 0, done = 0, found = 1;

	for (; at < length; at += found) {
		enum likeness likeness = compare_all(h, text + at, length - at, &found);

		if (likeness == LIKE) {
			done += blot(text + done, text + at, found);
			continue;
		}
		if (likeness == LIKE_SO_FAR && rest != NULL)
			break;
		found = 1;
		text[done++] = text[at];
	}
	if (rest != NULL)
		*rest = length - at;
	return done;
}

void
hiding_add(struct hiding *h, const char *secret)
{
	for (size_t i = 0; i < h->secrets; i++)
		if (text_same(h->secret[i], secret))
			return;
	if (*secret == '\0')
		return;
	if (h->secrets < HIDING_SECRETS) {
		h->secret[h->secrets++] = secret;
		return;
	}
	h->secret[h->oldest] = secret;
	h->oldest = (h->oldest + 1) % HIDING_SECRETS;
}

void
hiding_add_key(struct hiding *h, struct arena *arena, const char *key)
{
	size_t length = strnlen(key, LONGEST_KEY);

	if (length >= SHORTEST_KEY)
		hiding_add(h, arena_text(arena, key, length));
}

size_t
hiding_pass(struct hiding *h, const char *piece, size_t length, char *out)
{
	size_t done, rest;

	memcpy(out, h->held, h->helds);
	memcpy(out + h->helds, piece, length);
	length += h->helds;
	done = hide(h, out, length, &rest);
	h->helds = rest <= HIDING_HELD ? rest : 0;
	if (h->helds != 0)
		memcpy(h->held, out + length - rest, rest);
	else if (rest != 0) {
		memset(out + done, '*', rest);
		done += rest;
	}
	return done;
}

char *
hiding_whole(const struct hiding *h, struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_text(arena, text, length);

	copy[hide(h, copy, length, NULL)] = '\0';
	return copy;
}

static const char *
copy_hidden(const struct copying *copying, const char *text)
{
	return hiding_whole(copying->self, copying->arena, text, strlen(text));
}

void *
hiding_record(const struct hiding *h, struct arena *arena, const struct record *record,
	const void *fact)
{
	const struct copying by = { arena, copy_hidden, h };

	return record_copy_by(&by, record, fact);
}
