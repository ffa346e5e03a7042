/* The field tables of all facts, in the order of the members. tests/unit/test-fact.c
 * fails when one is missing. */
#include "model/fact.h"

#include <string.h>

const char *const phase_names[] = { "none", "plaintext", "tls", "sasl", NULL };

const char *const dns_type_names[] = { "none", "A", "AAAA", "CNAME", "DNAME", "SOA",
	"SRV", "TLSA", "CAA", "other", NULL };

const char *const dns_rcode_names[] = { "none", "NOERROR", "FORMERR", "SERVFAIL",
	"NXDOMAIN", "NOTIMP", "REFUSED", "other", NULL };

static const char *const connect_failure_names[] = { "none", "refused", "timed-out",
	"reset", "host-unreachable", "net-unreachable", "not-tried", "forbidden", "other",
	NULL };

static const char *const foreign_protocol_names[] = { "none", "tls", "http", "smtp",
	"ssh", "imap", "xml", "other", NULL };

static const char *const starttls_answer_names[] = { "none", "proceed", "failure",
	"other", NULL };

static const char *const sasl_answer_names[] = { "none", "success", "failure",
	"challenge", "other", NULL };

static const char *const dialback_element_names[] = { "none", "verify", "result", NULL };

static const char *const xml_breach_names[] = { "none", "not-well-formed", "namespace",
	"comment", "processing-instruction", "doctype", "entity", "encoding", "too-deep",
	"too-large", "too-many-bytes", "too-many-elements", "too-many-attributes",
	"too-much-space", NULL };

static const char *const file_format_names[] = { "none", "pem", "der", "pkcs7", "pkcs12",
	NULL };

static const struct field dns_record_field[] = {
	{ "owner", TEXT(dns_record, owner) },
	{ "type", ENUM(dns_record, type, dns_type_names) },
	{ "ttl", INT(dns_record, ttl) },
	{ "priority", INT(dns_record, priority) },
	{ "weight", INT(dns_record, weight) },
	{ "port", INT(dns_record, port) },
	{ "target", TEXT(dns_record, target) },
	{ "address", TEXT(dns_record, address) },
	{ "critical", BOOL(dns_record, critical) },
	{ "tag", TEXT(dns_record, tag) },
	{ "value", TEXT(dns_record, value) },
	{ "data", TEXT(dns_record, data) },
	{ .name = NULL },
};
static const struct record dns_record_record = { "record", sizeof(struct dns_record),
	dns_record_field };

static const struct field dns_error_field[] = {
	{ "code", INT(dns_error, code) },
	{ "text", TEXT(dns_error, text) },
	{ .name = NULL },
};
static const struct record dns_error_record = { "error", sizeof(struct dns_error),
	dns_error_field };

static const struct field dns_field[] = {
	{ "name", TEXT(dns_fact, name) },
	{ "type", ENUM(dns_fact, type, dns_type_names) },
	{ "resolver", TEXT(dns_fact, resolver) },
	{ "checking-disabled", BOOL(dns_fact, checking_disabled) },
	{ "tcp", BOOL(dns_fact, tcp) },
	{ "rcode", ENUM(dns_fact, rcode, dns_rcode_names) },
	{ "truncated", BOOL(dns_fact, truncated) },
	{ "authoritative", BOOL(dns_fact, authoritative) },
	{ "authenticated", BOOL(dns_fact, authenticated) },
	{ "size", INT(dns_fact, size) },
	{ "error", RECORDS(dns_fact, error, errors, &dns_error_record) },
	{ "record", RECORDS(dns_fact, record, records, &dns_record_record) },
	{ "zone", TEXT(dns_fact, zone) },
	{ "negative-ttl", INT(dns_fact, negative_ttl) },
	{ "signature-begins", TIME(dns_fact, signature_begins) },
	{ "signature-expires", TIME(dns_fact, signature_expires) },
	{ .name = NULL },
};

