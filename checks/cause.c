/* Forty failing checks with one cause are one cause. The rows stand in the order of the
 * phases of an attempt: what broke first explains what broke later. A row holds when one
 * of its checks failed; it is kept when it explains something that no earlier row did. */
#include "checks/cause.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { ROW_CHECKS = 4, ROW_EXPLAINS = 12 };

struct row {
	const char *id, *say, *remedy;
	enum owner owner;
	enum confidence confidence;
	enum status least;            /* of the checks in `when`: WARN or FAIL */
	bool everywhere;              /* at every endpoint, not only at some */
	const char *when[ROW_CHECKS]; /* any of them */
	bool (*also)(
		const struct partner *partner); /* a further condition on the facts */
	const char *explains[ROW_EXPLAINS]; /* ids, or beginnings that end with a dot */
};

/* --- the facts behind the rows of the network -------------------------------------- */

struct connects {
	int fine, refused, timed_out, other;
};

static struct connects
count_connects(const struct partner *partner)
{
	struct connects n = { 0 };

	for (unsigned i = 1; i <= journal_size(partner->journal); i++) {
		const struct observation *o = journal_at(partner->journal, i);
		const struct connect_fact *fact = o->fact;

		if (o->kind != FACT_CONNECT)
			continue;
		if (fact->failure == CONNECT_FINE)
			n.fine++;
		else if (fact->failure == CONNECT_REFUSED)
			n.refused++;
		else if (fact->failure == CONNECT_TIMED_OUT)
			n.timed_out++;
		else
			n.other++;
	}
	return n;
}

/* Silence everywhere: a firewall in front of it, or no host at all. */
static bool
all_time_out(const struct partner *partner)
{
	struct connects n = count_connects(partner);

	return n.timed_out > 0 && n.fine == 0 && n.refused == 0;
}

static bool
none_but_refused(const struct partner *partner)
{
	struct connects n = count_connects(partner);

	return n.refused > 0 && n.fine == 0;
}

static bool
none_connects(const struct partner *partner)
{
	return count_connects(partner).fine == 0;
}

static bool
some_alert(const struct partner *partner, const int *alert)
{
	for (unsigned i = 1; i <= journal_size(partner->journal); i++) {
		const struct observation *o = journal_at(partner->journal, i);
		const struct tls_fact *fact = o->fact;

		if (o->kind != FACT_TLS || fact->completed)
			continue;
		for (size_t k = 0; alert[k] >= 0; k++)
			if (fact->alert == alert[k] + 1)
				return true;
	}
	return false;
}

/* handshake_failure, protocol_version, insufficient_security, inappropriate_fallback. */
static bool
nothing_in_common(const struct partner *partner)
{
	static const int alert[] = { 40, 70, 71, 86, -1 };

	return some_alert(partner, alert);
}

static bool
has_header(const struct partner *partner)
{
	for (unsigned i = 1; i <= journal_size(partner->journal); i++) {
		const struct observation *o = journal_at(partner->journal, i);

		if (o->kind == FACT_HEADER &&
			((const struct header_fact *)o->fact)->received)
			return true;
	}
	return false;
}

/* A server that has neither dialback nor, for a stranger, EXTERNAL says so as Prosody
 * does: undefined-condition in place of the features. */
static bool
offers_nothing(const struct partner *partner)
{
	bool nothing = false;

	for (unsigned i = 1; i <= journal_size(partner->journal); i++) {
		const struct observation *o = journal_at(partner->journal, i);
		const struct error_fact *error = o->fact;
		const struct features_fact *features = o->fact;

		if (o->kind == FACT_ERROR && error->phase == PHASE_TLS &&
			text_same(error->condition, "undefined-condition"))
			nothing = true;
		if (o->kind == FACT_FEATURES && features->phase == PHASE_TLS &&
			features->dialback)
			return false;
	}
	return nothing;
}

static bool
no_header(const struct partner *partner)
{
	return !has_header(partner) && !none_connects(partner);
}

/* --- the rows --------------------------------------------------------------------- */

#define NETWORK "tcp.", "reach.", "dns.fallback.address", "stream.header.received"
#define TRUST   "cert.chain.", "reach.same-certificate"

