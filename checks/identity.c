/* Whom the certificate names. The identity of an XMPP server is the domain of its users,
 * not the host in the SRV record (RFC 6120, 13.7.2.1), and the strictest partner decides
 * whether a name is good. */
#include "checks/cert.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "model/name.h"

#include <string.h>

enum { MANY_NAMES = 50 }; /* shared hosting */

static const char *
domain_of(const struct inquiry *q)
{
	return q->partner->domain.ascii;
}

static unsigned
identities(struct inquiry *q, const struct certificate_fact *leaf)
{
	return name_identities(q->arena, leaf, domain_of(q));
}

/* --- words ------------------------------------------------------------------------ */

/* Every kind of name in the certificate. */
static const char *
say_all_names(struct inquiry *q, const struct certificate_fact *leaf)
{
	const struct {
		const char *words, *const *name;
		size_t names;
	} kind[] = {
		{ "", leaf->dns_name, leaf->dns_names },
		{ "SRV-ID ", leaf->srv_name, leaf->srv_names },
		{ "XmppAddr ", leaf->xmpp_address, leaf->xmpp_addresses },
		{ "", leaf->other_name, leaf->other_names },
		{ "common name ", &leaf->common_name, leaf->common_name != NULL },
	};
	const char *list = "";
	/* The common name is of interest only where there is nothing else. */
	size_t kinds = sizeof kind / sizeof kind[0] - leaf->has_names;

	for (size_t i = 0; i < kinds; i++)
		if (kind[i].names > 0)
			list = arena_printf(q->arena, "%s%s%s%s", list, *list ? ", " : "",
				kind[i].words, say_some(q, kind[i].name, kind[i].names));
	return *list ? list : "nothing";
}

static const char *
say_identities(struct inquiry *q, unsigned found)
{
	static const struct {
		unsigned bit;
		const char *words;
	} kind[] = { { IDENTITY_WILDCARD, "a wildcard" }, { IDENTITY_SRV, "an SRV-ID" },
		{ IDENTITY_XMPP, "an XmppAddr" } };
	const char *list = "";

	for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++)
		if (found & kind[i].bit)
			list = arena_printf(q->arena, "%s%s%s", list,
				*list ? " and " : "", kind[i].words);
	return list;
}

/* --- the match -------------------------------------------------------------------- */

static bool
is_in_common_name_only(struct inquiry *q, const struct certificate_fact *leaf)
{
	return identities(q, leaf) == 0 &&
	       name_is(q->arena, leaf->common_name, domain_of(q));
}

static bool
covers(struct inquiry *q, const struct certificate_fact *leaf, const char *domain)
{
	for (size_t i = 0; i < leaf->dns_names; i++)
		if (name_covers(q->arena, leaf->dns_name[i], domain))
			return true;
	return false;
}

/* The name of the host that the certificate is for, of those by which the endpoint is
 * known in DNS: the target, or what its alias leads to. NULL for none, and when the host
 * is the domain. */
static const char *
covered_host(struct inquiry *q, const struct certificate_fact *leaf)
{
	enum dns_type type = q->endpoint->ipv6 ? DNS_AAAA : DNS_A;
	const char *target = q->endpoint->target, *end = NULL;
	const struct dns_fact *fact;
	int aliases;

	if (target == NULL || text_same_name(target, domain_of(q)))
		return NULL;
	if (covers(q, leaf, target))
		return target;
	fact = cite_dns(q, type, target);
	if (fact != NULL)
		end = dns_canonical(fact, &aliases);
	return end && covers(q, leaf, end) ? end : NULL;
}

/* A name with an asterisk by which somebody may have meant the domain, though it does not
 * cover it; NULL for none. */
static const char *
futile_wildcard(struct inquiry *q, const struct certificate_fact *leaf)
{
	const char *domain = domain_of(q);

	for (size_t i = 0; i < leaf->dns_names; i++) {
		const char *name = leaf->dns_name[i];
		const char *parent = strchr(name, '.');

		if (strchr(name, '*') && parent && domain_is_under(domain, parent + 1) &&
			!name_covers(q->arena, name, domain))
			return name;
	}
	return NULL;
}

static const char *
futile_words(struct inquiry *q, const char *name)
{
	switch (name_wildcard(q->arena, name)) {
	case WILDCARD_PARTIAL:
		return "an asterisk counts only as the whole left-most label";
	case WILDCARD_PUBLIC:
		return "nobody may have a wildcard for all under a public suffix";
	default:
		return text_same_name(name + 2, domain_of(q))
			       ? "the wildcard does not cover the domain itself"
			       : "the wildcard covers exactly one label";
	}
}

static void
judge_wrong_name(struct inquiry *q, const struct certificate_fact *leaf)
{
	const char *names = say_all_names(q, leaf), *domain = domain_of(q);
	const char *futile = futile_wildcard(q, leaf), *host = covered_host(q, leaf);

	if (is_in_common_name_only(q, leaf))
		failed(q, "\"%s\" is the common name only; the alternative names are: %s",
			domain, leaf->has_names ? names : "none");
	else if (futile != NULL)
		failed(q, "it is for %s, and %s", names, futile_words(q, futile));
	else if (host != NULL)
		failed(q, "it is for %s: the server's host, not the domain \"%s\"", names,
			domain);
	else
		failed(q, "it is for %s, not for \"%s\"", names, domain);
}

