/* What was agreed, said on the command line: single settings for the domains that are named
 * there. */
#include "commands/agreed.h"

const char *
agreed_type(struct settings *s, const char *value)
{
	int chosen;
	const char *trouble = options_one_of(s, value, partner_type_names, &chosen);

	s->policy.type = (enum partner_type)chosen;
	s->policy_said |= SAID_TYPE;
	return trouble;
}

const char *
agreed_tls(struct settings *s, const char *value)
{
	int chosen;
	const char *trouble = options_one_of(s, value, demand_names, &chosen);

	s->policy.tls = (enum demand)chosen;
	s->policy_said |= SAID_TLS;
	return trouble;
}

const char *
agreed_sasl(struct settings *s, const char *value)
{
	int chosen;
	const char *trouble = options_one_of(s, value, demand_names, &chosen);

	s->policy.sasl = (enum demand)chosen;
	s->policy_said |= SAID_SASL;
	return trouble;
}

const char *
agreed_dialback(struct settings *s, const char *value)
{
	static const char *const names[] = { "yes", "no", NULL };
	int chosen;
	const char *trouble = options_one_of(s, value, names, &chosen);

	s->policy.dialback = chosen == 0 ? AGREED_TRUE : AGREED_FALSE;
	s->policy_said |= SAID_DIALBACK;
	return trouble;
}
