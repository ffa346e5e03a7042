/* What one TLS handshake shows, noted as it goes by: OpenSSL forgets most of it when the
 * handshake fails. For net/conn.c only. */
#pragma once

#include "net/conn.h"
#include "net/verify.h"

#include <openssl/types.h>

struct sent_certificate {
	const uint8_t *der;
	size_t length;
};

struct handshake {
	struct arena *arena; /* for the notes */
	const char *trust_store, *sni, *alpn;
	bool direct, completed;
	struct sent_certificate sent[CONN_MAX_CHAIN];
	size_t sents;
	bool certificate_requested, certificate_presented;
	bool close_notify; /* from the peer */
	int alert;         /* the one that ended TLS, -1 for none */
	bool alert_sent;
	struct verifying verify;
	const char *failure;
};

/* Notes from now on; the SSL must not outlive the handshake. */
void handshake_watch(struct handshake *seen, SSL *ssl);

/* For SSL_CTX_set_alpn_select_cb(): notes what the client offers. "xmpp-server" is chosen where
 * it is among that and TLS comes first (XEP-0368, 3), and nobody is refused for want of it. */
int handshake_choose_protocol(SSL *ssl, const unsigned char **chosen,
	unsigned char *length, const unsigned char *offered, unsigned size, void *arg);

/* Everything of the fact. */
void handshake_fact(const struct handshake *seen, const SSL *ssl, struct arena *arena,
	struct tls_fact *fact);

/* The chain as sent, leaf first. `ssl` may be NULL: when it is gone, or never was. */
size_t handshake_certificates(const struct handshake *seen, const SSL *ssl,
	struct arena *arena, const struct certificate_fact **certificate);
