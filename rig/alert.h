/* A TLS 1.3 alert of our choice inside an established connection: OpenSSL sends only
 * those that it finds right. */
#pragma once

#include <openssl/ssl.h>
#include <stddef.h>

enum { ALERT_RECORD = 5 + 2 + 1 + 16 };

/* Encrypts a fatal alert as the first record under the server's application traffic
 * secret, which is `secret` in hexadecimal as the key log has it. Returns the length of
 * the record, 0 when the cipher is not one of TLS 1.3. */
size_t alert_seal(const SSL_CIPHER *cipher, const char *secret, int number,
	unsigned char record[ALERT_RECORD]);
