/* To add a column is a function and a row. */
#include "tui/columns.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static const char *
show_state(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	const char *sign = canvas_sign(canvas, line->standing.glyph);

	*style = line->standing.style;
	return width < 8 ? sign
			 : arena_printf(canvas_arena(canvas), "%s %s", sign,
				   line->standing.word);
}

static const char *
show_name(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	const struct partner *p = line->partner;
	const char *name = canvas_is_ascii(canvas) ? p->domain.ascii : p->domain.unicode;

	(void)width, (void)style;
	/* While we listen all of them are callers. */
	return p->role == ROLE_PARTNER || p->role == ROLE_CALLER
		       ? name
		       : arena_printf(canvas_arena(canvas), "%s (%s)", name,
				 role_names[p->role]);
}

static const char *
show_out(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	*style = standing_method_style(&line->partner->out);
	return standing_method(canvas_arena(canvas), &line->partner->out, width);
}

static const char *
show_in(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	*style = standing_method_style(&line->partner->in);
	return standing_method(canvas_arena(canvas), &line->partner->in, width);
}

/* "awaiting features, 12 s"; of the two the time is what must not be cut. */
static const char *
show_doing(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	const struct live_partner *live = line->live;
	struct arena *arena = canvas_arena(canvas);
	const char *elapsed;

	*style = STYLE_NOTE;
	if (live->doing == NULL)
		return live->waiting ? "waiting" : NULL;
	elapsed = arena_printf(arena, ", %" PRId64 " s",
		(line->view->live->now - live->since) / 1000000);
	return arena_printf(arena, "%s%s",
		canvas_cut(canvas, live->doing, width - text_width(elapsed)), elapsed);
}

/* Whole days that are left, counted from when the partner was seen. */
static const char *
show_expiry(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	int64_t expiry = standing_expiry(line->partner), left;

	if (expiry == 0)
		return NULL;
	*style = standing_expiry_style(line->partner);
	left = expiry - journal_started(line->partner->journal);
	if (left < 0)
		return width < 7 ? "past" : "expired";
	return arena_printf(canvas_arena(canvas), "%" PRId64 " d", left / 86400);
}

static const char *
show_changed(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	int64_t ago = line->view->live->clock - line->live->changed;

	(void)width, (void)style;
	if (line->live->changed == 0)
		return NULL;
	return words_span(canvas_arena(canvas), ago > 0 ? ago * 1000000 : 0);
}

static const char *
show_time(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	(void)width, (void)style;
	return line->partner->took == 0
		       ? NULL
		       : words_span(canvas_arena(canvas), line->partner->took);
}

/* Those that are over. */
static const char *
show_calls(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	(void)width, (void)style;
	return arena_printf(canvas_arena(canvas), "%u", line->live->rounds);
}

/* Past rounds as bars, the slowest a whole one. */
static const char *
show_rounds(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	const struct live_partner *live = line->live;
	size_t n = live->latencies, first = n > (size_t)width ? n - (size_t)width : 0;
	const char *bars = "";
	int64_t most = 1;

	*style = STYLE_QUIET;
	for (size_t i = first; i < n; i++)
		if (live->latency[i] > most)
			most = live->latency[i];
	for (size_t i = first; i < n; i++)
		bars = arena_printf(canvas_arena(canvas), "%s%s", bars,
			canvas_sign(canvas,
				GLYPH_BAR_1 + (enum glyph)(live->latency[i] * 7 / most)));
	return bars;
}

static const char *
show_trouble(const struct line *line, struct canvas *canvas, int width, unsigned *style)
{
	const char *trouble = standing_trouble(line->partner);

	(void)canvas, (void)width, (void)style;
	return trouble == NULL && line->partner->unfinished ? "unfinished" : trouble;
}

/* In a narrower canvas the state is its sign alone; from here on there is room for the phase
 * where others are tight; and from here on for two spaces between columns. */
enum { WORDS_FROM = 60, TIGHT_FROM = 80, LOOSE_FROM = 100 };

