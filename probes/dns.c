/* The probe that asks the resolver: the service records first, then the addresses of
 * their targets. What was answered decides what is asked next; nothing is judged here. */
#include "probes/probe.h"

#include "base/text.h"
#include "net/dnsmsg.h"

/* One question on its way. */
struct asking {
	struct arena *arena;
	struct dns_fact fact;
	const char *doing;
	int64_t began, since; /* by plan_now(), by loop_now() */
	struct timer *timer;  /* ends a question that cannot be asked */
};

/* --- what to ask ------------------------------------------------------------------ */

static void
want(struct plan *plan, enum dns_type type, const char *name, bool tcp,
	bool checking_disabled)
{
	struct task task = {
		.probe = &dns_probe,
		.about = arena_printf(plan_arena(plan), "%s %s%s%s", dns_type_names[type],
			name, tcp ? " tcp" : "", checking_disabled ? " cd" : ""),
		.name = name,
		.type = type,
		.tcp = tcp,
		.checking_disabled = checking_disabled,
	};

	wish(plan, &task);
}

/* RFC 7766, 5: a truncated answer is asked for again by TCP. */
static bool
is_cut(const struct observation *o)
{
	const struct dns_fact *fact = o ? o->fact : NULL;

	return fact != NULL && fact->truncated && !fact->tcp;
}

/* The question, and what its answer makes us ask on: with checking disabled the answer
 * behind a SERVFAIL tells whether DNSSEC is the reason (RFC 4035, 5.5). */
static void
ask(const struct partner *partner, struct plan *plan, enum dns_type type,
	const char *name)
{
	const struct observation *o = dns_find(partner->journal, type, name);
	const struct dns_fact *fact = o ? o->fact : NULL;

	want(plan, type, name, false, false);
	if (is_cut(o))
		want(plan, type, name, true, false);
	if (fact != NULL && fact->rcode == RCODE_SERVFAIL)
		want(plan, type, name, false, true);
	if (is_cut(dns_find_unchecked(partner->journal, type, name)))
		want(plan, type, name, true, true);
}

static void
ask_addresses(const struct partner *partner, struct plan *plan, const char *name)
{
	if (partner->asked->family != FAMILY_6)
		ask(partner, plan, DNS_A, name);
	if (partner->asked->family != FAMILY_4)
		ask(partner, plan, DNS_AAAA, name);
}

static void
ask_service(const struct partner *partner, struct plan *plan, enum mode mode)
{
	ask(partner, plan, DNS_SRV,
		srv_name(plan_arena(plan), mode, partner->domain.ascii));
}

/* What some publish in its place is of interest only when the service is missing. */
static void
ask_lookalikes(const struct partner *partner, struct plan *plan)
{
	struct arena *arena = plan_arena(plan);

	if (!srv_is_absent(arena, partner, MODE_STARTTLS))
		return;
	for (size_t i = 0; srv_lookalikes[i] != NULL; i++)
		ask(partner, plan, DNS_SRV,
			arena_printf(arena, "%s.%s", srv_lookalikes[i],
				partner->domain.ascii));
}

static bool
has_certificate(const struct journal *journal)
{
	for (unsigned i = 1; i <= journal_size(journal); i++)
		if (journal_at(journal, i)->kind == FACT_CERTIFICATE)
			return true;
	return false;
}

/* What an attempt does not need, but who keeps the domain wants to know. Who may issue a
 * certificate is a question about the one that was seen; the climb of RFC 8659, 3, goes
 * one label with each answer. */
static void
ask_around(const struct partner *partner, struct plan *plan)
{
	const char *name;
	enum dns_answer answer;

	name = srv_random_name(plan_arena(plan), partner);
	if (name != NULL && !partner->asked->direct_tls)
		ask(partner, plan, DNS_SRV, name);
	if (!has_certificate(partner->journal))
		return;
	name = dns_climb(partner->journal, DNS_CAA, partner->domain.ascii, &answer);
	ask(partner, plan, DNS_CAA, name);
}

static bool
is_absent(const struct partner *partner, const char *service)
{
	enum dns_answer answer = dns_read(partner->journal, DNS_SRV, service);

	return answer == ANSWER_NODATA || answer == ANSWER_NXDOMAIN;
}

/* Whether the partner's further domains can be found at all; each that is probed finds
 * more for itself. */
static void
ask_subdomains(const struct partner *partner, struct plan *plan)
{
	const struct policy *policy =
		partner->role == ROLE_PARTNER ? partner->policy : NULL;
	size_t count = policy ? policy->additional_domains : 0;

	for (size_t i = 0; i < count && i < MAX_SUBDOMAINS; i++) {
		const char *name = policy->additional_domain[i];
		const char *server = srv_name(plan_arena(plan), MODE_STARTTLS, name);
		const char *direct = srv_name(plan_arena(plan), MODE_DIRECT, name);

		ask(partner, plan, DNS_SRV, server);
		ask(partner, plan, DNS_SRV, direct);
		if (is_absent(partner, server) && is_absent(partner, direct))
			ask_addresses(partner, plan, name);
	}
}

