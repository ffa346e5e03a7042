/* Addresses of people: RFC 7622, and whose answer counts. */
#include "model/jid.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
takes_addresses_of_people(void **state)
{
	static const char *const good[] = { "ann@example.com", "a.b-c_d+e@example.com",
		"jos\xc3\xa9@example.com", "ann@m\xc3\xbcnchen.example" };
	struct jid jid;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_null(jid_parse(*state, good[i], &jid));
	assert_null(jid_parse(*state, "Ann@XN--MNCHEN-3YA.example.", &jid));
	assert_string_equal(jid.local, "Ann");
	assert_string_equal(jid.domain.ascii, "xn--mnchen-3ya.example");
	assert_string_equal(jid.bare, "Ann@m\xc3\xbcnchen.example");
}

static void
refuses_all_else(void **state)
{
	static const char *const bad[] = { "", "ann", "example.com", "@example.com",
		"ann@", "ann@example.com/phone", "ann@b@example.com", "a n@example.com",
		"a'n@example.com", "a<n@example.com", "a\tn@example.com",
		"a\x1b[31m@example.com", "a\xe2\x80\xae@example.com", "ann@-.example",
		"ann@exa mple.com" };
	char longest[1100];
	struct jid jid;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_non_null(jid_parse(*state, bad[i], &jid));
	memset(longest, 'a', 1024);
	strcpy(longest + 1024, "@example.com");
	assert_non_null(jid_parse(*state, longest, &jid));
	assert_null(jid_parse(*state, longest + 1, &jid));
}

static void
knows_an_address_again(void **state)
{
	static const struct {
		const char *text, *bare;
		bool is;
	} row[] = {
		{ "ann@example.com", "ann@example.com", true },
		{ "ANN@Example.COM", "ann@example.com", true },
		{ "ann@example.com/phone", "ann@example.com", true },
		{ "ann@example.com/a@b/c", "ann@example.com", true },
		{ "ann@xn--mnchen-3ya.example", "ann@m\xc3\xbcnchen.example", true },
		{ "example.com", "example.com", true },
		{ "example.com", "ann@example.com", false },
		{ "ann@example.com", "example.com", false },
		{ "ann@example.com.evil.example", "ann@example.com", false },
		{ "evil.example/ann@example.com", "ann@example.com", false },
		{ "bob@example.com", "ann@example.com", false },
		{ "ann@", "ann@example.com", false },
		{ "", "ann@example.com", false },
		{ NULL, "ann@example.com", false },
		{ NULL, NULL, false },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_int_equal(jid_is(*state, row[i].text, row[i].bare), row[i].is);
}

static void
knows_the_server_of_an_address(void **state)
{
	assert_true(jid_is_domain(*state, "example.com", "ann@example.com"));
	assert_true(jid_is_domain(*state, "Example.com", "example.com"));
	assert_false(jid_is_domain(*state, "example.com/x", "ann@example.com"));
	assert_false(jid_is_domain(*state, "bob@example.com", "ann@example.com"));
	assert_false(jid_is_domain(*state, "chat.example.com", "ann@example.com"));
	assert_false(jid_is_domain(*state, NULL, "ann@example.com"));
}

static void
knows_who_is_at_a_domain(void **state)
{
	assert_true(jid_is_at(*state, "example.com", "example.com"));
	assert_true(jid_is_at(*state, "ann@example.com/phone", "Example.com"));
	assert_false(jid_is_at(*state, "ann@chat.example.com", "example.com"));
	assert_false(jid_is_at(*state, "evil.example/@example.com", "example.com"));
	assert_false(jid_is_at(*state, "ann@", "example.com"));
	assert_false(jid_is_at(*state, NULL, "example.com"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_addresses_of_people),
		cmocka_unit_test(refuses_all_else),
		cmocka_unit_test(knows_an_address_again),
		cmocka_unit_test(knows_the_server_of_an_address),
		cmocka_unit_test(knows_who_is_at_a_domain),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
