/* The checks of DNS: whether the domain is one, whether it says where its server is, and
 * whether outsiders can use what it says. What stands in the SRV records is looked at in
 * srv.c and target.c. */
#include "checks/check.h"

#include "base/text.h"
#include "checks/fallback.h"
#include "checks/srv.h"

#include <string.h>

/* --- the domain ------------------------------------------------------------------- */

/* What is no domain at all goes no further than the command line (RFC 7622, 3.2). */
static void
name_valid(struct inquiry *q)
{
	const struct domain *domain = &q->partner->domain;
	const char *name = domain->ascii, *tree = domain_reserved(name);

	passed(q, "\"%s\" is a public name", name);
	if (tree != NULL && endpoint_may_be_special(q->partner->asked))
		noted(q,
			"\"%s\" is in the reserved tree \"%s\", of a name space of your own",
			name, tree);
	else if (tree != NULL)
		warned(q, "\"%s\" is in the reserved tree \"%s\", unknown to public DNS",
			name, tree);
	if (strchr(name, '.') == NULL)
		warned(q, "\"%s\" is a single label", name);
	if (strchr(name, '_') != NULL)
		warned(q, "\"%s\" has an underscore, which a host name may not have",
			name);
	if (!text_same(domain->unicode, name))
		noted(q, "\"%s\" is \"%s\" in DNS and certificates", domain->unicode,
			name);
}

static bool
is_there(enum dns_answer answer)
{
	return answer == ANSWER_DATA || answer == ANSWER_NODATA;
}

/* "; the closest zone is \"com\"", where the answer tells. */
static const char *
closest_zone(struct inquiry *q, const char *name)
{
	const struct dns_fact *fact = cite_dns(q, DNS_A, name);

	return fact != NULL && fact->zone != NULL
		       ? arena_printf(
				 q->arena, "; the closest zone is \"%s\"", fact->zone)
		       : "";
}

/* RFC 8020: NXDOMAIN for a name holds for everything below it; a server that says
 * otherwise ignores empty non-terminals (RFC 4592, 2.2.2). */
static void
domain_exists(struct inquiry *q)
{
	const char *name = q->partner->domain.ascii;
	struct service service[2];
	enum dns_answer a, aaaa, server, direct;

	if (q->partner->asked->connect_host != NULL) {
		skipped(q, "--connect");
		return;
	}
	srv_look(q, service);
	server = service[MODE_STARTTLS].answer;
	direct = service[MODE_DIRECT].answer;
	a = cite_answer(q, DNS_A, name);
	aaaa = cite_answer(q, DNS_AAAA, name);
	if (is_there(a) || is_there(aaaa))
		return;
	if (a != ANSWER_NXDOMAIN && aaaa != ANSWER_NXDOMAIN) {
		if (!is_there(server) && !is_there(direct))
			skipped(q, "a proper answer");
	} else if (is_there(server) || is_there(direct)) {
		warned(q, "NXDOMAIN for \"%s\", and yet \"%s\" exists below it", name,
			service[is_there(server) ? MODE_STARTTLS : MODE_DIRECT].name);
	} else if (answer_is_bad(server) || answer_is_bad(direct) ||
		   (server == ANSWER_PENDING && direct == ANSWER_PENDING)) {
		skipped(q, "a proper answer for the services");
	} else {
		failed(q, "NXDOMAIN for \"%s\" and for the services below it%s", name,
			closest_zone(q, name));
	}
}

/* --- the services ----------------------------------------------------------------- */

static void
srv_answer(struct inquiry *q)
{
	struct service service[2];
	struct service *server = &service[MODE_STARTTLS], *direct = &service[MODE_DIRECT];

	if (q->partner->asked->connect_host != NULL) {
		skipped(q, "--connect");
		return;
	}
	srv_look(q, service);
	if (server->answer == ANSWER_PENDING && direct->answer == ANSWER_PENDING) {
		skipped(q, "an open question");
		return;
	}
	for (enum mode mode = MODE_STARTTLS; mode <= MODE_DIRECT; mode++) {
		const struct service *s = &service[mode];
		bool only = q->partner->asked->direct_tls || mode == MODE_STARTTLS;

		if (!answer_is_bad(s->answer))
			continue;
		if (only)
			failed(q, "\"%s\": %s", s->name,
				answer_words(q, DNS_SRV, s->name));
		else
			warned(q, "\"%s\": %s", s->name,
				answer_words(q, DNS_SRV, s->name));
	}
}

