/* The scenario language: what is understood, and that each mistake is told with its
 * line. */
#include "rig/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define HEAD "title A title\nteaches something\nexpect cause.cert.expired\n"

static int
set_up(void **state)
{
	*state = arena_open();
	return 0;
}

static int
tear_down(void **state)
{
	struct arena *arena = *state;

	arena_close(&arena);
	return 0;
}

static struct scenario *
parse(struct arena *arena, const char *text)
{
	const char *trouble = "";
	struct scenario *scenario =
		scenario_parse(arena, "dir/some-name.scenario", text, &trouble);

	assert_string_equal(trouble, "");
	assert_non_null(scenario);
	return scenario;
}

/* The text of the first step of a peer that has only this one. */
static const char *
speech(struct arena *arena, const char *step)
{
	struct scenario *s =
		parse(arena, arena_printf(arena, HEAD "peer main\n\t%s\n", step));

	assert_int_equal(s->peer[0].script.actions, 1);
	return s->peer[0].script.action[0].text.byte;
}

static void
test_head(void **state)
{
	struct scenario *s =
		parse(*state, HEAD "expect starttls.offered fail # really\n");

	assert_string_equal(s->name, "some-name");
	assert_string_equal(s->domain, "some-name.rig.example");
	assert_string_equal(s->title, "A title");
	assert_string_equal(s->teaches, "something");
	assert_int_equal(s->expects, 2);
	assert_string_equal(s->expect[0], "cause.cert.expired");
	assert_string_equal(s->expect[1], "starttls.offered fail");
	s = parse(*state, HEAD "domain other.example\n");
	assert_string_equal(s->domain, "other.example");
	s = parse(*state, HEAD "depth deep\n");
	assert_string_equal(s->depth, "deep");
	s = parse(*state, HEAD "agreed\n");
	assert_true(s->agreed);
	s = parse(*state, HEAD "credentials\n");
	assert_true(s->credentials);
}

static void
test_zone(void **state)
{
	const char *trouble = NULL, *text;
	struct scenario *s =
		parse(*state, HEAD "zone\n"
				   "\t@ SRV 0 0 $port xmpp.$domain.\n"
				   "\t@ SRV 0 0 $port(two) $$x $address(two)\n"
				   "\t@ A $port(three)\n"
				   "peer one\npeer two 127.0.0.2 closed\n");

	s->peer[0].port = 11;
	s->peer[1].port = 22;
	assert_int_equal(s->zones, 3);
	text = scenario_expand(*state, s, s->zone[0].text, s->zone[0].line, 1, &trouble);
	assert_string_equal(text, "@ SRV 0 0 11 xmpp.some-name.rig.example.");
	text = scenario_expand(*state, s, s->zone[1].text, s->zone[1].line, 1, &trouble);
	assert_string_equal(text, "@ SRV 0 0 22 $x 127.0.0.2");
	text = scenario_expand(*state, s, s->zone[2].text, s->zone[2].line, 1, &trouble);
	assert_null(text);
	assert_string_equal(
		trouble, "dir/some-name.scenario:7: unknown variable $port(three)");
}

static void
test_repeated(void **state)
{
	const char *trouble = NULL, *text;
	struct scenario *s = parse(*state, HEAD "zone\n"
						"\trepeat 2000  h$n A 127.0.0.1\n"
						"certificate many\n"
						"\trepeat 3 names dns:$n.$domain uri:$n\n"
						"\tchain 200\n"
						"\tcrl http://$n/\n");

	assert_int_equal(s->zones, 1);
	assert_int_equal(s->zone[0].times, 2000);
	text = scenario_expand(
		*state, s, s->zone[0].text, s->zone[0].line, 1999, &trouble);
	assert_string_equal(text, "h1999 A 127.0.0.1");
	assert_int_equal(s->recipe[0].times, 3);
	assert_int_equal(s->recipe[0].identities, 2);
	assert_string_equal(s->recipe[0].identity[1], "uri:$n");
	assert_int_equal(s->recipe[0].links, 200);
	assert_string_equal(s->recipe[0].crl, "http://$n/");
}

static void
test_distant(void **state)
{
	struct scenario *s =
		parse(*state, HEAD "peer near\npeer far ::1 delay 25\n\thold\n");

	assert_int_equal(s->peer[0].delay_ms, 0);
	assert_int_equal(s->peer[1].delay_ms, 25);
	assert_string_equal(s->peer[1].address, "::1");
	assert_int_equal(s->peer[1].script.actions, 1);
}

