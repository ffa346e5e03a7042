/* Keys and requests are made, and read back by the same way as any file. */
#include "net/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	struct arena *arena;
	struct request_key *key;
	char *pem;
	struct keyfile *file;
	const struct certificate_fact *made;
};

static int
setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof *f);

	f->arena = arena_open();
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	keyfile_close(&f->file);
	request_key_close(&f->key);
	free(f->pem);
	arena_close(&f->arena);
	test_free(f);
	return 0;
}

static int
algorithm(const char *name)
{
	for (int i = 0; request_algorithms[i] != NULL; i++)
		if (strcmp(request_algorithms[i], name) == 0)
			return i;
	fail_msg("there is no %s", name);
	return -1;
}

static void
make(struct fixture *f, const char *kind, const struct request *request)
{
	const char *trouble;

	f->key = request_key_make(algorithm(kind));
	f->pem = request_make(request, f->key);
	assert_non_null(f->pem);
	f->file = keyfile_read((const uint8_t *)f->pem, strlen(f->pem), "edge.csr", NULL,
		f->arena, &trouble);
	assert_non_null(f->file);
	assert_int_equal(keyfile_certificates(f->file, f->arena, &f->made), 1);
	assert_true(f->made->request);
	assert_false(f->made->malformed);
	assert_true(f->made->self_signed);
}

static void
test_names(void **state)
{
	static const char *const dns[] = { "sip.contoso.com", "xn--bcher-kva.example" };
	static const char *const srv[] = { "_xmpp-server.xn--bcher-kva.example" };
	static const char *const xmpp[] = { "bücher.example" };
	struct fixture *f = *state;

	make(f, "p256",
		&(struct request){ .subject = "sip.contoso.com",
			.dns_name = dns,
			.dns_names = 2,
			.srv_name = srv,
			.srv_names = 1,
			.xmpp_address = xmpp,
			.xmpp_addresses = 1 });
	assert_string_equal(f->made->common_name, "sip.contoso.com");
	assert_int_equal(f->made->dns_names, 2);
	assert_string_equal(f->made->dns_name[0], dns[0]);
	assert_string_equal(f->made->dns_name[1], dns[1]);
	assert_int_equal(f->made->srv_names, 1);
	assert_string_equal(f->made->srv_name[0], srv[0]);
	assert_int_equal(f->made->xmpp_addresses, 1);
	assert_string_equal(f->made->xmpp_address[0], xmpp[0]);
	/* Neither of the wrong string type. */
	assert_false(f->made->names_malformed);
	assert_false(f->made->has_extended_key_usage);
}

static void
test_rsa(void **state)
{
	static const char *const dns[] = { "contoso.com" };
	struct fixture *f = *state;

	make(f, "rsa:2048",
		&(struct request){ .subject = "contoso.com",
			.dns_name = dns,
			.dns_names = 1,
			.both_usages = true });
	assert_string_equal(f->made->key, "RSA");
	assert_int_equal(f->made->key_bits, 2048);
	assert_string_equal(request_key_words(f->key, f->arena), "RSA, 2048 bits");
	assert_int_equal(f->made->key_usages, 2);
	assert_string_equal(f->made->key_usage[0], "digitalSignature");
	assert_string_equal(f->made->key_usage[1], "keyEncipherment");
	assert_int_equal(f->made->extended_key_usages, 2);
	assert_string_equal(f->made->extended_key_usage[0], "serverAuth");
	assert_string_equal(f->made->extended_key_usage[1], "clientAuth");
}

static void
test_ec(void **state)
{
	static const char *const dns[] = { "contoso.com" };
	struct fixture *f = *state;

	make(f, "p384",
		&(struct request){
			.subject = "contoso.com", .dns_name = dns, .dns_names = 1 });
	assert_string_equal(f->made->curve, "P-384");
	assert_int_equal(f->made->key_usages, 1);
	assert_string_equal(f->made->key_usage[0], "digitalSignature");
}

/* A name of 64 letters is the last that a common name can be. */
static void
test_long_subject(void **state)
{
	struct fixture *f = *state;
	char subject[REQUEST_MAX_SUBJECT + 2];

	f->key = request_key_make(algorithm("p256"));
	memset(subject, 'a', sizeof subject - 1);
	subject[sizeof subject - 1] = '\0';
	assert_null(request_make(&(struct request){ .subject = subject }, f->key));
	subject[REQUEST_MAX_SUBJECT] = '\0';
	f->pem = request_make(&(struct request){ .subject = subject }, f->key);
	assert_non_null(f->pem);
}

static void
test_key_on_disk(void **state)
{
	struct fixture *f = *state;
	char path[] = "/tmp/test-request.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	struct request_key *again;
	const char *trouble;

	assert_non_null(file);
	f->key = request_key_make(algorithm("p256"));
	assert_true(request_key_write(file, f->key));
	fclose(file);
	again = request_key_read(path, NULL, f->arena, &trouble);
	assert_non_null(again);
	assert_string_equal(request_key_words(again, f->arena), "EC, 256 bits");
	request_key_close(&again);
	unlink(path);
	assert_null(request_key_read(path, NULL, f->arena, &trouble));
	assert_string_equal(trouble, "No such file or directory");
}

static void
test_full_disk(void **state)
{
	struct fixture *f = *state;
	FILE *file = fopen("/dev/full", "w");

	if (file == NULL)
		skip();
	setvbuf(file, NULL, _IONBF, 0);
	f->key = request_key_make(algorithm("p256"));
	assert_false(request_key_write(file, f->key));
	fclose(file);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_names),
		TEST(test_rsa),
		TEST(test_ec),
		TEST(test_long_subject),
		TEST(test_key_on_disk),
		TEST(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
