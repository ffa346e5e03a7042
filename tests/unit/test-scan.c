/* The elimination, against servers that are a list. */
#include "model/scan.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char place[] = "starttls xmpp.example.com 5269 192.0.2.7";

struct server {
	const char *suite[4][8]; /* by version */
	const char *group[8];
	enum outcome refusal;
	bool stubborn; /* chooses the first of its list, offered or not */
};

static bool
is_offered(const struct tls_name *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i]->name, name) == 0)
			return true;
	return false;
}

static const char *
choose(const struct server *s, const char *const *own, const struct tls_name *const *list,
	size_t count)
{
	for (size_t i = 0; own[i] != NULL; i++)
		if (s->stubborn || is_offered(list, count, own[i]))
			return own[i];
	return NULL;
}

static void
answer(const struct server *s, const struct offer *offer, struct hello_fact *fact)
{
	for (enum tls_version v = offer->version; v < TLS_VERSIONS && !fact->answered;
		v++) {
		/* Only TLS 1.3 is offered alone (RFC 8446, 4.2.1). */
		if (offer->version == TLS_1_3 && v != TLS_1_3)
			return;
		fact->cipher = choose(s, s->suite[v], offer->suite, offer->suites);
		fact->group = choose(s, s->group, offer->group, offer->groups);
		fact->version = tls_versions[v].name;
		fact->answered = fact->cipher != NULL &&
				 (fact->group != NULL ||
					 (v != TLS_1_3 && !suite_is_ecdhe(fact->cipher)));
	}
}

/* Goes through the whole scan; the journal must be closed. */
static struct journal *
go_through(const struct server *s, struct arena *arena, struct scan *scan)
{
	struct journal *journal = journal_open(0);
	struct offer offer;

	scan_read(arena, journal, place, scan);
	while (scan_next(scan, &offer)) {
		struct hello_fact fact = { .about = offer.about,
			.offered = tls_versions[offer.version].name,
			.sent = true };
		struct observation o = { .probe = "scan",
			.endpoint = place,
			.kind = FACT_HELLO,
			.fact = &fact };

		assert_true(offer.suites > 0 && offer.groups > 0);
		answer(s, &offer, &fact);
		o.outcome = fact.answered ? OUTCOME_OK : s->refusal;
		journal_add(journal, &o);
		scan_read(arena, journal, place, scan);
		assert_true(scan->hellos <= SCAN_MAX_HELLOS);
	}
	return journal;
}

static void
test_modern(void **state)
{
	static const struct server server = {
		.suite = { { "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256" },
			{ "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" } },
		.group = { "x25519", "secp256r1" },
		.refusal = OUTCOME_REFUSED,
	};
	struct arena *arena = *state;
	struct scan scan;
	struct journal *journal = go_through(&server, arena, &scan);

	assert_true(scan_is_whole(&scan));
	assert_int_equal(scan.version[TLS_1_3].suites, 2);
	assert_int_equal(scan.version[TLS_1_3].groups, 2);
	assert_int_equal(scan.version[TLS_1_2].suites, 1);
	assert_false(scan.version[TLS_1_1].accepted);
	assert_false(scan.version[TLS_1_0].accepted);
	/* 1.3: two suites, a refusal, one more group, a refusal; 1.2: one, a refusal; two
	 * older versions. */
	assert_int_equal(scan.hellos, 9);
	journal_close(&journal);
}