const struct column columns[] = {
	{ "state", 10, 10, 10, 1, 0, false, ALWAYS, SORT_TROUBLE, show_state },
	{ "partner", 12, 30, 20, 2, 1, false, ALWAYS, SORT_NAME, show_name },
	{ "out", 13, 26, 8, 3, 4, false, PROBED, SORT_OUT, show_out },
	{ "in", 13, 26, 8, 5, 5, false, ALWAYS, SORT_IN, show_in },
	/* "awaiting features, 12 s" */
	{ "phase", 23, 28, 23, 6, 2, false, LIVE, -1, show_doing },
	{ "expiry", 8, 8, 6, 4, 0, true, ALWAYS, SORT_EXPIRY, show_expiry },
	{ "changed", 8, 8, 8, 8, 0, true, IN_ROUNDS, SORT_CHANGED, show_changed },
	{ "time", 7, 7, 7, 9, 0, true, PROBED, SORT_TIME, show_time },
	{ "rounds", 8, 16, 8, 7, 6, false, IN_ROUNDS, -1, show_rounds },
	{ "calls", 5, 5, 5, 7, 0, true, LISTENING, -1, show_calls },
	{ "last", 8, 8, 8, 8, 0, true, LISTENING, SORT_CHANGED, show_changed },
	{ "trouble", 32, 44, 32, 10, 3, false, ALWAYS, -1, show_trouble },
};
const size_t columns_count = sizeof columns / sizeof columns[0];

/* What the column has at least. In what is live the names keep their room in a wide canvas,
 * too. */
static int
least(const struct column *column, int width, unsigned now)
{
	if (width < WORDS_FROM && column->importance == 1)
		return 1;
	if (!(now & LIVE) || width < TIGHT_FROM)
		return column->narrow;
	return width < LOOSE_FROM || column->tight > column->narrow ? column->tight
								    : column->narrow;
}

/* In the order of importance each gets its least, as long as there is room. Returns what
 * is left. */
static int
admit(struct columns *fit, int width, unsigned now)
{
	int left = width;

	for (int rank = 1; rank <= (int)columns_count; rank++)
		for (size_t i = 0; i < columns_count; i++) {
			int narrow = least(&columns[i], width, now);
			int needs = narrow + (rank > 1 ? fit->gap : 0);

			if (columns[i].importance != rank || needs > left ||
				!(columns[i].when & now))
				continue;
			fit->width[i] = narrow;
			left -= needs;
		}
	return left;
}

static void
widen(int *width, int wide, int *left)
{
	int more = wide - *width < *left ? wide - *width : *left;

	if (more <= 0)
		return;
	*width += more;
	*left -= more;
}

static void
grow(struct columns *fit, int left, int name)
{
	for (int turn = 1; turn <= (int)columns_count; turn++)
		for (size_t i = 0; i < columns_count; i++) {
			int wide = columns[i].wide;

			if (columns[i].growth != turn || fit->width[i] == 0)
				continue;
			if (columns[i].sort == SORT_NAME && name < wide)
				wide = name;
			widen(&fit->width[i], wide, &left);
		}
	if (fit->width[columns_count - 1] > 0)
		fit->width[columns_count - 1] += left;
}

struct columns
columns_fit(int width, int name, unsigned now)
{
	struct columns fit = { .gap = width < LOOSE_FROM ? 1 : 2 };

	grow(&fit, admit(&fit, width, now), name);
	return fit;
}

void
columns_titles(const struct columns *fit, const struct view *view, struct canvas *canvas,
	int row)
{
	int column = 0;

	for (size_t i = 0; i < columns_count; i++) {
		bool sorted = columns[i].sort == (int)view->sort;
		const char *title = columns[i].title;

		if (fit->width[i] == 0)
			continue;
		if (sorted && fit->width[i] > 1)
			title = arena_printf(canvas_arena(canvas), "%s%s",
				canvas_cut(canvas, title, fit->width[i] - 1),
				canvas_sign(canvas, view->backwards ? GLYPH_ARROW_UP
								    : GLYPH_ARROW_DOWN));
		else if (fit->width[i] == 1)
			title = sorted ? canvas_sign(canvas, view->backwards
								     ? GLYPH_ARROW_UP
								     : GLYPH_ARROW_DOWN)
				       : " ";
		column = (columns[i].right ? canvas_cell_right : canvas_cell)(
			canvas, row, column, fit->width[i], STYLE_TITLE, title);
		column += fit->gap;
	}
}

void
columns_line(const struct columns *fit, const struct line *line, struct canvas *canvas,
	int row, bool selected)
{
	int column = 0;

	for (size_t i = 0; i < columns_count; i++) {
		unsigned style = STYLE_PLAIN;
		const char *text;

		if (fit->width[i] == 0)
			continue;
		text = columns[i].show(line, canvas, fit->width[i], &style);
		column = (columns[i].right ? canvas_cell_right : canvas_cell)(
			canvas, row, column, fit->width[i], style, text ? text : "");
		column += fit->gap;
	}
	if (selected)
		canvas_tint(canvas, row, 0, canvas_width(canvas), STYLE_SELECTED);
}
