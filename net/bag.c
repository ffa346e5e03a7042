/* Taking a file apart: PEM block by block, DER by trying what it may be. Everything that
 * may hold a private key is wiped before its memory is given back. */
#include "net/bag.h"

#include "base/fatal.h"
#include "base/text.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool
bag_wrong(struct bag *bag, const char *trouble)
{
	if (bag->trouble == NULL)
		bag->trouble = trouble;
	return false;
}

int
bag_passphrase(char *to, int size, int writing, void *self)
{
	struct bag *bag = self;
	int length = -1;

	(void)writing;
	if (bag->passphrase != NULL)
		length = bag->passphrase->ask(bag->passphrase->self, bag->path, to, size);
	bag->opened |= length >= 0;
	return length;
}

/* --- certificates and requests ----------------------------------------------------- */

static void
add_der(struct bag *bag, const uint8_t *der, size_t length)
{
	struct bagged *place = &bag->certificate[bag->certificates];
	const unsigned char *end = der;

	if (bag->certificates == KEYFILE_MAX_CERTIFICATES) {
		bag_wrong(bag, "there are more certificates in it than a chain can have");
		return;
	}
	place->parsed = d2i_X509(NULL, &end, (long)length);
	if (place->parsed != NULL && end != der + length) {
		X509_free(place->parsed);
		place->parsed = NULL;
	}
	place->der = arena_copy(bag->arena, der, length);
	place->length = length;
	bag->certificates++;
}

void
bag_add(struct bag *bag, const X509 *certificate)
{
	unsigned char *der = NULL;
	int length = i2d_X509(certificate, &der);

	if (length > 0)
		add_der(bag, der, (size_t)length);
	OPENSSL_free(der);
}

static void
add_request(struct bag *bag, const uint8_t *der, size_t length)
{
	if (bag->request != NULL)
		return;
	bag->request = arena_copy(bag->arena, der, length);
	bag->request_length = length;
}

/* What authorities send as .p7b or .p7c: certificates in an envelope that signs nothing. */
static bool
take_pkcs7(struct bag *bag, const uint8_t *bytes, size_t length)
{
	const unsigned char *end = bytes;
	PKCS7 *envelope = d2i_PKCS7(NULL, &end, (long)length);
	const STACK_OF(X509) *list = NULL;

	if (envelope == NULL)
		return false;
	bag->format = FORMAT_PKCS7;
	if (PKCS7_type_is_signed(envelope) && envelope->d.sign != NULL)
		list = envelope->d.sign->cert;
	for (int i = 0; i < sk_X509_num(list); i++)
		bag_add(bag, sk_X509_value(list, i));
	PKCS7_free(envelope);
	return true;
}

/* --- private keys ------------------------------------------------------------------ */

static void
add_key(struct bag *bag, EVP_PKEY *key, bool encrypted)
{
	bag->key = key;
	bag->key_encrypted = encrypted;
	if (key != NULL || (encrypted && !bag->opened))
		return;
	bag_wrong(bag, encrypted ? "the passphrase does not open the private key in it"
				 : "the private key in it cannot be read");
}

static void
add_plain_key(struct bag *bag, const uint8_t *der, size_t length, bool was_encrypted)
{
	const unsigned char *end = der;

	add_key(bag, d2i_AutoPrivateKey(NULL, &end, (long)length), was_encrypted);
}

/* RFC 5958, 3. */
static void
add_encrypted_key(struct bag *bag, const uint8_t *der, size_t length)
{
	BIO *bio = BIO_new_mem_buf(der, (int)length);

	if (bio == NULL)
		fatal("out of memory");
	add_key(bag, d2i_PKCS8PrivateKey_bio(bio, NULL, bag_passphrase, bag), true);
	BIO_free(bio);
}

/* RFC 1421, 4.6.1.1: the older way puts the cipher into a header of the block. */
static void
add_key_block(struct bag *bag, const char *name, char *header, uint8_t *data, long length)
{
	EVP_CIPHER_INFO cipher;

	if (bag->key != NULL || bag->key_encrypted)
		return;
	if (strcmp(name, PEM_STRING_PKCS8) == 0) {
		add_encrypted_key(bag, data, (size_t)length);
		return;
	}
	if (PEM_get_EVP_CIPHER_INFO(header, &cipher) != 1)
		add_key(bag, NULL, false);
	else if (cipher.cipher == NULL)
		add_plain_key(bag, data, (size_t)length, false);
	else if (PEM_do_header(&cipher, data, &length, bag_passphrase, bag) == 1)
		add_plain_key(bag, data, (size_t)length, true);
	else
		add_key(bag, NULL, true);
}

/* --- PEM --------------------------------------------------------------------------- */

static bool
is_one_of(const char *name, const char *a, const char *b)
{
	return strcmp(name, a) == 0 || strcmp(name, b) == 0;
}

