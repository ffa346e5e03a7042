/* Endpoints and what the checks say of each phase there, so that one sees at a glance
 * which node of a cluster differs from the others. */
#include "base/text.h"
#include "model/endpoint.h"
#include "tui/sections.h"

static const struct column {
	const char *title;
	const char *beginning[4]; /* of the ids of its checks */
} columns[] = {
	{ "TCP", { "tcp.", NULL } },
	{ "stream", { "stream.", NULL } },
	{ "TLS", { "starttls.", "direct.", "tls.", NULL } },
	{ "cert", { "cert.", NULL } },
	{ "SASL", { "sasl.", NULL } },
	{ "dialback", { "dialback.", NULL } },
};

enum { COLUMNS = sizeof columns / sizeof columns[0], CELL = 9, TITLE = 9, INDENT = 4 };

/* What could not be tested weighs less than what failed. */
static int
gravity(enum status status)
{
	return status == STATUS_FAIL    ? STATUS_ERROR
	       : status == STATUS_ERROR ? STATUS_FAIL
					: (int)status;
}

static bool
begins(const char *id, const char *const *beginning)
{
	if (beginning == NULL)
		return true;
	while (*beginning != NULL)
		if (text_starts(id, *beginning++))
			return true;
	return false;
}

const struct finding *
worst_finding(const struct partner *p, const char *endpoint, const char *const *beginning)
{
	const struct finding *worst = NULL;

	for (size_t i = 0; i < p->findings; i++) {
		const struct finding *f = &p->finding[i];

		if ((endpoint == NULL || text_same(f->endpoint, endpoint)) &&
			begins(f->check, beginning) &&
			(worst == NULL || gravity(f->status) > gravity(worst->status)))
			worst = f;
	}
	return worst;
}

/* Notes are nothing to look into when one looks for what differs. */
static void
write_cell(struct sheet *sheet, int column, const struct finding *worst)
{
	enum status status = worst != NULL ? worst->status : STATUS_SKIP;

	if (status == STATUS_INFO)
		status = STATUS_PASS;
	sheet_sign(sheet, column, sign_of(status), status_names[status]);
}

/* Where there is no room for a table each cell has its title. */
static void
write_titled(struct sheet *sheet, const struct partner *p, const char *endpoint)
{
	int across = (sheet_width(sheet) - INDENT) / (TITLE + CELL);

	for (size_t i = 0; i < COLUMNS; i++) {
		int place = across > 0 ? (int)i % across : 0;
		int column = INDENT + place * (TITLE + CELL);

		if (place == 0)
			sheet_row(sheet);
		sheet_text(sheet, column, STYLE_QUIET, columns[i].title);
		write_cell(sheet, column + TITLE,
			worst_finding(p, endpoint, columns[i].beginning));
	}
}

/* In the row of the endpoint where it fits, or else in one of their own below it. */
static void
write_cells(struct sheet *sheet, const struct partner *p, const char *endpoint, int first)
{
	if (sheet_width(sheet) < INDENT + COLUMNS * CELL) {
		write_titled(sheet, p, endpoint);
		return;
	}
	if (first == INDENT)
		sheet_row(sheet);
	for (size_t i = 0; i < COLUMNS; i++)
		write_cell(sheet, first + (int)i * CELL,
			worst_finding(p, endpoint, columns[i].beginning));
}

/* The column of the first cell. */
static int
first_column(struct sheet *sheet, const struct endpoint *endpoint, size_t count)
{
	int widest = 0;

	for (size_t i = 0; i < count; i++) {
		int width = text_width(endpoint_show(sheet_arena(sheet), endpoint[i].id));

		widest = width > widest ? width : widest;
	}
	widest += INDENT;
	return widest + COLUMNS * CELL > sheet_width(sheet) ? INDENT : widest;
}

static void
write_titles(struct sheet *sheet, int first)
{
	if (sheet_width(sheet) < INDENT + COLUMNS * CELL)
		return;
	sheet_row(sheet);
	for (size_t i = 0; i < COLUMNS; i++)
		sheet_text(sheet, first + (int)i * CELL, STYLE_QUIET, columns[i].title);
}

void
section_matrix(struct sheet *sheet, const struct shown *shown)
{
	const struct partner *p = shown->partner;
	size_t count;
	const struct endpoint *endpoint = endpoints(sheet_arena(sheet), p, &count);
	int first = first_column(sheet, endpoint, count);

	if (count == 0) {
		sheet_row(sheet);
		sheet_text(sheet, 2, STYLE_QUIET, "No endpoint is known.");
		return;
	}
	write_titles(sheet, first);
	for (size_t i = 0; i < count; i++) {
		const struct finding *worst = worst_finding(p, endpoint[i].id, NULL);
		bool grave = worst != NULL && worst->status >= STATUS_WARN;

		sheet_about(sheet, (struct subject){ .check = grave ? worst->check : NULL,
					   .endpoint = endpoint[i].id });
		sheet_row(sheet);
		sheet_text(sheet, 2, STYLE_PLAIN,
			endpoint_show(sheet_arena(sheet), endpoint[i].id));
		write_cells(sheet, p, endpoint[i].id, first);
	}
}
