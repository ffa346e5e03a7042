/* A set of records as a zone file holds it, beside what DNS says of it today. */
#pragma once

#include "model/journal.h"
#include "report/page.h"

/* In the order of gravity. */
enum zone_state {
	ZONE_UNASKED, /* nobody was asked: no comment */
	ZONE_RIGHT,
	ZONE_DIFFERS, /* also: missing */
	ZONE_UNKNOWN  /* there was no proper answer */
};

/* All records of one name and type. The data are as in a zone file. */
struct zone_set {
	const char *name; /* without a final dot */
	enum dns_type type;
	const char **data; /* what must be there */
	size_t count;
	bool others_welcome; /* what is there besides does no harm */
};

void zone_add(struct arena *arena, struct zone_set *set, const char *data);

/* What DNS says of the set, in the same form. */
struct zone_set zone_published(struct arena *arena, const struct journal *journal,
	enum dns_type type, const char *name);

/* Where it is printed, and the worst that was seen of it so far. */
struct zone {
	struct page *page;
	int width; /* columns of the names */
	enum zone_state worst;
};

/* Prints the set; with a journal each line has a comment that compares. An empty set is a
 * line only when DNS holds what should not be there, or did not answer. */
void zone_print(
	struct zone *zone, const struct journal *journal, const struct zone_set *set);

/* A line that is only a comment. */
void zone_remark(struct zone *zone, enum zone_state state, const char *text);
