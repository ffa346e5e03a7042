/* The notes of a handshake. Certificates are taken from the message itself: so also the
 * chain is seen that OpenSSL could not decode, and the one of a handshake that failed
 * later. No error of verification ends the handshake: judging is for the checks. */
#include "net/handshake.h"

#include "base/text.h"
#include "model/suite.h"
#include "net/cert.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

/* CA names and signature schemes of a certificate request. */
enum { MAX_AUTHORITIES = 64, MAX_SCHEMES = 64 };
enum { MAX_PROTOCOLS = 8 }; /* names of ALPN that are kept */

/* --- notes ------------------------------------------------------------------------ */

struct bytes {
	const uint8_t *at;
	size_t left;
};

/* A vector with its length in `width` bytes in front of it (RFC 8446, 3.4). */
static bool
take(struct bytes *from, size_t width, struct bytes *vector)
{
	size_t length = 0;

	if (from->left < width)
		return false;
	for (size_t i = 0; i < width; i++)
		length = length << 8 | from->at[i];
	if (from->left - width < length)
		return false;
	*vector = (struct bytes){ from->at + width, length };
	from->at += width + length;
	from->left -= width + length;
	return true;
}

/* The Certificate message: RFC 5246, 7.4.2; with a context in front and extensions
 * behind each certificate since RFC 8446, 4.4.2. */
static void
note_chain(struct handshake *seen, struct bytes body, bool extended)
{
	struct bytes list, der, extra;

	if (extended && !take(&body, 1, &extra))
		return;
	if (!take(&body, 3, &list))
		return;
	seen->sents = 0;
	while (seen->sents < CONN_MAX_CHAIN && take(&list, 3, &der)) {
		seen->sent[seen->sents++] = (struct sent_certificate){
			arena_copy(seen->arena, der.at, der.left), der.left
		};
		if (extended && !take(&list, 2, &extra))
			return;
	}
}

/* Whether there is any certificate in it: a client that has none says so with an empty list
 * (RFC 5246, 7.4.6; RFC 8446, 4.4.2). */
static bool
has_certificate(struct bytes body, bool extended)
{
	struct bytes list, extra;

	return (!extended || take(&body, 1, &extra)) && take(&body, 3, &list) &&
	       list.left > 0;
}

static void
on_message(int sent, int version, int type, const void *bytes, size_t length, SSL *ssl,
	void *arg)
{
	struct handshake *seen = arg;
	struct bytes body = { bytes, length };

	bool extended = SSL_version(ssl) == TLS1_3_VERSION;

	(void)version;
	if (type != SSL3_RT_HANDSHAKE || length < SSL3_HM_HEADER_LENGTH)
		return;
	body.at += SSL3_HM_HEADER_LENGTH;
	body.left -= SSL3_HM_HEADER_LENGTH;
	if (sent)
		seen->certificate_presented |=
			*(const uint8_t *)bytes == SSL3_MT_CERTIFICATE &&
			has_certificate(body, extended);
	else if (*(const uint8_t *)bytes == SSL3_MT_CERTIFICATE_REQUEST)
		seen->certificate_requested = true;
	else if (*(const uint8_t *)bytes == SSL3_MT_CERTIFICATE)
		note_chain(seen, body, extended);
}

/* RFC 8446, 6: since TLS 1.3 the level means nothing, every alert but two is the end. */
static bool
is_final(const SSL *ssl, int level, int number)
{
	return number != SSL_AD_CLOSE_NOTIFY && number != SSL_AD_USER_CANCELLED &&
	       (level == SSL3_AL_FATAL || SSL_version(ssl) == TLS1_3_VERSION);
}

static void
on_state(const SSL *ssl, int where, int value)
{
	struct handshake *seen = SSL_get_app_data(ssl);
	int number = value & 0xff;

	if ((where & SSL_CB_ALERT) == 0)
		return;
	if (number == SSL_AD_CLOSE_NOTIFY && (where & SSL_CB_READ) != 0)
		seen->close_notify = true;
	if (seen->alert >= 0 || !is_final(ssl, value >> 8, number))
		return;
	seen->alert = number;
	seen->alert_sent = (where & SSL_CB_WRITE) != 0;
}

static int
on_verify(int fine, X509_STORE_CTX *store)
{
	SSL *ssl =
		X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct handshake *seen = SSL_get_app_data(ssl);

	if (!fine)
		verify_note(&seen->verify, store);
	return 1;
}

