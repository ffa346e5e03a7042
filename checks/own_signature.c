/* Whether each side can verify what the other's key signs. The schemes that a server takes
 * stand in its request for a certificate (RFC 5246, 7.4.4; RFC 8446, 4.3.2), so no scan is
 * needed; that it takes the same when it calls is an assumption, and the words say so. */
#include "checks/own.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "model/suite.h"

/* The key of one side, and what the other takes. */
struct signing {
	const struct certificate_fact *leaf;
	const struct tls_fact *request;
	bool ours; /* the key */
};

/* The next of the session's own connections where the fact is of use; NULL after the last. */
static const struct observation *
next_of(const struct partner *partner, enum fact_kind kind,
	const struct observation *after, bool (*is_it)(const struct observation *))
{
	const struct journal *journal = partner->journal;

	for (unsigned n = after ? after->number + 1 : 1; n <= journal_size(journal);
		n++) {
		const struct observation *o = journal_at(journal, n);

		if (o->kind == kind && text_same(o->probe, "session") && is_it(o))
			return o;
	}
	return NULL;
}

static bool
is_leaf(const struct observation *o)
{
	const struct certificate_fact *f = o->fact;

	return f->position == 0 && f->key != NULL;
}

static bool
has_schemes(const struct observation *o)
{
	return ((const struct tls_fact *)o->fact)->schemes > 0;
}

static const char *
say_key(struct inquiry *q, const struct certificate_fact *leaf)
{
	return leaf->curve ? arena_printf(q->arena, "%s, %s", leaf->key, leaf->curve)
			   : leaf->key;
}

/* RFC 8446, 9.1: these keys every server can verify; who has another has chosen it. */
static bool
is_common(const struct certificate_fact *leaf)
{
	return text_same(leaf->key, "RSA") || text_same(leaf->curve, "P-256");
}

static void
blame_signing(struct inquiry *q, const struct signing *s)
{
	blame(q, s->ours == is_common(s->leaf) ? OWNER_PARTNER : OWNER_US);
	remedy(q,
		is_common(s->leaf)
			? "update the server that cannot verify it, or enable there the "
			  "signatures of such keys"
			: "get a certificate with an RSA key of 2048 bits, or one on P-256, "
			  "which every server can verify");
}

/* Where it is our key, our calls still come through, but without a certificate. */
static void
condemn(struct inquiry *q, const struct signing *s, const char *schemes)
{
	if (s->ours) {
		grade(q, SEVERITY_MEDIUM);
		warned(q,
			"the partner's server cannot verify what our key (%s) signs: it takes "
			"%s; so it is when it asks for our certificate, and it is taken to be "
			"so when it calls us",
			say_key(q, s->leaf), schemes);
	} else
		failed(q,
			"our server cannot verify what the partner's key (%s) signs, if it "
			"takes as a client what it takes as a server: %s",
			say_key(q, s->leaf), schemes);
}

static void
judge_signing(struct inquiry *q, const struct signing *s)
{
	enum tls_version version = tls_version_of(s->request->version);
	bool verified = false, well = false;

	for (size_t i = 0; i < s->request->schemes; i++) {
		const char *scheme = s->request->scheme[i];

		if (!scheme_is_of(scheme, s->leaf->key, s->leaf->curve, version))
			continue;
		verified = true;
		well |= !scheme_is_sha1(scheme);
	}
	if (well)
		return;
	blame_signing(q, s);
	if (verified)
		warned(q,
			"%s verifies what %s key (%s) signs with SHA-1 only, which other "
			"servers refuse",
			s->ours ? "the partner's server" : "our server",
			s->ours ? "our" : "the partner's", say_key(q, s->leaf));
	else
		condemn(q, s, say_list(q, s->request->scheme, s->request->schemes));
}

/* Every certificate of the one against the first request of the other: one library stands
 * behind all endpoints, but their certificates may differ. */
static void
compare(struct inquiry *q, const struct partner *signer, const struct partner *verifier,
	bool ours)
{
	const struct observation *request =
		next_of(verifier, FACT_TLS, NULL, has_schemes);
	const struct observation *leaf = NULL;

	if (request == NULL)
		return;
	while ((leaf = next_of(signer, FACT_CERTIFICATE, leaf, is_leaf)) != NULL) {
		also_cite(q, ours ? request : leaf);
		judge_signing(q, &(struct signing){ leaf->fact, request->fact, ours });
	}
}

void
own_signatures(struct inquiry *q, const struct partner *own)
{
	compare(q, own, q->partner, true);
	compare(q, q->partner, own, false);
}
