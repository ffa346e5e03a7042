/* What was agreed about the way there: further domains, a fixed host, the list of domains
 * that the partner admits, and the gateway's limits of time and number. */
#include "checks/policy.h"

#include "base/text.h"
#include "checks/attempt.h"

/* --- further domains -------------------------------------------------------------------- */

/* The primary domain and the further one have a target in common. */
static bool
shares_target(struct inquiry *q, const char *name, const struct dns_record **record,
	size_t records)
{
	const struct dns_fact *own = cite_dns(q, DNS_SRV, name);

	for (size_t i = 0; own != NULL && i < own->records; i++)
		for (size_t k = 0; k < records; k++)
			if (own->record[i].type == DNS_SRV &&
				text_same_name(own->record[i].target, record[k]->target))
				return true;
	return false;
}

static const char *
first_target(const struct dns_record **record, size_t records)
{
	return records ? record[0]->target : "another host";
}

/* Whether anything could be told. That it leads nowhere is the business of
 * dns.subdomains. */
static bool
judge_domain(struct inquiry *q, const char *further)
{
	const struct partner *partner = q->partner;
	const char *name = srv_name(q->arena, MODE_STARTTLS, further);
	const char *own = srv_name(q->arena, MODE_STARTTLS, partner->domain.ascii);
	size_t records;
	const struct dns_record **record =
		dns_records(q->arena, partner->journal, DNS_SRV, name, MAX_SRV, &records);

	if (records == 0 || dns_read(partner->journal, DNS_SRV, own) != ANSWER_DATA)
		return false;
	cite_dns(q, DNS_SRV, name);
	if (!shares_target(q, own, record, records))
		warned(q, "%s leads to %s, and not to a server of %s", further,
			first_target(record, records), partner->domain.ascii);
	return true;
}

void
policy_domains(struct inquiry *q)
{
	const struct policy *policy = policy_of_primary(q);
	bool any = false;

	if (policy == NULL)
		return;
	if (policy->additional_domains == 0) {
		skipped(q, "a further domain");
	} else {
		for (size_t i = 0; i < policy->additional_domains; i++)
			any |= judge_domain(q, policy->additional_domain[i]);
		if (!any)
			skipped(q, "the records of the further domains");
	}
}

/* --- the list of domains ---------------------------------------------------------------- */

static void
judge_admission(struct inquiry *q, const struct observed *o)
{
	if (o->rejection == NULL)
		return;
	if (o->excludes)
		failed(q,
			"our domain is turned away, and a sender that does not exist is "
			"not: %s",
			say_error(q, o->rejection));
	else
		noted(q,
			"a sender without a certificate is turned away, so a list cannot be "
			"told from a demand: %s",
			say_error(q, o->rejection));
}

/* Whether a header of ours was answered in any way. */
static bool
was_heard(struct observed *o)
{
	return attempt_header(&o->at, PHASE_PLAIN) || attempt_header(&o->at, PHASE_TLS) ||
	       cite(&o->at, FACT_ERROR);
}

void
policy_allowed(struct inquiry *q)
{
	struct observed *observed;
	size_t count;
	bool any = false;

	if (policy_agreed(q) == NULL)
		return;
	if (q->partner->asked->from_stranger) {
		skipped(q, "--from");
		return;
	}
	observed = observe(q, &count);
	for (size_t i = 0; i < count; i++) {
		judge_admission(q, &observed[i]);
		any |= was_heard(&observed[i]);
	}
	if (!any)
		skipped(q, "an endpoint that works");
}

/* --- the fixed host --------------------------------------------------------------------- */

static bool
has_address(struct inquiry *q, const char *host)
{
	return cite_answer(q, DNS_A, host) == ANSWER_DATA ||
	       cite_answer(q, DNS_AAAA, host) == ANSWER_DATA;
}

static bool
was_asked(struct inquiry *q, const char *host)
{
	return domain_is_address(host) ||
	       dns_read(q->partner->journal, DNS_A, host) != ANSWER_PENDING ||
	       dns_read(q->partner->journal, DNS_AAAA, host) != ANSWER_PENDING;
}

/* By its name, or by an address that it shares. */
static bool
is_host(struct inquiry *q, const struct endpoint *e, const char *host)
{
	static const enum dns_type type[] = { DNS_A, DNS_AAAA };
	size_t records;

	if (text_same_name(e->target, host) || text_same(e->address, host))
		return true;
	for (size_t t = 0; t < 2; t++) {
		const struct dns_record **record = dns_records(q->arena,
			q->partner->journal, type[t], host, MAX_ENDPOINTS, &records);

		for (size_t i = 0; i < records; i++)
			if (text_same(record[i]->address, e->address))
				return true;
	}
	return false;
}

/* What came of the connections to it. */
struct route {
	bool tried, alive;
	const char *words; /* how the first one ended that led nowhere */
};

static void
try_endpoint(struct inquiry *q, const struct endpoint *e, const char *probe,
	struct route *route)
{
	struct inquiry at = inquiry_at(q, e);
	const struct observation *o = cite_by(&at, probe, FACT_CONNECT, PHASE_NONE);
	const struct connect_fact *connect = o ? o->fact : NULL;
	const struct observation *header =
		cite_by(&at, probe, FACT_HEADER, attempt_first(&at));

