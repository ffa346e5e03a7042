/* A table of states: steps, waiting, waking, limits. */
#include "base/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { BEGIN, WRITE, READ, SLEEP, LAST, FOR_EVER };

struct scene {
	struct loop *loop;
	struct machine *machine;
	struct timer *timer;
	int fd[2];
	bool keep; /* the machine, when it has ended */
	int endings;
	enum ending ending;
	char log[128];
};

static void
note(struct scene *s)
{
	strncat(s->log, machine_label(s->machine), sizeof s->log - strlen(s->log) - 1);
	strncat(s->log, " ", sizeof s->log - strlen(s->log) - 1);
}

static enum step
begin(void *self)
{
	struct scene *s = self;

	note(s);
	machine_watch(s->machine, s->fd[0]);
	return machine_go(s->machine, WRITE);
}

static enum step
do_write(void *self)
{
	struct scene *s = self;

	note(s);
	if (strstr(s->log, "write write") == NULL)
		return STEP_WRITE;
	return machine_go(s->machine, READ);
}

static enum step
do_read(void *self)
{
	struct scene *s = self;
	char byte;

	note(s);
	if (read(s->fd[0], &byte, 1) != 1) {
		assert_int_equal(write(s->fd[1], "x", 1), 1);
		return STEP_READ;
	}
	return machine_go(s->machine, SLEEP);
}

static void
wake(void *self)
{
	struct scene *s = self;

	machine_wake(s->machine);
}

static enum step
do_sleep(void *self)
{
	struct scene *s = self;

	note(s);
	if (s->timer == NULL) {
		s->timer = timer_open(s->loop, 10, wake, s);
		return STEP_WAIT;
	}
	return machine_go(s->machine, LAST);
}

static enum step
finish(void *self)
{
	note(self);
	return STEP_DONE;
}

static enum step
wait_for_ever(void *self)
{
	note(self);
	return STEP_WAIT;
}

static const struct state states[] = {
	[BEGIN] = { "begin", begin, 5000 },
	[WRITE] = { "write", do_write, 5000 },
	[READ] = { "read", do_read, 5000 },
	[SLEEP] = { "sleep", do_sleep, 0 },
	[LAST] = { "last", finish, 5000 },
	[FOR_EVER] = { "for-ever", wait_for_ever, 60000 },
};

static void
on_end(void *self, enum ending ending)
{
	struct scene *s = self;

	s->endings++;
	s->ending = ending;
	if (!s->keep)
		machine_close(&s->machine);
}

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

	machine_close(&s->machine);
	machine_close(&s->machine);
	timer_close(&s->timer);
	loop_close(&s->loop);
	close(s->fd[0]);
	close(s->fd[1]);
	free(s);
	return 0;
}

static void
walks_the_table(void **state)
{
	struct scene *s = *state;

	s->machine = machine_open(s->loop, states, BEGIN, on_end, s);
	assert_string_equal(s->log, "");
	assert_int_equal(machine_state(s->machine), BEGIN);
	assert_string_equal(machine_label(s->machine), "begin");
	assert_true(machine_since(s->machine) <= loop_now(s->loop));
	loop_run(s->loop);
	assert_string_equal(s->log, "begin write write read read sleep sleep last ");
	assert_int_equal(s->endings, 1);
	assert_int_equal(s->ending, ENDED_DONE);
	assert_null(s->machine);
}

static void
keeps_the_limit(void **state)
{
	struct scene *s = *state;

	s->keep = true;
	s->machine = machine_open(s->loop, states, FOR_EVER, on_end, s);
	machine_limit(s->machine, 5);
	loop_run(s->loop);
	assert_string_equal(s->log, "for-ever ");
	assert_int_equal(s->ending, ENDED_TIMED_OUT);
	assert_string_equal(machine_label(s->machine), "for-ever");
}

/* A state without limit of its own has none. */
static void
leaves_the_unlimited_alone(void **state)
{
	struct scene *s = *state;

	s->machine = machine_open(s->loop, states, SLEEP, on_end, s);
	machine_limit(s->machine, 1);
	loop_run(s->loop);
	assert_string_equal(s->log, "sleep sleep last ");
	assert_int_equal(s->ending, ENDED_DONE);
}

static void
ends_only_once(void **state)
{
	struct scene *s = *state;

	s->keep = true;
	s->machine = machine_open(s->loop, states, LAST, on_end, s);
	loop_run(s->loop);
	machine_wake(s->machine);
	machine_limit(s->machine, 1);
	loop_run(s->loop);
	assert_int_equal(s->endings, 1);
}

static void
can_be_closed_early(void **state)
{
	struct scene *s = *state;

	s->machine = machine_open(s->loop, states, BEGIN, on_end, s);
	machine_close(&s->machine);
	loop_run(s->loop);
	assert_int_equal(s->endings, 0);
	assert_string_equal(s->log, "");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(walks_the_table),
		TEST(keeps_the_limit),
		TEST(leaves_the_unlimited_alone),
		TEST(ends_only_once),
		TEST(can_be_closed_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
