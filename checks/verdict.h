/* What the findings say, for those who judge by them: the causes, the headline and the
 * exit status. */
#pragma once

#include "checks/check.h"

/* Of the check at the endpoint (NULL: about the whole domain); SKIP when it was not
 * asked. */
enum status verdict_at(
	const struct partner *partner, const char *check, const char *endpoint);

/* Neither skipped nor worse than a warning. */
bool verdict_is_good(enum status status);

/* Whether any endpoint can be used at all. */
bool verdict_reaches(const struct partner *partner);

/* What became of the dialback question to the authoritative server. */
enum authority {
	AUTHORITY_UNKNOWN, /* not asked, or no answer that means anything */
	AUTHORITY_ANSWERS,
	/* Where it counts: inside TLS, when there is any. */
	AUTHORITY_REFUSES, /* by a rule: dialback is switched off */
	AUTHORITY_FAILS
};

/* At the endpoint of the inquiry; cites what it rests on. */
enum authority verdict_authority(struct inquiry *q);

/* The dates of the certificate seen at the endpoint are wrong by a clock of ours that is
 * wrong itself, so nothing is known of them. */
bool verdict_is_dateless(const struct partner *partner, const char *endpoint);

/* Why other servers refuse the certificate seen at the endpoint, in words: "it has expired
 * or is not yet valid". NULL when it is trusted and valid for the domain. */
const char *verdict_certificate(const struct partner *partner, const char *endpoint);
