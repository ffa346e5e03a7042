/* The engine: silence is never a pass, evidence is kept, what cannot be asked is skipped
 * because of what stopped it, and the exit status follows. */
#include "checks/check.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ENDPOINT "starttls xmpp.fabrikam.com 5269 9.9.9.7"

static struct run *
open_run(void)
{
	struct run *run = run_open(1795226400);
	const struct domain domain = { "fabrikam.com", "fabrikam.com", "fabrikam.com" };

	run->asked.from = "contoso.com";
	run->asked.probe_name = "fedprobe-1.invalid";
	run_add(run, &domain);
	return run;
}

static void
add(struct partner *partner, enum outcome outcome, enum fact_kind kind, const void *fact)
{
	struct observation o = { .probe = kind == FACT_DNS ? "dns" : "session",
		.endpoint = kind == FACT_DNS ? NULL : ENDPOINT,
		.outcome = outcome,
		.kind = kind,
		.fact = fact };

	journal_add(partner->journal, &o);
}

static void
answer(struct partner *partner, const char *name, enum dns_type type,
	enum dns_rcode rcode, struct dns_record *record)
{
	struct dns_fact fact = { .name = name,
		.type = type,
		.resolver = "127.0.0.53:53",
		.rcode = rcode,
		.record = record,
		.records = record ? 1 : 0 };

	add(partner, rcode ? OUTCOME_OK : OUTCOME_TIMED_OUT, FACT_DNS, &fact);
}

static void
publish_server(struct partner *partner)
{
	struct dns_record srv = { .owner = "_xmpp-server._tcp.fabrikam.com",
		.type = DNS_SRV,
		.ttl = 3600,
		.port = 5269,
		.target = "xmpp.fabrikam.com" };
	struct dns_record a = { .owner = "xmpp.fabrikam.com",
		.type = DNS_A,
		.ttl = 3600,
		.address = "9.9.9.7" };

	answer(partner, "fedprobe-1.invalid", DNS_A, RCODE_NXDOMAIN, NULL);
	answer(partner, srv.owner, DNS_SRV, RCODE_NOERROR, &srv);
	answer(partner, "_xmpps-server._tcp.fabrikam.com", DNS_SRV, RCODE_NXDOMAIN, NULL);
	answer(partner, a.owner, DNS_A, RCODE_NOERROR, &a);
	answer(partner, a.owner, DNS_AAAA, RCODE_NOERROR, NULL);
}

static const struct finding *
finding_of(const struct partner *partner, const char *check)
{
	for (size_t i = 0; i < partner->findings; i++)
		if (strcmp(partner->finding[i].check, check) == 0)
			return &partner->finding[i];
	return NULL;
}

/* An empty journal: nothing may read as passed. */
static void
silence_is_no_pass(void **state)
{
	struct run *run = open_run();
	struct partner *p = run->partner[0];

	(void)state;
	check_partner(p);
	assert_true(p->findings > 0);
	for (size_t i = 0; i < p->findings; i++)
		if (p->finding[i].evidences == 0 &&
			strcmp(p->finding[i].check, "dns.name.valid") != 0)
			assert_int_not_equal(p->finding[i].status, STATUS_PASS);
	run_close(&run);
}

static void
evidence_is_kept(void **state)
{
	struct run *run = open_run();
	struct partner *p = run->partner[0];
	const struct connect_fact refused = {
		.address = "9.9.9.7", .port = 5269, .failure = CONNECT_REFUSED
	};
	const struct finding *f;

	(void)state;
	publish_server(p);
	add(p, OUTCOME_REFUSED, FACT_CONNECT, &refused);
	check_partner(p);
	f = finding_of(p, "tcp.connect");
	assert_non_null(f);
	assert_int_equal(f->status, STATUS_FAIL);
	assert_string_equal(f->endpoint, ENDPOINT);
	assert_int_equal(f->evidences, 1);
	assert_int_equal(f->evidence[0], 6);
	f = finding_of(p, "tls.handshake");
	assert_int_equal(f->status, STATUS_SKIP);
	assert_string_equal(f->because, "tcp.connect");
	run_close(&run);
}

