/* A certificate is hostile input like everything else from the network: OpenSSL decodes
 * it, and every text in it is cleaned before it becomes a fact. */
#include "net/cert.h"

#include "base/fatal.h"
#include "base/text.h"
#include "net/extension.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

const char *
cert_oid(struct arena *arena, const ASN1_OBJECT *object)
{
	char text[128];

	if (OBJ_obj2txt(text, sizeof text, object, 1) <= 0)
		return "malformed";
	return text_clean(arena, text, strlen(text));
}

const char *
cert_name(struct arena *arena, const X509_NAME *name)
{
	/* UTF-8 stays as it is; text_clean() takes care of the rest. */
	unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text = "(not readable)";
	char *bytes;
	long length;

	if (bio == NULL)
		fatal("out of memory");
	if (X509_NAME_print_ex(bio, name, 0, flags) >= 0) {
		length = BIO_get_mem_data(bio, &bytes);
		text = text_clean(arena, bytes, (size_t)length);
	}
	BIO_free(bio);
	return text;
}

/* The attribute of the name, or NULL; the last one is the most specific (RFC 6125, 1.8). */
static const char *
attribute(struct arena *arena, const X509_NAME *name, int nid)
{
	int at = -1, next;
	unsigned char *text;
	const char *copy;
	int length;

	while ((next = X509_NAME_get_index_by_NID(name, nid, at)) >= 0)
		at = next;
	if (at < 0)
		return NULL;
	length = ASN1_STRING_to_UTF8(
		&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (length < 0)
		return NULL;
	copy = text_clean(arena, (const char *)text, (size_t)length);
	OPENSSL_free(text);
	return copy;
}

/* 0 when it is no time. */
static int64_t
seconds(const ASN1_TIME *time)
{
	struct tm tm;

	if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
		return 0;
	return timegm(&tm);
}

const char *
cert_fingerprint(struct arena *arena, const uint8_t *bytes, size_t length)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t size;

	if (EVP_Q_digest(NULL, "SHA256", NULL, bytes, length, digest, &size) != 1)
		fatal("OpenSSL has no SHA-256");
	return text_hex(arena, digest, size);
}

/* RFC 5280, 4.1.2.2: positive, and at most 20 octets, the sign's included. */
static void
read_serial(struct arena *arena, const X509 *certificate, struct certificate_fact *fact)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
	const uint8_t *bytes = ASN1_STRING_get0_data(serial);
	int length = ASN1_STRING_length(serial);
	bool negative = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER, zero = true;

	for (int i = 0; i < length; i++)
		zero = zero && bytes[i] == 0;
	fact->serial = arena_printf(arena, "%s%s", negative ? "-" : "",
		text_hex(arena, bytes, (size_t)length));
	fact->serial_unfit =
		negative || zero || length + (length > 0 && bytes[0] >= 0x80) > 20;
}

static const char *
curve(struct arena *arena, const EVP_PKEY *key)
{
	char name[80];
	const char *nist;
	size_t length;

	if (EVP_PKEY_get_group_name(key, name, sizeof name, &length) != 1)
		return "explicit";
	nist = EC_curve_nid2nist(OBJ_txt2nid(name));
	return arena_strdup(arena, nist != NULL ? nist : name);
}

static bool
exponent_is_one(const EVP_PKEY *key)
{
	BIGNUM *exponent = NULL;
	bool one = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
		   BN_is_one(exponent);

	BN_free(exponent);
	return one;
}

static void
read_key(struct arena *arena, X509_PUBKEY *spki, struct certificate_fact *fact)
{
	const EVP_PKEY *key = X509_PUBKEY_get0(spki);
	ASN1_OBJECT *algorithm;
	unsigned char *der = NULL;
	int length = i2d_X509_PUBKEY(spki, &der);

	if (length > 0)
		fact->key_fingerprint = cert_fingerprint(arena, der, (size_t)length);
	OPENSSL_free(der);
	if (key == NULL) {
		X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, spki);
		fact->key = cert_oid(arena, algorithm);
		return;
	}
	fact->key = arena_strdup(arena, EVP_PKEY_get0_type_name(key));
	fact->key_bits = EVP_PKEY_get_bits(key);
	if (EVP_PKEY_is_a(key, "EC"))
		fact->curve = curve(arena, key);
	else if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS"))
		fact->exponent_one = exponent_is_one(key);
}

static void
read_algorithm(
	struct arena *arena, const X509_ALGOR *algorithm, struct certificate_fact *fact)
{
	const ASN1_OBJECT *object;
	int nid;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	nid = OBJ_obj2nid(object);
	fact->signature = nid == NID_undef ? cert_oid(arena, object)
					   : arena_strdup(arena, OBJ_nid2ln(nid));
}

/* The digest is none where the algorithm has one of its own (Ed25519). */
static void
read_signature(struct arena *arena, X509 *certificate, struct certificate_fact *fact)
{
	const X509_ALGOR *algorithm;
	int digest = NID_undef;

	X509_get0_signature(NULL, &algorithm, certificate);
	read_algorithm(arena, algorithm, fact);
	if (X509_get_signature_info(certificate, &digest, NULL, NULL, NULL) == 1 &&
		digest != NID_undef)
		fact->digest = arena_strdup(arena, OBJ_nid2sn(digest));
}

