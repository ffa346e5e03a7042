/* The checks of reachability: what is left of the redundancy that DNS promises. Those of
 * one connection are in tcp.c, those that compare in same.c; all rows are here. */
#include "checks/reach.h"

#include "checks/attempt.h"
#include "checks/progress.h"
#include "checks/srv.h"

struct reach {
	const struct endpoint *endpoint;
	enum progress progress[MAX_ENDPOINTS];
	size_t endpoints;
	size_t working, dead, unseen;
};

static void
look_around(struct inquiry *q, struct reach *r)
{
	r->endpoint = all_endpoints(q, &r->endpoints);
	r->working = r->dead = r->unseen = 0;
	for (size_t i = 0; i < r->endpoints; i++) {
		r->progress[i] = progress_at(q, &r->endpoint[i]);
		r->working += r->progress[i] == PROGRESS_WORKING;
		r->dead += progress_is_dead(r->progress[i]);
		r->unseen += r->progress[i] == PROGRESS_UNSEEN;
	}
}

/* -4 or -6 leaves nothing over: no host has an address of the family that is admitted. */
static bool
lacks_family(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	enum dns_type type = asked->family == FAMILY_4 ? DNS_A : DNS_AAAA;
	size_t hosts;
	const char **host = endpoint_hosts(q->arena, q->partner, &hosts);

	if (asked->family == FAMILY_BOTH)
		return false;
	for (size_t i = 0; i < hosts; i++) {
		enum dns_answer answer = cite_answer(q, type, host[i]);

		if (answer != ANSWER_NODATA && answer != ANSWER_NXDOMAIN)
			return false;
	}
	return hosts > 0 || asked->connect_host != NULL;
}

/* Where DNS is not the reason, an option of the user is, and no other check says so. */
static bool
explain_options(struct inquiry *q, const struct service *direct)
{
	const struct asked *asked = q->partner->asked;
	const char *host = asked->connect_host;

	if (lacks_family(q))
		failed(q, "there is no %s address, and %s admits no other",
			asked->family == FAMILY_4 ? "IPv4" : "IPv6",
			family_option(asked));
	else if (host != NULL && addresses_of(q, host) == ADDRESSES_NONE)
		failed(q, "\"%s\" has no address (A: %s; AAAA: %s)", host,
			answer_words(q, DNS_A, host), answer_words(q, DNS_AAAA, host));
	else if (host == NULL && asked->direct_tls && answer_is_clean(direct->answer) &&
		 direct->records == 0)
		failed(q, "there is no \"%s\", and --direct-tls admits no other",
			direct->name);
	else
		return false;
	remedy(q, "name another host, or leave the option out");
	return true;
}

static void
explain_nothing(struct inquiry *q)
{
	struct service service[2];
	struct service *server = &service[MODE_STARTTLS], *direct = &service[MODE_DIRECT];

	srv_look(q, service);
	if (explain_options(q, direct))
		return;
	if (q->partner->asked->connect_host != NULL)
		skipped(q, "an endpoint");
	else if (server->declined || direct->declined)
		skipped(q, "dns.srv.root-target");
	else if (answer_is_bad(server->answer) || answer_is_bad(direct->answer))
		skipped(q, "dns.srv.answer");
	else if (server->records + direct->records > 0)
		skipped(q, "dns.srv.target-resolves");
	else if (srv_fallback(q->arena, q->partner))
		skipped(q, "dns.fallback.address");
	else
		skipped(q, "an endpoint");
}

/* Endpoints there are, but nothing can be said of any. */
static void
explain_untried(struct inquiry *q, const struct reach *r)
{
	for (size_t i = 0; i < r->endpoints; i++) {
		const char *why = progress_unknown(&r->endpoint[i], r->progress[i]);

		if (why != NULL) {
			skipped(q, why);
			return;
		}
	}
	skipped(q, address_special(r->endpoint[0].address) != NULL &&
				   !endpoint_may_be_special(q->partner->asked)
			   ? "dns.address.public"
			   : "an attempt");
}

