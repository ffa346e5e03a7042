/* A fact on a sheet, by its field table: whatever kind it is. */
#pragma once

#include "model/journal.h"
#include "tui/sheet.h"

/* Each field that was seen, from `column` on. */
void fields_write(
	struct sheet *sheet, int column, const struct record *record, const void *fact);

/* "owner xmpp.fabrikam.com, type A, ttl 3600": the same in a few words, without bytes, and
 * of a long list only the beginning. */
const char *fields_words(
	struct arena *arena, const struct record *record, const void *fact);

/* How an observation ended: its sign, for outcome_names[]. */
struct sign outcome_sign(enum outcome outcome);
