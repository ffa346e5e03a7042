/* The facts of the gateway's manual, as data: the negotiation table word for word in its
 * meaning, and the types of partners. The table is the oracle; where the manual contradicts
 * itself, what we made of it stands beside the row. */
#include "model/policy.h"

#include "base/text.h"

const char *const partner_type_names[] = { "public-unverified", "public-verified",
	"federated", NULL };
const char *const demand_names[] = { "required", "optional", "not-supported", NULL };
const char *const agreed_names[] = { "true", "false", NULL };
const char *const known_names[] = { "unknown", "true", "false", NULL };
const char *const verify_names[] = { "unknown", "required", "optional", "none", NULL };

/* --- field tables ------------------------------------------------------------------- */

static const struct field policy_field[] = {
	{ "type", ENUM(policy, type, partner_type_names) },
	{ "tls", ENUM(policy, tls, demand_names) },
	{ "sasl", ENUM(policy, sasl, demand_names) },
	{ "dialback", ENUM(policy, dialback, agreed_names) },
	{ "keep-alive", ENUM(policy, keep_alive, agreed_names) },
	{ "connection-limit", INT(policy, connection_limit) },
	{ "proxy", TEXT(policy, proxy) },
	{ "agreed-tests", BOOL(policy, agreed_tests) },
	{ "description", TEXT(policy, description) },
	{ "additional-domain", TEXTS(policy, additional_domain, additional_domains) },
	{ .name = NULL },
};
const struct record policy_record = { "policy", sizeof(struct policy), policy_field };

static const struct field access_policy_field[] = {
	{ "name", TEXT(access_policy, name) },
	{ "federation", BOOL(access_policy, federation) },
	{ "xmpp", BOOL(access_policy, xmpp) },
	{ .name = NULL },
};
const struct record access_policy_record = { "access-policy",
	sizeof(struct access_policy), access_policy_field };

static const struct field local_field[] = {
	{ "domain", TEXT(local, domain) },
	{ "edge", TEXT(local, edge) },
	{ "port", INT(local, port) },
	{ "verify", ENUM(local, verify, verify_names) },
	{ "chain", TEXT(local, chain) },
	{ "key", TEXT(local, key) },
	{ "federated-users", ENUM(local, federated_users, known_names) },
	{ "listen-address", TEXT(local, listen_address) },
	{ "listen-port", INT(local, listen_port) },
	{ "listen-tls-port", INT(local, listen_tls_port) },
	{ "sip-domain", TEXTS(local, sip_domain, sip_domains) },
	{ "access-policy",
		RECORDS(local, access_policy, access_policies, &access_policy_record) },
	{ .name = NULL },
};
const struct record local_record = { "local", sizeof(struct local), local_field };

static const struct field gateway_field[] = {
	{ "connection-limit", INT(gateway, connection_limit) },
	{ "partner-connection-limit", INT(gateway, partner_connection_limit) },
	{ "keep-alive-interval", INT(gateway, keep_alive_interval) },
	{ "stream-establishment-timeout", INT(gateway, stream_establishment_timeout) },
	{ "stream-inactivity-timeout", INT(gateway, stream_inactivity_timeout) },
	{ "subscription-refresh-interval", INT(gateway, subscription_refresh_interval) },
	{ "log-message-bodies", BOOL(gateway, log_message_bodies) },
	{ .name = NULL },
};
const struct record gateway_record = { "gateway", sizeof(struct gateway), gateway_field };

static const struct field level_field[] = {
	{ "check", TEXT(level, check) },
	{ "level", ENUM(level, severity, severity_names) },
	{ .name = NULL },
};
const struct record level_record = { "severity", sizeof(struct level), level_field };

static int
stated_or(int stated, int otherwise)
{
	return stated ? stated : otherwise;
}

int
local_port(const struct local *local)
{
	enum { SERVER_PORT = 5269 };

	return local ? stated_or(local->port, SERVER_PORT) : SERVER_PORT;
}

bool
local_sip_domain(const struct local *local, const char *ascii)
{
	for (size_t i = 0; local && i < local->sip_domains; i++)
		if (text_same_name(local->sip_domain[i], ascii))
			return true;
	return false;
}

bool
local_hosts(const struct local *local, const char *ascii)
{
	return local &&
	       (text_same_name(local->domain, ascii) || local_sip_domain(local, ascii));
}

/* The defaults of Set-CsXmppGatewayConfiguration. */
struct gateway
gateway_effective(const struct gateway *g)
{
	return (struct gateway){
		.connection_limit = stated_or(g->connection_limit, 1000),
		.partner_connection_limit = stated_or(g->partner_connection_limit, 20),
		.keep_alive_interval = stated_or(g->keep_alive_interval, 300),
		.stream_establishment_timeout =
			stated_or(g->stream_establishment_timeout, 60),
		.stream_inactivity_timeout = stated_or(g->stream_inactivity_timeout, 600),
		.subscription_refresh_interval =
			stated_or(g->subscription_refresh_interval, 28800),
		.log_message_bodies = g->log_message_bodies,
	};
}

