/* OpenSSL's certificates and requests as facts. Pure: an X509 or its DER in, facts out. */
#pragma once

#include "model/fact.h"

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

/* Entries of subjectAltName that we look at; also of each other list in a certificate. */
enum { CERT_MAX_NAMES = 1000 };

/* Fills all but the position: of a certificate, and of the DER that it was parsed from. */
void cert_read(struct arena *arena, X509 *certificate, const uint8_t *der, size_t length,
	struct certificate_fact *fact);

/* The same from DER; what cannot be parsed is `malformed` with size and der. */
void cert_read_der(struct arena *arena, const uint8_t *der, size_t length,
	struct certificate_fact *fact);

/* The same of a request for a certificate (RFC 2986). */
void cert_read_request(struct arena *arena, const uint8_t *der, size_t length,
	struct certificate_fact *fact);

/* SHA-256 in hexadecimal. */
const char *cert_fingerprint(struct arena *arena, const uint8_t *bytes, size_t length);

/* An X509_NAME in the form of RFC 2253, in UTF-8. */
const char *cert_name(struct arena *arena, const X509_NAME *name);

/* An object identifier in numbers. */
const char *cert_oid(struct arena *arena, const ASN1_OBJECT *object);

/* What a stapled OCSP response (RFC 6960) says of this certificate: "good", "revoked",
 * "unknown" (also when it speaks of another one) or "malformed"; thisUpdate goes to
 * *from, nextUpdate to *until, 0 when there is none. The signature is not verified. */
const char *cert_staple(const X509 *certificate, const uint8_t *der, size_t length,
	int64_t *from, int64_t *until);
