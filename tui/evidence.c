/* What a finding rests on: each observation that it cites, with all that was seen. */
#include "base/text.h"
#include "model/endpoint.h"
#include "tui/fields.h"
#include "tui/reading.h"
#include "tui/screen.h"

enum { TAB = 24, HEAD = 12, INDENT = 2 };

/* What the place asks for; no check asks for every observation. */
struct asking {
	const struct partner *partner;
	const char *check, *endpoint;
};

static bool
is_asked(const struct asking *asking, const struct finding *f)
{
	return text_same(f->check, asking->check) &&
	       (*asking->endpoint == '\0' || text_same(f->endpoint, asking->endpoint));
}

/* --- which ones --------------------------------------------------------------------------- */

static void
mark(bool *cited, size_t size, const unsigned *evidence, size_t evidences)
{
	for (size_t i = 0; i < evidences; i++)
		if (evidence[i] >= 1 && evidence[i] <= size)
			cited[evidence[i]] = true;
}

/* By number, from 1. */
static const bool *
cited(struct arena *arena, const struct asking *asking)
{
	const struct partner *p = asking->partner;
	size_t size = journal_size(p->journal);
	bool *cited = arena_alloc(arena, (size + 1) * sizeof *cited);

	for (size_t i = 0; i < p->findings; i++)
		if (is_asked(asking, &p->finding[i]))
			mark(cited, size, p->finding[i].evidence,
				p->finding[i].evidences);
	for (size_t i = 0; i < p->causes; i++)
		if (text_same(p->cause[i].id, asking->check))
			mark(cited, size, p->cause[i].evidence, p->cause[i].evidences);
	for (unsigned n = 1; asking->check == NULL && n <= size; n++)
		cited[n] =
			*asking->endpoint == '\0' ||
			text_same(journal_at(p->journal, n)->endpoint, asking->endpoint);
	return cited;
}

/* --- what it is about --------------------------------------------------------------------- */

static void
write_finding(struct sheet *sheet, const struct finding *f, bool first)
{
	struct arena *arena = sheet_arena(sheet);
	const struct check *row = first ? f->row : NULL;
	int column;

	sheet_row(sheet);
	column = sheet_sign(sheet, 0, sign_of(f->status), status_names[f->status]);
	sheet_wrap(sheet, column + 2, INDENT, STYLE_PLAIN,
		f->endpoint ? arena_printf(arena, "%s  %s", f->check,
				      endpoint_show(arena, f->endpoint))
			    : f->check);
	if (row != NULL) {
		sheet_entry(sheet, INDENT, HEAD, "asks", row->title);
		sheet_entry(sheet, INDENT, HEAD, "why", row->why);
		sheet_entry(sheet, INDENT, HEAD, "source", row->source);
	}
	sheet_entry(sheet, INDENT, HEAD, "found", f->text);
	if (f->status >= STATUS_WARN)
		sheet_entry(sheet, INDENT, HEAD, "remedy", f->remedy);
	sheet_entry(sheet, INDENT, HEAD, "because", f->because);
	sheet_entry(sheet, INDENT, HEAD, "cause", f->cause);
}

static void
write_cause(struct sheet *sheet, const struct partner *p, const struct cause *c)
{
	sheet_row(sheet);
	sheet_text(sheet, 0, STYLE_BOLD, c->id);
	sheet_entry(sheet, INDENT, HEAD, "found", c->text);
	sheet_entry(sheet, INDENT, HEAD, "remedy", c->remedy);
	sheet_entry(
		sheet, INDENT, HEAD, "acts", owner_show(sheet_arena(sheet), p, c->owner));
	sheet_entry(sheet, INDENT, HEAD, "how sure", confidence_names[c->confidence]);
}

