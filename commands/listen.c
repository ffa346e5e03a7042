/* fedprobe listen: be the server that the partner connects to, and report how it went. */
#include "base/fatal.h"
#include "base/text.h"
#include "checks/check.h"
#include "commands/credential.h"
#include "commands/doors.h"
#include "commands/judging.h"
#include "commands/partners.h"
#include "commands/roster.h"
#include "commands/trace.h"
#include "model/inbound.h"
#include "net/random.h"
#include "probes/inbound.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int listen_for(const struct command *command, int argc, char **argv);

const struct command listen_command = {
	.name = "listen",
	.synopsis = "[options] [DOMAIN...]",
	.summary = "Be the server that partners connect to, and tell how it went",
	.examples =
		"  fedprobe listen --from contoso.com --cert edge.pem --key edge.key\n"
		"  fedprobe listen -c partners.xml --listen 192.0.2.1:5270 --for 600\n"
		"  fedprobe listen --from contoso.com --cert edge.pem --count 1 fabrikam.com\n",
	.run = listen_for,
};

/* Who calls under a name of its own choice could fill the memory. */
enum { MAX_PARTNERS = 128 };

/* A partner that has called. */
struct guest {
	struct partner *partner;
	struct plan *plan;
	struct tracing tracing;
};

struct host {
	struct run *run;
	const struct settings *settings;
	const struct config *config;
	struct probing probing;
	struct guest *guest[MAX_PARTNERS];
	size_t guests;
	unsigned calls;
};

/* --- who may call ---------------------------------------------------------------------- */

static bool
hosts(void *self, const char *ascii)
{
	const struct host *h = self;

	return listening_hosts(&h->run->asked, ascii);
}

/* What was agreed with it, by its primary or a further domain. */
static const struct configured *
find_agreed(const struct config *config, const char *ascii)
{
	for (size_t i = 0; config != NULL && i < config->partners; i++) {
		const struct configured *c = &config->partner[i];

		if (text_same_name(c->domain.ascii, ascii))
			return c;
		for (size_t k = 0; k < c->policy.additional_domains; k++)
			if (text_same_name(c->policy.additional_domain[k], ascii))
				return c;
	}
	return NULL;
}

static bool
is_expected(const struct host *h, const char *ascii, const struct configured *agreed)
{
	const struct settings *s = h->settings;

	for (size_t i = 0; i < s->domains; i++)
		if (text_same_name(s->domain[i].ascii, ascii))
			return true;
	return s->domains == 0 &&
	       (agreed != NULL || h->config == NULL || h->config->partners == 0);
}

/* Nobody is finished while we listen. */
static void
no_end(void *self)
{
	(void)self;
}

static struct plan *
welcome(struct host *h, const struct domain *from, const struct configured *agreed)
{
	struct guest *g = calloc(1, sizeof *g);

	if (g == NULL)
		fatal("out of memory");
	g->partner = run_add(h->run, from);
	g->partner->role = ROLE_CALLER;
	g->partner->policy = agreed ? &agreed->policy : NULL;
	if (h->settings->trace) {
		g->tracing = (struct tracing){ g->partner->domain.unicode, true };
		journal_listen(g->partner->journal, trace_observation, &g->tracing);
	}
	g->plan = plan_open(&h->probing, g->partner, no_end, g);
	h->guest[h->guests++] = g;
	return g->plan;
}

static struct plan *
admit(void *self, const struct domain *from)
{
	struct host *h = self;
	const struct configured *agreed = find_agreed(h->config, from->ascii);

	for (size_t i = 0; i < h->guests; i++)
		if (text_same_name(h->guest[i]->partner->domain.ascii, from->ascii))
			return h->guest[i]->plan;
	if (hosts(h, from->ascii) || !is_expected(h, from->ascii, agreed) ||
		h->guests == MAX_PARTNERS)
		return NULL;
	return welcome(h, from, agreed);
}

/* --- telling ----------------------------------------------------------------------------- */

static void
ended(void *self, struct partner *partner, const struct inbound_fact *fact)
{
	struct host *h = self;
	struct arena *arena = arena_open();
	const char *name = partner      ? partner->domain.unicode
			   : fact->from ? fact->from
					: "somebody";

	if (!h->settings->quiet)
		fprintf(stderr, "%s connected from %s: %s%s\n", name, fact->address,
			fact->from && !partner ? "it is not expected here; " : "",
			inbound_say(arena, fact));
	arena_close(&arena);
	h->calls++;
	if (h->settings->listening.count != 0 &&
		h->calls >= (unsigned)h->settings->listening.count)
		loop_stop(h->probing.loop);
}

static void
stop(void *self)
{
	struct host *h = self;

	loop_stop(h->probing.loop);
}

