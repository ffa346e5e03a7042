/* The examples of XEP-0185 and XEP-0220. */
#include "net/secret.h"

#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_examples(void **state)
{
	struct arena *arena = *state;
	static const struct {
		const char *secret, *receiving, *originating, *id, *key;
	} row[] = {
		{ "s3cr3tf0rd14lb4ck", "xmpp.example.com", "example.org", "D60000229F",
			"37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643" },
		{ "s3cr3tf0rd14lb4ck", "montague.example", "capulet.example",
			"D60000229F",
			"b4835385f37fe2895af6c196b59097b16862406db80559900d96bf6fa7d23df3" },
		{ "d14lb4ck43v3r", "capulet.example", "montague.example", "417GAF25",
			"225cc5aa6a071133249d25fef42ae516fc7a86c523aa1c6980a7f73e784c972d" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_string_equal(secret_key(arena, row[i].secret, row[i].receiving,
					    row[i].originating, row[i].id),
			row[i].key);
}

static void
test_same(void **state)
{
	(void)state;
	assert_true(secret_same("0a1b", "0a1b"));
	assert_true(secret_same("", ""));
	assert_false(secret_same("0a1b", "0a1c"));
	assert_false(secret_same("0a1b", "0a1"));
	assert_false(secret_same("", "0a1b"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_examples, open_arena, close_arena),
		cmocka_unit_test(test_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