static const struct field connect_field[] = {
	{ "address", TEXT(connect_fact, address) },
	{ "port", INT(connect_fact, port) },
	{ "failure", ENUM(connect_fact, failure, connect_failure_names) },
	{ "local", TEXT(connect_fact, local) },
	{ .name = NULL },
};

static const struct field foreign_field[] = {
	{ "phase", ENUM(foreign_fact, phase, phase_names) },
	{ "protocol", ENUM(foreign_fact, protocol, foreign_protocol_names) },
	{ "begins", TEXT(foreign_fact, begins) },
	{ .name = NULL },
};

static const struct field header_field[] = {
	{ "phase", ENUM(header_fact, phase, phase_names) },
	{ "sent-from", TEXT(header_fact, sent_from) },
	{ "sent-to", TEXT(header_fact, sent_to) },
	{ "received", BOOL(header_fact, received) },
	{ "name", TEXT(header_fact, name) },
	{ "namespace", TEXT(header_fact, name_space) },
	{ "prefix", TEXT(header_fact, prefix) },
	{ "content-namespace", TEXT(header_fact, content_namespace) },
	{ "dialback-prefix", TEXT(header_fact, dialback_prefix) },
	{ "from", TEXT(header_fact, from) },
	{ "to", TEXT(header_fact, to) },
	{ "id", TEXT(header_fact, id) },
	{ "version", TEXT(header_fact, version) },
	{ "language", TEXT(header_fact, language) },
	{ "bytes", INT(header_fact, bytes) },
	{ .name = NULL },
};

static const struct field features_field[] = {
	{ "phase", ENUM(features_fact, phase, phase_names) },
	{ "received", BOOL(features_fact, received) },
	{ "starttls", BOOL(features_fact, starttls) },
	{ "starttls-required", BOOL(features_fact, starttls_required) },
	{ "dialback", BOOL(features_fact, dialback) },
	{ "dialback-errors", BOOL(features_fact, dialback_errors) },
	{ "mechanism", TEXTS(features_fact, mechanism, mechanisms) },
	{ "bidi", BOOL(features_fact, bidi) },
	{ "bidi-wrong-namespace", BOOL(features_fact, bidi_wrong_namespace) },
	{ "limits", BOOL(features_fact, limits) },
	{ "max-bytes", INT(features_fact, max_bytes) },
	{ "idle-seconds", INT(features_fact, idle_seconds) },
	{ "compression", TEXTS(features_fact, compression, compressions) },
	{ "other", TEXTS(features_fact, other, others) },
	{ "other-required", TEXTS(features_fact, other_required, others_required) },
	{ .name = NULL },
};

static const struct field error_field[] = {
	{ "phase", ENUM(error_fact, phase, phase_names) },
	{ "condition", TEXT(error_fact, condition) },
	{ "text", TEXT(error_fact, text) },
	{ "application", TEXT(error_fact, application) },
	{ "other-host", TEXT(error_fact, other_host) },
	{ "before-header", BOOL(error_fact, before_header) },
	{ "after", TEXT(error_fact, after) },
	{ .name = NULL },
};

static const struct field starttls_field[] = {
	{ "advertised", BOOL(starttls_fact, advertised) },
	{ "answer", ENUM(starttls_fact, answer, starttls_answer_names) },
	{ "element", TEXT(starttls_fact, element) },
	{ "bytes-after", INT(starttls_fact, bytes_after) },
	{ "injected", TEXT(starttls_fact, injected) },
	{ .name = NULL },
};

static const struct field verify_error_field[] = {
	{ "depth", INT(verify_error, depth) },
	{ "code", INT(verify_error, code) },
	{ "text", TEXT(verify_error, text) },
	{ "subject", TEXT(verify_error, subject) },
	{ .name = NULL },
};
static const struct record verify_error_record = { "verify", sizeof(struct verify_error),
	verify_error_field };

