/* What a verification by OpenSSL shows, every error of it: the same of a chain that came over
 * the wire and of one on disk. For net/ only. */
#pragma once

#include "model/fact.h"

#include <openssl/x509.h>

struct verifying {
	struct arena *arena; /* for the notes */
	struct verify_error *error;
	size_t errors;
	const char *missing; /* the issuer that the path lacks */
};

/* For OpenSSL's callback, when something is not fine. */
void verify_note(struct verifying *seen, X509_STORE_CTX *store);

/* Fills what the fact says of the path; NULL is a path that was not found. `sent` is the
 * chain that others get to see. */
void verify_fact(const struct verifying *seen, const STACK_OF(X509) * path,
	const STACK_OF(X509) * sent, struct arena *arena, struct tls_fact *fact);
