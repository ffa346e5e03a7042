/* The report for people: one line per partner first, then the causes and not the
 * symptoms. What has a colour also has a word, so that nothing is lost on paper. */
#include "report/format.h"

#include "base/text.h"
#include "model/endpoint.h"
#include "model/path.h"
#include "report/agreement.h"
#include "report/checklist.h"
#include "report/page.h"
#include "report/sent.h"
#include "report/worth.h"

#include <inttypes.h>
#include <string.h>

/* The cells of the first line, and how wide they are. */
struct cells {
	const char *domain, *out, *in, *took;
};
struct columns {
	int domain, out, in, took;
};

struct tally {
	size_t of[STATUS_ERROR + 1];
	size_t all;
};

static const struct {
	const char *symbol, *colour;
} shown[] = {
	[STATUS_SKIP] = { "-", NULL },
	[STATUS_PASS] = { "✓", GREEN },
	[STATUS_INFO] = { "i", NULL },
	[STATUS_WARN] = { "!", YELLOW },
	[STATUS_FAIL] = { "✗", RED },
	[STATUS_ERROR] = { "?", RED },
};

/* --- counting ---------------------------------------------------------------------- */

/* Of one endpoint, or NULL for all findings. */
static struct tally
count(const struct partner *p, const char *endpoint)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < p->findings; i++)
		if (endpoint == NULL || text_same(p->finding[i].endpoint, endpoint)) {
			tally.of[p->finding[i].status]++;
			tally.all++;
		}
	return tally;
}

static enum status
worst(const struct tally *tally)
{
	static const enum status order[] = { STATUS_FAIL, STATUS_ERROR, STATUS_WARN };

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
		if (tally->of[order[i]] != 0)
			return order[i];
	return tally->all == tally->of[STATUS_SKIP] ? STATUS_SKIP : STATUS_PASS;
}

static const char *
append(struct arena *arena, const char *list, const char *words)
{
	return list ? arena_printf(arena, "%s, %s", list, words) : words;
}

/* "2 failures, 1 warning"; NULL when nothing is wrong. */
static const char *
tally_words(struct arena *arena, const struct tally *tally)
{
	static const struct {
		enum status status;
		const char *word;
	} part[] = { { STATUS_FAIL, "failure" }, { STATUS_ERROR, "error" },
		{ STATUS_WARN, "warning" } };
	const char *list = NULL;

	for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
		size_t n = tally->of[part[i].status];

		if (n != 0)
			list = append(arena, list,
				arena_printf(arena, "%zu %s%s", n, part[i].word,
					n == 1 ? "" : "s"));
	}
	return list;
}

/* --- the headline ------------------------------------------------------------------ */

/* "SASL EXTERNAL over TLS 1.3 (offered)". */
static const char *
method_words(struct arena *arena, const struct headline *h)
{
	const char *title = method_titles[h->method];
	const char *words = title;

	if (h->tls != NULL && text_ends(title, "TLS") && text_starts(h->tls, "TLS"))
		words = arena_printf(arena, "%.*s%s",
			(int)(strlen(title) - strlen("TLS")), title, h->tls);
	else if (h->tls != NULL)
		words = arena_printf(arena, "%s with %s", title, h->tls);
	if (h->proof == PROOF_DONE || h->method <= METHOD_NONE)
		return words;
	return arena_printf(arena, "%s (%s)", words, proof_names[h->proof]);
}

static const char *
name_of(struct page *page, const struct partner *p)
{
	if (p->role != ROLE_OWN)
		return p->domain.unicode;
	return arena_printf(page->arena, "%s (our own)", p->domain.unicode);
}

static struct cells
cells_of(struct page *page, const struct partner *p)
{
	int64_t hundredths = (p->took + 5000) / 10000;

	return (struct cells){
		.domain = page_safe(page, name_of(page, p)),
		.out = page_safe(page, method_words(page->arena, &p->out)),
		.in = page_safe(page, method_words(page->arena, &p->in)),
		.took = arena_printf(page->arena, "%" PRId64 ".%02d s", hundredths / 100,
			(int)(hundredths % 100)),
	};
}

static void
widen(int *width, const char *cell)
{
	int w = text_width(cell);

	if (*width < w)
		*width = w;
}

