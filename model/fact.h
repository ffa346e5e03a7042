/* What can be seen of a partner. A fact says what was seen, never what to think of it.
 * Each struct has its field table in fact.c; lists are `thing` (the elements) and
 * `things` (how many). Texts are clean (base/text.h) once they are in a journal. Zero,
 * false and NULL mean "not seen". */
#pragma once

#include "model/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fact_kind {
	FACT_DNS,         /* a question and its answer */
	FACT_CONNECT,     /* a TCP connection was tried */
	FACT_FOREIGN,     /* bytes that are no XMPP stream */
	FACT_HEADER,      /* the partner's stream header was awaited */
	FACT_FEATURES,    /* its stream features were awaited */
	FACT_ERROR,       /* a stream error came */
	FACT_STARTTLS,    /* <starttls/> was sent, an answer awaited */
	FACT_TLS,         /* a TLS handshake was tried */
	FACT_CERTIFICATE, /* one certificate of the chain as sent */
	FACT_SASL,        /* SASL EXTERNAL was tried */
	FACT_DIALBACK,    /* a dialback element was sent or came */
	FACT_STANZA,      /* a stanza was sent; also by one who is not who he says */
	FACT_DISCO,       /* what the partner's server says of itself */
	FACT_XML,         /* the XML broke a rule of the stream, or a limit of ours */
	FACT_CLOSE,       /* we closed the stream */
	FACT_WIRE,        /* XML as it went over the wire, for the transcript */
	FACT_CLOCK,       /* what this host's kernel says of its clock */
	FACT_FILE,        /* a file with a certificate or a request in it */
	FACT_INBOUND,     /* the partner called us: all of one connection */
	FACT_HELLO,       /* a hello of a scan of what TLS accepts */
	FACT_KINDS
};

/* Where on a connection something happened. */
enum phase { PHASE_NONE, PHASE_PLAIN, PHASE_TLS, PHASE_SASL };

enum dns_type {
	DNS_TYPE_NONE,
	DNS_A,
	DNS_AAAA,
	DNS_CNAME,
	DNS_DNAME,
	DNS_SOA,
	DNS_SRV,
	DNS_TLSA,
	DNS_CAA,
	DNS_OTHER
};

/* RFC 1035, section 4.1.1; NONE when no message came. */
enum dns_rcode {
	RCODE_NONE,
	RCODE_NOERROR,
	RCODE_FORMERR,
	RCODE_SERVFAIL,
	RCODE_NXDOMAIN,
	RCODE_NOTIMP,
	RCODE_REFUSED,
	RCODE_OTHER
};

struct dns_record {
	const char *owner;
	enum dns_type type;
	int ttl;
	int priority, weight, port; /* SRV */
	const char *target;         /* SRV, CNAME, DNAME: A-labels, "." for the root */
	const char *address;        /* A, AAAA */
	bool critical;              /* CAA (RFC 8659, 4.1) */
	const char *tag, *value;    /* CAA: the property */
	const char *data;           /* every type: presentation format */
};

/* RFC 8914. */
struct dns_error {
	int code;
	const char *text;
};

/* One question to the resolver and its answer. The outcome of the observation tells the
 * transport's fate: OK when any message came. */
struct dns_fact {
	const char *name; /* the question: A-labels, no final dot */
	enum dns_type type;
	const char *resolver;   /* whom we asked: "127.0.0.53:53" */
	bool checking_disabled; /* asked with CD, to look behind a validator's refusal */
	bool tcp;               /* asked by TCP, after truncation */
	enum dns_rcode rcode;
	bool truncated, authoritative;
	bool authenticated; /* AD: only what the resolver says */
	int size;           /* octets of the message */
	struct dns_error *error;
	size_t errors;
	struct dns_record *record; /* the answer section in order */
	size_t records;
	const char *zone;          /* owner of the SOA in the authority section */
	int negative_ttl;          /* RFC 2308, section 5 */
	int64_t signature_begins;  /* the latest beginning of an RRSIG in the answer */
	int64_t signature_expires; /* the earliest end of one */
};

