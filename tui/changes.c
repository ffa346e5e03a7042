/* Two rounds compared: what is new, gone, or says something else in the last one. */
#include "model/change.h"

#include "base/text.h"
#include "model/endpoint.h"
#include "tui/reading.h"
#include "tui/screen.h"
#include "tui/sections.h"
#include "tui/standing.h"

enum { INDENT = 4 };

/* --- one partner --------------------------------------------------------------------------- */

/* What happens to hold no trouble, before or now, is no news; nor are other words for the
 * same verdict, which tell times and invented names as well. */
static bool
is_news(const struct change *change)
{
	enum status was = change->was ? change->was->status : STATUS_SKIP;
	enum status is = change->is ? change->is->status : STATUS_SKIP;

	return was != is && (was >= STATUS_WARN || is >= STATUS_WARN);
}

static bool
is_same_headline(const struct headline *a, const struct headline *b)
{
	return a->method == b->method && a->proof == b->proof &&
	       text_same(a->tls, b->tls);
}

/* "out  dialback over TLS 1.3 -> none"; returns whether anything was written. */
static bool
write_headline(struct sheet *sheet, const char *label, const struct headline *was,
	const struct headline *is)
{
	struct arena *arena = sheet_arena(sheet);
	int column = 6, width = sheet_width(sheet) - column;
	const char *words[] = { standing_method(arena, was, width),
		standing_method(arena, is, width) };

	if (is_same_headline(was, is))
		return false;
	sheet_row(sheet);
	sheet_text(sheet, 2, STYLE_QUIET, label);
	column = sheet_text(sheet, column, STYLE_PLAIN, words[0]) + 1;
	if (column + 2 + text_width(words[1]) > sheet_width(sheet)) {
		sheet_row(sheet);
		column = 6;
	}
	column = sheet_glyph(sheet, column, STYLE_QUIET, GLYPH_ARROW_RIGHT) + 1;
	sheet_text(sheet, column, standing_method_style(is) | STYLE_BOLD, words[1]);
	return true;
}

/* "fail  cert.date.valid  xmpp.fabrikam.com  was pass", and what it says. */
static void
write_change(struct sheet *sheet, const struct shown *shown, const struct change *change,
	size_t index)
{
	const struct finding *f = change->is ? change->is : change->was;
	struct arena *arena = sheet_arena(sheet);
	int column;

	sheet_about(sheet, (struct subject){ .check = change->is ? f->check : NULL,
				   .endpoint = change->is ? f->endpoint : NULL,
				   .partner = index });
	sheet_row(sheet);
	column = change->is ? sheet_sign(sheet, 2, sign_of(f->status),
				      status_names[f->status])
			    : sheet_sign(sheet, 2, sign_of(STATUS_SKIP), "gone");
	column = sheet_text(sheet, column + 2, STYLE_BOLD, f->check);
	sheet_wrap(sheet, column + 2, INDENT, STYLE_QUIET,
		arena_printf(arena, "%s%swas %s",
			f->endpoint ? endpoint_show(arena, f->endpoint) : "",
			f->endpoint ? ", " : "",
			change->was ? status_names[change->was->status] : "not asked"));
	if (f->text != NULL && (f->status >= STATUS_WARN || shown->all)) {
		sheet_row(sheet);
		sheet_wrap(sheet, INDENT, INDENT, STYLE_PLAIN, f->text);
	}
}

static const struct cause *
find_cause(const struct partner *p, const struct cause *cause)
{
	for (size_t i = 0; i < p->causes; i++)
		if (text_same(p->cause[i].id, cause->id))
			return &p->cause[i];
	return NULL;
}

static void
write_cause(struct sheet *sheet, const struct cause *cause, bool gone, size_t index)
{
	int column;

	sheet_about(sheet,
		(struct subject){ .check = gone ? NULL : cause->id, .partner = index });
	sheet_row(sheet);
	column = sheet_sign(sheet, 2, sign_of(gone ? STATUS_SKIP : STATUS_FAIL),
		gone ? "gone" : "new");
	sheet_text(sheet, column + 2, STYLE_BOLD, cause->id);
	if (gone || cause->text == NULL)
		return;
	sheet_row(sheet);
	sheet_wrap(sheet, INDENT, INDENT, STYLE_PLAIN, cause->text);
}

/* Those that one round has and the other has not; returns how many. */
static size_t
write_causes(struct sheet *sheet, const struct partner *one, const struct partner *other,
	bool gone, size_t index)
{
	size_t count = 0;

	for (size_t i = 0; i < one->causes; i++) {
		if (find_cause(other, &one->cause[i]) != NULL)
			continue;
		write_cause(sheet, &one->cause[i], gone, index);
		count++;
	}
	return count;
}

