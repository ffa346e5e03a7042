/* The way to an endpoint: only its session counts, in order, and what failed says so. */
#include "model/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define HERE  "starttls xmpp.b.example 5269 9.9.9.7"
#define THERE "starttls xmpp.b.example 5269 9.9.9.8"

static struct run *
open_run(void)
{
	const struct domain domain = { "b.example", "b.example", "b.example" };
	struct run *run = run_open(1795226400);

	run_add(run, &domain);
	return run;
}

static void
add(struct run *run, const char *probe, const char *endpoint, enum fact_kind kind,
	int64_t at, int64_t took, enum outcome outcome)
{
	const struct connect_fact connect = { .port = 5269 };
	const struct header_fact header = { .phase = PHASE_PLAIN };
	const struct close_fact close = { .end = true };
	const struct tls_fact tls = { .completed = true };
	const void *const fact[FACT_KINDS] = { [FACT_CONNECT] = &connect,
		[FACT_HEADER] = &header,
		[FACT_TLS] = &tls,
		[FACT_CLOSE] = &close };
	const struct observation o = { .at = at,
		.took = took,
		.probe = probe,
		.endpoint = endpoint,
		.outcome = outcome,
		.kind = kind,
		.fact = fact[kind] };

	journal_add(run->partner[0]->journal, &o);
}

static void
steps_have_their_times(void **state)
{
	struct run *run = open_run();

	(void)state;
	add(run, "session", HERE, FACT_CONNECT, 5700, 400, OUTCOME_OK);
	add(run, "session", THERE, FACT_CONNECT, 9000, 90, OUTCOME_OK);
	add(run, "session", HERE, FACT_HEADER, 6900, 1200, OUTCOME_OK);
	add(run, "verify", HERE, FACT_CONNECT, 9900, 100, OUTCOME_OK);
	assert_string_equal(path_words(run->arena, run->partner[0], HERE),
		"dns 5.3 ms, connect 0.4 ms, header 1.2 ms; 6.9 ms in all");
	run_close(&run);
}

static void
what_failed_says_so(void **state)
{
	struct run *run = open_run();

	(void)state;
	add(run, "session", HERE, FACT_CONNECT, 2001000, 2000000, OUTCOME_TIMED_OUT);
	assert_string_equal(path_words(run->arena, run->partner[0], HERE),
		"dns 1.0 ms, connect 2000.0 ms timed-out; 2001.0 ms in all");
	assert_null(path_words(run->arena, run->partner[0], THERE));
	run_close(&run);
}

/* A header inside TLS belongs to what is done there. */
static void
steps_make_legs(void **state)
{
	struct run *run = open_run();
	struct path path;

	(void)state;
	add(run, "session", HERE, FACT_CONNECT, 1000, 400, OUTCOME_OK);
	path = path_of(run->arena, run->partner[0], HERE);
	assert_true(path.leg[LEG_TCP].complete);
	assert_null(path.leg[LEG_STREAM].last);
	add(run, "session", HERE, FACT_HEADER, 2000, 300, OUTCOME_OK);
	add(run, "session", HERE, FACT_TLS, 3000, 200, OUTCOME_OK);
	add(run, "session", HERE, FACT_HEADER, 4000, 100, OUTCOME_OK);
	path = path_of(run->arena, run->partner[0], HERE);
	assert_int_equal(path.leg[LEG_STREAM].took, 300);
	assert_int_equal(path.leg[LEG_AUTHENTICATION].took, 100);
	assert_int_equal(path.leg[LEG_AUTHENTICATION].last->number, 4);
	assert_false(path.leg[LEG_AUTHENTICATION].complete);
	assert_false(path.ended);
	add(run, "session", HERE, FACT_CLOSE, 5000, 100, OUTCOME_OK);
	assert_true(path_of(run->arena, run->partner[0], HERE).ended);
	run_close(&run);
}

/* XEP-0368 */
static void
with_direct_tls_the_stream_comes_behind(void **state)
{
	const char *endpoint = "direct xmpp.b.example 5270 9.9.9.7";
	struct run *run = open_run();
	struct path path;

	(void)state;
	add(run, "session", endpoint, FACT_TLS, 3000, 200, OUTCOME_OK);
	add(run, "session", endpoint, FACT_HEADER, 4000, 100, OUTCOME_TIMED_OUT);
	path = path_of(run->arena, run->partner[0], endpoint);
	assert_int_equal(path.order[1], LEG_TLS);
	assert_int_equal(path.order[2], LEG_STREAM);
	assert_int_equal(path.leg[LEG_STREAM].broken->number, 2);
	assert_true(path.ended);
	run_close(&run);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_have_their_times),
		cmocka_unit_test(what_failed_says_so),
		cmocka_unit_test(steps_make_legs),
		cmocka_unit_test(with_direct_tls_the_stream_comes_behind),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