enum connect_failure {
	CONNECT_FINE,
	CONNECT_REFUSED,
	CONNECT_TIMED_OUT,
	CONNECT_RESET,
	CONNECT_HOST_UNREACHABLE,
	CONNECT_NET_UNREACHABLE, /* also: we have no route of this family */
	CONNECT_NOT_TRIED,       /* a special-purpose address, see model/endpoint.h */
	CONNECT_FORBIDDEN,       /* by our own host: a filter, a policy */
	CONNECT_OTHER
};

struct connect_fact {
	const char *address;
	int port;
	enum connect_failure failure;
	const char *local; /* our end; also of an attempt that failed later */
};

enum foreign_protocol {
	FOREIGN_NONE,
	FOREIGN_TLS, /* a TLS record where XML was expected */
	FOREIGN_HTTP,
	FOREIGN_SMTP, /* a "220 " greeting: mail or FTP */
	FOREIGN_SSH,
	FOREIGN_IMAP,       /* "* OK" */
	FOREIGN_XML_ON_TLS, /* XML where a TLS record was expected */
	FOREIGN_OTHER
};

struct foreign_fact {
	enum phase phase;
	enum foreign_protocol protocol;
	const char *begins; /* the first bytes */
};

struct header_fact {
	enum phase phase;
	const char *sent_from, *sent_to;
	bool received;
	const char *name, *name_space, *prefix; /* of the root element */
	const char *content_namespace;          /* the default namespace declared */
	const char *dialback_prefix; /* of jabber:server:dialback, when declared */
	const char *from, *to, *id, *version, *language;
	int bytes; /* received until it was complete, or in vain */
};

struct features_fact {
	enum phase phase;
	bool received;
	bool starttls, starttls_required;
	bool dialback, dialback_errors;
	const char *const *mechanism; /* SASL */
	size_t mechanisms;
	bool bidi;                 /* urn:xmpp:features:bidi */
	bool bidi_wrong_namespace; /* urn:xmpp:bidi, which is the request's */
	bool limits;               /* XEP-0478 */
	int max_bytes, idle_seconds;
	const char *const *compression; /* XEP-0138 methods */
	size_t compressions;
	const char *const *other; /* every other feature, as {namespace}name */
	size_t others;
	const char *const *other_required; /* those of them with a <required/> child */
	size_t others_required;
};

struct error_fact {
	enum phase phase;
	const char *condition; /* RFC 6120, 4.9.3; NULL when none of them was there */
	const char *text;
	const char *application; /* {namespace}name */
	const char *other_host;  /* the content of see-other-host */
	bool before_header;      /* it came without a stream header */
	const char *after; /* what we had sent last: "header", "starttls", "db:verify" */
};

enum starttls_answer {
	STARTTLS_NONE,
	STARTTLS_PROCEED,
	STARTTLS_FAILURE,
	STARTTLS_OTHER
};

struct starttls_fact {
	bool advertised;
	enum starttls_answer answer;
	const char *element;  /* {namespace}name of the answer */
	int bytes_after;      /* that followed <proceed/> in clear (RFC 6120, 5.4.3.3) */
	const char *injected; /* the beginning of them */
};

struct verify_error {
	int depth; /* 0 is the leaf */
	int code;  /* X509_V_ERR_ */
	const char *text;
	const char *subject;
};

