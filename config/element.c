/* What the structs of model/policy hold in one piece is spread over several elements in
 * the file: a field table for the attributes of each. */
#include "config/element.h"

#include "config/config.h"

static const struct field partner_field[] = {
	{ "domain", TEXT(configured, domain.typed) },
	{ "type", ENUM(configured, policy.type, partner_type_names) },
	{ "tls", ENUM(configured, policy.tls, demand_names) },
	{ "sasl", ENUM(configured, policy.sasl, demand_names) },
	{ "dialback", ENUM(configured, policy.dialback, agreed_names) },
	{ "keep-alive", ENUM(configured, policy.keep_alive, agreed_names) },
	{ "connection-limit", INT(configured, policy.connection_limit) },
	{ "proxy", TEXT(configured, policy.proxy) },
	{ "agreed-tests", BOOL(configured, policy.agreed_tests) },
	{ .name = NULL },
};
const struct record partner_element = { "partner", sizeof(struct configured),
	partner_field };

static const struct field local_field[] = {
	{ "domain", TEXT(local, domain) },
	{ "edge", TEXT(local, edge) },
	{ "port", INT(local, port) },
	{ "verify", ENUM(local, verify, verify_names) },
	{ "federated-users", ENUM(local, federated_users, known_names) },
	{ .name = NULL },
};
const struct record local_element = { "local", sizeof(struct local), local_field };

static const struct field certificate_field[] = {
	{ "chain", TEXT(local, chain) },
	{ "key", TEXT(local, key) },
	{ .name = NULL },
};
const struct record certificate_element = { "certificate", sizeof(struct local),
	certificate_field };

static const struct field listen_field[] = {
	{ "address", TEXT(local, listen_address) },
	{ "port", INT(local, listen_port) },
	{ "tls-port", INT(local, listen_tls_port) },
	{ .name = NULL },
};
const struct record listen_element = { "listen", sizeof(struct local), listen_field };
