/* The methods that are left by what was agreed and by what the partner shows, in both
 * directions, and what the partner's type may build on them. */
#include "checks/policy.h"

#include "base/text.h"

/* --- the method ------------------------------------------------------------------------- */

/* Another row of the table for the same partner. */
struct change {
	struct policy policy;
	const struct negotiation *row;
	int settings;      /* how many of ours change */
	enum method worst; /* of both directions, if it were so */
};

static enum method
worst_of(const struct outlook *outlook)
{
	enum method out = outlook->out.method, in = outlook->in.method;

	return out < in ? out : in;
}

static struct change
change_to(const struct policy *policy, const struct negotiation *row)
{
	struct change change = { .policy = *policy, .row = row };

	change.settings = (policy->tls != row->tls) + (policy->sasl != row->sasl) +
			  (policy->dialback != row->dialback);
	change.policy.tls = row->tls;
	change.policy.sasl = row->sasl;
	change.policy.dialback = row->dialback;
	return change;
}

static bool
is_encrypted(const struct change *change)
{
	return change->worst > METHOD_TCP_DIALBACK;
}

static bool
is_warned_of(const struct change *change)
{
	return change->row->remark >= REMARK_WARNING;
}

/* Fewer settings, then encryption, then a row that the table does not warn of, then the
 * better method. What is optional leaves a second way. */
static bool
is_better(const struct change *a, const struct change *b)
{
	if (b->row == NULL)
		return true;
	if (a->settings != b->settings)
		return a->settings < b->settings;
	if (is_encrypted(a) != is_encrypted(b))
		return is_encrypted(a);
	if (is_warned_of(a) != is_warned_of(b))
		return is_warned_of(b);
	if (a->worst != b->worst)
		return a->worst > b->worst;
	return a->row->sasl == DEMAND_OPTIONAL && b->row->sasl != DEMAND_OPTIONAL;
}

/* The smallest change that leaves a method in both directions, with the certificates as
 * they are or good ones; false when there is none. */
static bool
find_change(struct inquiry *q, struct observed *o, size_t count, bool certificates_good,
	struct change *best)
{
	*best = (struct change){ .row = NULL };
	for (int i = 0; i < NEGOTIATION_ROWS; i++) {
		struct change change =
			change_to(q->partner->policy, &negotiation_table[i]);
		struct supposition supposition = { .policy = &change.policy,
			.certificates_good = certificates_good };
		struct outlook outlook = headline_suppose(q, o, count, &supposition);

		change.worst = worst_of(&outlook);
		if (change.worst > METHOD_NONE && is_better(&change, best))
			*best = change;
	}
	return best->row != NULL;
}

static const char *
say_change(struct inquiry *q, const struct change *change)
{
	const struct policy *was = q->partner->policy;
	const struct negotiation *row = change->row;
	const char *words = "set";

	if (was->tls != row->tls)
		words = arena_printf(
			q->arena, "%s TLS to %s,", words, demand_names[row->tls]);
	if (was->sasl != row->sasl)
		words = arena_printf(
			q->arena, "%s SASL to %s,", words, demand_names[row->sasl]);
	if (was->dialback != row->dialback)
		words = arena_printf(q->arena, "%s dialback to %s,", words,
			agreed_names[row->dialback]);
	return arena_printf(q->arena, "%s which is row %d of the table and leaves %s",
		words, row->row, method_titles[change->worst]);
}

static const char valid_certificate[] =
	"present a certificate that is valid for its domain";

/* What the partner would have to do for the row as it is; NULL for nothing known. */
static const char *
say_theirs(struct inquiry *q, const struct policy *policy, const struct stance *s)
{
	unsigned methods = negotiation_of(policy)->methods;
	bool verifies =
		(methods & ALLOWS_SASL) || q->partner->asked->verify == VERIFY_REQUIRED;

	/* Nobody should give up TLS because we do. */
	if (policy->tls == DEMAND_NOT_SUPPORTED)
		return s->tls != OFFER_REQUIRED && s->clear_dialback == KNOWN_FALSE
			       ? "enable dialback"
			       : NULL;
	if (s->tls == OFFER_NONE)
		return "offer TLS";
	if (verifies && s->encrypts && s->refusal != NULL)
		return valid_certificate;
	if ((methods & ALLOWS_SASL) && s->external.kind == TRIAL_REFUSED)
		return methods & ALLOWS_TLS_DIALBACK
			       ? "accept our certificate, or enable dialback"
			       : "accept our certificate";
	if ((methods & ALLOWS_SASL) && s->sasl == OFFER_NONE)
		return methods & ALLOWS_TLS_DIALBACK
			       ? "ask for certificates, or enable dialback"
			       : "ask for certificates";
	if ((methods & ALLOWS_TLS_DIALBACK) && s->dialback == KNOWN_FALSE)
		return "enable dialback";
	return NULL;
}

