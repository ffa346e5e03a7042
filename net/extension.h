/* X.509 extensions to facts; for net/cert.c only. */
#pragma once

#include "model/fact.h"

#include <openssl/types.h>

/* Fills what the fact says of the certificate's extensions. */
void extensions_read(
	struct arena *arena, const X509 *certificate, struct certificate_fact *fact);
