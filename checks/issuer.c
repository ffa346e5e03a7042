/* Who issued the certificate: whether DNS permits that authority to do it again, and
 * whether it logged what it issued. Both need to know the authorities that serve the
 * public; of one that is not in the table nothing is claimed. */
#include "base/text.h"
#include "checks/attempt.h"
#include "checks/cert.h"
#include "checks/srv.h"
#include "model/name.h"

#include <string.h>

enum { AUTHORITY_NAMES = 3, AUTHORITY_IDENTIFIERS = 9, MAX_PROPERTIES = 256 };

/* The organisation in the names of its issuing certificates, and the domain names that it
 * takes for itself in CAA records, as each states them in its practice statement. */
struct authority {
	const char *organization[AUTHORITY_NAMES], *identifier[AUTHORITY_IDENTIFIERS];
};

static const struct authority authorities[] = {
	{ { "Actalis S.p.A." }, { "actalis.it" } },
	{ { "Amazon" },
		{ "amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com" } },
	{ { "Asseco Data Systems S.A.", "Unizeto Technologies S.A." },
		{ "certum.pl", "certum.eu" } },
	{ { "Buypass AS-983163327" }, { "buypass.com", "buypass.no" } },
	{ { "DigiCert Inc", "DigiCert, Inc." },
		{ "digicert.com", "www.digicert.com", "symantec.com", "geotrust.com",
			"thawte.com", "rapidssl.com", "digitalcertvalidation.com" } },
	{ { "GlobalSign nv-sa" }, { "globalsign.com" } },
	{ { "GoDaddy.com, Inc.", "Starfield Technologies, Inc." },
		{ "godaddy.com", "starfieldtech.com" } },
	{ { "Google Trust Services", "Google Trust Services LLC" }, { "pki.goog" } },
	{ { "Hellenic Academic and Research Institutions CA" }, { "harica.gr" } },
	{ { "Let's Encrypt" }, { "letsencrypt.org" } },
	{ { "SSL Corporation", "SSL Corp" }, { "ssl.com" } },
	{ { "Sectigo Limited", "COMODO CA Limited", "ZeroSSL" },
		{ "sectigo.com", "comodo.com", "comodoca.com", "usertrust.com",
			"trust-provider.com" } },
	{ { "SwissSign AG" }, { "swisssign.com" } },
};

enum { AUTHORITIES = sizeof authorities / sizeof authorities[0] };

static bool
is_among(const char *name, const char *const *list, size_t most)
{
	for (size_t i = 0; i < most && list[i] != NULL; i++)
		if (text_same_name(list[i], name))
			return true;
	return false;
}

/* NULL for one that is not in the table. */
static const struct authority *
find_authority(const char *organization)
{
	for (size_t i = 0; i < AUTHORITIES; i++)
		if (is_among(organization, authorities[i].organization, AUTHORITY_NAMES))
			return &authorities[i];
	return NULL;
}

static bool
has_identifier(const struct authority *authority, const char *identifier)
{
	return is_among(identifier, authority->identifier, AUTHORITY_IDENTIFIERS);
}

static bool
is_known(const char *identifier)
{
	for (size_t i = 0; i < AUTHORITIES; i++)
		if (has_identifier(&authorities[i], identifier))
			return true;
	return false;
}

/* --- authorization ---------------------------------------------------------------- */

/* What a set of CAA records says of certificates without a wildcard. */
struct permission {
	const char *name;     /* where the set stands */
	bool restricts;       /* there is an `issue` */
	const char *critical; /* the tag of a property that nobody can obey */
	const char **identifier;
	size_t identifiers;
	size_t strangers; /* of them, those of no authority in the table */
};

/* RFC 8659, 4.2: a domain name before the parameters, or nothing for "nobody". */
static const char *
issuer_of(struct arena *arena, const char *value)
{
	size_t length;

	value += strspn(value, " \t");
	length = strcspn(value, ";");
	while (length > 0 && strchr(" \t", value[length - 1]) != NULL)
		length--;
	return arena_text(arena, value, length);
}

static void
add_issuer(struct inquiry *q, struct permission *p, const char *value)
{
	const char *identifier = issuer_of(q->arena, value);

	p->restricts = true;
	if (*identifier == '\0')
		return;
	p->identifier = arena_grow(
		q->arena, p->identifier, p->identifiers, sizeof *p->identifier);
	p->identifier[p->identifiers++] = identifier;
	p->strangers += !is_known(identifier);
}

static void
read_permission(struct inquiry *q, struct permission *p)
{
	/* RFC 8659, 4; RFC 9495; the CA/Browser Forum's contacts. */
	static const char *const tags[] = { "issue", "issuewild", "iodef", "issuemail",
		"issuevmc", "contactemail", "contactphone" };
	const struct dns_record **record;
	size_t records;

	record = dns_records(q->arena, q->partner->journal, DNS_CAA, p->name,
		MAX_PROPERTIES, &records);
	for (size_t i = 0; i < records; i++) {
		const char *tag = record[i]->tag;

		if (tag == NULL)
			continue;
		if (text_same_name(tag, "issue"))
			add_issuer(q, p, record[i]->value ? record[i]->value : "");
		else if (record[i]->critical &&
			 !is_among(tag, tags, sizeof tags / sizeof tags[0]))
			p->critical = tag;
	}
}

