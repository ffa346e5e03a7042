/* The checks of our own side. For now this is the resolver: what it does wrong must not be
 * blamed on a partner. */
#include "checks/check.h"

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
	{ 0 },
};