void
handshake_watch(struct handshake *seen, SSL *ssl)
{
	seen->alert = -1;
	seen->verify.arena = seen->arena;
	SSL_set_app_data(ssl, seen);
	SSL_set_verify(ssl, SSL_VERIFY_PEER, on_verify);
	SSL_set_msg_callback(ssl, on_message);
	SSL_set_msg_callback_arg(ssl, seen);
	SSL_set_info_callback(ssl, on_state);
}

/* RFC 7301, 3.1: a list of names, each with its length before it. */
int
handshake_choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *length,
	const unsigned char *offered, unsigned size, void *arg)
{
	static const char ours[] = "xmpp-server";
	struct handshake *seen = SSL_get_app_data(ssl);
	struct bytes list = { offered, size }, name;
	int answer = SSL_TLSEXT_ERR_NOACK;

	(void)arg;
	seen->alpn = NULL;
	for (int i = 0; take(&list, 1, &name); i++) {
		if (i < MAX_PROTOCOLS)
			seen->alpn = arena_printf(seen->arena, "%s%s%s",
				seen->alpn ? seen->alpn : "", seen->alpn ? " " : "",
				text_clean(
					seen->arena, (const char *)name.at, name.left));
		if (!seen->direct || name.left != strlen(ours) ||
			memcmp(name.at, ours, name.left) != 0)
			continue;
		*chosen = name.at;
		*length = (unsigned char)name.left;
		answer = SSL_TLSEXT_ERR_OK;
	}
	return answer;
}

/* --- the fact --------------------------------------------------------------------- */

/* The group of the key exchange; before TLS 1.3 a server may send a prime of its own
 * instead, of which the size is told: "DH-1024". */
static const char *
group(SSL *ssl, struct arena *arena)
{
	const char *name = NULL;
	EVP_PKEY *key = NULL;

	/* OpenSSL looks for it in the session, which a server that asked for another hello
	 * (RFC 8446, 4.1.4) has not made yet. */
	if (SSL_get_session(ssl) != NULL)
		name = SSL_group_to_name(ssl, (int)SSL_get_negotiated_group(ssl));
	if (name == NULL && SSL_get_peer_tmp_key(ssl, &key) == 1 &&
		EVP_PKEY_is_a(key, "DH"))
		name = arena_printf(arena, "DH-%d", EVP_PKEY_get_bits(key));
	EVP_PKEY_free(key);
	return arena_strdup(arena, name);
}

/* The names that the RFCs use. */
static const char *
signature_name(int nid)
{
	switch (nid) {
	case EVP_PKEY_RSA_PSS:
		return "RSA-PSS";
	case EVP_PKEY_RSA:
		return "RSA";
	case EVP_PKEY_EC:
		return "ECDSA";
	case EVP_PKEY_ED25519:
		return "Ed25519";
	case EVP_PKEY_ED448:
		return "Ed448";
	default:
		return OBJ_nid2sn(nid);
	}
}

static void
read_signature(const SSL *ssl, struct arena *arena, struct tls_fact *fact)
{
	int nid;

	if (SSL_get_peer_signature_type_nid(ssl, &nid) == 1)
		fact->signature = arena_strdup(arena, signature_name(nid));
	if (SSL_get_peer_signature_nid((SSL *)ssl, &nid) == 1 && nid != NID_undef)
		fact->digest = arena_strdup(arena, OBJ_nid2sn(nid));
}

static void
read_agreed(SSL *ssl, struct arena *arena, struct tls_fact *fact)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
	const unsigned char *alpn;
	unsigned length;

	if (cipher == NULL)
		cipher = SSL_get_pending_cipher(ssl);
	if (cipher == NULL)
		return;
	fact->version = arena_strdup(arena, SSL_get_version(ssl));
	fact->cipher = arena_strdup(arena, SSL_CIPHER_standard_name(cipher));
	fact->group = group(ssl, arena);
	read_signature(ssl, arena, fact);
	fact->secure_renegotiation = SSL_get_secure_renegotiation_support(ssl) == 1;
	fact->extended_master_secret = SSL_get_extms_support(ssl) == 1;
	SSL_get0_alpn_selected(ssl, &alpn, &length);
	if (length > 0)
		fact->alpn = text_clean(arena, (const char *)alpn, length);
}

