/* What was agreed with a partner against what the partner does. The table of negotiation is
 * that of the gateway (model/policy.h). A setting that the partner does not meet fails when
 * it leaves no method, and is a warning when another one takes its place. */
#include "checks/policy.h"

#include "base/text.h"

enum { ANY_DIALBACK = ALLOWS_TLS_DIALBACK | ALLOWS_TCP_DIALBACK };

const struct policy *
policy_agreed(struct inquiry *q)
{
	if (q->partner->policy == NULL)
		skipped(q, "an agreed policy");
	return q->partner->policy;
}

const struct policy *
policy_of_primary(struct inquiry *q)
{
	if (q->partner->policy == NULL || q->partner->role != ROLE_ADDITIONAL)
		return policy_agreed(q);
	skipped(q, "the primary domain");
	return NULL;
}

bool
policy_stance(struct inquiry *q, const struct policy **policy, struct stance *stance)
{
	struct observed *observed;
	size_t count;

	if ((*policy = policy_agreed(q)) == NULL)
		return false;
	observed = observe(q, &count);
	if (observed_stance(observed, count, stance))
		return true;
	skipped(q, "an endpoint that works");
	return false;
}

/* --- the policy by itself --------------------------------------------------------------- */

static const char *
say_row(struct inquiry *q, const struct negotiation *row)
{
	return arena_printf(q->arena, "row %d (TLS %s, SASL %s, dialback %s)", row->row,
		demand_names[row->tls], demand_names[row->sasl],
		row->dialback == AGREED_TRUE ? "on" : "off");
}

static const char *
row_remedy(const struct negotiation *row)
{
	if (row->tls == DEMAND_NOT_SUPPORTED)
		return "set SASL to not-supported, or TLS to required or optional";
	/* Both required would leave dialback without use. */
	if (row->tls == DEMAND_OPTIONAL && row->sasl == DEMAND_REQUIRED &&
		row->dialback == AGREED_TRUE)
		return "set TLS to required and SASL to optional as soon as the TLS of the "
		       "partner works";
	if (row->tls == DEMAND_OPTIONAL)
		return "set TLS to required as soon as that of the partner works";
	return "switch dialback off for this partner, or set SASL to optional to have it as "
	       "the second way";
}

/* A combination that never connects is why no domain of the partner does, so it is told of
 * each. */
static void
valid(struct inquiry *q)
{
	const struct policy *policy = policy_agreed(q);
	const struct negotiation *row;

	if (policy == NULL)
		return;
	row = negotiation_of(policy);
	if (row->remark == REMARK_INVALID) {
		failed(q, "%s allows no method: %s", say_row(q, row), row->text);
	} else if (policy_of_primary(q) == NULL) {
		return;
	} else if (row->remark == REMARK_WARNING) {
		remedy(q, "%s", row_remedy(row));
		warned(q, "%s: %s", say_row(q, row), row->text);
	} else {
		passed(q, "%s allows %s", say_row(q, row),
			negotiation_methods(q->arena, row->methods));
	}
}

static void
control_panel(struct inquiry *q)
{
	const struct policy *policy = policy_of_primary(q);

	if (policy == NULL)
		return;
	if (negotiation_of(policy)->unsaveable)
		warned(q,
			"with TLS not supported the Control Panel does not save SASL %s, so "
			"this partner cannot be edited there",
			demand_names[policy->sasl]);
	else
		passed(q, "TLS %s with SASL %s can be saved", demand_names[policy->tls],
			demand_names[policy->sasl]);
}

/* --- TLS -------------------------------------------------------------------------------- */

static void
judge_required_tls(struct inquiry *q, const struct stance *s)
{
	blame(q, OWNER_PARTNER);
	if (s->tls == OFFER_NONE) {
		remedy(q, "ask the partner to offer TLS");
		failed(q, "TLS is required, and the partner does not offer it");
	} else if (!s->encrypts && s->sasl != OFFER_REQUIRED) {
		remedy(q, "ask the partner to repair its TLS");
		failed(q, "TLS is required, and no handshake with the partner succeeds");
	} else if (s->tls == OFFER_OPTIONAL) {
		grade(q, SEVERITY_LOW);
		remedy(q, "ask the partner to require TLS");
		warned(q, "TLS is required, and the partner works without it as well");
	} else if (s->tls == OFFER_MADE) {
		noted(q, "TLS is required, and the partner announces it as optional");
	}
}

/* What could be stricter without losing anything. */
static void
tighten(struct inquiry *q, const char *words)
{
	blame(q, OWNER_US);
	grade(q, SEVERITY_LOW);
	remedy(q, "set TLS to required for this partner");
	warned(q, "%s", words);
}