static const struct row rows[] = {
	{ .id = "cause.own.network",
		.say = "this host cannot look up names",
		.remedy = "repair the resolver of this host, or name another one with "
			  "--resolver; no partner can be judged until then",
		.owner = OWNER_US,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "own.resolver" },
		.explains = { "own.resolver", "dns.", "dnssec.", "reach.", "tcp." } },
	{ .id = "cause.dns.expired-domain",
		.say = "the domain does not exist in DNS",
		.remedy =
			"check the spelling of the domain, its registration and its delegation",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "dns.domain.exists" },
		.explains = { "dns.", "dnssec.", NETWORK } },
	{ .id = "cause.dns.dnssec-bogus",
		.say = "the DNSSEC signatures of the domain do not hold, so validating partners "
		       "cannot find it",
		.remedy =
			"sign the zone again, or correct the DS record at the registrar",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "dnssec.state" },
		.explains = { "dnssec.", "dns.", NETWORK } },
	{ .id = "cause.dns.no-service-declared",
		.say = "the domain declares by DNS that it offers no federation",
		.remedy =
			"if federation is wanted, replace the SRV record whose target is a "
			"single dot",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "dns.srv.root-target" },
		.explains = { "dns.", NETWORK } },
	{ .id = "cause.dns.no-answer",
		.say = "the name servers of the domain give no proper answer",
		.remedy =
			"test the zone's name servers; the answer is neither a record nor a "
			"clean \"there is none\"",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.least = STATUS_FAIL,
		.when = { "dns.srv.answer" },
		.explains = { "dns.", "dnssec.", NETWORK } },
	{ .id = "cause.dns.wrong-label",
		.say = "only the record for direct TLS exists, which many servers never look up",
		.remedy = "publish _xmpp-server._tcp beside _xmpps-server._tcp",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "dns.srvs.only" },
		.explains = { "dns.srvs.only", "dns.srv.present",
			"dns.fallback.address" } },
	{ .id = "cause.dns.no-record",
		.say = "there is no federation record, and no XMPP server at the domain's own "
		       "address",
		.remedy =
			"publish _xmpp-server._tcp with the host that accepts federation and "
			"port 5269",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "dns.srv.present" },
		.explains = { "dns.srv.", "dns.fallback.address", "dns.address.",
			NETWORK } },
	{ .id = "cause.dns.bad-target",
		.say = "the federation record points to a name or address that outsiders cannot "
		       "use",
		.remedy = "let the SRV record name a host that has public addresses",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "dns.srv.target-resolves", "dns.srv.target-name",
			"dns.srv.target-is-cname", "dns.address.public" },
		.also = none_connects,
		.explains = { "dns.srv.", "dns.address.", NETWORK } },
	{ .id = "cause.port.modes-swapped",
		.say = "the ports for STARTTLS and for direct TLS are exchanged in DNS",
		.remedy =
			"publish the direct-TLS port under _xmpps-server and the STARTTLS port "
			"under _xmpp-server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "direct.swapped" },
		.explains = { "direct.", "dns.srv.port", "tcp.wrong-protocol",
			"tls.handshake", NETWORK } },
	{ .id = "cause.port.other-service",
		.say = "the record leads to another service than the server-to-server port",
		.remedy = "let the SRV record, or the port forwarding, lead to the "
			  "server-to-server listener",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "tcp.wrong-protocol", "stream.header.namespace" },
		.explains = { "stream.", "sasl.mechanisms.other", "tls.handshake",
			"direct.handshake", NETWORK } },
	{ .id = "cause.net.blocked",
		.say = "packets to the server are dropped on the way: no connection, and no "
		       "refusal",
		.remedy =
			"open the port inbound in the firewall and in the NAT before the server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.least = STATUS_FAIL,
		.when = { "tcp.connect" },
		.also = all_time_out,
		.explains = { NETWORK } },
	{ .id = "cause.net.server-down",
		.say = "the host is there, but nothing listens on the port",
		.remedy = "start the XMPP server, or bind it to the address in DNS",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "tcp.connect" },
		.also = none_but_refused,
		.explains = { NETWORK } },
	{ .id = "cause.net.unreachable",
		.say = "the network cannot carry packets to the server",
		.remedy = "check routing and filters towards the addresses in DNS",
		.owner = OWNER_NETWORK,
		.confidence = CONFIDENCE_LIKELY,
		.least = STATUS_FAIL,
		.when = { "tcp.connect" },
		.also = none_connects,
		.explains = { NETWORK } },
	{ .id = "cause.net.family-dead",
		.say = "the addresses of one family do not work",
		.remedy =
			"repair the listener and the firewall for that family, or withdraw the "
			"address records",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_WARN,
		.when = { "reach.ipv6", "reach.ipv4" },
		.explains = { NETWORK } },
	{ .id = "cause.net.proxy-without-backend",
		.say = "something accepts the connection, but no XMPP server speaks behind it",
		.remedy =
			"look at the server and at the proxy or load balancer before it: no "
			"live backend, or our address is blocked",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.least = STATUS_FAIL,
		.when = { "tcp.early-close", "stream.header.received" },
		.also = no_header,
		.explains = { NETWORK, "direct.handshake" } },
	{ .id = "cause.peer.hostile-or-broken",
		.say = "the partner sends what no XMPP server may send",
		.remedy =
			"find out what produces these bytes: the server, or a device before it",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "stream.limits", "stream.xml.clean", "dialback.unsolicited",
			"starttls.injection" },
		.explains = { "stream.", "dialback.unsolicited", "starttls.injection",
			"reach.", "tcp.early-close" } },
	{ .id = "cause.host.unknown-domain",
		.say = "the server behind the record does not host the domain",
		.remedy =
			"add the domain to that server, or let the record point to the server "
			"that hosts it",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "stream.host.served" },
		.explains = { "stream.", "cert.name.", "dialback.", "reach.",
			"direct." } },
	{ .id = "cause.stream.no-features",
		.say = "the partner announces XMPP 1.0 and then sends no stream features",
		.remedy = "restart or update the server",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "stream.features.received" },
		.explains = { "stream.features.received", "reach." } },
	{ .id = "cause.tls.absent",
		.say = "the server offers no TLS, which most partners refuse",
		.remedy =
			"switch TLS on for server connections; in many servers the offer "
			"vanishes when the certificate cannot be loaded",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "starttls.offered", "stream.header.version" },
		.everywhere = true,
		.explains = { "starttls.", "stream.header.version",
			"reach.same-offers" } },
	{ .id = "cause.tls.no-common",
		.say = "no protocol version or cipher suite is common to both sides",
		.remedy = "enable TLS 1.2 or later with ECDHE and AES-GCM on the server",
		.owner = OWNER_BOTH,
		.confidence = CONFIDENCE_LIKELY,
		.least = STATUS_FAIL,
		.when = { "tls.handshake" },
		.also = nothing_in_common,
		.explains = { "tls.handshake", "direct.", "reach." } },
	{ .id = "cause.tls.broken-key",
		.say = "the server offers TLS but cannot carry it out",
		.remedy =
			"check that the server can read its certificate and key for this "
			"domain, and that they belong together",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.least = STATUS_FAIL,
		.when = { "starttls.proceed", "tls.handshake" },
		.explains = { "starttls.proceed", "tls.handshake", "direct.",
			"reach." } },
	{ .id = "cause.cert.expired",
		.say = "the certificate has expired or is not yet valid",
		.remedy =
			"renew the certificate and reload the server; a renewed file that was "
			"not reloaded looks the same",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "cert.date.valid", "cert.chain.expired-member" },
		.explains = { "cert.date.", "cert.chain.expired-member",
			"reach.same-certificate" } },
	{ .id = "cause.cert.incomplete-chain",
		.say = "an intermediate certificate is not sent",
		.remedy = "configure the full-chain file in place of the leaf alone",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "cert.chain.complete" },
		.explains = { TRUST } },
	{ .id = "cause.cert.untrusted",
		.say = "the certificate comes from no authority that is trusted here",
		.remedy =
			"get a certificate from a public authority, or agree on the authority "
			"and install its certificate on both sides",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "cert.chain.trusted" },
		.explains = { TRUST, "cert.basic-constraints" } },
	{ .id = "cause.cert.wrong-name",
		.say = "the certificate does not name the domain",
		.remedy =
			"request a certificate that lists the chat domain itself as a DNS name",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "cert.name.match" },
		.explains = { "cert.name.", "cert.san.", "direct.sni",
			"reach.same-certificate" } },
	{ .id = "cause.cert.xmppaddr",
		.say = "the certificate holds an XmppAddr, on which ejabberd ends the exchange "
		       "without an answer",
		.remedy = "reissue the certificate without the XmppAddr entry",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_POSSIBLE,
		.least = STATUS_WARN,
		.when = { "cert.san.xmppaddr" },
		.explains = { "cert.san.xmppaddr" } },
	{ .id = "cause.dialback.off",
		.say = "dialback is switched off, so a server without a certificate that the "
		       "partner trusts has no way in",
		.remedy = "switch server dialback on, or make sure that both sides have "
			  "certificates that the other trusts",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.least = STATUS_WARN,
		.when = { "stream.error.received", "dialback.offered" },
		.also = offers_nothing,
		.explains = { "stream.error.received", "dialback.offered" } },
	{ .id = "cause.dialback.vouches-for-all",
		.say = "the server calls a dialback key valid that nobody issued, so anyone can "
		       "speak in its name",
		.remedy = "take the server out of federation and update it",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_FAIL,
		.when = { "dialback.authority.sound" },
		.explains = { "dialback." } },
	{ .id = "cause.dialback.their-authority",
		.say = "the authoritative server does not answer dialback, so the partner's users "
		       "reach nobody who relies on it",
		.remedy =
			"let the servers behind the SRV records answer dialback verification",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_LIKELY,
		.least = STATUS_FAIL,
		.when = { "dialback.authority.answers" },
		.explains = { "dialback." } },
	{ .id = "cause.net.partial",
		.say = "some of the published endpoints do not work",
		.remedy = "repair the hosts and addresses named, or take them out of DNS",
		.owner = OWNER_PARTNER,
		.confidence = CONFIDENCE_CERTAIN,
		.least = STATUS_WARN,
		.when = { "reach.all" },
		.explains = { NETWORK } },
};

