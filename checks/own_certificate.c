/* The checks of our own certificate beyond those of any other: what only we can know of
 * it, and what it is worth when we are the client. */
#include "checks/own.h"

#include "base/text.h"
#include "checks/cert.h"
#include "model/name.h"

/* --- the names -------------------------------------------------------------------- */

static bool
has_dns_name(struct inquiry *q, const struct certificate_fact *leaf, const char *name)
{
	return name_identities(q->arena, leaf, name) & (IDENTITY_DNS | IDENTITY_WILDCARD);
}

static const char *
sip_name(struct inquiry *q)
{
	return arena_printf(q->arena, "sip.%s", q->partner->domain.ascii);
}

/* The wizard of the gateway adds sip.<domain> by itself, the bare domain only when the XMPP
 * role was there. */
static void
judge_domain(struct inquiry *q, const struct certificate_fact *leaf)
{
	const char *domain = q->partner->domain.ascii, *sip = sip_name(q);
	unsigned found = name_identities(q->arena, leaf, domain);

	if (found == 0)
		failed(q, "\"%s\" is not among the names%s", domain,
			has_dns_name(q, leaf, sip)
				? arena_printf(q->arena, ", though \"%s\" is", sip)
				: "");
	else if (!(found & IDENTITY_DNS))
		warned(q, "\"%s\" is covered only by %s", domain,
			found & IDENTITY_WILDCARD ? "a wildcard"
			: found & IDENTITY_SRV    ? "an SRV-ID"
						  : "an XmppAddr");
}

/* Each SIP domain is looked at as a partner of its own, and so are its names. */
void
own_certificate_names(struct inquiry *q)
{
	const struct certificate_fact *leaf = cert_leaf(q);
	const struct local *local = own_local(q);

	if (leaf == NULL)
		return;
	judge_domain(q, leaf);
	if (local == NULL)
		return;
	if (local_sip_domain(local, q->partner->domain.ascii) &&
		!has_dns_name(q, leaf, sip_name(q)))
		warned(q, "\"%s\" is not among the names", sip_name(q));
	/* RFC 9525, 2: who looks at the names does not look at the subject. */
	if (local->edge != NULL && !has_dns_name(q, leaf, local->edge))
		warned(q, "\"%s\", the Edge, is not among the names", local->edge);
	else if (local->edge != NULL && leaf->common_name != NULL &&
		 !text_same_name(leaf->common_name, local->edge))
		noted(q, "the subject is \"%s\", not the Edge", leaf->common_name);
}

/* --- the file --------------------------------------------------------------------- */

/* The leaf in the file that <certificate> names; NULL when it was not read. */
static const struct certificate_fact *
cite_file(struct inquiry *q)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = journal_size(journal); n > 0; n--) {
		const struct observation *o = journal_at(journal, (unsigned)n);
		const struct certificate_fact *c = o->fact;

		if (o->kind == FACT_CERTIFICATE && text_same(o->probe, "host") &&
			c->position == 0 && !c->malformed) {
			also_cite(q, o);
			return c;
		}
	}
	return NULL;
}

/* What became of the file that <certificate> names. */
static bool
judge_reading(struct inquiry *q)
{
	const struct observation *o = cite_next(q, FACT_FILE, NULL);
	const struct file_fact *fact = o ? o->fact : NULL;

	if (fact == NULL)
		skipped(q, "the file of our certificate");
	else if (o->outcome != OUTCOME_OK)
		warned(q, "%s: %s", fact->path, o->detail ? o->detail : "not read");
	else if (fact->request)
		warned(q, "%s holds a request, and no certificate", fact->path);
	else if (fact->key != NULL && !fact->key_fits)
		failed(q, "the private key in %s does not belong to the certificate",
			fact->key_path ? fact->key_path : fact->path);
	return fact != NULL && o->outcome == OUTCOME_OK && !fact->request;
}

/* Where the server sends another certificate than `file`; *wire is what it sends there.
 * NULL when it sends none at all, "" when it is the same everywhere. */
static const char *
differs_at(struct inquiry *q, const struct certificate_fact *file,
	const struct certificate_fact **wire)
{
	const char *places = NULL;
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		const struct certificate_fact *c = cite_certificate_at(q, &list[i], 0);
		const char *place = endpoint_show(q->arena, list[i].id);

		if (c == NULL)
			continue;
		if (places == NULL)
			places = "";
		if (text_same(c->fingerprint, file->fingerprint))
			continue;
		places =
			*places ? arena_printf(q->arena, "%s; %s", places, place) : place;
		*wire = c;
	}
	return places;
}

/* A server that names other domains by other certificates shows ours only where ours is
 * meant. */
void
own_certificate_file(struct inquiry *q)
{
	const struct certificate_fact *file = cite_file(q), *wire = NULL;
	const char *places;

	if (file == NULL && !own_is_first(q)) {
		skipped(q, "the file of our certificate");
		return;
	}
	if (file != NULL && !name_fits(q->arena, file, q->partner->domain.ascii)) {
		skipped(q, "a file for this domain");
		return;
	}
	if (!judge_reading(q) || file == NULL)
		return;
	places = differs_at(q, file, &wire);
	if (places == NULL)
		skipped(q, "a certificate on the wire");
	else if (*places != '\0')
		failed(q,
			"the server sends a certificate that ends %s, the file holds one for "
			"%s key that ends %s: %s",
			text_time(q->arena, wire->not_after),
			text_same(wire->key_fingerprint, file->key_fingerprint)
				? "the same"
				: "another",
			text_time(q->arena, file->not_after), places);
}

/* --- as a client ------------------------------------------------------------------ */

/* Of the file, which is what we call with; or of the wire, which is mostly the same. */
static const struct certificate_fact *
client_leaf(struct inquiry *q)
{
	const struct certificate_fact *leaf = cite_file(q);
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	if (leaf != NULL && !name_fits(q->arena, leaf, q->partner->domain.ascii))
		leaf = NULL;
	for (size_t i = 0; leaf == NULL && i < count; i++)
		leaf = cite_certificate_at(q, &list[i], 0);
	return leaf && !leaf->malformed ? leaf : NULL;
}

static bool
has_usage(const struct certificate_fact *leaf, const char *usage)
{
	for (size_t i = 0; i < leaf->extended_key_usages; i++)
		if (text_same(leaf->extended_key_usage[i], usage) ||
			text_same(leaf->extended_key_usage[i], "any"))
			return true;
	return !leaf->has_extended_key_usage;
}

/* RFC 5280, 4.2.1.12: every partner that we call judges it as the certificate of a
 * client. */
void
own_certificate_usage(struct inquiry *q)
{
	const struct certificate_fact *leaf = client_leaf(q);
	int64_t now = journal_started(q->partner->journal);
	bool server, client;

	if (leaf == NULL) {
		skipped(q, "a certificate of ours");
		return;
	}
	server = has_usage(leaf, "serverAuth");
	client = has_usage(leaf, "clientAuth");
	if (now > leaf->not_after)
		failed(q, "it expired %s", text_time(q->arena, leaf->not_after));
	else if (now < leaf->not_before)
		failed(q, "it is not valid before %s",
			text_time(q->arena, leaf->not_before));
	if (!server && !client)
		failed(q, "it is neither for servers nor for clients");
	else if (!server)
		failed(q, "it is for clients only: who calls us refuses it");
	else if (!client)
		warned(q, "it is for servers only: strict partners that we call refuse "
			  "SASL EXTERNAL, and dialback is left");
}
