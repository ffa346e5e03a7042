/* The extensions of a certificate or a request (RFC 5280, 4.2): what it may be used for, whom it names,
 * where its revocation is told. One that does not decode is there, with nothing in it. */
#include "net/extension.h"

#include "base/text.h"
#include "net/cert.h"

#include <arpa/inet.h>
#include <limits.h>
#include <openssl/ct.h>
#include <openssl/x509v3.h>
#include <string.h>

/* status_request, RFC 7633, section 6 and RFC 6066, section 8. */
enum { FEATURE_STATUS_REQUEST = 5 };

static const char *
clean(struct arena *arena, const ASN1_STRING *string)
{
	return text_clean(arena, (const char *)ASN1_STRING_get0_data(string),
		(size_t)ASN1_STRING_length(string));
}

static bool
has_nul(const ASN1_STRING *string)
{
	return memchr(ASN1_STRING_get0_data(string), '\0',
		       (size_t)ASN1_STRING_length(string)) != NULL;
}

static void
add(struct arena *arena, const char *const **list, size_t *count, const char *text)
{
	const char **grown;

	if (*count == CERT_MAX_NAMES)
		return;
	grown = arena_grow(arena, (void *)*list, *count, sizeof *grown);
	grown[(*count)++] = text;
	*list = grown;
}

static void
read_basic_constraints(
	const STACK_OF(X509_EXTENSION) * list, struct certificate_fact *fact)
{
	int critical;
	BASIC_CONSTRAINTS *constraints =
		X509V3_get_d2i(list, NID_basic_constraints, &critical, NULL);
	long length;

	fact->basic_constraints = critical != -1;
	if (constraints == NULL)
		return;
	fact->authority = constraints->ca != 0;
	if (constraints->pathlen != NULL) {
		length = ASN1_INTEGER_get(constraints->pathlen);
		fact->path_limited = true;
		fact->path_length = length < 0 || length > INT_MAX ? -1 : (int)length;
	}
	BASIC_CONSTRAINTS_free(constraints);
}

static void
read_key_usage(struct arena *arena, const STACK_OF(X509_EXTENSION) * list,
	struct certificate_fact *fact)
{
	/* RFC 5280, 4.2.1.3: bit 0 and on. */
	static const char *const name[] = { "digitalSignature", "nonRepudiation",
		"keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign",
		"cRLSign", "encipherOnly", "decipherOnly" };
	int critical;
	ASN1_BIT_STRING *bits = X509V3_get_d2i(list, NID_key_usage, &critical, NULL);

	fact->has_key_usage = critical != -1;
	for (int i = 0; bits != NULL && i < (int)(sizeof name / sizeof name[0]); i++)
		if (ASN1_BIT_STRING_get_bit(bits, i))
			add(arena, &fact->key_usage, &fact->key_usages, name[i]);
	ASN1_BIT_STRING_free(bits);
}

static const char *
usage_name(struct arena *arena, const ASN1_OBJECT *usage)
{
	switch (OBJ_obj2nid(usage)) {
	case NID_server_auth:
		return "serverAuth";
	case NID_client_auth:
		return "clientAuth";
	case NID_anyExtendedKeyUsage:
		return "any";
	default:
		return cert_oid(arena, usage);
	}
}

static void
read_extended_key_usage(struct arena *arena, const STACK_OF(X509_EXTENSION) * list,
	struct certificate_fact *fact)
{
	int critical;
	EXTENDED_KEY_USAGE *usages =
		X509V3_get_d2i(list, NID_ext_key_usage, &critical, NULL);

	fact->has_extended_key_usage = critical != -1;
	for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++)
		add(arena, &fact->extended_key_usage, &fact->extended_key_usages,
			usage_name(arena, sk_ASN1_OBJECT_value(usages, i)));
	EXTENDED_KEY_USAGE_free(usages);
}

