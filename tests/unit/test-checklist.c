/* The checklist: what each kind of step makes of findings, and of what the user said. */
#include "report/checklist.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sample {
	struct run *run;
	struct local local;
	struct partner *own;
	const struct checklist_step *step;
	size_t steps;
};

static struct partner *
add(struct run *run, const char *name, enum role role)
{
	struct domain domain;
	struct partner *p;

	assert_null(domain_parse(run->arena, name, &domain));
	p = run_add(run, &domain);
	p->role = role;
	return p;
}

static void
find(struct sample *s, struct partner *p, const char *check, enum status status,
	const char *text)
{
	p->finding =
		arena_grow(s->run->arena, p->finding, p->findings, sizeof *p->finding);
	p->finding[p->findings++] = (struct finding){ .check = check,
		.status = status,
		.text = status == STATUS_SKIP ? NULL : text,
		.because = status == STATUS_SKIP ? text : NULL };
}

static int
setup(void **state)
{
	struct sample *s = calloc(1, sizeof *s);

	s->run = run_open(1795226400);
	s->local = (struct local){ .domain = "contoso.com" };
	s->run->asked.local = &s->local;
	s->run->asked.locals = 1;
	s->own = add(s->run, "contoso.com", ROLE_OWN);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct sample *s = *state;

	run_close(&s->run);
	free(s);
	return 0;
}

static void
look(struct sample *s, const struct partner *own)
{
	s->step = checklist(s->run->arena, s->run, own, &s->steps);
}

/* The only step whose title holds the words, and that there is one. */
static const struct checklist_step *
step(const struct sample *s, const char *words)
{
	const struct checklist_step *found = NULL;

	for (size_t i = 0; i < s->steps; i++)
		if (strstr(s->step[i].title, words) != NULL) {
			assert_null(found);
			found = &s->step[i];
		}
	assert_non_null(found);
	return found;
}

static void
assert_step(const struct sample *s, const char *title, enum step_state state,
	const char *words)
{
	const struct checklist_step *found = step(s, title);

	assert_int_equal(found->state, state);
	if (words == NULL)
		assert_null(found->words);
	else
		assert_string_equal(found->words, words);
}

static void
test_nothing_known(void **state)
{
	struct sample *s = *state;

	look(s, s->own);
	assert_true(s->steps > 20);
	for (size_t i = 0; i < s->steps; i++) {
		assert_int_equal(s->step[i].state, STEP_UNSEEN);
		assert_non_null(s->step[i].words);
	}
	assert_step(s, "homed on a pool", STEP_UNSEEN, "only you can see it");
	assert_step(s, "with federated users", STEP_UNSEEN, "give <access-policy>");
	assert_step(s, "key is long enough", STEP_UNSEEN, "nothing was seen of it");
}

/* The manual's documents come in this order. */
static void
test_order(void **state)
{
	static const char *const chapter[] = { "External access policies",
		"Certificate of the external Edge", "XMPP gateway", "XMPP partners",
		"External DNS", "When dialback does not come about" };
	struct sample *s = *state;
	size_t at = 0;

	look(s, s->own);
	for (size_t i = 0; i < s->steps; i++) {
		if (i > 0 && s->step[i].chapter != s->step[i - 1].chapter)
			at++;
		assert_true(at < sizeof chapter / sizeof chapter[0]);
		assert_string_equal(s->step[i].chapter, chapter[at]);
	}
	assert_int_equal(at, sizeof chapter / sizeof chapter[0] - 1);
}

