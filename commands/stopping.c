/* A terminal that is closed, Ctrl-C and a supervisor all mean the same: the user is gone, and
 * the report of what is known is all that is left to do for him. */
#include "commands/stopping.h"

#include "base/fatal.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

enum { SIGNALS = 3 };

struct stopping {
	struct watch *watch[SIGNALS];
	void (*stop)(void *self);
	void *self;
};

static void
arrived(void *self, unsigned events)
{
	struct stopping *s = self;

	(void)events;
	s->stop(s->self);
}

/* With nohup a terminal that is closed shall mean nothing. */
static bool
is_ignored(int signal)
{
	struct sigaction action;

	return signal == SIGHUP && sigaction(signal, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

struct stopping *
stopping_open(struct loop *loop, void (*stop)(void *), void *self)
{
	static const int signals[SIGNALS] = { SIGINT, SIGTERM, SIGHUP };
	struct stopping *s = calloc(1, sizeof *s);

	if (s == NULL)
		fatal("out of memory");
	s->stop = stop;
	s->self = self;
	for (size_t i = 0; i < SIGNALS; i++)
		if (!is_ignored(signals[i]))
			s->watch[i] = watch_signal(loop, signals[i], arrived, s);
	return s;
}

void
stopping_close(struct stopping **stopping)
{
	if (*stopping == NULL)
		return;
	for (size_t i = 0; i < SIGNALS; i++)
		watch_close(&(*stopping)->watch[i]);
	free(*stopping);
	*stopping = NULL;
}
