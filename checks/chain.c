/* The chain of certificates as a whole: whether it is complete, where it leads, and whether
 * a certificate above the leaf ends too soon. What the leaf itself lacks, other checks
 * tell; it is no reason to call the chain untrusted. */
#include "checks/cert.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/file.h"

/* The codes of OpenSSL (x509_vfy.h) that a verify_error holds. */
enum verify_code {
	CODE_NO_ISSUER = 2,
	CODE_NOT_YET_VALID = 9,
	CODE_EXPIRED = 10,
	CODE_SELF_SIGNED_LEAF = 18,
	CODE_SELF_SIGNED_IN_CHAIN = 19,
	CODE_NO_LOCAL_ISSUER = 20,
	CODE_LEAF_ALONE = 21,
	CODE_PATH_LENGTH = 25,
	CODE_PURPOSE = 26,
	CODE_UNTRUSTED = 27,
	CODE_REJECTED = 28,
	CODE_UNKNOWN_CRITICAL = 34,
	CODE_NAME_NOT_PERMITTED = 47,
	CODE_NAME_EXCLUDED = 48,
	CODE_LEAF_KEY_WEAK = 66,
	CODE_AUTHORITY_KEY_WEAK = 67,
	CODE_DIGEST_WEAK = 68
};

/* Before a partner sees it, the chain is in a file. */
static const char *
say_sent(const struct inquiry *q, bool there)
{
	if (q->endpoint->mode == MODE_FILE)
		return there ? "is in the file" : "is not in the file";
	return there ? "was sent" : "was not sent";
}

static bool
is_issuer_missing(const struct verify_error *error)
{
	return error->code == CODE_NO_ISSUER || error->code == CODE_NO_LOCAL_ISSUER ||
	       error->code == CODE_LEAF_ALONE;
}

bool
verify_breaks_constraint(const struct verify_error *error)
{
	return error->code == CODE_PATH_LENGTH ||
	       error->code == CODE_NAME_NOT_PERMITTED ||
	       error->code == CODE_NAME_EXCLUDED;
}

/* Whether the verification came to any end. */
static bool
is_verified(const struct tls_fact *f)
{
	return f != NULL && (f->trusted || f->verifies > 0);
}

/* The certificate that was sent under this name, or NULL. */
static const struct certificate_fact *
find_sent(const struct chain *chain, const char *subject)
{
	for (size_t i = 0; i < chain->certificates; i++)
		if (subject && text_same_name(chain->certificate[i]->subject, subject))
			return chain->certificate[i];
	return NULL;
}

/* --- complete --------------------------------------------------------------------- */

/* The path ends below an issuer that is neither sent nor trusted here. After the leaf
 * alone an intermediate is missing by all experience, since hardly anybody signs servers
 * with a root. Further up it may as well be a root, which need not be sent (RFC 8446,
 * 4.4.2). */
static void
judge_missing(struct inquiry *q, const struct chain *chain, const char *missing)
{
	const struct certificate_fact *leaf = chain->certificate[0];
	const char *issuer = say_some(q, &missing, 1);

	if (!text_same_name(missing, leaf->issuer)) {
		noted(q,
			"the path ends below %s, which %s and is not in the trust store; "
			"whether it is a root or an intermediate cannot be seen from here",
			issuer, say_sent(q, false));
		return;
	}
	remedy(q,
		"configure the full-chain file in place of the leaf alone; if %s is your own "
		"root, give it to the other side",
		issuer);
	if (find_sent(chain, missing) != NULL)
		failed(q,
			"a certificate named %s %s, but it does not verify as the issuer of %s",
			issuer, say_sent(q, true), say_certificate(q, leaf));
	else
		failed(q, "%s, which issued %s, %s and is not in the trust store", issuer,
			say_certificate(q, leaf), say_sent(q, false));
}