/* RFC 6120, 13.7.2.1; RFC 9525, 6. */
void
name_match(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);
	unsigned found = leaf ? identities(q, leaf) : 0;

	if (leaf == NULL || found & IDENTITY_DNS)
		return;
	if (leaf->names_cut)
		skipped(q, "the names beyond those that were read");
	else if (found != 0)
		warned(q, "\"%s\" is matched by %s only; the names are: %s", domain_of(q),
			say_identities(q, found), say_all_names(q, leaf));
	else
		judge_wrong_name(q, leaf);
}

/* RFC 9525, 2: the common name is no longer looked at. */
void
name_cn_only(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);

	if (leaf == NULL)
		return;
	if (leaf->names_cut)
		skipped(q, "the names beyond those that were read");
	else if (is_in_common_name_only(q, leaf))
		failed(q, "\"%s\" is the common name; the alternative names are: %s",
			leaf->common_name,
			leaf->has_names ? say_all_names(q, leaf) : "none");
}

/* An additional domain is probed like the primary one, and says so itself. */
void
name_subdomains(struct inquiry *q)
{
	const struct certificate_fact *leaf;

	if (q->partner->role != ROLE_ADDITIONAL) {
		skipped(q, "an additional domain");
		return;
	}
	leaf = cert_leaf(q);
	if (leaf == NULL || identities(q, leaf) != 0)
		return;
	grade(q, SEVERITY_MEDIUM);
	if (leaf->names_cut)
		skipped(q, "the names beyond those that were read");
	else
		warned(q,
			"\"%s\", which belongs to \"%s\", is not covered; the names are: %s",
			domain_of(q), q->partner->primary ? q->partner->primary : "",
			say_all_names(q, leaf));
}

/* RFC 7673, 4.1: when the SRV record is secure, partners that know DANE may take the
 * target for the name to look for. The AD bit is what the resolver says. */
void
name_target_only(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);
	const char *host;
	const struct dns_fact *srv;

	if (leaf == NULL || identities(q, leaf) != 0)
		return;
	if (leaf->names_cut) {
		skipped(q, "the names beyond those that were read");
		return;
	}
	host = covered_host(q, leaf);
	if (host == NULL) {
		skipped(q, "cert.name.match");
		return;
	}
	srv = cite_dns(q, DNS_SRV, srv_name(q->arena, q->endpoint->mode, domain_of(q)));
	if (srv != NULL && srv->authenticated)
		warned(q,
			"it is for the host \"%s\"; the resolver calls the SRV record "
			"authentic, so partners that know DANE may accept that, and no others",
			host);
	else
		failed(q, "it is for the host \"%s\", and not for \"%s\"", host,
			domain_of(q));
}

/* RFC 9525, 6.3. A wildcard beside the domain's own name is of no account. */
void
name_wildcard_only(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);
	unsigned found = leaf ? identities(q, leaf) : 0;
	const char *futile = leaf ? futile_wildcard(q, leaf) : NULL;

	if (leaf == NULL || found & IDENTITY_DNS)
		return;
	if (found & IDENTITY_WILDCARD)
		warned(q, "only a wildcard covers \"%s\": %s", domain_of(q),
			say_some(q, leaf->dns_name, leaf->dns_names));
	else if (leaf->names_cut)
		skipped(q, "the names beyond those that were read");
	else if (futile != NULL)
		failed(q, "\"%s\" does not cover \"%s\": %s", futile, domain_of(q),
			futile_words(q, futile));
}

/* --- the kinds of names ----------------------------------------------------------- */

void
san_present(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);

	if (leaf == NULL || leaf->dns_names > 0)
		return;
	if (!leaf->has_names)
		failed(q, "there is no subjectAltName; the subject is %s",
			say_certificate(q, leaf));
	else
		warned(q, "there is no DNS name among them: %s", say_all_names(q, leaf));
}

void
san_dns(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);
	unsigned found = leaf ? identities(q, leaf) : 0;
	const char *host;

	if (leaf == NULL)
		return;
	if (!(found & IDENTITY_DNS)) {
		if (found == 0 || leaf->names_cut)
			skipped(q, "cert.name.match");
		else
			warned(q, "\"%s\" is not among them: it is covered by %s only",
				domain_of(q), say_identities(q, found));
		return;
	}
	host = covered_host(q, leaf);
	if (host != NULL)
		noted(q, "the host \"%s\" is listed as well", host);
	if (leaf->dns_names > MANY_NAMES)
		noted(q, "%zu names share the certificate", leaf->dns_names);
}

