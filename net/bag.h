/* What lies in a file of certificates and keys, in the order in which it lies there; for
 * net/keyfile.c and net/request.c only. */
#pragma once

#include "net/keyfile.h"

#include <openssl/types.h>

struct bagged {
	const uint8_t *der;
	size_t length;
	X509 *parsed; /* NULL: it cannot be read */
};

struct bag {
	struct arena *arena;
	const char *path;
	const struct passphrase *passphrase;
	enum file_format format; /* NONE: nothing that we know is in it */
	struct bagged certificate[KEYFILE_MAX_CERTIFICATES];
	size_t certificates;
	const uint8_t *request; /* DER of the first one */
	size_t request_length;
	EVP_PKEY *key;      /* the first one */
	bool key_encrypted; /* also of one that stayed closed for want of a passphrase */
	bool group, others; /* who may read the file, besides its owner */
	bool opened;        /* a passphrase was given */
	const char *trouble;
};

/* Fills the bag but for the arena, the path and the passphrase. False and the trouble. */
bool bag_load(struct bag *bag);
bool bag_read(struct bag *bag, const uint8_t *bytes, size_t length);
void bag_empty(struct bag *bag);

/* --- for what fills it ------------------------------------------------------------- */

/* Keeps the first trouble; returns false. */
bool bag_wrong(struct bag *bag, const char *trouble);

/* The certificate stays the caller's. */
void bag_add(struct bag *bag, const X509 *certificate);

/* For OpenSSL as pem_password_cb, with the bag as its last argument. */
int bag_passphrase(char *to, int size, int writing, void *bag);

/* Whether it is a PKCS#12 at all. */
bool bag_take_pkcs12(struct bag *bag, const uint8_t *bytes, size_t length);
