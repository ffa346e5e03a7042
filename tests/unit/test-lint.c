#include "config/lint.h"

#include "base/text.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PARTNER "<partner domain='p.example' "
#define ROW_7   "tls='required' sasl='optional'/>"
#define LOCAL   "<local domain='us.example' "

static const char *const words[] = { "", "note", "warning", "invalid" };

/* "note about: text" for each remark, a line each. */
static const char *
lint_words(struct arena *arena, const char *elements)
{
	const char *trouble, *list = "";
	const char *bytes = arena_printf(
		arena, "<fedprobe xmlns='urn:fedprobe:config:1'>%s</fedprobe>", elements);
	struct config *config =
		config_read_memory(bytes, strlen(bytes), "p.xml", NULL, arena, &trouble);
	const struct lint *lint;
	size_t lints;

	assert_null(trouble);
	lint = config_lint(arena, config, &lints);
	for (size_t i = 0; i < lints; i++) {
		assert_int_equal(lint[i].line, 1);
		assert_true(lint[i].remark != REMARK_NONE);
		assert_true(lint[i].remark != REMARK_INVALID || lint[i].remedy != NULL);
		list = arena_printf(arena, "%s%s %s: %s\n", list, words[lint[i].remark],
			lint[i].about, lint[i].text);
	}
	config_close(&config);
	return list;
}

struct sample {
	const char *elements, *expected;
};

static const struct sample samples[] = {
	{ "", "" },
	{ PARTNER ROW_7, "" },
	{ PARTNER "tls='required' sasl='required' dialback='false'/>", "" },
	/* the gateway's limits, stated and not */
	{ PARTNER "connection-limit='20' " ROW_7, "" },
	{ PARTNER "connection-limit='21' " ROW_7,
		"note p.example: connection-limit, 21, is above partner-connection-limit "
		"of the gateway, 20\n" },
	{ "<gateway/>" PARTNER "connection-limit='21' " ROW_7,
		"warning p.example: connection-limit, 21, is above "
		"partner-connection-limit of the gateway, 20\n" },
	{ "<gateway partner-connection-limit='21'/>" PARTNER
	  "connection-limit='21' " ROW_7,
		"" },
	{ "<gateway connection-limit='10' partner-connection-limit='10'/>", "" },
	{ "<gateway connection-limit='19'/>",
		"warning gateway: partner-connection-limit, 20, is above "
		"connection-limit, 19, which holds for all partners together\n" },
	/* times */
	{ "<gateway keep-alive-interval='599'/>", "" },
	{ "<gateway keep-alive-interval='601'/>",
		"warning gateway: keep-alive-interval, 601 s, is not below "
		"stream-inactivity-timeout, 600 s: an idle stream is closed before a "
		"keep-alive is due\n" },
	{ "<gateway stream-inactivity-timeout='28800'/>",
		"note gateway: subscription-refresh-interval, 28800 s, is not above "
		"stream-inactivity-timeout, 28800 s: presence is asked for again all the "
		"time\n" },
	{ "<gateway stream-inactivity-timeout='900'/>" PARTNER
	  "keep-alive='false' " ROW_7,
		"note p.example: keep-alive is off: a stream that is idle for 900 s is "
		"closed, and the next message has to open a new one\n" },
	{ "<gateway log-message-bodies='true'/>",
		"note gateway: log-message-bodies: what people write is logged\n" },
	/* types */
	{ PARTNER "type='public-verified' " ROW_7,
		"warning p.example: type public-verified is not recommended: the "
		"provider's users may add ours and see their presence unasked\n" },
	{ PARTNER "type='federated' " ROW_7, "" },
	{ PARTNER "type='federated' tls='not-supported' sasl='not-supported'/>",
		"note p.example: row 17 of the negotiation table (TLS not-supported, "
		"SASL not-supported, dialback true): dialback over TCP is the only "
		"method\n"
		"warning p.example: type federated trusts the partner, but dialback over "
		"TCP alone hardly shows who it is\n" },
	{ LOCAL "verify='required'/>" PARTNER
		"tls='not-supported' sasl='not-supported'/>",
		"note p.example: row 17 of the negotiation table (TLS not-supported, "
		"SASL not-supported, dialback true): dialback over TCP is the only "
		"method\n"
		"warning p.example: our server demands a certificate "
		"(verify=\"required\"), but only dialback over TCP is agreed\n" },
	{ LOCAL "verify='required'/>" PARTNER ROW_7, "" },
	/* ourselves among the partners */
	{ LOCAL "/><partner domain='US.example' " ROW_7,
		"warning us.example: us.example is our own domain\n" },
	{ LOCAL "><sip-domain>bücher.example</sip-domain></local>" PARTNER
		"tls='required' sasl='optional'><additional-domain>xn--bcher-kva.example"
		"</additional-domain></partner>",
		"warning p.example: bücher.example is our own domain\n" },
	/* policies for our users */
	{ LOCAL "federated-users='true'><access-policy federation='true' xmpp='true'/>"
		"</local>",
		"" },
	{ LOCAL "federated-users='false'/>",
		"warning local: the Access Edge does not allow federated users: no "
		"policy and no partner has any effect\n" },
	{ LOCAL "><access-policy name='tag:X' xmpp='true'/></local>",
		"warning local: the access policy tag:X allows XMPP without federation, "
		"so its users reach nobody\n"
		"warning local: no access policy allows federation and XMPP: no user "
		"reaches any partner\n" },
	{ LOCAL "><access-policy federation='true'/>"
		"<access-policy name='tag:X' federation='true' xmpp='true'/></local>",
		"note local: users under the access policy Global reach no XMPP partner\n"
		"note local: of 2 access policies the nearest to the user holds: the "
		"user's own, else that of the site, else Global\n" },
};

static void
test_samples(void **state)
{
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
		assert_string_equal(
			lint_words(*state, samples[i].elements), samples[i].expected);
}

/* Each row of the table comes out as the manual remarks on it, and the Control Panel's rule
 * apart from it. */
static void
test_rows(void **state)
{
	struct arena *arena = *state;

	for (size_t i = 0; i < NEGOTIATION_ROWS; i++) {
		const struct negotiation *row = &negotiation_table[i];
		const char *elements =
			arena_printf(arena, PARTNER "tls='%s' sasl='%s' dialback='%s'/>",
				demand_names[row->tls], demand_names[row->sasl],
				agreed_names[row->dialback]);
		const char *said = lint_words(arena, elements);
		const char *head = arena_printf(
			arena, "%s p.example: row %d of", words[row->remark], row->row);

		assert_int_equal(strstr(said, head) != NULL, row->remark != REMARK_NONE);
		assert_int_equal(row->remark != REMARK_NONE,
			row->row != 2 && row->row != 7 && row->row != 8);
		assert_int_equal(strstr(said, "the Control Panel does not save") != NULL,
			row->row == 5 || row->row == 6 || row->row == 11 ||
				row->row == 12);
	}
}

/* What is not in any file has no line, and is looked at all the same. */
static void
test_by_hand(void **state)
{
	struct arena *arena = *state;
	struct config *config = config_open();
	struct domain domain;
	const struct lint *lint;
	size_t lints;

	assert_null(domain_parse(arena, "p.example", &domain));
	config_add(config, &domain);
	lint = config_lint(arena, config, &lints);
	assert_int_equal(lints, 1);
	assert_int_equal(lint[0].line, 0);
	assert_int_equal(lint[0].remark, REMARK_WARNING);
	config_close(&config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_samples, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_rows, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(test_by_hand, open_arena, close_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
