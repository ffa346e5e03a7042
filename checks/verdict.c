/* Findings read back. A finding that was not asked for, and one that was skipped, are the
 * same to those who ask here: nothing is known. */
#include "checks/verdict.h"

#include "base/text.h"
#include "checks/attempt.h"

#include <string.h>

static const struct finding *
find(const struct partner *partner, const char *check, const char *endpoint)
{
	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];

		if (strcmp(f->check, check) == 0 && text_same(f->endpoint, endpoint))
			return f;
	}
	return NULL;
}

enum status
verdict_at(const struct partner *partner, const char *check, const char *endpoint)
{
	const struct finding *f = find(partner, check, endpoint);

	return f ? f->status : STATUS_SKIP;
}

bool
verdict_is_good(enum status status)
{
	return status > STATUS_SKIP && status < STATUS_FAIL;
}

bool
verdict_reaches(const struct partner *partner)
{
	return verdict_is_good(verdict_at(partner, "reach.any", NULL));
}

/* What servers look at before they believe a certificate. What is merely unwise, or bad
 * for some partners only, is not here. */
static const struct {
	const char *check, *words;
	bool must_pass; /* without an answer there is no belief either */
} trials[] = {
	{ "cert.presented", "none could be read", true },
	{ "cert.date.valid", "it has expired or is not yet valid", true },
	{ "cert.chain.complete", "its chain is not complete", true },
	{ "cert.chain.trusted", "no authority trusted here vouches for it", true },
	{ "cert.chain.expired-member", "an authority above it has expired", false },
	{ "cert.name.match", "it does not name the domain", false },
	{ "cert.name.encoding", "its names hold characters that cannot be seen", false },
	{ "cert.san.xmppaddr", "it names the domain as an XmppAddr only", false },
	{ "cert.eku.server-auth", "it is not issued for servers", false },
	{ "cert.key-usage", "its key may not be used for TLS", false },
	{ "cert.key.strength", "a key in its chain is too weak", false },
	{ "cert.signature.algorithm", "a digest in its chain is broken", false },
	{ "cert.profile", "a critical extension of it is not known", false },
};

/* The library looks at more than any check (serverAuth must be there by name). */
static bool
is_trusted(const struct partner *partner, const char *endpoint)
{
	bool trusted = false;

	for (unsigned n = 1; n <= journal_size(partner->journal); n++) {
		const struct observation *o = journal_at(partner->journal, n);

		if (o->kind == FACT_TLS && text_same(o->endpoint, endpoint) &&
			text_same(o->probe, endpoint_probe(endpoint)))
			trusted |= ((const struct tls_fact *)o->fact)->trusted;
	}
	return trusted;
}

static bool
is_by_clock(const char *check)
{
	static const char *const checks[] = { "cert.date.valid",
		"cert.chain.expired-member", NULL };

	return name_index(checks, check) >= 0;
}

bool
verdict_is_dateless(const struct partner *partner, const char *endpoint)
{
	if (verdict_at(partner, "own.clock", NULL) != STATUS_FAIL)
		return false;
	for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++)
		if (is_by_clock(trials[i].check) &&
			verdict_at(partner, trials[i].check, endpoint) >= STATUS_FAIL)
			return true;
	return false;
}

const char *
verdict_certificate(const struct partner *partner, const char *endpoint)
{
	bool dateless = verdict_is_dateless(partner, endpoint);

	for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
		const struct finding *f = find(partner, trials[i].check, endpoint);
		enum status status = f ? f->status : STATUS_SKIP;

		if (dateless && is_by_clock(trials[i].check))
			continue;
		if (status >= STATUS_FAIL && f->severity >= SEVERITY_HIGH)
			return trials[i].words;
		if (status == STATUS_SKIP && trials[i].must_pass)
			return i == 0 ? "there is none" : "it could not be verified";
	}
	/* The library goes by the same clock. */
	return dateless || is_trusted(partner, endpoint) ? NULL
							 : "it is not trusted here";
}

/* In clear, where TLS is offered, a refusal says little (ejabberd, jabberd2). */
static bool
was_asked_last(struct inquiry *q)
{
	enum phase last = attempt_last(q);
	const struct error_fact *error = attempt_error(q, last);

	return cite_phase(q, FACT_DIALBACK, last) != NULL ||
	       (error != NULL && text_same(error->after, "db:verify"));
}

enum authority
verdict_authority(struct inquiry *q)
{
	switch (verdict_at(q->partner, "dialback.authority.answers", q->endpoint->id)) {
	case STATUS_PASS:
		return AUTHORITY_ANSWERS;
	case STATUS_INFO:
		return was_asked_last(q) ? AUTHORITY_REFUSES : AUTHORITY_UNKNOWN;
	case STATUS_FAIL:
		return was_asked_last(q) ? AUTHORITY_FAILS : AUTHORITY_UNKNOWN;
	default:
		return AUTHORITY_UNKNOWN;
	}
}