static void
judge_absence(struct inquiry *q, const struct service service[2])
{
	enum progress progress;
	const char *words;
	const char *absent = arena_printf(q->arena, "there is neither \"%s\" nor \"%s\"",
		service[MODE_STARTTLS].name, service[MODE_DIRECT].name);

	if (service[MODE_DIRECT].declined)
		failed(q, "\"%s\" does not exist, and \"%s\" declares that there is none",
			service[MODE_STARTTLS].name, service[MODE_DIRECT].name);
	else if (!fallback_words(q, &progress, &words))
		warned(q, "%s; the domain's own address was not tried", absent);
	else if (fallback_serves(q))
		warned(q, "%s; %s", absent, words);
	else
		failed(q, "%s; %s", absent, words);
}

static void
srv_present(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	struct service service[2];
	struct service *server = &service[MODE_STARTTLS], *direct = &service[MODE_DIRECT];

	if (asked->connect_host != NULL) {
		noted(q, "a static route to \"%s\" is configured", asked->connect_host);
		return;
	}
	srv_look(q, service);
	if (server->records > 0)
		return;
	if (server->answer == ANSWER_PENDING)
		skipped(q, asked->direct_tls ? "--direct-tls" : "an open question");
	else if (server->declined)
		skipped(q, "dns.srv.root-target");
	else if (answer_is_bad(server->answer) || answer_is_bad(direct->answer))
		skipped(q, "dns.srv.answer");
	else if (direct->records > 0)
		skipped(q, "dns.srvs.only");
	else
		judge_absence(q, service);
}

/* --- the rows --------------------------------------------------------------------- */