/* RFC 7468. Blocks of other kinds (parameters, revocation lists) are none of ours. */
static void
take_block(struct bag *bag, const char *name, char *header, uint8_t *data, long length)
{
	if (is_one_of(name, PEM_STRING_X509, PEM_STRING_X509_OLD))
		add_der(bag, data, (size_t)length);
	else if (is_one_of(name, PEM_STRING_X509_REQ, PEM_STRING_X509_REQ_OLD))
		add_request(bag, data, (size_t)length);
	else if (is_one_of(name, PEM_STRING_PKCS7, "CMS"))
		take_pkcs7(bag, data, (size_t)length);
	else if (text_ends(name, "PRIVATE KEY"))
		add_key_block(bag, name, header, data, length);
}

static void
take_pem(struct bag *bag, const uint8_t *bytes, size_t length)
{
	BIO *bio = BIO_new_mem_buf(bytes, (int)length);
	char *name, *header;
	unsigned char *data;
	long size;

	if (bio == NULL)
		fatal("out of memory");
	bag->format = FORMAT_PEM;
	while (bag->trouble == NULL &&
		PEM_read_bio(bio, &name, &header, &data, &size) == 1) {
		take_block(bag, name, header, data, size);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(data, (size_t)size);
		ERR_clear_error();
	}
	if (bag->trouble == NULL &&
		ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		bag_wrong(bag, "a PEM block in it is cut or damaged");
	BIO_free(bio);
}

static bool
is_pem(const uint8_t *bytes, size_t length)
{
	static const char begin[] = "-----BEGIN ";

	return memmem(bytes, length, begin, sizeof begin - 1) != NULL;
}

/* --- DER --------------------------------------------------------------------------- */

static bool
take_certificate(struct bag *bag, const uint8_t *bytes, size_t length)
{
	const unsigned char *end = bytes;
	X509 *certificate = d2i_X509(NULL, &end, (long)length);

	if (certificate == NULL)
		return false;
	bag->format = FORMAT_DER;
	add_der(bag, bytes, length);
	X509_free(certificate);
	return true;
}

static bool
take_request(struct bag *bag, const uint8_t *bytes, size_t length)
{
	const unsigned char *end = bytes;
	X509_REQ *request = d2i_X509_REQ(NULL, &end, (long)length);

	if (request == NULL)
		return false;
	bag->format = FORMAT_DER;
	add_request(bag, bytes, length);
	X509_REQ_free(request);
	return true;
}

static bool
take_key(struct bag *bag, const uint8_t *bytes, size_t length)
{
	const unsigned char *end = bytes;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &end, (long)length);
	X509_SIG *sealed;

	end = bytes;
	if (key != NULL) {
		bag->format = FORMAT_DER;
		add_key(bag, key, false);
	} else if ((sealed = d2i_X509_SIG(NULL, &end, (long)length)) != NULL) {
		bag->format = FORMAT_DER;
		add_encrypted_key(bag, bytes, length);
		X509_SIG_free(sealed);
	}
	return bag->format != FORMAT_NONE;
}

static bool
take_der(struct bag *bag, const uint8_t *bytes, size_t length)
{
	return take_certificate(bag, bytes, length) || take_request(bag, bytes, length) ||
	       bag_take_pkcs12(bag, bytes, length) || take_pkcs7(bag, bytes, length) ||
	       take_key(bag, bytes, length);
}

/* --- the whole --------------------------------------------------------------------- */

bool
bag_read(struct bag *bag, const uint8_t *bytes, size_t length)
{
	enum { SEQUENCE = 0x30 };

	if (length > KEYFILE_MAX_BYTES)
		bag_wrong(bag, "it is larger than any file of certificates");
	else if (length > 0 && bytes[0] == SEQUENCE && take_der(bag, bytes, length))
		ERR_clear_error();
	else if (is_pem(bytes, length))
		take_pem(bag, bytes, length);
	ERR_clear_error();
	return bag->trouble == NULL;
}

static void
note_readers(struct bag *bag, FILE *file)
{
	struct stat st;

	if (fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode))
		return;
	bag->group = (st.st_mode & S_IRGRP) != 0;
	bag->others = (st.st_mode & S_IROTH) != 0;
}

bool
bag_load(struct bag *bag)
{
	uint8_t *bytes = malloc(KEYFILE_MAX_BYTES + 1);
	FILE *file = fopen(bag->path, "rbe");
	size_t length;

	if (bytes == NULL)
		fatal("out of memory");
	if (file == NULL) {
		bag_wrong(bag, arena_strdup(bag->arena, strerror(errno)));
	} else {
		/* Its own buffer would keep a copy of the key. */
		setvbuf(file, NULL, _IONBF, 0);
		note_readers(bag, file);
		length = fread(bytes, 1, KEYFILE_MAX_BYTES + 1, file);
		if (ferror(file))
			bag_wrong(bag, arena_strdup(bag->arena, strerror(errno)));
		else
			bag_read(bag, bytes, length);
		OPENSSL_cleanse(bytes, length);
		fclose(file);
	}
	free(bytes);
	return bag->trouble == NULL;
}

void
bag_empty(struct bag *bag)
{
	for (size_t i = 0; i < bag->certificates; i++)
		X509_free(bag->certificate[i].parsed);
	EVP_PKEY_free(bag->key);
	bag->certificates = 0;
	bag->key = NULL;
}