/* The endpoint that came furthest; of equal ones the first. */
static size_t
furthest(const struct reach *r)
{
	size_t best = 0;

	for (size_t i = 1; i < r->endpoints; i++)
		if (r->progress[i] > r->progress[best])
			best = i;
	return best;
}

static void
reach_any(struct inquiry *q)
{
	struct reach r;
	const struct endpoint *best;

	look_around(q, &r);
	if (r.endpoints == 0) {
		explain_nothing(q);
	} else if (r.working + r.dead == 0) {
		explain_untried(q, &r);
	} else if (r.working == 0 && r.unseen > 0) {
		skipped(q, "own.listener.public");
	} else if (r.working == 0) {
		best = &r.endpoint[furthest(&r)];
		failed(q, "of %zu endpoint%s tried none works; the furthest was %s: %s",
			r.dead, r.dead == 1 ? "" : "s", endpoint_show(q->arena, best->id),
			progress_words(q, best));
	}
}

/* RFC 2782: the lowest priority value is tried first. */
static void
reach_preferred(struct inquiry *q)
{
	struct reach r;
	size_t working = 0, dead = 0, first = 0;

	look_around(q, &r);
	while (first < r.endpoints &&
		r.endpoint[first].priority == r.endpoint[0].priority) {
		/* What cannot be seen from here may work. */
		working += r.progress[first] == PROGRESS_WORKING ||
			   r.progress[first] == PROGRESS_UNSEEN;
		dead += progress_is_dead(r.progress[first]);
		first++;
	}
	if (working + dead == 0)
		skipped(q, "an attempt at the preferred endpoints");
	for (size_t i = 0; i < first; i++) {
		const struct endpoint *e = &r.endpoint[i];

		if (!progress_is_dead(r.progress[i]))
			continue;
		if (working == 0)
			failed(q, "%s at priority %d: %s", endpoint_show(q->arena, e->id),
				e->priority, progress_words(q, e));
		else
			warned(q, "%s at priority %d: %s", endpoint_show(q->arena, e->id),
				e->priority, progress_words(q, e));
	}
}

static void
reach_all(struct inquiry *q)
{
	struct reach r;

	look_around(q, &r);
	if (r.working + r.dead == 0) {
		skipped(q, r.unseen ? "own.listener.public" : "an attempt");
		return;
	}
	for (size_t i = 0; i < r.endpoints; i++)
		if (progress_is_dead(r.progress[i]))
			warned(q, "%s: %s", endpoint_show(q->arena, r.endpoint[i].id),
				progress_words(q, &r.endpoint[i]));
}

static const char *
why_no_family(const struct reach *r, bool ipv6)
{
	const char *because = ipv6 ? "an IPv6 address" : "an IPv4 address";

	for (size_t i = 0; i < r->endpoints; i++)
		if (r->endpoint[i].ipv6 == ipv6) {
			because = progress_unknown(&r->endpoint[i], r->progress[i]);
			because = because ? because : "an attempt";
		}
	return because;
}

/* That one family is dead, in words; NULL when it is not. */
static const char *
dead_family(struct inquiry *q, bool ipv6)
{
	const struct endpoint *first = NULL;
	size_t working = 0, dead = 0;
	struct reach r;

	if (q->partner->asked->family == (ipv6 ? FAMILY_4 : FAMILY_6)) {
		skipped(q, family_option(q->partner->asked));
		return NULL;
	}
	look_around(q, &r);
	for (size_t i = 0; i < r.endpoints; i++) {
		if (r.endpoint[i].ipv6 != ipv6)
			continue;
		working += r.progress[i] == PROGRESS_WORKING;
		if (progress_is_dead(r.progress[i]) && dead++ == 0)
			first = &r.endpoint[i];
	}
	if (working + dead == 0)
		skipped(q, why_no_family(&r, ipv6));
	if (working > 0 || first == NULL)
		return NULL;
	return arena_printf(q->arena, "of %zu %s endpoint%s none works; %s: %s", dead,
		ipv6 ? "IPv6" : "IPv4", dead == 1 ? "" : "s",
		endpoint_show(q->arena, first->id), progress_words(q, first));
}

