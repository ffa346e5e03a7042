/* The checks of DNSSEC, by what one resolver lets us see: its AD bit, and what it hands
 * out with checking disabled after a SERVFAIL. */
#include "checks/check.h"

#include "base/text.h"
#include "checks/srv.h"

#include <string.h>

enum { MAX_QUESTIONS = 2 + 2 * MAX_SRV };

/* A question on the way from the domain to its endpoints. */
struct question {
	enum dns_type type;
	const char *name;
};

struct path {
	struct question question[MAX_QUESTIONS];
	size_t questions;
};

/* The questions that were asked: the services, then the addresses of their hosts. */
static void
find_path(struct inquiry *q, struct path *path)
{
	size_t hosts;
	const char **host = endpoint_hosts(q->arena, q->partner, &hosts);

	path->questions = 0;
	if (q->partner->asked->connect_host == NULL)
		for (enum mode mode = MODE_STARTTLS; mode <= MODE_DIRECT; mode++)
			path->question[path->questions++] = (struct question){ DNS_SRV,
				srv_name(q->arena, mode, q->partner->domain.ascii) };
	for (size_t i = 0; i < hosts && path->questions + 2 <= MAX_QUESTIONS; i++) {
		path->question[path->questions++] = (struct question){ DNS_A, host[i] };
		path->question[path->questions++] =
			(struct question){ DNS_AAAA, host[i] };
	}
}

/* "127.0.0.53:53,[::1]:53": the AD bit crossed no network when every server is on this
 * host. */
static bool
is_local(const char *resolver)
{
	const char *at = resolver;

	while (at != NULL) {
		if (!text_starts(at, "127.") && !text_starts(at, "[::1]"))
			return false;
		at = strchr(at, ',');
		if (at != NULL)
			at++;
	}
	return resolver != NULL;
}

/* RFC 4035, 4.9.3: AD may be believed over a path that is secure. */
static bool
is_believed(const struct inquiry *q, const struct dns_fact *fact)
{
	return q->partner->asked->trust_ad || is_local(fact->resolver);
}

/* What the answers with data on the path show. */
struct marks {
	const struct dns_fact *secure;   /* the first with AD, or NULL */
	const struct dns_fact *insecure; /* the first without */
	const struct dns_fact
		*signed_insecure; /* the first that has signatures but no AD */
	bool believed;
	bool open; /* to a question there was no proper answer */
};

static struct marks
look_at_marks(struct inquiry *q, const struct path *path)
{
	struct marks m = { .believed = true };

	for (size_t i = 0; i < path->questions; i++) {
		const struct question *one = &path->question[i];
		enum dns_answer answer = cite_answer(q, one->type, one->name);
		const struct dns_fact *fact;

		m.open |= answer_is_bad(answer);
		if (answer != ANSWER_DATA)
			continue;
		fact = cite_dns(q, one->type, one->name);
		m.believed &= is_believed(q, fact);
		if (fact->authenticated && m.secure == NULL)
			m.secure = fact;
		if (!fact->authenticated && m.insecure == NULL)
			m.insecure = fact;
		if (!fact->authenticated && fact->signature_expires != 0 &&
			m.signed_insecure == NULL)
			m.signed_insecure = fact;
	}
	return m;
}

static const char *
question_words(struct inquiry *q, enum dns_type type, const char *name)
{
	return arena_printf(q->arena, "%s of \"%s\"", dns_type_names[type], name);
}

/* ", and a signature ended ...": the extended error does not tell it reliably. */
static const char *
reason_words(struct inquiry *q, enum dns_type type, const char *name)
{
	const struct observation *o = dns_find_unchecked(q->partner->journal, type, name);
	const struct dns_fact *fact = o ? o->fact : NULL;

	if (fact == NULL || fact->signature_expires == 0 ||
		fact->signature_expires >= journal_started(q->partner->journal))
		return "";
	return arena_printf(q->arena, "; a signature ended %s",
		text_time(q->arena, fact->signature_expires));
}

/* RFC 4035, 4.3. Bogus shows through any resolver that validates; secure and insecure
 * only by a bit that must be believed. */
