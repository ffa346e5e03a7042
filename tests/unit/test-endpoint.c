/* Where to connect, from journals made in memory. */
#include "tests/unit/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Every id of the endpoints, one a line. */
static void
assert_endpoints(struct world *w, const char *want)
{
	size_t count;
	const struct endpoint *e = endpoints(w->arena, w->partner, &count);
	const char *got = "";

	for (size_t i = 0; i < count; i++)
		got = arena_printf(w->arena, "%s%s\n", got, e[i].id);
	assert_string_equal(got, want);
}

/* --- services --------------------------------------------------------------------- */

static void
test_order(void **state)
{
	static const char *const want[] = { "heavy.example.com", "light.example.com",
		"a.example.com", "zero.example.com", "later.example.com" };
	struct world *w = *state;
	const struct dns_record **record;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 20, 99, 5269, "later.example.com"),
		srv(PLAIN, 10, 0, 5269, "zero.example.com"), srv(PLAIN, 10, 0, 5269, "."),
		srv(PLAIN, 10, 5, 5269, "light.example.com"),
		srv(PLAIN, 10, 0, 5269, "a.example.com"),
		srv(PLAIN, 10, 60, 5269, "heavy.example.com"));
	record = srv_records(w->arena, w->partner, MODE_STARTTLS, &count);
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(record[i]->target, want[i]);
	assert_false(srv_is_declined(w->arena, w->partner, MODE_STARTTLS));
}

static void
test_order_of_endpoints(void **state)
{
	struct world *w = *state;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 10, 1, 5269, "b.example.com"),
		srv(PLAIN, 10, 1, 5269, "a.example.com"),
		srv(PLAIN, 10, 1, 0, "c.example.com"));
	ANSWER(w, DNS_SRV, DIRECT, srv(DIRECT, 5, 0, 5270, "b.example.com"));
	ANSWER(w, DNS_A, "a.example.com", address("a.example.com", "192.0.2.2"),
		address("a.example.com", "192.0.2.1"));
	add_address(w, "a.example.com", "2001:db8::a");
	add_address(w, "b.example.com", "192.0.2.3");
	add_address(w, "c.example.com", "192.0.2.4"); /* its port is 0 */
	assert_endpoints(w, "direct b.example.com 5270 192.0.2.3\n"
			    "starttls a.example.com 5269 2001:db8::a\n"
			    "starttls a.example.com 5269 192.0.2.1\n"
			    "starttls a.example.com 5269 192.0.2.2\n"
			    "starttls b.example.com 5269 192.0.2.3\n");
}

static void
test_doubles(void **state)
{
	struct world *w = *state;
	const struct endpoint *e;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 30, 0, 5269, "a.example.com"),
		srv(PLAIN, 10, 0, 5269, "a.example.com"),
		srv(PLAIN, 20, 0, 5269, "a.example.com"));
	ANSWER(w, DNS_SRV, DIRECT, srv(DIRECT, 10, 0, 5269, "a.example.com"));
	ANSWER(w, DNS_A, "a.example.com", address("a.example.com", "192.0.2.1"),
		address("a.example.com", "192.0.2.1"));
	assert_endpoints(w, "starttls a.example.com 5269 192.0.2.1\n"
			    "direct a.example.com 5269 192.0.2.1\n");
	e = endpoints(w->arena, w->partner, &count);
	assert_int_equal(e[0].priority, 10);
}

static void
test_limit(void **state)
{
	struct world *w = *state;
	struct dns_record record[200];
	const struct endpoint *e;
	size_t count;

	for (int i = 0; i < 200; i++)
		record[i] = srv(PLAIN, 200 - i, 0, 1 + i, "a.example.com");
	add_answer(w, DNS_SRV, PLAIN, record, 200);
	ANSWER(w, DNS_A, "a.example.com", address("a.example.com", "192.0.2.2"),
		address("a.example.com", "192.0.2.1"));
	srv_records(w->arena, w->partner, MODE_STARTTLS, &count);
	assert_int_equal(count, MAX_SRV);
	e = endpoints(w->arena, w->partner, &count);
	assert_int_equal(count, MAX_ENDPOINTS);
	assert_int_equal(e[0].port, MAX_SRV); /* the best of those read */
	assert_string_equal(e[0].address, "192.0.2.1");
	assert_int_equal(e[MAX_ENDPOINTS - 1].port, MAX_SRV - MAX_ENDPOINTS / 2 + 1);
}