/* TLS is off here and required there, and TLS alone would not do. */
static void
advise_tls(struct inquiry *q, const struct stance *s)
{
	struct policy with = *q->partner->policy;
	const char *theirs;

	with.tls = DEMAND_REQUIRED;
	theirs = say_theirs(q, &with, s);
	if (theirs == NULL)
		blame(q, OWNER_US);
	remedy(q, "set TLS to required%s%s", theirs ? "; and the partner must " : "",
		theirs ? theirs : "");
}

/* No row of the table helps as things are. */
static void
advise_both(struct inquiry *q, struct observed *o, size_t count, const struct stance *s)
{
	const struct policy *policy = q->partner->policy;
	const char *theirs = say_theirs(q, policy, s);
	struct change change;

	if (find_change(q, o, count, true, &change) && change.settings > 0) {
		remedy(q, "%s; and the partner must %s", say_change(q, &change),
			valid_certificate);
	} else if (policy->tls == DEMAND_NOT_SUPPORTED && s->tls == OFFER_REQUIRED) {
		advise_tls(q, s);
	} else if (q->partner->asked->verify == VERIFY_REQUIRED &&
		   policy->tls == DEMAND_NOT_SUPPORTED) {
		blame(q, OWNER_US);
		remedy(q, "either our server stops requiring a certificate, or the "
			  "partner offers TLS, and TLS is set to required");
	} else {
		if (theirs != NULL)
			blame(q, OWNER_PARTNER);
		remedy(q, "no setting of ours helps; %s%s",
			theirs ? "the partner must " : "agree on another combination",
			theirs ? theirs : "");
	}
}

/* The smallest change on each side. One that gives up encryption is named last. */
static void
advise(struct inquiry *q, struct observed *o, size_t count, const struct stance *s)
{
	const char *theirs = say_theirs(q, q->partner->policy, s);
	struct change change;

	if (!find_change(q, o, count, false, &change)) {
		advise_both(q, o, count, s);
	} else if (theirs == NULL) {
		blame(q, OWNER_US);
		remedy(q, "%s", say_change(q, &change));
	} else if (change.worst == METHOD_TCP_DIALBACK) {
		remedy(q, "the partner should %s; or %s", theirs, say_change(q, &change));
	} else {
		remedy(q, "%s; or the partner should %s", say_change(q, &change), theirs);
	}
}

static const char *
say_direction(struct inquiry *q, const char *name, const struct headline *h)
{
	if (h->method > METHOD_NONE)
		return arena_printf(q->arena, "%s: %s", name, method_titles[h->method]);
	return arena_printf(
		q->arena, "%s: %s (%s)", name, method_titles[h->method], h->reason);
}

static const char *
say_outlook(struct inquiry *q, const struct outlook *outlook)
{
	return arena_printf(q->arena, "%s; %s", say_direction(q, "out", &outlook->out),
		say_direction(q, "in", &outlook->in));
}

/* What a server gets there that calls, as far as it was seen. */
static unsigned
taken_methods(const struct stance *s)
{
	return (s->sasl >= OFFER_MADE && s->external.kind != TRIAL_REFUSED ? ALLOWS_SASL
									   : 0) |
	       (s->dialback == KNOWN_TRUE ? ALLOWS_TLS_DIALBACK : 0) |
	       (s->clear_dialback == KNOWN_TRUE ? ALLOWS_TCP_DIALBACK : 0);
}

/* Why it is in clear: the one or the other side, or both, have no TLS. */
static void
judge_clear(struct inquiry *q, const char *words, const struct stance *s)
{
	bool off = q->partner->policy->tls == DEMAND_NOT_SUPPORTED;

	if (!off) {
		blame(q, OWNER_PARTNER);
		remedy(q, "ask the partner to offer TLS");
	} else if (s->tls == OFFER_NONE) {
		remedy(q, "ask the partner to offer TLS, and then set TLS to required");
	} else {
		blame(q, OWNER_US);
		remedy(q, "set TLS to required for this partner");
	}
	warned(q, "%s: without encryption", words);
}

static void
judge_methods(struct inquiry *q, const struct outlook *outlook, const struct stance *s)
{
	const char *words = say_outlook(q, outlook);
	enum method worst = worst_of(outlook);

	if (worst == METHOD_UNKNOWN)
		noted(q, "%s", words);
	else if (worst == METHOD_TCP_DIALBACK)
		judge_clear(q, words, s);
	else if (outlook->out.method != outlook->in.method)
		noted(q, "%s", words);
	else
		passed(q, "%s", words);
}