static void
dnssec_state(struct inquiry *q)
{
	struct path path;
	struct marks m;
	bool bogus = false;

	find_path(q, &path);
	for (size_t i = 0; i < path.questions; i++) {
		const struct question *one = &path.question[i];

		if (cite_answer(q, one->type, one->name) != ANSWER_BOGUS)
			continue;
		failed(q, "%s: %s%s", question_words(q, one->type, one->name),
			answer_words(q, one->type, one->name),
			reason_words(q, one->type, one->name));
		bogus = true;
	}
	m = look_at_marks(q, &path);
	if (bogus)
		return;
	if (m.open || (m.secure == NULL && m.insecure == NULL))
		skipped(q, "a proper answer to every question");
	else if ((m.secure != NULL && !m.believed) ||
		 (m.secure == NULL && m.signed_insecure != NULL))
		skipped(q, "dnssec.trust-path");
	else if (m.secure == NULL)
		noted(q, "the %s is not signed, nor is any other answer",
			question_words(q, m.insecure->type, m.insecure->name));
	else if (m.insecure != NULL)
		warned(q, "the %s is secure, the %s is not",
			question_words(q, m.secure->type, m.secure->name),
			question_words(q, m.insecure->type, m.insecure->name));
}

/* --- signatures ------------------------------------------------------------------- */

enum { SOON = 3 * 86400 };

/* The time is that of the earliest signature: another one beside it may be good, as AD
 * says then. */
static void
judge_signature(struct inquiry *q, const struct dns_fact *fact)
{
	int64_t now = journal_started(q->partner->journal), end = fact->signature_expires;
	const char *words = arena_printf(q->arena, "%s %s",
		question_words(q, fact->type, fact->name), end < now ? "ended" : "ends");
	const char *when = text_time(q->arena, end);

	if (end < now && !fact->authenticated)
		failed(q, "a signature over the %s %s", words, when);
	else if (end < now + SOON)
		warned(q, "a signature over the %s %s", words, when);
}

/* Behind a refusal to validate, the answer that came with checking disabled. */
static const struct dns_fact *
signed_fact(struct inquiry *q, const struct question *one)
{
	const struct observation *o;

	if (cite_answer(q, one->type, one->name) != ANSWER_BOGUS)
		return cite_dns(q, one->type, one->name);
	o = dns_find_unchecked(q->partner->journal, one->type, one->name);
	return o->fact;
}

static void
signature_lifetime(struct inquiry *q)
{
	struct path path;
	bool any = false;

	find_path(q, &path);
	for (size_t i = 0; i < path.questions; i++) {
		const struct question *one = &path.question[i];
		const struct dns_fact *fact = signed_fact(q, one);

		if (fact == NULL || fact->signature_expires == 0)
			continue;
		any = true;
		judge_signature(q, fact);
	}
	if (!any)
		skipped(q, "a signed answer");
}

/* --- the way to the resolver ------------------------------------------------------ */

static void
trust_path(struct inquiry *q)
{
	struct path path;
	struct marks m;

	find_path(q, &path);
	m = look_at_marks(q, &path);
	if (m.secure != NULL && !m.believed)
		warned(q,
			"\"authenticated\" comes from %s over an unprotected path, and counts "
			"for nothing",
			m.secure->resolver ? m.secure->resolver : "an unknown resolver");
	else if (m.secure == NULL && m.signed_insecure != NULL)
		noted(q,
			"the %s is signed, but %s does not call it authenticated: it does not "
			"validate, or the chain of trust ends above",
			question_words(
				q, m.signed_insecure->type, m.signed_insecure->name),
			m.signed_insecure->resolver ? m.signed_insecure->resolver
						    : "the resolver");
	else if (m.secure == NULL)
		skipped(q, "a signed answer");
}

const struct check dnssec_checks[] = {
	{ .id = "dnssec.state",
		.title = "DNSSEC is whole from the domain to the addresses",
		.why = "validating partners, most large ones among them, lose a bogus domain "
		       "entirely while the owner's resolver may still answer",
		.source = "RFC 4035, 4.3; RFC 8914, 4; RFC 7673, 3.1, 3.2",
		.remedy =
			"sign the zone again or correct the DS record at the registrar, and "
			"test the zone's DNSSEC before the next attempt",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.blocks = true,
		.after = { "dns.domain.exists" },
		.examine = dnssec_state },
	{ .id = "dnssec.signature.lifetime",
		.title = "No signature has ended or is about to",
		.why = "a signer that stopped is silent until the day everything vanishes at "
		       "once",
		.source = "RFC 4035, 4.3, 5.3.1",
		.remedy =
			"check the schedule of the zone's signer: the signatures must be "
			"renewed before the time shown",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.after = { "dns.domain.exists" },
		.examine = signature_lifetime },
	{ .id = "dnssec.trust-path",
		.title = "The resolver's word on DNSSEC can be believed",
		.why = "anybody on the way to a remote resolver can set the bit that says "
		       "\"authenticated\"",
		.source = "RFC 4035, 3.2.3, 4.9.3; RFC 7673, 3.1",
		.remedy =
			"run a validating resolver on this host, or say --trust-ad when the "
			"path to the resolver is protected",
		.scope = SCOPE_DOMAIN,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_US,
		.after = { "dns.domain.exists" },
		.examine = trust_path },
	{ 0 },
};
