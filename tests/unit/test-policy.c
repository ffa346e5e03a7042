/* All rows of the negotiation table against what partners do: the method that is left in
 * each direction, and how the partner is read. The tables were written by hand from the
 * manual of the gateway and from what real servers do. */
#include "checks/headline.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ENDPOINT "starttls xmpp.fabrikam.com 5269 9.9.9.7"

enum { NOW = 1795226400, DAY = 86400 };

/* A partner in a few words. Dialback is asked where the stream can be used. */
struct server {
	const char *name;
	bool starttls, required, plain_dialback;
	bool requests, external, dialback; /* inside TLS */
	bool demands;                      /* ends the stream there by not-authorized */
	bool expired;
	const char *authority; /* the type of its answer; NULL: a refusal by a rule */
	struct stance stance;  /* as it must be read */
	/* For each row of the table: X is SASL EXTERNAL over TLS, T dialback over TLS, C
	 * dialback in clear. */
	const char *out, *in;
};

static const struct server servers[] = {
	{ .name = "without TLS",
		.plain_dialback = true,
		.authority = "invalid",
		.stance = { .tls = OFFER_NONE,
			.sasl = OFFER_NONE,
			.dialback = KNOWN_FALSE,
			.clear_dialback = KNOWN_TRUE,
			.authority = AUTHORITY_ANSWERS },
		.out = "--C-C---C-C---C-C-",
		.in = "--C-C---C-C---C-C-" },
	{ .name = "with optional TLS",
		.starttls = true,
		.plain_dialback = true,
		.requests = true,
		.external = true,
		.dialback = true,
		.authority = "invalid",
		.stance = { .tls = OFFER_MADE,
			.sasl = OFFER_OPTIONAL,
			.dialback = KNOWN_TRUE,
			.clear_dialback = KNOWN_TRUE,
			.authority = AUTHORITY_ANSWERS },
		.out = "XXXXC-XXXXC-T-T-C-",
		.in = "XXXXC-XXXXC-T-T-C-" },
	{ .name = "with required TLS, as ejabberd",
		.starttls = true,
		.required = true,
		.plain_dialback = true,
		.requests = true,
		.external = true,
		.dialback = true,
		.authority = "invalid",
		.stance = { .tls = OFFER_REQUIRED,
			.sasl = OFFER_OPTIONAL,
			.dialback = KNOWN_TRUE,
			.clear_dialback = KNOWN_FALSE,
			.authority = AUTHORITY_ANSWERS },
		.out = "XXXX--XXXX--T-T---",
		.in = "XXXX--XXXX--T-T---" },
	{ .name = "as Prosody, which offers EXTERNAL to whom it trusts",
		.starttls = true,
		.required = true,
		.plain_dialback = true,
		.requests = true,
		.dialback = true,
		.authority = "invalid",
		.stance = { .tls = OFFER_REQUIRED,
			.sasl = OFFER_UNKNOWN,
			.dialback = KNOWN_TRUE,
			.clear_dialback = KNOWN_FALSE,
			.authority = AUTHORITY_ANSWERS },
		.out = "XXTX--TXTX--T-T---",
		.in = "XXXX--XXXX--T-T---" },
	{ .name = "as ejabberd without dialback",
		.starttls = true,
		.required = true,
		.requests = true,
		.external = true,
		.authority = NULL,
		.stance = { .tls = OFFER_REQUIRED,
			.sasl = OFFER_REQUIRED,
			.dialback = KNOWN_FALSE,
			.clear_dialback = KNOWN_FALSE,
			.authority = AUTHORITY_REFUSES },
		.out = "XXXX--XXXX--------",
		.in = "XXXX--XXXX--------" },
	{ .name = "as a strict Prosody",
		.starttls = true,
		.required = true,
		.plain_dialback = true,
		.requests = true,
		.demands = true,
		.stance = { .tls = OFFER_REQUIRED,
			.sasl = OFFER_REQUIRED,
			.dialback = KNOWN_FALSE,
			.clear_dialback = KNOWN_FALSE,
			.authority = AUTHORITY_UNKNOWN },
		.out = "XXXX--XXXX--------",
		.in = "XXXX--XXXX--?-?---" },
	{ .name = "that asks for no certificate",
		.starttls = true,
		.required = true,
		.plain_dialback = true,
		.dialback = true,
		.authority = "invalid",
		.stance = { .tls = OFFER_REQUIRED,
			.sasl = OFFER_NONE,
			.dialback = KNOWN_TRUE,
			.clear_dialback = KNOWN_FALSE,
			.authority = AUTHORITY_ANSWERS },
		.out = "--T---T-T---T-T---",
		.in = "XXXX--XXXX--T-T---" },
	{ .name = "with an expired certificate",
		.starttls = true,
		.required = true,
		.plain_dialback = true,
		.requests = true,
		.external = true,
		.dialback = true,
		.expired = true,
		.authority = "invalid",
		.stance = { .tls = OFFER_REQUIRED,
			.sasl = OFFER_OPTIONAL,
			.dialback = KNOWN_TRUE,
			.clear_dialback = KNOWN_FALSE,
			.authority = AUTHORITY_ANSWERS,
			.refusal = "it has expired or is not yet valid" },
		.out = "XXXX--XXXX--T-T---",
		.in = "--T---T-T---T-T---" },
};

