/* What was agreed beside what was seen, and what the partner's users may do by its type. */
#include "base/text.h"
#include "tui/sections.h"
#include "tui/standing.h"
#include "tui/words.h"

#include <string.h>

enum { TAB = 18, INDENT = 2, AGREED = 16 };

/* --- what was seen ------------------------------------------------------------------------ */

/* Each version of TLS once, as it came. */
static const char *
tls_seen(struct arena *arena, const struct journal *journal)
{
	const char *words = NULL;
	size_t count;
	const struct observation *const *seen = journal_kind(journal, FACT_TLS, &count);

	for (size_t i = 0; i < count; i++) {
		const struct tls_fact *tls = seen[i]->fact;
		const char *version;

		if (!tls->completed || tls->version == NULL)
			continue;
		version = words_tls(arena, tls->version);
		if (words == NULL)
			words = version;
		else if (strstr(words, version) == NULL)
			words = arena_printf(arena, "%s, %s", words, version);
	}
	if (words != NULL || count > 0)
		return words ? words : "no handshake was completed";
	seen = journal_kind(journal, FACT_FEATURES, &count);
	for (size_t i = 0; i < count; i++)
		if (((const struct features_fact *)seen[i]->fact)->starttls)
			return "offered";
	return count > 0 ? "not offered" : "not seen";
}

static bool
offers_external(const struct features_fact *features)
{
	for (size_t i = 0; i < features->mechanisms; i++)
		if (text_same(features->mechanism[i], "EXTERNAL"))
			return true;
	return false;
}

static bool
offers_dialback(const struct features_fact *features)
{
	return features->dialback;
}

static const char *
offer_seen(const struct journal *journal,
	bool (*offers)(const struct features_fact *features))
{
	size_t count;
	const struct observation *const *seen =
		journal_kind(journal, FACT_FEATURES, &count);
	bool received = false;

	for (size_t i = 0; i < count; i++) {
		const struct features_fact *features = seen[i]->fact;

		received = received || features->received;
		if (offers(features))
			return "offered";
	}
	return received ? "not offered" : "not seen";
}

/* --- rows --------------------------------------------------------------------------------- */

/* Side by side where there is room. */
static void
write_pair(struct sheet *sheet, const char *label, const char *agreed, const char *seen)
{
	if (sheet_is_narrow(sheet)) {
		sheet_entry(sheet, INDENT, 0, label,
			arena_printf(sheet_arena(sheet), "%s; seen: %s", agreed, seen));
		return;
	}
	sheet_row(sheet);
	sheet_text(sheet, INDENT, STYLE_QUIET, label);
	sheet_text(sheet, INDENT + TAB, STYLE_PLAIN, agreed);
	sheet_wrap(
		sheet, INDENT + TAB + AGREED, INDENT + TAB + AGREED, STYLE_PLAIN, seen);
}

static void
write_pairs(struct sheet *sheet, const struct partner *p)
{
	const struct policy *policy = p->policy;
	struct arena *arena = sheet_arena(sheet);

	if (!sheet_is_narrow(sheet)) {
		sheet_row(sheet);
		sheet_text(sheet, INDENT + TAB, STYLE_QUIET, "agreed");
		sheet_text(sheet, INDENT + TAB + AGREED, STYLE_QUIET, "seen");
	}
	write_pair(sheet, "TLS", policy ? demand_names[policy->tls] : "-",
		tls_seen(arena, p->journal));
	write_pair(sheet, "SASL EXTERNAL", policy ? demand_names[policy->sasl] : "-",
		offer_seen(p->journal, offers_external));
	write_pair(sheet, "dialback",
		policy == NULL                    ? "-"
		: policy->dialback == AGREED_TRUE ? "supported"
						  : "not-supported",
		offer_seen(p->journal, offers_dialback));
}

