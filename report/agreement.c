/* The policy line of a report for people. */
#include "report/agreement.h"

static const char *
say_whose(struct arena *arena, const struct partner *p)
{
	if (p->role != ROLE_ADDITIONAL)
		return "";
	return arena_printf(arena, "a domain of %s; ", domain_unicode(arena, p->primary));
}

const char *
agreement_words(struct arena *arena, const struct partner *p)
{
	const struct policy *policy = p->policy;
	const struct negotiation *row;

	if (policy == NULL)
		return NULL;
	row = negotiation_of(policy);
	return arena_printf(arena,
		"%s%s; TLS %s, SASL %s, dialback %s: row %d of the table allows %s",
		say_whose(arena, p), partner_type_names[policy->type],
		demand_names[policy->tls], demand_names[policy->sasl],
		policy->dialback == AGREED_TRUE ? "on" : "off", row->row,
		row->methods ? negotiation_methods(arena, row->methods) : "no method");
}

const char *
agreement_rights(struct arena *arena, const struct partner *p)
{
	const struct rights *rights;

	if (p->policy == NULL)
		return NULL;
	rights = rights_of(p->policy->type);
	return arena_printf(arena, "%s; its users may %s, %s, and %s the notes of ours",
		rights->meaning,
		rights->adds_without_consent
			? "add ours as contacts and see their presence unasked"
			: "add ours as contacts and see their presence only with consent",
		rights->writes_without_consent ? "write to them before being a contact"
					       : "write to them only as a contact",
		rights->sees_notes ? "see" : "never see");
}
