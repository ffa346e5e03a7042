/* What can be said of a configuration from its words alone: the row of the negotiation
 * table of each partner, settings of the gateway that contradict each other, and policies
 * that keep our users from every partner. */
#include "config/lint.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct linting {
	struct arena *arena;
	const struct config *config;
	struct gateway gateway; /* with its defaults */
	const char **own;       /* our domains, in order */
	size_t owns;
	struct lint *lint;
	size_t lints;
};

/* What is being looked at. */
struct about {
	int line;
	const char *name;
};

#define WORDS __attribute__((format(printf, 5, 6)))

static void WORDS
add(struct linting *l, struct about about, enum remark remark, const char *remedy,
	const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	l->lint = arena_grow(l->arena, l->lint, l->lints, sizeof *l->lint);
	l->lint[l->lints++] = (struct lint){
		.remark = remark,
		.line = about.line,
		.about = about.name,
		.text = text_clean(l->arena, text, strlen(text)),
		.remedy = remedy,
	};
}

/* --- who we are ------------------------------------------------------------------------ */

/* The box for XMPP can only be ticked after that for federation. */
static bool
reaches_xmpp(const struct access_policy *policy)
{
	return policy->federation && policy->xmpp;
}

static const char *
policy_name(const struct access_policy *policy)
{
	return policy->name ? policy->name : "Global";
}

static void
lint_access_policy(
	struct linting *l, struct about about, const struct access_policy *policy)
{
	if (policy->xmpp && !policy->federation)
		add(l, about, REMARK_WARNING,
			"set federation to true, too (EnableFederationAccess)",
			"the access policy %s allows XMPP without federation, so its users "
			"reach nobody",
			policy_name(policy));
	else if (!reaches_xmpp(policy))
		add(l, about, REMARK_NOTE, NULL,
			"users under the access policy %s reach no XMPP partner",
			policy_name(policy));
}

static void
lint_access_policies(struct linting *l, struct about about,
	const struct access_policy *policy, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		lint_access_policy(l, about, &policy[i]);
		any |= reaches_xmpp(&policy[i]);
	}
	if (n > 0 && !any)
		add(l, about, REMARK_WARNING,
			"set federation and xmpp to true in the policy that is to apply",
			"no access policy allows federation and XMPP: no user reaches any "
			"partner");
	if (n > 1)
		add(l, about, REMARK_NOTE, NULL,
			"of %zu access policies the nearest to the user holds: the user's "
			"own, else that of the site, else Global",
			n);
}

static void
lint_local(struct linting *l, const struct local *local)
{
	const struct about about = { l->config->local_line, "local" };

	if (local->federated_users == KNOWN_FALSE)
		add(l, about, REMARK_WARNING,
			"enable federation for the Access Edge "
			"(Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true)",
			"the Access Edge does not allow federated users: no policy and no "
			"partner has any effect");
	lint_access_policies(l, about, local->access_policy, local->access_policies);
}

/* --- the gateway ----------------------------------------------------------------------- */

static void
lint_limits(struct linting *l, struct about about, const struct gateway *g)
{
	if (g->partner_connection_limit > g->connection_limit)
		add(l, about, REMARK_WARNING,
			"set partner-connection-limit to no more than connection-limit",
			"partner-connection-limit, %d, is above connection-limit, %d, "
			"which holds for all partners together",
			g->partner_connection_limit, g->connection_limit);
}

static void
lint_times(struct linting *l, struct about about, const struct gateway *g)
{
	if (g->keep_alive_interval >= g->stream_inactivity_timeout)
		add(l, about, REMARK_WARNING,
			"set keep-alive-interval well below stream-inactivity-timeout",
			"keep-alive-interval, %d s, is not below "
			"stream-inactivity-timeout, %d s: an idle stream is closed before "
			"a keep-alive is due",
			g->keep_alive_interval, g->stream_inactivity_timeout);
	if (g->subscription_refresh_interval <= g->stream_inactivity_timeout)
		add(l, about, REMARK_NOTE, NULL,
			"subscription-refresh-interval, %d s, is not above "
			"stream-inactivity-timeout, %d s: presence is asked for again all "
			"the time",
			g->subscription_refresh_interval, g->stream_inactivity_timeout);
}

static void
lint_gateway(struct linting *l)
{
	const struct about about = { l->config->gateway_line, "gateway" };

	lint_limits(l, about, &l->gateway);
	lint_times(l, about, &l->gateway);
	if (l->gateway.log_message_bodies)
		add(l, about, REMARK_NOTE, "turn it off when no trouble is looked for",
			"log-message-bodies: what people write is logged");
}

/* --- a partner ------------------------------------------------------------------------- */

static const char tighten[] =
	"set TLS to required as soon as the partner is known to do TLS";
static const char no_sasl[] =
	"set SASL to not-supported, or TLS to required or optional if the partner can";
static const char use_tls[] =
	"set TLS and SASL to what the partner supports, or dialback to true";

