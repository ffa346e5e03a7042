/* What would happen if our server connected to the partner now, and in the other direction:
 * from what the partner showed, the certificates, and what was agreed. */
#pragma once

#include "checks/observed.h"

/* Fills partner->out and partner->in from findings and journal. */
void headline_partner(struct partner *partner);

/* What may be thought different. */
struct supposition {
	const struct policy *policy; /* NULL: nothing is agreed */
	bool certificates_good;
	bool authority_answers;
};

struct outlook {
	struct headline out, in;
};

/* The same for something that is only supposed. */
struct outlook headline_suppose(struct inquiry *q, struct observed *observed,
	size_t count, const struct supposition *supposition);

/* --- for headline_receive.c and headline_initiate.c ---------------------------------------------- */

/* How the two sides are called. Our own domain is looked at as a partner would. */
struct voice {
	const char *server; /* "the partner", "our server" */
	const char *whose;  /* "the partner's", "our" */
	const char *its;    /* "its", "our" */
	const char *caller; /* whose certificate it would see: "our", "a partner's" */
};

/* One endpoint, and what counts there. */
struct prospect {
	struct observed *observed;
	struct stance stance;
	const struct policy *policy;
	unsigned allowed; /* ALLOWS_...; all of them without a policy */
	enum verify verify;
	const struct voice *voice;
};

/* What gets a server that calls it. */
void headline_receive(
	struct inquiry *q, struct prospect *list, size_t count, struct headline *h);

/* What its own server gets when it calls, and presents the certificate that we saw. */
void headline_initiate(
	struct inquiry *q, struct prospect *list, size_t count, struct headline *h);

const struct voice *headline_voice(const struct partner *partner);

bool headline_allows(const struct prospect *prospect, unsigned method);

/* The policy has TLS switched off. */
bool headline_without_tls(const struct prospect *prospect);

void headline_set(
	struct headline *h, enum method method, enum proof proof, const char *reason);

/* The text of the cause behind what failed at the endpoint, or NULL. */
const char *headline_cause(const struct partner *partner, const char *endpoint);
