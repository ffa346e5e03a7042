/* Saved reports: by hand, not by the rules, and by an enemy. */
#include "report/format.h"

#include "base/text.h"
#include "tests/unit/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STARTED = 1795226400 };

#define REPORT                                                                           \
	"<report xmlns='urn:fedprobe:report:1' version='1' generator='hand' "            \
	"started='2026-11-21T02:00:00Z'>\n"
#define PARTNER     REPORT "<partner domain='example.com'>\n"
#define JOURNAL     PARTNER "<journal>\n"
#define OBSERVATION JOURNAL "<observation number='1' at-ms='1' probe='dns' outcome='ok' "
#define END         "</journal></partner></report>\n"

static void
test_by_hand(void **state)
{
	static const char bytes[] =
		"<!-- a case -->\n" PARTNER "<!-- text -->\n"
		"<finding check='a.b' status='warn' severity='low'"
		" evidence='1'><text>it\tis</text></finding>\n"
		"<journal><observation number='1' at-ms='12.345'"
		" probe='dns' kind='dns' outcome='timed-out'>\n"
		"<dns type='SRV'><record type='SRV' port='5269'/></dns>\n"
		"</observation>" END;
	struct fixture *f = *state;
	const char *trouble = NULL;
	struct run *run =
		report_read_memory(bytes, strlen(bytes), "r.xml", f->arena, &trouble);
	const struct partner *p = run->partner[0];
	const struct observation *o = journal_at(p->journal, 1);
	const struct dns_fact *dns = o->fact;

	assert_true(fits_schema(f->schema, bytes));
	assert_int_equal(run->started, STARTED);
	assert_int_equal(journal_started(p->journal), STARTED);
	assert_string_equal(p->domain.ascii, "example.com");
	assert_string_equal(p->domain.typed, "example.com");
	assert_int_equal(p->saves, 1);
	assert_string_equal(p->saved[0].text, "it\\x09is");
	assert_int_equal(p->saved[0].status, STATUS_WARN);
	assert_int_equal(p->saved[0].evidence[0], 1);
	assert_int_equal(o->at, 12345);
	assert_int_equal(o->took, 0);
	assert_int_equal(o->outcome, OUTCOME_TIMED_OUT);
	assert_int_equal(dns->records, 1);
	assert_int_equal(dns->record[0].port, 5269);
	run_close(&run);
}

/* A check may cite thousands of observations of a talkative partner. */
static void
test_long_evidence(void **state)
{
	enum { CITED = 5000 };
	struct fixture *f = *state;
	char list[2 * CITED + 1];
	const char *bytes, *trouble = NULL;
	struct run *run;

	for (size_t i = 0; i < CITED; i++)
		memcpy(list + 2 * i, "1 ", 3);
	list[2 * CITED - 1] = '\0';
	bytes = arena_printf(f->arena,
		PARTNER
		"<finding check='a.b' status='warn' severity='low' evidence='%s'/>"
		"<journal><observation number='1' at-ms='1' probe='dns' kind='dns' "
		"outcome='ok'><dns/></observation>" END,
		list);
	run = report_read_memory(bytes, strlen(bytes), "r.xml", f->arena, &trouble);
	assert_null(trouble);
	assert_int_equal(run->partner[0]->saved[0].evidences, CITED);
	run_close(&run);
}

/* A well-formed file, and what is wrong with it. */
struct refusal {
	const char *bytes, *trouble;
};

