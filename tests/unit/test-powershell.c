/* Commands: what stands in them, and what cannot come into them. */
#include "config/powershell.h"

#include "config/import.h"
#include "file/load.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
quotes_strings(void **state)
{
	static const struct {
		const char *text, *quoted;
	} row[] = {
		{ "", "''" },
		{ "plain", "'plain'" },
		{ "it's", "'it''s'" },
		{ "''", "''''''" },
		{ "a\u2018b\u2019c\u201ad\u201be",
			"'a\u2018\u2018b\u2019\u2019c\u201a\u201ad\u201b\u201be'" },
		{ "'; Remove-Item C:\\ #", "'''; Remove-Item C:\\ #'" },
		{ "$(Get-Date) `n \"x\" \u201cy\u201d",
			"'$(Get-Date) `n \"x\" \u201cy\u201d'" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_string_equal(powershell_quote(*state, row[i].text), row[i].quoted);
}

/* The text behind the two lines at the top, in the arena; closes the configuration. */
static const char *
write_body(struct arena *arena, struct config *config)
{
	char *text, *body;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	assert_true(powershell_write(file, config));
	fclose(file);
	body = strstr(text, "-Domain.\n");
	assert_non_null(body);
	body = arena_strdup(arena, body + strlen("-Domain.\n"));
	if (text[0] != '#')
		assert_memory_equal(text, "\xef\xbb\xbf#", 4);
	free(text);
	config_close(&config);
	return body;
}

static struct policy *
add(struct config *config, const char *name)
{
	struct domain domain;

	assert_null(domain_parse(config->arena, name, &domain));
	return &config_add(config, &domain)->policy;
}

static void
writes_partners(void **state)
{
	static const char *const domain[] = { "b.example", "c.example" };
	struct config *config = config_open();
	struct policy *policy;

	policy = add(config, "a.example");
	policy->type = TYPE_FEDERATED;
	policy->sasl = DEMAND_OPTIONAL;
	policy->additional_domain = domain;
	policy->additional_domains = 2;
	policy = add(config, "b\u00fccher.example");
	policy->tls = policy->sasl = DEMAND_NOT_SUPPORTED;
	policy->keep_alive = AGREED_FALSE;
	policy->connection_limit = 7;
	policy->proxy = "proxy.example";
	policy->description = "x' -PartnerType Federated #";
	assert_string_equal(write_body(*state, config),
		"New-CsXmppAllowedPartner -Domain 'a.example' -PartnerType Federated "
		"-TlsNegotiation Required -SaslNegotiation Optional "
		"-SupportDialbackNegotiation $true "
		"-AdditionalDomains 'b.example','c.example'\n"
		"New-CsXmppAllowedPartner -Domain 'xn--bcher-kva.example' "
		"-PartnerType PublicUnverified -TlsNegotiation NotSupported "
		"-SaslNegotiation NotSupported -SupportDialbackNegotiation $true "
		"-EnableKeepAlive $false -ConnectionLimit 7 -ProxyFqdn 'proxy.example' "
		"-Description 'x'' -PartnerType Federated #'\n");
}

static void
remarks_on_rows(void **state)
{
	struct config *config = config_open();
	struct policy *policy = add(config, "a.example");

	policy->tls = DEMAND_NOT_SUPPORTED;
	policy->dialback = AGREED_FALSE;
	assert_string_equal(write_body(*state, config),
		"# row 6 of the negotiation table: SASL requires TLS, which is not "
		"supported, and dialback is off: nothing is left\n"
		"New-CsXmppAllowedPartner -Domain 'a.example' "
		"-PartnerType PublicUnverified -TlsNegotiation NotSupported "
		"-SaslNegotiation Required -SupportDialbackNegotiation $false\n");
}

static void
writes_our_side(void **state)
{
	struct access_policy policy[] = {
		{ NULL, true, false },
		{ "GLOBAL", false, false },
		{ "site:Redmond", true, true },
		{ "Tag:XMPP user's", true, true },
		{ "ta", false, true },
	};
	struct local local = { .domain = "contoso.example",
		.federated_users = KNOWN_FALSE,
		.access_policy = policy,
		.access_policies = sizeof policy / sizeof policy[0] };
	struct gateway gateway = { .connection_limit = 1200, .log_message_bodies = true };
	struct config *config = config_open();

	config->local = &local;
	config->gateway = &gateway;
	assert_string_equal(write_body(*state, config),
		"# this is about SIP federation, too\n"
		"Set-CsAccessEdgeConfiguration -AllowFederatedUsers $false\n"
		"Set-CsExternalAccessPolicy -Identity 'Global' "
		"-EnableFederationAccess $true -EnableXmppAccess $false\n"
		"Set-CsExternalAccessPolicy -Identity 'GLOBAL' "
		"-EnableFederationAccess $false -EnableXmppAccess $false\n"
		"New-CsExternalAccessPolicy -Identity 'site:Redmond' "
		"-EnableFederationAccess $true -EnableXmppAccess $true\n"
		"New-CsExternalAccessPolicy -Identity 'XMPP user''s' "
		"-EnableFederationAccess $true -EnableXmppAccess $true\n"
		"New-CsExternalAccessPolicy -Identity 'ta' "
		"-EnableFederationAccess $false -EnableXmppAccess $true\n"
		"Set-CsXmppGatewayConfiguration -ConnectionLimit 1200 "
		"-EnableLoggingAllMessageBodies $true\n");
}

static void
writes_nothing_of_nothing(void **state)
{
	struct local local = { .domain = "contoso.example" };
	struct gateway gateway = { .connection_limit = 0 };
	struct config *config = config_open();

	config->local = &local;
	config->gateway = &gateway;
	assert_string_equal(write_body(*state, config), "");
}

/* Without a byte order mark Windows would read the octets of other characters as quotes. */
static void
marks_what_is_not_ascii(void **state)
{
	static const struct {
		const char *description, *start;
	} row[] = { { "M\u00d2ller", "\xef\xbb\xbf# " }, { "Miller", "# For" } };

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct config *config = config_open();
		char *text;
		size_t length;
		FILE *file = open_memstream(&text, &length);

		add(config, "a.example")->description = row[i].description;
		assert_true(powershell_write(file, config));
		fclose(file);
		assert_memory_equal(text, row[i].start, strlen(row[i].start));
		free(text);
		config_close(&config);
	}
}

static void
tells_that_it_could_not(void **state)
{
	struct config *config = config_open();
	FILE *file = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(file);
	assert_false(powershell_write(file, config));
	fclose(file);
	config_close(&config);
}

/* --- from export to commands -------------------------------------------------------------- */

static void
goes_all_the_way(void **state)
{
	static const char *const name[] = { "partners-utf16", "gateway", "access",
		"edge" };
	const char *srcdir = getenv("srcdir"),
		   *folder = arena_printf(
			   *state, "%s/tests/config/clixml", srcdir ? srcdir : ".");
	struct local local = { .domain = "contoso.com" };
	struct config *config = config_open();
	struct import *import;
	char *text, *expected;
	size_t length, expects;
	FILE *file = open_memstream(&text, &length);

	config->local = &local;
	import = import_open(config);
	for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
		assert_true(import_file(
			import, arena_printf(*state, "%s/%s.xml", folder, name[i])));
	import_close(&import);
	assert_true(powershell_write(file, config));
	fclose(file);
	expected = load_file(
		arena_printf(*state, "%s/expected.ps1", folder), 65536, &expects);
	assert_non_null(expected);
	assert_int_equal(length, expects);
	assert_memory_equal(text, expected, expects);
	free(expected);
	free(text);
	config_close(&config);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(quotes_strings),
		TEST(writes_partners),
		TEST(remarks_on_rows),
		TEST(writes_our_side),
		TEST(writes_nothing_of_nothing),
		TEST(marks_what_is_not_ascii),
		TEST(tells_that_it_could_not),
		TEST(goes_all_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
