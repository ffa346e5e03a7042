/* All names of the world, and how questions for them are answered. Pure: a message in, a
 * message out. It is no authoritative server but plays the resolver of its clients. */
#pragma once

#include "base/arena.h"
#include "rig/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;

struct zone *zone_open(void);
void zone_close(struct zone **zone);

/* Adds a record in the syntax of a zone file, relative to the origin. NULL when it is
 * good, or else the reason. */
const char *zone_add(struct zone *zone, const char *text, const char *origin);

/* The start of authority for a domain, which every negative answer in it needs. */
void zone_begin(struct zone *zone, const char *domain);

/* Names the domain of a fault's relative name. NULL when it is good, or else the reason. */
const char *zone_add_fault(
	struct zone *zone, const struct fault_line *fault, const char *domain);

struct reply {
	uint8_t *bytes; /* in the arena; NULL: silence */
	size_t length;
	long delay_ms;
	bool hang_up; /* TCP: close instead of an answer */
};

/* Answers a question that came by UDP or TCP. */
void zone_answer(const struct zone *zone, struct arena *arena, const uint8_t *question,
	size_t length, bool tcp, struct reply *reply);
