/* The text for people, to the letter. */
#include "report/format.h"

#include "base/text.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STARTED = 1795226400 };

static struct partner *
add_partner(struct run *run, const char *typed)
{
	struct domain domain;

	assert_null(domain_parse(run->arena, typed, &domain));
	return run_add(run, &domain);
}

static void
add_finding(struct run *run, struct partner *p, const struct finding *finding)
{
	p->finding = arena_grow(run->arena, p->finding, p->findings, sizeof *finding);
	p->finding[p->findings++] = *finding;
}

static const char *
write_text(struct arena *arena, const struct run *run, const struct look *look)
{
	char *bytes = NULL;
	const char *copy;
	size_t length;
	FILE *file = open_memstream(&bytes, &length);

	assert_true(format_find("text")->write(file, run, look));
	fclose(file);
	copy = arena_text(arena, bytes, length);
	free(bytes);
	return copy;
}

static const char endpoint[] = "starttls xmpp.fabrikam.example 5269 192.0.2.1";
static const unsigned three[] = { 1, 2, 14 };

static void
add_answer(
	struct partner *p, enum dns_type type, const char *name, struct dns_record record)
{
	record.type = type;
	record.owner = name;
	journal_add(p->journal, &(struct observation){ .probe = "dns",
					.kind = FACT_DNS,
					.fact = &(struct dns_fact){ .name = name,
						.type = type,
						.rcode = RCODE_NOERROR,
						.record = &record,
						.records = 1 } });
}

static void
well_partner(struct run *run)
{
	struct partner *p = add_partner(run, "b\303\274cher.example");

	p->took = 1234567;
	p->out = (struct headline){ METHOD_TLS_DIALBACK, PROOF_DONE, "TLS 1.2",
		"both sides offer it" };
	p->in = (struct headline){ METHOD_UNKNOWN, PROOF_PREDICTED, NULL, NULL };
	add_finding(run, p,
		&(struct finding){ .check = "dns.name.valid",
			.status = STATUS_PASS,
			.evidences = 0 });
}

static void
failing_findings(struct run *run, struct partner *p)
{
	static const struct check row = { .id = "stream.id",
		.title = "The stream has an id" };

	add_finding(run, p,
		&(struct finding){ .check = "dns.srv.port",
			.status = STATUS_INFO,
			.text = "the port is 5269",
			.evidence = three,
			.evidences = 1 });
	add_finding(run, p,
		&(struct finding){ .check = "cert.date.valid",
			.status = STATUS_FAIL,
			.endpoint = endpoint,
			.text = "it expired",
			.cause = "cause.cert.expired",
			.evidence = three,
			.evidences = 3 });
	add_finding(run, p,
		&(struct finding){ .check = "stream.id",
			.row = &row,
			.status = STATUS_WARN,
			.endpoint = endpoint,
			.remedy =
				"Give every stream an id of its own that nobody can guess, "
				"as RFC 6120 says in section 4.7.3." });
	add_finding(run, p,
		&(struct finding){ .check = "dns.srv.tcp",
			.status = STATUS_ERROR,
			.text = "the resolver said nothing" });
	for (int i = 0; i < 2; i++)
		add_finding(run, p,
			&(struct finding){ .check = "sasl.external",
				.status = STATUS_SKIP,
				.because = "cert.date.valid" });
	add_finding(run, p,
		&(struct finding){ .check = "sasl.auth",
			.status = STATUS_SKIP,
			.because = "cert.date.valid" });
	add_finding(run, p,
		&(struct finding){ .check = "sasl.done",
			.status = STATUS_SKIP,
			.because = "a certificate of ours" });
}

static void
failing_partner(struct run *run)
{
	struct partner *p = add_partner(run, "fabrikam.example");

	p->took = 420000;
	p->exit = 2;
	p->unfinished = true;
	p->out = (struct headline){ METHOD_SASL_EXTERNAL, PROOF_OFFERED, "TLS 1.3",
		"the partner offers EXTERNAL, and our certificate would be good enough for "
		"it by all that is known" };
	p->in = (struct headline){ METHOD_NONE, PROOF_PREDICTED, NULL, "it has expired" };
	add_answer(p, DNS_SRV, "_xmpp-server._tcp.fabrikam.example",
		(struct dns_record){ .target = "xmpp.fabrikam.example", .port = 5269 });
	add_answer(p, DNS_A, "xmpp.fabrikam.example",
		(struct dns_record){ .address = "192.0.2.1" });
	failing_findings(run, p);
	p->cause = arena_alloc(run->arena, sizeof *p->cause);
	p->causes = 1;
	p->cause[0] = (struct cause){ "cause.cert.expired",
		"the certificate \"CN=fabrikam.example\" expired 3 days before",
		"Renew the certificate.", OWNER_PARTNER, CONFIDENCE_LIKELY,
		"on xmpp.fabrikam.example:5269 (192.0.2.1)", three, 3 };
}

