/* Descriptors, timers and signals: the only door to libevent. Callbacks come from
 * loop_run() only, never from inside the call that asked for them. */
#pragma once

#include <stdint.h>

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct loop;
struct timer;
struct watch;

struct loop *loop_open(void);
void loop_close(struct loop **loop);

/* Returns after loop_stop(), or when there is nothing left to wait for. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Microseconds of a clock that only goes forward. */
int64_t loop_now(const struct loop *loop);

/* Calls back each time the descriptor is ready for one of `events` (LOOP_READ,
 * LOOP_WRITE; 0 is asleep). The descriptor stays the caller's, and must outlive the
 * watch. */
struct watch *watch_open(struct loop *loop, int fd, unsigned events,
	void (*ready)(void *self, unsigned events), void *self);
void watch_set(struct watch *watch, unsigned events);
void watch_close(struct watch **watch);

/* Calls back at each arrival of the signal; close it with watch_close(). */
struct watch *watch_signal(
	struct loop *loop, int signal, void (*arrived)(void *self, unsigned), void *self);

/* Calls back once after `ms`; 0 means at the next turn of the loop. It may be closed
 * before or after it fires, also from its own callback. */
struct timer *timer_open(
	struct loop *loop, int64_t ms, void (*fired)(void *self), void *self);
void timer_set(struct timer *timer, int64_t ms);
void timer_close(struct timer **timer);
