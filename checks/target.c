/* The checks of the hosts that SRV records name, and of addresses: whether they are hosts,
 * whether outsiders can reach their addresses, and what was likely meant when not. */
#include "checks/srv.h"

#include "base/text.h"

#include <string.h>

/* The answer of either family that shows an alias at the host, or NULL. */
static const struct dns_fact *
alias_of_host(struct inquiry *q, const char *host)
{
	static const enum dns_type type[] = { DNS_A, DNS_AAAA };

	for (size_t t = 0; t < 2; t++) {
		const struct dns_fact *fact = cite_dns(q, type[t], host);

		for (size_t i = 0; fact != NULL && i < fact->records; i++)
			if (fact->record[i].type == DNS_CNAME &&
				text_same_name(fact->record[i].owner, host))
				return fact;
	}
	return NULL;
}

/* RFC 2782 forbids it, since resolvers treat such an alias each in its own way. */
void
srv_target_is_cname(struct inquiry *q)
{
	struct service service[2];
	size_t hosts, known = 0;
	const char **host;

	if (!srv_look_for_records(q, service))
		return;
	host = endpoint_hosts(q->arena, q->partner, &hosts);
	for (size_t i = 0; i < hosts; i++) {
		const struct dns_fact *fact = alias_of_host(q, host[i]);
		const char *canonical = fact ? dns_canonical(fact, NULL) : NULL;

		known += fact != NULL ||
			 answer_is_clean(cite_answer(q, DNS_A, host[i])) ||
			 answer_is_clean(cite_answer(q, DNS_AAAA, host[i]));
		if (fact == NULL)
			continue;
		if (canonical == NULL)
			failed(q,
				"the aliases of \"%s\" form a loop, or are more than %d",
				host[i], MAX_ALIASES);
		else if (addresses_of(q, host[i]) == ADDRESSES_NONE)
			failed(q, "\"%s\" is an alias of \"%s\", which has no address",
				host[i], canonical);
		else
			warned(q, "\"%s\" is an alias of \"%s\"", host[i], canonical);
	}
	if (known == 0)
		skipped(q, "no answer for the targets");
}

/* What is wrong with the host's addresses; NULL for nothing that is known. */
static const char *
trouble_of(struct inquiry *q, const char *host)
{
	static const char *const words[] = {
		[ADDRESSES_UNKNOWN] = "has no address that is known",
		[ADDRESSES_NONE] = "has no address",
		[ADDRESSES_PARTLY] = "has addresses of one family only",
		[ADDRESSES_GOOD] = NULL,
	};
	enum addresses known = addresses_of(q, host);
	bool bad = answer_is_bad(cite_answer(q, DNS_A, host)) ||
		   answer_is_bad(cite_answer(q, DNS_AAAA, host));

	if (known == ADDRESSES_GOOD || (known == ADDRESSES_UNKNOWN && !bad))
		return NULL;
	return arena_printf(q->arena, "\"%s\" %s (A: %s; AAAA: %s)", host, words[known],
		answer_words(q, DNS_A, host), answer_words(q, DNS_AAAA, host));
}

/* RFC 6120, 3.2.1 (8): with a record there, the bare domain is no way out. */
void
srv_target_resolves(struct inquiry *q)
{
	struct service service[2];
	size_t hosts, none = 0, unknown = 0;
	const char **host;

	if (!srv_look_for_records(q, service))
		return;
	host = endpoint_hosts(q->arena, q->partner, &hosts);
	for (size_t i = 0; i < hosts; i++) {
		none += addresses_of(q, host[i]) == ADDRESSES_NONE;
		unknown += addresses_of(q, host[i]) == ADDRESSES_UNKNOWN;
	}
	for (size_t i = 0; i < hosts; i++) {
		const char *words = trouble_of(q, host[i]);

		if (words != NULL && none == hosts)
			failed(q, "%s", words);
		else if (words != NULL)
			warned(q, "%s", words);
	}
	if (unknown == hosts)
		skipped(q, family_option(q->partner->asked));
}

/* "xmpp.example.com.example.com": in a zone file a name without a final dot gets the
 * zone's name. Returns the name that was meant, or NULL. */
static const char *
doubled(struct inquiry *q, const char *target)
{
	const char *domain = q->partner->domain.ascii;
	const char *zone[2] = { domain, domain_registrable(q->arena, domain) };

	for (size_t i = 0; i < 4; i++) {
		const char *outer = zone[i % 2], *inner = zone[i / 2], *meant;

		if (outer == NULL || inner == NULL || !domain_is_under(target, outer) ||
			text_same_name(target, outer))
			continue;
		meant = arena_text(q->arena, target, strlen(target) - strlen(outer) - 1);
		if (domain_is_under(meant, inner))
			return meant;
	}
	return NULL;
}

static void
judge_doubled(struct inquiry *q, const char *target, const char *meant)
{
	enum addresses known = addresses_of(q, target);

	if (known == ADDRESSES_NONE)
		failed(q,
			"\"%s\" repeats the domain and has no address; \"%s\" is likely meant",
			target, meant);
	else if (known != ADDRESSES_UNKNOWN)
		warned(q, "\"%s\" repeats the domain, though it has an address", target);
}

