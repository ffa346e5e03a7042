/* What can be said of a certificate only while it lies on disk: whether its key belongs to
 * it and is kept, whether a server will find the leaf, and what a request asks for. What it
 * is made of, the checks of certificates judge as they do on the wire. */
#include "checks/file.h"

#include "base/text.h"
#include "checks/cert.h"
#include "checks/verdict.h"
#include "model/name.h"

const struct file_fact *
cite_file(struct inquiry *q)
{
	const struct observation *o =
		q->endpoint->mode == MODE_FILE ? cite(q, FACT_FILE) : NULL;

	return o ? o->fact : NULL;
}

bool
file_is_ordered(const struct file_fact *file)
{
	return file->format != FORMAT_PKCS7 && file->format != FORMAT_PKCS12;
}

/* --- the key ----------------------------------------------------------------------- */

static const char *
say_place(struct inquiry *q, const struct file_fact *file)
{
	return file->key_path != NULL ? say_some(q, &file->key_path, 1) : "the file";
}

static void
key(struct inquiry *q)
{
	const struct file_fact *file = cite_file(q);
	const char *what = file && file->request ? "the request" : "the leaf";

	if (file == NULL)
		return;
	if (file->key == NULL) {
		skipped(q, file->key_encrypted ? "the passphrase of the private key"
					       : "a private key (--key)");
		return;
	}
	if (file->key_fits)
		passed(q, "the private key in %s, %s of %d bits, belongs to %s",
			say_place(q, file), file->key, file->key_bits, what);
	else
		failed(q,
			"the private key in %s, %s of %d bits, does not belong to %s; the "
			"fingerprint of its public half is %s",
			say_place(q, file), file->key, file->key_bits, what,
			file->key_fingerprint ? file->key_fingerprint : "not known");
}

static void
key_protected(struct inquiry *q)
{
	const struct file_fact *file = cite_file(q);

	if (file == NULL)
		return;
	if (file->key == NULL && !file->key_encrypted) {
		skipped(q, "a private key (--key)");
	} else if (file->key_encrypted) {
		passed(q, "a passphrase protects the private key in %s",
			say_place(q, file));
	} else if (file->key_others) {
		grade(q, SEVERITY_MEDIUM);
		warned(q, "everybody on this host may read the private key in %s",
			say_place(q, file));
	} else if (file->key_group) {
		noted(q, "besides its owner a group may read the private key in %s",
			say_place(q, file));
	}
}

/* --- the order --------------------------------------------------------------------- */

/* RFC 8446, 4.4.2: the server's own certificate comes first; it sends what stands in the
 * file as it stands there. The rest of the chain is the matter of cert.chain.complete. */
static void
order(struct inquiry *q)
{
	const struct file_fact *file = cite_file(q);
	const struct certificate_fact *first;

	if (file == NULL)
		return;
	if (file->request) {
		skipped(q, "a request, which has none");
	} else if (!file_is_ordered(file)) {
		skipped(q, "a form of file in which the order counts");
	} else if (file->leaf > 1) {
		/* The others kept their order behind the leaf. */
		first = cite_certificate(q, 1);
		failed(q,
			"the leaf is number %d of %d certificates in the file; the first %s%s",
			file->leaf, file->certificates,
			first && !first->malformed ? "is " : "cannot be read",
			first && !first->malformed ? say_certificate(q, first) : "");
	}
}

/* --- a request --------------------------------------------------------------------- */

static void
request(struct inquiry *q)
{
	const struct file_fact *file = cite_file(q);
	const struct certificate_fact *asked = cert_leaf(q);

	if (file == NULL || asked == NULL)
		return;
	if (!file->request)
		skipped(q, "a request");
	else if (!asked->self_signed)
		failed(q, "its signature was not made with its own key, so no authority "
			  "will take it");
	else if (!asked->has_extended_key_usage)
		noted(q,
			"it asks for no extended key usage, so the authority decides; public "
			"ones give server authentication alone");
}

/* --- names of SIP ------------------------------------------------------------------ */

static bool
covers(struct inquiry *q, const struct certificate_fact *leaf, const char *name)
{
	for (size_t i = 0; i < leaf->dns_names; i++)
		if (name_covers(q->arena, leaf->dns_name[i], name))
			return true;
	return false;
}

