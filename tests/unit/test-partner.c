/* The screens behind the overview while a partner is being probed: what is known is there,
 * what is under way says so, and keys lead from one screen to the next. */
#include "base/text.h"
#include "tui/screen.h"
#include "tui/sheet.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ENDPOINT "starttls xmpp.b.example 5269 9.9.9.7"

struct world {
	struct run *run;
	struct live_partner partner;
	struct live live;
	struct view *view;
	struct canvas *canvas;
	char *picture;
};

static void
add(struct world *world, enum fact_kind kind, const char *endpoint, enum outcome outcome,
	const void *fact)
{
	const struct observation o = { .at = 1000,
		.took = 1000,
		.probe = endpoint ? "session" : "dns",
		.endpoint = endpoint,
		.outcome = outcome,
		.kind = kind,
		.fact = fact };

	journal_add(world->run->partner[0]->journal, &o);
}

static void
answer(struct world *world, enum dns_type type, const char *name,
	struct dns_record *record)
{
	const struct dns_fact fact = { .name = name,
		.type = type,
		.rcode = RCODE_NOERROR,
		.record = record,
		.records = record != NULL };

	add(world, FACT_DNS, NULL, OUTCOME_OK, &fact);
}

static int
open_world(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	struct dns_record srv = { .owner = "_xmpp-server._tcp.b.example",
		.type = DNS_SRV,
		.port = 5269,
		.target = "xmpp.b.example" };
	struct dns_record a = {
		.owner = "xmpp.b.example", .type = DNS_A, .address = "9.9.9.7"
	};

	world->run = run_open(1795000000);
	run_add(world->run, &(struct domain){ "b.example", "b.example", "b.example" });
	answer(world, DNS_SRV, "_xmpp-server._tcp.b.example", &srv);
	answer(world, DNS_SRV, "_xmpps-server._tcp.b.example", NULL);
	answer(world, DNS_A, "xmpp.b.example", &a);
	answer(world, DNS_AAAA, "xmpp.b.example", NULL);
	world->partner.doing = "awaiting features";
	world->live.now = 12000000;
	world->live.partner = &world->partner;
	world->view = view_open(&world->live);
	world->canvas = canvas_open(80, 40, false);
	*state = world;
	return 0;
}

static int
close_world(void **state)
{
	struct world *world = *state;

	free(world->picture);
	canvas_close(&world->canvas);
	view_close(&world->view);
	run_close(&world->run);
	free(world);
	return 0;
}

static const char *
picture(struct world *world)
{
	size_t size;
	FILE *file;

	free(world->picture);
	file = open_memstream(&world->picture, &size);
	assert_non_null(file);
	screen_draw(world->run, world->view, world->canvas);
	canvas_print(world->canvas, file);
	fclose(file);
	return world->picture;
}

static void
assert_seen(struct world *world, const char *words)
{
	if (strstr(picture(world), words) == NULL)
		fail_msg("no \"%s\" in:\n%s", words, world->picture);
}

static void
act(struct world *world, enum action action)
{
	picture(world);
	screen_act(world->run, world->view, action);
}

static void
the_path_grows_with_the_journal(void **state)
{
	struct world *world = *state;
	const struct connect_fact connect = { .address = "9.9.9.7", .port = 5269 };
	const struct header_fact header = { .phase = PHASE_PLAIN, .received = true };

	act(world, ACTION_OPEN);
	assert_seen(world, "awaiting features, 12 s");
	assert_seen(world, "1 record");
	assert_seen(world, "» TCP running");
	add(world, FACT_CONNECT, ENDPOINT, OUTCOME_OK, &connect);
	assert_seen(world, "✓ TCP ok 1.0 ms → » stream running");
	add(world, FACT_HEADER, ENDPOINT, OUTCOME_OK, &header);
	assert_seen(world, "✓ TCP ok 1.0 ms → » stream running 1.0 ms");
}

static void
what_breaks_ends_the_path(void **state)
{
	struct world *world = *state;
	const struct connect_fact connect = { .failure = CONNECT_REFUSED };

	act(world, ACTION_OPEN);
	add(world, FACT_CONNECT, ENDPOINT, OUTCOME_REFUSED, &connect);
	assert_seen(world, "✗ TCP refused 1.0 ms → - stream not reached");
}

/* Down to the row that shows the words. */
static void
go_to(struct world *world, const char *words)
{
	strcpy(world->view->search, words);
	act(world, ACTION_FOUND_NEXT);
	world->view->search[0] = '\0';
}

static void
keys_lead_to_evidence_and_transcript(void **state)
{
	struct world *world = *state;
	const struct wire_fact wire = { .phase = PHASE_PLAIN, .text = "<a><b/></a>" };

	add(world, FACT_WIRE, ENDPOINT, OUTCOME_OK, &wire);
	act(world, ACTION_OPEN);
	go_to(world, "9.9.9.7");
	act(world, ACTION_EVIDENCE);
	assert_seen(world, "Every observation at xmpp.b.example:5269 (9.9.9.7)");
	go_to(world, "5 wire");
	act(world, ACTION_TRANSCRIPT);
	assert_seen(world, "  1.0 ms ← <a>");
	assert_seen(world, "                <b/>");
	/* And on to the evidence is the way back. */
	act(world, ACTION_EVIDENCE);
	assert_int_equal(world->view->places, 3);
	act(world, ACTION_BACK);
	assert_ptr_equal(view_place(world->view)->screen, &partner_screen);
}

static void
sections_are_folded_and_shown(void **state)
{
	struct world *world = *state;

	act(world, ACTION_OPEN);
	go_to(world, "The path");
	act(world, ACTION_FOLD);
	assert_seen(world, "▸ The path");
	assert_null(strstr(world->picture, "_xmpp-server._tcp"));
	act(world, ACTION_FOLD);
	assert_seen(world, "_xmpp-server._tcp");
}

static void
a_search_in_vain_says_so(void **state)
{
	struct world *world = *state;

	act(world, ACTION_OPEN);
	go_to(world, "no such words");
	assert_seen(world, "There is no \"no such words\" here");
}

/* A journal that is longer than anybody reads is cut, and nothing grows without end. */
static void
a_long_transcript_is_cut(void **state)
{
	struct world *world = *state;
	static char text[TEXT_LIMIT];
	const struct wire_fact wire = { .phase = PHASE_PLAIN, .text = text };

	for (size_t i = 0; i + 4 < sizeof text; i += 4)
		memcpy(text + i, "<a/>", 4);
	for (int i = 0; i < 12; i++)
		add(world, FACT_WIRE, ENDPOINT, OUTCOME_OK, &wire);
	act(world, ACTION_OPEN);
	act(world, ACTION_TRANSCRIPT);
	act(world, ACTION_LAST);
	assert_seen(world, "What follows is too long to show.");
	assert_int_equal(view_place(world->view)->rows, SHEET_ROWS);
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)
	static const struct CMUnitTest tests[] = {
		TEST(the_path_grows_with_the_journal),
		TEST(what_breaks_ends_the_path),
		TEST(keys_lead_to_evidence_and_transcript),
		TEST(sections_are_folded_and_shown),
		TEST(a_search_in_vain_says_so),
		TEST(a_long_transcript_is_cut),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("partner", tests, NULL, NULL);
}