static void
check_text(struct arena *arena, const struct look *look, const char *expected)
{
	struct run *run = run_open(STARTED);
	const char *text;

	well_partner(run);
	failing_partner(run);
	text = write_text(arena, run, look);
	for (const char *p = text; *p != '\0'; p++)
		if (!look->colour && *p != '\n')
			assert_true((unsigned char)*p >= 0x20);
	assert_string_equal(text, expected);
	run_close(&run);
}

#define HEADLINE_WELL                                                                    \
	"b\303\274cher.example      out  dialback over TLS 1.2               "           \
	"      in  unknown      1.23 s    all is well\n"
#define HEADLINE_FAILING                                                                 \
	"fabrikam.example    out  SASL EXTERNAL over TLS 1.3 (offered)"                  \
	"      in  none         0.42 s    1 failure, 1 error, 1 warning, "               \
	"unfinished\n"
#define BODY                                                                              \
	"  out  the partner offers EXTERNAL, and our certificate would be good enough "   \
	"for\n"                                                                           \
	"       it by all that is known\n"                                                \
	"  in   it has expired\n"                                                         \
	"  xmpp.fabrikam.example:5269 (192.0.2.1)    \xe2\x9c\x97 1 failure, 1 warning\n" \
	"  cause.cert.expired (likely), on xmpp.fabrikam.example:5269 (192.0.2.1)\n"      \
	"    the certificate \"CN=fabrikam.example\" expired 3 days before [1 2 14]\n"    \
	"    who must act: the owner of fabrikam.example\n"                               \
	"    Renew the certificate.\n"

static void
test_text(void **state)
{
	static const struct look look = { 0 };

	check_text(*state, &look,
		HEADLINE_WELL
		"  out  both sides offer it\n"
		"\n" HEADLINE_FAILING BODY
		"  ! warn   stream.id  xmpp.fabrikam.example:5269 (192.0.2.1)\n"
		"      The stream has an id\n"
		"      Give every stream an id of its own that nobody can guess, as RFC "
		"6120 says\n"
		"      in section 4.7.3.\n"
		"  ? error  dns.srv.tcp\n"
		"      the resolver said nothing\n"
		"  2 checks could not run because of cert.date.valid\n");
}

static void
test_text_quiet(void **state)
{
	static const struct look look = { .quiet = true };

	check_text(*state, &look, HEADLINE_WELL HEADLINE_FAILING);
}

static void
test_text_verbose(void **state)
{
	static const struct look look = { .verbose = true, .width = 120 };
	struct run *run = run_open(STARTED);
	const char *text;

	well_partner(run);
	failing_partner(run);
	text = strstr(write_text(*state, run, &look), "Renew the certificate.\n");
	assert_string_equal(text,
		"Renew the certificate.\n"
		"  dns\n"
		"    i info   dns.srv.port\n"
		"        the port is 5269 [1]\n"
		"    ? error  dns.srv.tcp\n"
		"        the resolver said nothing\n"
		"  cert\n"
		"    \xe2\x9c\x97 fail   cert.date.valid  xmpp.fabrikam.example:5269 (192.0.2.1)"
		"  explained by cause.cert.expired\n"
		"        it expired [1 2 14]\n"
		"  stream\n"
		"    ! warn   stream.id  xmpp.fabrikam.example:5269 (192.0.2.1)\n"
		"        The stream has an id\n"
		"        Give every stream an id of its own that nobody can guess, as RFC 6120 "
		"says in section 4.7.3.\n"
		"  sasl\n"
		"    - skip   sasl.external  because of cert.date.valid\n"
		"    - skip   sasl.external  because of cert.date.valid\n"
		"    - skip   sasl.auth  because of cert.date.valid\n"
		"    - skip   sasl.done  because of a certificate of ours\n");
	run_close(&run);
}

static void
test_text_colour(void **state)
{
	static const struct look look = { .colour = true, .quiet = true };
	struct run *run = run_open(STARTED);
	const char *text;

	well_partner(run);
	failing_partner(run);
	text = write_text(*state, run, &look);
	assert_true(text_starts(text, "\033[1mb"));
	assert_non_null(strstr(text, "\033[0m\033[32mall is well\033[0m\n"));
	assert_non_null(strstr(text, "\033[0m\033[31m1 failure, "));
	run_close(&run);
}

static const char second[] = "starttls xmpp.fabrikam.example 5269 2001:db8::1";