static struct columns
measure(struct page *page, const struct run *run)
{
	struct columns columns = { 0 };

	for (size_t i = 0; i < run->partners; i++) {
		struct cells cells = cells_of(page, run->partner[i]);

		widen(&columns.domain, cells.domain);
		widen(&columns.out, cells.out);
		widen(&columns.in, cells.in);
		widen(&columns.took, cells.took);
	}
	return columns;
}

static const char *
summary(struct page *page, const struct run *run, const struct partner *p)
{
	static const char *const exit_words[] = { "all is well", "not all is well",
		"no method is left", "not tested" };
	const struct tally tally = count(p, NULL);
	const char *words = tally_words(page->arena, &tally);

	if (words == NULL && (p->exit != 0 || !p->unfinished))
		words = exit_words[p->exit];
	if (p->unfinished)
		words = append(page->arena, words,
			run->interrupted ? "interrupted" : "unfinished");
	return words;
}

static const char *
summary_colour(const struct partner *p)
{
	const struct tally tally = count(p, NULL);
	enum status status = worst(&tally);

	if (status >= STATUS_WARN)
		return shown[status].colour;
	if (p->exit > 1)
		return RED;
	return p->exit == 1 || p->unfinished ? YELLOW : GREEN;
}

static void
print_headline(struct page *page, const struct run *run, const struct partner *p,
	const struct columns *columns)
{
	struct cells cells = cells_of(page, p);
	int gap = columns->took - text_width(cells.took);

	page_paint(page, BOLD);
	page_pad(page, cells.domain, columns->domain);
	if (p->role == ROLE_FILE) {
		worth_print(page, p);
	} else {
		fputs("    out  ", page->file);
		page_pad(page, cells.out, columns->out);
		fputs("      in  ", page->file);
		page_pad(page, cells.in, columns->in);
		fprintf(page->file, "      %*s%s    ", gap, "", cells.took);
	}
	page_unpaint(page, BOLD);
	page_paint(page, summary_colour(p));
	fputs(summary(page, run, p), page->file);
	page_unpaint(page, summary_colour(p));
	putc('\n', page->file);
}

/* --- below the headline ------------------------------------------------------------ */

static void
print_labelled(struct page *page, const char *label, const char *words)
{
	int indent = text_width(label);

	if (words == NULL)
		return;
	fputs(label, page->file);
	page_wrap_from(page, indent, indent, words);
}

static void
print_endpoints(struct page *page, const struct partner *p, bool verbose)
{
	size_t n;
	const struct endpoint *endpoint = endpoints(page->arena, p, &n);
	int width = 0;

	for (size_t i = 0; i < n; i++)
		widen(&width,
			page_safe(page, endpoint_show(page->arena, endpoint[i].id)));
	for (size_t i = 0; i < n; i++) {
		const struct tally tally = count(p, endpoint[i].id);
		const char *words = tally_words(page->arena, &tally);
		enum status status = worst(&tally);

		if (words == NULL)
			words = status == STATUS_SKIP ? "not tried" : "well";
		fputs("  ", page->file);
		page_pad(page,
			page_safe(page, endpoint_show(page->arena, endpoint[i].id)),
			width);
		page_paint(page, shown[status].colour);
		fprintf(page->file, "    %s %s", shown[status].symbol, words);
		page_unpaint(page, shown[status].colour);
		putc('\n', page->file);
		if (verbose)
			page_wrap(page, 6, path_words(page->arena, p, endpoint[i].id));
	}
}

static void
print_cause(struct page *page, const struct partner *p, const struct cause *c)
{
	enum { INDENT = 4 };
	const char *head = c->id;

	if (c->confidence != CONFIDENCE_CERTAIN)
		head = arena_printf(
			page->arena, "%s (%s)", head, confidence_names[c->confidence]);
	if (c->endpoints != NULL)
		head = arena_printf(page->arena, "%s, %s", head, c->endpoints);
	page_wrap(page, INDENT / 2, head);
	page_wrap(page, INDENT,
		arena_printf(page->arena, "%s%s", c->text ? c->text : "",
			page_evidence(page, c->evidence, c->evidences)));
	page_wrap(page, INDENT,
		arena_printf(page->arena, "who must act: %s",
			owner_show(page->arena, p, c->owner)));
	page_wrap(page, INDENT, c->remedy);
}