static const struct field tls_field[] = {
	{ "direct", BOOL(tls_fact, direct) },
	{ "sni", TEXT(tls_fact, sni) },
	{ "alpn-offered", TEXT(tls_fact, alpn_offered) },
	{ "alpn", TEXT(tls_fact, alpn) },
	{ "completed", BOOL(tls_fact, completed) },
	{ "version", TEXT(tls_fact, version) },
	{ "cipher", TEXT(tls_fact, cipher) },
	{ "group", TEXT(tls_fact, group) },
	{ "signature", TEXT(tls_fact, signature) },
	{ "digest", TEXT(tls_fact, digest) },
	{ "secure-renegotiation", BOOL(tls_fact, secure_renegotiation) },
	{ "extended-master-secret", BOOL(tls_fact, extended_master_secret) },
	{ "certificate-requested", BOOL(tls_fact, certificate_requested) },
	{ "certificate-presented", BOOL(tls_fact, certificate_presented) },
	{ "authority", TEXTS(tls_fact, authority, authorities) },
	{ "scheme", TEXTS(tls_fact, scheme, schemes) },
	{ "alert", INT(tls_fact, alert) },
	{ "alert-sent", BOOL(tls_fact, alert_sent) },
	{ "failure", TEXT(tls_fact, failure) },
	{ "stapled", BOOL(tls_fact, stapled) },
	{ "staple-status", TEXT(tls_fact, staple_status) },
	{ "staple-from", TIME(tls_fact, staple_from) },
	{ "staple-until", TIME(tls_fact, staple_until) },
	{ "trust-store", TEXT(tls_fact, trust_store) },
	{ "trusted", BOOL(tls_fact, trusted) },
	{ "chain-built", INT(tls_fact, chain_built) },
	{ "only-with-intermediate", BOOL(tls_fact, only_with_intermediate) },
	{ "missing-intermediate", TEXT(tls_fact, missing_intermediate) },
	{ "verify", RECORDS(tls_fact, verify, verifies, &verify_error_record) },
	{ .name = NULL },
};

static const struct field certificate_field[] = {
	{ "position", INT(certificate_fact, position) },
	{ "malformed", BOOL(certificate_fact, malformed) },
	{ "subject", TEXT(certificate_fact, subject) },
	{ "issuer", TEXT(certificate_fact, issuer) },
	{ "common-name", TEXT(certificate_fact, common_name) },
	{ "issuer-organization", TEXT(certificate_fact, issuer_organization) },
	{ "empty-subject", BOOL(certificate_fact, empty_subject) },
	{ "self-signed", BOOL(certificate_fact, self_signed) },
	{ "serial", TEXT(certificate_fact, serial) },
	{ "serial-unfit", BOOL(certificate_fact, serial_unfit) },
	{ "version", INT(certificate_fact, version) },
	{ "not-before", TIME(certificate_fact, not_before) },
	{ "not-after", TIME(certificate_fact, not_after) },
	{ "key", TEXT(certificate_fact, key) },
	{ "key-bits", INT(certificate_fact, key_bits) },
	{ "curve", TEXT(certificate_fact, curve) },
	{ "exponent-one", BOOL(certificate_fact, exponent_one) },
	{ "signature", TEXT(certificate_fact, signature) },
	{ "digest", TEXT(certificate_fact, digest) },
	{ "fingerprint", TEXT(certificate_fact, fingerprint) },
	{ "key-fingerprint", TEXT(certificate_fact, key_fingerprint) },
	{ "basic-constraints", BOOL(certificate_fact, basic_constraints) },
	{ "authority", BOOL(certificate_fact, authority) },
	{ "path-limited", BOOL(certificate_fact, path_limited) },
	{ "path-length", INT(certificate_fact, path_length) },
	{ "key-usage", TEXTS(certificate_fact, key_usage, key_usages) },
	{ "has-key-usage", BOOL(certificate_fact, has_key_usage) },
	{ "has-extended-key-usage", BOOL(certificate_fact, has_extended_key_usage) },
	{ "extended-key-usage",
		TEXTS(certificate_fact, extended_key_usage, extended_key_usages) },
	{ "has-names", BOOL(certificate_fact, has_names) },
	{ "names-critical", BOOL(certificate_fact, names_critical) },
	{ "dns-name", TEXTS(certificate_fact, dns_name, dns_names) },
	{ "srv-name", TEXTS(certificate_fact, srv_name, srv_names) },
	{ "xmpp-address", TEXTS(certificate_fact, xmpp_address, xmpp_addresses) },
	{ "other-name", TEXTS(certificate_fact, other_name, other_names) },
	{ "names-malformed", BOOL(certificate_fact, names_malformed) },
	{ "names-cut", BOOL(certificate_fact, names_cut) },
	{ "unknown-critical",
		TEXTS(certificate_fact, unknown_critical, unknown_criticals) },
	{ "must-staple", BOOL(certificate_fact, must_staple) },
	{ "crl", TEXTS(certificate_fact, crl, crls) },
	{ "ocsp", TEXTS(certificate_fact, ocsp, ocsps) },
	{ "scts", INT(certificate_fact, scts) },
	{ "size", INT(certificate_fact, size) },
	{ "der", BYTES(certificate_fact, der, der_length) },
	{ "request", BOOL(certificate_fact, request) },
	{ .name = NULL },
};

