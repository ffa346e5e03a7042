/* Files as people have them: made here, read back as facts. */
#include "tests/unit/keyfile.h"

#include <openssl/pkcs7.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- PEM --------------------------------------------------------------------------- */

static void
test_chain(void **state)
{
	struct fixture *f = *state;

	put_chain(f);
	assert_true(read_made(f));
	assert_int_equal(f->fact.format, FORMAT_PEM);
	assert_int_equal(f->fact.certificates, 2);
	assert_int_equal(f->fact.leaf, 1);
	assert_false(f->fact.request);
	assert_null(f->fact.key);
	assert_false(f->fact.key_fits);
	assert_int_equal(f->certificates, 2);
	assert_string_equal(f->certificate[0].common_name, "example.com");
	assert_int_equal(f->certificate[1].position, 1);
	assert_string_equal(f->certificate[1].common_name, "Some CA");
}

static void
test_words_between(void **state)
{
	struct fixture *f = *state;

	BIO_puts(f->bio, "\xef\xbb\xbf"
			 "Bag Attributes\r\n    friendlyName: edge\r\n");
	put_chain(f);
	BIO_puts(f->bio, "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n");
	assert_true(read_made(f));
	assert_int_equal(f->fact.certificates, 2);
}

static void
test_wrong_order(void **state)
{
	struct fixture *f = *state;

	PEM_write_bio_X509(f->bio, f->authority);
	PEM_write_bio_X509(f->bio, f->leaf);
	assert_true(read_made(f));
	assert_int_equal(f->fact.leaf, 2);
	assert_string_equal(f->certificate[0].common_name, "example.com");
	assert_string_equal(f->certificate[1].common_name, "Some CA");
}

/* The key knows the leaf better than the names do. */
static void
test_leaf_by_key(void **state)
{
	struct fixture *f = *state;

	put_chain(f);
	put_key(f, f->authority_key, NULL);
	assert_true(read_made(f));
	assert_int_equal(f->fact.leaf, 2);
	assert_true(f->fact.key_fits);
}

static void
test_key(void **state)
{
	struct fixture *f = *state;

	put_chain(f);
	put_key(f, f->key, NULL);
	assert_true(read_made(f));
	assert_string_equal(f->fact.key, "EC");
	assert_int_equal(f->fact.key_bits, 256);
	assert_string_equal(f->fact.key_fingerprint, f->certificate[0].key_fingerprint);
	assert_true(f->fact.key_fits);
	assert_false(f->fact.key_encrypted);
	assert_null(f->fact.key_path);
	assert_int_equal(f->asked, 0);
}

static void
test_other_key(void **state)
{
	struct fixture *f = *state;

	put_chain(f);
	put_key(f, f->other_key, NULL);
	assert_true(read_made(f));
	assert_int_equal(f->fact.key_bits, 384);
	assert_false(f->fact.key_fits);
	assert_int_equal(f->fact.leaf, 1);
}

static void
test_encrypted_key(void **state)
{
	struct fixture *f = *state;

	put_chain(f);
	put_key(f, f->key, "word");
	f->passphrase = "word";
	assert_true(read_made(f));
	assert_true(f->fact.key_fits);
	assert_true(f->fact.key_encrypted);
	f->passphrase = "wrong";
	assert_false(read_made(f));
	assert_string_equal(
		f->trouble, "the passphrase does not open the private key in it");
	/* Without a passphrase the rest is still worth a look. */
	f->passphrase = NULL;
	assert_true(read_made(f));
	assert_null(f->fact.key);
	assert_true(f->fact.key_encrypted);
	assert_int_equal(f->fact.certificates, 2);
}

/* The older way, with a header in the block. */
static void
test_key_with_header(void **state)
{
	struct fixture *f = *state;

	put_chain(f);
	PEM_write_bio_PrivateKey_traditional(f->bio, f->key, EVP_aes_128_cbc(),
		(unsigned char *)"word", 4, NULL, NULL);
	f->passphrase = "word";
	assert_true(read_made(f));
	assert_true(f->fact.key_fits);
	assert_true(f->fact.key_encrypted);
	f->passphrase = "wrong";
	assert_false(read_made(f));
	f->passphrase = NULL;
	assert_true(read_made(f));
	assert_true(f->fact.key_encrypted);
}