/* What stands behind the id on the line: the endpoints, and why it did not run or which
 * cause explains it. */
static const char *
finding_head(struct page *page, const struct finding *f, const char *endpoints)
{
	const char *head = f->check;

	if (endpoints != NULL)
		head = arena_printf(page->arena, "%s  %s", head, endpoints);
	if (f->because != NULL)
		head = arena_printf(page->arena, "%s  because of %s", head, f->because);
	if (f->cause != NULL)
		head = arena_printf(page->arena, "%s  explained by %s", head, f->cause);
	return head;
}

static const char *
show_endpoint(struct page *page, const struct finding *f)
{
	return f->endpoint ? endpoint_show(page->arena, f->endpoint) : NULL;
}

static void
print_finding(
	struct page *page, const struct finding *f, const char *endpoints, int indent)
{
	enum { STATUS_WIDTH = 9 }; /* "x error  " */
	const char *cited = page_evidence(page, f->evidence, f->evidences);
	const char *text = f->text, *head = finding_head(page, f, endpoints);

	if (text == NULL && f->status >= STATUS_WARN && f->row != NULL)
		text = f->row->title;
	fprintf(page->file, "%*s", indent, "");
	page_paint(page, shown[f->status].colour);
	fprintf(page->file, "%s %-5s", shown[f->status].symbol, status_names[f->status]);
	page_unpaint(page, shown[f->status].colour);
	fputs("  ", page->file);
	page_wrap_from(page, indent + STATUS_WIDTH, indent + STATUS_WIDTH,
		text ? head : arena_printf(page->arena, "%s%s", head, cited));
	if (text != NULL)
		page_wrap(
			page, indent + 4, arena_printf(page->arena, "%s%s", text, cited));
	if (f->status >= STATUS_WARN)
		page_wrap(page, indent + 4, f->remedy);
}

static bool
is_unexplained(const struct finding *f)
{
	return f->status >= STATUS_WARN && f->cause == NULL && !sent_tells(f);
}

/* Whether two endpoints are told the same. */
static bool
says_same(const struct finding *a, const struct finding *b)
{
	return a->endpoint != NULL && b->endpoint != NULL && a->status == b->status &&
	       text_same(a->check, b->check) && text_same(a->text, b->text) &&
	       text_same(a->remedy, b->remedy) && text_same(a->because, b->because);
}

/* Both lists are in order and without doubles, and so is what they become. */
static void
merge_evidence(struct arena *arena, struct finding *all, const struct finding *f)
{
	size_t most = all->evidences + f->evidences, n = 0, i = 0, k = 0;
	unsigned *list = arena_alloc(arena, most * sizeof *list);

	while (i < all->evidences || k < f->evidences) {
		bool first = k == f->evidences ||
			     (i < all->evidences && all->evidence[i] <= f->evidence[k]);
		unsigned number = first ? all->evidence[i] : f->evidence[k];

		i += first;
		k += !first || (k < f->evidences && f->evidence[k] == number);
		list[n++] = number;
	}
	all->evidence = list;
	all->evidences = n;
}

/* Finding i, once for all endpoints of which it says the same. */
static void
print_folded(struct page *page, const struct partner *p, size_t i)
{
	struct finding all = p->finding[i];
	const char *endpoints = show_endpoint(page, &all);

	for (size_t k = 0; k < p->findings; k++) {
		const struct finding *f = &p->finding[k];

		if (k == i || !is_unexplained(f) || !says_same(f, &all))
			continue;
		if (k < i)
			return;
		merge_evidence(page->arena, &all, f);
		endpoints = arena_printf(
			page->arena, "%s; %s", endpoints, show_endpoint(page, f));
	}
	print_finding(page, &all, endpoints, 2);
}

static void
print_unexplained(struct page *page, const struct partner *p)
{
	for (size_t i = 0; i < p->findings; i++)
		if (is_unexplained(&p->finding[i]))
			print_folded(page, p, i);
}