/* --- matching --------------------------------------------------------------------- */

static bool
is_among(const char *id, const char *const *list, size_t most)
{
	for (size_t i = 0; i < most && list[i] != NULL; i++)
		if (strcmp(id, list[i]) == 0 ||
			(text_ends(list[i], ".") && text_starts(id, list[i])))
			return true;
	return false;
}

static bool
is_grave(const struct finding *f, enum status least)
{
	return f->status >= least && f->status <= STATUS_ERROR;
}

static void
add_evidence(struct arena *arena, struct cause *cause, const struct finding *f)
{
	unsigned *list = (void *)(uintptr_t)cause->evidence;

	for (size_t i = 0; i < f->evidences; i++) {
		size_t k = 0;

		while (k < cause->evidences && list[k] != f->evidence[i])
			k++;
		if (k < cause->evidences)
			continue;
		list = arena_grow(arena, list, cause->evidences, sizeof *list);
		list[cause->evidences++] = f->evidence[i];
	}
	cause->evidence = list;
}

/* What the findings of one check say together. */
struct gathering {
	const char *words; /* of the first that is grave */
	const char *where; /* the endpoints of those that are */
	bool elsewhere;    /* other endpoints fare better */
};

static void
gather(const struct partner *partner, const char *check, enum status least,
	struct cause *cause, struct gathering *g)
{
	struct arena *arena = partner->arena;

	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];
		const char *place;

		if (strcmp(f->check, check) != 0 || f->status == STATUS_SKIP)
			continue;
		if (!is_grave(f, least)) {
			g->elsewhere |= f->endpoint != NULL;
			continue;
		}
		if (g->words == NULL)
			g->words = f->text;
		place = f->endpoint ? endpoint_show(arena, f->endpoint) : NULL;
		if (place != NULL && g->where == NULL)
			g->where = place;
		else if (place != NULL && strstr(g->where, place) == NULL)
			g->where = arena_printf(arena, "%s; %s", g->where, place);
		add_evidence(arena, cause, f);
	}
}

