/* A connection on its way, shared by session.c (the states) and witness.c (what is
 * recorded of it). For these two only. */
#pragma once

#include "base/machine.h"
#include "net/stream.h"
#include "probes/probe.h"

enum {
	CONNECT,
	HEADER,
	FEATURES,
	PROCEED,
	HANDSHAKE,
	VERIFY,
	END_TAG,
	END,
};

struct session {
	struct work *work;
	struct arena *arena;
	struct machine *machine;
	struct timer *patience;
	struct conn *conn;
	struct stream *stream;
	enum phase phase;
	int64_t began;   /* when the present wait began, by plan_now() */
	const char *out; /* what is being sent */
	size_t out_length, out_done;
	const char *said; /* what we sent last, in a word */
	const char *key;  /* the invented dialback key; never shown */
	int wires;
	struct connect_fact connect;
	struct header_fact header;
	struct starttls_fact starttls;
	struct dialback_fact dialback;
	struct close_fact close;
};

/* Records a fact; its time runs from s->began. */
void saw(struct session *s, enum outcome outcome, const char *detail, enum fact_kind kind,
	const void *fact);

/* XML as it goes over the wire; a dialback key in it is made unreadable. */
void saw_wire(struct session *s, bool sent, const char *text, size_t length);

/* The handshake, and the certificates that came in it. */
void saw_tls(struct session *s, enum outcome outcome, const char *detail);
void saw_certificates(struct session *s);

/* A <stream:error/>, and XML that breaks a rule or a limit. */
void saw_error(struct session *s, const struct element *error);
void saw_breach(struct session *s);

/* The first bytes are no XML: recorded, and true. */
bool saw_foreign(struct session *s);

/* The first bytes of a handshake are no TLS: recorded. */
void saw_no_tls(struct session *s);

/* What was awaited in the present state did not come. */
void missed(struct session *s, enum outcome outcome, const char *detail);