/* The fixed host of what was agreed; the partner may publish others. */
static void
ask_route(const struct partner *partner, struct plan *plan)
{
	const struct policy *policy = partner->policy;

	if (policy && policy->proxy && !domain_is_address(policy->proxy))
		ask_addresses(partner, plan, policy->proxy);
}

/* What our own records are to say of these hosts, DNS may say already. */
static void
ask_hosts(const struct partner *partner, struct plan *plan)
{
	const struct asked *asked = partner->asked;
	const struct local *local = run_local(asked);
	struct arena *arena = plan_arena(plan);

	for (size_t i = 0; i < asked->hosts; i++) {
		ask_addresses(partner, plan, asked->host[i]);
		ask(partner, plan, DNS_TLSA,
			tlsa_name(arena, local_port(local), asked->host[i]));
		if (local->listen_tls_port != 0)
			ask(partner, plan, DNS_TLSA,
				tlsa_name(arena, local->listen_tls_port, asked->host[i]));
	}
}

/* The name that nobody owns is asked for to see whether the resolver lives and is honest;
 * everything else by RFC 6120, 3.2.1, and XEP-0368, 3, at once. */
static void
wants(const struct partner *partner, struct plan *plan)
{
	const struct asked *asked = partner->asked;
	const char **host;
	size_t hosts;

	if (asked->probe_name != NULL)
		want(plan, DNS_A, asked->probe_name, false, false);
	if (asked->connect_host == NULL) {
		if (!asked->direct_tls) {
			ask_service(partner, plan, MODE_STARTTLS);
			ask_lookalikes(partner, plan);
		}
		ask_service(partner, plan, MODE_DIRECT);
		ask_addresses(partner, plan, partner->domain.ascii);
		if (asked->depth != DEPTH_QUICK)
			ask_around(partner, plan);
	}
	ask_hosts(partner, plan);
	host = endpoint_hosts(plan_arena(plan), partner, &hosts);
	for (size_t i = 0; i < hosts; i++)
		ask_addresses(partner, plan, host[i]);
	if (asked->depth == DEPTH_QUICK)
		return;
	ask_subdomains(partner, plan);
	ask_route(partner, plan);
}

/* --- asking ----------------------------------------------------------------------- */

static void
finish(struct work *work, enum outcome outcome, const char *detail)
{
	struct asking *asking = work->state;

	work_saw(work, asking->began, outcome, detail, FACT_DNS, &asking->fact);
	work_done(work);
}

static void
answered(void *self, enum outcome outcome, const char *detail, const uint8_t *message,
	size_t length)
{
	struct work *work = self;
	struct asking *asking = work->state;

	if (outcome == OUTCOME_OK)
		outcome = dnsmsg_read(
			asking->arena, message, length, &asking->fact, &detail);
	finish(work, outcome, detail);
}

static void
refuse(void *self)
{
	finish(self, OUTCOME_NOT_TRIED, "the name does not fit into a DNS question");
}

static struct asking *
new_asking(const struct work *work)
{
	const struct task *task = work->task;
	struct arena *arena = arena_open();
	struct asking *asking = arena_alloc(arena, sizeof *asking);

	asking->arena = arena;
	asking->began = plan_now(work->plan);
	asking->since = loop_now(work->loop);
	asking->fact.name = task->name;
	asking->fact.type = task->type;
	asking->fact.resolver = resolver_name(work->resolver);
	asking->fact.checking_disabled = task->checking_disabled;
	asking->fact.tcp = task->tcp;
	asking->doing = arena_printf(arena, "asking for %s %s%s%s",
		dns_type_names[task->type], task->name, task->tcp ? " by TCP" : "",
		task->checking_disabled ? " without validation" : "");
	return asking;
}

static void
begin(struct work *work)
{
	const struct task *task = work->task;
	struct asking *asking = new_asking(work);
	size_t length;
	const uint8_t *question = dnsmsg_question(
		asking->arena, task->name, task->type, task->checking_disabled, &length);

	work->state = asking;
	if (question == NULL)
		asking->timer = timer_open(work->loop, 0, refuse, work);
	else
		resolver_ask(work->resolver, question, length, task->tcp, answered, work);
}

static const char *
doing(const struct work *work, int64_t *since)
{
	const struct asking *asking = work->state;

	*since = asking->since;
	return asking->doing;
}

static void
end(struct work *work)
{
	struct asking *asking = work->state;
	struct arena *arena = asking->arena;

	resolver_forget(work->resolver, work);
	timer_close(&asking->timer);
	work->state = NULL;
	arena_close(&arena);
}

const struct probe dns_probe = {
	.name = "dns", .wants = wants, .begin = begin, .doing = doing, .end = end
};
