/* One partner: how it stands, then section by section what is wrong, how one gets there, and
 * what was seen on the way. */
#include "base/text.h"
#include "tui/reading.h"
#include "tui/screen.h"
#include "tui/sections.h"
#include "tui/standing.h"
#include "tui/words.h"

/* --- how it stands -------------------------------------------------------------------------- */

static const char *
role_words(struct arena *arena, const struct partner *p)
{
	if (p->role == ROLE_ADDITIONAL && p->primary != NULL)
		return arena_printf(arena, ", a further domain of %s",
			domain_unicode(arena, p->primary));
	return p->role == ROLE_OWN      ? ", our own domain"
	       : p->role == ROLE_FILE   ? ", a certificate on disk"
	       : p->role == ROLE_CALLER ? ", it called us"
					: "";
}

/* "32 observations in 1.2 s, unfinished" */
static const char *
seen_words(struct arena *arena, const struct partner *p)
{
	size_t seen = journal_size(p->journal);

	return arena_printf(arena, "%zu observation%s%s%s%s%s", seen,
		seen == 1 ? "" : "s", p->took ? " in " : "",
		p->took ? words_took(arena, p->took) : "",
		p->unfinished ? ", unfinished" : "", role_words(arena, p));
}

/* In one row; why it is so comes behind what is wrong. */
static void
write_headline(struct sheet *sheet, const char *label, const struct headline *h)
{
	sheet_row(sheet);
	sheet_text(sheet, 2, STYLE_QUIET, label);
	sheet_text(sheet, 6, standing_method_style(h) | STYLE_BOLD,
		standing_method(sheet_arena(sheet), h, sheet_width(sheet) - 6));
}

static void
write_doing(struct sheet *sheet, const struct live *live, const struct live_partner *p)
{
	struct arena *arena = sheet_arena(sheet);

	if (p == NULL || p->doing == NULL)
		return;
	sheet_row(sheet);
	sheet_sign(sheet, 0, (struct sign){ GLYPH_RUNNING, STYLE_NOTE },
		arena_printf(arena, "%s, %s", p->doing,
			words_span(arena, live->now - p->since)));
}

static void
write_standing(struct sheet *sheet, const struct partner *p, const struct live *live,
	const struct live_partner *live_partner)
{
	struct standing standing = standing_of(p, live_partner);
	int column;

	sheet_row(sheet);
	column = sheet_sign(
		sheet, 0, (struct sign){ standing.glyph, standing.style }, standing.word);
	sheet_wrap(sheet, column + 2, 2, STYLE_QUIET, seen_words(sheet_arena(sheet), p));
	write_doing(sheet, live, live_partner);
	if (p->role == ROLE_FILE)
		return;
	write_headline(sheet, "out", &p->out);
	write_headline(sheet, "in", &p->in);
}

/* --- the sections --------------------------------------------------------------------------- */

static void
write_reason(struct sheet *sheet, const char *label, const struct headline *h)
{
	struct arena *arena = sheet_arena(sheet);
	const char *title = standing_method(arena, h, sheet_width(sheet));

	sheet_entry(sheet, 2, 6, label,
		h->reason ? arena_printf(arena, "%s: %s", title, h->reason) : title);
}

static void
section_headlines(struct sheet *sheet, const struct shown *shown)
{
	write_reason(sheet, "out", &shown->partner->out);
	write_reason(sheet, "in", &shown->partner->in);
}

/* What a section is there for, and when. */
enum {
	WHERE_PROBED = 1,
	WHERE_CALLER = 2, /* of partners that only called us */
	WHERE_FILE = 4,   /* of a certificate on disk, to which nobody connects */
	EVERYWHERE = WHERE_PROBED | WHERE_CALLER | WHERE_FILE,
	IF_ROUNDS = 8, /* only where there was a round before */
	IF_CALLS = 16, /* whoever it is, only where it called */
	GROWS = 32     /* shows what is being seen now */
};