static const struct field sasl_field[] = {
	{ "phase", ENUM(sasl_fact, phase, phase_names) },
	{ "mechanism", TEXT(sasl_fact, mechanism) },
	{ "authzid", TEXT(sasl_fact, authzid) },
	{ "challenges", INT(sasl_fact, challenges) },
	{ "answer", ENUM(sasl_fact, answer, sasl_answer_names) },
	{ "element", TEXT(sasl_fact, element) },
	{ "condition", TEXT(sasl_fact, condition) },
	{ "text", TEXT(sasl_fact, text) },
	{ .name = NULL },
};

static const struct field dialback_field[] = {
	{ "phase", ENUM(dialback_fact, phase, phase_names) },
	{ "element", ENUM(dialback_fact, element, dialback_element_names) },
	{ "asked-from", TEXT(dialback_fact, asked_from) },
	{ "asked-to", TEXT(dialback_fact, asked_to) },
	{ "asked-id", TEXT(dialback_fact, asked_id) },
	{ "issued", BOOL(dialback_fact, issued) },
	{ "injected", BOOL(dialback_fact, injected) },
	{ "answered", BOOL(dialback_fact, answered) },
	{ "type", TEXT(dialback_fact, type) },
	{ "from", TEXT(dialback_fact, from) },
	{ "to", TEXT(dialback_fact, to) },
	{ "id", TEXT(dialback_fact, id) },
	{ "condition", TEXT(dialback_fact, condition) },
	{ "text", TEXT(dialback_fact, text) },
	{ .name = NULL },
};

static const char *const stanza_request_names[] = { "none", "ping", "disco", "version",
	"message", "probe", "subscription", NULL };

static const struct field stanza_field[] = {
	{ "phase", ENUM(stanza_fact, phase, phase_names) },
	{ "request", ENUM(stanza_fact, request, stanza_request_names) },
	{ "asked-from", TEXT(stanza_fact, asked_from) },
	{ "asked-to", TEXT(stanza_fact, asked_to) },
	{ "asked-id", TEXT(stanza_fact, asked_id) },
	{ "bidi", BOOL(stanza_fact, bidi) },
	{ "listened", BOOL(stanza_fact, listened) },
	{ "answered", BOOL(stanza_fact, answered) },
	{ "called", BOOL(stanza_fact, called) },
	{ "element", TEXT(stanza_fact, element) },
	{ "type", TEXT(stanza_fact, type) },
	{ "from", TEXT(stanza_fact, from) },
	{ "to", TEXT(stanza_fact, to) },
	{ "id", TEXT(stanza_fact, id) },
	{ "receipt", BOOL(stanza_fact, receipt) },
	{ "show", TEXT(stanza_fact, show) },
	{ "condition", TEXT(stanza_fact, condition) },
	{ "text", TEXT(stanza_fact, text) },
	{ .name = NULL },
};

