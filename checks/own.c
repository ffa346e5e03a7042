/* The checks of our own side: all rows, and the resolver, whose wrongs must not be blamed
 * on a partner. */
#include "checks/own.h"

#include "base/text.h"
#include "checks/srv.h"

/* Microseconds; a resolver answers for a reserved name from its memory. */
enum { SLOW = 1000000 };

/* An authoritative server that the user named refuses the control question, and does well
 * to; but one that has a proper answer to no question at all is no use. */
static bool
answers_anything(struct inquiry *q)
{
	const struct observation *o = NULL;

	while ((o = cite_next(q, FACT_DNS, o)) != NULL) {
		const struct dns_fact *fact = o->fact;

		if (o->outcome == OUTCOME_OK && !fact->checking_disabled &&
			(fact->rcode == RCODE_NOERROR || fact->rcode == RCODE_NXDOMAIN))
			return true;
	}
	return false;
}

static const char *
first_address(const struct dns_fact *fact)
{
	for (size_t i = 0; i < fact->records; i++)
		if (fact->record[i].address != NULL)
			return fact->record[i].address;
	return "an address";
}

static const char *
resolver_of(const struct dns_fact *fact)
{
	return fact->resolver ? fact->resolver : "the resolver";
}

static void
judge_answer(struct inquiry *q, const struct observation *o, enum dns_answer answer)
{
	const struct dns_fact *fact = o->fact;

	switch (answer) {
	case ANSWER_SILENT:
		failed(q, "no answer from %s for \"%s\": %s", resolver_of(fact),
			fact->name, o->detail ? o->detail : outcome_names[o->outcome]);
		break;
	case ANSWER_DATA:
		failed(q, "%s invents %s for \"%s\", which cannot exist",
			resolver_of(fact), first_address(fact), fact->name);
		break;
	case ANSWER_NODATA:
	case ANSWER_NXDOMAIN:
		break;
	default:
		if (!answers_anything(q))
			failed(q,
				"%s has no proper answer to any question; to \"%s\" it sends %s",
				resolver_of(fact), fact->name,
				o->outcome == OUTCOME_OK ? dns_rcode_names[fact->rcode]
							 : "what is no answer");
	}
}

/* RFC 8914, 4.16 to 4.18: blocked, censored, filtered. The resolver says itself that the
 * answer is not the domain's. */
static const struct dns_error *
filter_of(const struct dns_fact *fact)
{
	for (size_t i = 0; i < fact->errors; i++)
		if (fact->error[i].code >= 15 && fact->error[i].code <= 17)
			return &fact->error[i];
	return NULL;
}

static void
judge_filter(struct inquiry *q)
{
	const struct journal *journal = q->partner->journal;

	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);
		const struct dns_error *error =
			o->kind == FACT_DNS ? filter_of(o->fact) : NULL;
		const struct dns_fact *fact = o->fact;

		if (error == NULL)
			continue;
		also_cite(q, o);
		failed(q, "%s filters \"%s\": %s", resolver_of(fact),
			fact->name ? fact->name : "", dns_error_words(q->arena, error));
		return;
	}
}

static void
own_resolver(struct inquiry *q)
{
	const char *name = q->partner->asked->probe_name;
	const struct observation *o;

	judge_filter(q);
	o = name ? dns_find(q->partner->journal, DNS_A, name) : NULL;
	if (o == NULL || o->outcome == OUTCOME_NOT_TRIED) {
		skipped(q, "no control question");
		return;
	}
	judge_answer(q, o, cite_answer(q, DNS_A, name));
	if (o->took > SLOW)
		warned(q, "%s took %.1f s to answer the control question",
			resolver_of(o->fact), (double)o->took / 1e6);
}

const struct local *
own_local(const struct inquiry *q)
{
	return run_local(q->partner->asked);
}

bool
own_is_first(const struct inquiry *q)
{
	const struct local *local = own_local(q);

	return local == NULL || text_same_name(local->domain, q->partner->domain.ascii);
}

/* --- the rows --------------------------------------------------------------------- */