static void
judge_unsupported_tls(struct inquiry *q, const struct stance *s)
{
	if (s->tls == OFFER_REQUIRED) {
		blame(q, OWNER_US);
		remedy(q, "set TLS to required for this partner");
		failed(q, "TLS is switched off, and the partner requires it");
	} else if (s->encrypts) {
		tighten(q, "TLS is switched off, and that of the partner works");
	}
}

static void
tls_mismatch(struct inquiry *q)
{
	const struct policy *policy;
	struct stance s;

	if (!policy_stance(q, &policy, &s))
		return;
	if (s.tls == OFFER_UNKNOWN)
		skipped(q, "the rest of the connection");
	else if (policy->tls == DEMAND_REQUIRED)
		judge_required_tls(q, &s);
	else if (policy->tls == DEMAND_NOT_SUPPORTED)
		judge_unsupported_tls(q, &s);
	else if (s.tls == OFFER_REQUIRED && s.encrypts)
		tighten(q, "TLS is optional, and the partner requires it");
	else if (s.tls == OFFER_NONE)
		noted(q, "TLS is optional, and the partner does not offer it");
}

/* --- SASL ------------------------------------------------------------------------------- */

enum known
policy_takes_dialback(const struct policy *policy, const struct stance *s)
{
	unsigned methods = negotiation_of(policy)->methods;
	enum known inside = methods & ALLOWS_TLS_DIALBACK ? s->dialback : KNOWN_FALSE;
	enum known clear =
		methods & ALLOWS_TCP_DIALBACK ? s->clear_dialback : KNOWN_FALSE;

	/* Who has seen the offer of TLS does not go on in clear; and before anything is
	 * seen, no less can be said. */
	if ((s->encrypts || s->tls != OFFER_NONE) && policy->tls != DEMAND_NOT_SUPPORTED)
		return inside;
	return clear;
}

/* Why EXTERNAL cannot work, in the one or the other direction; NULL for nothing known. */
static const char *
external_trouble(struct inquiry *q, const struct stance *s)
{
	if (s->tls == OFFER_NONE)
		return "the partner offers no TLS, without which there is none";
	if (s->sasl == OFFER_NONE)
		return "the partner asks for no certificate";
	if (s->external.kind == TRIAL_REFUSED)
		return arena_printf(q->arena, "the partner refuses %s: %s",
			s->external.about_certificate ? "our certificate" : "us",
			s->external.words);
	if (s->encrypts && s->refusal != NULL)
		return arena_printf(q->arena,
			"the partner's own certificate is refused: %s", s->refusal);
	return NULL;
}

/* What the partner can do about it. */
static const char *
external_remedy(const struct stance *s)
{
	if (s->tls == OFFER_NONE)
		return "offer TLS";
	return s->sasl == OFFER_NONE ? "request certificates"
				     : "present a valid certificate";
}

/* No certificate of ours was there to try. */
static const char *
say_offer(enum offer sasl)
{
	static const char *const words[] = {
		[OFFER_UNKNOWN] =
			"the partner asks for a certificate and offers EXTERNAL to "
			"no stranger; whether it accepts ours was not tried",
		[OFFER_NONE] = NULL,
		[OFFER_MADE] = "the partner offers EXTERNAL; whether it accepts our "
			       "certificate was not tried",
		[OFFER_OPTIONAL] =
			"the partner offers EXTERNAL beside dialback; whether it "
			"accepts our certificate was not tried",
		[OFFER_REQUIRED] = "the partner lets nobody in without a certificate; "
				   "whether it accepts ours was not tried",
	};

	return words[sasl];
}

static void
judge_wanted_sasl(struct inquiry *q, const struct policy *policy, const struct stance *s)
{
	const char *trouble = external_trouble(q, s);
	const char *wish = policy->sasl == DEMAND_REQUIRED ? "required" : "optional";

	if (trouble == NULL && s->external.kind == TRIAL_ACCEPTED) {
		passed(q, "SASL is %s, and the partner accepts our certificate", wish);
	} else if (trouble == NULL) {
		noted(q, "%s", say_offer(s->sasl));
	} else if (policy_takes_dialback(policy, s) == KNOWN_TRUE) {
		if (policy->sasl == DEMAND_OPTIONAL)
			grade(q, SEVERITY_LOW);
		remedy(q, "ask the partner to %s%s", external_remedy(s),
			policy->sasl == DEMAND_OPTIONAL ? ""
							: ", or set SASL to optional");
		warned(q, "SASL is %s, and %s; dialback takes its place", wish, trouble);
	} else {
		remedy(q, "ask the partner to %s%s", external_remedy(s),
			s->dialback == KNOWN_TRUE &&
					policy_takes_dialback(policy, s) == KNOWN_FALSE
				? ", or set SASL to optional with dialback on"
				: "");
		failed(q, "SASL is %s, and %s", wish, trouble);
	}
}