/* RFC 4985, 2: "_service.name" in ASCII. */
static bool
is_srv_name(const char *name)
{
	if (name[0] != '_' || strchr(name, '.') == NULL)
		return false;
	for (const char *p = name; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80 || *p == ' ' || *p == '\\')
			return false;
	return true;
}

static const char *
malformed_srv_name(const struct certificate_fact *leaf)
{
	for (size_t i = 0; i < leaf->srv_names; i++)
		if (!is_srv_name(leaf->srv_name[i]))
			return leaf->srv_name[i];
	return NULL;
}

static bool
names_clients_only(struct inquiry *q, const struct certificate_fact *leaf)
{
	for (size_t i = 0; i < leaf->srv_names; i++)
		if (!text_starts(
			    text_lower(q->arena, leaf->srv_name[i]), "_xmpp-client."))
			return false;
	return true;
}

void
san_srv(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);
	unsigned found = leaf ? identities(q, leaf) : 0;

	if (leaf == NULL)
		return;
	if (leaf->srv_names == 0)
		noted(q, "there is none, as usual: public authorities do not issue it");
	else if (malformed_srv_name(leaf) != NULL)
		warned(q, "\"%s\" is not of the form _service.name",
			malformed_srv_name(leaf));
	else if (found & IDENTITY_SRV && !(found & (IDENTITY_DNS | IDENTITY_WILDCARD)))
		warned(q, "no DNS name matches, only %s, which ejabberd does not look at",
			say_some(q, leaf->srv_name, leaf->srv_names));
	else if (names_clients_only(q, leaf))
		warned(q, "they name the service for clients only: %s",
			say_some(q, leaf->srv_name, leaf->srv_names));
	else if (!(found & IDENTITY_SRV))
		noted(q, "they are not for \"%s\": %s", domain_of(q),
			say_some(q, leaf->srv_name, leaf->srv_names));
}

/* Measured: a certificate that holds one ends a session with ejabberd without an answer,
 * good DNS names beside it or not. */
void
san_xmppaddr(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);
	unsigned found = leaf ? identities(q, leaf) : 0;
	const char *names;

	if (leaf == NULL)
		return;
	names = say_some(q, leaf->xmpp_address, leaf->xmpp_addresses);
	if (leaf->xmpp_addresses == 0)
		noted(q, "there is none, as is best today");
	else if (found == IDENTITY_XMPP && !leaf->names_cut)
		failed(q, "nothing but %s matches, which Prosody and ejabberd refuse",
			names);
	else if (found & IDENTITY_XMPP)
		warned(q,
			"%s stands beside another name that matches, and ejabberd ends the "
			"exchange without an answer",
			names);
	else
		warned(q,
			"%s does not stand for \"%s\", and ejabberd ends the exchange "
			"without an answer",
			names, domain_of(q));
}

/* --- the writing of names --------------------------------------------------------- */

/* Whether text_clean() found a character in it that acts instead of being seen. */
static bool
has_control(const char *name)
{
	for (const char *p = name; (p = strchr(p, '\\')) != NULL; p++) {
		if (text_starts(p, "\\u{") || text_starts(p, "\\x0") ||
			text_starts(p, "\\x1") || text_starts(p, "\\x7f"))
			return true;
	}
	return false;
}

/* What is odd about a DNS name; NULL for nothing. RFC 5280, 4.2.1.6; RFC 9525, 6.3. */
static const char *
oddity(const char *name)
{
	if (domain_is_address(name))
		return "is an address, not a name";
	if (*name == '\0' || strchr(name, ' '))
		return "has a space, or is nothing else";
	if (text_ends(name, "."))
		return "ends with a dot";
	for (const char *p = name; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80 || *p == '\\')
			return "is not ASCII";
		if (*p >= 'A' && *p <= 'Z')
			return "has capitals, which ejabberd takes for another name";
	}
	return NULL;
}

/* One is enough to tell. */
static void
judge_controls(struct inquiry *q, const char *const *name, size_t names)
{
	for (size_t i = 0; i < names; i++)
		if (has_control(name[i])) {
			grade(q, SEVERITY_CRITICAL);
			failed(q,
				"%s holds characters that cannot be seen, as if to pass for "
				"another name",
				say_some(q, &name[i], 1));
			return;
		}
}

void
name_encoding(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);
	int odd = 0;

	if (leaf == NULL)
		return;
	judge_controls(q, leaf->dns_name, leaf->dns_names);
	judge_controls(q, leaf->srv_name, leaf->srv_names);
	judge_controls(q, leaf->xmpp_address, leaf->xmpp_addresses);
	judge_controls(q, leaf->other_name, leaf->other_names);
	for (size_t i = 0; i < leaf->dns_names && odd < MAX_SHOWN; i++)
		if (oddity(leaf->dns_name[i]) != NULL) {
			warned(q, "%s %s", say_some(q, &leaf->dns_name[i], 1),
				oddity(leaf->dns_name[i]));
			odd++;
		}
	if (leaf->names_malformed)
		warned(q,
			"a name in the certificate is of the wrong string type, or cannot "
			"be read");
}