/* Below a reserved tree nobody finds a host, unless the user's own name space is meant. */
static bool
is_lost(struct inquiry *q, const char *target)
{
	return domain_reserved(target) != NULL &&
	       domain_reserved(q->partner->domain.ascii) == NULL &&
	       !endpoint_may_be_special(q->partner->asked);
}

/* RFC 1123, 2.1. An underscore has no place in it either, but such names are met, and
 * they resolve. */
static bool
is_host_name(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789-_.")] == '\0';
}

static void
judge_target(struct inquiry *q, const char *target)
{
	const char *meant = doubled(q, target);
	const char *domain = domain_registrable(q->arena, q->partner->domain.ascii);
	const char *other = domain_registrable(q->arena, target);

	if (domain_is_address(target))
		failed(q, "the target \"%s\" is an address, not a host name", target);
	else if (strpbrk(target, ":/") != NULL)
		failed(q, "the target \"%s\" is a URL, not a host name", target);
	else if (!is_host_name(target))
		failed(q, "the target \"%s\" has what no host name has", target);
	else if (is_lost(q, target))
		failed(q, "the target \"%s\" is in the reserved tree \"%s\"", target,
			domain_reserved(target));
	else if (meant != NULL)
		judge_doubled(q, target, meant);
	else if (domain != NULL && other != NULL && !text_same_name(domain, other))
		noted(q, "the target \"%s\" is hosted in another domain, \"%s\"", target,
			other);
}

void
srv_target_name(struct inquiry *q)
{
	struct service service[2];
	size_t hosts;
	const char **host;

	if (!srv_look_for_records(q, service))
		return;
	host = endpoint_hosts(q->arena, q->partner, &hosts);
	for (size_t i = 0; i < hosts; i++)
		judge_target(q, host[i]);
}

/* --- addresses -------------------------------------------------------------------- */

/* Whether the address was already met at an endpoint before. */
static bool
is_repeated(const struct endpoint *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (text_same(list[k].address, list[i].address) &&
			text_same_name(list[k].target, list[i].target))
			return true;
	return false;
}

/* Our own name as our own network sees it; strangers may be told another address. */
static bool
is_inside(struct inquiry *q, const char *kind)
{
	static const char *const inside[] = { "private", "unique-local", NULL };

	return q->partner->role == ROLE_OWN && name_index(inside, kind) >= 0;
}

static void
judge_inside(struct inquiry *q, const struct endpoint *e, const char *kind)
{
	remedy(q,
		"ask as a stranger would: run again with --resolver and a resolver outside "
		"your network; if it gives the same address, publish the outside one");
	warned(q, "\"%s\" has the %s address %s, at least inside our network", e->target,
		kind, e->address);
}

static void
judge_special(struct inquiry *q, const struct endpoint *e, bool all)
{
	const char *kind = address_special(e->address);

	if (endpoint_may_be_special(q->partner->asked))
		noted(q, "\"%s\" has the %s address %s", e->target, kind, e->address);
	else if (is_inside(q, kind))
		judge_inside(q, e, kind);
	else if (all)
		failed(q, "\"%s\" has the %s address %s", e->target, kind, e->address);
	else
		warned(q, "\"%s\" has the %s address %s", e->target, kind, e->address);
}

/* The IANA registries of special-purpose addresses (RFC 6890). Connecting to one would be
 * a knock inside our own network. */
void
address_public(struct inquiry *q)
{
	size_t count, special = 0;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		cite_dns(q, list[i].ipv6 ? DNS_AAAA : DNS_A, list[i].target);
		cite_at(q, &list[i], FACT_CONNECT, PHASE_NONE);
		special += address_special(list[i].address) != NULL;
	}
	for (size_t i = 0; i < count; i++)
		if (address_special(list[i].address) != NULL && !is_repeated(list, i))
			judge_special(q, &list[i], special == count);
}

void
address_families(struct inquiry *q)
{
	size_t hosts, with[2] = { 0 }, open = 0;
	const char **host = endpoint_hosts(q->arena, q->partner, &hosts);

	for (size_t i = 0; i < hosts; i++) {
		enum dns_answer a = cite_answer(q, DNS_A, host[i]),
				aaaa = cite_answer(q, DNS_AAAA, host[i]);

		with[0] += a == ANSWER_DATA;
		with[1] += aaaa == ANSWER_DATA;
		open += !answer_is_clean(a) || !answer_is_clean(aaaa);
	}
	if (with[0] > 0 && with[1] > 0)
		return;
	if (with[0] + with[1] == 0)
		skipped(q, "an address");
	else if (open > 0)
		skipped(q, q->partner->asked->family == FAMILY_BOTH
				   ? "a proper answer for both families"
				   : family_option(q->partner->asked));
	else if (with[0] > 0)
		noted(q, "there are IPv4 addresses only, at %zu host%s", hosts,
			hosts == 1 ? "" : "s");
	else
		warned(q, "there are IPv6 addresses only, at %zu host%s", hosts,
			hosts == 1 ? "" : "s");
}
