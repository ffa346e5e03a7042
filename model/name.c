/* The matching of names by RFC 6120, 13.7.1.2.1 and RFC 9525, 6.3: strict, as the strictest
 * partner does it. */
#include "model/name.h"

#include "base/text.h"
#include "model/domain.h"

#include <string.h>

static const char srv_service[] = "_xmpp-server.";

enum wildcard
name_wildcard(struct arena *arena, const char *name)
{
	const char *star = strchr(name, '*');

	if (star == NULL)
		return WILDCARD_NONE;
	if (star != name || star[1] != '.' || star[2] == '\0' || strchr(star + 1, '*'))
		return WILDCARD_PARTIAL;
	return domain_is_public_suffix(text_lower(arena, star + 2)) ? WILDCARD_PUBLIC
								    : WILDCARD_WHOLE;
}

bool
name_covers(struct arena *arena, const char *name, const char *domain)
{
	const char *parent = strchr(domain, '.');

	switch (name_wildcard(arena, name)) {
	case WILDCARD_NONE:
		return text_same_name(name, domain);
	case WILDCARD_WHOLE:
		return parent != NULL && parent != domain &&
		       text_same_name(name + 1, parent);
	default:
		return false;
	}
}

bool
name_is(struct arena *arena, const char *name, const char *domain)
{
	struct domain parsed;

	if (name == NULL)
		return false;
	/* RFC 6120, 13.7.1.4: a JID, so U-labels are what is right in an XmppAddr. */
	return text_same_name(name, domain) ||
	       (domain_parse(arena, name, &parsed) == NULL &&
		       text_same_name(parsed.ascii, domain));
}

/* RFC 4985, 2: "_service.name". */
static bool
srv_covers(struct arena *arena, const char *name, const char *domain)
{
	size_t length = strlen(srv_service);

	return text_starts(text_lower(arena, name), srv_service) &&
	       name_covers(arena, name + length, domain);
}

unsigned
name_identities(struct arena *arena, const struct certificate_fact *certificate,
	const char *domain)
{
	unsigned found = 0;

	for (size_t i = 0; i < certificate->dns_names; i++)
		if (name_covers(arena, certificate->dns_name[i], domain))
			found |= strchr(certificate->dns_name[i], '*') ? IDENTITY_WILDCARD
								       : IDENTITY_DNS;
	for (size_t i = 0; i < certificate->srv_names; i++)
		if (srv_covers(arena, certificate->srv_name[i], domain))
			found |= IDENTITY_SRV;
	for (size_t i = 0; i < certificate->xmpp_addresses; i++)
		if (name_is(arena, certificate->xmpp_address[i], domain))
			found |= IDENTITY_XMPP;
	return found;
}

bool
name_fits(struct arena *arena, const struct certificate_fact *certificate,
	const char *domain)
{
	if (name_identities(arena, certificate, domain) != 0)
		return true;
	/* RFC 6120, 13.7.1.2.1 let the common name count only as a last resort. */
	return certificate->dns_names == 0 && certificate->srv_names == 0 &&
	       certificate->xmpp_addresses == 0 &&
	       name_is(arena, certificate->common_name, domain);
}
