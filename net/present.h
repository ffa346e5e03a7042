/* What a connection presents of us. For net/conn.c and net/keyfile.c only. */
#pragma once

#include "net/keyfile.h"

#include <openssl/types.h>

/* The certificate with its chain and its key (keyfile_keep_key()), for a handshake that
 * comes. False when OpenSSL refuses it, or when the key is none for it. */
bool keyfile_present(const struct keyfile *file, SSL *ssl);
