/* What is written can be read back, byte for byte, and fits the schema. */
#include "report/format.h"

#include "base/text.h"
#include "tests/unit/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	VARIANTS = 16,     /* more than any enum has values */
	LONG_DER = 262144, /* base64 of it passes every buffer of the parser */
	STARTED = 1795226400,
};

/* --- helpers ----------------------------------------------------------------------- */

static const char *
write_report(struct fixture *f, const struct run *run, const char *format,
	const struct look *look)
{
	char *bytes = NULL;
	const char *copy;
	size_t length;
	FILE *file = open_memstream(&bytes, &length);

	assert_true(format_find(format)->write(file, run, look));
	fclose(file);
	copy = arena_text(f->arena, bytes, length);
	free(bytes);
	return copy;
}

static const char *
write_xml(struct fixture *f, const struct run *run)
{
	static const struct look look = { 0 };

	return write_report(f, run, "xml", &look);
}

static struct run *
read_good(struct fixture *f, const char *bytes)
{
	const char *trouble = NULL;
	struct run *run =
		report_read_memory(bytes, strlen(bytes), "r.xml", f->arena, &trouble);

	if (run == NULL)
		fail_msg("%s", trouble);
	return run;
}

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

/* --- filling every field ----------------------------------------------------------- */

#define MEMBER(type, record, offset) ((type *)(void *)((char *)(record) + (offset)))

static const char *
some_text(struct arena *arena, int variant)
{
	static const char *const text[] = { "<&>\"'", "", " ", "  a  b ", "]]>", "&amp;",
		"b\303\274cher.example", "\xe6\xbc\xa2\xe5\xad\x97",
		"line\r\nfeed\ttab\x1b[31m", "\xff\xfe", "\xe2\x80\xae",
		"{http://etherx.jabber.org/streams}features" };
	size_t n = sizeof text / sizeof text[0];
	char *large;

	if (variant % 13 < (int)n)
		return text[variant % 13];
	large = arena_alloc(arena, 2 * TEXT_LIMIT);
	memset(large, '\'', 2 * TEXT_LIMIT - 1);
	return large;
}

static int
some_value(const struct field *f, int variant)
{
	int names = 0;

	while (f->names[names] != NULL)
		names++;
	return 1 + variant % (names - 1);
}

static void fill(struct arena *arena, const struct record *record, void *to, int variant);

static void
fill_list(struct arena *arena, const struct field *f, void *to, int variant)
{
	size_t length = variant == 0 ? LONG_DER : (size_t)variant;

	for (int i = 0; f->kind == FIELD_TEXTS && i < 3; i++)
		field_add_text(arena, f, to, some_text(arena, variant + i));
	for (int i = 0; f->kind == FIELD_RECORDS && i < 2; i++)
		fill(arena, f->record, field_add(arena, f, to), variant + i);
	if (f->kind == FIELD_BYTES) {
		uint8_t *bytes = arena_alloc(arena, length);

		for (size_t i = 0; i < length; i++)
			bytes[i] = (uint8_t)(i * 7 + 3);
		*MEMBER(const uint8_t *, to, f->offset) = bytes;
		*MEMBER(size_t, to, f->count) = length;
	}
}

static void
fill(struct arena *arena, const struct record *record, void *to, int variant)
{
	for (const struct field *f = record->field; f->name != NULL; f++, variant++)
		switch (f->kind) {
		case FIELD_BOOL:
			*MEMBER(bool, to, f->offset) = true;
			break;
		case FIELD_INT:
			*MEMBER(int, to, f->offset) = variant % 5 ? variant : INT32_MIN;
			break;
		case FIELD_LONG:
			*MEMBER(int64_t, to, f->offset) = INT64_MAX - variant;
			break;
		case FIELD_TIME:
			*MEMBER(int64_t, to, f->offset) = STARTED + 86400 * variant;
			break;
		case FIELD_ENUM:
			*MEMBER(int, to, f->offset) = some_value(f, variant);
			break;
		case FIELD_TEXT:
			*MEMBER(const char *, to, f->offset) = some_text(arena, variant);
			break;
		default:
			fill_list(arena, f, to, variant);
		}
}

static void
fill_journal(struct fixture *f, struct journal *journal, int variant)
{
	for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++) {
		const struct record *record = fact_record(kind);
		void *fact = arena_alloc(f->arena, record->size);

		fill(f->arena, record, fact, variant);
		journal_add(journal,
			&(struct observation){ .at = 1000 * variant + 7 * (int)kind,
				.took = variant * 123457,
				.probe = "session",
				.endpoint =
					variant % 2 ? some_text(f->arena, variant) : NULL,
				.outcome =
					(enum outcome)(variant % (OUTCOME_NOT_TRIED + 1)),
				.detail =
					variant % 3 ? some_text(f->arena, variant) : NULL,
				.kind = kind,
				.fact = fact });
	}
}

