/* The journal: append only, deep and clean copies, one listener. */
#include "base/text.h"
#include "model/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int
open_journal(void **state)
{
	*state = journal_open(1795226400);
	return 0;
}

static int
close_journal(void **state)
{
	struct journal *journal = *state;

	journal_close(&journal);
	journal_close(&journal);
	return 0;
}

static const struct observation *
add_connect(struct journal *journal, const char *address, int64_t at)
{
	const struct connect_fact fact = { .address = address, .port = 5269 };

	return journal_add(
		journal, &(struct observation){ .at = at,
				 .took = 5,
				 .probe = "session",
				 .endpoint = "starttls xmpp.example 5269 192.0.2.1",
				 .outcome = OUTCOME_TIMED_OUT,
				 .detail = "connecting",
				 .kind = FACT_CONNECT,
				 .fact = &fact });
}

static void
begins_empty(void **state)
{
	assert_int_equal(journal_size(*state), 0);
	assert_int_equal(journal_started(*state), 1795226400);
	assert_non_null(journal_arena(*state));
}

static void
numbers_from_one(void **state)
{
	for (unsigned i = 1; i <= 1000; i++) {
		const struct observation *o = add_connect(*state, "192.0.2.1", i);

		assert_int_equal(o->number, i);
		assert_int_equal(journal_size(*state), i);
	}
	for (unsigned i = 1; i <= 1000; i++) {
		assert_int_equal(journal_at(*state, i)->number, i);
		assert_int_equal(journal_at(*state, i)->at, i);
	}
}

static void
finds_those_of_a_kind(void **state)
{
	const struct wire_fact wire = { .text = "<a/>" };
	const struct observation *const *list;
	size_t count;

	journal_kind(*state, FACT_CONNECT, &count);
	assert_int_equal(count, 0);
	for (unsigned i = 1; i <= 10; i++) {
		journal_add(*state,
			&(struct observation){ .kind = FACT_WIRE, .fact = &wire });
		add_connect(*state, "192.0.2.1", i);
	}
	list = journal_kind(*state, FACT_CONNECT, &count);
	assert_int_equal(count, 10);
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(list[i], journal_at(*state, (unsigned)(2 * i + 2)));
}

/* Nothing of the caller's is kept, and what was returned stays where it is. */
static void
copies_what_it_gets(void **state)
{
	char address[] = "192.0.2.1\n", probe[] = "p\x1b", endpoint[] = "e\x07";
	char detail[] = "d\xff";
	struct connect_fact fact = { .address = address, .port = 5269 };
	struct observation given = { .number = 77,
		.at = 10,
		.took = 5,
		.probe = probe,
		.endpoint = endpoint,
		.outcome = OUTCOME_REFUSED,
		.detail = detail,
		.kind = FACT_CONNECT,
		.fact = &fact };
	const struct observation *o = journal_add(*state, &given);
	const struct connect_fact *seen = o->fact;

	memset(address, 'x', strlen(address));
	memset(probe, 'x', strlen(probe));
	memset(endpoint, 'x', strlen(endpoint));
	memset(detail, 'x', strlen(detail));
	memset(&fact, 0, sizeof fact);
	memset(&given, 0, sizeof given);
	for (int i = 0; i < 100; i++)
		add_connect(*state, "192.0.2.2", i);
	assert_ptr_equal(journal_at(*state, 1), o);
	assert_int_equal(o->number, 1);
	assert_int_equal(o->at, 10);
	assert_int_equal(o->took, 5);
	assert_int_equal(o->outcome, OUTCOME_REFUSED);
	assert_int_equal(o->kind, FACT_CONNECT);
	assert_string_equal(o->probe, "p\\x1b");
	assert_string_equal(o->endpoint, "e\\x07");
	assert_string_equal(o->detail, "d\\xff");
	assert_string_equal(seen->address, "192.0.2.1\\x0a");
	assert_int_equal(seen->port, 5269);
}

static void
takes_absent_texts(void **state)
{
	const struct close_fact fact = { .end = true };
	const struct observation *o = journal_add(
		*state, &(struct observation){
				.probe = "session", .kind = FACT_CLOSE, .fact = &fact });

	assert_null(o->endpoint);
	assert_null(o->detail);
	assert_true(((const struct close_fact *)o->fact)->end);
}

struct ear {
	struct journal *journal;
	unsigned heard;
};

static void
hear(void *self, const struct observation *o)
{
	struct ear *ear = self;

	assert_int_equal(o->number, ++ear->heard);
	assert_ptr_equal(journal_at(ear->journal, o->number), o);
}

static void
tells_the_listener(void **state)
{
	struct ear ear = { *state, 0 };

	journal_listen(*state, hear, &ear);
	for (int i = 0; i < 10; i++)
		add_connect(*state, "192.0.2.1", i);
	assert_int_equal(ear.heard, 10);
	journal_listen(*state, NULL, NULL);
	add_connect(*state, "192.0.2.1", 0);
	assert_int_equal(ear.heard, 10);
}

static void
outcomes_have_names(void **state)
{
	(void)state;
	assert_string_equal(outcome_names[OUTCOME_OK], "ok");
	assert_string_equal(outcome_names[OUTCOME_NOT_TRIED], "not-tried");
	assert_null(outcome_names[OUTCOME_NOT_TRIED + 1]);
}

#define TEST(function)                                                                   \
	cmocka_unit_test_setup_teardown(function, open_journal, close_journal)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(begins_empty),
		TEST(numbers_from_one),
		TEST(finds_those_of_a_kind),
		TEST(copies_what_it_gets),
		TEST(takes_absent_texts),
		TEST(tells_the_listener),
		TEST(outcomes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
