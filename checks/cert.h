/* What the checks of certificates share, and where they are; their rows are in cert.c. */
#pragma once

#include "checks/check.h"

enum {
	MAX_CHAIN = 16, /* certificates looked at; more are never kept */
	MAX_SHOWN =
		5 /* texts from a certificate in one sentence; it may hold thousands */
};

/* What was sent, leaf first, without what cannot be read. */
struct chain {
	const struct certificate_fact *certificate[MAX_CHAIN];
	size_t certificates;
	bool related[MAX_CHAIN]; /* on some way of names from the leaf upwards */
};

/* The leaf; NULL when there is none that can be read, and then the finding is skipped. */
const struct certificate_fact *cert_leaf(struct inquiry *q);

/* Whether an authority has signed the leaf, so that there are dates and a chain; false, and
 * the finding skipped, of a request. */
bool cert_is_issued(struct inquiry *q);

/* False like cert_leaf(). The chain has at least the leaf. */
bool cert_chain(struct inquiry *q, struct chain *chain);

/* The handshake in which it came; NULL when there is none. */
const struct tls_fact *cert_handshake(struct inquiry *q);

/* A verify error that holds for a path, whatever the certificates on it look like. */
bool verify_breaks_constraint(const struct verify_error *error);

/* Its subject in quotes, or its place in the chain when that is empty. */
const char *say_certificate(struct inquiry *q, const struct certificate_fact *c);

/* Each in quotes, the first MAX_SHOWN of them. */
const char *say_some(struct inquiry *q, const char *const *text, size_t texts);

/* chain.c */
void chain_complete(struct inquiry *q);
void chain_trusted(struct inquiry *q);
void chain_expired_member(struct inquiry *q);

/* identity.c */
void name_match(struct inquiry *q);
void san_present(struct inquiry *q);
void san_dns(struct inquiry *q);
void san_srv(struct inquiry *q);
void san_xmppaddr(struct inquiry *q);
void name_cn_only(struct inquiry *q);
void name_target_only(struct inquiry *q);
void name_subdomains(struct inquiry *q);
void name_wildcard_only(struct inquiry *q);
void name_encoding(struct inquiry *q);

/* usage.c */
void key_strength(struct inquiry *q);
void signature_algorithm(struct inquiry *q);
void key_usage(struct inquiry *q);
void eku_server_auth(struct inquiry *q);
void eku_client_auth(struct inquiry *q);
void basic_constraints(struct inquiry *q);
void profile(struct inquiry *q);

/* issuer.c */
void transparency(struct inquiry *q);