static const struct refusal refused[] = {
	{ "<html/>", "r.xml:1: <html> is in a wrong namespace; "
		     "accepted: urn:fedprobe:report:1" },
	{ "<asked xmlns='urn:fedprobe:report:1'/>",
		"r.xml:1: this is no report but <asked>; accepted: <report>" },
	{ "<report xmlns='urn:fedprobe:report:1' version='2'/>",
		"r.xml:1: version=\"2\" of <report> is wrong; accepted: 1" },
	{ "\n<report xmlns='urn:fedprobe:report:1' version='1' generator='x'/>",
		"r.xml:2: <report> lacks the attribute \"started\"" },
	{ REPORT "<partner domain='a.example'/></report>",
		"r.xml:2: <partner> lacks <journal>" },
	{ PARTNER "<journal/></partner>\n<asked/></report>",
		"r.xml:4: <report> has no <asked> here; "
		"accepted in this order: asked, partner" },
	{ REPORT "<asked/><asked/></report>", "r.xml:2: <report> has no <asked> here; "
					      "accepted in this order: asked, partner" },
	{ REPORT "<asked depth='abyss'/></report>",
		"r.xml:2: depth=\"abyss\" of <asked> is wrong; "
		"accepted: standard, quick, deep" },
	{ REPORT "hello</report>", "r.xml:2: only elements are accepted here" },
	{ PARTNER "<headline direction='up' method='none' proof='done'/><journal/>"
		  "</partner></report>",
		"r.xml:3: direction=\"up\" of <headline> is wrong; accepted: out, in" },
	{ PARTNER "<finding check='a' status='good' severity='low'/><journal/>"
		  "</partner></report>",
		"r.xml:3: status=\"good\" of <finding> is wrong; "
		"accepted: skip, pass, info, warn, fail, error" },
	{ PARTNER "<finding check='a' status='fail' severity='low' evidence='1 x'/>"
		  "<journal/></partner></report>",
		"r.xml:3: evidence is wrong; "
		"accepted: numbers of observations like \"12 14\"" },
	{ PARTNER "<finding check='a' status='fail' severity='low'><text><b/></text>"
		  "</finding><journal/></partner></report>",
		"r.xml:3: only plain text is accepted in <text>" },
	{ OBSERVATION "kind='dns' colour='red'><dns/></observation>" END,
		"r.xml:4: <observation> has no attribute \"colour\"; accepted: number, "
		"at-ms, took-ms, probe, kind, outcome, endpoint, detail" },
	{ OBSERVATION "kind='smell'><smell/></observation>" END,
		"r.xml:4: kind=\"smell\" of <observation> is wrong; accepted: dns, connect, "
		"foreign, header, features, error, starttls, tls, certificate, sasl, "
		"dialback, stanza, disco, xml, close, wire, clock, file, inbound, hello" },
	{ OBSERVATION "kind='dns'><tls/></observation>" END,
		"r.xml:4: the <observation> lacks <dns>" },
	{ OBSERVATION "kind='dns'/>" END, "r.xml:4: the <observation> lacks <dns>" },
	{ OBSERVATION "kind='dns'><dns/><dns/></observation>" END,
		"r.xml:4: an <observation> holds one fact only" },
	{ OBSERVATION "kind='dns' took-ms='1.5'><dns/></observation>" END,
		"r.xml:4: took-ms=\"1.5\" is wrong; "
		"accepted: milliseconds like 12 or 12.345" },
	{ OBSERVATION "kind='dns' took-ms='-1'><dns/></observation>" END,
		"r.xml:4: took-ms=\"-1\" is wrong; "
		"accepted: milliseconds like 12 or 12.345" },
	{ OBSERVATION "kind='dns'><dns size='big'/></observation>" END,
		"r.xml:4: size=\"big\" of <dns> is wrong; accepted: a whole number" },
	{ OBSERVATION "kind='dns'><dns size='2147483648'/></observation>" END,
		"r.xml:4: size=\"2147483648\" of <dns> is wrong; "
		"accepted: a whole number" },
	{ OBSERVATION "kind='dns'><dns tcp='yes'/></observation>" END,
		"r.xml:4: tcp=\"yes\" of <dns> is wrong; accepted: true, false" },
	{ OBSERVATION "kind='dns'><dns signature-expires='now'/></observation>" END,
		"r.xml:4: signature-expires=\"now\" of <dns> is wrong; "
		"accepted: a time like 2026-11-21T02:00:00Z" },
	{ OBSERVATION "kind='dns'>\n<dns><record/><error/></dns></observation>" END,
		"r.xml:5: <dns> has no <error> here; "
		"accepted in this order: error, record" },
	{ OBSERVATION "kind='close'><close><a/></close></observation>" END,
		"r.xml:4: <close> has no <a> here; accepted in this order: nothing" },
	{ OBSERVATION "kind='certificate'><certificate><der>AA=</der></certificate>"
		      "</observation>" END,
		"r.xml:4: <der> is wrong; accepted: base64 without white space" },
	{ OBSERVATION "kind='dns' xml:lang='en'><dns/></observation>" END,
		"r.xml:4: <observation> has no attribute \"xml:lang\"; accepted: number, "
		"at-ms, took-ms, probe, kind, outcome, endpoint, detail" },
};

