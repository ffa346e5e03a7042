/* The certificate that a partner presents as a server: that there is one, its dates, and
 * the rows of all its checks. Nothing but a missing certificate stops another check: a
 * diagnosis goes on where a server would hang up. */
#include "checks/cert.h"

#include "base/text.h"
#include "checks/attempt.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* --- shared ----------------------------------------------------------------------- */

const struct tls_fact *
cert_handshake(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_TLS);

	return o ? o->fact : NULL;
}

const struct certificate_fact *
cert_leaf(struct inquiry *q)
{
	const struct certificate_fact *leaf = cite_certificate(q, 0);

	if (leaf != NULL && !leaf->malformed)
		return leaf;
	skipped(q, "cert.presented");
	return NULL;
}

bool
cert_is_issued(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);

	if (leaf == NULL || !leaf->request)
		return leaf != NULL;
	skipped(q, "a request, which has none");
	return false;
}

/* Follows the names from the leaf upwards; an authority may stand there more than once,
 * signed by others each time. */
static void
relate(struct chain *chain)
{
	bool grown = true;

	chain->related[0] = true;
	while (grown) {
		grown = false;
		for (size_t i = 0; i < chain->certificates; i++)
			for (size_t k = 0; k < chain->certificates; k++)
				if (chain->related[i] && !chain->related[k] &&
					chain->certificate[i]->issuer != NULL &&
					text_same_name(chain->certificate[i]->issuer,
						chain->certificate[k]->subject))
					chain->related[k] = grown = true;
	}
}

bool
cert_chain(struct inquiry *q, struct chain *chain)
{
	const struct certificate_fact *c = cert_leaf(q);

	*chain = (struct chain){ 0 };
	if (c == NULL)
		return false;
	for (int i = 1; c != NULL && i <= MAX_CHAIN; i++) {
		if (!c->malformed)
			chain->certificate[chain->certificates++] = c;
		c = cite_certificate(q, i);
	}
	relate(chain);
	return true;
}

const char *
say_some(struct inquiry *q, const char *const *text, size_t texts)
{
	size_t shown = texts < MAX_SHOWN ? texts : MAX_SHOWN;
	const char *list = say_list(q, text, shown);

	return shown == texts
		       ? list
		       : arena_printf(q->arena, "%s and %zu more", list, texts - shown);
}

const char *
say_certificate(struct inquiry *q, const struct certificate_fact *c)
{
	if (c->subject != NULL && *c->subject != '\0')
		return say_some(q, &c->subject, 1);
	return c->position == 0 ? "the leaf"
				: arena_printf(q->arena, "certificate %d of the chain",
					  c->position);
}

/* "9 days", "31 hours", "5 minutes". */
static const char *
say_span(struct inquiry *q, int64_t span)
{
	if (span >= 2 * DAY)
		return arena_printf(q->arena, "%lld days", (long long)(span / DAY));
	if (span >= 2 * HOUR)
		return arena_printf(q->arena, "%lld hours", (long long)(span / HOUR));
	return arena_printf(q->arena, "%lld minutes", (long long)(span / MINUTE));
}

/* --- presented -------------------------------------------------------------------- */

static void
presented(struct inquiry *q)
{
	const struct tls_fact *f = cert_handshake(q);
	const struct certificate_fact *c = cite_certificate(q, 0);

	if (c == NULL && f != NULL && f->completed)
		failed(q, "the handshake was completed without one");
	else if (c == NULL)
		skipped(q, attempt_stop(q, PHASE_TLS));
	else if (c->malformed)
		failed(q, "its %d octets cannot be read as a certificate", c->size);
	else
		for (int i = 1; i < MAX_CHAIN && (c = cite_certificate(q, i)) != NULL;
			i++)
			if (c->malformed)
				warned(q,
					"certificate %d of the chain, of %d octets, cannot be "
					"read",
					i, c->size);
}

/* --- dates ------------------------------------------------------------------------ */

/* The leaf when both its dates could be read. */
static const struct certificate_fact *
dated_leaf(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);

	if (!cert_is_issued(q))
		return NULL;
	if (leaf->not_before != 0 && leaf->not_after != 0)
		return leaf;
	skipped(q, "dates that can be read");
	return NULL;
}

/* RFC 5280, 4.1.2.5: both ends are within. */
static void
date_valid(struct inquiry *q)
{
	const struct certificate_fact *leaf = dated_leaf(q);
	int64_t now = journal_started(q->partner->journal);

	if (leaf == NULL)
		return;
	if (now > leaf->not_after)
		failed(q, "it expired %s, %s ago", text_time(q->arena, leaf->not_after),
			say_span(q, now - leaf->not_after));
	else if (now < leaf->not_before)
		failed(q, "it is not valid before %s, in %s",
			text_time(q->arena, leaf->not_before),
			say_span(q, leaf->not_before - now));
	else if (now - leaf->not_before < HOUR && q->endpoint->mode == MODE_FILE)
		noted(q, "it became valid %s, %s ago",
			text_time(q->arena, leaf->not_before),
			say_span(q, now - leaf->not_before));
	else if (now - leaf->not_before < HOUR)
		warned(q,
			"it became valid %s, %s ago; to a partner whose clock is behind it is "
			"not valid yet",
			text_time(q->arena, leaf->not_before),
			say_span(q, now - leaf->not_before));
}

