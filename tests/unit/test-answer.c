/* How DNS answers are read, from journals made in memory (model/answer.h). */
#include "tests/unit/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum dns_answer
read_plain(struct world *w)
{
	return dns_read(w->partner->journal, DNS_SRV, PLAIN);
}

static void
test_each_class_of_answer(void **state)
{
	static const struct {
		enum outcome outcome;
		enum dns_rcode rcode;
		enum dns_answer answer;
	} row[] = {
		{ OUTCOME_OK, RCODE_NOERROR, ANSWER_NODATA },
		{ OUTCOME_OK, RCODE_NXDOMAIN, ANSWER_NXDOMAIN },
		{ OUTCOME_OK, RCODE_SERVFAIL, ANSWER_SERVFAIL },
		{ OUTCOME_OK, RCODE_REFUSED, ANSWER_REFUSED },
		{ OUTCOME_OK, RCODE_NOTIMP, ANSWER_REFUSED },
		{ OUTCOME_OK, RCODE_FORMERR, ANSWER_MALFORMED },
		{ OUTCOME_OK, RCODE_NONE, ANSWER_MALFORMED },
		{ OUTCOME_BAD_PEER, RCODE_NONE, ANSWER_MALFORMED },
		{ OUTCOME_TIMED_OUT, RCODE_NONE, ANSWER_SILENT },
		{ OUTCOME_REFUSED, RCODE_NONE, ANSWER_SILENT },
	};
	struct world *w = *state;

	assert_int_equal(read_plain(w), ANSWER_PENDING);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const char *name = arena_printf(w->arena, "%zu.example.com", i);
		struct dns_fact f = fact(DNS_A, name, row[i].rcode);

		add(w, row[i].outcome, &f);
		assert_int_equal(
			dns_read(w->partner->journal, DNS_A, name), row[i].answer);
	}
}

static void
test_names_have_no_case(void **state)
{
	struct world *w = *state;

	add_address(w, "Example.COM", "192.0.2.1");
	assert_int_equal(
		dns_read(w->partner->journal, DNS_A, "example.com"), ANSWER_DATA);
	assert_int_equal(
		dns_read(w->partner->journal, DNS_AAAA, "example.com"), ANSWER_PENDING);
}

static void
test_bogus(void **state)
{
	struct world *w = *state;

	add_rcode(w, DNS_SRV, PLAIN, RCODE_SERVFAIL);
	assert_null(dns_find_unchecked(w->partner->journal, DNS_SRV, PLAIN));
	add_unchecked(w, DNS_SRV, PLAIN, RCODE_SERVFAIL);
	assert_int_equal(read_plain(w), ANSWER_SERVFAIL);
	add_unchecked(w, DNS_SRV, PLAIN, RCODE_NXDOMAIN);
	assert_int_equal(read_plain(w), ANSWER_BOGUS);
	assert_int_equal(dns_find(w->partner->journal, DNS_SRV, PLAIN)->number, 1);
	assert_int_equal(
		dns_find_unchecked(w->partner->journal, DNS_SRV, PLAIN)->number, 3);
}

static void
add_truncated(struct world *w, const struct dns_record *record, size_t records)
{
	struct dns_fact f = data(DNS_SRV, PLAIN, record, records);

	f.truncated = true;
	add(w, OUTCOME_OK, &f);
}

static void
test_tcp_replaces_truncated(void **state)
{
	struct world *w = *state;
	struct dns_record record[2] = { srv(PLAIN, 0, 0, 5269, "a.example.com"),
		srv(PLAIN, 0, 0, 5269, "b.example.com") };
	struct dns_fact whole = data(DNS_SRV, PLAIN, record, 2);

	add_truncated(w, record, 1);
	assert_int_equal(read_plain(w), ANSWER_DATA);
	whole.tcp = true;
	add(w, OUTCOME_OK, &whole);
	assert_int_equal(dns_find(w->partner->journal, DNS_SRV, PLAIN)->number, 2);
}