static bool
is_skip_for(const struct finding *f, const char *because)
{
	return f->status == STATUS_SKIP && text_same(f->because, because);
}

/* How many different checks, from finding `first` on, did not run for its reason. */
static size_t
count_skips(const struct partner *p, size_t first)
{
	const char *because = p->finding[first].because;
	size_t checks = 0, k;

	for (size_t i = first; i < p->findings; i++) {
		if (!is_skip_for(&p->finding[i], because))
			continue;
		for (k = first; k < i; k++)
			if (is_skip_for(&p->finding[k], because) &&
				text_same(p->finding[k].check, p->finding[i].check))
				break;
		checks += k == i;
	}
	return checks;
}

static bool
is_check(const struct partner *p, const char *id)
{
	for (size_t i = 0; i < p->findings; i++)
		if (text_same(p->finding[i].check, id))
			return true;
	return false;
}

/* A check that waits for an input of ours is no news; one that another check stopped is. */
static void
print_skips(struct page *page, const struct partner *p)
{
	for (size_t i = 0; i < p->findings; i++) {
		const char *because = p->finding[i].because;
		size_t k = 0, n;

		if (p->finding[i].status != STATUS_SKIP || because == NULL)
			continue;
		while (!is_skip_for(&p->finding[k], because))
			k++;
		if (k < i || !is_check(p, because))
			continue;
		n = count_skips(p, i);
		page_wrap(page, 2,
			arena_printf(page->arena,
				"%zu check%s could not run because of %s", n,
				n == 1 ? "" : "s", because));
	}
}

static size_t
theme_length(const struct finding *f)
{
	return strcspn(f->check, ".");
}

static bool
same_theme(const struct finding *a, const struct finding *b)
{
	size_t length = theme_length(a);

	return length == theme_length(b) && strncmp(a->check, b->check, length) == 0;
}

/* Every finding, under the first part of the ids. */
static void
print_all(struct page *page, const struct partner *p)
{
	for (size_t i = 0; i < p->findings; i++) {
		const struct finding *f = &p->finding[i];
		size_t k = 0;

		while (!same_theme(&p->finding[k], f))
			k++;
		if (k < i)
			continue;
		page_wrap(page, 2, arena_text(page->arena, f->check, theme_length(f)));
		for (k = i; k < p->findings; k++)
			if (same_theme(&p->finding[k], f))
				print_finding(page, &p->finding[k],
					show_endpoint(page, &p->finding[k]), 4);
	}
}

static void
print_body(struct page *page, const struct partner *p, bool verbose)
{
	print_labelled(page, "  policy  ", agreement_words(page->arena, p));
	if (verbose)
		print_labelled(page, "  rights  ", agreement_rights(page->arena, p));
	print_labelled(
		page, p->role == ROLE_FILE ? "  client  " : "  out  ", p->out.reason);
	print_labelled(
		page, p->role == ROLE_FILE ? "  server  " : "  in   ", p->in.reason);
	sent_print(page, p);
	if (p->role != ROLE_FILE && p->role != ROLE_CALLER &&
		(verbose || p->exit != 0 || p->causes != 0))
		print_endpoints(page, p, verbose);
	for (size_t i = 0; i < p->causes; i++)
		print_cause(page, p, &p->cause[i]);
	if (verbose) {
		print_all(page, p);
		return;
	}
	print_unexplained(page, p);
	print_skips(page, p);
}

bool
report_write_text(FILE *file, const struct run *run, const struct look *look)
{
	struct page page = {
		.file = file, .colour = look->colour, .arena = arena_open()
	};
	struct columns columns = measure(&page, run);

	arena_close(&page.arena);
	page.width = page_width(look->width);
	for (size_t i = 0; i < run->partners; i++) {
		if (i != 0 && !look->quiet)
			putc('\n', file);
		page.arena = arena_open();
		print_headline(&page, run, run->partner[i], &columns);
		if (!look->quiet)
			print_body(&page, run->partner[i], look->verbose);
		if (!look->quiet && run->partner[i]->role == ROLE_OWN)
			checklist_print(&page, run, run->partner[i]);
		arena_close(&page.arena);
	}
	return fflush(file) == 0 && !ferror(file);
}
