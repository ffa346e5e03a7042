/* A channel of c-ares, which asks either by UDP or by TCP; shared by channel.c (its sockets)
 * and resolver.c (what is asked). For these only. */
#pragma once

#include "base/loop.h"

#include <stdbool.h>

struct channel {
	struct loop *loop;
	bool tcp;
	struct ares_channeldata *ares; /* ares_channel, without its header */
	struct socket *socket;
	struct timer *timer; /* c-ares's next time limit */
	int refused; /* the descriptor of which a refusal is not told yet, or -1 */
};

/* `servers` with a comma between; none means those of resolv.conf. timeout_ms is for the first
 * try, 0 for the default. NULL, or the trouble (a constant text); to be closed either way. */
const char *channel_open(struct channel *channel, struct loop *loop, bool tcp,
	int timeout_ms, const char *servers);
void channel_close(struct channel *channel);

/* To be called when something was sent. */
void channel_set_timer(struct channel *channel);
