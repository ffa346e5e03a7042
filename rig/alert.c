/* What a server that dislikes the client's certificate does in TLS 1.3: the handshake is
 * over for the client when the alert comes (RFC 8446, 4.4.2.4). The record is made by
 * hand from the traffic secret (RFC 8446, 5.2, 5.3 and 7.3). */
#include "rig/alert.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdint.h>
#include <string.h>

enum { IV = 12, TAG = 16, HEADER = 5, MAX_SECRET = 64, ALERT_TYPE = 21, FATAL = 2 };

/* HKDF-Expand-Label with an empty context (RFC 8446, 7.1). */
static int
expand_label(const EVP_MD *digest, const unsigned char *secret, size_t secret_length,
	const char *label, unsigned char *out, size_t length)
{
	unsigned char info[32] = { 0, (unsigned char)length,
		(unsigned char)(strlen("tls13 ") + strlen(label)) };
	size_t info_length = 3 + (size_t)info[2] + 1;
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY, good;
	OSSL_PARAM parameter[] = {
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
			(char *)(uintptr_t)EVP_MD_get0_name(digest), 0),
		OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)secret, secret_length),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, info_length),
		OSSL_PARAM_construct_end(),
	};

	memcpy(info + 3, "tls13 ", 6);
	memcpy(info + 9, label, strlen(label));
	good = context != NULL && EVP_KDF_derive(context, out, length, parameter) == 1;
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return good;
}

/* The header is authenticated with the record; the nonce of the first record is the IV
 * itself. */
static int
seal(const EVP_CIPHER *cipher, const unsigned char *key, const unsigned char *iv,
	const unsigned char *plain, int length, unsigned char *record)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int n = 0, good;

	good = context != NULL &&
	       EVP_EncryptInit_ex(context, cipher, NULL, key, iv) == 1 &&
	       EVP_EncryptUpdate(context, NULL, &n, record, HEADER) == 1 &&
	       EVP_EncryptUpdate(context, record + HEADER, &n, plain, length) == 1 &&
	       EVP_EncryptFinal_ex(context, record + HEADER + n, &n) == 1 &&
	       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG,
		       record + HEADER + length) == 1;
	EVP_CIPHER_CTX_free(context);
	return good;
}

size_t
alert_seal(const SSL_CIPHER *cipher, const char *secret, int number,
	unsigned char record[ALERT_RECORD])
{
	const EVP_CIPHER *aead = EVP_get_cipherbynid(SSL_CIPHER_get_cipher_nid(cipher));
	const EVP_MD *digest = SSL_CIPHER_get_handshake_digest(cipher);
	unsigned char raw[MAX_SECRET], key[EVP_MAX_KEY_LENGTH], iv[IV];
	unsigned char plain[] = { FATAL, (unsigned char)number, ALERT_TYPE };
	size_t length = 0;

	if (*secret == '\0' || aead == NULL || digest == NULL ||
		OPENSSL_hexstr2buf_ex(raw, sizeof raw, &length, secret, '\0') != 1 ||
		!expand_label(digest, raw, length, "key", key,
			(size_t)EVP_CIPHER_get_key_length(aead)) ||
		!expand_label(digest, raw, length, "iv", iv, sizeof iv))
		return 0;
	memcpy(record, (unsigned char[]){ 23, 3, 3, 0, sizeof plain + TAG }, HEADER);
	return seal(aead, key, iv, plain, sizeof plain, record) ? ALERT_RECORD : 0;
}
