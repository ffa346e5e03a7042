/* The partner calls us: a receiving and authoritative server that carries nothing. It
 * answers as a production server would, records what the partner does, and delivers no
 * stanza to anybody. Several partners at once. */
#pragma once

#include "probes/probe.h"

struct inbound;

/* Of one partner, recorded by one run; who calls more often, or says more, is refused. */
enum { INBOUND_MAX_ATTEMPTS = 64, INBOUND_MAX_BYTES = 4 * 1024 * 1024 };

struct hosting {
	/* Its credentials: without a certificate no TLS is offered; the secret must be there. */
	const struct probing *probing;
	/* TLS comes first (XEP-0368), and needs the certificate. */
	bool direct;
	/* Whether we speak for the domain (A-labels). */
	bool (*hosts)(void *self, const char *ascii);
	/* The plan of the partner that calls itself so, which takes what is recorded; NULL:
	 * it is not expected. */
	struct plan *(*admit)(void *self, const struct domain *from);
	/* A connection is over; partner is NULL when none was admitted. */
	void (*ended)(
		void *self, struct partner *partner, const struct inbound_fact *fact);
	void *self;
};

/* Listens as acceptor_open() does; NULL with errno. The plans and all that `hosting` has
 * must outlive it. */
struct inbound *inbound_open(
	const struct hosting *hosting, const char *address, int port);

/* Ends what is still open, as a server does that is shut down; each `ended` comes from
 * inside. */
void inbound_close(struct inbound **inbound);

/* The same for one partner, before its plan goes. */
void inbound_dismiss(struct inbound *inbound, const struct partner *partner);

/* What the partner's youngest connection waits for; false when it has none. */
bool inbound_doing(const struct inbound *inbound, const struct partner *partner,
	struct doing *doing);

int inbound_port(const struct inbound *inbound);
unsigned inbound_turned_away(const struct inbound *inbound);
