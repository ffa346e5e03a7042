/* What was seen of one partner, in order. Probes append; nothing is ever changed. */
#pragma once

#include "model/fact.h"

#include <stdint.h>

enum outcome {
	OUTCOME_OK,
	OUTCOME_REFUSED,     /* said no: connection refused, a failure element */
	OUTCOME_UNREACHABLE, /* the network could not carry it */
	OUTCOME_TIMED_OUT,   /* silence; `detail` is the label of the state */
	OUTCOME_CLOSED,      /* the partner ended the connection */
	OUTCOME_BAD_PEER,    /* it answered, but not by the rules */
	OUTCOME_NOT_TRIED,   /* we had a reason not to; `detail` tells */
};

extern const char *const outcome_names[];

struct observation {
	unsigned number; /* from 1, in order */
	int64_t at;      /* microseconds since the journal began: the end of the action */
	int64_t took;    /* microseconds */
	const char *probe;    /* who saw it: "dns", "session", "verify" */
	const char *endpoint; /* endpoint_id(), or NULL */
	enum outcome outcome;
	const char *detail; /* one line for people, or NULL */
	enum fact_kind kind;
	const void *fact; /* struct <kind>_fact */
};

struct journal;

/* `started` in seconds since 1970 is the only clock of all judgement. */
struct journal *journal_open(int64_t started);
void journal_close(struct journal **journal);

int64_t journal_started(const struct journal *journal);
struct arena *journal_arena(struct journal *journal);

/* Copies observation and fact (deeply, cleaned) and gives it its number. The listener is
 * told before it returns. */
const struct observation *journal_add(
	struct journal *journal, const struct observation *observation);

size_t journal_size(const struct journal *journal);

/* By number, from 1. */
const struct observation *journal_at(const struct journal *journal, unsigned number);

/* All of a kind, in order; good until the next is added. */
const struct observation *const *journal_kind(
	const struct journal *journal, enum fact_kind kind, size_t *count);

/* One listener; it is told of each observation as it comes. */
void journal_listen(struct journal *journal,
	void (*heard)(void *self, const struct observation *observation), void *self);