static void
test_faults(void **state)
{
	struct scenario *s = parse(*state, HEAD "fault * bogus\nfault www slow 250\n"
						"fault @ servfail \"a\\xffz\"\n");

	assert_int_equal(s->faults, 3);
	assert_string_equal(s->fault[0].name, "*");
	assert_int_equal(s->fault[0].faults, FAULT_BOGUS);
	assert_int_equal(s->fault[1].faults, 0);
	assert_int_equal(s->fault[1].delay_ms, 250);
	assert_null(s->fault[1].text.byte);
	assert_int_equal(s->fault[2].text.length, 3);
	assert_memory_equal(s->fault[2].text.byte, "a\xffz", 3);
}

static void
test_certificate(void **state)
{
	struct scenario *s = parse(*state, HEAD "certificate good\n"
						"certificate bad\n"
						"\tnames dns:a.example cn:b.example\n"
						"\tvalid -90 -1\n"
						"\tusage serverAuth\n"
						"\tkey rsa1024\n"
						"\tchain leaf-only\n"
						"\tself-signed\n");

	assert_int_equal(s->recipes, 2);
	assert_string_equal(s->recipe[0].identity[0], "dns:$domain");
	assert_string_equal(s->recipe[0].usage, "serverAuth,clientAuth");
	assert_int_equal(s->recipe[0].to_day, 89);
	assert_false(s->recipe[0].self_signed);
	assert_int_equal(s->recipe[1].identities, 2);
	assert_string_equal(s->recipe[1].identity[1], "cn:b.example");
	assert_int_equal(s->recipe[1].from_day, -90);
	assert_string_equal(s->recipe[1].usage, "serverAuth");
	assert_int_equal(s->recipe[1].key, KEY_RSA1024);
	assert_int_equal(s->recipe[1].chain, CHAIN_LEAF_ONLY);
	assert_true(s->recipe[1].self_signed);
}

static void
test_steps(void **state)
{
	struct scenario *s = parse(*state, HEAD
		"peer main 127.0.0.7\n"
		"\texpect header\n"
		"\texpect \"a\\x00b\"\n"
		"\ttls good request-certificate keep-input min=1.2 max=1.3 alpn=xmpp-server\n"
		"\trepeat forever drip 20 \" \"\n"
		"\talert 48\n"
		"\trefuse us.example close\n"
		"certificate good\n");
	const struct action *action = s->peer[0].script.action;

	assert_string_equal(s->peer[0].address, "127.0.0.7");
	assert_int_equal(s->peer[0].script.actions, 6);
	assert_int_equal(action[0].kind, ACT_EXPECT);
	assert_int_equal(action[0].awaited, AWAIT_HEADER);
	assert_int_equal(action[1].kind, ACT_EXPECT_TEXT);
	assert_int_equal(action[1].text.length, 3);
	assert_memory_equal(action[1].text.byte, "a\0b", 3);
	assert_ptr_equal(action[2].tls.recipe, &s->recipe[0]);
	assert_true(action[2].tls.request_certificate);
	assert_true(action[2].tls.keep_input);
	assert_int_equal(action[2].tls.min, TLS_1_2);
	assert_int_equal(action[2].tls.max, TLS_1_3);
	assert_int_equal(action[3].times, 0);
	assert_int_equal(action[3].number, 20);
	assert_int_equal(action[4].number, 48);
	assert_int_equal(action[5].kind, ACT_REFUSE);
	assert_string_equal(action[5].name, "us.example");
}

static void
test_speech(void **state)
{
	assert_string_equal(speech(*state, "send \"a\" + \"b\\n\""), "ab\n");
	assert_string_equal(speech(*state, "send proceed + \" \""),
		"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/> ");
	assert_string_equal(speech(*state, "answer verify verify invalid"),
		"<db:verify from='$to' to='$from' id='$id' type='invalid'/>");
	assert_string_equal(speech(*state, "send features bidi + close"),
		"<stream:features><bidi xmlns='urn:xmpp:features:bidi'/>"
		"</stream:features></stream:stream>");
	assert_non_null(strstr(speech(*state, "send error host-unknown \"no $to\""),
		"<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
		"<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>no $to</text>"));
}

static void
test_callers(void **state)
{
	struct scenario *s = parse(*state, HEAD
		"told somebody connected\n"
		"certificate good\n"
		"peer main\n\tanswer \"our key\" verify valid\n\tcall back\n"
		"caller first times 3\n\ttls none refuse=expired\n"
		"caller back 127.0.0.9\n\ttls good\n\tsend question \"$stream\" \"$key\"\n");
	const struct action *known = &s->peer[0].script.action[0];
	const struct action *tls = &s->caller[0].script.action[0];

	assert_string_equal(s->told[0], "somebody connected");
	assert_int_equal(s->callers, 2);
	assert_int_equal(known->kind, ACT_KNOW);
	assert_string_equal(known->name, "our key");
	assert_int_equal(s->peer[0].script.action[1].caller, 1);
	assert_int_equal(s->caller[0].times, 3);
	assert_false(s->caller[0].called_for);
	assert_true(tls->tls.calls);
	assert_null(tls->tls.certificate);
	assert_int_equal(tls->tls.refusal, REFUSE_EXPIRED);
	assert_string_equal(s->caller[1].address, "127.0.0.9");
	assert_true(s->caller[1].called_for);
	assert_ptr_equal(s->caller[1].script.action[0].tls.recipe, &s->recipe[0]);
	assert_string_equal(s->caller[1].script.action[1].text.byte,
		"<db:verify from='$to' to='$from' id='$stream'>$key</db:verify>");
}