static void
test_request(void **state)
{
	struct fixture *f = *state;
	X509_REQ *request = make_request(f->key);

	PEM_write_bio_X509_REQ_NEW(f->bio, request);
	put_key(f, f->key, NULL);
	assert_true(read_made(f));
	assert_true(f->fact.request);
	assert_int_equal(f->fact.certificates, 0);
	assert_int_equal(f->fact.leaf, 0);
	assert_true(f->fact.key_fits);
	assert_int_equal(f->certificates, 1);
	assert_true(f->certificate[0].request);
	assert_true(f->certificate[0].self_signed);
	assert_string_equal(f->certificate[0].common_name, "example.com");
	assert_int_equal(f->certificate[0].not_after, 0);
	X509_REQ_free(request);
}

static void
test_forged_request(void **state)
{
	struct fixture *f = *state;
	X509_REQ *request = make_request(f->key);

	X509_REQ_set_pubkey(request, f->other_key);
	PEM_write_bio_X509_REQ(f->bio, request);
	assert_true(read_made(f));
	assert_false(f->certificate[0].self_signed);
	X509_REQ_free(request);
}

static void
test_damaged(void **state)
{
	static const char half[] = "-----BEGIN CERTIFICATE-----\nMIIB\n";
	static const char bent[] = "-----BEGIN CERTIFICATE-----\nM!!B\n"
				   "-----END CERTIFICATE-----\n";
	static const char strange[] = "-----BEGIN CERTIFICATE-----\nMAMCAQA=\n"
				      "-----END CERTIFICATE-----\n";
	struct fixture *f = *state;

	assert_false(read_bytes(f, half, sizeof half - 1));
	assert_false(read_bytes(f, bent, sizeof bent - 1));
	assert_string_equal(f->trouble, "a PEM block in it is cut or damaged");
	/* Good base64 of something else is for the checks. */
	assert_true(read_bytes(f, strange, sizeof strange - 1));
	assert_true(f->certificate[0].malformed);
	assert_int_equal(f->fact.leaf, 1);
}

static void
test_nothing(void **state)
{
	struct fixture *f = *state;

	assert_false(read_bytes(f, "", 0));
	assert_false(read_bytes(f, "\x30", 1));
	assert_false(read_bytes(f, "no certificate\n", 15));
	put_key(f, f->key, NULL);
	assert_false(read_made(f));
	assert_string_equal(f->trouble, "there is neither certificate nor request in it");
}

static void
test_limits(void **state)
{
	struct fixture *f = *state;
	char *much = test_calloc(1, KEYFILE_MAX_BYTES + 1);

	assert_false(read_bytes(f, much, KEYFILE_MAX_BYTES + 1));
	assert_string_equal(f->trouble, "it is larger than any file of certificates");
	test_free(much);
	for (int i = 0; i < KEYFILE_MAX_CERTIFICATES; i++)
		PEM_write_bio_X509(f->bio, f->leaf);
	assert_true(read_made(f));
	assert_int_equal(f->fact.certificates, KEYFILE_MAX_CERTIFICATES);
	assert_int_equal(f->certificates, 16);
	PEM_write_bio_X509(f->bio, f->leaf);
	assert_false(read_made(f));
}

/* --- DER --------------------------------------------------------------------------- */

static void
test_der(void **state)
{
	struct fixture *f = *state;

	i2d_X509_bio(f->bio, f->leaf);
	assert_true(read_made(f));
	assert_int_equal(f->fact.format, FORMAT_DER);
	assert_int_equal(f->fact.certificates, 1);
	assert_false(f->certificate[0].malformed);
}

static void
test_der_request(void **state)
{
	struct fixture *f = *state;
	X509_REQ *request = make_request(f->key);

	i2d_X509_REQ_bio(f->bio, request);
	assert_true(read_made(f));
	assert_int_equal(f->fact.format, FORMAT_DER);
	assert_true(f->fact.request);
	X509_REQ_free(request);
}

static void
test_pkcs7(void **state)
{
	struct fixture *f = *state;
	PKCS7 *envelope = PKCS7_new();

	assert_int_equal(PKCS7_set_type(envelope, NID_pkcs7_signed), 1);
	assert_int_equal(PKCS7_content_new(envelope, NID_pkcs7_data), 1);
	assert_int_equal(PKCS7_add_certificate(envelope, f->authority), 1);
	assert_int_equal(PKCS7_add_certificate(envelope, f->leaf), 1);
	i2d_PKCS7_bio(f->bio, envelope);
	assert_true(read_made(f));
	assert_int_equal(f->fact.format, FORMAT_PKCS7);
	assert_int_equal(f->fact.certificates, 2);
	assert_string_equal(f->certificate[0].common_name, "example.com");
	PKCS7_free(envelope);
}

