/* An import meets what was there before: what is replaced, and what is kept. */
#include "config/merge.h"

#include "tests/unit/import.h"

static void
replaces_what_was_agreed(void **state)
{
	struct fixture *f = *state;
	struct policy *policy = add(f, "a.example", 3);
	const struct configured *p;

	policy->type = TYPE_FEDERATED;
	policy->description = "ours";
	policy->agreed_tests = true;
	policy->proxy = "old.example";
	add_domain(f, policy, "b.example");
	add(f, "c.example", 4)->description = "theirs";
	add(f, "d.example", 5);
	import_text(f,
		OBJS PARTNER("d.example", "") PARTNER("e.example", "")
			PARTNER("a.example", ALSO("<S>b2.example</S>")) PARTNER(
				"c.example", "<S N='Description'> new  one </S>") END);
	assert_string_equal(notes(f), "");
	counts(f, 1, 2, 1);
	assert_int_equal(f->config->partners, 4);
	p = &f->config->partner[0];
	assert_string_equal(p->domain.ascii, "a.example");
	assert_int_equal(p->policy.type, TYPE_PUBLIC_UNVERIFIED);
	assert_string_equal(p->policy.description, "ours");
	assert_true(p->policy.agreed_tests);
	assert_null(p->policy.proxy);
	assert_string_equal(also(f, "a.example"), "b2.example");
	assert_string_equal(f->config->partner[1].policy.description, "new one");
	assert_string_equal(f->config->partner[3].domain.ascii, "e.example");
}

static void
keeps_the_first_of_two(void **state)
{
	struct fixture *f = *state;

	add(f, "a.example", 7);
	import_text(f, OBJS PARTNER("a.example", "<S N='PartnerType'>Federated</S>")
			       PARTNER("A.example", "") PARTNER("b.example", "")
				       PARTNER("b.example", "") END);
	import_as(f, OBJS PARTNER("b.example", "") END, "f.xml");
	assert_string_equal(notes(f),
		"e.xml:3: the partner a.example is there before (e.xml:2); that one is "
		"kept\n"
		"e.xml:5: the partner b.example is there before (e.xml:4); that one is "
		"kept\n"
		"f.xml:2: the partner b.example is there before (e.xml:4); that one is "
		"kept\n");
	assert_int_equal(
		config_find(f->config, "a.example")->policy.type, TYPE_FEDERATED);
	assert_int_equal(f->config->partners, 2);
	counts(f, 1, 1, 0);
}

static void
gives_each_domain_to_one(void **state)
{
	struct fixture *f = *state;

	add_domain(f, add(f, "old.example", 9), "x.example");
	import_text(f, OBJS PARTNER("a.example",
			       ALSO("<S>b.example</S><S>y.example</S><S>a.example</S>"
				    "<S>Y.example</S>")) PARTNER("b.example",
			       ALSO("<S>y.example</S><S>x.example</S>"))
			       PARTNER("x.example", "") END);
	assert_string_equal(notes(f),
		"e.xml:4: the partner x.example is not carried over: it is an additional "
		"domain of old.example (partners.xml:9)\n"
		"e.xml:2: the additional domain b.example of a.example is not carried "
		"over: it belongs to b.example (e.xml:3)\n"
		"e.xml:3: the additional domain y.example of b.example is not carried "
		"over: it belongs to a.example (e.xml:2)\n"
		"e.xml:3: the additional domain x.example of b.example is not carried "
		"over: it belongs to old.example (partners.xml:9)\n");
	assert_string_equal(also(f, "a.example"), "y.example");
	assert_string_equal(also(f, "b.example"), "");
	assert_null(config_find(f->config, "x.example"));
}

/* One that is replaced gives its domains back, whoever comes first in the export. */
static void
lets_domains_move(void **state)
{
	struct fixture *f = *state;

	add_domain(f, add(f, "a.example", 2), "x.example");
	add_domain(f, add(f, "b.example", 3), "y.example");
	import_text(f, OBJS PARTNER("x.example", "") PARTNER("b.example", "")
			       PARTNER("a.example", ALSO("<S>y.example</S>")) END);
	assert_string_equal(notes(f), "");
	assert_string_equal(also(f, "a.example"), "y.example");
	assert_string_equal(also(f, "b.example"), "");
	assert_non_null(config_find(f->config, "x.example"));
	counts(f, 1, 2, 0);
}

static void
imports_thousands(void **state)
{
	enum { PARTNERS = 3000 };
	struct fixture *f = *state;
	struct config *again;
	const char *first, *trouble;
	char *text;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	fputs(OBJS, file);
	for (int i = 0; i < PARTNERS; i++)
		fprintf(file,
			PARTNER("p%d.example",
				ALSO("<S>a.p%d.example</S><S>b.p%d.example</S>") "<S N='TlsNegotiation'>%s</S>"),
			i, i, i, i % 2 ? "Optional" : "Required");
	fputs(END, file);
	fclose(file);
	import_text(f, text);
	counts(f, PARTNERS, 0, 0);
	first = written(f, f->config);
	again = config_read_memory(
		first, strlen(first), "partners.xml", NULL, f->arena, &trouble);
	assert_non_null(again);
	assert_string_equal(written(f, again), first);
	import_close(&f->import);
	f->import = import_open(again);
	assert_true(import_memory(f->import, text, length, "e.xml"));
	counts(f, 0, 0, PARTNERS);
	import_close(&f->import);
	config_close(&again);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(replaces_what_was_agreed),
		TEST(keeps_the_first_of_two),
		TEST(gives_each_domain_to_one),
		TEST(lets_domains_move),
		TEST(imports_thousands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
