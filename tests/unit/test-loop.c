/* Descriptors, timers and signals on the loop. */
#include "base/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct scene {
	struct loop *loop;
	struct watch *watch;
	struct timer *timer, *other;
	int fd[2];
	char log[64];
};

static int
open_scene(void **state)
{
	struct scene *s = calloc(1, sizeof *s);

	if (s == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s->fd) != 0)
		return -1;
	s->loop = loop_open();
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	watch_close(&s->watch);
	watch_close(&s->watch);
	timer_close(&s->timer);
	timer_close(&s->other);
	loop_close(&s->loop);
	loop_close(&s->loop);
	close(s->fd[0]);
	close(s->fd[1]);
	free(s);
	return 0;
}

static void
note(struct scene *s, const char *word)
{
	strncat(s->log, word, sizeof s->log - strlen(s->log) - 1);
}

static void
on_first(void *self)
{
	note(self, "first ");
}

static void
on_second(void *self)
{
	note(self, "second ");
}

static void
returns_when_nothing_is_left(void **state)
{
	struct scene *s = *state;

	loop_run(s->loop);
	s->watch = watch_open(s->loop, s->fd[0], 0, NULL, NULL); /* asleep */
	loop_run(s->loop);
}

static void
fires_timers_in_order(void **state)
{
	struct scene *s = *state;
	int64_t before = loop_now(s->loop);

	s->timer = timer_open(s->loop, 20, on_second, s);
	s->other = timer_open(s->loop, 0, on_first, s);
	assert_string_equal(s->log, "");
	loop_run(s->loop);
	assert_string_equal(s->log, "first second ");
	assert_true(loop_now(s->loop) - before >= 15000);
	timer_set(s->other, 0);
	loop_run(s->loop);
	assert_string_equal(s->log, "first second first ");
}

static void
forgets_closed_timers(void **state)
{
	struct scene *s = *state;

	s->timer = timer_open(s->loop, 0, on_first, s);
	timer_close(&s->timer);
	assert_null(s->timer);
	loop_run(s->loop);
	assert_string_equal(s->log, "");
}

static void
on_close_itself(void *self)
{
	struct scene *s = self;

	note(s, "closed ");
	timer_close(&s->timer);
}

static void
lets_a_timer_close_itself(void **state)
{
	struct scene *s = *state;

	s->timer = timer_open(s->loop, 0, on_close_itself, s);
	loop_run(s->loop);
	assert_string_equal(s->log, "closed ");
}

static void
on_stop(void *self)
{
	struct scene *s = self;

	note(s, "stop ");
	loop_stop(s->loop);
}

static void
stops(void **state)
{
	struct scene *s = *state;

	s->timer = timer_open(s->loop, 0, on_stop, s);
	s->other = timer_open(s->loop, 5, on_second, s);
	loop_run(s->loop);
	assert_string_equal(s->log, "stop ");
	loop_run(s->loop);
	assert_string_equal(s->log, "stop second ");
}

static void
on_ready(void *self, unsigned events)
{
	struct scene *s = self;
	char byte;

	if (events & LOOP_WRITE) {
		note(s, "write ");
		watch_set(s->watch, LOOP_READ);
		assert_int_equal(write(s->fd[1], "ab", 2), 2);
	}
	if (events & LOOP_READ) {
		assert_int_equal(read(s->fd[0], &byte, 1), 1);
		note(s, byte == 'a' ? "a " : "b ");
		if (byte == 'b')
			watch_set(s->watch, 0);
	}
}

/* A watch stays until it is put to sleep, and can be changed from its callback. */
static void
watches_a_descriptor(void **state)
{
	struct scene *s = *state;

	s->watch = watch_open(s->loop, s->fd[0], 0, on_ready, s);
	watch_set(s->watch, LOOP_READ | LOOP_WRITE);
	assert_string_equal(s->log, "");
	loop_run(s->loop);
	assert_string_equal(s->log, "write a b ");
}

static void
on_ready_close(void *self, unsigned events)
{
	struct scene *s = self;

	(void)events;
	note(s, "ready ");
	watch_close(&s->watch);
}

static void
lets_a_watch_close_itself(void **state)
{
	struct scene *s = *state;

	s->watch = watch_open(s->loop, s->fd[0], LOOP_WRITE, on_ready_close, s);
	loop_run(s->loop);
	assert_string_equal(s->log, "ready ");
	assert_null(s->watch);
}

static void
on_signal(void *self, unsigned events)
{
	struct scene *s = self;

	(void)events;
	note(s, "signal ");
	if (strlen(s->log) < 10)
		raise(SIGUSR1);
	else
		watch_close(&s->watch);
}

static void
hears_signals(void **state)
{
	struct scene *s = *state;

	s->watch = watch_signal(s->loop, SIGUSR1, on_signal, s);
	raise(SIGUSR1);
	assert_string_equal(s->log, "");
	loop_run(s->loop);
	assert_string_equal(s->log, "signal signal ");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(returns_when_nothing_is_left),
		TEST(fires_timers_in_order),
		TEST(forgets_closed_timers),
		TEST(lets_a_timer_close_itself),
		TEST(stops),
		TEST(watches_a_descriptor),
		TEST(lets_a_watch_close_itself),
		TEST(hears_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
