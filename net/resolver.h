/* The door to c-ares: asks a question over the network, gives the raw answer. */
#pragma once

#include "base/loop.h"
#include "model/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct resolver;

enum { RESOLVER_TIMEOUT_MS = 5000, RESOLVER_TRIES = 3 };

/* `server` are "ADDR", "ADDR:PORT" or "[V6]:PORT"; none means those of resolv.conf.
 * timeout_ms is for the first try, 0 for the default. NULL and *trouble (a constant or
 * thread-local text) when the servers cannot be read. */
struct resolver *resolver_open(struct loop *loop, const char *const *server,
	size_t servers, int timeout_ms, const char **trouble);

/* Callbacks still owed do not come any more. */
void resolver_close(struct resolver **resolver);

/* "127.0.0.53:53", or several with a comma between. Lives as long as the resolver. */
const char *resolver_name(const struct resolver *resolver);

/* Whether every server is a loopback address: its AD bit crossed no network. */
bool resolver_is_local(const struct resolver *resolver);

/* Sends the question (a DNS message) as it is but for its id. `answered` comes once, from
 * the loop, never from inside this call: OUTCOME_OK with the message, whatever its
 * rcode and also when it is truncated; else TIMED_OUT, REFUSED (nobody listens),
 * BAD_PEER (c-ares could not read it) or UNREACHABLE without one, `detail` saying more.
 * The message is the resolver's. */
void resolver_ask(struct resolver *resolver, const uint8_t *question, size_t length,
	bool tcp,
	void (*answered)(void *self, enum outcome outcome, const char *detail,
		const uint8_t *message, size_t length),
	void *self);

/* The callbacks still owed to `self` do not come any more. */
void resolver_forget(struct resolver *resolver, const void *self);