/* An authority may know more names for itself than we do: only when every name in the set
 * is another's for certain is the one in use shut out. */
static void
judge_issuer(struct inquiry *q, const struct permission *p,
	const struct certificate_fact *leaf)
{
	const char *organization = leaf->issuer_organization;
	const struct authority *authority = find_authority(organization);
	const char *permitted =
		p->identifiers ? say_some(q, p->identifier, p->identifiers) : "nobody";

	for (size_t i = 0; authority != NULL && i < p->identifiers; i++)
		if (has_identifier(authority, p->identifier[i])) {
			passed(q, "the CAA records of \"%s\" permit \"%s\"", p->name,
				organization);
			return;
		}
	if (authority != NULL && p->strangers == 0)
		warned(q,
			"the certificate is from \"%s\", and the CAA records of \"%s\" permit %s",
			organization, p->name, permitted);
	else
		noted(q,
			"the CAA records of \"%s\" permit %s; whether that is the issuer, "
			"\"%s\", cannot be told",
			p->name, permitted, leaf->issuer ? leaf->issuer : "");
}

/* Another name in the certificate, or a wildcard above, has a set of its own. */
static bool
is_for_domain(struct inquiry *q, const struct certificate_fact *leaf)
{
	return leaf != NULL && !leaf->malformed &&
	       (name_identities(q->arena, leaf, q->partner->domain.ascii) & IDENTITY_DNS);
}

/* The leaf of endpoint i, when it is for the domain and no earlier endpoint's is from the
 * same issuer. */
static const struct certificate_fact *
new_leaf(struct inquiry *q, const struct endpoint *list, size_t i)
{
	const struct certificate_fact *leaf = cite_certificate_at(q, &list[i], 0), *other;

	if (!is_for_domain(q, leaf))
		return NULL;
	for (size_t k = 0; k < i; k++) {
		other = cite_certificate_at(q, &list[k], 0);
		if (is_for_domain(q, other) && text_same(other->issuer, leaf->issuer))
			return NULL;
	}
	return leaf;
}

static void
judge_permission(struct inquiry *q, const struct permission *p)
{
	size_t count, leaves = 0;
	const struct endpoint *list = all_endpoints(q, &count);

	/* RFC 8659, 4.1. */
	if (p->critical != NULL) {
		remedy(q,
			"take the property out of the CAA records, or its critical flag");
		warned(q,
			"the CAA records of \"%s\" have the critical property \"%s\", which "
			"stops every authority that does not know it",
			p->name, p->critical);
	}
	if (!p->restricts) {
		noted(q, "the CAA records of \"%s\" restrict nobody", p->name);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct certificate_fact *leaf = new_leaf(q, list, i);

		if (leaf == NULL)
			continue;
		judge_issuer(q, p, leaf);
		leaves++;
	}
	if (leaves == 0)
		skipped(q, "a certificate that names the domain");
}

/* RFC 8659, 3: the closest set holds. */
void
authorization(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	const char *domain = q->partner->domain.ascii;
	struct permission p = { 0 };
	enum dns_answer answer;

	if (asked->connect_host != NULL) {
		skipped(q, "--connect");
		return;
	}
	p.name = dns_climb(q->partner->journal, DNS_CAA, domain, &answer);
	for (const char *at = domain; at <= p.name; at += strcspn(at, ".") + 1)
		cite_dns(q, DNS_CAA, at);
	if (answer == ANSWER_DATA) {
		read_permission(q, &p);
		judge_permission(q, &p);
	} else if (answer_is_clean(answer)) {
		noted(q, "no CAA record says who may issue certificates for \"%s\"",
			domain);
	} else if (answer == ANSWER_PENDING) {
		skipped(q, asked->depth == DEPTH_QUICK ? "--depth standard"
						       : "a certificate");
	} else {
		skipped(q, "a proper answer");
	}
}

/* --- transparency ----------------------------------------------------------------- */

void
transparency(struct inquiry *q)
{
	const struct tls_fact *f = cert_handshake(q);
	const struct certificate_fact *leaf = cert_leaf(q);

	if (!cert_is_issued(q))
		return;
	if (leaf->scts > 0)
		noted(q, "it has the word of %d log%s", leaf->scts,
			leaf->scts == 1 ? "" : "s");
	else if (f == NULL || !f->trusted || !find_authority(leaf->issuer_organization))
		skipped(q, "a public authority");
	else
		warned(q,
			"it is from the public authority \"%s\", and no word of a log is in it",
			leaf->issuer_organization);
}
