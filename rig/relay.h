/* Distance: a relay between a client and its session that holds each byte back. */
#pragma once

#include "base/loop.h"

struct relay;

/* Stands before the client `fd`, which it owns from now on, and gives the session's end
 * in *inner, which is the caller's. Each byte and each end takes delay_ms either way; an
 * RST of the session arrives as an end. `ended` comes once, from the loop, and closes the
 * relay. */
struct relay *relay_open(struct loop *loop, int fd, long delay_ms, int *inner,
	void (*ended)(void *self, struct relay *relay), void *self);
void relay_close(struct relay **relay);
