/* The causes before the first byte of XMPP: ourselves, DNS, ports and the network; and
 * those of a part of the endpoints, which come last of all. */
#include "checks/cause.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/progress.h"
#include "checks/srv.h"
#include "checks/verdict.h"

/* --- the facts behind the rows ----------------------------------------------------- */

struct connects {
	int fine, refused, timed_out, no_network, other;
};

static struct connects
count_connects(const struct partner *partner)
{
	struct connects n = { 0 };

	for (unsigned i = 1; i <= journal_size(partner->journal); i++) {
		const struct observation *o = journal_at(partner->journal, i);
		const struct connect_fact *fact = o->fact;

		if (o->kind != FACT_CONNECT || !text_same(o->probe, "session"))
			continue;
		if (fact->failure == CONNECT_FINE)
			n.fine++;
		else if (fact->failure == CONNECT_REFUSED)
			n.refused++;
		else if (fact->failure == CONNECT_TIMED_OUT)
			n.timed_out++;
		else if (fact->failure == CONNECT_NET_UNREACHABLE)
			n.no_network++;
		else
			n.other++;
	}
	return n;
}

/* Our own kernel knows no way to any of the addresses. */
static bool
has_no_route(const struct partner *partner)
{
	struct connects n = count_connects(partner);

	return n.no_network > 0 && n.fine + n.refused + n.timed_out + n.other == 0;
}

/* Silence everywhere: a firewall in front of it, or no host at all. */
static bool
all_time_out(const struct partner *partner)
{
	struct connects n = count_connects(partner);

	return n.timed_out > 0 && n.fine == 0 && n.refused == 0;
}

static bool
none_connects(const struct partner *partner)
{
	return count_connects(partner).fine == 0;
}

static bool
none_works(const struct partner *partner)
{
	return !verdict_reaches(partner);
}

/* To the servers that go by the rules there is at most the domain's own address. */
static bool
no_record_leads(const struct partner *partner)
{
	return srv_is_absent(partner->arena, partner, MODE_STARTTLS) &&
	       srv_is_absent(partner->arena, partner, MODE_DIRECT);
}

/* Of no host it is said that it has no address: there was no proper answer. */
static bool
no_host_is_denied(const struct partner *partner)
{
	size_t count;
	const char **host = endpoint_hosts(partner->arena, partner, &count);

	for (size_t i = 0; i < count; i++)
		if (answer_is_clean(dns_read(partner->journal, DNS_A, host[i])) &&
			answer_is_clean(dns_read(partner->journal, DNS_AAAA, host[i])))
			return false;
	return count > 0;
}

/* A stream error without a stream around it is a word of XMPP all the same. */
static bool
has_no_word(struct inquiry *q)
{
	return attempt_header(q, attempt_first(q)) == NULL && cite(q, FACT_ERROR) == NULL;
}

/* RFC 7301, 3.2: no_application_protocol. */
static bool
refuses_protocol(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_TLS);

	return o != NULL && ((const struct tls_fact *)o->fact)->alert == 120 + 1;
}

/* Nothing connects by this family, although the same host does by the other. */
static bool
is_family_dead(struct inquiry *q)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);
	bool ipv6 = q->endpoint->ipv6;

	if (progress_has_route(q, ipv6))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct observation *o = cite_at(q, &list[i], FACT_CONNECT, 0);

		if (o != NULL && o->outcome == OUTCOME_OK &&
			text_same_name(list[i].target, q->endpoint->target))
			return true;
	}
	return false;
}

static bool
is_ipv6_dead(struct inquiry *q)
{
	return q->endpoint->ipv6 && is_family_dead(q);
}

static bool
is_ipv4_dead(struct inquiry *q)
{
	return !q->endpoint->ipv6 && is_family_dead(q);
}

/* Only an answer shows that our own packets of that family travel. */
static bool
is_refused(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_CONNECT);

	return o != NULL &&
	       ((const struct connect_fact *)o->fact)->failure == CONNECT_REFUSED;
}

/* --- the rows --------------------------------------------------------------------- */

#define NETWORK "tcp.", "reach.", "dns.fallback.address", "stream.header.received"

