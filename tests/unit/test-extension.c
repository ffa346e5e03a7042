/* Certificates with every oddity of their extensions that the checks look for. */
#include "tests/unit/certificate.h"

/* An extension with any bytes for its value. */
static void
add_bytes(X509 *certificate, const char *oid, bool critical, const char *bytes,
	size_t length)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;

	ASN1_OCTET_STRING_set(value, (const unsigned char *)bytes, (int)length);
	extension = X509_EXTENSION_create_by_OBJ(NULL, object, critical, value);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(object);
}

static void
test_authority(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	X509_set_issuer_name(s->certificate, X509_get_subject_name(s->certificate));
	certificate_add(
		s->certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:2");
	certificate_add(s->certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
	fact = specimen_read(s);
	assert_true(fact->self_signed && fact->basic_constraints && fact->authority);
	assert_true(fact->path_limited && fact->has_key_usage);
	assert_int_equal(fact->path_length, 2);
	assert_int_equal(fact->key_usages, 2);
	assert_string_equal(fact->key_usage[0], "keyCertSign");
	assert_string_equal(fact->key_usage[1], "cRLSign");
	assert_int_equal(fact->unknown_criticals, 0);
}

static void
test_usage(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	certificate_add(s->certificate, NID_basic_constraints, "CA:FALSE");
	certificate_add(s->certificate, NID_key_usage,
		"digitalSignature,keyAgreement,decipherOnly");
	certificate_add(s->certificate, NID_ext_key_usage,
		"serverAuth,clientAuth,anyExtendedKeyUsage,emailProtection,1.2.3.4");
	fact = specimen_read(s);
	assert_true(fact->basic_constraints && !fact->authority && !fact->path_limited);
	assert_int_equal(fact->key_usages, 3);
	assert_string_equal(fact->key_usage[2], "decipherOnly");
	assert_true(fact->has_extended_key_usage);
	assert_int_equal(fact->extended_key_usages, 5);
	assert_string_equal(fact->extended_key_usage[0], "serverAuth");
	assert_string_equal(fact->extended_key_usage[1], "clientAuth");
	assert_string_equal(fact->extended_key_usage[2], "any");
	assert_string_equal(fact->extended_key_usage[3], "1.3.6.1.5.5.7.3.4");
	assert_string_equal(fact->extended_key_usage[4], "1.2.3.4");
}

static void
test_names(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	certificate_add(s->certificate, NID_subject_alt_name,
		"DNS:Example.COM,DNS:*.example.com,"
		"otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-server.example.com,"
		"otherName:1.2.3.4;UTF8:x,email:a@example.com,IP:192.0.2.1,"
		"IP:2001:db8::1,URI:xmpp:a@example.com,RID:1.2.3.5");
	fact = specimen_read(s);
	assert_true(fact->has_names && !fact->names_critical);
	assert_false(fact->names_malformed || fact->names_cut);
	assert_int_equal(fact->dns_names, 2);
	assert_string_equal(fact->dns_name[0], "Example.COM");
	assert_string_equal(fact->dns_name[1], "*.example.com");
	assert_int_equal(fact->srv_names, 1);
	assert_string_equal(fact->srv_name[0], "_xmpp-server.example.com");
	assert_int_equal(fact->other_names, 6);
	assert_string_equal(fact->other_name[0], "othername:1.2.3.4");
	assert_string_equal(fact->other_name[1], "email:a@example.com");
	assert_string_equal(fact->other_name[2], "ip:192.0.2.1");
	assert_string_equal(fact->other_name[3], "ip:2001:db8::1");
	assert_string_equal(fact->other_name[4], "uri:xmpp:a@example.com");
	assert_string_equal(fact->other_name[5], "oid:1.2.3.5");
}

static void
push_other(GENERAL_NAMES *names, int nid, int type, const char *bytes, size_t length)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_STRING *string = ASN1_STRING_type_new(type);
	ASN1_TYPE *value = ASN1_TYPE_new();

	ASN1_STRING_set(string, bytes, (int)length);
	ASN1_TYPE_set(value, type, string);
	GENERAL_NAME_set0_othername(name, OBJ_nid2obj(nid), value);
	sk_GENERAL_NAME_push(names, name);
}

static void
push_dns(GENERAL_NAMES *names, const char *bytes, size_t length)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_IA5STRING *string = ASN1_IA5STRING_new();

	ASN1_STRING_set(string, bytes, (int)length);
	GENERAL_NAME_set0_value(name, GEN_DNS, string);
	sk_GENERAL_NAME_push(names, name);
}

static const struct certificate_fact *
read_with_names(struct specimen *s, GENERAL_NAMES *names, int critical)
{
	assert_int_equal(X509_add1_ext_i2d(s->certificate, NID_subject_alt_name, names,
				 critical, X509V3_ADD_DEFAULT),
		1);
	GENERAL_NAMES_free(names);
	return specimen_read(s);
}

static void
test_xmpp_address(void **state)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	const struct certificate_fact *fact;

	push_other(names, NID_XmppAddr, V_ASN1_UTF8STRING, "exämple.com", 12);
	fact = read_with_names(*state, names, 0);
	assert_int_equal(fact->xmpp_addresses, 1);
	assert_string_equal(fact->xmpp_address[0], "exämple.com");
	assert_false(fact->names_malformed);
}

