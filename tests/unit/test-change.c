/* What differs between two lists of findings. */
#include "model/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MANY(list) (list), sizeof(list) / sizeof((list)[0])

static void
equal_lists_have_no_change(void **state)
{
	static const struct finding list[] = { { .check = "a" },
		{ .check = "b", .endpoint = "1", .text = "x" },
		{ .check = "b", .endpoint = "2", .text = "y" } };
	static const struct finding turned[] = {
		{ .check = "b", .endpoint = "2", .text = "y" },
		{ .check = "b", .endpoint = "1", .text = "x" }, { .check = "a" }
	};
	struct arena *arena = arena_open();
	size_t count = 1;

	(void)state;
	changes(arena, MANY(list), MANY(list), &count);
	assert_int_equal(count, 0);
	changes(arena, MANY(list), MANY(turned), &count);
	assert_int_equal(count, 0);
	changes(arena, NULL, 0, NULL, 0, &count);
	assert_int_equal(count, 0);
	arena_close(&arena);
}

static void
each_change_is_told(void **state)
{
	static const struct finding was[] = { { .check = "gone" },
		{ .check = "worse", .endpoint = "1", .status = STATUS_PASS },
		{ .check = "worse", .endpoint = "2", .status = STATUS_PASS },
		{ .check = "words", .text = "3 ms" } };
	static const struct finding is[] = {
		{ .check = "worse", .endpoint = "1", .status = STATUS_PASS },
		{ .check = "worse", .endpoint = "2", .status = STATUS_FAIL },
		{ .check = "worse", .endpoint = "3", .status = STATUS_FAIL },
		{ .check = "words", .text = "4 ms" }
	};
	struct arena *arena = arena_open();
	size_t count;
	const struct change *change = changes(arena, MANY(was), MANY(is), &count);

	(void)state;
	assert_int_equal(count, 4);
	assert_ptr_equal(change[0].was, &was[0]);
	assert_null(change[0].is);
	assert_ptr_equal(change[1].was, &was[2]);
	assert_ptr_equal(change[1].is, &is[1]);
	assert_ptr_equal(change[2].was, &was[3]);
	assert_ptr_equal(change[2].is, &is[3]);
	assert_null(change[3].was);
	assert_ptr_equal(change[3].is, &is[2]);
	arena_close(&arena);
}

static void
one_side_may_be_empty(void **state)
{
	static const struct finding list[] = { { .check = "a" }, { .check = "b" } };
	struct arena *arena = arena_open();
	size_t count;
	const struct change *change = changes(arena, MANY(list), NULL, 0, &count);

	(void)state;
	assert_int_equal(count, 2);
	assert_null(change[0].is);
	change = changes(arena, NULL, 0, MANY(list), &count);
	assert_int_equal(count, 2);
	assert_null(change[1].was);
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_lists_have_no_change),
		cmocka_unit_test(each_change_is_told),
		cmocka_unit_test(one_side_may_be_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