enum { SERVERS = sizeof servers / sizeof servers[0] };

/* --- a journal --------------------------------------------------------------------------- */

static void
add(struct partner *p, enum fact_kind kind, const void *fact)
{
	struct observation o = { .probe = kind == FACT_DNS ? "dns" : "session",
		.endpoint = kind == FACT_DNS ? NULL : ENDPOINT,
		.kind = kind,
		.fact = fact };

	journal_add(p->journal, &o);
}

static void
answer(struct partner *p, enum dns_type type, const char *name, struct dns_record *record)
{
	struct dns_fact fact = { .name = name,
		.type = type,
		.rcode = record ? RCODE_NOERROR : RCODE_NXDOMAIN,
		.record = record,
		.records = record ? 1 : 0 };

	if (record != NULL) {
		record->owner = name;
		record->type = type;
	}
	add(p, FACT_DNS, &fact);
}

static void
publish(struct partner *p)
{
	struct dns_record srv = { .target = "xmpp.fabrikam.com", .port = 5269 };
	struct dns_record a = { .address = "9.9.9.7" };

	answer(p, DNS_A, "fedprobe-1.invalid", NULL);
	answer(p, DNS_SRV, "_xmpp-server._tcp.fabrikam.com", &srv);
	answer(p, DNS_SRV, "_xmpps-server._tcp.fabrikam.com", NULL);
	answer(p, DNS_A, "xmpp.fabrikam.com", &a);
	answer(p, DNS_AAAA, "xmpp.fabrikam.com", NULL);
	add(p, FACT_CONNECT,
		&(struct connect_fact){ .address = "9.9.9.7", .port = 5269 });
}

static void
greet(struct partner *p, enum phase phase)
{
	add(p, FACT_HEADER,
		&(struct header_fact){ .phase = phase,
			.sent_from = "contoso.com",
			.sent_to = "fabrikam.com",
			.received = true,
			.name = "stream",
			.name_space = "http://etherx.jabber.org/streams",
			.prefix = "stream",
			.content_namespace = "jabber:server",
			.from = "fabrikam.com",
			.id = "x",
			.version = "1.0" });
}

