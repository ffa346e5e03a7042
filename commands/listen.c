/* fedprobe listen: be the server that the partner connects to, and report how it went. */
#include "base/text.h"
#include "commands/credential.h"
#include "commands/dashboard.h"
#include "commands/doors.h"
#include "commands/guests.h"
#include "commands/judging.h"
#include "commands/partners.h"
#include "commands/roster.h"
#include "commands/stopping.h"
#include "model/inbound.h"
#include "net/random.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

static int listen_for(const struct command *command, int argc, char **argv);

const struct command listen_command = {
	.name = "listen",
	.synopsis = "[options] [DOMAIN...]",
	.summary = "Be the server that partners connect to, and tell how it went",
	.examples =
		"  fedprobe listen --from contoso.com --cert edge.pem --key edge.key\n"
		"  fedprobe listen -c partners.xml --listen 192.0.2.1:5270 --for 600\n"
		"  fedprobe listen --from contoso.com --cert edge.pem --count 1 fabrikam.com\n"
		"  fedprobe listen -c partners.xml --watch    (in the dashboard)\n",
	.run = listen_for,
};

struct host {
	struct loop *loop;
	const struct settings *settings;
	struct guests *guests;
	struct dashboard *dashboard; /* NULL: connections are told in lines */
	unsigned calls;
};

/* --- telling ----------------------------------------------------------------------------- */

/* How its partners stand is seen in the dashboard; who is none has no place there. */
static void
tell(struct host *h, const struct partner *partner, const struct inbound_fact *fact)
{
	struct arena *arena = arena_open();
	const char *name = partner      ? partner->domain.unicode
			   : fact->from ? fact->from
					: "somebody";
	const char *words = arena_printf(arena, "%s connected from %s: %s%s", name,
		fact->address, fact->from && !partner ? "it is not expected here; " : "",
		inbound_say(arena, fact));

	if (h->dashboard == NULL)
		fprintf(stderr, "%s\n", words);
	else if (partner == NULL)
		dashboard_say(h->dashboard, "%s", words);
	arena_close(&arena);
}

static void
called(void *self, const struct partner *partner, const struct inbound_fact *fact)
{
	struct host *h = self;
	int count = h->settings->listening.count;

	if (!h->settings->quiet || h->dashboard != NULL)
		tell(h, partner, fact);
	h->calls++;
	if (count != 0 && h->calls >= (unsigned)count)
		loop_stop(h->loop);
}

static void
changed(void *self)
{
	struct host *h = self;

	if (h->dashboard != NULL)
		dashboard_changed(h->dashboard);
}

/* --- the dashboard ----------------------------------------------------------------------- */

static void
refresh(void *self)
{
	guests_refresh(((struct host *)self)->guests);
}

static void
settle(void *self)
{
	guests_settle(((struct host *)self)->guests);
}

static void
go_on(void *self)
{
	(void)self;
}

/* Where there is no terminal for it, it goes on in lines. */
static void
open_dashboard(struct host *h, const struct run *run, struct exhibit *exhibit)
{
	*exhibit = (struct exhibit){ .live = guests_live(h->guests),
		.refresh = refresh,
		.settle = settle,
		.go_on = go_on,
		.self = h };
	h->dashboard = dashboard_open(h->loop, run, h->settings, exhibit);
}

/* --- listening --------------------------------------------------------------------------- */

static void
stop(void *self)
{
	loop_stop(((struct host *)self)->loop);
}

/* Somebody is gone before we have said all. */
static void
pipe_broken(void *self, unsigned events)
{
	(void)self, (void)events;
}

static void
wait_for_calls(struct host *h)
{
	int seconds = h->settings->listening.seconds;
	struct stopping *stopping = stopping_open(h->loop, stop, h);
	struct watch *pipe = watch_signal(h->loop, SIGPIPE, pipe_broken, h);
	struct timer *end = NULL;

	if (seconds != 0)
		end = timer_open(h->loop, (int64_t)seconds * 1000, stop, h);
	loop_run(h->loop);
	timer_close(&end);
	watch_close(&pipe);
	stopping_close(&stopping);
}

static void
tell_place(const struct host *h, const struct run *run)
{
	if (h->dashboard == NULL && !h->settings->quiet)
		fprintf(stderr, "%s is listening at %s; Ctrl-C ends it\n",
			run->asked.from, listening_show(h->settings->arena, &run->asked));
}

static void
listen_until_the_end(struct host *h, struct run *run)
{
	int64_t began = loop_now(h->loop);
	struct exhibit exhibit;
	unsigned turned_away;

	if (h->settings->watch)
		open_dashboard(h, run, &exhibit);
	tell_place(h, run);
	wait_for_calls(h);
	dashboard_close(&h->dashboard);
	run->took = loop_now(h->loop) - began;
	turned_away = guests_turned_away(h->guests);
	if (turned_away != 0)
		complain("listen: %u connections were turned away: too many came at once",
			turned_away);
	if (run->partners == 0)
		complain(h->calls != 0
				 ? "listen: nobody who connected said a name that is "
				   "expected here"
				 : "listen: no partner connected");
}

/* False and one line when it could not even begin. */
static bool
listen_and_judge(struct settings *s, const struct config *config, struct run *run)
{
	struct probing probing = { .loop = loop_open(), .errands_only = true };
	struct host h = { .loop = probing.loop, .settings = s };
	const struct guests_caller caller = { called, changed, &h };
	bool opened = false;

	if (doors_open(&probing, &run->asked, &s->credentials))
		h.guests = guests_open(&probing, run, s, config, &caller);
	if (h.guests != NULL) {
		opened = true;
		listen_until_the_end(&h, run);
	}
	guests_close(&h.guests);
	doors_close(&probing);
	loop_close(&probing.loop);
	return opened;
}

/* --- the command ------------------------------------------------------------------------- */

static bool
know_ourselves(const struct settings *s)
{
	if (s->asked.from == NULL || run_local(&s->asked) == NULL)
		complain("listen: whose server are we? Give --from, or <local> in a "
			 "partners.xml");
	else if (s->watch && s->trace)
		complain("listen: --trace and --watch want the same terminal");
	else
		return true;
	return false;
}

static int
listen_and_report(struct settings *s, const struct config *config)
{
	struct run *run = run_open(time(NULL));
	int status = 3;

	run->asked = s->asked;
	if (listen_and_judge(s, config, run)) {
		status = outputs_write(s, run);
		if (run->partners == 0)
			status = 3;
	}
	run_close(&run);
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
	if (!know_ourselves(s) || !credential_open(s, true) || !listening_prepare(s))
		return 3;
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