static void
test_mistakes(void **state)
{
	static const struct {
		const char *line, *reason;
	} row[] = {
		{ "nonsense", "unknown line \"nonsense\"" },
		{ "\"\\x1b\\n\"", "unknown line \"\\x1b\\x0a\"" },
		{ "\tindented", "an indented line that belongs to nothing" },
		{ "title again", "a second line \"title\"" },
		{ "expect", "usage: expect CHECK VERDICT" },
		{ "peer main\n\trefuse us.example", "usage: refuse DOMAIN SPEECH" },
		{ "expect starttls.offered bad", "\"bad\" is not a verdict" },
		{ "fault * slow 0", "\"0\" is not a number from 1 to 60000" },
		{ "fault * mad", "unknown fault \"mad\"" },
		{ "peer main 192.0.2.1", "\"192.0.2.1\" is not a loopback address" },
		{ "certificate x\n\tvalid 2 1", "the validity ends before it begins" },
		{ "certificate x\n\tkey rot13", "unknown kind of key \"rot13\"" },
		{ "certificate x\n\tnames x",
			"\"x\" is not dns:, srv:, xmpp:, email:, uri: or cn:NAME" },
		{ "peer a delay 0", "\"0\" is not a number from 1 to 10000" },
		{ "peer a delay", "\"\" is not a number from 1 to 10000" },
		{ "zone\n\trepeat 0 @ A 127.0.0.1",
			"\"0\" is not a number from 1 to 10000" },
		{ "certificate x\n\trepeat 2 valid 1 2", "only names can be repeated" },
		{ "certificate x\n\tchain 0", "\"0\" is not a number from 1 to 1000" },
		{ "certificate x\n\tchain mail",
			"\"mail\" is not a number from 1 to 1000" },
		{ "peer a\npeer a", "a second peer \"a\"" },
		{ "peer a\n\tjump", "unknown step \"jump\"" },
		{ "peer a\n\tsend", "nothing to send" },
		{ "peer a\n\tsend header features", "\"features\" is not expected here" },
		{ "peer a\n\tsend features x", "unknown feature \"x\"" },
		{ "peer a\n\tsend \"$who\"", "unknown variable $who" },
		{ "peer a\n\tsend \"open", "a quote is not closed" },
		{ "peer a\n\tsend \"\\q\"", "unknown escape in quotes" },
		{ "peer a\n\trepeat 2 hold", "only send and drip can be repeated" },
		{ "peer a\n\ttls some", "there is no certificate \"some\"" },
		{ "peer a\n\ttls some fast", "unknown option \"fast\" of tls" },
		{ "peer a\n\ttls none",
			"only a caller presents no certificate, or refuses one" },
		{ "peer a\n\tcall nobody", "there is no caller \"nobody\"" },
		{ "caller a\n\tcall b", "only a peer lets somebody call" },
		{ "caller a\ncaller a", "a second caller \"a\"" },
		{ "caller a times 0", "\"0\" is not a number from 1 to 10000" },
		{ "caller a ::1", "\"::1\" is not a loopback address" },
		{ "caller a\n\ttls none refuse=it",
			"unknown option \"refuse=it\" of tls" },
		{ "caller a\n\tsend question 1", "the key is missing" },
		{ "told", "nothing behind \"told\"" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const char *trouble = NULL, *text, *wanted;
		int line = strchr(row[i].line, '\n') ? 5 : 4;

		text = arena_printf(*state, HEAD "%s\n", row[i].line);
		wanted = arena_printf(*state, "x.scenario:%d: %s", line, row[i].reason);
		assert_null(scenario_parse(*state, "x.scenario", text, &trouble));
		assert_string_equal(trouble, wanted);
	}
}

static void
test_incomplete(void **state)
{
	const char *trouble = NULL;

	assert_null(scenario_parse(*state, "x.scenario", "title x\n", &trouble));
	assert_string_equal(
		trouble, "x.scenario:1: a scenario needs a title, teaches and expect");
	assert_null(scenario_read(*state, "/nonexistent/x.scenario", &trouble));
	assert_string_equal(
		trouble, "/nonexistent/x.scenario: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_head, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_zone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_repeated, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_distant, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_certificate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_steps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_speech, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_callers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mistakes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_incomplete, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