static void
read_authorities(const SSL *ssl, struct arena *arena, struct tls_fact *fact)
{
	const STACK_OF(X509_NAME) *names = SSL_get0_peer_CA_list(ssl);
	int count = names != NULL ? sk_X509_NAME_num(names) : 0;
	const char **authority = arena_alloc(arena, MAX_AUTHORITIES * sizeof *authority);

	for (int i = 0; i < count && i < MAX_AUTHORITIES; i++)
		authority[fact->authorities++] =
			cert_name(arena, sk_X509_NAME_value(names, i));
	fact->authority = authority;
}

/* RFC 5246, 7.4.4; RFC 8446, 4.3.2. */
static void
read_schemes(SSL *ssl, struct arena *arena, struct tls_fact *fact)
{
	int count = SSL_get_sigalgs(ssl, -1, NULL, NULL, NULL, NULL, NULL);
	const char **scheme = arena_alloc(arena, MAX_SCHEMES * sizeof *scheme);
	unsigned char low, high;

	for (int i = 0; i < count && i < MAX_SCHEMES; i++)
		if (SSL_get_sigalgs(ssl, i, NULL, NULL, NULL, &low, &high) > 0)
			scheme[fact->schemes++] =
				tls_name_of(arena, tls_schemes, high << 8 | low);
	fact->scheme = scheme;
}

static void
read_staple(SSL *ssl, struct arena *arena, struct tls_fact *fact)
{
	const X509 *leaf = SSL_get0_peer_certificate(ssl);
	const unsigned char *response;
	long length = SSL_get_tlsext_status_ocsp_resp(ssl, &response);

	if (leaf == NULL || response == NULL || length <= 0)
		return;
	fact->stapled = true;
	fact->staple_status =
		arena_strdup(arena, cert_staple(leaf, response, (size_t)length,
					    &fact->staple_from, &fact->staple_until));
}

void
handshake_fact(const struct handshake *seen, const SSL *ssl, struct arena *arena,
	struct tls_fact *fact)
{
	*fact = (struct tls_fact){
		.direct = seen->direct,
		.sni = arena_strdup(arena, seen->sni),
		.alpn_offered = arena_strdup(arena, seen->alpn),
		.completed = seen->completed,
		.certificate_requested = seen->certificate_requested,
		.certificate_presented = seen->certificate_presented,
		.alert = seen->alert + 1,
		.alert_sent = seen->alert_sent,
		.failure = arena_strdup(arena, seen->failure),
		.trust_store = arena_strdup(arena, seen->trust_store),
	};
	/* OpenSSL's getters do not say const, and change nothing. */
	read_agreed((SSL *)ssl, arena, fact);
	read_authorities(ssl, arena, fact);
	if (fact->certificate_requested)
		read_schemes((SSL *)ssl, arena, fact);
	read_staple((SSL *)ssl, arena, fact);
	verify_fact(&seen->verify, SSL_get0_verified_chain(ssl),
		SSL_get_peer_cert_chain(ssl), arena, fact);
	ERR_clear_error();
}

/* As OpenSSL parsed them, in the order of the message; NULL when it did not get so far. To
 * parse them again would cost a tenth of a whole check. */
static const STACK_OF(X509) * parsed_chain(const struct handshake *seen, const SSL *ssl)
{
	const STACK_OF(X509) *chain = ssl != NULL ? SSL_get_peer_cert_chain(ssl) : NULL;

	/* What a client sent misses its leaf there. */
	if (chain == NULL || SSL_is_server((SSL *)ssl) ||
		sk_X509_num(chain) != (int)seen->sents)
		return NULL;
	return chain;
}

size_t
handshake_certificates(const struct handshake *seen, const SSL *ssl, struct arena *arena,
	const struct certificate_fact **certificate)
{
	struct certificate_fact *fact = arena_alloc(arena, seen->sents * sizeof *fact);
	const STACK_OF(X509) *parsed = parsed_chain(seen, ssl);

	for (size_t i = 0; i < seen->sents; i++) {
		const struct sent_certificate *sent = &seen->sent[i];

		fact[i].position = (int)i;
		if (parsed != NULL)
			cert_read(arena, sk_X509_value(parsed, (int)i), sent->der,
				sent->length, &fact[i]);
		else
			cert_read_der(arena, sent->der, sent->length, &fact[i]);
	}
	*certificate = fact;
	return seen->sents;
}
