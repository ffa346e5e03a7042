/* The checks that compare endpoints. A cluster has one name, and its weakest or oldest
 * node is the one that an attacker, or bad luck, chooses. */
#include "checks/reach.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/progress.h"
#include "model/name.h"

static const char *
show(struct inquiry *q, const struct endpoint *e)
{
	return endpoint_show(q->arena, e->id);
}

/* --- the domain ------------------------------------------------------------------- */

static bool
is_unknown_there(struct inquiry *at)
{
	const struct observation *o = cite(at, FACT_ERROR);
	const struct error_fact *error = o ? o->fact : NULL;

	return error != NULL && (text_same(error->condition, "host-unknown") ||
					text_same(error->condition, "host-gone"));
}

/* What the endpoint is instead of the domain's, in words; NULL when it is the domain's. */
static const char *
stranger_words(struct inquiry *at)
{
	if (is_unknown_there(at))
		return "does not know the domain";
	for (enum phase phase = PHASE_PLAIN; phase <= PHASE_TLS; phase++) {
		const struct header_fact *header = attempt_header(at, phase);
		const char *from = header ? header->from : NULL;

		if (from != NULL && *from != '\0' && !is_partner(at, from))
			return arena_printf(at->arena, "presents itself as \"%s\"", from);
	}
	return NULL;
}

/* Whether it said enough to tell. */
static bool
has_spoken(struct inquiry *at)
{
	return is_unknown_there(at) || attempt_header(at, PHASE_PLAIN) != NULL ||
	       attempt_header(at, PHASE_TLS) != NULL;
}

void
same_domain(struct inquiry *q)
{
	size_t count, speaking = 0;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		struct inquiry at = inquiry_at(q, &list[i]);

		speaking += has_spoken(&at);
	}
	if (speaking < 2) {
		skipped(q, "a second endpoint");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		struct inquiry at = inquiry_at(q, &list[i]);
		const char *words = stranger_words(&at);

		if (words != NULL)
			warned(q, "%s %s", show(q, &list[i]), words);
	}
}

/* --- the certificates ------------------------------------------------------------- */

/* RFC 6120, 13.7.2.1; this is about differences, so every kind of name counts. */
static bool
names_partner(struct inquiry *q, const struct certificate_fact *c)
{
	return c->names_cut || name_fits(q->arena, c, q->partner->domain.ascii);
}

/* What is wrong with the endpoint's leaf; NULL for nothing. */
static const char *
flaw(struct inquiry *at, const struct certificate_fact *leaf)
{
	int64_t now = journal_started(at->partner->journal);
	const struct observation *o = cite(at, FACT_TLS);
	const struct tls_fact *tls = o ? o->fact : NULL;

	if (leaf->malformed)
		return "is malformed";
	if (leaf->not_after < now)
		return arena_printf(
			at->arena, "expired %s", text_time(at->arena, leaf->not_after));
	if (leaf->not_before > now)
		return arena_printf(at->arena, "is not valid before %s",
			text_time(at->arena, leaf->not_before));
	if (!names_partner(at, leaf))
		return "does not name the domain";
	if (tls != NULL && tls->completed && !tls->trusted)
		return tls->verifies > 0 && tls->verify[0].text != NULL
			       ? arena_printf(at->arena, "is not trusted (%s)",
					 tls->verify[0].text)
			       : "is not trusted";
	return NULL;
}

struct leaf {
	const struct endpoint *endpoint;
	const struct certificate_fact *certificate;
	const char *flaw;
};

static size_t
find_leaves(struct inquiry *q, struct leaf leaf[MAX_ENDPOINTS])
{
	size_t count, leaves = 0;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		struct inquiry at = inquiry_at(q, &list[i]);
		const struct certificate_fact *c = cite_certificate(&at, 0);

		if (c != NULL)
			leaf[leaves++] = (struct leaf){ &list[i], c, flaw(&at, c) };
	}
	return leaves;
}

static const char *
date(struct inquiry *q, const struct certificate_fact *c)
{
	return arena_text(q->arena, text_time(q->arena, c->not_after), 10);
}

void
same_certificate(struct inquiry *q)
{
	struct leaf leaf[MAX_ENDPOINTS];
	size_t leaves = find_leaves(q, leaf), bad = 0, other = 0;

	for (size_t i = 0; i < leaves; i++) {
		bad += leaf[i].flaw != NULL;
		if (!text_same(leaf[i].certificate->fingerprint,
			    leaf[0].certificate->fingerprint))
			other = i;
	}
	if (leaves < 2)
		skipped(q, "a second certificate");
	else if (bad > 0 && bad < leaves)
		for (size_t i = 0; i < leaves; i++)
			if (leaf[i].flaw != NULL)
				failed(q,
					"the certificate at %s %s, those elsewhere are good",
					show(q, leaf[i].endpoint), leaf[i].flaw);
	if (leaves > 1 && other > 0)
		noted(q, "%s presents a certificate until %s, %s another until %s",
			show(q, leaf[0].endpoint), date(q, leaf[0].certificate),
			show(q, leaf[other].endpoint), date(q, leaf[other].certificate));
}

/* --- the offers ------------------------------------------------------------------- */

static bool
has_starttls(const struct features_fact *f)
{
	return f->starttls;
}

static bool
requires_starttls(const struct features_fact *f)
{
	return f->starttls_required;
}

static bool
has_dialback(const struct features_fact *f)
{
	return f->dialback;
}

static bool
has_external(const struct features_fact *f)
{
	return features_have(f, "EXTERNAL");
}

static const struct offer {
	const char *words;
	enum phase phase;
	bool (*is_made)(const struct features_fact *features);
} offers[] = {
	{ "offers STARTTLS", PHASE_PLAIN, has_starttls },
	{ "requires STARTTLS", PHASE_PLAIN, requires_starttls },
	{ "offers dialback before TLS", PHASE_PLAIN, has_dialback },
	{ "offers dialback inside TLS", PHASE_TLS, has_dialback },
	{ "offers EXTERNAL inside TLS", PHASE_TLS, has_external },
};

/* Only what came in the same phase can be compared; returns how many did. */
static size_t
compare_offers(struct inquiry *q, const struct offer *offer)
{
	size_t count, compared = 0;
	const struct endpoint *list = all_endpoints(q, &count), *with = NULL,
			      *without = NULL;

	for (size_t i = 0; i < count; i++) {
		struct inquiry at = inquiry_at(q, &list[i]);
		const struct features_fact *features =
			attempt_features(&at, offer->phase);

		if (features == NULL)
			continue;
		compared++;
		if (offer->is_made(features))
			with = with ? with : &list[i];
		else
			without = without ? without : &list[i];
	}
	if (with != NULL && without != NULL)
		warned(q, "%s %s, %s does not", show(q, with), offer->words,
			show(q, without));
	return compared;
}

void
same_offers(struct inquiry *q)
{
	bool any = false;

	for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++)
		any |= compare_offers(q, &offers[i]) > 1;
	if (!any)
		skipped(q, "a second endpoint");
}
