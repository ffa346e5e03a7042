#include "net/secret.h"

#include "base/fatal.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { SHA256_LENGTH = 32 };

static const char *
hash(struct arena *arena, const char *text)
{
	uint8_t digest[SHA256_LENGTH];

	if (EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL) != 1)
		fatal("SHA-256 cannot be computed");
	return text_hex(arena, digest, sizeof digest);
}

/* XEP-0185, 2: the key of the HMAC is the hash in hexadecimal digits, not its octets. */
const char *
secret_key(struct arena *arena, const char *secret, const char *receiving,
	const char *originating, const char *id)
{
	const char *key = hash(arena, secret);
	const char *text = arena_printf(arena, "%s %s %s", receiving, originating, id);
	uint8_t digest[SHA256_LENGTH];

	if (HMAC(EVP_sha256(), key, (int)strlen(key), (const uint8_t *)text, strlen(text),
		    digest, NULL) == NULL)
		fatal("HMAC-SHA-256 cannot be computed");
	return text_hex(arena, digest, sizeof digest);
}

bool
secret_same(const char *key, const char *other)
{
	size_t length = strlen(key);

	return strlen(other) == length && CRYPTO_memcmp(key, other, length) == 0;
}
