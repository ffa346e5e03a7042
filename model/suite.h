/* The cipher suites and groups of TLS that a scan offers, and the signature schemes, by
 * their IANA names, and what RFC 9325 thinks of them. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* In the order of worth, the newest first. */
enum tls_version { TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0, TLS_VERSIONS };

struct tls_name {
	int number; /* on the wire */
	const char *name;
};

/* "TLSv1.3" and 0x0304; by enum tls_version, and a row without name is the last. */
extern const struct tls_name tls_versions[TLS_VERSIONS + 1];

extern const char *const tls_version_titles[TLS_VERSIONS]; /* "TLS 1.3" */

/* The recommended first; a row without name is the last. */
extern const struct tls_name tls_suites[];

/* Of the key exchange; a row without name is the last. */
extern const struct tls_name tls_groups[];

/* Signatures of a handshake (RFC 8446, 4.2.3); a row without name is the last. */
extern const struct tls_name tls_schemes[];

/* The name of a number; where the table has none, "0xc0ac". */
const char *tls_name_of(struct arena *arena, const struct tls_name *table, int number);

/* The index of a version by its name, or TLS_VERSIONS. */
enum tls_version tls_version_of(const char *name);

/* "TLS 1.0" of "TLSv1", for people; a name that is not known as it is, "TLS" of NULL. */
const char *tls_title(const char *name);

/* Whether the suite may be offered with that version (RFC 5246, 8446: the digests and modes
 * of TLS 1.2 are for 1.2, those of 1.3 for 1.3). */
bool suite_is_of(const char *name, enum tls_version version);

/* Whether its key exchange needs a group of elliptic curves, or of integers. */
bool suite_is_ecdhe(const char *name);
bool suite_is_dhe(const char *name);

/* RFC 9325, 4.2: TLS 1.3, or ECDHE with authenticated encryption. */
bool suite_is_recommended(const char *name);

/* Whether two suites differ in nothing but the key that signs, of which each side brings
 * one: TLS_ECDHE_RSA_... and TLS_ECDHE_ECDSA_... */
bool suite_is_like(const char *a, const char *b);

/* Whether a key makes such signatures: `key` and `curve` as in struct certificate_fact. Before
 * TLS 1.3 the hash of ECDSA does not say which curve. */
bool scheme_is_of(
	const char *scheme, const char *key, const char *curve, enum tls_version version);

/* RFC 9155: not to be used for signatures any more. */
bool scheme_is_sha1(const char *scheme);
