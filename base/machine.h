/* A protocol as a table of states, run on the loop. A state function does what it can
 * without blocking and returns what it waits for; only this module touches events and
 * timers. */
#pragma once

#include "base/loop.h"

#include <stdint.h>

enum step {
	STEP_AGAIN, /* the state changed: call its function now */
	STEP_READ,  /* until the descriptor can be read */
	STEP_WRITE, /* until the descriptor can be written */
	STEP_WAIT,  /* until machine_wake(), or the limit */
	STEP_DONE,  /* finished */
};

enum ending { ENDED_DONE, ENDED_TIMED_OUT };

struct state {
	const char *label; /* what is going on, for people: "awaiting features" */
	enum step (*act)(void *self);
	unsigned limit_ms; /* 0: none */
};

struct machine;

/* The first state function runs at the next turn of the loop. `ended` comes once, from
 * the loop, after STEP_DONE or a limit; it may close the machine. */
struct machine *machine_open(struct loop *loop, const struct state *states,
	unsigned first, void (*ended)(void *self, enum ending ending), void *self);
void machine_close(struct machine **machine);

/* Enters a state and starts its limit; returns STEP_AGAIN. */
enum step machine_go(struct machine *machine, unsigned state);

/* The descriptor that STEP_READ and STEP_WRITE mean; -1 for none. */
void machine_watch(struct machine *machine, int fd);

/* Calls the present state again at the next turn of the loop. */
void machine_wake(struct machine *machine);

/* Lowers or raises every limit to `ms`; 0 leaves the table's own. */
void machine_limit(struct machine *machine, unsigned ms);

unsigned machine_state(const struct machine *machine);
const char *machine_label(const struct machine *machine);

/* When the present state was entered, by loop_now(). */
int64_t machine_since(const struct machine *machine);