static void
stop_by_signal(void *self, unsigned events)
{
	(void)events;
	stop(self);
}

/* Somebody is gone before we have said all. */
static void
pipe_broken(void *self, unsigned events)
{
	(void)self, (void)events;
}

/* --- listening --------------------------------------------------------------------------- */

static struct inbound *
open_ears(struct host *h)
{
	struct hosting hosting = { .probing = &h->probing,
		.hosts = hosts,
		.admit = admit,
		.ended = ended,
		.self = h };
	struct inbound *inbound = listening_open(h->settings, &h->run->asked, &hosting);

	if (inbound != NULL && !h->settings->quiet)
		fprintf(stderr, "%s is listening at %s; Ctrl-C ends it\n",
			h->run->asked.from, h->run->asked.listen);
	return inbound;
}

static void
wait_for_calls(struct host *h)
{
	struct loop *loop = h->probing.loop;
	int seconds = h->settings->listening.seconds;
	struct watch *interrupt = watch_signal(loop, SIGINT, stop_by_signal, h);
	struct watch *terminate = watch_signal(loop, SIGTERM, stop_by_signal, h);
	struct watch *pipe = watch_signal(loop, SIGPIPE, pipe_broken, h);
	struct timer *end = NULL;

	if (seconds != 0)
		end = timer_open(loop, (int64_t)seconds * 1000, stop, h);
	loop_run(loop);
	timer_close(&end);
	watch_close(&pipe);
	watch_close(&terminate);
	watch_close(&interrupt);
}

static void
judge(struct host *h)
{
	for (size_t i = 0; i < h->guests; i++) {
		plan_close(&h->guest[i]->plan);
		check_partner(h->guest[i]->partner);
		free(h->guest[i]);
	}
}

/* False and one line when it could not even begin. */
static bool
listen_and_judge(struct host *h)
{
	struct inbound *inbound = NULL;
	int64_t began;
	bool opened;

	h->probing.loop = loop_open();
	h->probing.errands_only = true;
	began = loop_now(h->probing.loop);
	opened = doors_open(&h->probing, &h->run->asked, &h->settings->credentials);
	if (opened)
		inbound = open_ears(h);
	if (inbound != NULL) {
		wait_for_calls(h);
		h->run->took = loop_now(h->probing.loop) - began;
		if (inbound_turned_away(inbound) != 0)
			complain("listen: %u connections were turned away: too many came "
				 "at once",
				inbound_turned_away(inbound));
		opened = true;
	} else {
		opened = false;
	}
	inbound_close(&inbound);
	judge(h);
	doors_close(&h->probing);
	loop_close(&h->probing.loop);
	return opened;
}

/* --- the command ------------------------------------------------------------------------- */

static bool
know_ourselves(const struct settings *s)
{
	if (s->asked.from == NULL || run_local(&s->asked) == NULL)
		complain("listen: whose server are we? Give --from, or <local> in a "
			 "partners.xml");
	else
		return true;
	return false;
}

static int
listen_and_report(struct settings *s, const struct config *config)
{
	struct host h = { .run = run_open(time(NULL)), .settings = s, .config = config };
	int status = 3;

	h.run->asked = s->asked;
	if (listen_and_judge(&h)) {
		if (h.run->partners == 0)
			complain(
				h.calls != 0
					? "listen: nobody who connected said a name that is "
					  "expected here"
					: "listen: no partner connected");
		status = outputs_write(s, h.run);
		if (h.run->partners == 0)
			status = 3;
	}
	run_close(&h.run);
	return status;
}

static int
open_and_listen(struct settings *s, const struct config *config)
{
	int status = 3;

	for (size_t i = 0; i < s->operands; i++)
		if (!options_add_domain(s, NULL, s->operand[i]))
			return 3;
	roster_introduce(s, config);
	if (!know_ourselves(s) || !credential_open(s))
		return 3;
	listening_secret(s);
	s->asked.probe_name =
		arena_printf(s->arena, "fedprobe-%s.invalid", random_hex(s->arena, 6));
	if (s->credentials.certificate == NULL && !s->quiet)
		complain("listen: without --cert no TLS is offered");
	if (outputs_open(s))
		status = listen_and_report(s, config);
	outputs_close(s);
	return status;
}

static int
listen_for(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	enum parsed parsed = options_parse(&s, command, FOR_LISTEN, argc, argv);
	struct config *config = NULL;
	int status = parsed == PARSED_DONE ? 0 : 3;

	if (parsed == PARSED_GO_ON &&
		(s.config == NULL || (config = partners_read(s.config)) != NULL))
		status = open_and_listen(&s, config);
	credential_close(&s);
	config_close(&config);
	arena_close(&s.arena);
	return status;
}