const struct check dns_checks[] = {
	{ .id = "dns.name.valid",
		.title = "The domain is a valid and public name",
		.why = "nothing further can be asked of a name that is none; one of a reserved "
		       "tree can never be found by a partner",
		.source = "RFC 7622, 3.2; RFC 6120, 3.2.1; RFC 6761, 6.4",
		.remedy =
			"use a registered, fully qualified domain as the chat domain; write an "
			"international name in either form, but the same in server, DNS and "
			"certificate",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_CRITICAL,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.examine = name_valid },
	{ .id = "dns.domain.exists",
		.title = "The domain exists in DNS",
		.why = "an expired registration or a typing error looks like this, and explains "
		       "everything after it",
		.source = "RFC 8020; RFC 2782; RFC 4592, 2.2.2",
		.remedy =
			"check the spelling of the domain, and that its registration and "
			"delegation are in force",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_CRITICAL,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.name.valid" },
		.examine = domain_exists },
	{ .id = "dns.srv.answer",
		.title = "The questions for service records are answered",
		.why = "no answer is not \"no record\": servers differ in what they do then, so "
		       "the outcome is luck",
		.source = "RFC 6120, 3.2.1; RFC 8914, 4; RFC 7673, 3.1",
		.remedy =
			"test the name servers and the DNSSEC signatures of the zone: it does "
			"not answer properly for service records",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.domain.exists" },
		.examine = srv_answer },
	{ .id = "dns.srv.present",
		.title = "A record for federation exists",
		.why = "without it only a server on the domain's own address works, and moving "
		       "the web site breaks chat",
		.source = "RFC 6120, 3.2.1, 3.2.2; RFC 2782",
		.remedy =
			"publish _xmpp-server._tcp.<domain>. SRV 0 0 5269 <host>., where the "
			"host is the one that accepts federation",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.domain.exists", "dns.srv.answer" },
		.examine = srv_present },
	{ .id = "dns.srv.root-target",
		.title = "The domain does not declare that it has no service",
		.why = "a deliberate \"no service\" is no fault to hunt for; beside real targets "
		       "it makes servers differ",
		.source = "RFC 2782; RFC 6120, 3.2.1 (3); XEP-0368, 5",
		.remedy =
			"if federation is wanted, remove the record whose target is a single "
			"dot; if not, tell the partner that this domain does not federate",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.domain.exists" },
		.examine = srv_root_target },
	{ .id = "dns.srv.owner-alias",
		.title = "The service name is no alias",
		.why = "it is legal, but every zone on the chain must be alive and signed, and "
		       "somebody else may hold its end",
		.source = "RFC 2782; RFC 7673, 3.1",
		.remedy =
			"replace the alias on the service name by the SRV records themselves, or "
			"make sure that the provider behind it still serves you",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srv_owner_alias },
	{ .id = "dns.srv.target-is-cname",
		.title = "The SRV target is no alias",
		.why = "SRV forbids it: most servers follow it, some resolvers and gateways do "
		       "not",
		.source = "RFC 2782; RFC 7671, 7",
		.remedy =
			"put the host name that has the A and AAAA records into the SRV record "
			"in place of the alias",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srv_target_is_cname },
	{ .id = "dns.srv.target-resolves",
		.title = "Every SRV target has an address",
		.why = "the record forbids falling back to the domain itself, so the attempt ends "
		       "here",
		.source = "RFC 6120, 3.2.1 (8), (9); RFC 7673, 3.1",
		.remedy =
			"create the missing address record for the host named in the SRV "
			"record, or remove that SRV record",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.domain.exists" },
		.examine = srv_target_resolves },
	{ .id = "dns.srv.target-name",
		.title = "The SRV target is a public host name",
		.why = "a name without final dot in a zone file gets the zone's name appended: "
		       "the classic error",
		.source = "RFC 2782; RFC 1035, 5.1",
		.remedy = "end the target name with a dot in the zone file "
			  "(xmpp.example.com.), and use a host name, never an address",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srv_target_name },
	{ .id = "dns.srv.port",
		.title = "The service is on its usual port",
		.why = "SRV lets the port vary, firewalls between companies do not",
		.source = "RFC 6120, 14.7; RFC 2782; XEP-0368, 3",
		.remedy =
			"publish port 5269 for server federation, and a different port for "
			"direct TLS",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srv_port },
	{ .id = "dns.srv.order",
		.title = "Priorities and weights make sense",
		.why = "a backup that is never chosen is never exercised, and nobody notices that "
		       "it is dead",
		.source = "RFC 2782; XEP-0368, 3; XEP-0495, 4.1",
		.remedy =
			"remove duplicates, and give a backup a higher priority number instead "
			"of weight 0",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srv_order },
	{ .id = "dns.srv.wildcard",
		.title = "No wildcard answers for domains that nobody hosts",
		.why = "partners knock for domains that the server does not host, and are told "
		       "so only there",
		.source = "RFC 4592, 4.5",
		.remedy =
			"replace the wildcard by records for the domains that really chat",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srv_wildcard },
	{ .id = "dns.srv.ttl",
		.title = "Records live neither too long nor too short",
		.why = "a wrong record with a month of TTL outlives its repair; a very short one "
		       "makes each stream a load on DNS",
		.source = "RFC 7671, 8.1",
		.remedy =
			"use an hour to a day, and lower it to five minutes the day before a "
			"move",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srv_ttl },
	{ .id = "dns.srv.misplaced",
		.title = "No record stands under a wrong name",
		.why = "it turns \"the record is missing\" into \"you published this one "
		       "instead\"",
		.source = "RFC 6120, 3.2.1, 14.7",
		.remedy = "rename the record to _xmpp-server._tcp.<domain>",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srv_misplaced },
	{ .id = "dns.srvs.present",
		.title = "A record for direct TLS exists",
		.why = "direct TLS is an addition; where both exist it is the better one, since "
		       "nothing can be stripped",
		.source = "XEP-0368, 3; RFC 9325, 3.2",
		.remedy = "optionally publish _xmpps-server._tcp for a direct-TLS port",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srvs_present },
	{ .id = "dns.srvs.only",
		.title = "Direct TLS is not the only record",
		.why = "gateways of the Lync generation, jabberd2 and others do not know direct "
		       "TLS and find nothing",
		.source = "XEP-0368, 3, 5",
		.remedy =
			"add the plain _xmpp-server._tcp record beside the one for direct TLS",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = srvs_only },
	{ .id = "dns.fallback.address",
		.title = "Nothing depends on the domain's own address",
		.why = "it is all that servers have when there is no record, and goes with the "
		       "next move of the web site",
		.source = "RFC 6120, 3.2.1 (9), 3.2.2; XEP-0495, 4.4",
		.remedy =
			"publish SRV records that name the right host; the domain's own address "
			"is no lasting place for the server",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.domain.exists", "dns.srv.answer" },
		.examine = fallback_address },
	{ .id = "dns.subdomains",
		.title = "The additional domains can be found",
		.why = "group chat from outside needs a stream of its own to its domain, which is "
		       "forgotten more often than the main one",
		.source = "RFC 6120, 3.2.4",
		.remedy =
			"publish _xmpp-server._tcp records for each further domain that remote "
			"users must reach, and cover it by a certificate",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.examine = subdomains },
	{ .id = "dns.address.public",
		.title = "The addresses can be reached from outside",
		.why = "partners cannot route to an inside address, and we do not knock at one "
		       "without being told to",
		.source = "RFC 6890; the IANA special-purpose address registries",
		.remedy =
			"publish the outside address of the edge host in public DNS, and keep "
			"the inside address in the internal zone only",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.domain.exists" },
		.examine = address_public },
	{ .id = "dns.address.families",
		.title = "There are IPv4 and IPv6 addresses",
		.why = "most partners speak IPv4, some prefer IPv6",
		.source = "XEP-0495, 3",
		.remedy = "add an IPv4 address if partners without IPv6 must reach you",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = address_families },
	{ .id = "dns.caa",
		.title = "DNS permits the authority that issued the certificate",
		.why = "a renewal that fails in silence is the expiry of two months later",
		.source = "RFC 8659, 3, 4",
		.remedy =
			"add the certificate authority in use to the CAA records before the next "
			"renewal",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = authorization },
	{ 0 },
};
