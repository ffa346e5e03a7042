/* Which names in a certificate stand for a domain: RFC 6120, 13.7.1.2.1; RFC 9525, 6.3. */
#include "model/name.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
covers_as_rfc_9525_says(void **state)
{
	static const struct {
		const char *name, *domain;
		bool covers;
	} row[] = {
		{ "example.com", "example.com", true },
		{ "Example.COM", "example.com", true },
		{ "example.com", "example.org", false },
		{ "example.com", "chat.example.com", false },
		{ "chat.example.com", "example.com", false },
		{ "example.com.", "example.com", false },
		{ " example.com", "example.com", false },
		{ "example.com\\x00.org", "example.com", false },
		{ "", "example.com", false },
		{ "*.example.com", "chat.example.com", true },
		{ "*.EXAMPLE.com", "chat.example.com", true },
		{ "*.example.com", "xn--bcher-kva.example.com", true },
		{ "*.example.com", "example.com", false },
		{ "*.example.com", "a.chat.example.com", false },
		{ "*.example.com", ".example.com", false },
		{ "ch*.example.com", "chat.example.com", false },
		{ "*at.example.com", "chat.example.com", false },
		{ "chat.*.com", "chat.example.com", false },
		{ "*.*.com", "chat.example.com", false },
		{ "**.example.com", "chat.example.com", false },
		{ "*", "localhost", false },
		{ "*.", "chat.", false },
		{ "*.com", "example.com", false },
		{ "*.co.uk", "example.co.uk", false },
		{ "*.CO.UK", "example.co.uk", false },
		{ "*.example.co.uk", "chat.example.co.uk", true },
		{ "*.localdomain", "chat.localdomain", false },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		if (name_covers(*state, row[i].name, row[i].domain) != row[i].covers)
			fail_msg("\"%s\" and \"%s\"", row[i].name, row[i].domain);
}

static void
tells_kinds_of_wildcards(void **state)
{
	assert_int_equal(name_wildcard(*state, "example.com"), WILDCARD_NONE);
	assert_int_equal(name_wildcard(*state, "*.example.com"), WILDCARD_WHOLE);
	assert_int_equal(name_wildcard(*state, "x*.example.com"), WILDCARD_PARTIAL);
	assert_int_equal(name_wildcard(*state, "x.*.com"), WILDCARD_PARTIAL);
	assert_int_equal(name_wildcard(*state, "*"), WILDCARD_PARTIAL);
	assert_int_equal(name_wildcard(*state, "*."), WILDCARD_PARTIAL);
	assert_int_equal(name_wildcard(*state, "*.com"), WILDCARD_PUBLIC);
	assert_int_equal(name_wildcard(*state, "*.Co.Uk"), WILDCARD_PUBLIC);
}

static void
knows_both_forms_of_a_domain(void **state)
{
	assert_true(name_is(*state, "example.com", "example.com"));
	assert_true(name_is(*state, "EXAMPLE.com", "example.com"));
	assert_true(name_is(*state, "bücher.example", "xn--bcher-kva.example"));
	assert_true(name_is(*state, "BÜCHER.example", "xn--bcher-kva.example"));
	assert_true(name_is(*state, "xn--bcher-kva.example", "xn--bcher-kva.example"));
	assert_false(name_is(*state, "bucher.example", "xn--bcher-kva.example"));
	assert_false(name_is(*state, "*.example.com", "chat.example.com"));
	assert_false(name_is(*state, "user@example.com", "example.com"));
	assert_false(name_is(*state, "", "example.com"));
	assert_false(name_is(*state, NULL, "example.com"));
}

/* Lists of one name each; NULL for an empty one. */
struct names {
	const char *dns, *srv, *xmpp, *other, *common;
};

static struct certificate_fact
certificate(const struct names *names)
{
	return (struct certificate_fact){ .has_names = true,
		.dns_name = &names->dns,
		.dns_names = names->dns != NULL,
		.srv_name = &names->srv,
		.srv_names = names->srv != NULL,
		.xmpp_address = &names->xmpp,
		.xmpp_addresses = names->xmpp != NULL,
		.other_name = &names->other,
		.other_names = names->other != NULL,
		.common_name = names->common };
}

static void
finds_every_kind_of_identity(void **state)
{
	static const struct {
		struct names names;
		unsigned found;
		bool fits;
	} row[] = {
		{ { .dns = "chat.example.com" }, IDENTITY_DNS, true },
		{ { .dns = "*.example.com" }, IDENTITY_WILDCARD, true },
		{ { .dns = "example.com" }, 0, false },
		{ { .srv = "_xmpp-server.chat.example.com" }, IDENTITY_SRV, true },
		{ { .srv = "_XMPP-Server.chat.example.com" }, IDENTITY_SRV, true },
		{ { .srv = "_xmpp-server.*.example.com" }, IDENTITY_SRV, true },
		{ { .srv = "_xmpp-client.chat.example.com" }, 0, false },
		{ { .srv = "_xmpp-server." }, 0, false },
		{ { .srv = "xmpp-server.chat.example.com" }, 0, false },
		{ { .xmpp = "chat.example.com" }, IDENTITY_XMPP, true },
		{ { .xmpp = "user@chat.example.com" }, 0, false },
		{ { .xmpp = "*.example.com" }, 0, false },
		{ { .dns = "chat.example.com",
			  .srv = "_xmpp-server.chat.example.com",
			  .xmpp = "chat.example.com" },
			IDENTITY_DNS | IDENTITY_SRV | IDENTITY_XMPP, true },
		{ { .other = "email:chat.example.com" }, 0, false },
		{ { .other = "uri:chat.example.com" }, 0, false },
		{ { .common = "chat.example.com" }, 0, true },
		{ { .common = "chat.example.com", .other = "ip:192.0.2.1" }, 0, true },
		{ { .common = "chat.example.com", .dns = "example.com" }, 0, false },
		{ { .common = "chat.example.com", .srv = "_xmpp-client.example.com" }, 0,
			false },
		{ { .common = "*.example.com" }, 0, false },
		{ { .common = NULL }, 0, false },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct certificate_fact fact = certificate(&row[i].names);
		unsigned found = name_identities(*state, &fact, "chat.example.com");

		if (found != row[i].found)
			fail_msg("row %zu: identities %u", i, found);
		if (name_fits(*state, &fact, "chat.example.com") != row[i].fits)
			fail_msg("row %zu: does %sfit", i, row[i].fits ? "not " : "");
	}
}

static void
finds_it_among_others(void **state)
{
	static const char *const name[] = { "a.example", "*.example.com", "example.com",
		"z.example" };
	struct certificate_fact fact = { .dns_name = name, .dns_names = 4 };

	assert_int_equal(name_identities(*state, &fact, "example.com"), IDENTITY_DNS);
	assert_int_equal(
		name_identities(*state, &fact, "chat.example.com"), IDENTITY_WILDCARD);
	assert_int_equal(name_identities(*state, &fact, "b.example"), 0);
	assert_true(name_fits(*state, &fact, "z.example"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers_as_rfc_9525_says),
		cmocka_unit_test(tells_kinds_of_wildcards),
		cmocka_unit_test(knows_both_forms_of_a_domain),
		cmocka_unit_test(finds_every_kind_of_identity),
		cmocka_unit_test(finds_it_among_others),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
