/* Waiting in order, jumping the queue, and leaving it. */
#include "commands/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void
takes_in_order(void **state)
{
	struct queue *queue = queue_open(4);

	(void)state;
	assert_true(queue_is_empty(queue));
	queue_append(queue, 2);
	queue_append(queue, 0);
	queue_put_first(queue, 3);
	assert_true(queue_holds(queue, 0));
	assert_false(queue_holds(queue, 1));
	assert_int_equal(queue_take(queue), 3);
	assert_int_equal(queue_take(queue), 2);
	assert_false(queue_holds(queue, 2));
	assert_int_equal(queue_take(queue), 0);
	assert_true(queue_is_empty(queue));
	queue_close(&queue);
	assert_null(queue);
}

static void
lets_go(void **state)
{
	struct queue *queue = queue_open(3);

	(void)state;
	queue_remove(queue, 1);
	assert_true(queue_is_empty(queue));
	for (size_t i = 0; i < 3; i++)
		queue_append(queue, i);
	queue_remove(queue, 1);
	queue_remove(queue, 2);
	queue_append(queue, 1);
	assert_int_equal(queue_take(queue), 0);
	assert_int_equal(queue_take(queue), 1);
	assert_true(queue_is_empty(queue));
	queue_put_first(queue, 2);
	queue_put_first(queue, 0);
	queue_clear(queue);
	assert_true(queue_is_empty(queue));
	assert_false(queue_holds(queue, 0));
	queue_close(&queue);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_in_order),
		cmocka_unit_test(lets_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
