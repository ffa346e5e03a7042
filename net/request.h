/* Making a private key, and a request for a certificate (RFC 2986) with the names that XMPP
 * federation needs. */
#pragma once

#include "net/keyfile.h"

#include <stdio.h>

struct request {
	const char *subject;         /* common name, A-labels */
	const char *const *dns_name; /* A-labels */
	size_t dns_names;
	const char *const *srv_name; /* RFC 4985: "_xmpp-server.example.com", A-labels */
	size_t srv_names;
	const char *const *xmpp_address; /* RFC 6120, 13.7.1.4: U-labels */
	size_t xmpp_addresses;
	bool both_usages; /* server and client authentication are asked for */
};

/* RFC 5280, appendix A: ub-common-name. */
enum { REQUEST_MAX_SUBJECT = 64 };

struct request_key;

extern const char *const request_algorithms[]; /* "rsa:2048", ...; NULL is the last */

/* A new one; `algorithm` is an index of the list above. */
struct request_key *request_key_make(int algorithm);

/* One that is on disk already; NULL and *trouble, a sentence without the path, in the
 * arena. */
struct request_key *request_key_read(const char *path,
	const struct passphrase *passphrase, struct arena *arena, const char **trouble);
void request_key_close(struct request_key **key);

/* "RSA, 2048 bits". */
const char *request_key_words(const struct request_key *key, struct arena *arena);

/* In PEM, as PKCS#8 without a passphrase: a server that starts by itself has nobody to
 * ask. False and errno. The last argument is a struct request_key. */
bool request_key_write(FILE *file, void *key);

/* The request, signed, to be freed with free(): PEM, ends with a NUL. NULL when OpenSSL
 * cannot make one of these names. */
char *request_make(const struct request *request, const struct request_key *key);