static void
test_alias_of_the_service(void **state)
{
	struct world *w = *state;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, alias(PLAIN, "s.example.net"),
		srv("s.example.net", 0, 0, 5269, "a.example.net"));
	srv_records(w->arena, w->partner, MODE_STARTTLS, &count);
	assert_int_equal(count, 1);
}

static void
test_target_is_an_alias(void **state)
{
	struct world *w = *state;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 0, 0, 5269, "a.example.com"),
		srv(PLAIN, 0, 0, 5269, "loop.example.com"));
	ANSWER(w, DNS_A, "a.example.com", alias("a.example.com", "b.example.net"),
		address("other.example.com", "192.0.2.66"),
		address("b.example.net", "192.0.2.1"));
	ANSWER(w, DNS_A, "loop.example.com",
		alias("loop.example.com", "loop.example.com"),
		address("loop.example.com", "192.0.2.1"));
	assert_endpoints(w, "starttls a.example.com 5269 192.0.2.1\n");
}

static void
test_declined(void **state)
{
	struct world *w = *state;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 0, 0, 0, "."));
	add_rcode(w, DNS_SRV, DIRECT, RCODE_NXDOMAIN);
	add_address(w, "example.com", "192.0.2.1");
	assert_true(srv_is_declined(w->arena, w->partner, MODE_STARTTLS));
	assert_false(srv_is_declined(w->arena, w->partner, MODE_DIRECT));
	assert_false(srv_fallback(w->arena, w->partner));
	srv_records(w->arena, w->partner, MODE_STARTTLS, &count);
	assert_int_equal(count, 0);
	assert_endpoints(w, "");
}

/* --- a file ----------------------------------------------------------------------- */

/* Whatever DNS says: a file is the only place of itself. */
static void
test_file(void **state)
{
	struct world *w = *state;
	const struct file_fact file = { .path = "edge 1.pem" };
	const struct endpoint *e;
	struct endpoint parsed;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 10, 0, 5269, "a.example.com"));
	add_address(w, "a.example.com", "192.0.2.1");
	w->partner->role = ROLE_FILE;
	endpoints(w->arena, w->partner, &count);
	assert_int_equal(count, 0);
	journal_add(w->partner->journal,
		&(struct observation){
			.probe = "file", .kind = FACT_FILE, .fact = &file });
	e = endpoints(w->arena, w->partner, &count);
	assert_int_equal(count, 1);
	assert_int_equal(e->mode, MODE_FILE);
	assert_null(e->target);
	assert_string_equal(e->id, "file edge 1.pem");
	assert_string_equal(endpoint_probe(e->id), "file");
	assert_string_equal(endpoint_show(w->arena, e->id), "edge 1.pem");
	assert_true(endpoint_parse(w->arena, e->id, &parsed));
	assert_int_equal(parsed.mode, MODE_FILE);
	assert_false(endpoint_parse(w->arena, "file ", &parsed));
	assert_string_equal(
		endpoint_probe("starttls a.example.com 5269 192.0.2.1"), "session");
}

/* --- the bare domain -------------------------------------------------------------- */

static void
test_fallback(void **state)
{
	struct world *w = *state;
	const struct endpoint *e;
	const char **host;
	size_t count;

	add_address(w, "example.com", "192.0.2.1");
	add_rcode(w, DNS_SRV, PLAIN, RCODE_NXDOMAIN);
	assert_false(srv_fallback(w->arena, w->partner)); /* the other is not known yet */
	add_rcode(w, DNS_SRV, DIRECT, RCODE_NOERROR);
	assert_true(srv_fallback(w->arena, w->partner));
	assert_endpoints(w, "starttls example.com 5269 192.0.2.1\n");
	e = endpoints(w->arena, w->partner, &count);
	assert_true(e[0].fallback);
	host = endpoint_hosts(w->arena, w->partner, &count);
	assert_int_equal(count, 1);
	assert_string_equal(host[0], "example.com");
}