struct tls_fact {
	bool direct; /* no STARTTLS before */
	const char *sni, *alpn_offered, *alpn;
	bool completed;
	const char *version;   /* "TLSv1.3" */
	const char *cipher;    /* the IANA name */
	const char *group;     /* of the key exchange: "x25519" */
	const char *signature; /* of the partner's handshake signature: "RSA-PSS" */
	const char *digest;    /* of the same: "SHA256" */
	bool secure_renegotiation, extended_master_secret;
	bool certificate_requested;
	bool certificate_presented;   /* ours, and not an empty list */
	const char *const *authority; /* the CA names of the request */
	size_t authorities;
	/* Of the request: the signatures that the partner can verify; SignatureScheme of
	 * IANA, which before TLS 1.3 were pairs of hash and signature. */
	const char *const *scheme;
	size_t schemes;
	int alert;       /* its number + 1, so that 0 is "none"; see tls_alert_name() */
	bool alert_sent; /* by us, not by the partner */
	const char *failure; /* the library's own words */
	bool stapled;
	const char *staple_status; /* "good", "revoked", "unknown", "malformed" */
	int64_t staple_from, staple_until;
	const char *trust_store;
	bool trusted; /* a path to the trust store was found, all dates and uses right */
	int chain_built;             /* certificates on the verified path */
	bool only_with_intermediate; /* a path exists with a certificate that was not sent */
	const char *missing_intermediate; /* its subject */
	struct verify_error *verify;
	size_t verifies;
};

struct certificate_fact {
	int position; /* in the chain as sent; 0 is the leaf */
	bool malformed;
	const char *subject, *issuer, *common_name;
	const char *issuer_organization; /* the O of the issuer's name */
	bool empty_subject, self_signed; /* signed with its own key */
	const char *serial;
	bool serial_unfit; /* zero, negative or over 20 octets */
	int version;       /* 3 for X.509v3 */
	int64_t not_before, not_after;
	const char *key; /* "RSA", "EC", "ED25519", ... */
	int key_bits;
	const char *curve;
	bool exponent_one;
	const char *signature;                     /* "ecdsa-with-SHA256" */
	const char *digest;                        /* of the signature: "SHA256" */
	const char *fingerprint, *key_fingerprint; /* SHA-256, of DER and of the SPKI */
	bool basic_constraints, authority;         /* cA */
	bool path_limited;
	int path_length;
	const char *const *key_usage; /* "digitalSignature", ... */
	size_t key_usages;
	bool has_key_usage, has_extended_key_usage;
	const char *const
		*extended_key_usage; /* "serverAuth", "clientAuth", "any", OID */
	size_t extended_key_usages;
	bool has_names, names_critical; /* subjectAltName */
	const char *const *dns_name;    /* DNS-ID */
	size_t dns_names;
	const char *const *srv_name; /* SRV-ID, RFC 4985: "_xmpp-server.example.com" */
	size_t srv_names;
	const char *const *xmpp_address; /* id-on-xmppAddr, RFC 6120, 13.7.1.4 */
	size_t xmpp_addresses;
	const char *const
		*other_name; /* every other SAN: "email:...", "ip:...", "uri:..." */
	size_t other_names;
	bool names_malformed; /* a SAN of the wrong string type, or with a NUL */
	bool names_cut;       /* more than the limit; the rest was not read */
	const char *const *unknown_critical; /* OIDs */
	size_t unknown_criticals;
	bool must_staple;
	const char *const *crl;
	size_t crls;
	const char *const *ocsp;
	size_t ocsps;
	int scts;
	int size; /* octets of DER */
	const uint8_t *der;
	size_t der_length;
	/* A request for a certificate (RFC 2986): it has neither issuer nor dates, and
	 * `self_signed` says that its signature is good. */
	bool request;
};

enum sasl_answer { SASL_NONE, SASL_SUCCESS, SASL_FAILURE, SASL_CHALLENGE, SASL_OTHER };

/* <auth/> as an initiating server (RFC 6120, 6.4). */
struct sasl_fact {
	enum phase phase;
	const char *mechanism;
	const char *authzid; /* NULL: present and empty, "=" (6.4.2) */
	int challenges;      /* how many came; the first is answered */
	enum sasl_answer answer;
	const char *element;   /* {namespace}name of the answer */
	const char *condition; /* of a failure: RFC 6120, 6.5 */
	const char *text;
};

