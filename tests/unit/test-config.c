#define SCHEMA "doc/partners.rng"
#include "tests/unit/schema.h"

#include "base/text.h"
#include "config/config.h"
#include "file/load.h"

#include <dirent.h>

#define ROOT "<fedprobe xmlns='urn:fedprobe:config:1'>\n"
#define END  "</fedprobe>\n"

static struct config *
read_text(struct fixture *f, const char *bytes, const char *name, const char **trouble)
{
	return config_read_memory(bytes, strlen(bytes), name, NULL, f->arena, trouble);
}

static struct config *
read_good(struct fixture *f, const char *bytes, const char *name)
{
	const char *trouble;
	struct config *config = read_text(f, bytes, name, &trouble);

	assert_null(trouble);
	assert_non_null(config);
	return config;
}

static char *
write_text(const struct config *config)
{
	char *bytes = NULL;
	size_t length;
	FILE *file = open_memstream(&bytes, &length);

	assert_true(config_write(file, config));
	fclose(file);
	return bytes;
}

/* Once written, it stays the same to the byte, and the schema admits it. */
static void
check_round_trip(struct fixture *f, const struct config *config)
{
	char *once = write_text(config), *twice;
	struct config *again = read_good(f, once, config->file);

	assert_true(fits_schema(f->schema, once));
	twice = write_text(again);
	assert_string_equal(once, twice);
	free(once);
	free(twice);
	config_close(&again);
}

/* --- the fixtures ---------------------------------------------------------------------- */

static int
is_xml(const struct dirent *entry)
{
	return text_ends(entry->d_name, ".xml");
}

/* All files of a folder: what the reader and the schema say of them. */
static void
check_folder(struct fixture *f, const char *folder, bool good, bool fits)
{
	const char *srcdir = getenv("srcdir");
	const char *path = arena_printf(
		f->arena, "%s/tests/config/%s", srcdir ? srcdir : ".", folder);
	struct dirent **entry;
	int entries = scandir(path, &entry, is_xml, alphasort);

	assert_true(entries > 0);
	for (int i = 0; i < entries; i++) {
		size_t length;
		char *file = arena_printf(f->arena, "%s/%s", path, entry[i]->d_name);
		char *bytes = load_file(file, CONFIG_MAX_BYTES, &length);
		const char *text = arena_text(f->arena, bytes, length), *trouble;
		struct config *config = read_text(f, text, file, &trouble);

		/* The schema knows no checks; neither does the reader here. */
		if (strstr(file, "check-") == NULL)
			assert_int_equal(config != NULL, good);
		assert_int_equal(fits_schema(f->schema, text), fits);
		if (good)
			check_round_trip(f, config);
		config_close(&config);
		free(bytes);
		free(entry[i]);
	}
	free(entry);
}

static void
test_fixtures(void **state)
{
	check_folder(*state, "good", true, true);
	check_folder(*state, "bad", false, false);
	check_folder(*state, "beyond-schema", false, true);
}

/* --- what is read ---------------------------------------------------------------------- */

static const char whole[] = ROOT
	"<local domain='Contoso.com.' edge='bücher.contoso.com' port='5270'"
	" verify='optional' federated-users='false'>\n"
	"<sip-domain> contoso.com </sip-domain><sip-domain>bücher.example</sip-domain>\n"
	"<certificate chain='edge.pem' key='/etc/edge.key'/>\n"
	"<access-policy federation='true'/><access-policy name='tag:X' xmpp='true'/>\n"
	"<listen address='::' tls-port='5270'/></local>\n"
	"<gateway connection-limit='7' stream-inactivity-timeout='00999999999'/>\n"
	"<partner domain='Fabrikam.com' type='public-verified' tls='optional'"
	" sasl='not-supported' dialback='false' keep-alive='false'"
	" connection-limit='3' proxy='xmpp.fabrikam.com' agreed-tests='true'>\n"
	"<description>\n parts\t\tsupplier &amp; more </description>\n"
	"<additional-domain>EMEA.fabrikam.com</additional-domain></partner>\n"
	"<severity check='cert.name.match' level='low'/>" END;

