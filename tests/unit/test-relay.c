/* The relay: bytes and ends arrive, all of them, in order and late. */
#include "rig/relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { DELAY_MS = 20, MANY = 1024 * 1024 };

/* A client at one end, a session at the other. */
struct scene {
	struct loop *loop;
	struct relay *relay;
	struct watch *watch;
	struct timer *timer;
	int client, session;
	size_t sent, came;
	int64_t arrival;
	int ends;
};

static void
on_ended(void *self, struct relay *relay)
{
	struct scene *s = self;

	assert_ptr_equal(relay, s->relay);
	relay_close(&s->relay);
	loop_stop(s->loop);
}

static int
open_scene(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	int pair[2];

	if (s == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		return -1;
	s->loop = loop_open();
	s->client = pair[0];
	s->relay = relay_open(s->loop, pair[1], DELAY_MS, &s->session, on_ended, s);
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	watch_close(&s->watch);
	timer_close(&s->timer);
	relay_close(&s->relay);
	relay_close(&s->relay);
	loop_close(&s->loop);
	close(s->client);
	close(s->session);
	free(s);
	return 0;
}

/* Counts what comes to the session, and answers the end with an end. */
static void
on_arrival(void *self, unsigned events)
{
	struct scene *s = self;
	unsigned char bytes[4096];
	ssize_t got = recv(s->session, bytes, sizeof bytes, 0);

	(void)events;
	for (ssize_t i = 0; i < got; i++)
		assert_int_equal(bytes[i], s->came++ & 0xff);
	if (s->arrival == 0)
		s->arrival = loop_now(s->loop);
	if (got != 0)
		return;
	s->ends++;
	watch_set(s->watch, 0);
	shutdown(s->session, SHUT_WR);
}

/* Sends as much as goes; then its end. */
static void
on_room(void *self)
{
	struct scene *s = self;
	unsigned char bytes[4096];
	ssize_t sent;

	do {
		size_t left = MANY - s->sent;

		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (s->sent + i) & 0xff;
		sent = send(s->client, bytes, left < sizeof bytes ? left : sizeof bytes,
			MSG_NOSIGNAL);
		s->sent += sent > 0 ? (size_t)sent : 0;
	} while (sent > 0);
	if (s->sent == MANY)
		shutdown(s->client, SHUT_WR);
	else
		timer_set(s->timer, 1);
}

static void
test_late(void **state)
{
	struct scene *s = *state;
	int64_t began = loop_now(s->loop);

	s->watch = watch_open(s->loop, s->session, LOOP_READ, on_arrival, s);
	assert_int_equal(send(s->client, "\0\1\2", 3, 0), 3);
	shutdown(s->client, SHUT_WR);
	loop_run(s->loop);
	assert_null(s->relay);
	assert_int_equal(s->came, 3);
	assert_int_equal(s->ends, 1);
	assert_true(s->arrival - began >= (DELAY_MS - 1) * 1000);
	assert_true(loop_now(s->loop) - began >= 2 * (DELAY_MS - 1) * 1000);
}

/* More than the queues hold. */
static void
test_many(void **state)
{
	struct scene *s = *state;

	s->watch = watch_open(s->loop, s->session, LOOP_READ, on_arrival, s);
	s->timer = timer_open(s->loop, 0, on_room, s);
	loop_run(s->loop);
	assert_null(s->relay);
	assert_int_equal(s->came, MANY);
	assert_int_equal(s->ends, 1);
}

/* Whatever is still on its way is dropped. */
static void
test_closed_early(void **state)
{
	struct scene *s = *state;

	assert_int_equal(send(s->client, "abc", 3, 0), 3);
	relay_close(&s->relay);
	assert_int_equal(recv(s->session, &(char){ 0 }, 1, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_late, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_many, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_closed_early, open_scene, close_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
