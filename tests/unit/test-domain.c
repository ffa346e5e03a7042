/* Domain names as typed, as DNS wants them, and addresses that nobody can reach. */
#include "base/text.h"
#include "model/domain.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *
repeat(struct arena *arena, const char *text, int times)
{
	const char *out = "";

	for (int i = 0; i < times; i++)
		out = arena_printf(arena, "%s%s", out, text);
	return out;
}

static void
reads_good_names(void **state)
{
	static const struct {
		const char *typed, *ascii, *unicode;
	} row[] = {
		{ "example.com", "example.com", "example.com" },
		{ "Example.COM.", "example.com", "example.com" },
		{ "localhost", "localhost", "localhost" },
		{ "bücher.example", "xn--bcher-kva.example", "bücher.example" },
		{ "BÜCHER.example", "xn--bcher-kva.example", "bücher.example" },
		{ "xn--bcher-kva.example", "xn--bcher-kva.example", "bücher.example" },
		/* IDNA 2008 keeps the sharp s. */
		{ "straße.example", "xn--strae-oqa.example", "straße.example" },
		{ "with_underscore.example", "with_underscore.example",
			"with_underscore.example" },
		{ "9.example", "9.example", "9.example" },
		{ "a-b--c.example", "a-b--c.example", "a-b--c.example" },
		{ "a。example", "a.example", "a.example" }, /* ideographic full stop */
	};
	struct domain domain;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		assert_null(domain_parse(*state, row[i].typed, &domain));
		assert_string_equal(domain.typed, row[i].typed);
		assert_string_equal(domain.ascii, row[i].ascii);
		assert_string_equal(domain.unicode, row[i].unicode);
	}
}

static void
refuses_bad_names(void **state)
{
	static const char *const row[] = { "", ".", "..", ".example", "a..example",
		"example..", "*.example", "-a.example", "a-.example", "a b.example",
		"user@example.com", "https://example.com", "example.com/chat",
		"192.0.2.1", "2001:db8::1", "[2001:db8::1]", "example.com:5269",
		"a\nb.example", "a\xff.example", "a\xe2\x80\xae.example", "a,b.example",
		"xn--é.example" };
	struct domain domain;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const char *trouble = domain_parse(*state, row[i], &domain);

		if (trouble == NULL)
			fail_msg("\"%s\" was taken", row[i]);
		assert_true(text_is_clean(trouble));
		assert_true(text_is_clean(domain.typed));
	}
}

/* RFC 1035, 2.3.4: 63 octets for a label, 253 characters for a name. */
static void
keeps_lengths(void **state)
{
	const char *label = repeat(*state, "a", 63);
	const char *name =
		arena_printf(*state, "%s.%s.%s.%s", label, label, label, label + 2);
	struct domain domain;

	assert_int_equal(strlen(name), 253);
	assert_null(domain_parse(*state, name, &domain));
	assert_string_equal(domain.ascii, name);
	assert_null(domain_parse(*state, arena_printf(*state, "%s.", name), &domain));
	assert_non_null(domain_parse(*state, arena_printf(*state, "a%s", name), &domain));
	assert_non_null(
		domain_parse(*state, arena_printf(*state, "a%s.b", label), &domain));
	assert_non_null(domain_parse(*state, repeat(*state, "a.", 5000), &domain));
	assert_non_null(domain_parse(*state, repeat(*state, "\xc3\xbc", 60), &domain));
}

static void
knows_public_suffixes(void **state)
{
	assert_string_equal(
		domain_registrable(*state, "chat.example.co.uk"), "example.co.uk");
	assert_string_equal(domain_registrable(*state, "example.com"), "example.com");
	assert_null(domain_registrable(*state, "co.uk"));
	assert_true(domain_is_public_suffix("com"));
	assert_false(domain_is_public_suffix("example.com"));
}