static void
encrypt(struct partner *p, const struct server *s)
{
	static const char *const name[] = { "fabrikam.com" };
	static const char *const usage[] = { "serverAuth", "clientAuth" };
	struct certificate_fact leaf = { .subject = "CN=fabrikam.com",
		.issuer = "CN=Sample CA",
		.common_name = "fabrikam.com",
		.version = 3,
		.not_before = NOW - 60 * DAY,
		.not_after = s->expired ? NOW - DAY : NOW + 60 * DAY,
		.key = "EC",
		.key_bits = 256,
		.signature = "ecdsa-with-SHA256",
		.digest = "SHA256",
		.fingerprint = "11",
		.has_extended_key_usage = true,
		.extended_key_usage = usage,
		.extended_key_usages = 2,
		.has_names = true,
		.dns_name = name,
		.dns_names = 1 };

	add(p, FACT_STARTTLS,
		&(struct starttls_fact){
			.advertised = true, .answer = STARTTLS_PROCEED });
	add(p, FACT_TLS,
		&(struct tls_fact){ .completed = true,
			.version = "TLSv1.3",
			.certificate_requested = s->requests,
			.trust_store = "system",
			.trusted = !s->expired,
			.chain_built = 2 });
	add(p, FACT_CERTIFICATE, &leaf);
}

static void
ask_authority(struct partner *p, const struct server *s)
{
	enum phase phase = s->starttls ? PHASE_TLS : PHASE_PLAIN;

	if (s->authority != NULL)
		add(p, FACT_DIALBACK,
			&(struct dialback_fact){ .phase = phase,
				.element = DIALBACK_VERIFY,
				.asked_from = "contoso.com",
				.asked_to = "fabrikam.com",
				.asked_id = "y",
				.answered = true,
				.type = s->authority,
				.from = "fabrikam.com",
				.to = "contoso.com",
				.id = "y" });
	else
		add(p, FACT_ERROR,
			&(struct error_fact){ .phase = phase,
				.condition = "not-authorized",
				.after = "db:verify" });
}

static void
meet(struct partner *p, const struct server *s)
{
	static const char *const external[] = { "EXTERNAL" };

	publish(p);
	greet(p, PHASE_PLAIN);
	add(p, FACT_FEATURES,
		&(struct features_fact){ .phase = PHASE_PLAIN,
			.received = true,
			.starttls = s->starttls,
			.starttls_required = s->required,
			.dialback = s->plain_dialback });
	if (s->starttls) {
		encrypt(p, s);
		greet(p, PHASE_TLS);
	}
	if (s->demands) {
		add(p, FACT_ERROR,
			&(struct error_fact){ .phase = PHASE_TLS,
				.condition = "not-authorized",
				.after = "header" });
		return;
	}
	if (s->starttls)
		add(p, FACT_FEATURES,
			&(struct features_fact){ .phase = PHASE_TLS,
				.received = true,
				.dialback = s->dialback,
				.mechanism = external,
				.mechanisms = s->external ? 1 : 0 });
	ask_authority(p, s);
}

static struct run *
open_run(const struct server *s, const struct policy *policy)
{
	struct run *run = run_open(NOW);
	const struct domain domain = { "fabrikam.com", "fabrikam.com", "fabrikam.com" };
	struct partner *p;

	run->asked.from = "contoso.com";
	run->asked.probe_name = "fedprobe-1.invalid";
	p = run_add(run, &domain);
	p->policy = policy;
	meet(p, s);
	return run;
}

/* --- tests --------------------------------------------------------------------------------- */

static struct policy
policy_of(int row)
{
	const struct negotiation *n = &negotiation_table[row - 1];

	return (struct policy){ .tls = n->tls, .sasl = n->sasl, .dialback = n->dialback };
}

static char
letter(enum method method)
{
	static const char letters[] = { [METHOD_UNKNOWN] = '?',
		[METHOD_NONE] = '-',
		[METHOD_TCP_DIALBACK] = 'C',
		[METHOD_TLS_DIALBACK] = 'T',
		[METHOD_SASL_EXTERNAL] = 'X' };

	return letters[method];
}

static void
judge_rows(const struct server *s, enum verify verify, char *out, char *in)
{
	for (int row = 1; row <= NEGOTIATION_ROWS; row++) {
		const struct policy policy = policy_of(row);
		struct run *run = open_run(s, &policy);

		run->asked.verify = verify;
		check_partner(run->partner[0]);
		out[row - 1] = letter(run->partner[0]->out.method);
		in[row - 1] = letter(run->partner[0]->in.method);
		run_close(&run);
	}
	out[NEGOTIATION_ROWS] = in[NEGOTIATION_ROWS] = '\0';
}

