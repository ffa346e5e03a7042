/* PKCS#12 (RFC 7292), the form in which Windows hands out a certificate with its key. What
 * older Windows wrote is enciphered with RC2, which OpenSSL 3 has put aside; it is fetched
 * for such a file, and put aside again. */
#include "net/bag.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <string.h>

enum {
	/* A file may ask for more work than anybody has time for; Windows asks for 2,000,
	 * browsers for up to a million. */
	MAX_ITERATIONS = 2000000,
	MAX_PASSPHRASE = 1024
};

/* The check of integrity comes before all else that the file may ask for. */
static bool
is_bounded(struct bag *bag, const PKCS12 *file)
{
	const ASN1_INTEGER *iterations = NULL;
	int64_t count = 1;

	if (!PKCS12_mac_present(file))
		return bag_wrong(bag, "it is a PKCS#12 without a check of its integrity");
	PKCS12_get0_mac(NULL, NULL, NULL, &iterations, file);
	if (iterations != NULL && (ASN1_INTEGER_get_int64(&count, iterations) != 1 ||
					  count < 1 || count > MAX_ITERATIONS))
		return bag_wrong(bag, "it is a PKCS#12 that takes too long to open");
	return true;
}

/* No passphrase and an empty one are different things in PKCS#12, and both are common. */
static bool
find_passphrase(struct bag *bag, PKCS12 *file, char *passphrase, int size)
{
	int length;

	passphrase[0] = '\0';
	if (PKCS12_verify_mac(file, NULL, 0) == 1 || PKCS12_verify_mac(file, "", 0) == 1)
		return true;
	length = bag_passphrase(passphrase, size - 1, 0, bag);
	if (length < 0)
		return bag_wrong(bag, "it needs a passphrase");
	passphrase[length] = '\0';
	bag->key_encrypted = true;
	return PKCS12_verify_mac(file, passphrase, length) == 1 ||
	       bag_wrong(bag, "the passphrase does not open it");
}

static bool
unpack(struct bag *bag, PKCS12 *file, const char *passphrase)
{
	STACK_OF(X509) *others = NULL;
	X509 *certificate = NULL;
	EVP_PKEY *key = NULL;

	if (PKCS12_parse(file, passphrase, &key, &certificate, &others) != 1)
		return false;
	if (certificate != NULL)
		bag_add(bag, certificate);
	for (int i = 0; i < sk_X509_num(others); i++)
		bag_add(bag, sk_X509_value(others, i));
	bag->key = key;
	bag->key_encrypted = key != NULL && *passphrase != '\0';
	X509_free(certificate);
	sk_X509_pop_free(others, X509_free);
	return true;
}

/* A library context of its own would be cleaner, but OpenSSL 3.0 opens the key in the
 * program's all the same. */
static bool
unpack_old(struct bag *bag, PKCS12 *file, const char *passphrase)
{
	OSSL_PROVIDER *old = OSSL_PROVIDER_try_load(NULL, "legacy", 1);
	bool good = old != NULL && unpack(bag, file, passphrase);

	if (old != NULL)
		OSSL_PROVIDER_unload(old);
	return good;
}

bool
bag_take_pkcs12(struct bag *bag, const uint8_t *bytes, size_t length)
{
	const unsigned char *end = bytes;
	PKCS12 *file = d2i_PKCS12(NULL, &end, (long)length);
	char passphrase[MAX_PASSPHRASE];

	if (file == NULL)
		return false;
	bag->format = FORMAT_PKCS12;
	if (is_bounded(bag, file) &&
		find_passphrase(bag, file, passphrase, sizeof passphrase) &&
		!unpack(bag, file, passphrase) && !unpack_old(bag, file, passphrase))
		bag_wrong(bag, "it is a PKCS#12 of a kind that this OpenSSL cannot open");
	OPENSSL_cleanse(passphrase, sizeof passphrase);
	PKCS12_free(file);
	return true;
}