enum dialback_element { DIALBACK_NONE, DIALBACK_VERIFY, DIALBACK_RESULT };

struct dialback_fact {
	enum phase phase;
	enum dialback_element element;
	/* Our request, or NULL when there was none. */
	const char *asked_from, *asked_to, *asked_id;
	bool issued; /* with a key made from our secret (XEP-0185), and not an invented one */
	bool injected; /* it was sent in clear, together with <starttls/> */
	bool answered;
	const char *type; /* "valid", "invalid", "error", or what it said */
	const char *from, *to, *id;
	const char *condition; /* of type error: RFC 6120, 8.3.3 */
	const char *text;
};

enum stanza_request {
	STANZA_NONE,
	STANZA_PING,        /* XEP-0199 */
	STANZA_DISCO,       /* XEP-0030: disco#info */
	STANZA_VERSION,     /* XEP-0092 */
	STANZA_MESSAGE,     /* from person to person */
	STANZA_PROBE,       /* of presence (RFC 6121, 4.3) */
	STANZA_SUBSCRIPTION /* to presence (RFC 6121, 3.1) */
};

/* What we sent, and the answer to it. */
struct stanza_fact {
	enum phase phase;
	enum stanza_request request;
	const char *asked_from, *asked_to, *asked_id; /* NULL: nobody had asked */
	bool bidi; /* answers may come back on the stream on which it went (XEP-0288) */
	bool listened; /* the partner may bring them to where we listen */
	bool answered;
	bool called;         /* the answer came on a stream that the partner opened */
	const char *element; /* {namespace}name of the answer */
	const char *type;    /* "result", "error", or what it said */
	const char *from, *to, *id;
	bool receipt;          /* it says that the message was received (XEP-0184) */
	const char *show;      /* of presence: "away", ... (RFC 6121, 4.7.2.1) */
	const char *condition; /* of type error: RFC 6120, 8.3.3 */
	const char *text;
};

struct disco_identity {
	const char *category, *type, *name;
};

/* Whom to write to (XEP-0157). */
struct disco_contact {
	const char *purpose; /* "abuse-addresses" */
	const char *address; /* a URI */
};

struct disco_fact {
	struct disco_identity *identity;
	size_t identities;
	const char *const *feature;
	size_t features;
	struct disco_contact *contact;
	size_t contacts;
	const char *software, *version, *system; /* XEP-0092 */
};

enum xml_breach {
	XML_FINE,
	XML_NOT_WELL_FORMED,
	XML_NAMESPACE, /* an undeclared prefix */
	XML_COMMENT,
	XML_INSTRUCTION,
	XML_DOCTYPE,
	XML_ENTITY,
	XML_ENCODING,
	XML_TOO_DEEP,
	XML_TOO_LARGE,      /* one element */
	XML_TOO_MANY_BYTES, /* the whole stream */
	XML_TOO_MANY_ELEMENTS,
	XML_TOO_MANY_ATTRIBUTES,
	XML_TOO_MUCH_SPACE
};

struct xml_fact {
	enum phase phase;
	enum xml_breach breach;
	const char *excerpt;
	const char *trouble; /* the parser's own words */
};

struct close_fact {
	bool end_tag;      /* </stream:stream> came back */
	bool close_notify; /* the TLS alert came */
	bool end;          /* FIN came */
	bool reset;
};

struct wire_fact {
	enum phase phase;
	bool sent;
	const char *text;
};

enum clock_state { CLOCK_UNKNOWN, CLOCK_SYNCHRONISED, CLOCK_UNSYNCHRONISED };

/* The kernel knows whether somebody keeps the clock right, and how wrong it may be. */
struct clock_fact {
	enum clock_state state;
	int most_wrong; /* microseconds; of no worth while it is unsynchronised */
};

enum file_format { FORMAT_NONE, FORMAT_PEM, FORMAT_DER, FORMAT_PKCS7, FORMAT_PKCS12 };

