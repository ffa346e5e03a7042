/* Names and numbers of TLS, from the registries of IANA. What no server of the last twenty
 * years prefers (ARIA, Camellia, CCM, pre-shared keys) is left out: each suite that is
 * accepted costs a scan one connection. */
#include "model/suite.h"

#include "base/text.h"

#include <string.h>

const struct tls_name tls_versions[TLS_VERSIONS + 1] = {
	[TLS_1_3] = { 0x0304, "TLSv1.3" },
	[TLS_1_2] = { 0x0303, "TLSv1.2" },
	[TLS_1_1] = { 0x0302, "TLSv1.1" },
	[TLS_1_0] = { 0x0301, "TLSv1" },
};

const char *const tls_version_titles[TLS_VERSIONS] = {
	[TLS_1_3] = "TLS 1.3",
	[TLS_1_2] = "TLS 1.2",
	[TLS_1_1] = "TLS 1.1",
	[TLS_1_0] = "TLS 1.0",
};

const struct tls_name tls_suites[] = {
	{ 0x1301, "TLS_AES_128_GCM_SHA256" },
	{ 0x1302, "TLS_AES_256_GCM_SHA384" },
	{ 0x1303, "TLS_CHACHA20_POLY1305_SHA256" },
	{ 0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" },
	{ 0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ 0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ 0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ 0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" },
	{ 0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384" },
	{ 0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384" },
	{ 0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" },
	{ 0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" },
	{ 0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA" },
	{ 0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA" },
	{ 0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256" },
	{ 0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA" },
	{ 0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA" },
	{ 0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384" },
	{ 0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256" },
	{ 0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256" },
	{ 0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA" },
	{ 0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA" },
	{ 0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA" },
	{ 0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
	{ 0x0005, "TLS_RSA_WITH_RC4_128_SHA" },
	{ 0x0004, "TLS_RSA_WITH_RC4_128_MD5" },
	{ 0, NULL },
};

/* As OpenSSL spells them in the facts of the real handshake. */
const struct tls_name tls_groups[] = {
	{ 29, "x25519" },
	{ 23, "secp256r1" },
	{ 24, "secp384r1" },
	{ 25, "secp521r1" },
	{ 30, "x448" },
	{ 256, "ffdhe2048" },
	{ 4588, "X25519MLKEM768" },
	{ 0, NULL },
};

const struct tls_name tls_schemes[] = {
	{ 0x0201, "rsa_pkcs1_sha1" },
	{ 0x0203, "ecdsa_sha1" },
	{ 0x0401, "rsa_pkcs1_sha256" },
	{ 0x0403, "ecdsa_secp256r1_sha256" },
	{ 0x0501, "rsa_pkcs1_sha384" },
	{ 0x0503, "ecdsa_secp384r1_sha384" },
	{ 0x0601, "rsa_pkcs1_sha512" },
	{ 0x0603, "ecdsa_secp521r1_sha512" },
	{ 0x0804, "rsa_pss_rsae_sha256" },
	{ 0x0805, "rsa_pss_rsae_sha384" },
	{ 0x0806, "rsa_pss_rsae_sha512" },
	{ 0x0807, "ed25519" },
	{ 0x0808, "ed448" },
	{ 0x0809, "rsa_pss_pss_sha256" },
	{ 0x080a, "rsa_pss_pss_sha384" },
	{ 0x080b, "rsa_pss_pss_sha512" },
	{ 0, NULL },
};

const char *
tls_name_of(struct arena *arena, const struct tls_name *table, int number)
{
	for (size_t i = 0; table[i].name != NULL; i++)
		if (table[i].number == number)
			return table[i].name;
	return arena_printf(arena, "0x%04x", (unsigned)number);
}

enum tls_version
tls_version_of(const char *name)
{
	enum tls_version version = TLS_1_3;

	while (version < TLS_VERSIONS && !text_same(tls_versions[version].name, name))
		version++;
	return version;
}

const char *
tls_title(const char *name)
{
	enum tls_version version = tls_version_of(name);

	if (name == NULL)
		return "TLS";
	return version < TLS_VERSIONS ? tls_version_titles[version] : name;
}

static bool
is_authenticated(const char *name)
{
	return strstr(name, "_GCM_") || strstr(name, "_CHACHA20_") ||
	       strstr(name, "_CCM");
}

bool
suite_is_of(const char *name, enum tls_version version)
{
	bool newest = text_starts(name, "TLS_") && strstr(name, "_WITH_") == NULL;

	if (newest || version == TLS_1_3)
		return newest && version == TLS_1_3;
	return version == TLS_1_2 ||
	       (!is_authenticated(name) && !text_ends(name, "256") &&
		       !text_ends(name, "384"));
}

bool
suite_is_ecdhe(const char *name)
{
	return text_starts(name, "TLS_ECDHE_");
}

bool
suite_is_dhe(const char *name)
{
	return text_starts(name, "TLS_DHE_");
}

bool
suite_is_recommended(const char *name)
{
	return suite_is_of(name, TLS_1_3) ||
	       (suite_is_ecdhe(name) && is_authenticated(name));
}

bool
suite_is_like(const char *a, const char *b)
{
	const char *rest_a = strstr(a, "_WITH_"), *rest_b = strstr(b, "_WITH_");

	if (rest_a == NULL || rest_b == NULL || !suite_is_ecdhe(a) || !suite_is_ecdhe(b))
		return text_same(a, b);
	return text_same(rest_a, rest_b);
}

/* Which schemes a kind of key makes, by how their names begin. */
static const struct {
	const char *key, *curve, *scheme;
} makes[] = {
	{ "RSA", NULL, "rsa_pkcs1_" },
	{ "RSA", NULL, "rsa_pss_rsae_" },
	{ "RSA-PSS", NULL, "rsa_pss_pss_" },
	{ "EC", "P-256", "ecdsa_secp256r1_" },
	{ "EC", "P-384", "ecdsa_secp384r1_" },
	{ "EC", "P-521", "ecdsa_secp521r1_" },
	{ "ED25519", NULL, "ed25519" },
	{ "ED448", NULL, "ed448" },
};

bool
scheme_is_of(
	const char *scheme, const char *key, const char *curve, enum tls_version version)
{
	if (version > TLS_1_3 && text_same(key, "EC"))
		return text_starts(scheme, "ecdsa_");
	/* RFC 8446, 4.2.3: PKCS #1 signs certificates there, and no handshake. */
	if (version == TLS_1_3 && text_starts(scheme, "rsa_pkcs1_"))
		return false;
	for (size_t i = 0; i < sizeof makes / sizeof makes[0]; i++)
		if (text_same(makes[i].key, key) &&
			text_starts(scheme, makes[i].scheme) &&
			(makes[i].curve == NULL || text_same(makes[i].curve, curve)))
			return true;
	return false;
}

bool
scheme_is_sha1(const char *scheme)
{
	return text_ends(scheme, "_sha1");
}
