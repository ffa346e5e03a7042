/* The door to libidn2 and libpsl. */
#include "model/domain.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <libpsl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *
check_labels(struct arena *arena, const char *ascii)
{
	if (strlen(ascii) > 253)
		return "it is longer than 253 octets";
	for (const char *label = ascii; label != NULL;) {
		size_t length = strcspn(label, ".");

		if (length == 0)
			return "it has an empty label";
		if (length > 63)
			return arena_printf(arena,
				"the label \"%.20s...\" is longer than 63 octets", label);
		if (label[0] == '*')
			return "a wildcard is not a domain";
		if (label[0] == '-' || label[length - 1] == '-')
			return "a label begins or ends with a hyphen";
		for (size_t i = 0; i < length; i++)
			if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", label[i]) ==
				NULL)
				return arena_printf(arena,
					"it contains the character \"%s\"",
					text_clean(arena, label + i, 1));
		label = label[length] == '.' ? label + length + 1 : NULL;
	}
	return NULL;
}

/* UTS 46 leaves characters alone that STD 3 forbids, the underscore among them: real
 * names have it, so the labels are looked at here. */
static const char *
to_ascii(struct arena *arena, const char *name, const char **ascii)
{
	char *out = NULL;
	int rc;

	rc = idn2_to_ascii_8z(name, &out, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
	if (rc != IDN2_OK)
		return arena_printf(
			arena, "it cannot be written in A-labels: %s", idn2_strerror(rc));
	*ascii = text_lower(arena, out);
	idn2_free(out);
	return NULL;
}

const char *
domain_parse(struct arena *arena, const char *typed, struct domain *domain)
{
	size_t length = strlen(typed);
	const char *trouble;

	domain->typed = text_clean(arena, typed, length);
	if (length == 0)
		return "it is empty";
	if (length > 1024)
		return "it is longer than 253 octets";
	if (strcmp(domain->typed, typed) != 0)
		return "it contains control or invisible characters or is not UTF-8";
	if (strchr(typed, '@') != NULL || strchr(typed, '/') != NULL)
		return "it is an address of a person or a URL; give the part between @ and /";
	if (domain_is_address(typed))
		return "it is an IP address, and an XMPP domain is a name";
	if (typed[length - 1] == '.')
		length--;
	trouble = to_ascii(arena, arena_text(arena, typed, length), &domain->ascii);
	if (trouble == NULL)
		trouble = check_labels(arena, domain->ascii);
	if (trouble == NULL)
		domain->unicode = domain_unicode(arena, domain->ascii);
	return trouble;
}

const char *
domain_unicode(struct arena *arena, const char *ascii)
{
	const char *name = ascii;
	char *out = NULL;

	if (idn2_to_unicode_8z8z(ascii, &out, 0) == IDN2_OK && text_is_clean(out))
		name = arena_strdup(arena, out);
	idn2_free(out);
	return name;
}

const char *
domain_registrable(struct arena *arena, const char *ascii)
{
	const psl_ctx_t *list = psl_builtin();

	return list ? arena_strdup(arena, psl_registrable_domain(list, ascii)) : NULL;
}

bool
domain_is_public_suffix(const char *ascii)
{
	const psl_ctx_t *list = psl_builtin();

	return list != NULL && psl_is_public_suffix(list, ascii);
}

const char *
domain_reserved(const char *ascii)
{
	static const char *const tree[] = { "local", "localhost", "invalid", "test",
		"example", "internal", "onion", "alt", "home.arpa", NULL };

	for (size_t i = 0; tree[i] != NULL; i++)
		if (domain_is_under(ascii, tree[i]))
			return tree[i];
	return NULL;
}

bool
domain_is_under(const char *name, const char *parent)
{
	size_t n = strlen(name), p = strlen(parent);

	return n >= p && text_same_name(name + n - p, parent) &&
	       (n == p || name[n - p - 1] == '.');
}

bool
domain_is_address(const char *text)
{
	size_t length = strlen(text);
	char bare[64];
	uint8_t bytes[16];

	if (length > 2 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	if (length >= sizeof bare)
		return false;
	memcpy(bare, text, length);
	bare[length] = '\0';
	return inet_pton(AF_INET, bare, bytes) == 1 ||
	       inet_pton(AF_INET6, bare, bytes) == 1;
}

/* IANA special-purpose address registries (RFC 6890 and its updates), where the column
 * "globally reachable" says false; and multicast. */
static const struct {
	int family;
	const char *prefix;
	int bits;
	const char *kind;
} special[] = {
	{ AF_INET, "0.0.0.0", 8, "\"this network\"" },
	{ AF_INET, "10.0.0.0", 8, "private" },
	{ AF_INET, "100.64.0.0", 10, "carrier-grade NAT" },
	{ AF_INET, "127.0.0.0", 8, "loopback" },
	{ AF_INET, "169.254.0.0", 16, "link-local" },
	{ AF_INET, "172.16.0.0", 12, "private" },
	{ AF_INET, "192.0.0.0", 24, "IETF protocol assignment" },
	{ AF_INET, "192.0.2.0", 24, "documentation" },
	{ AF_INET, "192.168.0.0", 16, "private" },
	{ AF_INET, "198.18.0.0", 15, "benchmarking" },
	{ AF_INET, "198.51.100.0", 24, "documentation" },
	{ AF_INET, "203.0.113.0", 24, "documentation" },
	{ AF_INET, "224.0.0.0", 4, "multicast" },
	{ AF_INET, "240.0.0.0", 4, "reserved" },
	{ AF_INET6, "::", 128, "unspecified" },
	{ AF_INET6, "::1", 128, "loopback" },
	{ AF_INET6, "::ffff:0:0", 96, "IPv4-mapped" },
	{ AF_INET6, "64:ff9b:1::", 48, "NAT64" },
	{ AF_INET6, "64:ff9b::", 96, "NAT64" },
	{ AF_INET6, "100::", 64, "discard-only" },
	{ AF_INET6, "2001:2::", 48, "benchmarking" },
	{ AF_INET6, "2001:db8::", 32, "documentation" },
	{ AF_INET6, "3fff::", 20, "documentation" },
	{ AF_INET6, "5f00::", 16, "segment routing" },
	{ AF_INET6, "fc00::", 7, "unique-local" },
	{ AF_INET6, "fe80::", 10, "link-local" },
	{ AF_INET6, "ff00::", 8, "multicast" },
};

static bool
same_bits(const uint8_t *a, const uint8_t *b, int bits)
{
	int bytes = bits / 8, rest = bits % 8;

	return memcmp(a, b, (size_t)bytes) == 0 &&
	       (rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0);
}

const char *
address_special(const char *address)
{
	uint8_t bytes[16], prefix[16];
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;

	if (inet_pton(family, address, bytes) != 1)
		return "malformed";
	for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
		if (special[i].family == family &&
			inet_pton(family, special[i].prefix, prefix) == 1 &&
			same_bits(bytes, prefix, special[i].bits))
			return special[i].kind;
	return NULL;
}