/* By row of the table. */
static const char *const row_remedy[NEGOTIATION_ROWS + 1] = {
	[1] = "set dialback to false, or SASL to optional to have dialback as the fallback",
	[3] = tighten,
	[4] = tighten,
	[5] = no_sasl,
	[6] = use_tls,
	[9] = tighten,
	[10] = tighten,
	[11] = no_sasl,
	[12] = use_tls,
	[14] = "set SASL to optional or required, or dialback to true",
	[16] = "set SASL to optional or required, or dialback to true",
	[18] = use_tls,
};

static void
lint_row(struct linting *l, struct about about, const struct negotiation *row)
{
	const char *remedy = row_remedy[row->row];

	if (row->remark != REMARK_NONE)
		add(l, about, row->remark, remedy,
			"row %d of the negotiation table (TLS %s, SASL %s, dialback %s): %s",
			row->row, demand_names[row->tls], demand_names[row->sasl],
			agreed_names[row->dialback], row->text);
	/* The manual's page on partners is stricter than its table. */
	if (row->unsaveable)
		add(l, about, REMARK_WARNING, NULL,
			"the Control Panel does not save SASL %s with TLS not-supported",
			demand_names[row->sasl]);
}

static void
lint_type(struct linting *l, struct about about, const struct policy *policy,
	const struct negotiation *row)
{
	if (!rights_of(policy->type)->recommended)
		add(l, about, REMARK_WARNING,
			"use public-unverified for a public provider, federated for a "
			"partner who is known",
			"type %s is not recommended: the provider's users may add ours "
			"and see their presence unasked",
			partner_type_names[policy->type]);
	if (policy->type == TYPE_FEDERATED && row->methods == ALLOWS_TCP_DIALBACK)
		add(l, about, REMARK_WARNING,
			"agree on TLS, or use public-unverified for this partner",
			"type federated trusts the partner, but dialback over TCP alone "
			"hardly shows who it is");
	if (l->config->local != NULL && l->config->local->verify == VERIFY_REQUIRED &&
		row->methods == ALLOWS_TCP_DIALBACK)
		add(l, about, REMARK_WARNING,
			"agree on TLS, or let our server take partners without a "
			"certificate",
			"our server demands a certificate (verify=\"required\"), but only "
			"dialback over TCP is agreed");
}

static void
lint_connections(struct linting *l, struct about about, const struct policy *policy)
{
	const struct gateway *g = &l->gateway;
	bool all = g->connection_limit < g->partner_connection_limit;
	int limit = all ? g->connection_limit : g->partner_connection_limit;

	/* Without <gateway> the limits are only those that it has when nobody set them. */
	if (policy->connection_limit > limit)
		add(l, about, l->config->gateway ? REMARK_WARNING : REMARK_NOTE,
			"lower it, or raise the limit of the gateway",
			"connection-limit, %d, is above %s of the gateway, %d",
			policy->connection_limit,
			all ? "connection-limit" : "partner-connection-limit", limit);
	if (policy->keep_alive == AGREED_FALSE)
		add(l, about, REMARK_NOTE, NULL,
			"keep-alive is off: a stream that is idle for %d s is closed, and "
			"the next message has to open a new one",
			g->stream_inactivity_timeout);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
lint_own(struct linting *l, struct about about, const char *domain)
{
	if (l->owns > 0 &&
		bsearch(&domain, l->own, l->owns, sizeof *l->own, compare_names) != NULL)
		add(l, about, REMARK_WARNING, "take it out of the list of partners",
			"%s is our own domain", domain_unicode(l->arena, domain));
}

static void
lint_partner(struct linting *l, const struct configured *partner)
{
	const struct about about = { partner->line, partner->domain.unicode };
	const struct policy *policy = &partner->policy;
	const struct negotiation *row = negotiation_of(policy);

	lint_row(l, about, row);
	lint_type(l, about, policy, row);
	lint_connections(l, about, policy);
	lint_own(l, about, partner->domain.ascii);
	for (size_t i = 0; i < policy->additional_domains; i++)
		lint_own(l, about, policy->additional_domain[i]);
}

/* --- all of it ------------------------------------------------------------------------- */

static void
collect_own(struct linting *l, const struct local *local)
{
	l->own = arena_alloc(l->arena, (local->sip_domains + 1) * sizeof *l->own);
	l->own[l->owns++] = local->domain;
	for (size_t i = 0; i < local->sip_domains; i++)
		l->own[l->owns++] = local->sip_domain[i];
	qsort(l->own, l->owns, sizeof *l->own, compare_names);
}

struct lint *
config_lint(struct arena *arena, const struct config *config, size_t *lints)
{
	static const struct gateway nothing;
	struct linting l = {
		.arena = arena,
		.config = config,
		.gateway =
			gateway_effective(config->gateway ? config->gateway : &nothing),
	};

	if (config->local != NULL) {
		collect_own(&l, config->local);
		lint_local(&l, config->local);
	}
	if (config->gateway != NULL)
		lint_gateway(&l);
	for (size_t i = 0; i < config->partners; i++)
		lint_partner(&l, &config->partner[i]);
	*lints = l.lints;
	return l.lint;
}