static void
judge_unsupported_sasl(struct inquiry *q, const struct stance *s)
{
	if (s->sasl == OFFER_REQUIRED) {
		blame(q, OWNER_US);
		remedy(q, "set SASL to optional or required for this partner, and use a "
			  "certificate that it trusts; or ask it to enable dialback");
		failed(q, "SASL is switched off, and the partner accepts nothing else");
	} else if (s->external.kind == TRIAL_ACCEPTED) {
		blame(q, OWNER_US);
		grade(q, SEVERITY_LOW);
		remedy(q, "set SASL to optional or required for this partner");
		warned(q,
			"SASL is switched off, and the partner accepts our certificate");
	} else if (s->sasl == OFFER_OPTIONAL || s->sasl == OFFER_MADE) {
		noted(q, "SASL is switched off, and the partner offers EXTERNAL");
	}
}

static void
sasl_mismatch(struct inquiry *q)
{
	const struct policy *policy;
	struct stance s;

	if (!policy_stance(q, &policy, &s))
		return;
	if (policy->tls == DEMAND_NOT_SUPPORTED)
		noted(q, "without TLS the SASL setting has no effect");
	else if (s.tls == OFFER_UNKNOWN ||
		 (s.tls != OFFER_NONE && !s.encrypts && s.sasl != OFFER_REQUIRED))
		skipped(q, "the rest of the connection");
	else if (policy->sasl == DEMAND_NOT_SUPPORTED)
		judge_unsupported_sasl(q, &s);
	else
		judge_wanted_sasl(q, policy, &s);
}

/* --- dialback --------------------------------------------------------------------------- */

static const char *
dialback_trouble(const struct stance *s, enum known takes)
{
	if (s->dialed.kind == TRIAL_REFUSED)
		return "it does not accept us";
	if (s->authority == AUTHORITY_REFUSES)
		return "the partner refuses it by a rule";
	if (s->authority == AUTHORITY_FAILS)
		return "the partner's authoritative server does not answer it";
	return takes == KNOWN_FALSE ? "the partner does not take it" : NULL;
}

static void
judge_dialback_on(struct inquiry *q, const struct policy *policy, const struct stance *s)
{
	unsigned methods = negotiation_of(policy)->methods;
	enum known takes = policy_takes_dialback(policy, s);
	const char *trouble = dialback_trouble(s, takes);

	if (!(methods & ANY_DIALBACK)) {
		noted(q, "dialback is on, and never used by row %d",
			negotiation_of(policy)->row);
	} else if (trouble == NULL) {
		if (takes == KNOWN_NOT)
			noted(q, "whether the partner takes dialback was not seen");
	} else if (methods & ALLOWS_SASL) {
		warned(q, "dialback is on as the second way, and %s", trouble);
	} else {
		grade(q, SEVERITY_HIGH);
		remedy(q, "ask the partner to enable dialback, or %s",
			policy->tls == DEMAND_NOT_SUPPORTED
				? "set TLS to required and SASL to optional"
				: "set SASL to optional");
		failed(q, "dialback is the only way, and %s", trouble);
	}
}

static void
judge_dialback_off(struct inquiry *q, const struct policy *policy, const struct stance *s)
{
	/* With both required dialback would stay without use. */
	bool both = policy->tls == DEMAND_REQUIRED && policy->sasl == DEMAND_REQUIRED;

	if (s->sasl != OFFER_NONE ||
		(s->dialback != KNOWN_TRUE && s->clear_dialback != KNOWN_TRUE))
		return;
	blame(q, OWNER_BOTH);
	grade(q, SEVERITY_HIGH);
	remedy(q,
		"switch dialback on for this partner%s, or ask the partner to request "
		"certificates",
		both ? " and set SASL to optional" : "");
	failed(q, "dialback is off, and the partner accepts nothing else");
}

static void
dialback_mismatch(struct inquiry *q)
{
	const struct policy *policy;
	struct stance s;

	if (!policy_stance(q, &policy, &s))
		return;
	if (policy->dialback == AGREED_TRUE)
		judge_dialback_on(q, policy, &s);
	else
		judge_dialback_off(q, policy, &s);
}

/* --- the rows --------------------------------------------------------------------------- */

#define TABLE "Lync Server 2013, negotiation settings for XMPP federated partners"