/* --- files ------------------------------------------------------------------------- */

static void
write_file(struct fixture *f, const char *path, mode_t mode)
{
	FILE *file = fopen(path, "w");
	char *bytes;
	long length = BIO_get_mem_data(f->bio, &bytes);

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, (size_t)length, file), length);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static void
test_files(void **state)
{
	struct fixture *f = *state;
	char folder[] = "/tmp/test-keyfile.XXXXXX";
	const char *chain, *key;

	assert_non_null(mkdtemp(folder));
	chain = arena_printf(f->arena, "%s/chain", folder);
	key = arena_printf(f->arena, "%s/key", folder);
	put_chain(f);
	write_file(f, chain, 0644);
	BIO_reset(f->bio);
	put_key(f, f->key, NULL);
	write_file(f, key, 0640);

	f->file = keyfile_open(chain, NULL, f->arena, &f->trouble);
	assert_non_null(f->file);
	keyfile_fact(f->file, f->arena, &f->fact);
	/* Nobody minds who reads a certificate. */
	assert_false(f->fact.key_others);
	assert_false(keyfile_add_key(f->file, chain, NULL, f->arena, &f->trouble));
	assert_string_equal(f->trouble, "there is no private key in it");
	assert_true(keyfile_add_key(f->file, key, NULL, f->arena, &f->trouble));
	keyfile_fact(f->file, f->arena, &f->fact);
	assert_true(f->fact.key_fits);
	assert_true(f->fact.key_group);
	assert_false(f->fact.key_others);
	assert_string_equal(f->fact.key_path, key);
	unlink(chain);
	unlink(key);
	rmdir(folder);
	assert_null(keyfile_open(chain, NULL, f->arena, &f->trouble));
	assert_string_equal(f->trouble, "No such file or directory");
}

/* --- the path ---------------------------------------------------------------------- */

static void
test_path(void **state)
{
	enum { JUNE_2026 = 1780272000, JUNE_2028 = 1843430400 };
	struct fixture *f = *state;
	char path[] = "/tmp/test-keyfile.XXXXXX";
	struct tls_fact fact;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	PEM_write_bio_X509(f->bio, f->authority);
	write_file(f, path, 0644);
	BIO_reset(f->bio);
	PEM_write_bio_X509(f->bio, f->leaf);
	assert_true(read_made(f));
	assert_true(keyfile_verify(
		f->file, path, NULL, JUNE_2026, f->arena, &fact, &f->trouble));
	assert_true(fact.trusted);
	assert_int_equal(fact.chain_built, 2);
	assert_string_equal(fact.trust_store, path);
	assert_false(fact.only_with_intermediate);

	assert_true(keyfile_verify(
		f->file, path, NULL, JUNE_2028, f->arena, &fact, &f->trouble));
	assert_false(fact.trusted);
	assert_int_equal(fact.verify[0].code, X509_V_ERR_CERT_HAS_EXPIRED);
	unlink(path);

	assert_false(keyfile_verify(
		f->file, path, NULL, JUNE_2026, f->arena, &fact, &f->trouble));
	assert_non_null(f->trouble);
}

static void
test_no_path(void **state)
{
	enum { JUNE_2026 = 1780272000 };
	struct fixture *f = *state;
	char path[] = "/tmp/test-keyfile.XXXXXX";
	X509 *stranger = issue(f->other_key, "Other CA", f->other_key, "Other CA", true);
	struct tls_fact fact;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	PEM_write_bio_X509(f->bio, stranger);
	write_file(f, path, 0644);
	BIO_reset(f->bio);
	PEM_write_bio_X509(f->bio, f->leaf);
	assert_true(read_made(f));
	assert_true(keyfile_verify(
		f->file, path, NULL, JUNE_2026, f->arena, &fact, &f->trouble));
	assert_false(fact.trusted);
	assert_string_equal(fact.missing_intermediate, "CN=Some CA");
	assert_true(fact.verifies > 0);
	unlink(path);
	X509_free(stranger);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_chain),
		TEST(test_words_between),
		TEST(test_wrong_order),
		TEST(test_leaf_by_key),
		TEST(test_key),
		TEST(test_other_key),
		TEST(test_encrypted_key),
		TEST(test_key_with_header),
		TEST(test_request),
		TEST(test_forged_request),
		TEST(test_damaged),
		TEST(test_nothing),
		TEST(test_limits),
		TEST(test_der),
		TEST(test_der_request),
		TEST(test_pkcs7),
		TEST(test_files),
		TEST(test_path),
		TEST(test_no_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