/* What lies on disk, before or after it is installed. Its certificates are facts of their
 * own; the leaf has position 0 there, the others keep their order. */
struct file_fact {
	const char *path;
	enum file_format format; /* by content, not by name */
	bool request;            /* a request is in it, and no certificate */
	int certificates;        /* how many there are; of a long list not all are kept */
	int leaf;                /* which of them is the leaf, from 1 */
	const char *key; /* the private key's kind: "RSA"; NULL when there is none */
	int key_bits;
	const char *key_path;        /* where it is, when that is another file */
	const char *key_fingerprint; /* SHA-256 of its public half */
	bool key_fits;               /* it belongs to the leaf, or to the request */
	bool key_encrypted;          /* nobody reads it without a passphrase */
	bool key_group, key_others;  /* who may read the file, besides its owner */
};

enum inbound_sasl { INBOUND_SASL_NONE, INBOUND_SASL_SUCCESS, INBOUND_SASL_FAILURE };

/* The partner called, and this is how it went. What came in detail are facts of their own,
 * which the probe "inbound" saw. */
struct inbound_fact {
	int attempt;         /* which of this partner's, from 1 */
	const char *address; /* where it came from */
	int port;
	const char *local; /* where it reached us */
	const char *from, *to;
	bool direct;            /* TLS was to come first (XEP-0368) */
	const char *sni, *alpn; /* what it offered in TLS; ALPN with spaces between */
	bool offered;           /* STARTTLS, by us */
	bool asked;             /* <starttls/> came */
	bool tls;               /* the handshake was completed */
	const char *version;
	int alert;       /* that ended TLS: its number + 1, so that 0 is "none" */
	bool alert_sent; /* by us, not by the partner */
	const char *failure;
	bool certificate, trusted, named; /* it presented one; for its name */
	bool external_offered;
	enum inbound_sasl external;
	const char *external_condition; /* of our refusal: RFC 6120, 6.5 */
	/* It proved its name by dialback: what we answered to its db:result. */
	bool result_came;
	const char *result, *result_condition;
	const char *verified_at; /* the endpoint of its authoritative server */
	/* It asked whether a key is ours: what we answered to its db:verify; of several, to
	 * the first that was not valid. */
	bool verify_came;
	const char *verify, *verify_id;
	bool unsolicited;  /* typed dialback came that nobody had asked for */
	const char *error; /* the condition of the stream error that ended it */
	bool error_sent;   /* by us, not by the partner */
	const char *error_text;
	const char *awaited; /* the label of the state in which our time ran out */
	const char *ended;   /* how, in words */
};

enum hello_about { HELLO_NONE, HELLO_SUITES, HELLO_GROUPS };

/* One hello of a scan (model/scan.h). It offers what the same question did not find before;
 * what is chosen is accepted, and a refusal says that nothing else is. */
struct hello_fact {
	enum hello_about about; /* what is being enumerated */
	const char *offered;    /* the only version: "TLSv1.2" */
	int suites, groups;     /* how many of them were offered */
	bool sent;              /* else the connection did not get that far */
	bool answered;          /* and then: what the server chose */
	const char *version, *cipher, *group;
	int prime_bits; /* of a finite-field key exchange before TLS 1.3 */
	int alert;      /* its number + 1, so that 0 is "none" */
};

/* The table of a kind: name as in XML, size, fields. */
const struct record *fact_record(enum fact_kind kind);

/* The kind with this name, or FACT_KINDS. */
enum fact_kind fact_kind(const char *name);

extern const char *const phase_names[];
extern const char *const dns_type_names[];
extern const char *const dns_rcode_names[];

/* The IANA registry of RFC 8914: "DNSKEY missing" for 9; NULL when unknown. */
const char *dns_error_name(int code);

/* "a comment"; never NULL. */
const char *xml_breach_title(enum xml_breach breach);

/* RFC 8446, section 6 (and RFC 5246, 7.2): "unknown_ca" for 48; NULL when unknown. */
const char *tls_alert_name(int number);