static void
write_head(struct sheet *sheet, const struct asking *asking)
{
	const struct partner *p = asking->partner;
	bool first = true;

	for (size_t i = 0; i < p->causes; i++)
		if (text_same(p->cause[i].id, asking->check))
			write_cause(sheet, p, &p->cause[i]);
	for (size_t i = 0; asking->check != NULL && i < p->findings; i++) {
		if (!is_asked(asking, &p->finding[i]))
			continue;
		write_finding(sheet, &p->finding[i], first);
		first = false;
	}
	if (asking->check != NULL)
		return;
	sheet_row(sheet);
	sheet_wrap(sheet, 0, INDENT, STYLE_PLAIN,
		*asking->endpoint == '\0'
			? "Every observation"
			: arena_printf(sheet_arena(sheet), "Every observation at %s",
				  endpoint_show(sheet_arena(sheet), asking->endpoint)));
}

/* --- the observations --------------------------------------------------------------------- */

static void
write_observation(struct sheet *sheet, const struct observation *o)
{
	struct arena *arena = sheet_arena(sheet);
	const struct record *record = fact_record(o->kind);
	const char *title = arena_printf(arena, "%u %s", o->number, record->name);
	bool open;

	sheet_about(sheet,
		(struct subject){ .endpoint = o->endpoint, .observation = o->number });
	open = sheet_section(sheet, o->kind, 0, title);
	sheet_sign(sheet, INDENT + text_width(title) + 2, outcome_sign(o->outcome),
		outcome_names[o->outcome]);
	if (!open)
		return;
	sheet_entry(sheet, INDENT, INDENT + TAB, "at",
		arena_printf(arena, "%.3f ms", (double)o->at / 1000));
	sheet_entry(sheet, INDENT, INDENT + TAB, "took",
		arena_printf(arena, "%.3f ms", (double)o->took / 1000));
	sheet_entry(sheet, INDENT, INDENT + TAB, "probe", o->probe);
	if (o->endpoint != NULL)
		sheet_entry(sheet, INDENT, INDENT + TAB, "endpoint",
			endpoint_show(arena, o->endpoint));
	sheet_entry(sheet, INDENT, INDENT + TAB, "detail", o->detail);
	fields_write(sheet, INDENT, record, o->fact);
}

/* The words above the observations lead to where the first of them was made. */
static void
about_first(struct sheet *sheet, const struct journal *journal, const bool *shown)
{
	for (unsigned n = 1; n <= journal_size(journal); n++) {
		if (!shown[n])
			continue;
		sheet_about(sheet,
			(struct subject){ .endpoint = journal_at(journal, n)->endpoint,
				.observation = n });
		return;
	}
}

static struct sheet *
make(const struct run *run, struct view *view, struct arena *arena, int width)
{
	const struct place *place = view_place(view);
	const struct asking asking = { view_partner(run, view), place->check,
		place->endpoint };
	struct sheet *sheet = sheet_open(arena, place->folded, width);
	const bool *shown;
	bool none = true;

	if (asking.partner == NULL)
		return sheet;
	shown = cited(arena, &asking);
	about_first(sheet, asking.partner->journal, shown);
	write_head(sheet, &asking);
	for (unsigned n = 1; n <= journal_size(asking.partner->journal); n++) {
		if (!shown[n])
			continue;
		write_observation(sheet, journal_at(asking.partner->journal, n));
		none = false;
	}
	if (none) {
		sheet_row(sheet);
		sheet_text(sheet, 0, STYLE_QUIET, "It rests on no observation.");
	}
	return sheet;
}

static void
draw(const struct run *run, struct view *view, struct canvas *canvas)
{
	reading_draw(make, run, view, canvas);
}

static bool
act(const struct run *run, struct view *view, enum action action)
{
	return reading_act(
		make, run, view, action, ACTION_TRANSCRIPT, &transcript_screen);
}

const struct screen evidence_screen = {
	.name = "evidence",
	.title = "evidence",
	.on = ON_EVIDENCE,
	.chooses = true,
	.draw = draw,
	.act = act,
};
