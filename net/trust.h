/* The settings and the trust store behind net/conn.h and net/keyfile.h; for net/ only. */
#pragma once

#include "base/arena.h"

#include <openssl/types.h>

/* For both sides of a connection; without any trusted certificate. */
SSL_CTX *trust_open(void);

/* Either may be NULL; both: the system's store. What is wrong, for a person, or NULL. */
const char *trust_load(SSL_CTX *ssl, const char *file, const char *directory);

/* What facts call the store: "system", or the paths. */
const char *trust_name(struct arena *arena, const char *file, const char *directory);
