/* The door to ldns: DNS messages to facts. Pure: bytes in, facts out. */
#pragma once

#include "model/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The question as a message: RD, AD (RFC 6840, 5.7), EDNS with 1232 octets (the DNS flag
 * day's number) and DO; CD when asked for. NULL when the name does not fit. */
uint8_t *dnsmsg_question(struct arena *arena, const char *name, enum dns_type type,
	bool checking_disabled, size_t *length);

/* Decodes an answer to the question that `fact` holds (name, type) into the rest of it.
 * OUTCOME_OK, or OUTCOME_BAD_PEER with *detail: not a message, not an answer, or an
 * answer to another question. Names come out as A-labels in lower case without final
 * dot, the root as ".". */
enum outcome dnsmsg_read(struct arena *arena, const uint8_t *message, size_t length,
	struct dns_fact *fact, const char **detail);
