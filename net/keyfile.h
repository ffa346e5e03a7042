/* The door to certificates on disk: a certificate, a chain, a request or a PKCS#12, in PEM
 * or in DER, with or without its private key. What it is, the content tells and not the
 * name. Of a private key only the public half is kept, except by keyfile_keep_key(). */
#pragma once

#include "model/fact.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KEYFILE_MAX_BYTES = 1024 * 1024,
	KEYFILE_MAX_CERTIFICATES = 100, /* in one file; what has more is no chain */
};

/* How a passphrase is had: `ask` puts it into `to`, at most `size` octets, and returns how
 * many; -1 when there is none. `path` is the file that wants it. */
struct passphrase {
	int (*ask)(void *self, const char *path, char *to, int size);
	void *self;
};

struct keyfile;

/* NULL and *trouble, a sentence without the path, in the arena: it cannot be read, or there
 * is neither certificate nor request in it. */
struct keyfile *keyfile_open(const char *path, const struct passphrase *passphrase,
	struct arena *arena, const char **trouble);
void keyfile_close(struct keyfile **file);

/* The same from memory; `path` is only a name. */
struct keyfile *keyfile_read(const uint8_t *bytes, size_t length, const char *path,
	const struct passphrase *passphrase, struct arena *arena, const char **trouble);

/* The same as keyfile_open(), and the private key is kept, too, so that a connection can
 * present the certificate (net/conn.h). */
struct keyfile *keyfile_keep_key(const char *path, const struct passphrase *passphrase,
	struct arena *arena, const char **trouble);

/* The private key from a file of its own, in place of one found before. False and *trouble
 * as above. */
bool keyfile_add_key(struct keyfile *file, const char *path,
	const struct passphrase *passphrase, struct arena *arena, const char **trouble);

void keyfile_fact(
	const struct keyfile *file, struct arena *arena, struct file_fact *fact);

/* The certificates, the leaf first and the others in their order, at most
 * CONN_MAX_CHAIN; or the request. Never none. */
size_t keyfile_certificates(const struct keyfile *file, struct arena *arena,
	const struct certificate_fact **certificate);

/* Looks for a path from the leaf to the trust store (net/conn.h), as a partner does that
 * calls, at `now` in seconds since 1970. Fills what a handshake's fact says of it. False
 * and *trouble (a constant) when the store cannot be read. Not for a request. */
bool keyfile_verify(const struct keyfile *file, const char *ca_file, const char *ca_dir,
	int64_t now, struct arena *arena, struct tls_fact *fact, const char **trouble);