static void
judge_path(struct inquiry *q, const struct chain *chain, const struct tls_fact *f)
{
	if (f->only_with_intermediate) {
		failed(q, "a path is found only with %s, which %s; others do not have it",
			f->missing_intermediate ? say_some(q, &f->missing_intermediate, 1)
						: "an intermediate",
			say_sent(q, false));
		return;
	}
	for (size_t i = 0; i < f->verifies; i++)
		if (is_issuer_missing(&f->verify[i]) && f->missing_intermediate != NULL) {
			judge_missing(q, chain, f->missing_intermediate);
			return;
		}
}

/* Whether a certificate before this one in the list was issued by it. */
static bool
certifies_earlier(const struct chain *chain, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (chain->related[i] && text_same_name(chain->certificate[i]->issuer,
						 chain->certificate[at]->subject))
			return true;
	return false;
}

static bool
is_repeated(const struct chain *chain, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (chain->certificate[i]->fingerprint != NULL &&
			text_same(chain->certificate[i]->fingerprint,
				chain->certificate[at]->fingerprint))
			return true;
	return false;
}

/* RFC 5246, 7.4.2: each certificate directly certifies the one before it. RFC 8446, 4.4.2
 * is lenient, but bids to be ready for those that are not. Two cross-signed forms of one
 * authority side by side are common and do no harm. */
static void
judge_order(struct inquiry *q, const struct chain *chain)
{
	const struct file_fact *file = cite_file(q);
	bool ordered = file == NULL || file_is_ordered(file);

	for (size_t i = 1; i < chain->certificates; i++) {
		const struct certificate_fact *c = chain->certificate[i];

		if (is_repeated(chain, i))
			warned(q, "%s %s twice", say_certificate(q, c),
				say_sent(q, true));
		else if (!chain->related[i])
			warned(q, "%s has nothing to do with the leaf",
				say_certificate(q, c));
		else if (!certifies_earlier(chain, i) && ordered)
			warned(q, "%s stands before what it issued",
				say_certificate(q, c));
		else if (c->self_signed)
			noted(q, "the root %s %s too, which is of no use",
				say_certificate(q, c), say_sent(q, true));
	}
}

void
chain_complete(struct inquiry *q)
{
	const struct tls_fact *f = cert_handshake(q);
	struct chain chain;

	if (!cert_is_issued(q) || !cert_chain(q, &chain))
		return;
	judge_order(q, &chain);
	if (is_verified(f))
		judge_path(q, &chain, f);
	else
		skipped(q, "a verified path");
}

/* --- trusted ---------------------------------------------------------------------- */

/* What belongs to other checks: dates, keys, digests, extensions, and what the leaf may be
 * used for. A wrong word about trust would send the reader to the wrong place. */
static bool
is_told_elsewhere(const struct verify_error *error)
{
	switch (error->code) {
	case CODE_NOT_YET_VALID:
	case CODE_EXPIRED:
	case CODE_UNKNOWN_CRITICAL:
	case CODE_LEAF_KEY_WEAK:
	case CODE_AUTHORITY_KEY_WEAK:
	case CODE_DIGEST_WEAK:
		return true;
	case CODE_PURPOSE:
		return error->depth == 0;
	default:
		return false;
	}
}

static const char *
store_words(struct inquiry *q, const struct tls_fact *f)
{
	if (f->trust_store == NULL || text_same(f->trust_store, "system"))
		return "the system's trust store";
	return arena_printf(q->arena, "the trust store \"%s\"", f->trust_store);
}

/* The root that was sent and is trusted by nobody here. */
static const struct certificate_fact *
find_root(const struct chain *chain)
{
	for (size_t i = 1; i < chain->certificates; i++)
		if (chain->related[i] && chain->certificate[i]->self_signed)
			return chain->certificate[i];
	return NULL;
}

static const char *
fingerprint_words(struct inquiry *q, const struct certificate_fact *c)
{
	if (c == NULL || c->fingerprint == NULL)
		return "";
	return arena_printf(q->arena, "; its SHA-256 fingerprint is %s", c->fingerprint);
}