/* An unknown direction does not make the other one less of a none. */
static bool
is_none(const struct outlook *outlook)
{
	return outlook->out.method == METHOD_NONE || outlook->in.method == METHOD_NONE;
}

void
policy_method(struct inquiry *q)
{
	struct supposition real = { .policy = policy_agreed(q) };
	struct observed *observed;
	struct outlook outlook;
	struct stance stance;
	size_t count;

	if (real.policy == NULL)
		return;
	observed = observe(q, &count);
	if (!observed_stance(observed, count, &stance)) {
		skipped(q, "an endpoint that works");
		return;
	}
	outlook = headline_suppose(q, observed, count, &real);
	if (!is_none(&outlook)) {
		judge_methods(q, &outlook, &stance);
		return;
	}
	advise(q, observed, count, &stance);
	failed(q, "we allow %s; the partner takes %s; %s",
		negotiation_methods(q->arena, negotiation_of(real.policy)->methods),
		negotiation_methods(q->arena, taken_methods(&stance)),
		say_outlook(q, &outlook));
}

/* --- the partner's type ----------------------------------------------------------------- */

/* Everybody can have an address there. */
static bool
is_public_provider(const struct domain *domain)
{
	static const char *const names[] = { "gmail.com", "googlemail.com", "jabber.org",
		NULL };

	return name_index(names, domain->ascii) >= 0;
}

/* A provider for everybody needs a certificate that everybody can verify. */
static bool
is_private(struct observed *o, size_t count)
{
	bool refused = false;

	for (size_t i = 0; i < count; i++) {
		enum status status;

		if (!observed_is_theirs(&o[i]))
			continue;
		status = verdict_at(
			o[i].at.partner, "cert.chain.trusted", o[i].at.endpoint->id);
		if (verdict_is_good(status))
			return false;
		refused |= status == STATUS_FAIL;
	}
	return refused;
}

static void
judge_assurance(struct inquiry *q, const struct policy *policy, enum method method)
{
	enum partner_type type = policy->type;

	if (method == METHOD_SASL_EXTERNAL)
		return;
	if (type != TYPE_PUBLIC_UNVERIFIED)
		remedy(q, "%s, or make the type public-unverified",
			negotiation_of(policy)->methods & ALLOWS_SASL
				? "have the partner authenticate by a valid certificate"
				: "set TLS to required and SASL to optional, so that the "
				  "partner can authenticate by its certificate");
	if (type == TYPE_PUBLIC_UNVERIFIED) {
		if (method != METHOD_TCP_DIALBACK)
			return;
		remedy(q, "%s",
			policy->tls == DEMAND_NOT_SUPPORTED
				? "set TLS to required as soon as the partner offers it"
				: "ask the partner to offer TLS");
		warned(q,
			"dialback over TCP proves next to nothing, not even of a partner "
			"that is not trusted");
	} else if (method == METHOD_TCP_DIALBACK) {
		failed(q,
			"the type is %s, and who the partner is rests on dialback over TCP",
			partner_type_names[type]);
	} else {
		warned(q,
			"the type is %s, and who the partner is rests on dialback over TLS "
			"and not on a certificate",
			partner_type_names[type]);
	}
}

static void
judge_type(struct inquiry *q, enum partner_type type)
{
	if (type == TYPE_PUBLIC_VERIFIED)
		warned(q, "the type public-verified is not recommended");
	if (type != TYPE_PUBLIC_UNVERIFIED && is_public_provider(&q->partner->domain))
		warned(q,
			"the type is %s, and anybody can get an address of this provider",
			partner_type_names[type]);
}

void
policy_partner_type(struct inquiry *q)
{
	struct supposition real = { .policy = policy_agreed(q) };
	struct observed *observed;
	struct outlook outlook;
	size_t count;

	if (real.policy == NULL)
		return;
	if (q->partner->role != ROLE_ADDITIONAL)
		judge_type(q, real.policy->type);
	observed = observe(q, &count);
	if (real.policy->type != TYPE_FEDERATED && is_private(observed, count)) {
		remedy(q, "make the type federated if you know the partner and trust its "
			  "authority; otherwise ask for a certificate of a public "
			  "authority");
		warned(q,
			"the type is %s, and no public authority vouches for the partner's "
			"certificate",
			partner_type_names[real.policy->type]);
	}
	outlook = headline_suppose(q, observed, count, &real);
	/* Who the partner's users are is proven when its server calls. */
	if (outlook.in.method > METHOD_NONE)
		judge_assurance(q, real.policy, outlook.in.method);
	else
		skipped(q, outlook.in.method == METHOD_NONE ? "policy.method"
							    : "a known method");
}