/* Only of the best version everything is asked, when all are old. */
static void
test_old(void **state)
{
	static const struct server server = {
		.suite = { { NULL }, { NULL },
			{ "TLS_RSA_WITH_AES_128_CBC_SHA",
				"TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
			{ "TLS_RSA_WITH_AES_128_CBC_SHA",
				"TLS_RSA_WITH_3DES_EDE_CBC_SHA" } },
		.group = { NULL },
		.refusal = OUTCOME_CLOSED,
	};
	struct arena *arena = *state;
	struct scan scan;
	struct journal *journal = go_through(&server, arena, &scan);

	assert_true(scan_is_whole(&scan));
	assert_false(scan.version[TLS_1_2].accepted);
	assert_int_equal(scan.version[TLS_1_1].suites, 2);
	assert_int_equal(scan.version[TLS_1_0].suites, 1);
	assert_int_equal(scan.version[TLS_1_1].groups, 0);
	journal_close(&journal);
}

/* A server that does not choose from what was offered must not keep us busy. */
static void
test_stubborn(void **state)
{
	static const struct server server = {
		.suite = { { "TLS_AES_256_GCM_SHA384" }, { "TLS_RSA_WITH_RC4_128_SHA" },
			{ "TLS_RSA_WITH_RC4_128_SHA" }, { "TLS_RSA_WITH_RC4_128_SHA" } },
		.group = { "x25519" },
		.stubborn = true,
	};
	struct arena *arena = *state;
	struct scan scan;
	struct journal *journal = go_through(&server, arena, &scan);

	assert_true(scan.hellos < 10);
	journal_close(&journal);
}

static void
test_silence(void **state)
{
	static const struct server server = {
		.suite = { { "TLS_AES_256_GCM_SHA384" } },
		.group = { "x25519" },
		.refusal = OUTCOME_TIMED_OUT,
	};
	struct arena *arena = *state;
	struct scan scan;
	struct journal *journal = go_through(&server, arena, &scan);

	assert_false(scan_is_whole(&scan));
	assert_true(scan.version[TLS_1_3].accepted);
	assert_int_equal(scan.hellos, 6);
	journal_close(&journal);
}

static void
test_broken_off(void **state)
{
	struct arena *arena = *state;
	struct journal *journal = journal_open(0);
	struct hello_fact fact = { .about = HELLO_SUITES, .offered = "TLSv1.3" };
	struct observation o = { .endpoint = place,
		.outcome = OUTCOME_REFUSED,
		.kind = FACT_HELLO,
		.fact = &fact };
	struct scan scan;
	struct offer offer;

	journal_add(journal, &o);
	scan_read(arena, journal, place, &scan);
	assert_false(scan_next(&scan, &offer));
	assert_false(scan_is_whole(&scan));
	scan_read(arena, journal, "starttls other.example.com 5269 192.0.2.8", &scan);
	assert_true(scan_next(&scan, &offer));
	journal_close(&journal);
}

static void
test_suites(void **state)
{
	(void)state;
	assert_true(suite_is_of("TLS_AES_128_GCM_SHA256", TLS_1_3));
	assert_false(suite_is_of("TLS_AES_128_GCM_SHA256", TLS_1_2));
	assert_false(suite_is_of("0x1305", TLS_1_3));
	assert_true(suite_is_of("TLS_RSA_WITH_AES_128_CBC_SHA", TLS_1_0));
	assert_false(suite_is_of("TLS_RSA_WITH_AES_128_CBC_SHA256", TLS_1_1));
	assert_false(suite_is_recommended("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"));
	assert_true(suite_is_recommended("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
	assert_true(suite_is_like("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
		"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
	assert_false(suite_is_like("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
		"TLS_RSA_WITH_AES_128_GCM_SHA256"));
	for (const struct tls_name *s = tls_suites; s->name != NULL; s++)
		for (const struct tls_name *t = s + 1; t->name != NULL; t++)
			assert_true(
				s->number != t->number && strcmp(s->name, t->name) != 0);
}

/* RFC 8446, 4.2.3: since TLS 1.3 a scheme says the curve, and PKCS #1 is for certificates. */
static void
test_schemes(void **state)
{
	(void)state;
	assert_true(scheme_is_of("rsa_pss_rsae_sha256", "RSA", NULL, TLS_1_3));
	assert_false(scheme_is_of("rsa_pkcs1_sha256", "RSA", NULL, TLS_1_3));
	assert_true(scheme_is_of("rsa_pkcs1_sha256", "RSA", NULL, TLS_1_2));
	assert_false(scheme_is_of("rsa_pss_pss_sha256", "RSA", NULL, TLS_1_2));
	assert_false(scheme_is_of("ecdsa_secp256r1_sha256", "EC", "P-384", TLS_1_3));
	assert_true(scheme_is_of("ecdsa_secp256r1_sha256", "EC", "P-384", TLS_1_2));
	assert_true(scheme_is_of("ed25519", "ED25519", NULL, TLS_1_2));
	assert_false(scheme_is_of("0x0402", "DSA", NULL, TLS_1_2));
	assert_true(scheme_is_sha1("ecdsa_sha1"));
	assert_string_equal(
		tls_name_of(NULL, tls_schemes, 0x0804), "rsa_pss_rsae_sha256");
}

static int
setup(void **state)
{
	*state = arena_open();
	return 0;
}

static int
teardown(void **state)
{
	struct arena *arena = *state;

	arena_close(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_modern, setup, teardown),
		cmocka_unit_test_setup_teardown(test_old, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stubborn, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_off, setup, teardown),
		cmocka_unit_test(test_suites),
		cmocka_unit_test(test_schemes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