static const struct field identity_field[] = {
	{ "category", TEXT(disco_identity, category) },
	{ "type", TEXT(disco_identity, type) },
	{ "name", TEXT(disco_identity, name) },
	{ .name = NULL },
};
static const struct record identity_record = { "identity", sizeof(struct disco_identity),
	identity_field };

static const struct field contact_field[] = {
	{ "purpose", TEXT(disco_contact, purpose) },
	{ "address", TEXT(disco_contact, address) },
	{ .name = NULL },
};
static const struct record contact_record = { "contact", sizeof(struct disco_contact),
	contact_field };

static const struct field disco_field[] = {
	{ "identity", RECORDS(disco_fact, identity, identities, &identity_record) },
	{ "feature", TEXTS(disco_fact, feature, features) },
	{ "contact", RECORDS(disco_fact, contact, contacts, &contact_record) },
	{ "software", TEXT(disco_fact, software) },
	{ "version", TEXT(disco_fact, version) },
	{ "system", TEXT(disco_fact, system) },
	{ .name = NULL },
};

static const struct field xml_field[] = {
	{ "phase", ENUM(xml_fact, phase, phase_names) },
	{ "breach", ENUM(xml_fact, breach, xml_breach_names) },
	{ "excerpt", TEXT(xml_fact, excerpt) },
	{ "trouble", TEXT(xml_fact, trouble) },
	{ .name = NULL },
};

static const struct field close_field[] = {
	{ "end-tag", BOOL(close_fact, end_tag) },
	{ "close-notify", BOOL(close_fact, close_notify) },
	{ "end", BOOL(close_fact, end) },
	{ "reset", BOOL(close_fact, reset) },
	{ .name = NULL },
};

static const struct field wire_field[] = {
	{ "phase", ENUM(wire_fact, phase, phase_names) },
	{ "sent", BOOL(wire_fact, sent) },
	{ "text", TEXT(wire_fact, text) },
	{ .name = NULL },
};

static const char *const clock_state_names[] = { "unknown", "synchronised",
	"unsynchronised", NULL };

static const struct field clock_field[] = {
	{ "state", ENUM(clock_fact, state, clock_state_names) },
	{ "most-wrong", INT(clock_fact, most_wrong) },
	{ .name = NULL },
};

static const struct field file_field[] = {
	{ "path", TEXT(file_fact, path) },
	{ "format", ENUM(file_fact, format, file_format_names) },
	{ "request", BOOL(file_fact, request) },
	{ "certificates", INT(file_fact, certificates) },
	{ "leaf", INT(file_fact, leaf) },
	{ "key", TEXT(file_fact, key) },
	{ "key-bits", INT(file_fact, key_bits) },
	{ "key-path", TEXT(file_fact, key_path) },
	{ "key-fingerprint", TEXT(file_fact, key_fingerprint) },
	{ "key-fits", BOOL(file_fact, key_fits) },
	{ "key-encrypted", BOOL(file_fact, key_encrypted) },
	{ "key-group", BOOL(file_fact, key_group) },
	{ "key-others", BOOL(file_fact, key_others) },
	{ .name = NULL },
};

static const char *const inbound_sasl_names[] = { "none", "success", "failure", NULL };