const struct check own_checks[] = {
	{ .id = "own.resolver",
		.title = "Our resolver answers, and with what the domain says",
		.why = "it guards every verdict on DNS: when it fails they turn into errors",
		.source = "RFC 6761, 6.4; RFC 8914, 4.16 to 4.18",
		.remedy =
			"repair or change the resolver of this host, or name another one with "
			"--resolver",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.blocks = true,
		.examine = own_resolver },
	{ .id = "own.clock",
		.title = "The clock of this host is right",
		.why = "the dates of certificates and of signatures are judged by it",
		.source = "RFC 5280, 4.1.2.5; RFC 4034, 3.1.5; RFC 6960, 4.2.2.1",
		.remedy = "enable time synchronisation on this host",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_US,
		.examine = own_clock },
	{ .id = "own.egress",
		.title = "This host lets connections out",
		.why = "otherwise all partners look dead at once",
		.source = "RFC 6120, 3.2",
		.remedy =
			"allow the connection on this host: its packet filter, its routes, or "
			"the confinement of this program forbid it",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.blocks = true,
		.examine = own_egress },
	{ .id = "own.srv.edge",
		.title = "Our SRV record leads to the Edge and its port",
		.why = "the step that is forgotten most often",
		.source = "RFC 2782; RFC 6120, 3.2.1; manual of the gateway, DNS",
		.remedy =
			"publish an SRV record with the Edge as the first target; `fedprobe "
			"records` prints it",
		.scope = SCOPE_DOMAIN,
		.roles = OF_OWN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = own_srv_edge },
	{ .id = "own.srv.priorities",
		.title = "Several Edges have different priorities",
		.why = "one Edge pool carries XMPP at a time; the next one takes over when "
		       "it is down",
		.source = "RFC 2782; manual of the gateway, DNS",
		.remedy = "give the Edge that carries XMPP the lowest number, and each "
			  "other one a higher number of its own",
		.scope = SCOPE_DOMAIN,
		.roles = OF_OWN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_US,
		.examine = own_srv_priorities },
	{ .id = "own.listener.local",
		.title = "An XMPP server answers on this host itself",
		.why = "tells a service that is down from a firewall before it",
		.source = "RFC 6120, 3.2, 14.7",
		.remedy =
			"start the XMPP service on this host and bind it to the external "
			"address",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_OWN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.blocks = true,
		.examine = own_listener_local },
	{ .id = "own.listener.public",
		.title = "Strangers reach our server",
		.why = "half of federation arrives here, and from inside it is not seen",
		.source = "RFC 6120, 3.2; XEP-0220, 2.1.2",
		.remedy =
			"forward the port on the public address to the Edge and allow it "
			"inbound; look again from a host outside",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_OWN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = own_listener_public },
	{ .id = "own.certificate.names",
		.title =
			"Our certificate has all names that partners and clients look for",
		.why = "the wizard of the gateway adds the bare domain only when the XMPP "
		       "role was there at that time",
		.source = "RFC 6120, 13.7.2.1; RFC 9525, 2; manual of the gateway, "
			  "certificates",
		.remedy =
			"request the certificate again with the bare domain, sip.<domain> "
			"and the Edge among its names, and assign it to the external Edge",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_OWN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = own_certificate_names },
	{ .id = "own.certificate.file",
		.title = "Our server sends the certificate that is on disk",
		.why = "a renewed certificate that was not assigned, or a service that was "
		       "not restarted, ends with the old one",
		.source = "RFC 6120, 13.7.1.1; manual of the gateway, certificates",
		.remedy =
			"assign the new certificate to the external Edge and restart its "
			"services, or correct the file named in <certificate>",
		.scope = SCOPE_DOMAIN,
		.roles = OF_OWN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = own_certificate_file },
	{ .id = "own.certificate.usage",
		.title = "Our certificate is good for servers and for clients",
		.why = "every partner that we call judges it as the certificate of a client",
		.source = "RFC 5280, 4.2.1.12; XEP-0178, 3",
		.remedy =
			"request a certificate with both usages, server and client; where "
			"no authority grants that, keep dialback as the way back",
		.scope = SCOPE_DOMAIN,
		.roles = OF_OWN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = own_certificate_usage },
	{ .id = "own.external-access",
		.title = "Our users may talk to XMPP partners",
		.why = "not visible on the wire: streams stand, and messages are dropped",
		.source = "manual of the gateway, external access policies",
		.remedy =
			"enable communication with federated users and with XMPP federated "
			"users in the external access policy of the users, and federation on "
			"the Access Edge",
		.scope = SCOPE_DOMAIN,
		.roles = OF_OWN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_US,
		.examine = own_external_access },
	{ .id = "own.dialback.secret",
		.title = "Our servers know the dialback keys of each other",
		.why = "a partner's question may reach another server than the one that it is "
		       "about: then dialback is a lottery",
		.source = "XEP-0185, 2; XEP-0220, 2.2.2",
		.remedy = "set the same dialback secret on all servers of the domain",
		.scope = SCOPE_DOMAIN,
		.roles = OF_OWN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = own_dialback_secret },
	{ .id = "own.tls.common",
		.title = "Our server and the partner's have TLS in common",
		.why = "this program's TLS library is newer than most gateways, so that it "
		       "gets through says little of our server",
		.source = "RFC 9325, 4.2; RFC 8446, 9.1",
		.remedy =
			"enable on one side what the other needs, best TLS 1.2 with ECDHE and "
			"AES-GCM",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_BOTH,
		.examine = own_tls_common },
	{ 0 },
};