/* When both families are dead, reach.any has said so. */
static void
reach_ipv4(struct inquiry *q)
{
	const char *words = dead_family(q, false);

	if (words != NULL)
		failed(q, "%s", words);
}

static void
reach_ipv6(struct inquiry *q)
{
	const char *words = dead_family(q, true);

	if (words != NULL)
		warned(q, "%s", words);
}

/* --- delay ------------------------------------------------------------------------ */

/* From the beginning of the connection to the features, or to the point where it failed. */
static int64_t
time_at(struct inquiry *q, const struct endpoint *e)
{
	enum phase phase = e->mode == MODE_DIRECT ? PHASE_TLS : PHASE_PLAIN;
	const struct observation *part[] = {
		cite_at(q, e, FACT_CONNECT, PHASE_NONE),
		e->mode == MODE_DIRECT ? cite_at(q, e, FACT_TLS, PHASE_NONE) : NULL,
		cite_at(q, e, FACT_HEADER, phase),
		cite_at(q, e, FACT_FEATURES, phase),
	};
	int64_t sum = 0;

	for (size_t i = 0; i < sizeof part / sizeof part[0]; i++)
		sum += part[i] ? part[i]->took : 0;
	return sum;
}

/* RFC 8305, 5: the next attempt begins a quarter of a second later, or when the one
 * before it has failed. */
enum { STAGGER = 250000 };

/* The patience of the gateway (StreamEstablishmentTimeout), and where people notice. */
enum { DELAY_MOST = 60000000, DELAY_LONG = 10000000 };

struct delay {
	int64_t sequential, staggered;
};

/* The times to the first usable stream; there is one. */
static struct delay
measure(struct inquiry *q, const struct reach *r)
{
	struct delay delay = { 0, INT64_MAX };
	int64_t start = 0;
	bool found = false;

	for (size_t i = 0; i < r->endpoints; i++) {
		int64_t took = time_at(q, &r->endpoint[i]);

		if (r->progress[i] < PROGRESS_NOWHERE)
			continue;
		if (!found)
			delay.sequential += took;
		if (r->progress[i] == PROGRESS_WORKING) {
			found = true;
			if (start + took < delay.staggered)
				delay.staggered = start + took;
		}
		start += took < STAGGER ? took : STAGGER;
	}
	return delay;
}

static void
reach_delay(struct inquiry *q)
{
	struct reach r;
	struct delay delay;
	const char *words;

	look_around(q, &r);
	if (r.working == 0) {
		skipped(q, "an attempt");
		return;
	}
	delay = measure(q, &r);
	words = arena_printf(q->arena,
		"a usable stream comes after %.1f s, or %.1f s when attempts overlap",
		seconds(delay.sequential), seconds(delay.staggered));
	if (delay.sequential > DELAY_MOST)
		failed(q, "%s", words);
	else if (delay.sequential > DELAY_LONG)
		warned(q, "%s", words);
}

/* --- the rows --------------------------------------------------------------------- */

