/* PKCS#12 in its forms, of today and of the past. */
#include "tests/unit/keyfile.h"

#include <openssl/pkcs12.h>
#include <openssl/provider.h>

static void
put_pkcs12(struct fixture *f, const char *passphrase, int cipher, int mac_iterations)
{
	STACK_OF(X509) *list = sk_X509_new_null();
	PKCS12 *file;

	sk_X509_push(list, f->authority);
	file = PKCS12_create(passphrase, "edge", f->key, f->leaf, list, cipher, cipher, 0,
		mac_iterations, 0);
	assert_non_null(file);
	i2d_PKCS12_bio(f->bio, file);
	PKCS12_free(file);
	sk_X509_free(list);
}

static void
test_pkcs12(void **state)
{
	struct fixture *f = *state;

	put_pkcs12(f, "word", 0, 0);
	f->passphrase = "word";
	assert_true(read_made(f));
	assert_int_equal(f->fact.format, FORMAT_PKCS12);
	assert_int_equal(f->fact.certificates, 2);
	assert_int_equal(f->fact.leaf, 1);
	assert_true(f->fact.key_fits);
	assert_true(f->fact.key_encrypted);
	assert_int_equal(f->asked, 1);
	f->passphrase = "wrong";
	assert_false(read_made(f));
	assert_string_equal(f->trouble, "the passphrase does not open it");
	f->passphrase = NULL;
	assert_false(read_made(f));
	assert_string_equal(f->trouble, "it needs a passphrase");
}

static void
test_no_passphrase(void **state)
{
	struct fixture *f = *state;

	put_pkcs12(f, "", 0, 0);
	assert_true(read_made(f));
	assert_int_equal(f->asked, 0);
	assert_true(f->fact.key_fits);
	assert_false(f->fact.key_encrypted);
}

/* A hostile one would keep us busy for hours. */
static void
test_limits(void **state)
{
	struct fixture *f = *state;

	put_pkcs12(f, "", 0, 2000001);
	assert_false(read_made(f));
	assert_string_equal(f->trouble, "it is a PKCS#12 that takes too long to open");
	BIO_reset(f->bio);
	put_pkcs12(f, "", 0, -1);
	assert_false(read_made(f));
	assert_string_equal(
		f->trouble, "it is a PKCS#12 without a check of its integrity");
}

/* Windows wrote it so for many years. */
static void
test_old_cipher(void **state)
{
	struct fixture *f = *state;
	OSSL_PROVIDER *old = OSSL_PROVIDER_try_load(NULL, "legacy", 1);

	if (old == NULL)
		skip();
	put_pkcs12(f, "word", NID_pbe_WithSHA1And40BitRC2_CBC, 0);
	OSSL_PROVIDER_unload(old);
	f->passphrase = "word";
	assert_true(read_made(f));
	assert_int_equal(f->fact.certificates, 2);
	assert_true(f->fact.key_fits);
	assert_int_equal(f->asked, 1);
	/* The old ciphers are not left behind for others. */
	assert_false(OSSL_PROVIDER_available(NULL, "legacy"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pkcs12),
		TEST(test_no_passphrase),
		TEST(test_limits),
		TEST(test_old_cipher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
