/* From the command line and partners.xml to the partners of a run. Files of many thousand
 * partners are met, so nothing here looks at all of them for each. */
#include "commands/roster.h"

#include "base/fatal.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* A domain of the configuration, primary or further. */
struct listed {
	const char *ascii;
	const struct configured *partner;
	bool further;
};

struct roster {
	struct run *run;
	const struct settings *settings;
	const struct config *config;
	struct listed *listed; /* sorted */
	size_t listings;
	void *seen; /* a tree of the partners so far */
};

/* --- who we are -------------------------------------------------------------------------- */

static struct domain
parse(struct arena *arena, const char *ascii)
{
	struct domain domain;

	if (domain_parse(arena, ascii, &domain) != NULL)
		fatal("a domain that was good is bad");
	return domain;
}

void
roster_introduce(struct settings *s, const struct config *config)
{
	const struct local *stated = config ? config->local : NULL;
	struct asked *asked = &s->asked;
	struct local *local;

	if (config != NULL) {
		asked->gateway = config->gateway;
		asked->gateways = config->gateway != NULL;
		asked->level = config->level;
		asked->levels = config->levels;
	}
	if (stated == NULL && asked->from == NULL)
		return;
	local = stated ? arena_copy(s->arena, stated, sizeof *stated)
		       : arena_alloc(s->arena, sizeof *local);
	if (asked->from != NULL)
		local->domain = parse(s->arena, asked->from).ascii;
	else if (local->domain != NULL)
		asked->from = parse(s->arena, local->domain).unicode;
	if (asked->verify == VERIFY_UNKNOWN)
		asked->verify = local->verify;
	local->verify = asked->verify;
	asked->local = local;
	asked->locals = 1;
}

/* --- the configuration as an index ---------------------------------------------------- */

static int
compare_listed(const void *a, const void *b)
{
	return strcmp(
		((const struct listed *)a)->ascii, ((const struct listed *)b)->ascii);
}

static void
add_listed(struct roster *r, const char *ascii, const struct configured *partner,
	bool further)
{
	r->listed =
		arena_grow(r->settings->arena, r->listed, r->listings, sizeof *r->listed);
	r->listed[r->listings++] = (struct listed){ ascii, partner, further };
}

static void
index_partners(struct roster *r)
{
	for (size_t i = 0; r->config != NULL && i < r->config->partners; i++) {
		const struct configured *c = &r->config->partner[i];

		add_listed(r, c->domain.ascii, c, false);
		for (size_t k = 0; k < c->policy.additional_domains; k++)
			add_listed(r, c->policy.additional_domain[k], c, true);
	}
	if (r->listings != 0)
		qsort(r->listed, r->listings, sizeof *r->listed, compare_listed);
}

static const struct listed *
find_listed(const struct roster *r, const char *ascii)
{
	const struct listed wanted = { .ascii = ascii };

	if (r->listings == 0)
		return NULL;
	return bsearch(
		&wanted, r->listed, r->listings, sizeof *r->listed, compare_listed);
}

/* --- adding ------------------------------------------------------------------------------ */

static int
compare_partners(const void *a, const void *b)
{
	return strcmp(((const struct partner *)a)->domain.ascii,
		((const struct partner *)b)->domain.ascii);
}

static bool
is_seen(const struct roster *r, const struct domain *domain)
{
	const struct partner wanted = { .domain = *domain };

	return tfind(&wanted, &r->seen, compare_partners) != NULL;
}

/* NULL when it is there already. */
static struct partner *
add(struct roster *r, const struct domain *domain, enum role role)
{
	struct partner *partner;

	if (is_seen(r, domain))
		return NULL;
	partner = run_add(r->run, domain);
	partner->role = role;
	if (tsearch(partner, &r->seen, compare_partners) == NULL)
		fatal("out of memory");
	return partner;
}

static void
add_partner(struct roster *r, const struct domain *domain, const struct policy *policy)
{
	struct partner *p = add(r, domain, ROLE_PARTNER);
	const char *primary = domain->ascii;

	if (p != NULL)
		p->policy = policy;
	for (size_t i = 0; policy != NULL && i < policy->additional_domains; i++) {
		const struct domain further =
			parse(r->settings->arena, policy->additional_domain[i]);

		if ((p = add(r, &further, ROLE_ADDITIONAL)) == NULL)
			continue;
		p->primary = primary;
		p->policy = policy;
	}
}

/* What the command line says changes what was agreed, or is all that was agreed. */
static const struct policy *
apply_options(const struct settings *s, const struct policy *agreed)
{
	struct policy *policy;

	if (s->policy_said == 0)
		return agreed;
	policy = agreed ? arena_copy(s->arena, agreed, sizeof *agreed)
			: arena_alloc(s->arena, sizeof *policy);
	if (s->policy_said & SAID_TYPE)
		policy->type = s->policy.type;
	if (s->policy_said & SAID_TLS)
		policy->tls = s->policy.tls;
	if (s->policy_said & SAID_SASL)
		policy->sasl = s->policy.sasl;
	if (s->policy_said & SAID_DIALBACK)
		policy->dialback = s->policy.dialback;
	return policy;
}

static void
add_typed(struct roster *r, const struct domain *domain)
{
	const struct listed *e = find_listed(r, domain->ascii);
	const struct policy *policy =
		apply_options(r->settings, e ? &e->partner->policy : NULL);
	struct partner *p;

	if (e == NULL || !e->further) {
		add_partner(r, domain, policy);
	} else if ((p = add(r, domain, ROLE_ADDITIONAL)) != NULL) {
		p->primary = e->partner->domain.ascii;
		p->policy = policy;
	}
}

/* --- the own side ------------------------------------------------------------------------ */

static void
add_own(struct roster *r, const char *ascii)
{
	const struct domain domain = parse(r->settings->arena, ascii);

	add(r, &domain, ROLE_OWN);
}

/* One who asks for a host or a kind of connection has a partner in mind; who asks only for
 * our own domains gets those. */
static bool
is_own_side_wanted(const struct roster *r, const struct local *local)
{
	const struct settings *s = r->settings;

	if (s->asked.connect_host != NULL || s->asked.direct_tls)
		return false;
	for (size_t i = 0; i < s->domains; i++)
		if (!local_hosts(local, s->domain[i].ascii))
			return true;
	return s->domains == 0;
}

static void
call_own_side(struct roster *r)
{
	const struct settings *s = r->settings;
	const struct local *local = run_local(&s->asked);

	if (local == NULL)
		return;
	if (is_own_side_wanted(r, local)) {
		if (local->domain != NULL)
			add_own(r, local->domain);
		for (size_t i = 0; i < local->sip_domains; i++)
			add_own(r, local->sip_domain[i]);
		return;
	}
	for (size_t i = 0; i < s->domains; i++)
		if (local_hosts(local, s->domain[i].ascii))
			add(r, &s->domain[i], ROLE_OWN);
}

void
roster_call(struct run *run, const struct settings *settings, const struct config *config)
{
	struct roster r = { .run = run, .settings = settings, .config = config };

	index_partners(&r);
	call_own_side(&r);
	for (size_t i = 0; i < settings->domains; i++)
		if (!is_seen(&r, &settings->domain[i]))
			add_typed(&r, &settings->domain[i]);
	for (size_t i = 0; settings->domains == 0 && config && i < config->partners; i++)
		add_partner(&r, &config->partner[i].domain, &config->partner[i].policy);
	while (r.seen != NULL)
		tdelete(*(void **)r.seen, &r.seen, compare_partners);
}
