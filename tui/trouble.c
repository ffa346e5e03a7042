/* What is wrong, before anything else: the causes, then what no cause explains, and last,
 * when it is wanted, every finding there is. */
#include "base/text.h"
#include "model/endpoint.h"
#include "tui/sections.h"

enum { INDENT = 4 };

/* As grave as the worst that it explains. */
static enum status
cause_status(const struct partner *p, const struct cause *c)
{
	enum status worst = STATUS_SKIP;

	for (size_t i = 0; i < p->findings; i++)
		if (text_same(p->finding[i].cause, c->id) && p->finding[i].status > worst)
			worst = p->finding[i].status;
	return worst < STATUS_WARN ? STATUS_FAIL : worst;
}

static void
write_remedy(struct sheet *sheet, const char *remedy)
{
	if (remedy == NULL)
		return;
	sheet_row(sheet);
	sheet_glyph(sheet, INDENT, STYLE_KEY, GLYPH_ARROW_RIGHT);
	sheet_wrap(sheet, INDENT + 2, INDENT + 2, STYLE_PLAIN, remedy);
}

static void
write_cause(struct sheet *sheet, const struct partner *p, const struct cause *c)
{
	struct arena *arena = sheet_arena(sheet);
	struct sign sign = sign_of(cause_status(p, c));
	int column;

	sheet_about(sheet, (struct subject){ .check = c->id });
	sheet_row(sheet);
	sheet_glyph(sheet, 2, sign.style, sign.glyph);
	column = sheet_text(sheet, INDENT, STYLE_BOLD, c->id);
	if (c->confidence != CONFIDENCE_CERTAIN)
		column = sheet_text(sheet, column + 1, STYLE_QUIET,
			arena_printf(arena, "(%s)", confidence_names[c->confidence]));
	sheet_wrap(sheet, column + 2, INDENT, STYLE_QUIET, c->endpoints);
	if (c->text != NULL) {
		sheet_row(sheet);
		sheet_wrap(sheet, INDENT, INDENT, STYLE_PLAIN, c->text);
	}
	sheet_row(sheet);
	column = sheet_text(sheet, INDENT, STYLE_QUIET, "who must act:");
	sheet_wrap(sheet, column + 1, INDENT + 2, STYLE_PLAIN,
		owner_show(arena, p, c->owner));
	write_remedy(sheet, c->remedy);
}

/* --- findings ------------------------------------------------------------------------------- */

static bool
is_unexplained(const struct finding *f)
{
	return f->status >= STATUS_WARN && f->cause == NULL;
}

/* Whether two endpoints are told the same. */
static bool
says_same(const struct finding *a, const struct finding *b)
{
	return a->status == b->status && text_same(a->text, b->text) &&
	       text_same(a->cause, b->cause) && text_same(a->because, b->because);
}

/* How many endpoints are told what finding i says; 0 when one before it says the same.
 * What a check has found stands together, so that one need not look far. */
static size_t
count_same(const struct partner *p, size_t i)
{
	const struct finding *f = &p->finding[i];
	size_t same = 1;

	for (size_t k = i; k > 0 && text_same(p->finding[k - 1].check, f->check); k--)
		if (says_same(&p->finding[k - 1], f))
			return 0;
	for (size_t k = i + 1;
		k < p->findings && text_same(p->finding[k].check, f->check); k++)
		same += says_same(&p->finding[k], f);
	return same;
}

static void
write_finding(struct sheet *sheet, const struct finding *f, size_t same)
{
	struct arena *arena = sheet_arena(sheet);
	const char *text = f->text;
	int column;

	if (text == NULL && f->status >= STATUS_WARN && f->row != NULL)
		text = f->row->title;
	sheet_about(sheet, (struct subject){ .check = f->check,
				   .endpoint = same == 1 ? f->endpoint : NULL });
	sheet_row(sheet);
	column = sheet_sign(sheet, 2, sign_of(f->status), status_names[f->status]);
	column = sheet_text(sheet, column + 2, STYLE_BOLD, f->check);
	if (f->status >= STATUS_WARN)
		column = sheet_text(
			sheet, column + 2, STYLE_QUIET, severity_names[f->severity]);
	if (same > 1)
		sheet_text(sheet, column + 2, STYLE_QUIET,
			arena_printf(arena, "at %zu endpoints", same));
	else if (f->endpoint != NULL)
		sheet_wrap(sheet, column + 2, INDENT, STYLE_QUIET,
			endpoint_show(arena, f->endpoint));
	if (text != NULL) {
		sheet_row(sheet);
		sheet_wrap(sheet, INDENT, INDENT, STYLE_PLAIN, text);
	}
	if (f->status >= STATUS_WARN)
		write_remedy(sheet, f->remedy);
}

/* One line each, but for what it says. */
static void
write_brief(struct sheet *sheet, const struct finding *f, size_t same)
{
	struct arena *arena = sheet_arena(sheet);
	const char *why = f->text;

	if (f->status == STATUS_SKIP && f->because != NULL)
		why = arena_printf(arena, "because of %s", f->because);
	else if (f->status >= STATUS_WARN && f->cause != NULL)
		why = arena_printf(arena, "explained by %s", f->cause);
	sheet_about(sheet, (struct subject){ .check = f->check,
				   .endpoint = same == 1 ? f->endpoint : NULL });
	sheet_row(sheet);
	sheet_sign(sheet, 2, sign_of(f->status), status_names[f->status]);
	sheet_wrap(sheet, 10, 10 + 2, STYLE_PLAIN,
		same == 1 ? f->check
			  : arena_printf(arena, "%s (%zu endpoints)", f->check, same));
	if (why != NULL) {
		sheet_row(sheet);
		sheet_wrap(sheet, 10 + 2, 10 + 2, STYLE_QUIET, why);
	}
}

void
section_trouble(struct sheet *sheet, const struct shown *shown)
{
	const struct partner *p = shown->partner;
	bool none = p->causes == 0;

	for (size_t i = 0; i < p->causes; i++)
		write_cause(sheet, p, &p->cause[i]);
	for (size_t i = 0; i < p->findings; i++) {
		size_t same = is_unexplained(&p->finding[i]) ? count_same(p, i) : 0;

		if (same == 0)
			continue;
		write_finding(sheet, &p->finding[i], same);
		none = false;
	}
	if (none) {
		sheet_row(sheet);
		sheet_text(sheet, 2, p->findings ? STYLE_GOOD : STYLE_QUIET,
			p->findings ? "Nothing." : "Nothing was judged yet.");
	}
	for (size_t i = 0; shown->all && i < p->findings; i++) {
		size_t same = is_unexplained(&p->finding[i]) ? 0 : count_same(p, i);

		if (same != 0)
			write_brief(sheet, &p->finding[i], same);
	}
}