static void
assert_no_fallback(struct world *w)
{
	size_t count;

	add_address(w, "example.com", "192.0.2.1");
	assert_false(srv_fallback(w->arena, w->partner));
	assert_endpoints(w, "");
	endpoint_hosts(w->arena, w->partner, &count);
	assert_int_equal(count, 0);
}

static void
test_no_fallback_after_servfail(void **state)
{
	struct world *w = *state;

	add_rcode(w, DNS_SRV, PLAIN, RCODE_SERVFAIL);
	add_rcode(w, DNS_SRV, DIRECT, RCODE_NXDOMAIN);
	assert_no_fallback(w);
}

static void
test_no_fallback_after_bogus(void **state)
{
	struct world *w = *state;

	add_rcode(w, DNS_SRV, PLAIN, RCODE_SERVFAIL);
	add_unchecked(w, DNS_SRV, PLAIN, RCODE_NXDOMAIN);
	add_rcode(w, DNS_SRV, DIRECT, RCODE_NXDOMAIN);
	assert_int_equal(dns_read(w->partner->journal, DNS_SRV, PLAIN), ANSWER_BOGUS);
	assert_no_fallback(w);
}

static void
test_absent(void **state)
{
	struct world *w = *state;

	assert_false(srv_is_absent(w->arena, w->partner, MODE_STARTTLS));
	add_rcode(w, DNS_SRV, PLAIN, RCODE_SERVFAIL);
	assert_false(srv_is_absent(w->arena, w->partner, MODE_STARTTLS));
	add_rcode(w, DNS_SRV, DIRECT, RCODE_NXDOMAIN);
	assert_true(srv_is_absent(w->arena, w->partner, MODE_DIRECT));
	ANSWER(w, DNS_SRV, DIRECT, srv(DIRECT, 0, 0, 0, "."));
	assert_false(srv_is_absent(w->arena, w->partner, MODE_DIRECT));
}

static void
test_random_name(void **state)
{
	struct world *w = *state;

	assert_null(srv_random_name(w->arena, w->partner));
	w->run->asked.probe_name = "x7.invalid";
	assert_string_equal(srv_random_name(w->arena, w->partner),
		"_xmpp-server._tcp.x7.example.com");
}

static void
test_no_fallback_after_silence(void **state)
{
	struct world *w = *state;

	add_rcode(w, DNS_SRV, PLAIN, RCODE_NXDOMAIN);
	add_failure(w, DIRECT, OUTCOME_TIMED_OUT, false);
	assert_no_fallback(w);
}

/* RFC 6120, 3.2.1 (8): records that lead nowhere are still records. */
static void
test_no_fallback_when_targets_fail(void **state)
{
	struct world *w = *state;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 0, 0, 5269, "gone.example.com"));
	add_rcode(w, DNS_SRV, DIRECT, RCODE_NXDOMAIN);
	add_rcode(w, DNS_A, "gone.example.com", RCODE_NXDOMAIN);
	add_rcode(w, DNS_AAAA, "gone.example.com", RCODE_NXDOMAIN);
	add_address(w, "example.com", "192.0.2.1");
	assert_false(srv_fallback(w->arena, w->partner));
	assert_endpoints(w, "");
}

static void
test_bogus_address_is_no_endpoint(void **state)
{
	struct world *w = *state;
	struct dns_record record = address("a.example.com", "192.0.2.1");
	struct dns_fact unchecked = data(DNS_A, "a.example.com", &record, 1);

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 0, 0, 5269, "a.example.com"));
	add_rcode(w, DNS_A, "a.example.com", RCODE_SERVFAIL);
	unchecked.checking_disabled = true;
	add(w, OUTCOME_OK, &unchecked);
	assert_endpoints(w, "");
	add_address(w, "a.example.com", "2001:db8::1");
	assert_endpoints(w, "starttls a.example.com 5269 2001:db8::1\n");
}

