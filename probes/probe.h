/* The table of probes, and the planner. A probe says from the journal alone what it
 * would like to do; the planner starts what was not done yet, within the limits. No probe
 * calls another. */
#pragma once

#include "base/loop.h"
#include "model/endpoint.h"
#include "model/run.h"
#include "net/conn.h"
#include "net/resolver.h"

/* Connections at once to one partner, however many addresses it publishes. */
enum { PLAN_MAX_CONNECTIONS = 16 };

/* How long one partner may keep us, in milliseconds: many silent endpoints, two at a time,
 * would add up to half an hour. At depth deep silence is a lawful answer, and slow. */
enum { PLAN_PATIENCE = 180000, PLAN_DEEP_PATIENCE = 600000 };

/* What we prove with who we are. Neither is ever part of an observation. */
struct credentials {
	const struct keyfile *certificate; /* with its key (net/keyfile.h); or NULL */
	const char *secret;                /* of our dialback keys (XEP-0185); or NULL */
	bool invented;                     /* the secret is of this run only */
};

struct element;
struct hiding;
struct plan;
struct task;
struct walk;

/* A probe at work. It is done when it calls work_done(), and never from inside begin(). */
struct work {
	struct plan *plan;
	struct loop *loop;
	struct resolver *resolver;
	struct tls_context *tls;
	const struct credentials *credentials;
	struct partner *partner;
	const struct task *task;
	void *state; /* the probe's own */
};

/* Something a probe would like to do. Two tasks of a probe with the same `about` are the
 * same task; it is done once. */
struct task {
	const struct probe *probe;
	const char *about; /* a question, or an endpoint's id */
	const char *name;  /* dns: the question */
	enum dns_type type;
	bool checking_disabled, tcp;
	const struct endpoint *endpoint; /* of a connection */
	const char *from, *id, *key;     /* of an errand; else NULL */
	unsigned errand;                 /* its number */
};

/* A question to the partner's authoritative server that somebody has who listens: whether
 * it made the key that came with a db:result (XEP-0220, 2.1.2). Whoever asks owns it. */
struct errand {
	const char *from;    /* to which of our domains the key was sent */
	const char *id;      /* of our stream header there */
	const char *key;     /* never shown */
	bool over;           /* `done` was called, or is about to be */
	bool answered;       /* and then: */
	const char *type;    /* of the answer; as long as the plan */
	bool silent;         /* the last server that was asked kept silent */
	const char *reached; /* where; as long as the plan; NULL: nobody could be asked */
	void (*done)(void *self); /* once, from the loop; it may not recall */
	void *self;
	unsigned tries;  /* for probes/errand.c, and so is the rest */
	unsigned number; /* among those of the plan, from 1 */
	struct errand *next;
};

/* Somebody has sent a stanza. The answer may come on a stream that the partner opens to us
 * (RFC 6120, 4.5). */
struct awaiting {
	/* A stanza came there, of whoever has proved to be this partner. */
	void (*heard)(void *self, const struct element *stanza);
	void *self;
	struct awaiting *next;
};

struct probe {
	const char *name;
	/* Calls wish() for everything it can think of, also what was done already. */
	void (*wants)(const struct partner *partner, struct plan *plan);
	void (*begin)(struct work *work);
	/* What it is doing now, for people, and since when; or NULL. */
	const char *(*doing)(const struct work *work, int64_t *since);
	/* Gives back everything; the work is over, or the run was interrupted. */
	void (*end)(struct work *work);
	/* How a connection goes (probes/session.h); NULL for a probe that opens none. */
	const struct walk *walk;
	/* Only when no other probe has anything to do: the partner may resent it. */
	bool last;
	/* It goes on errands, and so also where nobody is connected to otherwise. */
	bool errand;
};

/* The connections are described in probes/walk.c and probes/agreed.c. */
extern const struct probe dns_probe, host_probe, session_probe, verify_probe,
	stranger_probe, hidden_tls_probe, bare_probe, route_probe, unknown_host_probe,
	impostor_probe, plaintext_impostor_probe, unhosted_probe, injection_probe,
	external_probe, empty_external_probe, dialback_probe, plaintext_dialback_probe,
	secret_probe, plaintext_secret_probe, stanza_probe, bogus_key_probe,
	multiplex_probe, foreign_external_probe, foreign_stanza_probe, scan_probe,
	authority_probe, exchange_probe, exchange_by_dialback, exchange_in_clear;

/* What all partners of a run share. */
struct probing {
	struct loop *loop;
	struct resolver *resolver;
	struct tls_context *tls;
	struct credentials credentials;
	/* Who listens connects to partners on errands only, and never loses patience. */
	bool errands_only;
};

/* Begins with a partner; `finished` comes from the loop when nobody wants anything. */
struct plan *plan_open(const struct probing *probing, struct partner *partner,
	void (*finished)(void *self), void *self);

/* Also when work is still going on: what was seen stays in the journal. */
void plan_close(struct plan **plan);

/* Whose it is. */
struct partner *plan_partner(const struct plan *plan);

/* Lets everything be asked anew that was asked and is over: a partner that calls again may
 * have changed its records meanwhile. */
void plan_renew(struct plan *plan);

/* An errand is one until it is over or recalled, and must be recalled before it or the plan
 * goes. */
void plan_entrust(struct plan *plan, struct errand *errand);
void plan_recall(struct plan *plan, struct errand *errand);
struct errand *plan_errands(const struct plan *plan);

/* Who awaits must forsake before it or the plan goes. */
void plan_await(struct plan *plan, struct awaiting *awaiting);
void plan_forsake(struct plan *plan, struct awaiting *awaiting);
void plan_heard(struct plan *plan, const struct element *stanza);

/* From now on this is hidden in whatever is seen of the partner, on whichever connection:
 * a dialback key of ours or of its own. */
void plan_hide(struct plan *plan, const char *key);

/* What is hidden so far. */
const struct hiding *plan_hiding(const struct plan *plan);

/* For probes: what they want (inside wants()), and that they have done it. */
void wish(struct plan *plan, const struct task *task);
void work_done(struct work *work);

/* For the wishes of one call of wants(); wish() copies what it starts. */
struct arena *plan_arena(struct plan *plan);

/* Never NULL. */
const struct credentials *plan_credentials(const struct plan *plan);

/* Microseconds since the journal began. */
int64_t plan_now(const struct plan *plan);

/* Completes the envelope (at, took from `began`, probe, endpoint), hides what is to be
 * hidden, and adds it. */
void work_saw(struct work *work, int64_t began, enum outcome outcome, const char *detail,
	enum fact_kind kind, const void *fact);

/* What is going on, for people. */
struct doing {
	const char *what;     /* "awaiting features" */
	const char *endpoint; /* its id, or NULL */
	int64_t since;        /* by loop_now() */
};

/* What was begun last of all that goes on; good until the loop runs again. False when
 * nothing does. */
bool plan_doing(const struct plan *plan, struct doing *doing);
