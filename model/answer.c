/* Answers of DNS as they must be read: what is there, what is proven not to be there, and
 * what nobody knows. A resolver's silence and "there is none" are never the same. */
#include "model/answer.h"

#include "base/text.h"

#include <string.h>

const char *const dns_answer_names[] = { "pending", "data", "no-data", "nxdomain",
	"servfail", "bogus", "refused", "silent", "malformed", NULL };

/* A try that brought no message says less than a message that was there before: when TCP
 * fails after truncation, what came by UDP still counts. */
static const struct observation *
find(const struct journal *journal, enum dns_type type, const char *name, bool unchecked)
{
	const struct observation *best = NULL, *const * list;
	size_t count;

	list = journal_kind(journal, FACT_DNS, &count);
	for (size_t i = 0; i < count; i++) {
		const struct observation *o = list[i];
		const struct dns_fact *fact = o->fact;

		if (fact->type != type || fact->checking_disabled != unchecked ||
			!text_same_name(fact->name, name))
			continue;
		if (best == NULL || best->outcome != OUTCOME_OK ||
			o->outcome == OUTCOME_OK)
			best = o;
	}
	return best;
}

const struct observation *
dns_find(const struct journal *journal, enum dns_type type, const char *name)
{
	return find(journal, type, name, false);
}

const struct observation *
dns_find_unchecked(const struct journal *journal, enum dns_type type, const char *name)
{
	return find(journal, type, name, true);
}

static const char *
alias_of(const struct dns_fact *fact, const char *name)
{
	for (size_t i = 0; i < fact->records; i++)
		if (fact->record[i].type == DNS_CNAME &&
			text_same_name(fact->record[i].owner, name))
			return fact->record[i].target;
	return NULL;
}

/* A loop needs no memory of its own: it runs into the limit. */
const char *
dns_canonical(const struct dns_fact *fact, int *aliases)
{
	const char *name = fact->name, *next;
	int count = 0;

	while (name != NULL && (next = alias_of(fact, name)) != NULL)
		name = ++count > MAX_ALIASES ? NULL : next;
	if (aliases != NULL)
		*aliases = count;
	return name;
}

/* Whether record i answers the question, the canonical name being known. */
static bool
is_answer(const struct dns_fact *fact, size_t i, const char *canonical)
{
	return fact->record[i].type == fact->type &&
	       text_same_name(fact->record[i].owner, canonical);
}

static enum dns_answer
read_records(const struct dns_fact *fact)
{
	const char *canonical = dns_canonical(fact, NULL);

	if (canonical == NULL)
		return ANSWER_MALFORMED;
	for (size_t i = 0; i < fact->records; i++)
		if (is_answer(fact, i, canonical))
			return ANSWER_DATA;
	return ANSWER_NODATA;
}

/* RFC 4035, 5.5: a validating resolver says SERVFAIL for bogus data, but hands it out
 * with checking disabled. */
static enum dns_answer
read_servfail(const struct journal *journal, const struct dns_fact *fact)
{
	const struct observation *o = dns_find_unchecked(journal, fact->type, fact->name);
	const struct dns_fact *unchecked = o ? o->fact : NULL;

	if (o != NULL && o->outcome == OUTCOME_OK &&
		(unchecked->rcode == RCODE_NOERROR || unchecked->rcode == RCODE_NXDOMAIN))
		return ANSWER_BOGUS;
	return ANSWER_SERVFAIL;
}

/* The last try by TCP; it is of interest only when it failed. */
static bool
failed_by_tcp(const struct journal *journal, const struct dns_fact *question)
{
	size_t count;
	const struct observation *const *list = journal_kind(journal, FACT_DNS, &count);

	for (size_t i = 0; i < count; i++) {
		const struct dns_fact *fact = list[i]->fact;

		if (fact->tcp && fact->type == question->type &&
			!fact->checking_disabled && list[i]->outcome != OUTCOME_OK &&
			text_same_name(fact->name, question->name))
			return true;
	}
	return false;
}

/* RFC 2181, 9: what is missing from a truncated answer proves nothing. */
static enum dns_answer
read_truncated(const struct journal *journal, const struct dns_fact *fact)
{
	if (read_records(fact) == ANSWER_DATA)
		return ANSWER_DATA;
	return failed_by_tcp(journal, fact) ? ANSWER_SILENT : ANSWER_PENDING;
}

enum dns_answer
dns_read(const struct journal *journal, enum dns_type type, const char *name)
{
	const struct observation *o = dns_find(journal, type, name);
	const struct dns_fact *fact;

	if (o == NULL)
		return ANSWER_PENDING;
	if (o->outcome != OUTCOME_OK)
		return o->outcome == OUTCOME_BAD_PEER ? ANSWER_MALFORMED : ANSWER_SILENT;
	fact = o->fact;
	switch (fact->rcode) {
	case RCODE_NOERROR:
		return fact->truncated ? read_truncated(journal, fact)
				       : read_records(fact);
	case RCODE_NXDOMAIN:
		return ANSWER_NXDOMAIN;
	case RCODE_SERVFAIL:
		return read_servfail(journal, fact);
	case RCODE_REFUSED:
	case RCODE_NOTIMP:
		return ANSWER_REFUSED;
	default:
		return ANSWER_MALFORMED;
	}
}

const struct dns_record **
dns_records(struct arena *arena, const struct journal *journal, enum dns_type type,
	const char *name, size_t limit, size_t *count)
{
	const struct dns_record **record = NULL;
	const struct dns_fact *fact;
	const char *canonical;

	*count = 0;
	if (dns_read(journal, type, name) != ANSWER_DATA)
		return NULL;
	fact = dns_find(journal, type, name)->fact;
	canonical = dns_canonical(fact, NULL);
	for (size_t i = 0; i < fact->records && *count < limit; i++)
		if (is_answer(fact, i, canonical)) {
			record = arena_grow(arena, record, *count, sizeof *record);
			record[(*count)++] = &fact->record[i];
		}
	return record;
}

const char *
dns_climb(const struct journal *journal, enum dns_type type, const char *name,
	enum dns_answer *answer)
{
	const char *dot;

	for (;; name = dot + 1) {
		*answer = dns_read(journal, type, name);
		dot = strchr(name, '.');
		if ((*answer != ANSWER_NODATA && *answer != ANSWER_NXDOMAIN) ||
			dot == NULL)
			return name;
	}
}
