/* Where a partner can be reached, derived from its journal by the rules of RFC 2782,
 * RFC 6120 (3.2) and XEP-0368. Nothing here is stored. */
#pragma once

#include "model/run.h"

enum mode { MODE_STARTTLS, MODE_DIRECT };

extern const char *const mode_names[]; /* "starttls", "direct" */

/* How the answer to a question must be read (RFC 4035, 4.3; RFC 8914). */
enum dns_answer {
	ANSWER_PENDING, /* not asked, or not answered yet */
	ANSWER_DATA,
	ANSWER_NODATA,
	ANSWER_NXDOMAIN,
	ANSWER_SERVFAIL,
	ANSWER_BOGUS, /* SERVFAIL, but the data is there with checking disabled */
	ANSWER_REFUSED,
	ANSWER_SILENT, /* no resolver answered */
	ANSWER_MALFORMED
};

extern const char *const dns_answer_names[];

struct endpoint {
	enum mode mode;
	const char *target; /* the SRV target, or the domain itself */
	const char *address;
	int port;
	int priority, weight;
	bool fallback; /* the domain's own address, for want of SRV records */
	bool ipv6;
	const char *id; /* "starttls xmpp.example.com 5269 192.0.2.1" */
};

enum { MAX_ENDPOINTS = 64, MAX_SRV = 128, MAX_ALIASES = 8 };

/* The last answer to the question, by TCP or with CD only where it says so; NULL when
 * none is there. */
const struct observation *dns_find(
	const struct journal *journal, enum dns_type type, const char *name);
const struct observation *dns_find_unchecked(
	const struct journal *journal, enum dns_type type, const char *name);

enum dns_answer dns_read(
	const struct journal *journal, enum dns_type type, const char *name);

/* The name after following the aliases in the answer; counts them. NULL for a loop or
 * more than MAX_ALIASES. */
const char *dns_canonical(const struct dns_fact *fact, int *aliases);

/* The records that answer the question, aliases followed, at most `limit`; none while
 * there is no data. What only an unchecked answer holds is not there (RFC 4035, 5.5). */
const struct dns_record **dns_records(struct arena *arena, const struct journal *journal,
	enum dns_type type, const char *name, size_t limit, size_t *count);

/* RFC 8659, 3: climbs from the name towards the root, until there is something else than
 * a clean "there is none"; the last label ends it. Returns where, and how the answer
 * there must be read. */
const char *dns_climb(const struct journal *journal, enum dns_type type, const char *name,
	enum dns_answer *answer);

/* "_xmpp-server._tcp.DOMAIN" or "_xmpps-server._tcp.DOMAIN". */
const char *srv_name(struct arena *arena, enum mode mode, const char *domain);

/* "_xmpp-server._tcp.RANDOM.DOMAIN", which nobody publishes, so that only a wildcard
 * answers; NULL when the run has no random name. */
const char *srv_random_name(struct arena *arena, const struct partner *partner);

/* Labels under which the records of a service are found that nobody looks up for
 * federation, before ".DOMAIN"; NULL is the last. */
extern const char *const srv_lookalikes[];

/* A clean "there is none" for the service (RFC 6120, 3.2.1). */
bool srv_is_absent(struct arena *arena, const struct partner *partner, enum mode mode);

/* The SRV records of a service, in the order of RFC 2782 (priority; within it the
 * heavier first), root targets left out. At most MAX_SRV. */
const struct dns_record **srv_records(struct arena *arena, const struct partner *partner,
	enum mode mode, size_t *count);

/* RFC 2782: the only record has the target ".". */
bool srv_is_declined(struct arena *arena, const struct partner *partner, enum mode mode);

/* RFC 6120, 3.2.1 (8), (9) and 3.2.2; RFC 7673, 3.1: only a clean "there is none" for
 * both services lets the bare domain be used, and a declined service never does. */
bool srv_fallback(struct arena *arena, const struct partner *partner);

/* Every endpoint known from the journal, best first; at most MAX_ENDPOINTS. */
const struct endpoint *endpoints(
	struct arena *arena, const struct partner *partner, size_t *count);

/* Names whose addresses must be known: SRV targets, or the domain itself. */
const char **endpoint_hosts(
	struct arena *arena, const struct partner *partner, size_t *count);

/* Whether special-purpose addresses may be connected to: the user named a resolver or a
 * host, and so a name space of his own. */
bool endpoint_may_be_special(const struct asked *asked);

/* Reads an id back; false when it is not one. */
bool endpoint_parse(struct arena *arena, const char *id, struct endpoint *endpoint);

/* For people: "xmpp.example.com:5269 (192.0.2.1)", with ", direct TLS" where it is. */
const char *endpoint_show(struct arena *arena, const char *id);