static void
fill_judgement(struct run *run, struct partner *p, int variant)
{
	static const unsigned evidence[] = { 1, 3, 12 };
	struct arena *arena = run->arena;

	p->out = (struct headline){ METHOD_SASL_EXTERNAL, PROOF_DONE, "TLS 1.3",
		"a <reason>" };
	p->in = (struct headline){ (enum method)(variant % 5), (enum proof)(variant % 3),
		NULL, NULL };
	p->causes = 2;
	p->cause = arena_alloc(arena, 2 * sizeof *p->cause);
	p->cause[0] = (struct cause){ "cause.cert.expired", "It \"expired\"", "Renew it",
		OWNER_CA, CONFIDENCE_LIKELY, "on one & two", evidence, 2 };
	p->cause[1] = (struct cause){ .id = "cause.own.network",
		.owner = (enum owner)(variant % 5),
		.confidence = (enum confidence)(variant % 3) };
	for (enum status status = 0; status <= STATUS_ERROR; status++)
		add_finding(run, p,
			&(struct finding){ .check = "cert.date.valid",
				.status = status,
				.severity = (enum severity)(variant % 5),
				.endpoint = variant % 2
						    ? "starttls a.example 5269 192.0.2.1"
						    : NULL,
				.text = some_text(arena, 5 * (variant % 2)),
				.remedy = status > STATUS_PASS ? "do it" : NULL,
				.owner = status >= STATUS_WARN ? OWNER_BOTH : 0,
				.because = status == STATUS_SKIP ? "tls.up" : NULL,
				.cause = status == STATUS_FAIL ? "cause.cert.expired"
							       : NULL,
				.evidence = evidence,
				.evidences = status ? 3 : 0 });
}

static struct run *
full_run(struct fixture *f)
{
	static const char *const typed[] = { "example.com", "B\xc3\xbc"
							    "cher.example" };
	struct run *run = run_open(STARTED);

	run->took = 420001;
	run->interrupted = true;
	fill(run->arena, &asked_record, &run->asked, 3);
	for (int variant = 0; variant < VARIANTS; variant++) {
		struct partner *p = add_partner(run, typed[variant % 2]);

		p->role = (enum role)(variant % 4);
		p->primary = variant % 2 ? some_text(run->arena, variant) : NULL;
		p->took = variant * 1001;
		p->unfinished = variant == 1;
		if (variant % 3 != 0) {
			struct policy *policy = arena_alloc(run->arena, sizeof *policy);

			fill(run->arena, &policy_record, policy, variant);
			p->policy = policy;
		}
		p->exit = variant % 4;
		fill_journal(f, p->journal, variant);
		fill_judgement(run, p, variant);
	}
	return run;
}

/* Stands for check_partner(), which makes the judgement anew. */
static void
judge_as(struct run *to, const struct run *from)
{
	assert_int_equal(to->partners, from->partners);
	for (size_t i = 0; i < to->partners; i++) {
		struct partner *p = to->partner[i];

		p->out = from->partner[i]->out;
		p->in = from->partner[i]->in;
		p->cause = from->partner[i]->cause;
		p->causes = from->partner[i]->causes;
		p->exit = from->partner[i]->exit;
		p->finding = p->saved;
		p->findings = p->saves;
	}
}

/* --- the XML report ---------------------------------------------------------------- */

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct run *run = full_run(f), *again;
	const char *first = write_xml(f, run), *second;

	assert_true(fits_schema(f->schema, first));
	again = read_good(f, first);
	judge_as(again, run);
	second = write_xml(f, again);
	assert_int_equal(strlen(first), strlen(second));
	assert_memory_equal(first, second, strlen(first));
	run_close(&again);
	run_close(&run);
}