const struct cause_row cause_network[] = {
	{ .id = "cause.own.network",
		.say = "the resolver of this host is dead or not to be believed",
		.remedy = "repair the resolver of this host, or name another one with "
			  "--resolver; no partner can be judged until then",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "own.resolver" },
		.least = STATUS_FAIL,
		.explains = { "own.resolver", "dns.", "dnssec.", "reach.", "tcp." },
		.spoils_all = true },
	{ .id = "cause.own.network",
		.say = "this host does not let us out",
		.remedy =
			"allow the connection on this host: its packet filter, its routes, or "
			"the confinement of this program forbid it",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "own.egress" },
		.least = STATUS_FAIL,
		.explains = { "reach.", "tcp." },
		.spoils_all = true },
	{ .id = "cause.own.clock",
		.say = "the clock of this host is wrong, so no date can be judged",
		.remedy = "enable time synchronisation on this host",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "own.clock" },
		.least = STATUS_FAIL,
		.explains = { "cert.date.", "cert.chain.expired-member",
			"dnssec.signature.", "tls.ocsp.", "own.certificate.usage" },
		.spoils_all = true },
	{ .id = "cause.own.network",
		.say = "this host cannot reach any address of the domain",
		.remedy =
			"run from a host that has a route for the address family of the "
			"server",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "reach.any" },
		.least = STATUS_SKIP,
		.also = has_no_route },
	{ .id = "cause.dns.expired-domain",
		.say = "the domain does not exist in DNS",
		.remedy =
			"check the spelling of the domain, its registration and its delegation",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dns.domain.exists" },
		.least = STATUS_FAIL,
		.explains = { "dns.", "dnssec.", "own.srv.", NETWORK } },
	{ .id = "cause.dns.dnssec-bogus",
		.say = "the DNSSEC signatures of the domain do not hold, so validating partners "
		       "cannot find it",
		.remedy =
			"sign the zone again, or correct the DS record at the registrar",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dnssec.state" },
		.least = STATUS_FAIL,
		.explains = { "dnssec.", "dns.", NETWORK } },
	{ .id = "cause.dns.no-service-declared",
		.say = "the domain declares by DNS that it offers no federation",
		.remedy =
			"if federation is wanted, replace the SRV record whose target is a "
			"single dot",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dns.srv.root-target" },
		.least = STATUS_FAIL,
		.explains = { "dns.", "own.srv.", NETWORK } },
	{ .id = "cause.dns.no-answer",
		.say = "the name servers of the domain give no proper answer",
		.remedy =
			"test the zone's name servers; the answer is neither a record nor a "
			"clean \"there is none\"",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dns.srv.answer" },
		.least = STATUS_FAIL,
		.explains = { "dns.", "dnssec.", NETWORK } },
	{ .id = "cause.dns.no-answer",
		.say = "the name servers of the hosts in the federation record give no proper "
		       "answer",
		.remedy =
			"test the name servers of the zone that holds the host's addresses",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "dns.srv.target-resolves" },
		.least = STATUS_FAIL,
		.also = no_host_is_denied,
		.explains = { "dns.srv.target-", "dns.address.", NETWORK } },
	{ .id = "cause.dns.wrong-label",
		.say = "the record for federation stands under a wrong name",
		.remedy = "rename the record to _xmpp-server._tcp.<domain>",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dns.srv.misplaced" },
		.least = STATUS_FAIL,
		.also = no_record_leads,
		.explains = { "dns.srv.present", "dns.address.", "own.srv.", NETWORK },
		.spoils_all = true },
	{ .id = "cause.dns.wrong-label",
		.say = "only the record for direct TLS exists, which many servers never look up",
		.remedy = "publish _xmpp-server._tcp beside _xmpps-server._tcp",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dns.srvs.only" },
		.least = STATUS_WARN,
		.explains = { "dns.srvs.only", "dns.srv.present", "dns.srv.misplaced",
			"dns.fallback.address" } },
	{ .id = "cause.dns.no-record",
		.say = "there is no federation record, and no XMPP server for the domain at its "
		       "own address",
		.remedy =
			"publish _xmpp-server._tcp with the host that accepts federation and "
			"port 5269",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dns.srv.present" },
		.least = STATUS_FAIL,
		.explains = { "dns.srv.", "dns.fallback.address", "dns.address.",
			"own.srv.", "direct.swapped", "stream.host.served",
			"stream.error.received", NETWORK },
		.spoils_all = true },
	{ .id = "cause.dns.bad-target",
		.say = "the federation record points to a name or address that outsiders cannot "
		       "use",
		.remedy =
			"let the SRV record name a host that has public addresses; if you "
			"mean a network of your own, say so with --resolver or --connect",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "dns.srv.target-resolves", "dns.srv.target-name",
			"dns.srv.target-is-cname", "dns.address.public" },
		.least = STATUS_FAIL,
		.also = none_connects,
		.explains = { "dns.srv.", "dns.address.", NETWORK } },
	{ .id = "cause.port.modes-swapped",
		.say = "the ports for STARTTLS and for direct TLS are exchanged in DNS",
		.remedy =
			"publish the direct-TLS port under _xmpps-server and the STARTTLS port "
			"under _xmpp-server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "direct.swapped" },
		.least = STATUS_FAIL,
		/* What listens for TLS closes on a stream header without a word. */
		.explains = { "direct.", "dns.srv.port", "tls.handshake", "reach.",
			"tcp.early-close", "tcp.wrong-protocol",
			"stream.header.received" },
		.spoils_all = true },
	{ .id = "cause.port.other-service",
		.say = "the record leads to another service than the server-to-server port",
		.remedy = "let the SRV record, or the port forwarding, lead to the "
			  "server-to-server listener",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "tcp.wrong-protocol", "stream.header.namespace" },
		.least = STATUS_FAIL,
		.explains = { "stream.", "starttls.", "sasl.", "dialback.",
			"tls.handshake", "tls.client-cert.requested", "direct.",
			"dns.srv.port", NETWORK } },
	{ .id = "cause.port.other-service",
		.say = "the TLS listener on the port does not know the protocol of XMPP servers",
		.remedy =
			"teach the TLS multiplexer the protocol id \"xmpp-server\", and let "
			"it lead to the server-to-server listener",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "tls.handshake" },
		.least = STATUS_FAIL,
		.at = refuses_protocol,
		.explains = { "tls.handshake", "direct.", "reach." } },
	{ .id = "cause.net.blocked",
		.say = "packets to the server are dropped on the way: no connection, and no "
		       "refusal",
		.remedy =
			"open the port inbound in the firewall and in the NAT before the server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "tcp.connect" },
		.least = STATUS_FAIL,
		.also = all_time_out,
		.explains = { NETWORK } },
	{ .id = "cause.net.server-down",
		.say = "the host is there, but nothing listens on the port",
		.remedy = "start the XMPP server, or bind it to the address in DNS",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "tcp.connect" },
		.least = STATUS_FAIL,
		.also = none_works,
		.at = is_refused,
		.explains = { "tcp.connect", "reach.", "dns.fallback.address",
			"own.listener.local" },
		.spoils_all = true },
	{ .id = "cause.net.unreachable",
		.say = "the network cannot carry packets to the server",
		.remedy = "check routing and filters towards the addresses in DNS",
		.owner = OWNER_NETWORK,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "tcp.connect" },
		.least = STATUS_FAIL,
		.also = none_connects,
		.explains = { NETWORK } },
	{ .id = "cause.net.proxy-without-backend",
		.say = "something accepts the connection, but no XMPP server speaks behind it",
		.remedy =
			"look at the server and at the proxy or load balancer before it: no "
			"live backend, or our address is blocked",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.when = { "tcp.early-close", "stream.header.received" },
		.least = STATUS_FAIL,
		.also = none_works,
		.at = has_no_word,
		.explains = { NETWORK, "direct.handshake" } },
	{ 0 }
};

const struct cause_row cause_partial[] = {
	{ .id = "cause.net.family-dead",
		.say = "the IPv6 addresses do not work, and IPv4 does",
		.remedy =
			"let the server listen on IPv6 and open the firewall for it, or "
			"withdraw the AAAA records",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "tcp.connect" },
		.least = STATUS_FAIL,
		.at = is_ipv6_dead,
		.proven = is_refused,
		.explains = { NETWORK } },
	{ .id = "cause.net.family-dead",
		.say = "the IPv4 addresses do not work, and IPv6 does",
		.remedy =
			"let the server listen on IPv4 and open the firewall for it, or "
			"withdraw the A records",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "tcp.connect" },
		.least = STATUS_FAIL,
		.at = is_ipv4_dead,
		.proven = is_refused,
		.explains = { NETWORK } },
	{ .id = "cause.net.partial",
		.say = "some of the published endpoints do not work",
		.remedy = "repair the hosts and addresses named, or take them out of DNS",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.when = { "tcp.connect", "tcp.early-close", "stream.header.received" },
		.least = STATUS_FAIL,
		.explains = { NETWORK, "direct.handshake", "dns.srv.order" } },
	{ 0 }
};