const struct check reach_checks[] = {
	{ .id = "tcp.connect",
		.title = "The port accepts a connection",
		.why = "it is the first thing of all, and the way in which it fails decides who "
		       "must act",
		.source = "RFC 6120, 3.1, 3.2",
		.remedy =
			"let the server listen on this address, and the network carry packets "
			"to it",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.examine = tcp_connect },
	{ .id = "tcp.early-close",
		.title = "The connection is not closed at once",
		.why = "port scanners call this open; nothing behind it works",
		.source = "RFC 6120, 13.12 (permits limits on connections)",
		.remedy =
			"look at the load balancer in front of the server (no live backend, or "
			"our address is blocked) and at limits for each address",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "tcp.connect" },
		.examine = tcp_early_close },
	{ .id = "tcp.wrong-protocol",
		.title = "XMPP speaks on the port, and not another service",
		.why = "it tells in words which service really has that port",
		.source = "RFC 6120, 4.2; XEP-0368, 3",
		.remedy =
			"correct the SRV port or the port forwarding: the port belongs to "
			"another service",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "tcp.connect", "tcp.early-close" },
		.examine = tcp_wrong_protocol },
	{ .id = "reach.any",
		.title = "At least one endpoint works",
		.why = "without one there is no federation for anybody",
		.source = "RFC 6120, 3.2.1",
		.remedy =
			"repair what stopped the attempts, beginning with the one that came "
			"furthest",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_CRITICAL,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.domain.exists", "own.egress" },
		.examine = reach_any },
	{ .id = "reach.preferred",
		.title = "The preferred endpoints work",
		.why = "every partner waits for them first, and gateways that try only one "
		       "record fail for good",
		.source = "RFC 2782; RFC 6120, 3.2.1 (6), (7)",
		.remedy =
			"repair the host with the lowest priority number, or change the "
			"priorities to the hosts that work",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "reach.any" },
		.examine = reach_preferred },
	{ .id = "reach.all",
		.title = "Every endpoint works",
		.why = "redundancy that does not exist is found in the next outage",
		.source = "RFC 2782",
		.remedy = "repair or remove the targets and addresses named",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "reach.any" },
		.examine = reach_all },
	{ .id = "reach.ipv4",
		.title = "The IPv4 addresses work",
		.why = "most gateways speak IPv4 only",
		.source = "XEP-0495, 1",
		.remedy =
			"repair the IPv4 listener or the port forwarding, or take the A record "
			"back",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_CRITICAL,
		.owner = OWNER_PARTNER,
		.after = { "reach.any" },
		.examine = reach_ipv4 },
	{ .id = "reach.ipv6",
		.title = "The IPv6 addresses work",
		.why = "servers that do not race both families wait a full time-out on every new "
		       "stream",
		.source = "XEP-0495, 1, 4; RFC 8305, 8",
		.remedy =
			"let the server listen on IPv6 and open the firewall for it, or remove "
			"the AAAA record of the target",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "reach.any" },
		.examine = reach_ipv6 },
	{ .id = "reach.delay",
		.title = "The way to a working endpoint is short",
		.why = "it shows what dead records cost: the first message of the day is lost to "
		       "the time-out",
		.source = "XEP-0495, 4.4; RFC 8305, 5, 8",
		.remedy =
			"remove the unreachable addresses in front of the one that works",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "reach.any" },
		.examine = reach_delay },
	{ .id = "reach.same-domain",
		.title = "Every endpoint serves the domain",
		.why = "a forgotten node answers for an old configuration, and failures seem "
		       "random",
		.source = "RFC 6120, 4.9.3.6",
		.remedy =
			"configure the domain on every node named, or remove the node from DNS",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "reach.any" },
		.examine = same_domain },
	{ .id = "reach.same-certificate",
		.title = "The endpoints' certificates are equally good",
		.why = "a renewed certificate often reaches one node only",
		.source = "RFC 6120, 13.7.2",
		.remedy =
			"copy the renewed certificate to all nodes named, and reload them",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "reach.any" },
		.examine = same_certificate },
	{ .id = "reach.same-offers",
		.title = "Every endpoint offers the same",
		.why = "the weakest endpoint is the security of all: an attacker chooses which "
		       "one answers",
		.source = "RFC 9325, 3.9 (2)",
		.remedy = "give all nodes the same TLS and authentication settings",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "reach.any" },
		.examine = same_offers },
	{ 0 },
};
