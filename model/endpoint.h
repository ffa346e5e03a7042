/* Where a partner can be reached, derived from its journal by the rules of RFC 2782,
 * RFC 6120 (3.2) and XEP-0368. Nothing here is stored. */
#pragma once

#include "model/answer.h"
#include "model/run.h"

enum mode { MODE_STARTTLS, MODE_DIRECT, MODE_FILE };

extern const char *const mode_names[]; /* "starttls", "direct", "file" */

struct endpoint {
	enum mode mode;
	const char *target; /* the SRV target, or the domain itself */
	const char *address;
	int port;
	int priority, weight;
	bool fallback; /* the domain's own address, for want of SRV records */
	bool ipv6;
	const char *id; /* "starttls xmpp.example.com 5269 192.0.2.1", "file PATH" */
};

/* Of a file on disk (MODE_FILE) there is an id and nothing else. */

enum { MAX_ENDPOINTS = 64, MAX_BARE = 8, MAX_SRV = 128, MAX_SUBDOMAINS = 64 };

/* "_xmpp-server._tcp.DOMAIN" or "_xmpps-server._tcp.DOMAIN". */
const char *srv_name(struct arena *arena, enum mode mode, const char *domain);

/* "_5269._tcp.HOST" (RFC 6698, 3). */
const char *tlsa_name(struct arena *arena, int port, const char *host);

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

/* Whether the addresses of all of them are known. */
bool endpoints_known(struct arena *arena, const struct partner *partner);

/* Where a server would come that knew no SRV records, though there are some: the domain's
 * own addresses, as far as they are no endpoints (XEP-0495, 4.4). Never among those; at
 * most MAX_BARE, and none before endpoints_known(). */
const struct endpoint *bare_endpoints(
	struct arena *arena, const struct partner *partner, size_t *count);

/* The fixed host of what was agreed, at its addresses, as far as they are no endpoints; at
 * most MAX_BARE, and none before endpoints_known(). */
const struct endpoint *route_endpoints(
	struct arena *arena, const struct partner *partner, size_t *count);

/* Names whose addresses must be known: SRV targets, or the domain itself. */
const char **endpoint_hosts(
	struct arena *arena, const struct partner *partner, size_t *count);

/* Whether special-purpose addresses may be connected to: the user named a resolver or a
 * host, and so a name space of his own. */
bool endpoint_may_be_special(const struct asked *asked);

/* Reads an id back; false when it is not one. */
bool endpoint_parse(struct arena *arena, const char *id, struct endpoint *endpoint);

/* The probe whose facts count there: "session", or "file". */
const char *endpoint_probe(const char *id);

/* For people: "xmpp.example.com:5269 (192.0.2.1)", with ", direct TLS" where it is; of a
 * file its path. */
const char *endpoint_show(struct arena *arena, const char *id);
