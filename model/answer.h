/* How the answers of DNS in a journal must be read (RFC 2308, RFC 4035). */
#pragma once

#include "model/journal.h"

/* How the answer to a question must be read (RFC 4035, 4.3; RFC 8914). */
enum dns_answer {
	ANSWER_PENDING, /* not asked, or not answered yet */
	ANSWER_DATA,
	ANSWER_NODATA,
	ANSWER_NXDOMAIN,
	ANSWER_SERVFAIL,
	ANSWER_BOGUS, /* SERVFAIL, but the data is there with checking disabled */
	ANSWER_REFUSED,
	ANSWER_SILENT, /* no resolver answered */
	ANSWER_MALFORMED
};

extern const char *const dns_answer_names[];

enum { MAX_ALIASES = 8 };

/* The last answer to the question, by TCP or with CD only where it says so; NULL when
 * none is there. */
const struct observation *dns_find(
	const struct journal *journal, enum dns_type type, const char *name);
const struct observation *dns_find_unchecked(
	const struct journal *journal, enum dns_type type, const char *name);

enum dns_answer dns_read(
	const struct journal *journal, enum dns_type type, const char *name);

/* The name after following the aliases in the answer; counts them. NULL for a loop or
 * more than MAX_ALIASES. */
const char *dns_canonical(const struct dns_fact *fact, int *aliases);

/* The records that answer the question, aliases followed, at most `limit`; none while
 * there is no data. What only an unchecked answer holds is not there (RFC 4035, 5.5). */
const struct dns_record **dns_records(struct arena *arena, const struct journal *journal,
	enum dns_type type, const char *name, size_t limit, size_t *count);

/* RFC 8659, 3: climbs from the name towards the root, until there is something else than
 * a clean "there is none"; the last label ends it. Returns where, and how the answer
 * there must be read. */
const char *dns_climb(const struct journal *journal, enum dns_type type, const char *name,
	enum dns_answer *answer);
