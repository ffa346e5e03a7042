/* A run: what was asked, and for each partner what was seen and what was found. */
#pragma once

#include "model/domain.h"
#include "model/finding.h"
#include "model/journal.h"
#include "model/policy.h"
#include "model/record.h"

enum depth { DEPTH_STANDARD, DEPTH_QUICK, DEPTH_DEEP };

enum family { FAMILY_BOTH, FAMILY_4, FAMILY_6 };

/* The options of a run; written to the report and read back. */
struct asked {
	const char *from; /* the domain that we speak for; a probe name without --from */
	bool from_stranger; /* it is the probe name */
	const char
		*probe_name; /* "<random>.invalid", which nobody owns (RFC 6761, 6.4) */
	enum verify verify;
	const char *const *resolver; /* "ADDR:PORT"; none: those of resolv.conf */
	size_t resolvers;
	bool trust_ad;
	enum family family;
	const char *connect_host; /* --connect: no SRV */
	int connect_port;
	bool direct_tls;
	const char *listen;     /* where we listen, "ADDR:PORT"; NULL: we do not */
	const char *listen_tls; /* the same where TLS comes first (XEP-0368) */
	bool secret;            /* that of our servers' dialback keys was given */
	/* Who of us sends a message, asks for presence, asks for leave to see it; NULL:
	 * nobody. Bare addresses; the recipient is a person of a partner. */
	const char *message_from, *presence_from, *subscription_from;
	const char *recipient;
	const char *message_text;
	const char *ca_file, *ca_dir;
	enum depth depth;
	int timeout;         /* seconds, for each phase; 0: each phase's own */
	int deadline;        /* seconds, for the run */
	bool names_only;     /* DNS is asked, and nobody is connected to */
	struct local *local; /* who we are; one at most */
	size_t locals;
	struct gateway *gateway; /* one at most */
	size_t gateways;
	struct level *level; /* the user's own severities */
	size_t levels;
	const char *const *host; /* with names_only: whose addresses and TLSA are asked */
	size_t hosts;
};

extern const struct record asked_record;
extern const char *const depth_names[];

enum method {
	METHOD_UNKNOWN,
	METHOD_NONE,
	METHOD_TCP_DIALBACK,
	METHOD_TLS_DIALBACK,
	METHOD_SASL_EXTERNAL
};

/* How sure: done outranks offered, offered outranks predicted. */
enum proof { PROOF_PREDICTED, PROOF_OFFERED, PROOF_DONE };

extern const char *const method_names[];  /* as in XML: "sasl-external-over-tls" */
extern const char *const method_titles[]; /* for people: "SASL EXTERNAL over TLS" */
extern const char *const proof_names[];

struct headline {
	enum method method;
	enum proof proof;
	const char *tls;    /* "TLS 1.3", or NULL */
	const char *reason; /* one sentence */
};

/* What a domain, or a file, is to us. */
enum role {
	ROLE_PARTNER,
	ROLE_ADDITIONAL, /* a further domain of a partner, which has its policy */
	ROLE_OWN,        /* we ourselves, looked at as a stranger would */
	ROLE_FILE,       /* a certificate on disk, judged for the domain */
	ROLE_CALLER      /* a partner that called us while we listened */
};

extern const char *const role_names[];

struct partner {
	struct domain domain;
	enum role role;
	const char *primary; /* of an additional domain: the partner's, A-labels */
	const struct policy *policy; /* what was agreed; NULL: nothing */
	const struct asked *asked;   /* the run's, or where it was asked with others */
	const struct run *run;       /* whose partner it is; NULL: nobody's */
	struct journal *journal;
	struct arena *arena; /* of the judgement, made anew each time */
	int64_t took;        /* microseconds */
	bool unfinished;     /* interrupted, or out of time */
	struct headline out, in;
	struct finding *finding;
	size_t findings;
	struct cause *cause;
	size_t causes;
	int exit;              /* 0 well, 1 warnings, 2 failed, 3 not tested */
	struct finding *saved; /* the findings that a report on file held */
	size_t saves;
};

struct run {
	struct arena *arena;
	const char *generator;
	int64_t started; /* seconds since 1970 */
	int64_t took;    /* microseconds */
	bool interrupted;
	struct asked asked;
	struct partner **partner;
	size_t partners;
};

struct run *run_open(int64_t started);
void run_close(struct run **run);

/* A partner with an empty journal; the domain is copied. */
struct partner *run_add(struct run *run, const struct domain *domain);

/* The same partner to be asked once more: with an empty journal that begins at `started`,
 * and nothing found. Names, policy and what is asked are those of the first, and belong to
 * the run. */
struct partner *partner_renew(const struct partner *partner, int64_t started);
void partner_close(struct partner **partner);

/* Our own domain, as it was looked at in the same run; NULL when it was not. Its journal may
 * still grow. */
const struct partner *run_own(const struct partner *partner);

/* Who we are, or NULL. */
const struct local *run_local(const struct asked *asked);

/* Whether partners that come back to verify a key of ours find us. */
bool run_listens(const struct asked *asked);

/* Whether it may be tested in ways that look like an attack: it is our own, or it agreed. */
bool partner_agrees(const struct partner *partner);

/* Who must act, for people: "you", "the owner of fabrikam.com". */
const char *owner_show(
	struct arena *arena, const struct partner *partner, enum owner owner);

/* The worst of the partners; 3 when interrupted. */
int run_exit(const struct run *run);
