/* The SRV records of a partner as the checks of DNS look at them, and the checks of what
 * stands in the records; their rows are in dns.c. */
#pragma once

#include "checks/check.h"

/* One of the two services, `_xmpp-server` or `_xmpps-server`. */
struct service {
	const char *name; /* of the question */
	enum dns_answer answer;
	const struct dns_record **record; /* root targets left out */
	size_t records;
	bool declined; /* the only record is "." */
};

/* Both, by enum mode; cites the answers. */
void srv_look(struct inquiry *q, struct service service[2]);

/* For a check of records: whether there are any. If not, the check is skipped, and the
 * reason is said. */
bool srv_look_for_records(struct inquiry *q, struct service service[2]);

/* A clean "there is" or "there is none". Nothing else may be read as the latter
 * (RFC 6120, 3.2.1; RFC 7673, 3.1). */
bool answer_is_clean(enum dns_answer answer);

/* Asked, and neither of the two came. */
bool answer_is_bad(enum dns_answer answer);

/* "extended error 9 (DNSKEY missing) \"...\"" (RFC 8914). */
const char *dns_error_words(struct arena *arena, const struct dns_error *error);

/* "SERVFAIL from 192.0.2.53:53, extended error ...". Cites the answer. */
const char *answer_words(struct inquiry *q, enum dns_type type, const char *name);

/* What is known of a host's addresses from both answers. */
enum addresses {
	ADDRESSES_UNKNOWN, /* a question is open */
	ADDRESSES_NONE,
	ADDRESSES_PARTLY, /* there are some, but one family ends in an error */
	ADDRESSES_GOOD
};

enum addresses addresses_of(struct inquiry *q, const char *host);

/* The option that kept us from asking for addresses, for skipped(). */
const char *family_option(const struct asked *asked);

/* RFC 6120, 14.7. */
enum { SERVER_PORT = 5269 };

/* srv.c */
void srv_root_target(struct inquiry *q);
void srv_owner_alias(struct inquiry *q);
void srv_port(struct inquiry *q);
void srv_order(struct inquiry *q);
void srv_ttl(struct inquiry *q);

/* label.c */
void srvs_present(struct inquiry *q);
void srvs_only(struct inquiry *q);
void srv_misplaced(struct inquiry *q);
void srv_wildcard(struct inquiry *q);

/* target.c */
void srv_target_is_cname(struct inquiry *q);
void srv_target_resolves(struct inquiry *q);
void srv_target_name(struct inquiry *q);
void address_public(struct inquiry *q);
void address_families(struct inquiry *q);

/* issuer.c */
void authorization(struct inquiry *q);

/* subdomain.c */
void subdomains(struct inquiry *q);