static const struct field inbound_field[] = {
	{ "attempt", INT(inbound_fact, attempt) },
	{ "address", TEXT(inbound_fact, address) },
	{ "port", INT(inbound_fact, port) },
	{ "local", TEXT(inbound_fact, local) },
	{ "from", TEXT(inbound_fact, from) },
	{ "to", TEXT(inbound_fact, to) },
	{ "direct", BOOL(inbound_fact, direct) },
	{ "sni", TEXT(inbound_fact, sni) },
	{ "alpn", TEXT(inbound_fact, alpn) },
	{ "offered", BOOL(inbound_fact, offered) },
	{ "asked", BOOL(inbound_fact, asked) },
	{ "tls", BOOL(inbound_fact, tls) },
	{ "version", TEXT(inbound_fact, version) },
	{ "alert", INT(inbound_fact, alert) },
	{ "alert-sent", BOOL(inbound_fact, alert_sent) },
	{ "failure", TEXT(inbound_fact, failure) },
	{ "certificate", BOOL(inbound_fact, certificate) },
	{ "trusted", BOOL(inbound_fact, trusted) },
	{ "named", BOOL(inbound_fact, named) },
	{ "external-offered", BOOL(inbound_fact, external_offered) },
	{ "external", ENUM(inbound_fact, external, inbound_sasl_names) },
	{ "external-condition", TEXT(inbound_fact, external_condition) },
	{ "result-came", BOOL(inbound_fact, result_came) },
	{ "result", TEXT(inbound_fact, result) },
	{ "result-condition", TEXT(inbound_fact, result_condition) },
	{ "verified-at", TEXT(inbound_fact, verified_at) },
	{ "verify-came", BOOL(inbound_fact, verify_came) },
	{ "verify", TEXT(inbound_fact, verify) },
	{ "verify-id", TEXT(inbound_fact, verify_id) },
	{ "unsolicited", BOOL(inbound_fact, unsolicited) },
	{ "error", TEXT(inbound_fact, error) },
	{ "error-sent", BOOL(inbound_fact, error_sent) },
	{ "error-text", TEXT(inbound_fact, error_text) },
	{ "awaited", TEXT(inbound_fact, awaited) },
	{ "ended", TEXT(inbound_fact, ended) },
	{ .name = NULL },
};

static const char *const hello_about_names[] = { "none", "suites", "groups", NULL };

static const struct field hello_field[] = {
	{ "about", ENUM(hello_fact, about, hello_about_names) },
	{ "offered", TEXT(hello_fact, offered) },
	{ "suites", INT(hello_fact, suites) },
	{ "groups", INT(hello_fact, groups) },
	{ "sent", BOOL(hello_fact, sent) },
	{ "answered", BOOL(hello_fact, answered) },
	{ "version", TEXT(hello_fact, version) },
	{ "cipher", TEXT(hello_fact, cipher) },
	{ "group", TEXT(hello_fact, group) },
	{ "prime-bits", INT(hello_fact, prime_bits) },
	{ "alert", INT(hello_fact, alert) },
	{ .name = NULL },
};

static const struct record records[] = {
	[FACT_DNS] = { "dns", sizeof(struct dns_fact), dns_field },
	[FACT_CONNECT] = { "connect", sizeof(struct connect_fact), connect_field },
	[FACT_FOREIGN] = { "foreign", sizeof(struct foreign_fact), foreign_field },
	[FACT_HEADER] = { "header", sizeof(struct header_fact), header_field },
	[FACT_FEATURES] = { "features", sizeof(struct features_fact), features_field },
	[FACT_ERROR] = { "error", sizeof(struct error_fact), error_field },
	[FACT_STARTTLS] = { "starttls", sizeof(struct starttls_fact), starttls_field },
	[FACT_TLS] = { "tls", sizeof(struct tls_fact), tls_field },
	[FACT_CERTIFICATE] = { "certificate", sizeof(struct certificate_fact),
		certificate_field },
	[FACT_SASL] = { "sasl", sizeof(struct sasl_fact), sasl_field },
	[FACT_DIALBACK] = { "dialback", sizeof(struct dialback_fact), dialback_field },
	[FACT_STANZA] = { "stanza", sizeof(struct stanza_fact), stanza_field },
	[FACT_DISCO] = { "disco", sizeof(struct disco_fact), disco_field },
	[FACT_XML] = { "xml", sizeof(struct xml_fact), xml_field },
	[FACT_CLOSE] = { "close", sizeof(struct close_fact), close_field },
	[FACT_WIRE] = { "wire", sizeof(struct wire_fact), wire_field },
	[FACT_CLOCK] = { "clock", sizeof(struct clock_fact), clock_field },
	[FACT_FILE] = { "file", sizeof(struct file_fact), file_field },
	[FACT_INBOUND] = { "inbound", sizeof(struct inbound_fact), inbound_field },
	[FACT_HELLO] = { "hello", sizeof(struct hello_fact), hello_field },
};