/* Whether the value holds its bytes in an ASN1_STRING. */
static bool
is_string(const ASN1_TYPE *value)
{
	return value->type > 0 && value->type != V_ASN1_BOOLEAN &&
	       value->type != V_ASN1_NULL && value->type != V_ASN1_OBJECT;
}

/* RFC 4985, section 2 (SRVName is an IA5String) and RFC 6120, 13.7.1.4 (id-on-xmppAddr
 * is a UTF8String). */
static void
add_other_name(struct arena *arena, const OTHERNAME *name, struct certificate_fact *fact)
{
	int nid = OBJ_obj2nid(name->type_id);
	int type = nid == NID_SRVName ? V_ASN1_IA5STRING : V_ASN1_UTF8STRING;
	const ASN1_STRING *string =
		is_string(name->value) ? name->value->value.asn1_string : NULL;
	const char *text = string != NULL ? clean(arena, string) : "";

	if (nid != NID_SRVName && nid != NID_XmppAddr) {
		add(arena, &fact->other_name, &fact->other_names,
			arena_printf(
				arena, "othername:%s", cert_oid(arena, name->type_id)));
		return;
	}
	if (name->value->type != type || has_nul(string))
		fact->names_malformed = true;
	if (nid == NID_SRVName)
		add(arena, &fact->srv_name, &fact->srv_names, text);
	else
		add(arena, &fact->xmpp_address, &fact->xmpp_addresses, text);
}

static const char *
address(struct arena *arena, const ASN1_OCTET_STRING *octets)
{
	char text[INET6_ADDRSTRLEN];
	const uint8_t *bytes = ASN1_STRING_get0_data(octets);
	int length = ASN1_STRING_length(octets);

	if (length != 4 && length != 16)
		return text_hex(arena, bytes, (size_t)length);
	inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
	return arena_strdup(arena, text);
}

static const char *
plain_name(struct arena *arena, const GENERAL_NAME *name)
{
	switch (name->type) {
	case GEN_EMAIL:
		return arena_printf(arena, "email:%s", clean(arena, name->d.rfc822Name));
	case GEN_URI:
		return arena_printf(
			arena, "uri:%s", clean(arena, name->d.uniformResourceIdentifier));
	case GEN_IPADD:
		return arena_printf(arena, "ip:%s", address(arena, name->d.iPAddress));
	case GEN_DIRNAME:
		return arena_printf(
			arena, "dirname:%s", cert_name(arena, name->d.directoryName));
	case GEN_RID:
		return arena_printf(
			arena, "oid:%s", cert_oid(arena, name->d.registeredID));
	case GEN_X400:
		return "x400";
	default:
		return "ediparty";
	}
}

static void
add_name(struct arena *arena, const GENERAL_NAME *name, struct certificate_fact *fact)
{
	switch (name->type) {
	case GEN_DNS:
		if (has_nul(name->d.dNSName))
			fact->names_malformed = true;
		add(arena, &fact->dns_name, &fact->dns_names,
			clean(arena, name->d.dNSName));
		return;
	case GEN_OTHERNAME:
		add_other_name(arena, name->d.otherName, fact);
		return;
	case GEN_EMAIL:
	case GEN_URI:
		if (has_nul(name->d.ia5))
			fact->names_malformed = true;
		break;
	case GEN_IPADD:
		if (ASN1_STRING_length(name->d.iPAddress) != 4 &&
			ASN1_STRING_length(name->d.iPAddress) != 16)
			fact->names_malformed = true;
		break;
	}
	add(arena, &fact->other_name, &fact->other_names, plain_name(arena, name));
}

static void
read_names(struct arena *arena, const STACK_OF(X509_EXTENSION) * list,
	struct certificate_fact *fact)
{
	int critical;
	GENERAL_NAMES *names =
		X509V3_get_d2i(list, NID_subject_alt_name, &critical, NULL);
	int count = names != NULL ? sk_GENERAL_NAME_num(names) : 0;