/* The first of its checks that is grave makes the row hold. */
static bool
holds(const struct partner *partner, const struct row *row, struct cause *cause)
{
	for (size_t i = 0; i < ROW_CHECKS && row->when[i] != NULL; i++) {
		struct gathering g = { 0 };

		gather(partner, row->when[i], row->least, cause, &g);
		if (g.words == NULL || (row->everywhere && g.elsewhere))
			continue;
		cause->text = arena_printf(partner->arena, "%s: %s", row->say, g.words);
		cause->endpoints = g.elsewhere ? g.where : NULL;
		return row->also == NULL || row->also(partner);
	}
	return false;
}

/* A finding that anybody can impersonate or read is shown by itself, whatever the cause. */
static bool
stands_alone(const struct finding *f)
{
	return f->severity == SEVERITY_CRITICAL &&
	       text_starts(f->check, "cert.name.encoding");
}

/* Marks what the row explains and no earlier one did; false when that is nothing. */
static bool
explain(struct partner *partner, const struct row *row)
{
	bool any = false;

	for (size_t i = 0; i < partner->findings; i++) {
		struct finding *f = &partner->finding[i];

		if (f->cause != NULL || !is_grave(f, STATUS_WARN) || stands_alone(f))
			continue;
		if (!is_among(f->check, row->explains, ROW_EXPLAINS) &&
			!is_among(f->check, row->when, ROW_CHECKS))
			continue;
		f->cause = row->id;
		any |= is_among(f->check, row->when, ROW_CHECKS);
	}
	return any;
}

void
cause_partner(struct partner *partner)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cause cause = { .id = rows[i].id,
			.remedy = rows[i].remedy,
			.owner = rows[i].owner,
			.confidence = rows[i].confidence };

		if (!holds(partner, &rows[i], &cause) || !explain(partner, &rows[i]))
			continue;
		partner->cause = arena_grow(
			partner->arena, partner->cause, partner->causes, sizeof cause);
		partner->cause[partner->causes++] = cause;
	}
}