static void
test_xml_shape(void **state)
{
	struct fixture *f = *state;
	struct run *run = run_open(STARTED);
	const char *const resolver[] = { "192.0.2.53:53" };
	struct partner *p;

	run->asked.from = "contoso.example";
	run->asked.resolver = resolver;
	run->asked.resolvers = 1;
	p = add_partner(run, "fabrikam.example");
	journal_add(p->journal, &(struct observation){ .at = 231,
					.took = 1000000,
					.probe = "session",
					.kind = FACT_CLOSE,
					.fact = &(struct close_fact){ .end = true } });
	assert_string_equal(write_xml(f, run),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<report xmlns=\"urn:fedprobe:report:1\" version=\"1\" generator=\"" PACKAGE_STRING
		"\" started=\"2026-11-21T02:00:00Z\" took-ms=\"0.000\">\n"
		"  <asked from=\"contoso.example\">\n"
		"    <resolver>192.0.2.53:53</resolver>\n"
		"  </asked>\n"
		"  <partner domain=\"fabrikam.example\" ascii=\"fabrikam.example\" exit=\"0\""
		" took-ms=\"0.000\">\n"
		"    <headline direction=\"out\" method=\"unknown\" proof=\"predicted\"/>\n"
		"    <headline direction=\"in\" method=\"unknown\" proof=\"predicted\"/>\n"
		"    <journal>\n"
		"      <observation number=\"1\" at-ms=\"0.231\" took-ms=\"1000.000\""
		" probe=\"session\" kind=\"close\" outcome=\"ok\">\n"
		"        <close end=\"true\"/>\n"
		"      </observation>\n"
		"    </journal>\n"
		"  </partner>\n"
		"</report>\n");
	run_close(&run);
}

/* Partners that are watched are asked at other times, and not all of them alike. */
static void
test_occasion(void **state)
{
	enum { LATER = STARTED + 3600 };
	struct fixture *f = *state;
	struct run *run = run_open(STARTED), *again;
	struct asked deep, standard;
	const char *first;

	run->asked.depth = DEPTH_QUICK;
	deep = standard = run->asked;
	deep.depth = DEPTH_DEEP;
	standard.depth = DEPTH_STANDARD;
	for (int i = 0; i < 3; i++)
		add_partner(run,
			(const char *[]){ "a.example", "b.example", "c.example" }[i]);
	run->partner[1]->asked = &deep;
	run->partner[2]->asked = &standard;
	journal_close(&run->partner[2]->journal);
	run->partner[2]->journal = journal_open(LATER);
	first = write_xml(f, run);
	assert_true(fits_schema(f->schema, first));
	again = read_good(f, first);
	assert_int_equal(again->partner[0]->asked->depth, DEPTH_QUICK);
	assert_int_equal(again->partner[1]->asked->depth, DEPTH_DEEP);
	assert_int_equal(again->partner[2]->asked->depth, DEPTH_STANDARD);
	assert_int_equal(journal_started(again->partner[1]->journal), STARTED);
	assert_int_equal(journal_started(again->partner[2]->journal), LATER);
	assert_string_equal(write_xml(f, again), first);
	run_close(&again);
	run_close(&run);
}

static void
test_file(void **state)
{
	struct fixture *f = *state;
	char path[] = "report-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	struct run *run = full_run(f), *again;
	const char *trouble = NULL;

	assert_true(format_find("xml")->write(file, run, NULL));
	fclose(file);
	again = report_read(path, f->arena, &trouble);
	remove(path);
	assert_non_null(again);
	assert_int_equal(again->partners, run->partners);
	run_close(&again);
	run_close(&run);
	assert_null(report_read("no-such/report.xml", f->arena, &trouble));
	assert_string_equal(trouble, "no-such/report.xml: No such file or directory");
	assert_null(report_read(".", f->arena, &trouble));
	assert_string_equal(trouble, ".: Is a directory");
}

static void
test_disk_full(void **state)
{
	static const struct look look = { 0 };
	FILE *file = fopen("/dev/full", "w");
	struct run *run = full_run(*state);

	if (file == NULL)
		skip();
	for (const struct format *f = formats; f->name != NULL; f++)
		assert_false(f->write(file, run, &look));
	fclose(file);
	run_close(&run);
}

/* Nothing is certain of what a report on file holds; no page may break. */
static void
test_text_of_anything(void **state)
{
	static const struct look looks[] = { { 0 }, { .verbose = true, .width = 1 },
		{ .verbose = true, .colour = true, .width = 300 }, { .quiet = true } };
	struct fixture *f = *state;
	struct run *run = full_run(f);

	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		const char *text = write_report(f, run, "text", &looks[i]);

		for (const char *p = text; *p != '\0'; p++)
			assert_true((unsigned char)*p >= 0x20 || *p == '\n' ||
				    (looks[i].colour && *p == '\033'));
	}
	run_close(&run);
}

static void
test_formats(void **state)
{
	(void)state;
	assert_string_equal(format_find("xml")->suffix, "xml");
	assert_string_equal(format_find("text")->suffix, "txt");
	assert_null(format_find("parchment"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_xml_shape),
		cmocka_unit_test(test_occasion),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_text_of_anything),
		cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