	fact->has_names = critical != -1;
	fact->names_critical = critical == 1;
	fact->names_malformed = fact->has_names && names == NULL;
	fact->names_cut = count > CERT_MAX_NAMES;
	for (int i = 0; i < count && i < CERT_MAX_NAMES; i++)
		add_name(arena, sk_GENERAL_NAME_value(names, i), fact);
	GENERAL_NAMES_free(names);
}

static void
read_unknown(struct arena *arena, const STACK_OF(X509_EXTENSION) * list,
	struct certificate_fact *fact)
{
	for (int i = 0; i < X509v3_get_ext_count(list); i++) {
		X509_EXTENSION *extension = X509v3_get_ext(list, i);

		if (X509_EXTENSION_get_critical(extension) &&
			!X509_supported_extension(extension))
			add(arena, &fact->unknown_critical, &fact->unknown_criticals,
				cert_oid(arena, X509_EXTENSION_get_object(extension)));
	}
}

/* RFC 7633: the list of TLS features that the server must use. */
static void
read_features(const STACK_OF(X509_EXTENSION) * list, struct certificate_fact *fact)
{
	TLS_FEATURE *features = X509V3_get_d2i(list, NID_tlsfeature, NULL, NULL);

	for (int i = 0; i < sk_ASN1_INTEGER_num(features); i++)
		if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) ==
			FEATURE_STATUS_REQUEST)
			fact->must_staple = true;
	TLS_FEATURE_free(features);
}

static void
add_uri(struct arena *arena, const GENERAL_NAME *name, const char *const **list,
	size_t *count)
{
	if (name->type == GEN_URI)
		add(arena, list, count, clean(arena, name->d.uniformResourceIdentifier));
}

static void
read_crls(struct arena *arena, const STACK_OF(X509_EXTENSION) * list,
	struct certificate_fact *fact)
{
	CRL_DIST_POINTS *points =
		X509V3_get_d2i(list, NID_crl_distribution_points, NULL, NULL);

	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		DIST_POINT_NAME *point = sk_DIST_POINT_value(points, i)->distpoint;

		/* Type 1 is a name relative to the issuer: no address in it. */
		if (point == NULL || point->type != 0)
			continue;
		for (int k = 0; k < sk_GENERAL_NAME_num(point->name.fullname); k++)
			add_uri(arena, sk_GENERAL_NAME_value(point->name.fullname, k),
				&fact->crl, &fact->crls);
	}
	CRL_DIST_POINTS_free(points);
}

static void
read_responders(struct arena *arena, const STACK_OF(X509_EXTENSION) * list,
	struct certificate_fact *fact)
{
	AUTHORITY_INFO_ACCESS *places = X509V3_get_d2i(list, NID_info_access, NULL, NULL);

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(places); i++) {
		ACCESS_DESCRIPTION *place = sk_ACCESS_DESCRIPTION_value(places, i);

		if (OBJ_obj2nid(place->method) == NID_ad_OCSP)
			add_uri(arena, place->location, &fact->ocsp, &fact->ocsps);
	}
	AUTHORITY_INFO_ACCESS_free(places);
}

/* Certificate Transparency, RFC 6962, 3.3. */
static void
read_scts(const STACK_OF(X509_EXTENSION) * list, struct certificate_fact *fact)
{
	STACK_OF(SCT) *scts = X509V3_get_d2i(list, NID_ct_precert_scts, NULL, NULL);

	if (scts != NULL)
		fact->scts = sk_SCT_num(scts);
	SCT_LIST_free(scts);
}

void
extensions_read(struct arena *arena, const STACK_OF(X509_EXTENSION) * list,
	struct certificate_fact *fact)
{
	read_basic_constraints(list, fact);
	read_key_usage(arena, list, fact);
	read_extended_key_usage(arena, list, fact);
	read_names(arena, list, fact);
	read_unknown(arena, list, fact);
	read_features(list, fact);
	read_crls(arena, list, fact);
	read_responders(arena, list, fact);
	read_scts(list, fact);
}