static void
knows_reserved_trees(void **state)
{
	(void)state;
	assert_string_equal(domain_reserved("xmpp.test"), "test");
	assert_string_equal(domain_reserved("localhost"), "localhost");
	assert_string_equal(domain_reserved("a.home.arpa"), "home.arpa");
	assert_string_equal(domain_reserved("a.ONION"), "onion");
	assert_null(domain_reserved("example.com"));
	assert_null(domain_reserved("mytest"));
	assert_null(domain_reserved("arpa"));
}

static void
compares_trees(void **state)
{
	(void)state;
	assert_true(domain_is_under("a.b.c", "b.c"));
	assert_true(domain_is_under("A.B.C", "b.c"));
	assert_true(domain_is_under("b.c", "b.c"));
	assert_false(domain_is_under("ab.c", "b.c"));
	assert_false(domain_is_under("c", "b.c"));
}

static void
tells_addresses_from_names(void **state)
{
	static const char *const address[] = { "192.0.2.1", "::1", "[::1]", "2001:db8::1",
		"::ffff:192.0.2.1", "[192.0.2.1]" };
	static const char *const name[] = { "", "example.com", "192.0.2", "192.0.2.256",
		"[]", "[", "1.2.3.4.5", "[::1", "::1]", ":::" };

	(void)state;
	for (size_t i = 0; i < sizeof address / sizeof address[0]; i++)
		assert_true(domain_is_address(address[i]));
	for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
		assert_false(domain_is_address(name[i]));
	assert_false(domain_is_address(repeat(*state, "1", 500)));
}

/* The first and the last address of a range, and their neighbours. */
static void
knows_special_addresses(void **state)
{
	static const struct {
		const char *address, *kind;
	} row[] = {
		{ "0.0.0.0", "\"this network\"" },
		{ "9.255.255.255", NULL },
		{ "10.0.0.0", "private" },
		{ "10.255.255.255", "private" },
		{ "11.0.0.0", NULL },
		{ "100.63.255.255", NULL },
		{ "100.64.0.0", "carrier-grade NAT" },
		{ "100.127.255.255", "carrier-grade NAT" },
		{ "100.128.0.0", NULL },
		{ "127.0.0.1", "loopback" },
		{ "169.254.1.1", "link-local" },
		{ "172.15.255.255", NULL },
		{ "172.16.0.0", "private" },
		{ "172.31.255.255", "private" },
		{ "172.32.0.0", NULL },
		{ "192.168.0.1", "private" },
		{ "198.19.255.255", "benchmarking" },
		{ "203.0.113.9", "documentation" },
		{ "224.0.0.1", "multicast" },
		{ "239.255.255.255", "multicast" },
		{ "255.255.255.255", "reserved" },
		{ "8.8.8.8", NULL },
		{ "::", "unspecified" },
		{ "::1", "loopback" },
		{ "::ffff:8.8.8.8", "IPv4-mapped" },
		{ "64:ff9b::8.8.8.8", "NAT64" },
		{ "2001:db8::1", "documentation" },
		{ "2001:db9::1", NULL },
		{ "fbff::1", NULL },
		{ "fc00::1", "unique-local" },
		{ "fdff::1", "unique-local" },
		{ "fe80::1", "link-local" },
		{ "febf::1", "link-local" },
		{ "fec0::1", NULL },
		{ "ff02::1", "multicast" },
		{ "2a00:1450::1", NULL },
		{ "example.com", "malformed" },
		{ "", "malformed" },
		{ "1.2.3", "malformed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		if (!text_same(address_special(row[i].address), row[i].kind))
			fail_msg("%s is not %s", row[i].address,
				row[i].kind ? row[i].kind : "global");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_good_names),
		TEST(refuses_bad_names),
		TEST(keeps_lengths),
		TEST(knows_public_suffixes),
		TEST(knows_reserved_trees),
		TEST(compares_trees),
		TEST(tells_addresses_from_names),
		TEST(knows_special_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