static void
write_negotiation(struct sheet *sheet, const struct negotiation *row)
{
	static const enum status status[] = { STATUS_PASS, STATUS_INFO, STATUS_WARN,
		STATUS_FAIL };
	struct arena *arena = sheet_arena(sheet);
	int at = sheet_is_narrow(sheet) ? INDENT : INDENT + TAB;

	sheet_entry(sheet, INDENT, INDENT + TAB, "allows",
		arena_printf(arena, "%s (row %d of the table)",
			negotiation_methods(arena, row->methods), row->row));
	if (row->remark == REMARK_NONE)
		return;
	sheet_row(sheet);
	sheet_sign(sheet, at, sign_of(status[row->remark]), "");
	sheet_wrap(sheet, at + 2, at + 2, STYLE_PLAIN, row->text);
}

static void
write_rights(struct sheet *sheet, const struct rights *rights)
{
	static const char asked[] = "only after our user has added them";
	struct arena *arena = sheet_arena(sheet);
	int tab = INDENT + TAB;

	sheet_entry(sheet, INDENT, tab, "type",
		arena_printf(arena, "%s: %s%s", partner_type_names[rights->type],
			rights->meaning,
			rights->recommended ? "" : " (not recommended)"));
	sheet_row(sheet);
	sheet_text(sheet, INDENT, STYLE_QUIET, "its users may");
	sheet_entry(sheet, INDENT + 2, tab, "add a contact",
		rights->adds_without_consent ? "without asking" : asked);
	sheet_entry(sheet, INDENT + 2, tab, "see presence",
		rights->adds_without_consent ? "without asking" : asked);
	sheet_entry(sheet, INDENT + 2, tab, "see notes",
		rights->sees_notes ? "yes" : "never");
	sheet_entry(sheet, INDENT + 2, tab, "send messages",
		rights->writes_without_consent ? "without being a contact" : asked);
}

/* Beside what is allowed. */
static void
write_methods(struct sheet *sheet, const struct partner *p)
{
	struct arena *arena = sheet_arena(sheet);
	int width = sheet_width(sheet);

	sheet_entry(sheet, INDENT, INDENT + TAB, "would be used",
		arena_printf(arena, "out: %s; in: %s",
			standing_method(arena, &p->out, width),
			standing_method(arena, &p->in, width)));
}

/* What there is of the rest of the agreement. */
static void
write_rest(struct sheet *sheet, const struct policy *policy)
{
	struct arena *arena = sheet_arena(sheet);
	int tab = INDENT + TAB;

	sheet_entry(sheet, INDENT, tab, "keep-alive",
		policy->keep_alive == AGREED_TRUE ? "from the partner" : "none");
	if (policy->connection_limit != 0)
		sheet_entry(sheet, INDENT, tab, "connections",
			arena_printf(arena, "%d at most", policy->connection_limit));
	sheet_entry(sheet, INDENT, tab, "route by way of", policy->proxy);
	for (size_t i = 0; i < policy->additional_domains; i++)
		sheet_entry(sheet, INDENT, tab, i == 0 ? "further domains" : "",
			policy->additional_domain[i]);
	sheet_entry(sheet, INDENT, tab, "description", policy->description);
}

void
section_agreed(struct sheet *sheet, const struct shown *shown)
{
	const struct partner *p = shown->partner;
	static const char *const beginning[] = { "policy.", NULL };
	const struct finding *worst = worst_finding(p, NULL, beginning);

	if (worst != NULL && worst->status >= STATUS_WARN)
		sheet_about(sheet, (struct subject){ .check = worst->check });
	if (p->policy == NULL) {
		sheet_row(sheet);
		sheet_text(sheet, INDENT, STYLE_QUIET, "Nothing was agreed.");
	}
	write_pairs(sheet, p);
	if (p->policy == NULL)
		return;
	write_negotiation(sheet, negotiation_of(p->policy));
	write_methods(sheet, p);
	write_rights(sheet, rights_of(p->policy->type));
	write_rest(sheet, p->policy);
}