/* --- what the user asked ---------------------------------------------------------- */

static void
test_family(void **state)
{
	struct world *w = *state;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 0, 0, 5269, "a.example.com"));
	add_address(w, "a.example.com", "192.0.2.1");
	add_address(w, "a.example.com", "2001:db8::1");
	w->run->asked.family = FAMILY_4;
	assert_endpoints(w, "starttls a.example.com 5269 192.0.2.1\n");
	w->run->asked.family = FAMILY_6;
	assert_endpoints(w, "starttls a.example.com 5269 2001:db8::1\n");
}

static void
test_direct_only(void **state)
{
	struct world *w = *state;
	const char **host;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 0, 0, 5269, "a.example.com"));
	ANSWER(w, DNS_SRV, DIRECT, srv(DIRECT, 0, 0, 443, "b.example.com"));
	add_address(w, "a.example.com", "192.0.2.1");
	add_address(w, "b.example.com", "192.0.2.2");
	w->run->asked.direct_tls = true;
	assert_endpoints(w, "direct b.example.com 443 192.0.2.2\n");
	host = endpoint_hosts(w->arena, w->partner, &count);
	assert_int_equal(count, 1);
	assert_string_equal(host[0], "b.example.com");
}

static void
test_connect_to_a_name(void **state)
{
	struct world *w = *state;
	const char **host;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 0, 0, 5269, "a.example.com"));
	add_address(w, "a.example.com", "192.0.2.1");
	add_address(w, "edge.example.net", "192.0.2.9");
	assert_false(endpoint_may_be_special(w->partner->asked));
	w->run->asked.connect_host = "edge.example.net";
	w->run->asked.connect_port = 15269;
	assert_true(endpoint_may_be_special(w->partner->asked));
	host = endpoint_hosts(w->arena, w->partner, &count);
	assert_int_equal(count, 1);
	assert_string_equal(host[0], "edge.example.net");
	assert_endpoints(w, "starttls edge.example.net 15269 192.0.2.9\n");
	w->run->asked.direct_tls = true;
	assert_endpoints(w, "direct edge.example.net 15269 192.0.2.9\n");
}

static void
test_connect_to_an_address(void **state)
{
	struct world *w = *state;
	size_t count;

	w->run->asked.connect_host = "[2001:db8::9]";
	w->run->asked.connect_port = 5269;
	endpoint_hosts(w->arena, w->partner, &count);
	assert_int_equal(count, 0);
	assert_endpoints(w, "starttls 2001:db8::9 5269 2001:db8::9\n");
	w->run->asked.connect_host = "192.0.2.1";
	assert_endpoints(w, "starttls 192.0.2.1 5269 192.0.2.1\n");
	w->run->asked.family = FAMILY_6;
	assert_endpoints(w, "");
}

static void
test_hosts_come_once(void **state)
{
	struct world *w = *state;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 0, 0, 5269, "a.example.com"),
		srv(PLAIN, 1, 0, 5269, "b.example.com"));
	ANSWER(w, DNS_SRV, DIRECT, srv(DIRECT, 0, 0, 5270, "A.example.com"));
	endpoint_hosts(w->arena, w->partner, &count);
	assert_int_equal(count, 2);
}

/* --- the bare domain -------------------------------------------------------------- */