static void
test_findings(void **state)
{
	struct sample *s = *state;

	find(s, s->own, "cert.key.strength", STATUS_PASS, NULL);
	find(s, s->own, "cert.chain.trusted", STATUS_PASS, NULL);
	find(s, s->own, "cert.chain.complete", STATUS_FAIL, "one is missing");
	find(s, s->own, "cert.chain.complete", STATUS_FAIL, "one is missing");
	find(s, s->own, "own.certificate.usage", STATUS_WARN, "servers only");
	find(s, s->own, "own.certificate.file", STATUS_SKIP, "the file");
	find(s, s->own, "own.srv.priorities", STATUS_PASS, "there is one");
	find(s, s->own, "own.srv.edge", STATUS_SKIP, "dns.srv.answer");
	find(s, s->own, "own.listener.public", STATUS_INFO, "who knows");
	find(s, s->own, "cert.date.valid", STATUS_ERROR, NULL);
	look(s, s->own);
	assert_step(s, "key is long enough", STEP_DONE, NULL);
	assert_step(s, "an authority", STEP_NOT_DONE, "one is missing");
	assert_step(s, "for servers and for clients", STEP_NOT_DONE, "servers only");
	assert_step(s, "imported and assigned", STEP_UNSEEN,
		"give <certificate> with the file");
	assert_step(s, "several Edges", STEP_DONE, "there is one");
	assert_step(s, "leads to the Edge and its port", STEP_UNSEEN,
		"because of dns.srv.answer");
	assert_step(s, "strangers get through", STEP_UNSEEN, "who knows");
	assert_int_equal(step(s, "it is valid")->state, STEP_UNSEEN);
}

static void
test_policies(void **state)
{
	struct access_policy policy[] = { { "Global", false, false },
		{ "site:Redmond", true, false } };
	struct sample *s = *state;

	s->local.federated_users = KNOWN_FALSE;
	s->local.access_policy = policy;
	s->local.access_policies = 2;
	look(s, s->own);
	assert_step(s, "AllowFederatedUsers", STEP_NOT_DONE, NULL);
	assert_step(s, "with federated users", STEP_DONE, NULL);
	assert_step(s, "with XMPP federated users", STEP_NOT_DONE, NULL);
	s->local.federated_users = KNOWN_TRUE;
	policy[1].xmpp = true;
	look(s, s->own);
	assert_step(s, "AllowFederatedUsers", STEP_DONE, NULL);
	assert_step(s, "with XMPP federated users", STEP_DONE, NULL);
}

/* Of the partners only what is grave counts, and the first of them are named. */
static void
test_partners(void **state)
{
	struct sample *s = *state;
	struct partner *p;

	p = add(s->run, "fabrikam.com", ROLE_PARTNER);
	find(s, p, "policy.valid", STATUS_WARN, "row 1");
	find(s, p, "policy.method", STATUS_SKIP, "an agreed policy");
	look(s, s->own);
	assert_step(s, "valid combination", STEP_DONE, NULL);
	assert_step(
		s, "what was agreed", STEP_UNSEEN, "give the partners in partners.xml");
	assert_step(s, "is connected to", STEP_UNSEEN, "name a partner");
	for (int i = 0; i < 5; i++) {
		p = add(s->run, arena_printf(s->run->arena, "p%d.example.com", i),
			ROLE_PARTNER);
		find(s, p, "reach.any", STATUS_FAIL, "dead");
	}
	look(s, s->own);
	assert_step(s, "is connected to", STEP_NOT_DONE,
		"p0.example.com: dead; p1.example.com: dead; p2.example.com: dead; and 2 "
		"more");
}

/* One partner that is well does not speak for the others. */
static void
test_every_partner(void **state)
{
	struct sample *s = *state;
	struct partner *p = add(s->run, "fabrikam.com", ROLE_PARTNER);

	find(s, p, "policy.valid", STATUS_PASS, NULL);
	find(s, p, "policy.domains", STATUS_SKIP, "a further domain");
	find(s, p, "reach.any", STATUS_PASS, NULL);
	p = add(s->run, "chat.fabrikam.com", ROLE_ADDITIONAL);
	find(s, p, "policy.valid", STATUS_SKIP, "the primary domain");
	find(s, p, "reach.any", STATUS_SKIP, "no route for IPv6 here");
	look(s, s->own);
	assert_step(s, "valid combination", STEP_DONE, NULL);
	assert_step(s, "is connected to", STEP_UNSEEN,
		"not known of 1: no route for IPv6 here");
	assert_step(s, "all its domains", STEP_UNSEEN, "no partner has a further domain");
	p = add(s->run, "litware.com", ROLE_PARTNER);
	find(s, p, "policy.valid", STATUS_SKIP, "an agreed policy");
	look(s, s->own);
	assert_step(s, "valid combination", STEP_UNSEEN,
		"not known of 1: give the partners in partners.xml");
}