static void
test_truncated_without_tcp(void **state)
{
	struct world *w = *state;
	struct dns_record record = srv(PLAIN, 0, 0, 5269, "a.example.com");

	add_truncated(w, NULL, 0); /* proves nothing */
	assert_int_equal(read_plain(w), ANSWER_PENDING);
	add_failure(w, PLAIN, OUTCOME_TIMED_OUT, true);
	assert_int_equal(read_plain(w), ANSWER_SILENT);
	add_truncated(w, &record, 1);
	add_failure(w, PLAIN, OUTCOME_REFUSED, true);
	assert_int_equal(read_plain(w), ANSWER_DATA);
}

static void
test_aliases(void **state)
{
	struct world *w = *state;
	int aliases;

	ANSWER(w, DNS_A, "a.example.com", alias("a.example.com", "b.example.net"),
		address("other.example.com", "192.0.2.66"),
		alias("b.example.net", "c.example.org"),
		address("c.example.org", "192.0.2.1"));
	assert_string_equal(
		dns_canonical(dns_find(w->partner->journal, DNS_A, "a.example.com")->fact,
			&aliases),
		"c.example.org");
	assert_int_equal(aliases, 2);
}

static void
test_alias_loop(void **state)
{
	struct world *w = *state;

	ANSWER(w, DNS_A, "a.example.com", alias("a.example.com", "b.example.com"),
		alias("b.example.com", "a.example.com"),
		address("a.example.com", "192.0.2.1"));
	assert_null(dns_canonical(
		dns_find(w->partner->journal, DNS_A, "a.example.com")->fact, NULL));
	assert_int_equal(
		dns_read(w->partner->journal, DNS_A, "a.example.com"), ANSWER_MALFORMED);
}

static void
test_too_many_aliases(void **state)
{
	struct world *w = *state;
	struct dns_record chain[MAX_ALIASES + 2] = { 0 };
	struct dns_fact fact = { .name = "n0", .type = DNS_A, .record = chain };
	int aliases;

	for (size_t i = 0; i <= MAX_ALIASES; i++)
		chain[i] = alias(arena_printf(w->arena, "n%zu", i),
			arena_printf(w->arena, "n%zu", i + 1));
	fact.records = MAX_ALIASES;
	assert_string_equal(dns_canonical(&fact, &aliases), "n8");
	assert_int_equal(aliases, MAX_ALIASES);
	fact.records = MAX_ALIASES + 1;
	assert_null(dns_canonical(&fact, &aliases));
}

/* RFC 8659, 3 */
static void
test_climb(void **state)
{
	struct world *w = *state;
	struct dns_record record = { .type = DNS_CAA, .owner = "com" };
	const struct journal *journal = w->partner->journal;
	static const char name[] = "a.example.com";
	enum dns_answer answer;

	assert_ptr_equal(dns_climb(journal, DNS_CAA, name, &answer), name);
	assert_int_equal(answer, ANSWER_PENDING);
	add_rcode(w, DNS_CAA, name, RCODE_NXDOMAIN);
	assert_string_equal(dns_climb(journal, DNS_CAA, name, &answer), "example.com");
	assert_int_equal(answer, ANSWER_PENDING);
	add_rcode(w, DNS_CAA, "example.com", RCODE_SERVFAIL);
	assert_string_equal(dns_climb(journal, DNS_CAA, name, &answer), "example.com");
	assert_int_equal(answer, ANSWER_SERVFAIL);
	add_rcode(w, DNS_CAA, "example.com", RCODE_NOERROR);
	add_rcode(w, DNS_CAA, "com", RCODE_NOERROR);
	assert_string_equal(dns_climb(journal, DNS_CAA, name, &answer), "com");
	assert_int_equal(answer, ANSWER_NODATA);
	add_answer(w, DNS_CAA, "com", &record, 1);
	assert_string_equal(dns_climb(journal, DNS_CAA, name, &answer), "com");
	assert_int_equal(answer, ANSWER_DATA);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_each_class_of_answer),
		TEST(test_names_have_no_case),
		TEST(test_bogus),
		TEST(test_tcp_replaces_truncated),
		TEST(test_truncated_without_tcp),
		TEST(test_aliases),
		TEST(test_alias_loop),
		TEST(test_too_many_aliases),
		TEST(test_climb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