static const struct {
	const char *title;
	void (*write)(struct sheet *sheet, const struct shown *shown);
	unsigned when;
} sections[] = {
	{ "What is wrong", section_trouble, EVERYWHERE },
	{ "Since the round before", section_changes, WHERE_PROBED | IF_ROUNDS },
	{ "When it called", section_calls, IF_CALLS | GROWS },
	{ "If the servers connected now", section_headlines,
		WHERE_PROBED | WHERE_CALLER },
	{ "The path", section_path, WHERE_PROBED | GROWS },
	{ "Endpoints", section_matrix, WHERE_PROBED },
	{ "Certificates", section_chain, EVERYWHERE },
	{ "Agreed and seen", section_agreed, WHERE_PROBED | WHERE_CALLER },
};

enum { SECTIONS = sizeof sections / sizeof sections[0] };

static bool
is_wanted(unsigned section, const struct shown *shown)
{
	const struct partner *p = shown->partner;
	unsigned when = sections[section].when;
	size_t calls;

	(void)journal_kind(p->journal, FACT_INBOUND, &calls);
	if (when & IF_CALLS)
		return p->role == ROLE_CALLER || calls > 0;
	if (!(when & (p->role == ROLE_FILE            ? WHERE_FILE
			     : p->role == ROLE_CALLER ? WHERE_CALLER
						      : WHERE_PROBED)))
		return false;
	return !(when & IF_ROUNDS) ||
	       (shown->live != NULL && shown->live->before != NULL);
}

/* The title, and a line up to the edge. */
static bool
write_heading(struct sheet *sheet, unsigned i)
{
	bool open = sheet_section(sheet, i, 0, sections[i].title);
	int behind = 2 + text_width(sections[i].title) + 1;

	sheet_line(sheet, behind, sheet_width(sheet) - behind, STYLE_QUIET,
		GLYPH_HORIZONTAL);
	return open;
}

static struct sheet *
make(const struct run *run, struct view *view, struct arena *arena, int width)
{
	const struct place *place = view_place(view);
	struct sheet *sheet = sheet_open(arena, place->folded, width);
	struct shown shown = { .partner = view_partner(run, view), .all = place->all };
	struct shown now;

	if (shown.partner == NULL)
		return sheet;
	shown.live = view_live(view, place->partner);
	now = shown;
	if (view_growing(view) != NULL) {
		now.partner = view_growing(view);
		now.growing = true;
	}
	write_standing(sheet, shown.partner, view->live, shown.live);
	for (unsigned i = 0; i < SECTIONS; i++) {
		if (!is_wanted(i, &shown))
			continue;
		sheet_about(sheet, (struct subject){ 0 });
		if (write_heading(sheet, i))
			sections[i].write(
				sheet, sections[i].when & GROWS ? &now : &shown);
	}
	return sheet;
}

/* --- the screen ----------------------------------------------------------------------------- */

static void
draw(const struct run *run, struct view *view, struct canvas *canvas)
{
	reading_draw(make, run, view, canvas);
}

/* Who does not ask about a finding wants to see what goes over the wire now. */
static struct subject
latest(struct subject subject)
{
	if (subject.check == NULL && subject.observation == 0)
		subject.growing = true;
	return subject;
}

static bool
act(const struct run *run, struct view *view, enum action action)
{
	struct arena *arena = arena_open();
	struct place *place = view_place(view);
	const struct sheet *sheet = make(run, view, arena, place->width);
	bool done = true;

	if (action == ACTION_OPEN || action == ACTION_EVIDENCE)
		sheet_enter(view, &evidence_screen, *sheet_subject(sheet, place));
	else if (action == ACTION_TRANSCRIPT)
		sheet_enter(
			view, &transcript_screen, latest(*sheet_subject(sheet, place)));
	else if (action == ACTION_ALL)
		place->all = !place->all;
	else
		done = sheet_act(sheet, view, action);
	arena_close(&arena);
	return done;
}

const struct screen partner_screen = {
	.name = "partner",
	.title = "partner",
	.on = ON_PARTNER,
	.chooses = true,
	.draw = draw,
	.act = act,
};