/* What no schema can tell, or what is not part of the document for it. */
static const struct refusal refused_beyond_schema[] = {
	{ REPORT "<partner domain=''><journal/></partner></report>",
		"r.xml:2: \"\" is no domain: it is empty" },
	{ REPORT
		"<partner domain='a.example' ascii='b.example'><journal/></partner></report>",
		"r.xml:2: domain=\"a.example\" of <partner> is another name than b.example" },
	{ REPORT
		"<partner domain='a.example' ascii='A.example'><journal/></partner></report>",
		"r.xml:2: ascii=\"A.example\" of <partner> is wrong; accepted: a.example" },
	{ PARTNER "<cause id='a' owner='us' confidence='likely' evidence='7'/><journal>"
		  "</journal>\n</partner></report>",
		"r.xml:2: there is evidence 7, but the journal ends with 0" },
	{ JOURNAL "<observation number='2' at-ms='1' probe='dns' outcome='ok' kind='dns'>"
		  "<dns/></observation>" END,
		"r.xml:4: number=\"2\" of <observation> is out of order; accepted: 1" },
	{ "<!DOCTYPE report [<!ENTITY e 'x'>]>" REPORT "</report>",
		"r.xml:2: a DOCTYPE is not accepted" },
	{ "<?xml-stylesheet href='a'?>" REPORT "</report>",
		"r.xml:1: only elements are accepted here" },
	{ REPORT "<asked from='a'><resolver><![CDATA[a]]></resolver></asked></report>",
		"r.xml:2: only plain text is accepted in <resolver>" },
};

static void
check_refused(struct fixture *f, const struct refusal *refusal, size_t n, bool fits)
{
	for (size_t i = 0; i < n; i++) {
		const char *bytes = refusal[i].bytes, *trouble = NULL;

		assert_null(report_read_memory(
			bytes, strlen(bytes), "r.xml", f->arena, &trouble));
		assert_string_equal(trouble, refusal[i].trouble);
		assert_int_equal(fits_schema(f->schema, bytes), fits);
	}
}

static void
test_refused(void **state)
{
	check_refused(*state, refused, sizeof refused / sizeof refused[0], false);
	check_refused(*state, refused_beyond_schema,
		sizeof refused_beyond_schema / sizeof refused_beyond_schema[0], true);
}

/* These troubles are told in the words of libxml2, which change. */
static void
test_not_well_formed(void **state)
{
	static const char *const bytes[] = { "", "\n", "x", "<report", REPORT,
		REPORT "<partner domain='a.example'></report>", REPORT "</report><a/>",
		REPORT "<p:asked/></report>", REPORT "&lol;</report>",
		REPORT "<asked from='&lol;'/></report>", REPORT "\x01</report>",
		REPORT "\xff</report>", REPORT "<asked from='a' from='b'/></report>",
		"<?xml version='1.0' encoding='ISO-8859-1'?>" REPORT
		"<asked from='\xe4'/></report>",
		"\xff\xfe<", "\x4c\x6f\xa7\x94" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
		const char *trouble = NULL;

		assert_null(report_read_memory(
			bytes[i], strlen(bytes[i]), "r.xml", f->arena, &trouble));
		assert_true(text_starts(trouble, "r.xml:"));
		assert_true(text_is_clean(trouble));
	}
}

static void
test_hostile_size(void **state)
{
	struct fixture *f = *state;
	const char *trouble = NULL;
	char *deep = arena_strdup(f->arena, REPORT);
	char *nest = arena_alloc(f->arena, 3 * 10000 + 1);

	for (size_t i = 0; i < 10000; i++)
		memcpy(nest + 3 * i, "<a>", 3);
	deep = arena_printf(f->arena, "%s%s", deep, nest);
	assert_null(report_read_memory(deep, strlen(deep), "r.xml", f->arena, &trouble));
	assert_non_null(trouble);
	assert_null(report_read_memory(
		"", (size_t)256 * 1024 * 1024 + 1, "r.xml", f->arena, &trouble));
	assert_string_equal(trouble, "r.xml: it is larger than 256 MiB");
}

static void
test_line_beyond_16_bits(void **state)
{
	struct fixture *f = *state;
	const char *trouble = NULL;
	char *lines = arena_alloc(f->arena, 70001), *bytes;

	memset(lines, '\n', 70000);
	bytes = arena_printf(f->arena, "%s%s<asked x=''/></report>", REPORT, lines);
	assert_null(
		report_read_memory(bytes, strlen(bytes), "r.xml", f->arena, &trouble));
	assert_true(text_starts(trouble, "r.xml:70002: <asked> has no attribute"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_long_evidence),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_not_well_formed),
		cmocka_unit_test(test_hostile_size),
		cmocka_unit_test(test_line_beyond_16_bits),
	};

	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
