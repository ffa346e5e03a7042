/* What went over the wire, connection by connection: XML a tag on a line, and between it
 * what was asked of DNS, agreed on in TLS, and shown as certificates. Secrets were hidden
 * before they came into the journal. */
#include "base/text.h"
#include "model/endpoint.h"
#include "tui/fields.h"
#include "tui/markup.h"
#include "tui/reading.h"
#include "tui/screen.h"
#include "tui/words.h"

enum {
	TIME = 7,  /* columns of a time */
	BODY = 14, /* where the text stands, if there is room */
	BODY_NARROW = 4,
	DEEPEST = 8, /* what is deeper is indented no further */
	CONNECTIONS = SECTION_OPEN - FACT_KINDS /* that can be folded */
};

/* What is not repeated by the XML beside it, and so is open from the beginning. */
enum {
	OPEN = 1 << FACT_WIRE | 1 << FACT_DNS | 1 << FACT_TLS | 1 << FACT_CERTIFICATE,
	CLOSED = ((1 << FACT_KINDS) - 1) & ~OPEN
};

/* One connection of a probe, or all that a probe saw without one. */
struct connection {
	const char *probe, *endpoint;
	unsigned *number; /* of its observations */
	size_t numbers;
	struct markup ours, theirs;
};

struct connections {
	struct connection *of;
	size_t count;
};

/* --- sorting out ---------------------------------------------------------------------------- */

/* The latest first: what was seen last is likely to go on. */
static struct connection *
connection_of(struct arena *arena, struct connections *all, const struct observation *o)
{
	struct connection *c;

	for (size_t i = all->count; i > 0; i--) {
		c = &all->of[i - 1];
		if (text_same(o->endpoint, c->endpoint) && text_same(o->probe, c->probe))
			return c;
	}
	all->of = arena_grow(arena, all->of, all->count, sizeof *all->of);
	c = &all->of[all->count++];
	c->probe = o->probe;
	c->endpoint = o->endpoint;
	return c;
}

/* At one endpoint; "" for all of them, and DNS. */
static struct connections
sort_out(struct arena *arena, const struct journal *journal, const char *endpoint)
{
	struct connections all = { 0 };

	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);
		struct connection *c;

		if (*endpoint != '\0' && !text_same(o->endpoint, endpoint))
			continue;
		c = connection_of(arena, &all, o);
		c->number = arena_grow(arena, c->number, c->numbers, sizeof *c->number);
		c->number[c->numbers++] = n;
	}
	return all;
}

/* --- one observation ------------------------------------------------------------------------ */

static int
body(const struct sheet *sheet)
{
	return sheet_is_narrow(sheet) ? BODY_NARROW : BODY;
}

/* The beginning of its heading: the time. Returns whether it is open. */
static bool
begin(struct sheet *sheet, const struct observation *o, int *column)
{
	struct arena *arena = sheet_arena(sheet);
	bool open;

	sheet_about(sheet,
		(struct subject){ .endpoint = o->endpoint, .observation = o->number });
	open = sheet_section(sheet, o->kind, 2, "");
	*column = sheet_text(sheet, 4, STYLE_QUIET,
		arena_printf(arena, "%*s", TIME, words_took(arena, o->at)));
	return open;
}

static void
write_line(
	struct sheet *sheet, int column, unsigned style, const struct markup_line *line)
{
	int depth = line->depth < DEEPEST ? line->depth : DEEPEST;
	int indent = column + 2 * depth;

	sheet_wrap(sheet, indent, indent + 4, style,
		arena_text(sheet_arena(sheet), line->text, line->length));
}

/* Folded it is what fits on the row. */
static void
write_wire(struct sheet *sheet, const struct observation *o, struct connection *c)
{
	const struct wire_fact *wire = o->fact;
	struct markup *markup = wire->sent ? &c->ours : &c->theirs;
	unsigned style = wire->sent ? STYLE_SENT : STYLE_RECEIVED;
	struct markup_line line;
	int column, at = body(sheet);
	bool open = begin(sheet, o, &column), same_row = at > column;

	sheet_glyph(sheet, column + 1, style,
		wire->sent ? GLYPH_ARROW_RIGHT : GLYPH_ARROW_LEFT);
	markup->rest = wire->text ? wire->text : "";
	if (!open)
		sheet_text(sheet, column + 3, style, markup->rest);
	else if (!same_row)
		sheet_text(sheet, column + 3, STYLE_QUIET,
			wire->phase >= PHASE_TLS ? "inside TLS" : "in clear");
	while (markup_next(markup, &line)) {
		if (!open)
			continue;
		if (!same_row)
			sheet_row(sheet);
		same_row = false;
		write_line(sheet, at, style, &line);
	}
}