static void
judge_distrust(struct inquiry *q, const struct chain *chain, const struct tls_fact *f,
	const struct verify_error *error)
{
	const struct certificate_fact *root = find_root(chain);
	const char *subject = error->subject ? error->subject : "";
	const char *text = error->text ? error->text : "no reason given";

	if (error->code == CODE_SELF_SIGNED_LEAF)
		failed(q, "self-signed: no authority vouches for it%s",
			fingerprint_words(q, chain->certificate[0]));
	else if (error->code == CODE_SELF_SIGNED_IN_CHAIN)
		failed(q, "private CA: the root %s is not in %s%s",
			root ? say_certificate(q, root) : say_some(q, &subject, 1),
			store_words(q, f), fingerprint_words(q, root));
	else if (is_issuer_missing(error))
		failed(q, "unknown CA: the path ends below %s, which is not in %s",
			f->missing_intermediate ? say_some(q, &f->missing_intermediate, 1)
						: "an issuer",
			store_words(q, f));
	else if (error->code == CODE_UNTRUSTED || error->code == CODE_REJECTED)
		failed(q, "distrusted: %s rejects %s", store_words(q, f),
			say_some(q, &subject, 1));
	else
		failed(q, "no valid path: \"%s\" at %s", text, say_some(q, &subject, 1));
}

void
chain_trusted(struct inquiry *q)
{
	const struct tls_fact *f = cert_handshake(q);
	struct chain chain;

	if (!cert_is_issued(q) || !cert_chain(q, &chain))
		return;
	if (!is_verified(f)) {
		skipped(q, "a verified path");
		return;
	}
	for (size_t i = 0; i < f->verifies; i++)
		if (!is_told_elsewhere(&f->verify[i])) {
			judge_distrust(q, &chain, f, &f->verify[i]);
			return;
		}
}

/* --- dates above the leaf --------------------------------------------------------- */

/* The path that was found leads through it. */
static bool
is_expired_on_path(const struct tls_fact *f, const struct certificate_fact *c)
{
	for (size_t i = 0; f && i < f->verifies; i++)
		if (f->verify[i].code == CODE_EXPIRED && f->verify[i].depth > 0 &&
			text_same(f->verify[i].subject, c->subject))
			return true;
	return false;
}

/* Also of certificates from the trust store, which were not sent. */
static void
judge_path_dates(struct inquiry *q, const struct tls_fact *f)
{
	for (size_t i = 0; f && i < f->verifies; i++) {
		const struct verify_error *error = &f->verify[i];
		const char *subject = error->subject ? error->subject : "";

		if (error->depth == 0)
			continue;
		if (error->code == CODE_EXPIRED)
			failed(q, "%s, on the only path, has expired",
				say_some(q, &subject, 1));
		else if (error->code == CODE_NOT_YET_VALID)
			failed(q, "%s, on the only path, is not valid yet",
				say_some(q, &subject, 1));
	}
}

/* Clients that take the first path they see stumble over it: in 2021, when a cross-signed
 * root ran out, half of them did. */
void
chain_expired_member(struct inquiry *q)
{
	const struct tls_fact *f = cert_handshake(q);
	int64_t now = journal_started(q->partner->journal);
	struct chain chain;

	if (!cert_is_issued(q) || !cert_chain(q, &chain))
		return;
	judge_path_dates(q, f);
	for (size_t i = 1; i < chain.certificates; i++) {
		const struct certificate_fact *c = chain.certificate[i];

		if (c->not_after == 0 || is_expired_on_path(f, c))
			continue;
		if (c->not_after < now)
			warned(q, "%s, which %s too, expired %s", say_certificate(q, c),
				say_sent(q, true), text_time(q->arena, c->not_after));
		else if (chain.related[i] &&
			 c->not_after < chain.certificate[0]->not_after)
			warned(q, "%s ends %s, before the leaf, which ends %s",
				say_certificate(q, c), text_time(q->arena, c->not_after),
				text_time(q->arena, chain.certificate[0]->not_after));
	}
}