	if (connect == NULL)
		return;
	route->tried = true;
	if (header && ((const struct header_fact *)header->fact)->received)
		route->alive = true;
	else if (route->words == NULL)
		route->words = connect->failure ? connect_words(connect->failure)
						: "no stream header comes";
}

static struct route
find_route(struct inquiry *q, const char *host)
{
	struct route route = { 0 };
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++)
		if (is_host(q, &list[i], host))
			try_endpoint(q, &list[i], "session", &route);
	list = route_endpoints(q->arena, q->partner, &count);
	for (size_t i = 0; i < count; i++)
		try_endpoint(q, &list[i], "route", &route);
	return route;
}

static bool
is_published(struct inquiry *q, const char *host)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++)
		if (is_host(q, &list[i], host))
			return true;
	return false;
}

static void
judge_route(struct inquiry *q, const char *host)
{
	const struct partner *partner = q->partner;
	const char *name = srv_name(q->arena, MODE_STARTTLS, partner->domain.ascii);
	bool published = cite_answer(q, DNS_SRV, name) == ANSWER_DATA;
	struct route route;

	if (!domain_is_address(host) && !has_address(q, host)) {
		failed(q, "the fixed host %s has no address", host);
		return;
	}
	route = find_route(q, host);
	if (route.tried && !route.alive)
		failed(q, "the fixed host %s does not answer (%s)", host, route.words);
	else if (!published)
		noted(q, "the fixed host %s stands in for SRV records that do not exist",
			host);
	else if (!is_published(q, host))
		warned(q, "the fixed host %s is none of those that the partner publishes",
			host);
}

void
policy_route(struct inquiry *q)
{
	const struct policy *policy = policy_agreed(q);

	if (policy == NULL)
		return;
	if (policy->proxy == NULL)
		skipped(q, "a fixed host");
	else if (!was_asked(q, policy->proxy))
		skipped(q, "the address of the fixed host");
	else
		judge_route(q, policy->proxy);
}

/* --- limits ----------------------------------------------------------------------------- */

/* From the first packet to the last features, or to where it ended. */
static int64_t
time_at(struct observed *o)
{
	const struct observation *connect = cite(&o->at, FACT_CONNECT), *last = connect;
	static const enum fact_kind kinds[] = { FACT_TLS, FACT_HEADER, FACT_FEATURES };

	if (connect == NULL)
		return 0;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct observation *part = cite(&o->at, kinds[i]);

		if (part && part->at > last->at)
			last = part;
	}
	return last->at - connect->at + connect->took;
}

/* Who calls tries one after the other; the dead ones before the first that works count. */
static int64_t
establishment(struct observed *o, size_t count)
{
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += time_at(&o[i]);
		if (observed_works(&o[i]))
			break;
	}
	return sum;
}

static void
judge_establishment(
	struct inquiry *q, struct observed *o, size_t count, const struct gateway *g)
{
	double took = seconds(establishment(o, count));
	int limit = g->stream_establishment_timeout;

	if (took > limit)
		failed(q, "a stream takes %.1f s, and the gateway waits for %d s", took,
			limit);
	else if (took > limit / 2.0)
		warned(q, "a stream takes %.1f s of the %d s for which the gateway waits",
			took, limit);
}

/* XEP-0478, 3.1. */
static void
judge_idleness(struct inquiry *q, const struct observed *o, const struct gateway *g)
{
	const struct features_fact *f = o->inside ? o->inside : o->plain;
	bool keeps_alive = q->partner->policy->keep_alive == AGREED_TRUE;

	if (f == NULL || f->idle_seconds <= 0)
		return;
	if (!keeps_alive)
		noted(q,
			"the partner closes a silent stream after %d s, and keep-alive is "
			"off",
			f->idle_seconds);
	else if (f->idle_seconds <= g->keep_alive_interval)
		warned(q,
			"the partner closes a silent stream after %d s, and a sign of life "
			"is sent every %d s",
			f->idle_seconds, g->keep_alive_interval);
}

static void
judge_number(struct inquiry *q, const struct gateway *g)
{
	size_t targets;
	int stated = q->partner->policy->connection_limit;
	int limit = stated ? stated : g->partner_connection_limit;

	srv_records(q->arena, q->partner, MODE_STARTTLS, &targets);
	if ((long long)targets > limit)
		warned(q, "the partner has %zu targets, and may have %d connections",
			targets, limit);
}

void
policy_timers(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	const struct gateway stated =
		asked->gateways ? asked->gateway[0] : (struct gateway){ 0 };
	const struct gateway g = gateway_effective(&stated);
	struct observed *observed;
	struct stance stance;
	size_t count;

	if (policy_of_primary(q) == NULL)
		return;
	observed = observe(q, &count);
	if (!observed_stance(observed, count, &stance)) {
		skipped(q, "an endpoint that works");
		return;
	}
	judge_establishment(q, observed, count, &g);
	judge_number(q, &g);
	for (size_t i = 0; i < count; i++)
		if (observed_works(&observed[i]))
			judge_idleness(q, &observed[i], &g);
}