/* What the manual says of all 18 combinations in prose. */
static void
the_table_follows_its_rules(void **state)
{
	(void)state;
	for (int i = 0; i < NEGOTIATION_ROWS; i++) {
		const struct negotiation *n = &negotiation_table[i];
		const struct policy policy = policy_of(n->row);
		bool tls = n->tls != DEMAND_NOT_SUPPORTED;
		bool sasl = tls && n->sasl != DEMAND_NOT_SUPPORTED;
		bool dialback = n->dialback == AGREED_TRUE;
		bool strict = n->tls == DEMAND_REQUIRED && n->sasl == DEMAND_REQUIRED;

		assert_int_equal(n->row, i + 1);
		assert_ptr_equal(negotiation_of(&policy), n);
		assert_int_equal(n->methods & ALLOWS_SASL ? 1 : 0, sasl);
		assert_int_equal(n->methods & ALLOWS_TLS_DIALBACK ? 1 : 0,
			dialback && tls && !strict);
		assert_int_equal(n->methods & ALLOWS_TCP_DIALBACK ? 1 : 0,
			dialback && n->tls != DEMAND_REQUIRED);
		assert_int_equal(n->remark == REMARK_INVALID, n->methods == 0);
		assert_int_equal(n->unsaveable, !tls && n->sasl != DEMAND_NOT_SUPPORTED);
		assert_int_equal(n->remark == REMARK_WARNING,
			n->methods && ((strict && dialback) ||
					      (n->sasl != DEMAND_NOT_SUPPORTED &&
						      n->tls != DEMAND_REQUIRED)));
	}
}

static void
every_row_meets_every_server(void **state)
{
	(void)state;
	for (size_t i = 0; i < SERVERS; i++) {
		char out[NEGOTIATION_ROWS + 1], in[NEGOTIATION_ROWS + 1];

		judge_rows(&servers[i], VERIFY_UNKNOWN, out, in);
		if (strcmp(out, servers[i].out) != 0 || strcmp(in, servers[i].in) != 0)
			print_message("a server %s\n", servers[i].name);
		assert_string_equal(out, servers[i].out);
		assert_string_equal(in, servers[i].in);
	}
}

/* Our server hangs up on a certificate that is no good, whatever was agreed. */
static void
strictness_leaves_less(void **state)
{
	char out[NEGOTIATION_ROWS + 1], in[NEGOTIATION_ROWS + 1];

	(void)state;
	judge_rows(&servers[SERVERS - 1], VERIFY_REQUIRED, out, in);
	assert_string_equal(out, "------------------");
	assert_string_equal(in, "------------------");
	judge_rows(&servers[0], VERIFY_REQUIRED, out, in);
	assert_string_equal(out, "------------------");
	assert_string_equal(in, "------------------");
	judge_rows(&servers[2], VERIFY_REQUIRED, out, in);
	assert_string_equal(out, servers[2].out);
	assert_string_equal(in, servers[2].in);
}

static void
servers_are_read_rightly(void **state)
{
	(void)state;
	for (size_t i = 0; i < SERVERS; i++) {
		struct run *run = open_run(&servers[i], NULL);
		struct partner *p = run->partner[0];
		struct finding rest = { 0 };
		struct inquiry q = { .partner = p, .finding = &rest };
		const struct stance *wanted = &servers[i].stance;
		struct stance s;
		size_t count;
		struct observed *o;

		check_partner(p);
		q.arena = p->arena;
		o = observe(&q, &count);
		assert_true(observed_stance(o, count, &s));
		assert_int_equal(s.tls, wanted->tls);
		assert_int_equal(s.sasl, wanted->sasl);
		assert_int_equal(s.dialback, wanted->dialback);
		assert_int_equal(s.clear_dialback, wanted->clear_dialback);
		assert_int_equal(s.authority, wanted->authority);
		assert_int_equal(s.encrypts, servers[i].starttls);
		if (servers[i].starttls)
			assert_true(text_same(s.refusal, wanted->refusal));
		run_close(&run);
	}
}

