/* Zone-file text (RFC 1035, 5). Whatever DNS says stands behind a semicolon and is clean, so
 * that no answer can add a record to the file. */
#include "commands/zone.h"

#include "base/text.h"
#include "model/endpoint.h"

enum { TTL = 3600, MAX_SAID = 4 };

void
zone_add(struct arena *arena, struct zone_set *set, const char *data)
{
	set->data = arena_grow(arena, set->data, set->count, sizeof *set->data);
	set->data[set->count++] = data;
}

static const char *
data_of(struct arena *arena, const struct dns_record *record)
{
	if (record->type == DNS_SRV)
		return arena_printf(arena, "%d %d %d %s%s", record->priority,
			record->weight, record->port, record->target,
			text_same(record->target, ".") ? "" : ".");
	return record->address ? record->address : record->data;
}

struct zone_set
zone_published(struct arena *arena, const struct journal *journal, enum dns_type type,
	const char *name)
{
	struct zone_set set = { .name = name, .type = type };
	size_t count;
	const struct dns_record **record =
		dns_records(arena, journal, type, name, MAX_SRV, &count);

	for (size_t i = 0; i < count; i++)
		zone_add(arena, &set, data_of(arena, record[i]));
	return set;
}

/* --- comparing -------------------------------------------------------------------- */

/* Hexadecimal digits and names may be written in either case (RFC 4343). */
static bool
holds(const struct zone_set *set, const char *data)
{
	for (size_t i = 0; i < set->count; i++)
		if (text_same_name(set->data[i], data))
			return true;
	return false;
}

/* What is in one set and not in the other; NULL when there is nothing. */
static const char *
besides(struct arena *arena, const struct zone_set *set, const struct zone_set *wanted)
{
	const char *list = NULL;
	size_t said = 0;

	for (size_t i = 0; i < set->count; i++) {
		if (holds(wanted, set->data[i]))
			continue;
		if (said++ < MAX_SAID)
			list = list ? arena_printf(arena, "%s, %s", list, set->data[i])
				    : set->data[i];
	}
	return said > MAX_SAID
		       ? arena_printf(arena, "%s and %zu more", list, said - MAX_SAID)
		       : list;
}

/* RFC 2782 wants no alias at the end of an SRV record, and RFC 1034, 3.6.2, nothing beside
 * one. */
static const char *
alias_of(const struct journal *journal, const struct zone_set *set)
{
	const struct observation *o = dns_find(journal, set->type, set->name);
	const char *end =
		o && o->outcome == OUTCOME_OK ? dns_canonical(o->fact, NULL) : set->name;

	return end == NULL || text_same_name(end, set->name) ? NULL : end;
}

static bool
is_answered(enum dns_answer answer)
{
	return answer == ANSWER_DATA || answer == ANSWER_NODATA ||
	       answer == ANSWER_NXDOMAIN;
}

static const char *
say_unknown(struct arena *arena, enum dns_answer answer)
{
	return arena_printf(
		arena, "DNS gives no proper answer: %s", dns_answer_names[answer]);
}

static enum zone_state
compare(struct arena *arena, const struct journal *journal, const struct zone_set *set,
	const char *data, const char **words)
{
	enum dns_answer answer = dns_read(journal, set->type, set->name);
	struct zone_set there = zone_published(arena, journal, set->type, set->name);
	const char *alias = alias_of(journal, set);
	const char *others = besides(arena, &there, set);
	bool held = holds(&there, data);

	if (!is_answered(answer)) {
		*words = say_unknown(arena, answer);
		return ZONE_UNKNOWN;
	}
	if (alias != NULL) {
		*words = arena_printf(arena, "DNS says: CNAME %s.", alias);
		return ZONE_DIFFERS;
	}
	if (held && (others == NULL || set->others_welcome)) {
		*words = "right in DNS";
		return ZONE_RIGHT;
	}
	if (held)
		*words = arena_printf(arena, "right in DNS, which also says: %s", others);
	else
		*words = others ? arena_printf(arena, "DNS says: %s", others) : "missing";
	return ZONE_DIFFERS;
}

/* --- printing --------------------------------------------------------------------- */

static const char *const colours[] = {
	[ZONE_UNASKED] = NULL,
	[ZONE_RIGHT] = GREEN,
	[ZONE_DIFFERS] = YELLOW,
	[ZONE_UNKNOWN] = RED,
};

void
zone_remark(struct zone *zone, enum zone_state state, const char *text)
{
	page_paint(zone->page, colours[state]);
	fprintf(zone->page->file, "; %s", page_safe(zone->page, text));
	page_unpaint(zone->page, colours[state]);
	putc('\n', zone->page->file);
	if (zone->worst < state)
		zone->worst = state;
}

static void
print_line(struct zone *zone, const struct journal *journal, const struct zone_set *set,
	const char *data)
{
	struct arena *arena = zone->page->arena;
	enum zone_state state;
	const char *words;

	page_pad(zone->page, arena_printf(arena, "%s.", set->name), zone->width);
	fprintf(zone->page->file, " %d IN %-4s %s", TTL, dns_type_names[set->type], data);
	if (journal == NULL) {
		putc('\n', zone->page->file);
		return;
	}
	state = compare(arena, journal, set, data, &words);
	putc(' ', zone->page->file);
	zone_remark(zone, state, words);
}

static void
print_absence(
	struct zone *zone, const struct journal *journal, const struct zone_set *set)
{
	struct arena *arena = zone->page->arena;
	enum dns_answer answer = dns_read(journal, set->type, set->name);
	struct zone_set there = zone_published(arena, journal, set->type, set->name);
	const char *type = dns_type_names[set->type];
	const char *others = besides(arena, &there, set);

	if (!is_answered(answer))
		zone_remark(zone, ZONE_UNKNOWN,
			arena_printf(arena, "%s. %s: %s", set->name, type,
				say_unknown(arena, answer)));
	else if (others != NULL)
		zone_remark(zone, ZONE_DIFFERS,
			arena_printf(arena, "%s. %s: DNS also says: %s", set->name, type,
				others));
}

void
zone_print(struct zone *zone, const struct journal *journal, const struct zone_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		print_line(zone, journal, set, set->data[i]);
	if (set->count == 0 && journal != NULL)
		print_absence(zone, journal, set);
}
