/* X.509 extensions to facts; for net/cert.c only. */
#pragma once

#include "model/fact.h"

#include <openssl/x509.h>

/* Fills what the fact says of the extensions of a certificate or a request; NULL is a list
 * without any. */
void extensions_read(struct arena *arena, const STACK_OF(X509_EXTENSION) * list,
	struct certificate_fact *fact);