/* --- the negotiation table ----------------------------------------------------------- */

#define R   DEMAND_REQUIRED
#define O   DEMAND_OPTIONAL
#define N   DEMAND_NOT_SUPPORTED
#define YES AGREED_TRUE
#define NO  AGREED_FALSE

static const char needs_tls[] = "SASL requires TLS; TLS that is optional may make the "
				"negotiation of a session fail";
/* The manual says of these rows, too, that TLS is optional; it is not supported. */
static const char no_tls[] =
	"SASL requires TLS, which is not supported, so the SASL setting has no effect";
static const char nothing_left[] = "SASL requires TLS, which is not supported, and "
				   "dialback is off: nothing is left";
static const char nothing_enabled[] = "SASL or dialback must be enabled";

/* Row 7: the manual's shorter table adds dialback over TCP; required TLS rules it out.
 * Row 12: the manual gives the general remark; what it says of row 6 is true here. */
const struct negotiation negotiation_table[NEGOTIATION_ROWS] = {
	{ 1, R, R, YES, ALLOWS_SASL, REMARK_WARNING,
		"dialback is never used when both TLS and SASL are required", false },
	{ 2, R, R, NO, ALLOWS_SASL, REMARK_NONE, NULL, false },
	{ 3, O, R, YES, ALLOWS_SASL | ALLOWS_TLS_DIALBACK | ALLOWS_TCP_DIALBACK,
		REMARK_WARNING, needs_tls, false },
	{ 4, O, R, NO, ALLOWS_SASL, REMARK_WARNING, needs_tls, false },
	{ 5, N, R, YES, ALLOWS_TCP_DIALBACK, REMARK_WARNING, no_tls, true },
	{ 6, N, R, NO, 0, REMARK_INVALID, nothing_left, true },
	{ 7, R, O, YES, ALLOWS_SASL | ALLOWS_TLS_DIALBACK, REMARK_NONE, NULL, false },
	{ 8, R, O, NO, ALLOWS_SASL, REMARK_NONE, NULL, false },
	{ 9, O, O, YES, ALLOWS_SASL | ALLOWS_TLS_DIALBACK | ALLOWS_TCP_DIALBACK,
		REMARK_WARNING, needs_tls, false },
	{ 10, O, O, NO, ALLOWS_SASL, REMARK_WARNING, needs_tls, false },
	{ 11, N, O, YES, ALLOWS_TCP_DIALBACK, REMARK_WARNING, no_tls, true },
	{ 12, N, O, NO, 0, REMARK_INVALID, nothing_left, true },
	{ 13, R, N, YES, ALLOWS_TLS_DIALBACK, REMARK_NOTE,
		"dialback over TLS is the only method", false },
	{ 14, R, N, NO, 0, REMARK_INVALID, nothing_enabled, false },
	{ 15, O, N, YES, ALLOWS_TLS_DIALBACK | ALLOWS_TCP_DIALBACK, REMARK_NOTE,
		"the other side decides whether dialback goes over TLS or over TCP",
		false },
	{ 16, O, N, NO, 0, REMARK_INVALID, nothing_enabled, false },
	{ 17, N, N, YES, ALLOWS_TCP_DIALBACK, REMARK_NOTE,
		"dialback over TCP is the only method", false },
	{ 18, N, N, NO, 0, REMARK_INVALID, nothing_enabled, false },
};

#undef R
#undef O
#undef N
#undef YES
#undef NO

const struct negotiation *
negotiation_of(const struct policy *policy)
{
	const struct negotiation *row = negotiation_table;

	while (row->tls != policy->tls || row->sasl != policy->sasl ||
		row->dialback != policy->dialback)
		row++;
	return row;
}

const char *
negotiation_methods(struct arena *arena, unsigned methods)
{
	static const struct {
		unsigned bit;
		const char *words;
	} method[] = { { ALLOWS_SASL, "SASL EXTERNAL over TLS" },
		{ ALLOWS_TLS_DIALBACK, "dialback over TLS" },
		{ ALLOWS_TCP_DIALBACK, "dialback over TCP" } };
	const char *list = NULL;

	for (size_t i = 0; i < sizeof method / sizeof method[0]; i++)
		if (methods & method[i].bit)
			list = list ? arena_printf(arena, "%s, %s", list, method[i].words)
				    : method[i].words;
	return list ? list : "none";
}

/* --- the partner types ----------------------------------------------------------------- */

static const struct rights rights[] = {
	[TYPE_PUBLIC_UNVERIFIED] = { TYPE_PUBLIC_UNVERIFIED,
		"a public provider that is not trusted to know who its users are", false,
		false, false, true },
	[TYPE_PUBLIC_VERIFIED] = { TYPE_PUBLIC_VERIFIED,
		"a public provider that is trusted to know who its users are", true, true,
		false, false },
	[TYPE_FEDERATED] = { TYPE_FEDERATED,
		"the same enterprise, or an established business partner", true, true,
		true, true },
};

const struct rights *
rights_of(enum partner_type type)
{
	return &rights[type];
}