/* What answers elsewhere is not the Edge, and a name with addresses need not be its. */
static void
test_edge(void **state)
{
	struct sample *s = *state;

	find(s, s->own, "own.srv.edge", STATUS_SKIP, "the name of the Edge");
	find(s, s->own, "dns.srv.target-resolves", STATUS_PASS, NULL);
	find(s, s->own, "reach.any", STATUS_PASS, NULL);
	look(s, s->own);
	assert_step(s, "address of the Edge", STEP_UNSEEN, "give edge in <local>");
	assert_step(s, "answers at the Edge", STEP_DONE, NULL);
	s->own->finding[0].status = STATUS_FAIL;
	s->own->finding[0].text = "it leads elsewhere";
	look(s, s->own);
	assert_step(s, "address of the Edge", STEP_NOT_DONE, "it leads elsewhere");
	assert_step(s, "answers at the Edge", STEP_UNSEEN, "because of own.srv.edge");
}

/* An expired certificate is none the less for servers and for clients. */
static void
test_expired(void **state)
{
	struct sample *s = *state;

	find(s, s->own, "cert.date.valid", STATUS_FAIL, "it expired");
	find(s, s->own, "own.certificate.usage", STATUS_FAIL, "it expired");
	look(s, s->own);
	assert_step(s, "it is valid", STEP_NOT_DONE, "it expired");
	assert_step(s, "for servers and for clients", STEP_UNSEEN,
		"because of cert.date.valid");
}

/* A warning about a look from inside tells nothing of strangers. */
static void
test_seen_from_inside(void **state)
{
	struct sample *s = *state;

	find(s, s->own, "own.listener.public", STATUS_WARN, "not reached from inside");
	look(s, s->own);
	assert_step(s, "strangers get through", STEP_UNSEEN, "not reached from inside");
}

static void
test_second_domain(void **state)
{
	struct sample *s = *state;
	struct partner *second = add(s->run, "fabrikam.com", ROLE_OWN);
	size_t all;

	look(s, s->own);
	all = s->steps;
	look(s, second);
	assert_true(s->steps > 5 && s->steps < all);
	assert_int_equal(step(s, "there is an SRV record")->state, STEP_UNSEEN);
	for (size_t i = 0; i < s->steps; i++)
		assert_null(strstr(s->step[i].chapter, "policies"));
}

/* Every line fits on the page. */
static void
test_print(void **state)
{
	struct sample *s = *state;
	char *bytes = NULL, *line, *rest;
	size_t length;
	FILE *file = open_memstream(&bytes, &length);
	struct page page = { .file = file, .width = 60, .arena = s->run->arena };

	find(s, s->own, "own.srv.edge", STATUS_FAIL,
		"\"_xmpp-server._tcp.contoso.com\" leads to old.contoso.com:5269, not to "
		"access.contoso.com:5269");
	checklist_print(&page, s->run, s->own);
	fclose(file);
	assert_true(text_starts(bytes, "  checklist\n    External access policies\n"));
	assert_non_null(strstr(bytes, "not done  it leads to the Edge and its port:"));
	assert_non_null(strstr(bytes, "    External DNS\n"));
	rest = bytes;
	while ((line = strsep(&rest, "\n")) != NULL)
		assert_true(text_width(line) <= 60);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_known, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_findings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_policies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_partners, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_partner, setup, teardown),
		cmocka_unit_test_setup_teardown(test_edge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expired, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seen_from_inside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_second_domain, setup, teardown),
		cmocka_unit_test_setup_teardown(test_print, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
