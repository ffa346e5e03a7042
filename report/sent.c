/* The block is the same whatever the format of the rest: who reads it looks for the words of
 * Test-CsXmppIM, and need not know what else was tested. */
#include "report/sent.h"

#include "base/text.h"
#include "model/exchange.h"

#include <inttypes.h>

static const struct block {
	const char *title, *check;
	enum stanza_request request;
} blocks[] = {
	{ "test message", "im.message", STANZA_MESSAGE },
	{ "presence", "im.presence", STANZA_PROBE },
	{ "subscription", "im.presence", STANZA_SUBSCRIPTION },
};

static const struct {
	const char *word, *colour;
} results[] = {
	[EXCHANGE_NOT_SENT] = { "Failure (nothing was sent)", RED },
	[EXCHANGE_ANSWERED] = { "Success", GREEN },
	[EXCHANGE_ERROR] = { "Failure", RED },
	[EXCHANGE_QUIET] = { "No answer", NULL },
	[EXCHANGE_SILENT] = { "Silence", YELLOW },
	[EXCHANGE_UNSEEN] = { "Unknown", YELLOW },
	[EXCHANGE_BROKEN] = { "Failure", RED },
};

bool
sent_tells(const struct finding *f)
{
	return text_starts(f->check, "im.") && f->text != NULL;
}

static bool
is_wanted(const struct asked *asked, enum stanza_request request)
{
	return (request == STANZA_MESSAGE        ? asked->message_from
		       : request == STANZA_PROBE ? asked->presence_from
						 : asked->subscription_from) != NULL;
}

static const struct finding *
find(const struct partner *p, const char *check)
{
	for (size_t i = 0; i < p->findings; i++)
		if (text_same(p->finding[i].check, check))
			return &p->finding[i];
	return NULL;
}

static void
print_row(struct page *page, const char *name, const char *words, const char *colour)
{
	enum { INDENT = 4, WIDTH = 11 };

	if (words == NULL)
		return;
	fprintf(page->file, "%*s%-*s", INDENT, "", WIDTH, name);
	page_paint(page, colour);
	page_wrap_from(page, INDENT + WIDTH, INDENT + WIDTH, words);
	page_unpaint(page, colour);
}

/* hh:mm:ss.fffffff, in the tenths of a microsecond of that command. */
static const char *
latency(struct arena *arena, int64_t microseconds)
{
	int64_t s = microseconds / 1000000;

	return arena_printf(arena, "%02" PRId64 ":%02d:%02d.%06d0", s / 3600,
		(int)(s / 60 % 60), (int)(s % 60), (int)(microseconds % 1000000));
}

static const char *
error(struct arena *arena, const struct observation *o)
{
	const struct stanza_fact *f = o ? o->fact : NULL;
	const char *condition;

	if (f == NULL || (f->answered && !text_same(f->type, "error")))
		return NULL;
	if (!f->answered)
		return o->outcome == OUTCOME_TIMED_OUT ? NULL : o->detail;
	condition = f->condition ? f->condition : "no condition";
	return f->text ? arena_printf(arena, "%s: \"%s\"", condition, f->text)
		       : condition;
}

static void
print_diagnosis(struct page *page, const struct partner *p, const char *check)
{
	const struct finding *f = find(p, check);

	if (f == NULL || f->text == NULL)
		return;
	print_row(page, "Diagnosis",
		arena_printf(page->arena, "%s%s", f->text,
			page_evidence(page, f->evidence, f->evidences)),
		NULL);
	if (f->status >= STATUS_WARN && f->remedy != NULL)
		print_row(page, "",
			arena_printf(page->arena, "%s (%s): %s", f->check,
				owner_show(page->arena, p, f->owner), f->remedy),
			NULL);
}

/* Of a message silence is good news, and a wish can be declined. */
static const char *
result(enum exchange_end end, const struct observation *o)
{
	const struct stanza_fact *f = o ? o->fact : NULL;

	if (end == EXCHANGE_QUIET && f->request == STANZA_MESSAGE)
		return "No error";
	if (end == EXCHANGE_ANSWERED && text_same(f->type, "unsubscribed"))
		return "Declined";
	return results[end].word;
}

static void
print_block(struct page *page, const struct partner *p, const struct block *b)
{
	const struct observation *o;
	enum exchange_end end = exchange_end_of(p, b->request, &o);
	bool came = end == EXCHANGE_ANSWERED || end == EXCHANGE_ERROR;

	page_wrap(page, 2, b->title);
	print_row(page, "Target", p->asked->recipient, NULL);
	print_row(page, "Result", result(end, o), results[end].colour);
	print_row(
		page, "Latency", came ? latency(page->arena, o->took) : "00:00:00", NULL);
	print_row(page, "Error", error(page->arena, o), NULL);
	print_diagnosis(page, p, b->check);
}

void
sent_print(struct page *page, const struct partner *p)
{
	if (!exchange_is_asked(page->arena, p))
		return;
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
		if (is_wanted(p->asked, blocks[i].request))
			print_block(page, p, &blocks[i]);
}