const struct check policy_checks[] = {
	{ .id = "policy.valid",
		.title = "What was agreed can work",
		.why = "a combination that never connects is found before any packet",
		.source = TABLE "; XEP-0178, 3",
		.remedy =
			"choose a combination that leaves a method; for most partners TLS "
			"required, SASL optional, dialback on",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.blocks = true,
		.examine = valid },
	{ .id = "policy.control-panel",
		.title = "The Control Panel can save what was agreed",
		.why = "an entry that only a cmdlet can make surprises the next who edits it",
		.source =
			"Lync Server 2013, create or edit an XMPP partner configuration",
		.remedy = "set SASL to not-supported, or TLS to required or optional",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_LOW,
		.owner = OWNER_US,
		.examine = control_panel },
	{ .id = "policy.route",
		.title = "The fixed host is one of the published hosts",
		.why = "a fixed host survives every move of the partner",
		.source = "RFC 6120, 3.2.3; Lync Server 2013, ProxyFqdn",
		.remedy = "take the fixed host away and let DNS decide, or correct it",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_US,
		.examine = policy_route },
	{ .id = "policy.tls.mismatch",
		.title = "TLS is as agreed",
		.why = "either there is no connection, or it is weaker than it could be",
		.source = "RFC 6120, 5.3.1; RFC 9325, 3.2; " TABLE,
		.remedy =
			"set TLS for this partner to what it really does, and to required as "
			"soon as that works",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_BOTH,
		.after = { "policy.valid", "reach.any" },
		.examine = tls_mismatch },
	{ .id = "policy.sasl.mismatch",
		.title = "SASL is as agreed",
		.why = "required SASL never connects with a partner without mutual TLS",
		.source = "XEP-0178, 3; " TABLE,
		.remedy =
			"agree with the partner on certificates and authorities for mutual "
			"TLS, or set SASL to optional with dialback on",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_BOTH,
		.after = { "policy.valid", "reach.any", "policy.tls.mismatch" },
		.examine = sasl_mismatch },
	{ .id = "policy.dialback.mismatch",
		.title = "Dialback is as agreed",
		.why = "a second way that does not exist is noticed when the first one breaks",
		.source = "XEP-0220, 2.4; " TABLE,
		.remedy = "ask the partner to enable dialback, or switch it off for this "
			  "partner and rely on certificates",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_BOTH,
		.after = { "policy.valid", "reach.any", "policy.tls.mismatch" },
		.examine = dialback_mismatch },
	{ .id = "policy.method",
		.title = "A method is left in both directions",
		.why = "it tells whether the two servers will connect, and how",
		.source = TABLE "; XEP-0238",
		.remedy = "agree with the partner on a method that both sides allow",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_BOTH,
		.blocks = true,
		.after = { "policy.valid", "reach.any", "policy.route" },
		.examine = policy_method },
	{ .id = "policy.partner-type",
		.title = "The partner's type rests on proof",
		.why = "the type decides what the partner's users may do to ours, so it needs "
		       "proof of who they are",
		.source =
			"Lync Server 2013, create or edit an XMPP partner configuration",
		.remedy =
			"use public-unverified for public providers, and federated only for "
			"partners that authenticate by certificate",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_US,
		.after = { "policy.valid", "reach.any" },
		.examine = policy_partner_type },
	{ .id = "policy.domains",
		.title = "The partner's further domains lead to the same servers",
		.why = "each domain is found, and authenticates, by itself",
		.source = "RFC 6120, 3.2.4; Lync Server 2013, AdditionalDomains",
		.remedy =
			"ask the partner whether the domain is still theirs, or make it a "
			"partner of its own",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_BOTH,
		.after = { "dns.srv.answer" },
		.examine = policy_domains },
	{ .id = "policy.allowed",
		.title = "The partner admits our domain",
		.why = "many companies federate with listed domains only; nothing technical "
		       "helps then",
		.source = "RFC 6120, 4.9.3.12, 4.9.3.14",
		.remedy =
			"ask the partner to add your domain to the domains that it allows",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "tcp.connect" },
		.examine = policy_allowed },
	{ .id = "policy.timers",
		.title = "The gateway's limits of time and number suffice",
		.why = "dead hosts and a slow dialback easily exceed the time for a stream",
		.source =
			"Lync Server 2013, Set-CsXmppGatewayConfiguration; XEP-0478, 3.1",
		.remedy =
			"have dead hosts removed first; then raise the limit, or lower the "
			"keep-alive interval",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_LOW,
		.owner = OWNER_US,
		.after = { "reach.any" },
		.examine = policy_timers },
	{ 0 }
};