static void
repeated_findings(struct run *run, struct partner *p)
{
	static const unsigned first[] = { 3, 7 }, then[] = { 3, 5, 123456 };
	struct finding f = { .check = "dns.srv.port",
		.status = STATUS_WARN,
		.endpoint = endpoint,
		.text = "the service is published with a port that firewalls do not let "
			"through",
		.remedy = "Publish the port 5269.",
		.evidence = first,
		.evidences = 2 };

	p->exit = 1;
	add_finding(run, p, &f);
	f.endpoint = second;
	f.text = "it is another port";
	add_finding(run, p, &f);
	f.text = p->finding[0].text;
	f.evidence = then;
	f.evidences = 3;
	add_finding(run, p, &f);
}

/* What is said of two endpoints alike is said once; and evidence stays on one line. */
static void
test_text_folded(void **state)
{
	static const struct look look = { 0 };
	struct run *run = run_open(STARTED);

	repeated_findings(run, add_partner(run, "fabrikam.example"));
	assert_string_equal(strchr(write_text(*state, run, &look), '\n'),
		"\n"
		"  ! warn   dns.srv.port  xmpp.fabrikam.example:5269 (192.0.2.1);\n"
		"           xmpp.fabrikam.example:5269 (2001:db8::1)\n"
		"      the service is published with a port that firewalls do not let through\n"
		"      [3 5 7 123456]\n"
		"      Publish the port 5269.\n"
		"  ! warn   dns.srv.port  xmpp.fabrikam.example:5269 (2001:db8::1)\n"
		"      it is another port [3 7]\n"
		"      Publish the port 5269.\n");
	run_close(&run);
}

/* Verbose, each stands for itself. */
static void
test_text_not_folded(void **state)
{
	static const struct look look = { .verbose = true };
	struct run *run = run_open(STARTED);
	const char *text;

	repeated_findings(run, add_partner(run, "fabrikam.example"));
	text = write_text(*state, run, &look);
	assert_non_null(strstr(text, "let through\n        [3 7]\n"));
	assert_non_null(strstr(text, "let through\n        [3 5 123456]\n"));
	run_close(&run);
}

/* No line ends with a space, wherever it is broken; a list too long for a line is. */
static void
test_text_line_ends(void **state)
{
	unsigned many[40];
	struct look look = { .verbose = true };
	struct run *run = run_open(STARTED);

	for (unsigned i = 0; i < 40; i++)
		many[i] = 1000 + i;
	for (size_t evidences = 1; evidences <= 40; evidences += 39)
		add_finding(run, add_partner(run, "fabrikam.example"),
			&(struct finding){ .check = "dns.srv.port",
				.status = STATUS_PASS,
				.endpoint = endpoint,
				.evidence = many,
				.evidences = evidences });
	for (look.width = 40; look.width < 100; look.width++) {
		const char *text = write_text(*state, run, &look);

		assert_null(strstr(text, " \n"));
		assert_non_null(strstr(text, "[1000]"));
		assert_non_null(strstr(text, "1039]"));
	}
	run_close(&run);
}

static int
open_arena(void **state)
{
	setlocale(LC_ALL, "C.UTF-8");
	*state = arena_open();
	return 0;
}

static int
close_arena(void **state)
{
	struct arena *arena = *state;

	arena_close(&arena);
	return 0;
}

/* What was agreed stands below the headline, and what the type means with -v. */
static void
test_text_policy(void **state)
{
	static const struct policy policy = {
		.type = TYPE_FEDERATED,
		.sasl = DEMAND_OPTIONAL,
	};
	struct run *run = run_open(STARTED);
	struct partner *own, *partner, *further;
	const char *text;

	own = add_partner(run, "contoso.example");
	own->role = ROLE_OWN;
	partner = add_partner(run, "fabrikam.example");
	further = add_partner(run, "emea.fabrikam.example");
	further->role = ROLE_ADDITIONAL;
	further->primary = "xn--bcher-kva.example";
	partner->policy = further->policy = &policy;
	text = write_text(*state, run, &(struct look){ .width = 80 });
	assert_non_null(strstr(text, "contoso.example (our own)    out"));
	assert_non_null(strstr(text,
		"  policy  federated; TLS required, SASL optional, dialback on: row 7 of the\n"
		"          table allows SASL EXTERNAL over TLS, dialback over TLS\n"));
	assert_non_null(
		strstr(text, "  policy  a domain of b\303\274cher.example; federated;"));
	assert_null(strstr(text, "rights"));
	text = write_text(*state, run, &(struct look){ .width = 80, .verbose = true });
	assert_non_null(strstr(text, "  rights  the same enterprise, or an established"));
	assert_non_null(strstr(text, "see the notes of ours\n"));
	text = write_text(*state, run, &(struct look){ .quiet = true });
	assert_null(strstr(text, "policy"));
	run_close(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_quiet),
		cmocka_unit_test(test_text_verbose),
		cmocka_unit_test(test_text_colour),
		cmocka_unit_test(test_text_folded),
		cmocka_unit_test(test_text_not_folded),
		cmocka_unit_test(test_text_line_ends),
		cmocka_unit_test(test_text_policy),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