static void
test_names_of_the_wrong_type(void **state)
{
	static const struct {
		int nid, type;
	} wrong[] = {
		{ NID_SRVName, V_ASN1_UTF8STRING },
		{ NID_XmppAddr, V_ASN1_IA5STRING },
		{ NID_XmppAddr, V_ASN1_OCTET_STRING },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct specimen *s = *state;
		GENERAL_NAMES *names = GENERAL_NAMES_new();
		const struct certificate_fact *fact;

		push_other(names, wrong[i].nid, wrong[i].type, "example.com", 11);
		fact = read_with_names(s, names, 0);
		assert_true(fact->names_malformed);
		assert_string_equal(
			fact->srv_names ? fact->srv_name[0] : fact->xmpp_address[0],
			"example.com");
		X509_EXTENSION_free(X509_delete_ext(s->certificate, 0));
	}
}

/* A BOOLEAN holds no string at all. */
static void
test_name_that_is_no_string(void **state)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_TYPE *value = ASN1_TYPE_new();
	const struct certificate_fact *fact;

	ASN1_TYPE_set(value, V_ASN1_BOOLEAN, "yes");
	GENERAL_NAME_set0_othername(name, OBJ_nid2obj(NID_SRVName), value);
	sk_GENERAL_NAME_push(names, name);
	fact = read_with_names(*state, names, 0);
	assert_true(fact->names_malformed);
	assert_string_equal(fact->srv_name[0], "");
}

static void
test_names_with_nul(void **state)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	const struct certificate_fact *fact;

	push_dns(names, "example.com\0.example.org", 24);
	fact = read_with_names(*state, names, 1);
	assert_true(fact->names_critical && fact->names_malformed);
	assert_string_equal(fact->dns_name[0], "example.com\\x00.example.org");
}

static void
test_too_many_names(void **state)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	const struct certificate_fact *fact;

	for (int i = 0; i <= CERT_MAX_NAMES; i++)
		push_dns(names, "example.com", 11);
	fact = read_with_names(*state, names, 0);
	assert_true(fact->names_cut);
	assert_int_equal(fact->dns_names, CERT_MAX_NAMES);
}

static void
test_names_that_do_not_decode(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	add_bytes(s->certificate, "2.5.29.17", false,
		"\x30\x05"
		"abc",
		5);
	fact = specimen_read(s);
	assert_true(fact->has_names && fact->names_malformed);
	assert_int_equal(fact->dns_names, 0);
}

static void
test_unknown_critical(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	add_bytes(s->certificate, "1.2.3.4.5", true, "\x05\x00", 2);
	add_bytes(s->certificate, "1.2.3.4.6", false, "\x05\x00", 2);
	fact = specimen_read(s);
	assert_int_equal(fact->unknown_criticals, 1);
	assert_string_equal(fact->unknown_critical[0], "1.2.3.4.5");
}

static void
test_places(void **state)
{
	struct specimen *s = *state;
	const struct certificate_fact *fact;

	certificate_add(s->certificate, NID_crl_distribution_points,
		"URI:http://example.org/a.crl,URI:http://example.org/b.crl");
	certificate_add(s->certificate, NID_info_access,
		"OCSP;URI:http://example.org/ocsp,caIssuers;URI:http://example.org/ca");
	certificate_add(s->certificate, NID_tlsfeature, "status_request");
	fact = specimen_read(s);
	assert_int_equal(fact->crls, 2);
	assert_string_equal(fact->crl[1], "http://example.org/b.crl");
	assert_int_equal(fact->ocsps, 1);
	assert_string_equal(fact->ocsp[0], "http://example.org/ocsp");
	assert_true(fact->must_staple);
}

/* Two entries of RFC 6962, 3.3, in the OCTET STRING that they come in. */
static void
test_timestamps(void **state)
{
	enum { ENTRY = 2 + 1 + 32 + 8 + 2 + 4 + 1 };
	struct specimen *s = *state;
	char list[4 + 2 * ENTRY] = { 0x04, 2 + 2 * ENTRY, 0x00, 2 * ENTRY };

	for (int i = 0; i < 2; i++) {
		char *entry = list + 4 + i * ENTRY;

		entry[1] = ENTRY - 2;
		entry[ENTRY - 5] = 4; /* SHA-256 */
		entry[ENTRY - 4] = 3; /* ECDSA */
		entry[ENTRY - 2] = 1; /* octet of signature */
	}
	add_bytes(s->certificate, "1.3.6.1.4.1.11129.2.4.2", false, list, sizeof list);
	assert_int_equal(specimen_read(s)->scts, 2);
}

#define TEST(function)                                                                   \
	cmocka_unit_test_setup_teardown(function, specimen_setup, specimen_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_authority),
		TEST(test_usage),
		TEST(test_names),
		TEST(test_xmpp_address),
		TEST(test_names_of_the_wrong_type),
		TEST(test_name_that_is_no_string),
		TEST(test_names_with_nul),
		TEST(test_too_many_names),
		TEST(test_names_that_do_not_decode),
		TEST(test_unknown_critical),
		TEST(test_places),
		TEST(test_timestamps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
