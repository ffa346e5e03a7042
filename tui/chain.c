/* The certificates as they were sent, each chain once, however many endpoints show it. */
#include "base/text.h"
#include "model/endpoint.h"
#include "tui/sections.h"

enum { TAB = 14, INDENT = 4, NAMES = 12 };

static const char *
key_words(struct arena *arena, const struct certificate_fact *c)
{
	const char *words = c->key ? c->key : "unknown key";

	if (c->key_bits != 0)
		words = arena_printf(arena, "%s %d bits", words, c->key_bits);
	if (c->curve != NULL)
		words = arena_printf(arena, "%s, %s", words, c->curve);
	if (c->signature != NULL)
		words = arena_printf(arena, "%s; signed with %s", words, c->signature);
	return words;
}

static const char *
names_words(struct arena *arena, const char *const *name, size_t names)
{
	const char *words = NULL;

	for (size_t i = 0; i < names && i < NAMES; i++)
		words = words ? arena_printf(arena, "%s, %s", words, name[i]) : name[i];
	if (names > NAMES)
		words = arena_printf(arena, "%s and %zu more", words, names - NAMES);
	return words;
}

/* From the beginning of the journal, whose clock is the only one. */
static const char *
left_words(struct arena *arena, const struct certificate_fact *c, int64_t now)
{
	enum { SECOND = 1000000 };
	int64_t begins = (c->not_before - now) * SECOND;
	int64_t left = (c->not_after - now) * SECOND;

	if (begins > 0)
		return arena_printf(arena, "begins in %s", words_span(arena, begins));
	if (left < 0)
		return arena_printf(arena, "expired %s ago", words_span(arena, -left));
	return arena_printf(arena, "%s left", words_span(arena, left));
}

static const char *
dates_words(struct arena *arena, const struct certificate_fact *c, int64_t now)
{
	return arena_printf(arena, "%.10s to %.10s, %s", text_time(arena, c->not_before),
		text_time(arena, c->not_after), left_words(arena, c, now));
}

static void
write_certificate(struct sheet *sheet, const struct observation *o, int64_t now)
{
	const struct certificate_fact *c = o->fact;
	struct arena *arena = sheet_arena(sheet);

	sheet_about(sheet,
		(struct subject){ .endpoint = o->endpoint, .observation = o->number });
	sheet_row(sheet);
	sheet_text(sheet, 2, STYLE_QUIET, arena_printf(arena, "%d", c->position));
	if (c->malformed) {
		sheet_text(sheet, INDENT, STYLE_BAD, "is no certificate");
		return;
	}
	sheet_wrap(sheet, INDENT, INDENT + 2, STYLE_BOLD,
		c->subject && *c->subject ? c->subject : "(no subject)");
	sheet_entry(sheet, INDENT, INDENT + TAB, "issued by",
		c->self_signed ? "itself" : c->issuer);
	sheet_entry(sheet, INDENT, INDENT + TAB, "valid", dates_words(arena, c, now));
	sheet_entry(sheet, INDENT, INDENT + TAB, "key", key_words(arena, c));
	sheet_entry(sheet, INDENT, INDENT + TAB, "for",
		names_words(arena, c->extended_key_usage, c->extended_key_usages));
	sheet_entry(sheet, INDENT, INDENT + TAB, "DNS names",
		names_words(arena, c->dns_name, c->dns_names));
	sheet_entry(sheet, INDENT, INDENT + TAB, "SRV names",
		names_words(arena, c->srv_name, c->srv_names));
	sheet_entry(sheet, INDENT, INDENT + TAB, "XMPP addresses",
		names_words(arena, c->xmpp_address, c->xmpp_addresses));
	sheet_entry(sheet, INDENT, INDENT + TAB, "other names",
		names_words(arena, c->other_name, c->other_names));
}

/* --- chains --------------------------------------------------------------------------------- */

/* Certificates of one handshake stand one behind the other in the journal's list. */
static bool
is_leaf(const struct observation *o)
{
	return ((const struct certificate_fact *)o->fact)->position == 0;
}

static bool
is_same_leaf(const struct observation *a, const struct observation *b)
{
	const struct certificate_fact *c = a->fact, *d = b->fact;

	return is_leaf(a) && is_leaf(b) && c->fingerprint != NULL &&
	       text_same(c->fingerprint, d->fingerprint);
}

/* "xmpp.fabrikam.com:5269 (192.0.2.1) and 2 more"; NULL when it was shown before. */
static const char *
where_words(struct arena *arena, const struct observation *const *seen, size_t count,
	size_t i)
{
	const char *where = seen[i]->endpoint ? endpoint_show(arena, seen[i]->endpoint)
			    : text_same(seen[i]->probe, "inbound") ? "when it called"
			    : text_same(seen[i]->probe, "host")    ? "ours, on disk"
								   : "on disk";
	size_t more = 0;

	for (size_t k = 0; k < count; k++) {
		if (k == i || !is_same_leaf(seen[i], seen[k]))
			continue;
		if (k < i)
			return NULL;
		more += !text_same(seen[k]->endpoint, seen[i]->endpoint) ||
			!text_same(seen[k]->probe, seen[i]->probe);
	}
	return more ? arena_printf(arena, "%s and %zu more", where, more) : where;
}

static void
write_chain(struct sheet *sheet, const struct journal *journal,
	const struct observation *const *seen, size_t count, const char *where)
{
	const struct observation *leaf = seen[0];

	sheet_about(sheet, (struct subject){ .endpoint = leaf->endpoint,
				   .observation = leaf->number });
	sheet_row(sheet);
	sheet_wrap(sheet, 2, INDENT, STYLE_QUIET, where);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && (is_leaf(seen[i]) ||
				     !text_same(seen[i]->endpoint, leaf->endpoint)))
			return;
		write_certificate(sheet, seen[i], journal_started(journal));
	}
}

void
section_chain(struct sheet *sheet, const struct shown *shown)
{
	const struct journal *journal = shown->partner->journal;
	size_t count;
	const struct observation *const *seen =
		journal_kind(journal, FACT_CERTIFICATE, &count);

	for (size_t i = 0; i < count; i++) {
		const char *where =
			is_leaf(seen[i]) ? where_words(sheet_arena(sheet), seen, count, i)
					 : NULL;

		if (where != NULL)
			write_chain(sheet, journal, seen + i, count - i, where);
	}
	if (count == 0) {
		sheet_row(sheet);
		sheet_text(sheet, 2, STYLE_QUIET, "None was seen.");
	}
}
