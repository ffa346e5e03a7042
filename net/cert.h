/* OpenSSL's certificates as facts. Pure: an X509 or its DER in, facts out. */
#pragma once

#include "model/fact.h"

#include <openssl/ossl_typ.h>
#include <stddef.h>
#include <stdint.h>

enum { CERT_MAX_NAMES = 1000 };

/* Fills all but the position. */
void cert_read(struct arena *arena, X509 *certificate, struct certificate_fact *fact);

/* The same from DER; what cannot be parsed is `malformed` with size and der. */
void cert_read_der(struct arena *arena, const uint8_t *der, size_t length,
	struct certificate_fact *fact);

/* An X509_NAME in the form of RFC 2253, in UTF-8. */
const char *cert_name(struct arena *arena, const X509_NAME *name);