static const struct finding *
finding_of(const struct partner *p, const char *check)
{
	for (size_t i = 0; i < p->findings; i++)
		if (strcmp(p->finding[i].check, check) == 0)
			return &p->finding[i];
	return NULL;
}

/* A direction without a method fails policy.method and has a cause, and only then. */
static void
no_method_has_a_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < SERVERS; i++)
		for (int row = 1; row <= NEGOTIATION_ROWS; row++) {
			const struct policy policy = policy_of(row);
			struct run *run = open_run(&servers[i], &policy);
			struct partner *p = run->partner[0];
			const struct finding *method, *valid;
			bool none;

			check_partner(p);
			none = p->out.method == METHOD_NONE ||
			       p->in.method == METHOD_NONE;
			method = finding_of(p, "policy.method");
			valid = finding_of(p, "policy.valid");
			assert_int_equal(valid->status == STATUS_FAIL,
				negotiation_table[row - 1].remark == REMARK_INVALID);
			assert_int_equal(none, method->status == STATUS_FAIL ||
						       valid->status == STATUS_FAIL);
			if (method->status == STATUS_FAIL) {
				assert_non_null(method->cause);
				assert_non_null(method->remedy);
			}
			assert_true(!none || p->exit == 2);
			run_close(&run);
		}
}

/* A partner is not blamed for what our own row forbids, nor we for its certificate. */
static void
each_cause_is_the_right_one(void **state)
{
	static const struct {
		size_t server;
		int row;
		const char *cause;
	} cases[] = {
		{ 0, 7, "cause.tls.absent" },
		{ 0, 4, "cause.tls.absent" },
		{ 2, 17, "cause.policy.no-common-method" },
		{ 4, 13, "cause.policy.no-common-method" },
		{ 6, 2, "cause.policy.no-common-method" },
		{ 7, 2, "cause.cert.expired" },
		{ 7, 17, "cause.policy.no-common-method" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct policy policy = policy_of(cases[i].row);
		struct run *run = open_run(&servers[cases[i].server], &policy);
		struct partner *p = run->partner[0];

		check_partner(p);
		assert_string_equal(
			finding_of(p, "policy.method")->cause, cases[i].cause);
		run_close(&run);
	}
}

/* What nothing was agreed about is no business of the policy. */
static void
without_a_policy_nothing_is_judged(void **state)
{
	struct run *run = open_run(&servers[0], NULL);
	struct partner *p = run->partner[0];
	size_t skips = 0;

	(void)state;
	check_partner(p);
	for (size_t i = 0; i < p->findings; i++)
		if (text_starts(p->finding[i].check, "policy.")) {
			assert_int_equal(p->finding[i].status, STATUS_SKIP);
			skips += text_same(p->finding[i].because, "an agreed policy");
		}
	assert_int_equal(skips, 11);
	run_close(&run);
}

/* Who calls our own domain comes in, and our own strictness does not count. */
static void
the_own_side_is_the_other_way_round(void **state)
{
	struct run *run = open_run(&servers[7], NULL);
	struct partner *p = run->partner[0];

	(void)state;
	run->asked.verify = VERIFY_REQUIRED;
	p->role = ROLE_OWN;
	check_partner(p);
	assert_int_equal(p->in.method, METHOD_SASL_EXTERNAL);
	assert_int_equal(p->out.method, METHOD_TLS_DIALBACK);
	assert_null(strstr(p->in.reason, "partner's certificate: "));
	assert_non_null(strstr(p->out.reason, "our certificate is refused"));
	assert_null(finding_of(p, "policy.method"));
	run_close(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_follows_its_rules),
		cmocka_unit_test(every_row_meets_every_server),
		cmocka_unit_test(strictness_leaves_less),
		cmocka_unit_test(servers_are_read_rightly),
		cmocka_unit_test(no_method_has_a_cause),
		cmocka_unit_test(each_cause_is_the_right_one),
		cmocka_unit_test(without_a_policy_nothing_is_judged),
		cmocka_unit_test(the_own_side_is_the_other_way_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