/* One record on a line, as a zone file has it. */
static void
write_dns(struct sheet *sheet, const struct observation *o, int at)
{
	const struct dns_fact *dns = o->fact;
	struct arena *arena = sheet_arena(sheet);
	const struct field *list = record_field(fact_record(FACT_DNS), "record");

	for (size_t i = 0; i < dns->records; i++) {
		const struct dns_record *r = &dns->record[i];

		sheet_row(sheet);
		sheet_wrap(sheet, at, at + 2, STYLE_PLAIN,
			r->data ? arena_printf(arena, "%s %d %s %s",
					  r->owner ? r->owner : "", r->ttl,
					  dns_type_names[r->type], r->data)
				: fields_words(arena, list->record, r));
	}
}

static void
write_fields(struct sheet *sheet, const struct observation *o, int at)
{
	const char *words =
		fields_words(sheet_arena(sheet), fact_record(o->kind), o->fact);

	if (*words != '\0')
		sheet_row(sheet);
	sheet_wrap(sheet, at, at, STYLE_PLAIN, words);
}

/* "tls", "SRV _xmpp-server._tcp.fabrikam.com: NXDOMAIN" */
static const char *
title_of(struct arena *arena, const struct observation *o)
{
	const struct dns_fact *dns = o->fact;

	if (o->kind != FACT_DNS)
		return fact_record(o->kind)->name;
	return arena_printf(arena, "%s %s: %s", dns_type_names[dns->type],
		dns->name ? dns->name : "", dns_rcode_names[dns->rcode]);
}

static void
write_other(struct sheet *sheet, const struct observation *o)
{
	struct arena *arena = sheet_arena(sheet);
	int column, at = body(sheet);
	bool open = begin(sheet, o, &column);

	column = at > column ? at : column + 1;
	if (o->outcome != OUTCOME_OK)
		column = 2 + sheet_sign(sheet, column, outcome_sign(o->outcome),
				     outcome_names[o->outcome]);
	sheet_wrap(sheet, column, at, STYLE_NOTE,
		arena_printf(arena, "%s, took %s%s%s", title_of(arena, o),
			words_took(arena, o->took), o->detail ? ": " : "",
			o->detail ? o->detail : ""));
	if (open && o->kind == FACT_DNS)
		write_dns(sheet, o, at);
	else if (open)
		write_fields(sheet, o, at);
}

/* --- the sheet ------------------------------------------------------------------------------ */

static void
write_connection(struct sheet *sheet, const struct journal *journal, struct connection *c,
	size_t index)
{
	struct arena *arena = sheet_arena(sheet);
	const char *where = c->endpoint ? endpoint_show(arena, c->endpoint) : "";

	sheet_about(sheet, (struct subject){ .endpoint = c->endpoint });
	if (!sheet_section(sheet,
		    index < CONNECTIONS ? FACT_KINDS + (unsigned)index : SECTION_OPEN, 0,
		    arena_printf(arena, "%s  %s", c->probe ? c->probe : "", where)))
		return;
	for (size_t i = 0; i < c->numbers; i++) {
		const struct observation *o = journal_at(journal, c->number[i]);

		if (o->kind == FACT_WIRE)
			write_wire(sheet, o, c);
		else
			write_other(sheet, o);
	}
}

static struct sheet *
make(const struct run *run, struct view *view, struct arena *arena, int width)
{
	const struct place *place = view_place(view);
	const struct partner *p = view_partner(run, view);
	struct sheet *sheet = sheet_open(arena, place->folded ^ CLOSED, width);
	struct connections all = { 0 };

	if (p != NULL)
		all = sort_out(arena, p->journal, place->endpoint);
	for (size_t i = 0; i < all.count; i++)
		write_connection(sheet, p->journal, &all.of[i], i);
	if (all.count == 0) {
		sheet_row(sheet);
		sheet_text(sheet, 0, STYLE_QUIET, "Nothing was seen yet.");
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
	return reading_act(make, run, view, action, ACTION_EVIDENCE, &evidence_screen);
}

const struct screen transcript_screen = {
	.name = "transcript",
	.title = "transcript",
	.on = ON_TRANSCRIPT,
	.chooses = true,
	.draw = draw,
	.act = act,
};