const char *
xml_breach_title(enum xml_breach breach)
{
	static const char *const title[] = {
		[XML_NOT_WELL_FORMED] = "XML that is not well-formed",
		[XML_NAMESPACE] = "a prefix that is not declared",
		[XML_COMMENT] = "a comment",
		[XML_INSTRUCTION] = "a processing instruction",
		[XML_DOCTYPE] = "a document type declaration",
		[XML_ENTITY] = "an entity other than the five of XML",
		[XML_ENCODING] = "an encoding other than UTF-8",
		[XML_TOO_DEEP] = "elements nested too deep",
		[XML_TOO_LARGE] = "an element that is too large",
		[XML_TOO_MANY_BYTES] = "too many bytes",
		[XML_TOO_MANY_ELEMENTS] = "too many elements",
		[XML_TOO_MANY_ATTRIBUTES] = "too many attributes",
		[XML_TOO_MUCH_SPACE] = "too much white space",
	};

	return (size_t)breach < sizeof title / sizeof title[0] && title[breach]
		       ? title[breach]
		       : "something unknown";
}

const struct record *
fact_record(enum fact_kind kind)
{
	return &records[kind];
}

enum fact_kind
fact_kind(const char *name)
{
	enum fact_kind kind = 0;

	while (kind < FACT_KINDS && strcmp(records[kind].name, name) != 0)
		kind++;
	return kind;
}

const char *
dns_error_name(int code)
{
	static const char *const name[] = { "other", "unsupported DNSKEY algorithm",
		"unsupported DS digest", "stale answer", "forged answer",
		"DNSSEC indeterminate", "DNSSEC bogus", "signature expired",
		"signature not yet valid", "DNSKEY missing", "RRSIGs missing",
		"no zone key bit set", "NSEC missing", "cached error", "not ready",
		"blocked", "censored", "filtered", "prohibited", "stale NXDOMAIN answer",
		"not authoritative", "not supported", "no reachable authority",
		"network error", "invalid data", "signature expired before valid",
		"too early", "unsupported NSEC3 iterations" };

	return code >= 0 && code < (int)(sizeof name / sizeof name[0]) ? name[code]
								       : NULL;
}

const char *
tls_alert_name(int number)
{
	static const struct {
		int number;
		const char *name;
	} alert[] = {
		{ 0, "close_notify" },
		{ 10, "unexpected_message" },
		{ 20, "bad_record_mac" },
		{ 22, "record_overflow" },
		{ 40, "handshake_failure" },
		{ 42, "bad_certificate" },
		{ 43, "unsupported_certificate" },
		{ 44, "certificate_revoked" },
		{ 45, "certificate_expired" },
		{ 46, "certificate_unknown" },
		{ 47, "illegal_parameter" },
		{ 48, "unknown_ca" },
		{ 49, "access_denied" },
		{ 50, "decode_error" },
		{ 51, "decrypt_error" },
		{ 70, "protocol_version" },
		{ 71, "insufficient_security" },
		{ 80, "internal_error" },
		{ 86, "inappropriate_fallback" },
		{ 90, "user_canceled" },
		{ 100, "no_renegotiation" },
		{ 109, "missing_extension" },
		{ 110, "unsupported_extension" },
		{ 112, "unrecognized_name" },
		{ 113, "bad_certificate_status_response" },
		{ 116, "certificate_required" },
		{ 120, "no_application_protocol" },
	};

	for (size_t i = 0; i < sizeof alert / sizeof alert[0]; i++)
		if (alert[i].number == number)
			return alert[i].name;
	return NULL;
}
