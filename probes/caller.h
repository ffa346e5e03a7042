/* One connection of a partner to us, shared by inbound.c (its beginning and its end),
 * accept.c (the states), hearing.c (its bytes), receive.c (what is said to it) and caller.c
 * (what is recorded of it). For these only. */
#pragma once

#include "base/machine.h"
#include "net/stream.h"
#include "probes/hiding.h"
#include "probes/inbound.h"

enum { GREETING, HEARING, VERIFYING, ACCEPTING, LEAVING };

struct caller {
	struct inbound *inbound;
	const struct hosting *hosting;
	struct caller *next;
	struct arena *arena;
	struct conn *conn;
	struct stream *stream;
	struct machine *machine;
	struct timer *patience;
	struct task task;
	struct work work; /* its plan is NULL until it is known who calls */
	enum phase phase;
	const char *id;            /* of our header in force */
	const char *ours, *theirs; /* the names of the stream, as they were written */
	const char *ascii;         /* who calls; NULL: not known yet */
	char *out;                 /* what is being sent */
	size_t out_length, out_done;
	char *heard; /* what came since the last event */
	size_t heards;
	struct {
		bool sent;
		enum phase phase;
		const char *text;
	} * early; /* what went by before it was known who calls */
	size_t earlies;
	struct hiding hiding; /* of keys that came, likewise */
	bool tls_early;       /* the same of TLS, and how that went */
	enum outcome tls_outcome;
	const char *tls_detail;
	int wires;
	int64_t began; /* by loop_now() */
	bool external; /* offered on this stream */
	bool challenged, restarting;
	char *held; /* of a restart that is not yet seen to be one */
	size_t helds;
	bool authenticated; /* by SASL or by dialback */
	bool asking;        /* the errand is under way */
	unsigned errands;   /* until now */
	struct errand errand;
	const char *asked_from, *asked_to; /* of the db:result behind it */
	struct inbound_fact fact;
};

/* --- accept.c ----------------------------------------------------------------------- */

extern const struct state caller_states[];

/* Takes note of who calls. The condition of a stream error, or NULL. */
const char *caller_name(struct caller *c, const char *from);

/* --- receive.c: words of ours ------------------------------------------------------- */

/* How it ended, unless that was told before. */
void caller_end(struct caller *c, const char *ended);

/* Adds to what is sent. */
void caller_say(struct caller *c, const char *text);

/* Ends the stream; `ended` tells why, unless it was told before. */
enum step caller_leave(struct caller *c, const char *ended);

/* The same with a stream error (RFC 6120, 4.9.3). */
enum step caller_refuse(struct caller *c, const char *condition, const char *text);

/* --- hearing.c ---------------------------------------------------------------------- */

void hearing_feed(struct caller *c, const char *bytes, size_t length);

/* RFC 6120, 4.9.3: what the broken rule is called. */
const char *hearing_condition(enum xml_breach breach);

/* --- receive.c: answers to theirs --------------------------------------------------- */

/* What follows the header in the present phase. */
const char *receive_features(struct caller *c);

/* A first-level element; returns what the machine does next. */
enum step receive(struct caller *c, const struct element *element);

/* The errand is over: answers the db:result. */
enum step receive_verdict(struct caller *c);

/* The same when nobody waits any longer. */
void receive_no_verdict(struct caller *c);

/* What was proved or asked so far counts for nothing any more. */
void receive_forget(struct caller *c);

/* --- caller.c ----------------------------------------------------------------------- */

/* Nothing is recorded before it is known who calls. */
void caller_saw(struct caller *c, enum outcome outcome, const char *detail,
	enum fact_kind kind, const void *fact);

/* What was said, and how TLS went, while it was not known who calls. */
void caller_recall(struct caller *c);

/* From now on this is in no text that is recorded. */
void caller_hide(struct caller *c, const char *key);

/* A text of theirs as it can be shown at once. */
const char *caller_shown(struct caller *c, const char *text);

/* The fact as it can be shown at once. */
const struct inbound_fact *caller_fact(struct caller *c);

void caller_saw_sent(struct caller *c, const char *text);

/* What came, up to the event. A dialback key in it is not shown, nor is anything else that
 * may be one, and from now on it is hidden wherever it stands. */
void caller_saw_heard(struct caller *c, const struct element *element);

/* Keeps bytes for that. */
void caller_hear(struct caller *c, const char *bytes, size_t length);

void caller_saw_tls(struct caller *c, enum outcome outcome, const char *detail);
void caller_saw_breach(struct caller *c);
void caller_saw_foreign(struct caller *c);