static void
test_bare(void **state)
{
	struct world *w = *state;
	const struct endpoint *e;
	size_t count;

	ANSWER(w, DNS_SRV, PLAIN, srv(PLAIN, 10, 0, 5269, "a.example.com"),
		srv(PLAIN, 20, 0, 5270, "b.example.com"));
	add_rcode(w, DNS_SRV, DIRECT, RCODE_NXDOMAIN);
	ANSWER(w, DNS_A, "example.com", address("example.com", "192.0.2.1"),
		address("example.com", "192.0.2.2"), address("example.com", "192.0.2.3"));
	add_rcode(w, DNS_AAAA, "example.com", RCODE_NOERROR);
	add_address(w, "a.example.com", "192.0.2.1");
	add_rcode(w, DNS_AAAA, "a.example.com", RCODE_NOERROR);
	add_address(w, "b.example.com", "192.0.2.2");
	assert_false(endpoints_known(w->arena, w->partner));
	bare_endpoints(w->arena, w->partner, &count);
	assert_int_equal(count, 0);
	add_rcode(w, DNS_AAAA, "b.example.com", RCODE_NOERROR);
	assert_true(endpoints_known(w->arena, w->partner));
	e = bare_endpoints(w->arena, w->partner, &count);
	assert_int_equal(count, 2);
	assert_string_equal(e[0].id, "starttls example.com 5269 192.0.2.2");
	assert_string_equal(e[1].id, "starttls example.com 5269 192.0.2.3");
	assert_endpoints(w, "starttls a.example.com 5269 192.0.2.1\n"
			    "starttls b.example.com 5270 192.0.2.2\n");
}

static void
test_bare_without_records(void **state)
{
	struct world *w = *state;
	size_t count;

	add_rcode(w, DNS_SRV, PLAIN, RCODE_NXDOMAIN);
	add_rcode(w, DNS_SRV, DIRECT, RCODE_NXDOMAIN);
	add_address(w, "example.com", "192.0.2.1");
	add_rcode(w, DNS_AAAA, "example.com", RCODE_NOERROR);
	bare_endpoints(w->arena, w->partner, &count);
	assert_int_equal(count, 0);
}

/* --- ids -------------------------------------------------------------------------- */

static void
test_parse(void **state)
{
	static const char *const bad[] = { "", "starttls", "starttls a 5269",
		"starttls a 5269 ", "starttls a 0 192.0.2.1",
		"starttls a 65536 192.0.2.1", "starttls a 5269 [2001:db8::1]",
		"quic a 5269 192.0.2.1", "starttls  5269 192.0.2.1",
		"starttls a 5269 192.0.2.1 x", "starttls a 5269 b.example.com" };
	static const char id[] = "direct xmpp.example.com 443 2001:db8::1";
	struct world *w = *state;
	struct endpoint e;

	assert_true(endpoint_parse(w->arena, id, &e));
	assert_int_equal(e.mode, MODE_DIRECT);
	assert_string_equal(e.target, "xmpp.example.com");
	assert_int_equal(e.port, 443);
	assert_string_equal(e.address, "2001:db8::1");
	assert_true(e.ipv6);
	assert_string_equal(e.id, id);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(endpoint_parse(w->arena, bad[i], &e));
}

static void
test_show(void **state)
{
	static const char *const row[][2] = {
		{ "starttls xmpp.example.com 5269 192.0.2.1",
			"xmpp.example.com:5269 (192.0.2.1)" },
		{ "direct xmpp.example.com 443 2001:db8::1",
			"xmpp.example.com:443 (2001:db8::1), direct TLS" },
		{ "starttls 192.0.2.1 5269 192.0.2.1", "192.0.2.1:5269" },
		{ "direct 2001:db8::1 443 2001:db8::1", "[2001:db8::1]:443, direct TLS" },
		{ "something else", "something else" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_string_equal(endpoint_show(w->arena, row[i][0]), row[i][1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_order),
		TEST(test_order_of_endpoints),
		TEST(test_doubles),
		TEST(test_limit),
		TEST(test_alias_of_the_service),
		TEST(test_target_is_an_alias),
		TEST(test_declined),
		TEST(test_fallback),
		TEST(test_no_fallback_after_servfail),
		TEST(test_no_fallback_after_bogus),
		TEST(test_no_fallback_after_silence),
		TEST(test_no_fallback_when_targets_fail),
		TEST(test_bogus_address_is_no_endpoint),
		TEST(test_absent),
		TEST(test_random_name),
		TEST(test_family),
		TEST(test_direct_only),
		TEST(test_connect_to_a_name),
		TEST(test_connect_to_an_address),
		TEST(test_hosts_come_once),
		TEST(test_file),
		TEST(test_bare),
		TEST(test_bare_without_records),
		TEST(test_parse),
		TEST(test_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
