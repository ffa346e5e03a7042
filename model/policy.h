/* What was agreed with a partner, what we say of ourselves, and the table of the Lync
 * Server gateway that tells what follows from an agreement. In each enum the first name is
 * the default of the gateway's cmdlets, so that zero is what holds when nothing is said. */
#pragma once

#include "model/finding.h"
#include "model/record.h"

enum partner_type { TYPE_PUBLIC_UNVERIFIED, TYPE_PUBLIC_VERIFIED, TYPE_FEDERATED };

enum demand { DEMAND_REQUIRED, DEMAND_OPTIONAL, DEMAND_NOT_SUPPORTED };

/* A switch that is on unless somebody turns it off, and one that nobody may have seen. */
enum agreed { AGREED_TRUE, AGREED_FALSE };
enum known { KNOWN_NOT, KNOWN_TRUE, KNOWN_FALSE };

/* What our own server demands of a partner's certificate. */
enum verify { VERIFY_UNKNOWN, VERIFY_REQUIRED, VERIFY_OPTIONAL, VERIFY_NONE };

extern const char *const partner_type_names[]; /* as in XML: "public-unverified" */
extern const char *const demand_names[];       /* "required", "not-supported" */
extern const char *const agreed_names[];       /* "true", "false" */
extern const char *const known_names[];        /* "unknown", "true", "false" */
extern const char *const verify_names[];

struct policy {
	enum partner_type type;
	enum demand tls, sasl;
	enum agreed dialback;
	enum agreed keep_alive; /* whether the partner sends keep-alive packets */
	int connection_limit;   /* to this partner; 0: not stated */
	const char *proxy;      /* a host in place of the SRV records (RFC 6120, 3.2.3) */
	bool agreed_tests;      /* the partner agrees to tests that look like an attack */
	const char *description;
	const char *const *additional_domain; /* A-labels */
	size_t additional_domains;
};

/* A policy of the organisation for its users (Get-CsExternalAccessPolicy), or one scope. */
struct access_policy {
	const char *name; /* "Global", "site:Redmond", "tag:XMPP"; NULL: the only one */
	bool federation, xmpp;
};

/* Who we are: `<local>` of partners.xml, or --from, --verify, --cert, --key. */
struct local {
	const char *domain; /* A-labels */
	const char *edge;   /* the external host name of the Edge, or of our server */
	int port;           /* of its listener; 0: 5269 */
	enum verify verify;
	const char *chain, *key;    /* files in PEM */
	enum known federated_users; /* AllowFederatedUsers of the Access Edge */
	const char *listen_address;
	int listen_port;
	int listen_tls_port;           /* where TLS comes first (XEP-0368); 0: none */
	const char *const *sip_domain; /* A-labels; every one needs its own records */
	size_t sip_domains;
	struct access_policy *access_policy;
	size_t access_policies;
};

/* Get-CsXmppGatewayConfiguration. 0 is "not stated"; see gateway_value(). Times are
 * seconds. */
struct gateway {
	int connection_limit, partner_connection_limit;
	int keep_alive_interval;
	int stream_establishment_timeout, stream_inactivity_timeout;
	int subscription_refresh_interval;
	bool log_message_bodies;
};

/* The user's own severity for what a check finds. */
struct level {
	const char *check;
	enum severity severity;
};

extern const struct record policy_record, access_policy_record, local_record,
	gateway_record, level_record;

/* Where our listener is: what was said, or 5269 (RFC 6120, 14.7). */
int local_port(const struct local *local);

/* Whether the domain (A-labels) is one of the further ones, and whether it is ours at all;
 * NULL has none. */
bool local_sip_domain(const struct local *local, const char *ascii);
bool local_hosts(const struct local *local, const char *ascii);

/* The defaults of the gateway filled in. */
struct gateway gateway_effective(const struct gateway *stated);

/* --- the negotiation table ----------------------------------------------------------- */

/* The methods that a row allows, as bits, in the order of preference. */
enum {
	ALLOWS_SASL = 1,         /* SASL EXTERNAL over TLS */
	ALLOWS_TLS_DIALBACK = 2, /* dialback over TLS */
	ALLOWS_TCP_DIALBACK = 4  /* dialback in clear */
};

enum remark { REMARK_NONE, REMARK_NOTE, REMARK_WARNING, REMARK_INVALID };

/* One of the 18 rows of "XMPP Federation Negotiation Methods Matrix - Complete". */
struct negotiation {
	int row; /* from 1, in the order of the document */
	enum demand tls, sasl;
	enum agreed dialback;
	unsigned methods;
	enum remark remark;
	const char *text; /* what the remark says; NULL for none */
	bool unsaveable;  /* the Control Panel warns and does not save it */
};

enum { NEGOTIATION_ROWS = 18 };
extern const struct negotiation negotiation_table[NEGOTIATION_ROWS];

/* The row that applies; never NULL. */
const struct negotiation *negotiation_of(const struct policy *policy);

/* "SASL EXTERNAL over TLS, dialback over TLS"; "none" for 0. */
const char *negotiation_methods(struct arena *arena, unsigned methods);

/* --- the partner types ----------------------------------------------------------------- */

/* What the partner's users may do with ours. */
struct rights {
	enum partner_type type;
	const char *meaning;         /* one sentence: whom the type is for */
	bool adds_without_consent;   /* add a contact and see presence unasked */
	bool writes_without_consent; /* send messages before being a contact */
	bool sees_notes;
	bool recommended;
};

/* Never NULL. */
const struct rights *rights_of(enum partner_type type);