static void
one_cause_for_many_findings(void **state)
{
	struct run *run = open_run();
	struct partner *p = run->partner[0];
	const struct connect_fact refused = {
		.address = "9.9.9.7", .port = 5269, .failure = CONNECT_REFUSED
	};

	(void)state;
	publish_server(p);
	add(p, OUTCOME_REFUSED, FACT_CONNECT, &refused);
	check_partner(p);
	assert_int_equal(p->causes, 1);
	assert_string_equal(p->cause[0].id, "cause.net.server-down");
	assert_int_equal(p->cause[0].owner, OWNER_PARTNER);
	assert_int_equal(p->out.method, METHOD_NONE);
	assert_int_equal(p->exit, 2);
	for (size_t i = 0; i < p->findings; i++)
		if (p->finding[i].status == STATUS_FAIL)
			assert_string_equal(p->finding[i].cause, "cause.net.server-down");
	run_close(&run);
}

/* When our own resolver is dead, nobody else is to blame. */
static void
our_trouble_is_ours(void **state)
{
	struct run *run = open_run();
	struct partner *p = run->partner[0];

	(void)state;
	answer(p, "fedprobe-1.invalid", DNS_A, RCODE_NONE, NULL);
	answer(p, "_xmpp-server._tcp.fabrikam.com", DNS_SRV, RCODE_NONE, NULL);
	answer(p, "_xmpps-server._tcp.fabrikam.com", DNS_SRV, RCODE_NONE, NULL);
	check_partner(p);
	assert_int_equal(p->exit, 3);
	assert_int_equal(p->causes, 1);
	assert_string_equal(p->cause[0].id, "cause.own.network");
	assert_int_equal(p->cause[0].owner, OWNER_US);
	assert_int_equal(finding_of(p, "dns.srv.answer")->status, STATUS_ERROR);
	for (size_t i = 0; i < p->findings; i++)
		if (strcmp(p->finding[i].check, "own.resolver") != 0)
			assert_int_not_equal(p->finding[i].status, STATUS_FAIL);
	run_close(&run);
}

static void
judging_twice_is_judging_once(void **state)
{
	struct run *run = open_run();
	struct partner *p = run->partner[0];
	size_t findings;

	(void)state;
	publish_server(p);
	check_partner(p);
	findings = p->findings;
	check_partner(p);
	assert_int_equal(p->findings, findings);
	run_close(&run);
}

static void
look_at_row(void *self, const struct check *row)
{
	int *rows = self;

	(*rows)++;
	assert_non_null(row->title);
	assert_non_null(row->why);
	assert_non_null(row->source);
	assert_non_null(row->remedy);
	assert_non_null(row->examine);
	assert_ptr_equal(check_find(row->id), row);
}

/* `after` means what stands before: otherwise it would never stop anything. */
static void
look_at_order(void *self, const struct check *row)
{
	struct {
		const char *id[256];
		int count;
	} *seen = self;

	for (size_t i = 0; i < CHECK_AFTER && row->after[i] != NULL; i++) {
		int k = 0;

		while (k < seen->count && strcmp(seen->id[k], row->after[i]) != 0)
			k++;
		if (k == seen->count)
			fail_msg("%s stands before %s, which it is after", row->id,
				row->after[i]);
	}
	seen->id[seen->count++] = row->id;
}

static void
catalogue_is_whole(void **state)
{
	struct {
		const char *id[256];
		int count;
	} seen = { .count = 0 };
	int rows = 0;

	(void)state;
	check_each(look_at_row, &rows);
	assert_true(rows >= 50);
	check_each(look_at_order, &seen);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_no_pass),
		cmocka_unit_test(evidence_is_kept),
		cmocka_unit_test(one_cause_for_many_findings),
		cmocka_unit_test(our_trouble_is_ours),
		cmocka_unit_test(judging_twice_is_judging_once),
		cmocka_unit_test(catalogue_is_whole),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