static void
test_local(void **state)
{
	struct fixture *f = *state;
	struct config *config = read_good(f, whole, "folder/partners.xml");
	const struct local *local = config->local;

	assert_string_equal(local->domain, "contoso.com");
	assert_string_equal(local->edge, "xn--bcher-kva.contoso.com");
	assert_int_equal(local->port, 5270);
	assert_int_equal(local->verify, VERIFY_OPTIONAL);
	assert_int_equal(local->federated_users, KNOWN_FALSE);
	assert_int_equal(local->sip_domains, 2);
	assert_string_equal(local->sip_domain[0], "contoso.com");
	assert_string_equal(local->sip_domain[1], "xn--bcher-kva.example");
	assert_string_equal(local->chain, "folder/edge.pem");
	assert_string_equal(local->key, "/etc/edge.key");
	assert_int_equal(local->access_policies, 2);
	assert_null(local->access_policy[0].name);
	assert_true(local->access_policy[0].federation);
	assert_false(local->access_policy[0].xmpp);
	assert_string_equal(local->access_policy[1].name, "tag:X");
	assert_true(local->access_policy[1].xmpp);
	assert_string_equal(local->listen_address, "::");
	assert_int_equal(local->listen_port, 5269);
	assert_int_equal(local->listen_tls_port, 5270);
	assert_int_equal(config->local_line, 2);
	assert_int_equal(config->gateway_line, 7);
	assert_int_equal(config->gateway->connection_limit, 7);
	assert_int_equal(config->gateway->stream_inactivity_timeout, CONFIG_MAX_NUMBER);
	assert_int_equal(config->gateway->keep_alive_interval, 0);
	check_round_trip(f, config);
	config_close(&config);
}

static void
test_partner(void **state)
{
	struct fixture *f = *state;
	struct config *config = read_good(f, whole, "partners.xml");
	const struct configured *partner = config_find(config, "fabrikam.com");
	const struct policy *policy = &partner->policy;

	assert_int_equal(config->partners, 1);
	assert_int_equal(partner->line, 8);
	assert_string_equal(partner->domain.typed, "Fabrikam.com");
	assert_int_equal(policy->type, TYPE_PUBLIC_VERIFIED);
	assert_int_equal(policy->tls, DEMAND_OPTIONAL);
	assert_int_equal(policy->sasl, DEMAND_NOT_SUPPORTED);
	assert_int_equal(policy->dialback, AGREED_FALSE);
	assert_int_equal(policy->keep_alive, AGREED_FALSE);
	assert_int_equal(policy->connection_limit, 3);
	assert_string_equal(policy->proxy, "xmpp.fabrikam.com");
	assert_true(policy->agreed_tests);
	assert_string_equal(policy->description, "parts supplier & more");
	assert_int_equal(policy->additional_domains, 1);
	assert_string_equal(policy->additional_domain[0], "emea.fabrikam.com");
	assert_null(config_find(config, "emea.fabrikam.com"));
	assert_int_equal(config->levels, 1);
	assert_string_equal(config->level[0].check, "cert.name.match");
	assert_int_equal(config->level[0].severity, SEVERITY_LOW);
	assert_string_equal(config->local->chain, "edge.pem");
	config_close(&config);
}

static void
test_defaults(void **state)
{
	struct config *config = read_good(
		*state, ROOT "<partner domain='fabrikam.com'/>" END, "partners.xml");
	const struct policy *policy = &config->partner[0].policy;

	assert_null(config->local);
	assert_null(config->gateway);
	assert_int_equal(policy->type, TYPE_PUBLIC_UNVERIFIED);
	assert_int_equal(policy->tls, DEMAND_REQUIRED);
	assert_int_equal(policy->sasl, DEMAND_REQUIRED);
	assert_int_equal(policy->dialback, AGREED_TRUE);
	assert_int_equal(policy->keep_alive, AGREED_TRUE);
	assert_int_equal(negotiation_of(policy)->row, 1);
	config_close(&config);
}

