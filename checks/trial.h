/* What became of our own authentication at an endpoint: SASL EXTERNAL with our certificate
 * (the probe "external"), and dialback with a key of our secret ("dialback",
 * "plaintext-dialback"). Everything looked at is cited. */
#pragma once

#include "checks/check.h"

#define EXTERNAL           "external"
#define EMPTY_EXTERNAL     "empty-external"
#define DIALBACK           "dialback"
#define PLAINTEXT_DIALBACK "plaintext-dialback"

struct trial {
	enum {
		TRIAL_NONE, /* not made, or it came to nothing that says anything of us */
		TRIAL_ACCEPTED,
		TRIAL_REFUSED
	} kind;
	/* Where it was decided: by an alert or an error for which only our certificate can be
	 * the reason, by the lack of an offer, or by the answer itself. */
	enum { TRIAL_AT_TLS, TRIAL_AT_FEATURES, TRIAL_AT_ANSWER } where;
	const char *words;      /* of a refusal */
	const char *stuck;      /* accepted, and yet no new stream begins: why; or NULL */
	const char *condition;  /* that came with it, or NULL */
	const char *text;       /* beside it, or NULL */
	int alert;              /* its number + 1 */
	bool silent;            /* there was no answer, or the end in place of one */
	bool about_certificate; /* refused, and our certificate may be the reason */
	bool about_dialback;    /* dialback as such is refused, whatever the key */
	bool distorted; /* it is valid, but for other domains than we asked about */
	bool denied;    /* the key is: "invalid", or the error "forbidden" */
	bool vouched;   /* and yet our listener had called it valid */
	int64_t took;   /* until the answer, microseconds */
};

struct trial trial_external(struct inquiry *q, const char *probe);
struct trial trial_dialback(struct inquiry *q, const char *probe);

/* Whether a key of ours was refused for what our own server said, or because it could not be
 * asked: dialback is on, and the trouble is on the way back. */
bool trial_asked_back(struct inquiry *q);

/* The leaf that we presented, as it lies on our disk; NULL when we hold none. */
const struct certificate_fact *trial_certificate(struct inquiry *q);

/* Whether all that we present was in date when the run began; false when we present none. */
bool trial_is_in_date(struct inquiry *q);

/* Whether an authority with one of these names, as the partner's certificate request lists
 * them, has issued something in our chain; true for an empty list. */
bool trial_is_wanted(struct inquiry *q, const struct tls_fact *tls);

/* For skipped(): why there was no trial of the certificate. */
const char *trial_external_missing(struct inquiry *q);