/* Renewal by a program happens with about a third of the life left, so that less than a
 * quarter means that it failed. Longer lives are renewed by people. */
static void
date_remaining(struct inquiry *q)
{
	const struct certificate_fact *leaf = dated_leaf(q);
	int64_t left, life;
	const char *words;

	if (leaf == NULL)
		return;
	left = leaf->not_after - journal_started(q->partner->journal);
	life = leaf->not_after - leaf->not_before;
	words = arena_printf(q->arena, "it ends %s, in %s of a life of %s",
		text_time(q->arena, leaf->not_after), say_span(q, left),
		say_span(q, life));
	if (life <= 200 * DAY) {
		if (left < life / 10)
			failed(q, "%s", words);
		else if (left < life / 4)
			warned(q, "%s", words);
	} else if (left < 7 * DAY) {
		failed(q, "%s", words);
	} else if (left < 30 * DAY) {
		warned(q, "%s", words);
	} else if (life > 398 * DAY) {
		noted(q, "its life is %s, which no public authority grants; it ends %s",
			say_span(q, life), text_time(q->arena, leaf->not_after));
	}
}

/* --- the rows --------------------------------------------------------------------- */

const struct check cert_checks[] = {
	{ .id = "cert.presented",
		.title = "A certificate is presented",
		.why = "everything that follows needs it",
		.source = "RFC 8446, 4.4.2; RFC 6120, 13.7.1.1 (1)",
		.remedy = "install a certificate that the server can read",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "tcp.connect" },
		.examine = presented },
	{ .id = "cert.chain.complete",
		.title = "The chain of certificates is complete and in order",
		.why = "browsers repair a missing intermediate in silence, XMPP "
		       "servers do not",
		.source = "RFC 8446, 4.4.2; RFC 5246, 7.4.2; RFC 6120, 13.7.1.1",
		.remedy = "configure the full-chain file of the authority, in its order "
			  "and with nothing added",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = chain_complete },
	{ .id = "cert.chain.trusted",
		.title = "The chain leads to a trusted authority",
		.why = "SASL EXTERNAL and verified TLS are impossible otherwise; "
		       "dialback inside TLS may remain",
		.source = "RFC 5280, 6.1; RFC 6120, 13.7.2; RFC 7590, 3.4",
		.remedy = "get a certificate from a public authority, or give the other "
			  "side your authority's certificate to install",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented", "cert.chain.complete" },
		.examine = chain_trusted },
	{ .id = "cert.chain.expired-member",
		.title = "No authority in the chain ends before the leaf",
		.why = "otherwise a part of the partners fails on one day, depending "
		       "on their library",
		.source = "RFC 5280, 6.1.3",
		.remedy =
			"take the expired certificate out of the chain file and use the "
			"chain that the authority recommends now",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = chain_expired_member },
	{ .id = "cert.date.valid",
		.title = "The certificate is valid today",
		.why = "every partner that verifies refuses it otherwise",
		.source = "RFC 5280, 4.1.2.5; RFC 6120, 13.7.2",
		.remedy = "renew the certificate and reload the server; a renewed file "
			  "that was not reloaded shows the same date",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = date_valid },
	{ .id = "cert.date.remaining",
		.title = "The certificate has enough of its life left",
		.why = "with lives of 47 days from 2029 on, what counts is whether the "
		       "renewal has run",
		.source = "RFC 5280, 4.1.2.5",
		.remedy = "check the renewal job; it should have run by now",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented", "cert.date.valid" },
		.examine = date_remaining },
	{ .id = "cert.name.match",
		.title = "The certificate names the domain",
		.why = "the identity is the domain of the addresses, not the host in "
		       "the SRV record: the most frequent mistake with certificates",
		.source = "RFC 6120, 13.7.2.1, 13.7.1.2.1; RFC 9525, 6",
		.remedy = "request a certificate that lists the chat domain itself (the "
			  "part after the @) as a DNS name",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = name_match },
	{ .id = "cert.san.present",
		.title = "The certificate has subject alternative names",
		.why = "servers no longer look at the common name",
		.source = "RFC 9525, 2, 4.1; RFC 5280, 4.2.1.6",
		.remedy = "request a certificate with subject alternative names",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = san_present },
	{ .id = "cert.san.dns",
		.title = "The domain is among the DNS names as it is",
		.why = "a DNS name is the only type that every server and every public "
		       "authority knows",
		.source = "RFC 6120, 13.7.1.2.1",
		.remedy = "add the domain as a DNS name to the certificate request",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented", "cert.name.match" },
		.examine = san_dns },
	{ .id = "cert.san.srv",
		.title = "An SRV-ID stands beside the DNS name, not in its place",
		.why = "recommended on paper and rare in the field: not every server "
		       "looks at it",
		.source = "RFC 4985, 2; RFC 6120, 13.7.1.2.1; RFC 9525, 6.5",
		.remedy = "keep it beside the DNS name, not in its place",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = san_srv },
	{ .id = "cert.san.xmppaddr",
		.title = "The certificate holds no XmppAddr",
		.why = "the obsolete type does harm today: ejabberd ends the session "
		       "on it",
		.source = "RFC 6120, 13.7.1.2.1, 13.7.1.4",
		.remedy = "reissue the certificate without the XmppAddr entry and with a "
			  "DNS name",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = san_xmppaddr },
	{ .id = "cert.name.cn-only",
		.title = "The domain is not in the common name only",
		.why = "older servers accept it and newer ones do not, so it works "
		       "with some",
		.source = "RFC 9525, 2, 4.1",
		.remedy = "reissue the certificate with the domain as a subject "
			  "alternative name",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = name_cn_only },
	{ .id = "cert.name.target-only",
		.title = "The certificate is not for the SRV target only",
		.why = "typical of hosting: the provider's certificate is shown for "
		       "the customer's domain",
		.source = "RFC 6120, 13.7.2.1; RFC 7673, 4.1; RFC 7590, 3.4",
		.remedy =
			"obtain a certificate for the chat domain and install it at the "
			"hosting provider",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = name_target_only },
	{ .id = "cert.name.subdomains",
		.title = "The additional domain is covered",
		.why = "chat works, group chat does not",
		.source = "RFC 6120, 3.2.4, 13.7.2.1",
		.remedy = "add the domains of group chat and other services to the "
			  "certificate",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = name_subdomains },
	{ .id = "cert.name.wildcard",
		.title = "The domain does not depend on a wildcard",
		.why = "some servers stretch a wildcard and others do not, which the "
		       "first strict partner shows",
		.source = "RFC 9525, 6.3; RFC 6120, 13.7.1.2.1",
		.remedy = "list the bare domain and each deeper subdomain as names of "
			  "their own",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = name_wildcard_only },
	{ .id = "cert.name.encoding",
		.title = "The names are written plainly",
		.why = "ejabberd distinguishes capitals; a NUL is a known attack",
		.source = "RFC 9525, 6.3, 7; RFC 5280, 4.2.1.6",
		.remedy = "reissue the certificate with plain names in lower case",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = name_encoding },
	{ .id = "cert.key.strength",
		.title = "The keys are strong and of a common kind",
		.why = "libraries refuse short keys, and exotic ones exclude partners",
		.source = "RFC 9325, 4.2, 4.5",
		.remedy = "make a new key: ECDSA P-256, or RSA of 2048 to 4096 bits",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = key_strength },
	{ .id = "cert.signature.algorithm",
		.title = "The certificates are signed with SHA-256 or better",
		.why = "current libraries refuse weaker digests",
		.source = "RFC 6120, 13.7.1.1 (4); RFC 9325, 4.5",
		.remedy = "have the certificate reissued with SHA-256",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = signature_algorithm },
	{ .id = "cert.key-usage",
		.title = "The keys may be used as TLS uses them",
		.why = "GnuTLS and others enforce it",
		.source = "RFC 5280, 4.2.1.3, 6.1.4; RFC 8446, 4.4.2.2",
		.remedy =
			"reissue the certificate with digitalSignature, by an authority "
			"that has keyCertSign",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = key_usage },
	{ .id = "cert.eku.server-auth",
		.title = "The certificate may be used by a server",
		.why = "every server that connects checks for it",
		.source = "RFC 5280, 4.2.1.12",
		.remedy = "reissue the certificate with server authentication as a usage",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = eku_server_auth },
	{ .id = "cert.eku.client-auth",
		.title = "The certificate may be used by a client too",
		.why = "a server presents it when it connects to others; public "
		       "authorities ended that usage in 2026, so it breaks at a "
		       "renewal, in one direction only",
		.source = "RFC 5280, 4.2.1.12",
		.remedy =
			"ask strict partners to update, or keep dialback enabled as the "
			"way back",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = eku_client_auth },
	{ .id = "cert.basic-constraints",
		.title = "The leaf is no authority, and its issuers are",
		.why = "a self-signed certificate made in haste is an authority, which "
		       "some refuse as a server's",
		.source = "RFC 6120, 13.7.1.1 (2); RFC 5280, 4.2.1.9, 4.2.1.10",
		.remedy = "create an end-entity certificate (CA:FALSE), signed by your "
			  "authority",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = basic_constraints },
	{ .id = "cert.profile",
		.title = "The certificate follows the profile of the Internet",
		.why = "strict libraries reject what deviates from it",
		.source = "RFC 5280, 4.1.2.2, 4.1.2.6, 4.2; RFC 6120, 13.7.1.1 (1), (3)",
		.remedy = "reissue the certificate with a current profile of the "
			  "authority",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = profile },
	{ .id = "cert.ct",
		.title = "The certificate stands in public logs",
		.why = "no server enforces it, but the logs show who issued what for the "
		       "domain",
		.source = "RFC 6962, 3.3",
		.remedy = "nothing is needed; look whether this is the certificate that "
			  "was meant",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_ALL,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "cert.presented" },
		.examine = transparency },
	{ 0 }
};