static size_t
write_findings(struct sheet *sheet, const struct shown *shown, size_t index)
{
	const struct partner *is = shown->partner, *was = shown->live->before;
	size_t count, written = 0;
	const struct change *change = changes(sheet_arena(sheet), was->finding,
		was->findings, is->finding, is->findings, &count);

	for (size_t i = 0; i < count; i++) {
		if (!shown->all && !is_news(&change[i]))
			continue;
		write_change(sheet, shown, &change[i], index);
		written++;
	}
	return written;
}

/* Returns how much has changed. */
static size_t
write_changes(struct sheet *sheet, const struct shown *shown, size_t index)
{
	const struct partner *is = shown->partner, *was = shown->live->before;
	size_t written = 0;

	written += write_headline(sheet, "out", &was->out, &is->out);
	written += write_headline(sheet, "in", &was->in, &is->in);
	written += write_causes(sheet, is, was, false, index);
	written += write_causes(sheet, was, is, true, index);
	return written + write_findings(sheet, shown, index);
}

void
section_changes(struct sheet *sheet, const struct shown *shown)
{
	if (write_changes(sheet, shown, 0) > 0)
		return;
	sheet_row(sheet);
	sheet_text(sheet, 2, STYLE_GOOD, "Nothing has changed.");
}

/* --- all of them --------------------------------------------------------------------------- */

/* Written on a sheet that nobody sees. */
static bool
has_changed(struct arena *arena, const struct shown *shown, int width)
{
	return write_changes(sheet_open(arena, 0, width), shown, 0) > 0;
}

/* Its name with how it stands, as a section. */
static void
write_partner(struct sheet *sheet, const struct shown *shown, size_t index)
{
	struct standing standing = standing_of(shown->partner, shown->live);
	const char *name = shown->partner->domain.unicode;

	sheet_about(sheet, (struct subject){ .partner = index });
	sheet_section(sheet, SECTION_OPEN, 0, name);
	sheet_sign(sheet, 2 + text_width(name) + 2,
		(struct sign){ standing.glyph, standing.style }, standing.word);
	write_changes(sheet, shown, index);
}

static void
write_nothing(struct sheet *sheet, bool compared)
{
	sheet_about(sheet, (struct subject){ 0 });
	sheet_row(sheet);
	sheet_text(sheet, 0, STYLE_QUIET,
		compared ? "Between the last two rounds nothing has changed."
			 : "No partner has been through two rounds yet.");
}

/* In the order of the overview, and only those that it shows. */
static struct sheet *
make(const struct run *run, struct view *view, struct arena *arena, int width)
{
	struct sheet *sheet = sheet_open(arena, 0, width);
	bool compared = false, written = false;

	for (size_t i = 0; i < view->orders; i++) {
		size_t k = view->order[i];
		const struct shown shown = { .partner = run->partner[k],
			.live = view_live(view, k),
			.all = view_place(view)->all };

		if (shown.live == NULL || shown.live->before == NULL)
			continue;
		compared = true;
		if (!has_changed(arena, &shown, width))
			continue;
		write_partner(sheet, &shown, k + 1);
		written = true;
	}
	if (!written)
		write_nothing(sheet, compared);
	return sheet;
}

static void
draw(const struct run *run, struct view *view, struct canvas *canvas)
{
	reading_draw(make, run, view, canvas);
}

/* What is gone rests on nothing that is still there. */
static bool
act(const struct run *run, struct view *view, enum action action)
{
	struct arena *arena = arena_open();
	struct place *place = view_place(view);
	const struct sheet *sheet = make(run, view, arena, place->width);
	struct subject subject = *sheet_subject(sheet, place);
	bool done = true;

	if (action == ACTION_ALL)
		place->all = !place->all;
	else if (action == ACTION_OPEN && subject.partner != 0)
		sheet_enter(view, subject.check ? &evidence_screen : &partner_screen,
			subject);
	else if (action == ACTION_TRANSCRIPT && subject.partner != 0)
		sheet_enter(view, &transcript_screen, subject);
	else
		done = sheet_act(sheet, view, action);
	arena_close(&arena);
	return done;
}

const struct screen changes_screen = {
	.name = "changes",
	.title = "since the round before",
	.on = ON_CHANGES,
	.chooses = true,
	.draw = draw,
	.act = act,
};
