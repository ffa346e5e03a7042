/* What a partner demands, offers and refuses, as far as it was seen: at one endpoint, and
 * of the partner as a whole. What was not seen is unknown, and no guess becomes a
 * certainty. */
#pragma once

#include "checks/progress.h"
#include "checks/trial.h"
#include "checks/verdict.h"

enum offer {
	OFFER_UNKNOWN,
	OFFER_NONE,     /* not there, or of no use */
	OFFER_MADE,     /* there; whether it works without was not seen */
	OFFER_OPTIONAL, /* there, and it works without */
	OFFER_REQUIRED
};

/* Towards a server that calls. */
struct stance {
	enum offer tls;
	bool encrypts;             /* a handshake was completed */
	enum offer sasl;           /* EXTERNAL, inside TLS */
	enum known dialback;       /* it takes a dialback key inside TLS */
	enum known clear_dialback; /* it takes one in clear */
	enum authority authority;  /* what it says of the keys that it issued */
	const char *refusal;       /* of its certificate; NULL: it is good */
	struct trial external;     /* our certificate was presented */
	struct trial dialed;       /* our dialback key was, inside TLS */
	struct trial clear_dialed; /* it was, in clear */
};

struct observed {
	struct inquiry at; /* the endpoint; what is cited goes to the caller's finding */
	enum progress progress;
	const struct features_fact *plain, *inside;
	const struct tls_fact *tls; /* NULL when there was no handshake */
	const char *version;        /* "TLS 1.3"; NULL unless it was completed */
	bool demands;               /* it ended the stream for want of a certificate */
	/* The stream error that answered our header, where our name may be the reason. */
	const struct error_fact *rejection;
	bool excludes; /* it is: a sender that does not exist got further */
	struct stance stance;
};

/* Every endpoint of the partner, best first. */
struct observed *observe(struct inquiry *q, size_t *count);

/* A server works there that one could go on with. */
bool observed_works(const struct observed *observed);

/* It works, and is one that hosts the domain. */
bool observed_is_theirs(struct observed *observed);

/* Whether it is our name for which our header was turned away there: a sender that does not
 * exist got further. */
bool observed_excludes(struct inquiry *at);

/* The best of those that are theirs: what one endpoint takes can be had. False when there
 * is none. */
bool observed_stance(struct observed *observed, size_t count, struct stance *stance);