/* The Edge of Lync Server shows one certificate to SIP and to XMPP. */
static void
sip(struct inquiry *q)
{
	const struct local *local = run_local(q->partner->asked);
	const struct certificate_fact *leaf = cert_leaf(q);
	const char *domain = q->partner->domain.ascii, *name;

	if (!local_sip_domain(local, domain)) {
		skipped(q, "a domain that is used with SIP (--sip)");
		return;
	}
	name = arena_printf(q->arena, "sip.%s", domain);
	if (leaf == NULL || covers(q, leaf, name))
		return;
	if (leaf->names_cut)
		skipped(q, "the names beyond those that were read");
	else
		warned(q, "\"%s\" is not among the names", name);
}

/* --- the headline ------------------------------------------------------------------ */

static void
set(struct headline *h, enum method method, const char *reason)
{
	*h = (struct headline){ .method = method, .reason = reason };
}

/* What keeps a server from using it, and then what keeps others from believing it. */
static const char *
refusal(const struct partner *partner, const char *endpoint)
{
	if (verdict_at(partner, "file.key", endpoint) == STATUS_FAIL)
		return "the private key does not belong to it";
	if (verdict_at(partner, "file.order", endpoint) == STATUS_FAIL)
		return "the first certificate in the file is not the server's own";
	return verdict_certificate(partner, endpoint);
}

void
file_headline(struct partner *partner)
{
	size_t count;
	const struct endpoint *list = endpoints(partner->arena, partner, &count);
	const char *trouble;

	set(&partner->in, METHOD_UNKNOWN, "nothing could be read");
	set(&partner->out, METHOD_UNKNOWN, "nothing could be read");
	if (count == 0 || partner->findings == 0)
		return;
	if (verdict_at(partner, "file.request", list->id) != STATUS_SKIP) {
		set(&partner->in, METHOD_UNKNOWN, "a request proves nothing yet");
		set(&partner->out, METHOD_UNKNOWN, "a request proves nothing yet");
		return;
	}
	trouble = refusal(partner, list->id);
	set(&partner->in, trouble ? METHOD_NONE : METHOD_SASL_EXTERNAL, trouble);
	if (!trouble &&
		verdict_at(partner, "cert.eku.client-auth", list->id) == STATUS_WARN)
		trouble = "it is not issued for clients, on which some partners insist";
	set(&partner->out, partner->in.method, trouble);
}

/* --- the rows ---------------------------------------------------------------------- */

const struct check file_checks[] = {
	{ .id = "file.key",
		.title = "The private key belongs to the certificate",
		.why = "a server with another key does not start, or offers TLS and cannot "
		       "carry it out",
		.source = "RFC 8446, 4.4.3; RFC 5246, 7.4.3",
		.remedy = "find the key that the request was made with, or request a "
			  "certificate anew",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_FILES,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = key },
	{ .id = "file.key.protected",
		.title = "Nobody else can read the private key",
		.why = "who has the key can pass for the domain until the certificate ends",
		.source = "RFC 5280, 9; RFC 6120, 13.8.3",
		.remedy = "let only the server's own account read the file (chmod 600)",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_FILES,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_US,
		.examine = key_protected },
	{ .id = "file.order",
		.title = "The leaf is the first in the file",
		.why = "a server takes the first certificate for its own and sends the file "
		       "as it is",
		.source = "RFC 8446, 4.4.2; RFC 5246, 7.4.2",
		.remedy =
			"put the server's own certificate first, then each issuer behind "
			"what it issued",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_FILES,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.after = { "cert.presented" },
		.examine = order },
	{ .id = "file.request",
		.title = "The request is sound and asks for both usages",
		.why = "an authority issues what is asked for, or less",
		.source = "RFC 2986, 3, 4.2; RFC 5280, 4.2.1.12",
		.remedy = "make the request anew: fedprobe request",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_FILES,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.after = { "cert.presented" },
		.examine = request },
	{ .id = "file.sip",
		.title = "The certificate names the SIP service of the domain",
		.why = "an Edge server shows the same certificate to SIP, whose clients and "
		       "partners look for sip.<domain>",
		.source = "RFC 5922, 4; Lync Server 2013, certificate requirements for "
			  "external user access",
		.remedy = "add sip.<domain> to the DNS names of the request",
		.scope = SCOPE_ENDPOINT,
		.roles = OF_FILES,
		.severity = SEVERITY_LOW,
		.owner = OWNER_US,
		.after = { "cert.presented" },
		.examine = sip },
	{ 0 }
};
