/* The door to ldns: DNS messages to facts. Pure: bytes in, facts out. */
#pragma once

#include "model/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DNSMSG_MAX_RECORDS = 256, /* of an answer; twice what any domain needs */
	DNSMSG_MAX_ERRORS = 16,
	DNSMSG_SIZE = 1232, /* the largest answer by UDP that we ask for */
};

/* The question as a message: RD, AD (RFC 6840, 5.7), EDNS with 1232 octets (the DNS flag
 * day's number) and DO; CD when asked for. NULL when the name does not fit. */
uint8_t *dnsmsg_question(struct arena *arena, const char *name, enum dns_type type,
	bool checking_disabled, size_t *length);

/* Decodes an answer to the question that `fact` holds (name, type) into the rest of it.
 * OUTCOME_OK, or OUTCOME_BAD_PEER with *detail: not a message, not an answer, or an
 * answer to another question. Names come out as A-labels in lower case without final
 * dot, the root as "."; `data` as in a zone file, after the name of the type where that is
 * DNS_OTHER. A truncated answer gives the records before the cut. */
enum outcome dnsmsg_read(struct arena *arena, const uint8_t *message, size_t length,
	struct dns_fact *fact, const char **detail);
