/* The settings and the trust store behind net/conn.h; for net/conn.c only. */
#pragma once

#include <openssl/types.h>

/* For clients; without any trusted certificate. */
SSL_CTX *trust_open(void);

/* Either may be NULL; both: the system's store. What is wrong, for a person, or NULL. */
const char *trust_load(SSL_CTX *ssl, const char *file, const char *directory);