/* --- what is written ------------------------------------------------------------------- */

static void
test_written(void **state)
{
	static const char expected[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<fedprobe xmlns=\"urn:fedprobe:config:1\">\n"
		"  <local domain=\"contoso.com\" edge=\"bücher.contoso.com\" port=\"5270\""
		" verify=\"optional\" federated-users=\"false\">\n"
		"    <sip-domain>contoso.com</sip-domain>\n"
		"    <sip-domain>bücher.example</sip-domain>\n"
		"    <certificate chain=\"edge.pem\" key=\"/etc/edge.key\"/>\n"
		"    <access-policy federation=\"true\" xmpp=\"false\"/>\n"
		"    <access-policy name=\"tag:X\" federation=\"false\" xmpp=\"true\"/>\n"
		"    <listen address=\"::\" port=\"5269\" tls-port=\"5270\"/>\n"
		"  </local>\n"
		"  <gateway connection-limit=\"7\""
		" stream-inactivity-timeout=\"999999999\"/>\n"
		"  <partner domain=\"Fabrikam.com\" type=\"public-verified\""
		" tls=\"optional\" sasl=\"not-supported\" dialback=\"false\""
		" keep-alive=\"false\" connection-limit=\"3\" proxy=\"xmpp.fabrikam.com\""
		" agreed-tests=\"true\">\n"
		"    <description>parts supplier &amp; more</description>\n"
		"    <additional-domain>emea.fabrikam.com</additional-domain>\n"
		"  </partner>\n"
		"  <severity check=\"cert.name.match\" level=\"low\"/>\n"
		"</fedprobe>\n";
	struct config *config = read_good(*state, whole, "folder/partners.xml");
	char *bytes = write_text(config);

	assert_string_equal(bytes, expected);
	free(bytes);
	config_close(&config);
}

static void
test_full_disk(void **state)
{
	struct config *config = read_good(*state, whole, "partners.xml");
	FILE *full = fopen("/dev/full", "w");

	if (full != NULL) {
		assert_false(config_write(full, config));
		fclose(full);
	}
	config_close(&config);
}

/* A path stays what it is, whatever the folder of the file looks like. */
static void
test_paths(void **state)
{
	static const char *const files[] = { "partners.xml", "/partners.xml", "a/p.xml",
		"a//p.xml", "/a/p.xml", "../p.xml", "./p.xml" };
	static const char *const paths[] = { "edge.pem", "/edge.pem", "//edge.pem",
		"/a/edge.pem", "/a//edge.pem", "/a/", "a/edge.pem", "../edge.pem", "/",
		".", "a//b" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		for (size_t k = 0; k < sizeof paths / sizeof paths[0]; k++) {
			const char *bytes = arena_printf(f->arena,
				ROOT "<local domain='a.example'>"
				     "<certificate chain='%s'/></local>" END,
				paths[k]);
			struct config *config = read_good(f, bytes, files[i]), *again;
			char *written = write_text(config);

			again = read_good(f, written, files[i]);
			assert_string_equal(again->local->chain, config->local->chain);
			free(written);
			config_close(&again);
			config_close(&config);
		}
}

/* --- what is refused ------------------------------------------------------------------- */

/* These troubles are told in the words of libxml2, which change. */
static void
test_not_well_formed(void **state)
{
	static const char *const bytes[] = { "", "\n", "x", "<fedprobe", ROOT,
		ROOT "<partner domain='a.example'></fedprobe>", ROOT END "<a/>",
		ROOT "<p:partner/>" END, ROOT "&lol;" END,
		ROOT "<partner domain='&lol;'/>" END, ROOT "\x01" END, ROOT "\xff" END,
		ROOT "<partner domain='a.example' domain='b.example'/>" END,
		"<?xml version='1.0' encoding='ISO-8859-1'?>" ROOT
		"<partner domain='\xe4.example'/>" END,
		"\xff\xfe<" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
		const char *trouble;

		assert_null(read_text(f, bytes[i], "p.xml", &trouble));
		assert_true(text_starts(trouble, "p.xml:"));
		assert_true(text_is_clean(trouble));
	}
}

/* Not that of the element around it, which may begin thousands of lines before. */
static void
test_line_of_what_is_not_well_formed(void **state)
{
	static const char *const wrong[] = { "<partner domain='&lol;'/>",
		"<partner domain='a & b'/>", "<partner domain=a/>",
		"<partner domain='a<b'/>", "<partner domain='a' domain='b'/>",
		"<p:partner/>", "<partner></p>" };
	struct fixture *f = *state;
	const char *before = ROOT, *trouble;

	for (int i = 0; i < 200; i++)
		before = arena_printf(
			f->arena, "%s<partner domain='p%d.example'/>\n", before, i);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_null(read_text(f,
			arena_printf(f->arena, "%s%s\n" END, before, wrong[i]), "p.xml",
			&trouble));
		if (!text_starts(trouble, "p.xml:202: "))
			fail_msg("%s", trouble);
	}
}

static void
test_hostile_size(void **state)
{
	struct fixture *f = *state;
	const char *trouble;

	assert_null(config_read_memory(
		"", (size_t)CONFIG_MAX_BYTES + 1, "p.xml", NULL, f->arena, &trouble));
	assert_string_equal(trouble, "p.xml: it is larger than 64 MiB");
	assert_null(config_read("/nonexistent/p.xml", NULL, f->arena, &trouble));
	assert_string_equal(trouble, "/nonexistent/p.xml: No such file or directory");
}

static const char *
knows_one(struct arena *arena, const char *id)
{
	return strcmp(id, "a.b") == 0 ? NULL : arena_printf(arena, "not %s", id);
}

static void
test_checks(void **state)
{
	static const char bytes[] = ROOT "<severity check='a.b' level='low'/>\n"
					 "<severity check='a.c' level='low'/>" END;
	struct fixture *f = *state;
	const char *trouble;

	assert_null(config_read_memory(
		bytes, strlen(bytes), "p.xml", knows_one, f->arena, &trouble));
	assert_string_equal(trouble, "p.xml:3: check=\"a.c\" of <severity> is no check; "
				     "accepted: not a.c");
}

/* The last of very many is the second of its name. */
static void
test_thousands(void **state)
{
	enum { PARTNERS = 5000 };
	struct fixture *f = *state;
	const char *trouble;
	char *bytes = NULL;
	size_t length;
	FILE *file = open_memstream(&bytes, &length);

	fputs(ROOT, file);
	for (int i = 0; i < PARTNERS; i++)
		fprintf(file, "<partner domain='p%d.example'/>\n", i);
	fputs("<partner domain='p0.example'/>" END, file);
	fclose(file);
	assert_null(read_text(f, bytes, "p.xml", &trouble));
	assert_string_equal(
		trouble, "p.xml:5002: \"p0.example\" is listed before, in line 2");
	free(bytes);
}

/* --- by hand --------------------------------------------------------------------------- */

static void
test_add(void **state)
{
	struct fixture *f = *state;
	struct config *config = config_open();
	char typed[] = "Fabrikam.com";
	struct domain domain;
	struct configured *partner;

	assert_null(domain_parse(f->arena, typed, &domain));
	partner = config_add(config, &domain);
	memset(typed, 'x', strlen(typed));
	assert_string_equal(partner->domain.typed, "Fabrikam.com");
	assert_ptr_equal(config_find(config, "fabrikam.com"), partner);
	assert_int_equal(partner->line, 0);
	config->file = "partners.xml";
	check_round_trip(f, config);
	config_close(&config);
	assert_null(config);
	config_close(&config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_partner),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_not_well_formed),
		cmocka_unit_test(test_line_of_what_is_not_well_formed),
		cmocka_unit_test(test_hostile_size),
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_thousands),
		cmocka_unit_test(test_add),
	};

	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
