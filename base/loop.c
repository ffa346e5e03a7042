/* A thin coat over libevent: two objects, one shape of callback, no event structures in
 * anybody's hands. */
#include "base/loop.h"

#include "base/fatal.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct loop {
	struct event_base *base;
};

struct watch {
	struct loop *loop;
	struct event *event;
	unsigned events;
	void (*ready)(void *self, unsigned events);
	void *self;
};

struct timer {
	struct event *event;
	void (*fired)(void *self);
	void *self;
};

struct loop *
loop_open(void)
{
	struct loop *loop = calloc(1, sizeof *loop);

	if (loop == NULL || (loop->base = event_base_new()) == NULL)
		fatal("cannot make an event loop");
	return loop;
}

void
loop_close(struct loop **loop)
{
	if (*loop == NULL)
		return;
	event_base_free((*loop)->base);
	free(*loop);
	*loop = NULL;
}

void
loop_run(struct loop *loop)
{
	if (event_base_dispatch(loop->base) < 0)
		fatal("the event loop failed");
}

void
loop_stop(struct loop *loop)
{
	event_base_loopbreak(loop->base);
}

int64_t
loop_now(const struct loop *loop)
{
	struct timespec now;

	(void)loop;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct watch *watch = arg;
	unsigned events = 0;

	(void)fd;
	if (what & EV_READ)
		events |= LOOP_READ;
	if (what & EV_WRITE)
		events |= LOOP_WRITE;
	watch->ready(watch->self, events);
}

static struct watch *
new_watch(struct loop *loop, void (*ready)(void *, unsigned), void *self)
{
	struct watch *watch = calloc(1, sizeof *watch);

	if (watch == NULL)
		fatal("out of memory");
	watch->loop = loop;
	watch->ready = ready;
	watch->self = self;
	return watch;
}

static void
arm(struct watch *watch, int fd, short what)
{
	watch->event =
		event_new(watch->loop->base, fd, what | EV_PERSIST, on_ready, watch);
	if (watch->event == NULL || event_add(watch->event, NULL) != 0)
		fatal("cannot watch a descriptor");
}

struct watch *
watch_open(struct loop *loop, int fd, unsigned events, void (*ready)(void *, unsigned),
	void *self)
{
	struct watch *watch = new_watch(loop, ready, self);

	watch->event = event_new(loop->base, fd, 0, on_ready, watch);
	if (watch->event == NULL)
		fatal("cannot watch a descriptor");
	watch_set(watch, events);
	return watch;
}

void
watch_set(struct watch *watch, unsigned events)
{
	int fd = event_get_fd(watch->event);
	short what = 0;

	if (watch->events == events)
		return;
	watch->events = events;
	if (events & LOOP_READ)
		what |= EV_READ;
	if (events & LOOP_WRITE)
		what |= EV_WRITE;
	event_free(watch->event);
	if (what != 0) {
		arm(watch, fd, what);
		return;
	}
	watch->event = event_new(watch->loop->base, fd, 0, on_ready, watch);
	if (watch->event == NULL)
		fatal("cannot watch a descriptor");
}

struct watch *
watch_signal(struct loop *loop, int signal, void (*arrived)(void *, unsigned), void *self)
{
	struct watch *watch = new_watch(loop, arrived, self);

	arm(watch, signal, EV_SIGNAL);
	return watch;
}

void
watch_close(struct watch **watch)
{
	if (*watch == NULL)
		return;
	event_free((*watch)->event);
	free(*watch);
	*watch = NULL;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct timer *timer = arg;

	(void)fd;
	(void)what;
	timer->fired(timer->self);
}

struct timer *
timer_open(struct loop *loop, int64_t ms, void (*fired)(void *), void *self)
{
	struct timer *timer = calloc(1, sizeof *timer);

	if (timer == NULL)
		fatal("out of memory");
	timer->fired = fired;
	timer->self = self;
	timer->event = event_new(loop->base, -1, 0, on_timer, timer);
	if (timer->event == NULL)
		fatal("cannot make a timer");
	timer_set(timer, ms);
	return timer;
}

void
timer_set(struct timer *timer, int64_t ms)
{
	struct timeval delay = { ms / 1000, (suseconds_t)(ms % 1000 * 1000) };

	if (event_add(timer->event, &delay) != 0)
		fatal("cannot start a timer");
}

void
timer_close(struct timer **timer)
{
	if (*timer == NULL)
		return;
	event_free((*timer)->event);
	free(*timer);
	*timer = NULL;
}
