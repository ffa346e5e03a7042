/* Memory given back all at once: zeroed, aligned, and arrays that grow. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
gives_zeroed_aligned_memory(void **state)
{
	struct arena *arena = arena_open();

	(void)state;
	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = arena_alloc(arena, size);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
	}
	arena_close(&arena);
	assert_null(arena);
	arena_close(&arena);
}

static void
gives_large_blocks(void **state)
{
	struct arena *arena = arena_open();
	char *small = arena_strdup(arena, "small");
	char *large = arena_alloc(arena, 1000000);

	(void)state;
	memset(large, 'x', 1000000);
	assert_string_equal(arena_strdup(arena, "after"), "after");
	assert_string_equal(small, "small");
	assert_true(arena_size(arena) >= 1000000);
	arena_close(&arena);
}

static void
copies(void **state)
{
	struct arena *arena = arena_open();
	char text[] = "some text";
	char *part = arena_text(arena, text, 4), *all = arena_strdup(arena, text);
	char *bytes = arena_copy(arena, "a\0b", 3);

	(void)state;
	memset(text, 'x', sizeof text - 1);
	assert_string_equal(part, "some");
	assert_string_equal(all, "some text");
	assert_memory_equal(bytes, "a\0b", 3);
	assert_null(arena_strdup(arena, NULL));
	assert_string_equal(arena_text(arena, NULL, 0), "");
	assert_non_null(arena_copy(arena, NULL, 0));
	arena_close(&arena);
}

static void
prints(void **state)
{
	struct arena *arena = arena_open();

	(void)state;
	assert_string_equal(arena_printf(arena, "%s:%d", "host", 5269), "host:5269");
	assert_int_equal(strlen(arena_printf(arena, "%50000d", 1)), 50000);
	arena_close(&arena);
}

/* What lies behind the count is zero, also after each move. */
static void
grows_arrays(void **state)
{
	struct arena *arena = arena_open();
	int *number = NULL;

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		number = arena_grow(arena, number, i, sizeof *number);
		assert_int_equal(number[i], 0);
		number[i] = (int)i + 1;
	}
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(number[i], i + 1);
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(gives_large_blocks),
		cmocka_unit_test(copies),
		cmocka_unit_test(prints),
		cmocka_unit_test(grows_arrays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