static void
read_subject(struct arena *arena, const X509_NAME *subject, struct certificate_fact *fact)
{
	fact->subject = cert_name(arena, subject);
	fact->common_name = attribute(arena, subject, NID_commonName);
	fact->empty_subject = X509_NAME_entry_count(subject) == 0;
}

static void
read_parsed(struct arena *arena, X509 *certificate, struct certificate_fact *fact)
{
	const X509_NAME *issuer = X509_get_issuer_name(certificate);

	read_subject(arena, X509_get_subject_name(certificate), fact);
	fact->issuer = cert_name(arena, issuer);
	fact->issuer_organization = attribute(arena, issuer, NID_organizationName);
	fact->self_signed = X509_self_signed(certificate, 1) == 1;
	fact->version = (int)X509_get_version(certificate) + 1;
	fact->not_before = seconds(X509_get0_notBefore(certificate));
	fact->not_after = seconds(X509_get0_notAfter(certificate));
	read_serial(arena, certificate, fact);
	read_key(arena, X509_get_X509_PUBKEY(certificate), fact);
	read_signature(arena, certificate, fact);
	extensions_read(arena, X509_get0_extensions(certificate), fact);
	/* What did not decode left its trace in the thread's queue of errors. */
	ERR_clear_error();
}

static void
read_request(struct arena *arena, X509_REQ *request, struct certificate_fact *fact)
{
	STACK_OF(X509_EXTENSION) *list = X509_REQ_get_extensions(request);
	EVP_PKEY *key = X509_REQ_get0_pubkey(request);
	const X509_ALGOR *algorithm;

	read_subject(arena, X509_REQ_get_subject_name(request), fact);
	fact->self_signed = key != NULL && X509_REQ_verify(request, key) == 1;
	fact->version = (int)X509_REQ_get_version(request) + 1;
	read_key(arena, X509_REQ_get_X509_PUBKEY(request), fact);
	X509_REQ_get0_signature(request, NULL, &algorithm);
	read_algorithm(arena, algorithm, fact);
	extensions_read(arena, list, fact);
	sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
	ERR_clear_error();
}

static void
read_bytes(struct arena *arena, const uint8_t *der, size_t length,
	struct certificate_fact *fact)
{
	int position = fact->position;

	*fact = (struct certificate_fact){ .position = position };
	fact->size = (int)length;
	fact->der = arena_copy(arena, der, length);
	fact->der_length = length;
	fact->fingerprint = cert_fingerprint(arena, der, length);
}

void
cert_read(struct arena *arena, X509 *certificate, const uint8_t *der, size_t length,
	struct certificate_fact *fact)
{
	read_bytes(arena, der, length, fact);
	read_parsed(arena, certificate, fact);
}

void
cert_read_der(struct arena *arena, const uint8_t *der, size_t length,
	struct certificate_fact *fact)
{
	const unsigned char *end = der;
	X509 *certificate = d2i_X509(NULL, &end, (long)length);

	if (certificate != NULL && end == der + length) {
		cert_read(arena, certificate, der, length, fact);
	} else {
		read_bytes(arena, der, length, fact);
		fact->malformed = true;
		ERR_clear_error();
	}
	X509_free(certificate);
}

void
cert_read_request(struct arena *arena, const uint8_t *der, size_t length,
	struct certificate_fact *fact)
{
	const unsigned char *end = der;
	X509_REQ *request = d2i_X509_REQ(NULL, &end, (long)length);

	read_bytes(arena, der, length, fact);
	fact->request = true;
	fact->malformed = request == NULL || end != der + length;
	if (fact->malformed)
		ERR_clear_error();
	else
		read_request(arena, request, fact);
	X509_REQ_free(request);
}

/* The one answer in the response that bears the certificate's serial number. */
static OCSP_SINGLERESP *
find_answer(OCSP_BASICRESP *response, const X509 *certificate)
{
	for (int i = 0; i < OCSP_resp_count(response); i++) {
		OCSP_SINGLERESP *answer = OCSP_resp_get0(response, i);
		ASN1_INTEGER *serial;

		OCSP_id_get0_info(NULL, NULL, NULL, &serial,
			(OCSP_CERTID *)OCSP_SINGLERESP_get0_id(answer));
		if (ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) == 0)
			return answer;
	}
	return NULL;
}

static const char *
answer_status(OCSP_SINGLERESP *answer, int64_t *from, int64_t *until)
{
	ASN1_GENERALIZEDTIME *this = NULL, *next = NULL;
	int status = answer == NULL
			     ? V_OCSP_CERTSTATUS_UNKNOWN
			     : OCSP_single_get0_status(answer, NULL, NULL, &this, &next);

	*from = seconds(this);
	*until = seconds(next);
	return status == V_OCSP_CERTSTATUS_GOOD      ? "good"
	       : status == V_OCSP_CERTSTATUS_REVOKED ? "revoked"
						     : "unknown";
}

const char *
cert_staple(const X509 *certificate, const uint8_t *der, size_t length, int64_t *from,
	int64_t *until)
{
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &der, (long)length);
	OCSP_BASICRESP *basic = NULL;
	const char *status = "malformed";

	*from = *until = 0;
	if (response != NULL &&
		OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
		basic = OCSP_response_get1_basic(response);
	if (basic != NULL)
		status = answer_status(find_answer(basic, certificate), from, until);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	ERR_clear_error();
	return status;
}
