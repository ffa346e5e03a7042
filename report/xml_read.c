/* A saved report, read back. Whatever report/xml.c would not write is refused with its
 * line. The journal is what counts; headlines, causes and exit are made anew from it, so
 * they need only be valid here. */
#include "report/format.h"

#include "base/text.h"
#include "file/load.h"
#include "file/reader.h"
#include "report/saved.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct run *run;
	struct partner *partner;
	struct arena *arena;       /* of the run */
	const char *text, *remedy; /* of the cause or finding */
	unsigned cited; /* the highest number that the partner's evidence names */
};

/* --- values of our own ------------------------------------------------------------- */

static const char digits[] = "0123456789";

/* Milliseconds, whole or with three decimals, as microseconds. */
static bool
parse_ms(const char *text, int64_t *us)
{
	size_t whole = strspn(text, digits);
	const char *rest = text + whole;
	long long ms, fraction = 0;
	char number[16];

	if (whole == 0 || whole >= sizeof number)
		return false;
	memcpy(number, text, whole);
	number[whole] = '\0';
	if (*rest != '\0' && (*rest != '.' || strspn(rest + 1, digits) != 3 ||
				     !text_number(rest + 1, 0, 999, &fraction)))
		return false;
	text_number(number, 0, INT64_MAX, &ms);
	*us = ms * 1000 + fraction;
	return true;
}

/* An attribute that is not there leaves it at 0. */
static bool
read_ms(struct reader *r, const char *name, const char *text, int64_t *us)
{
	return text == NULL || parse_ms(text, us) ||
	       reader_wrong(r,
		       "%s=\"%.60s\" is wrong; accepted: milliseconds like 12 or 12.345",
		       name, text);
}

/* One number and the space behind it; 0 when it is none. */
static unsigned
next_number(const char **text)
{
	size_t length = strcspn(*text, " ");
	char number[12];
	long long n;

	if (length >= sizeof number)
		return 0;
	memcpy(number, *text, length);
	number[length] = '\0';
	*text += length;
	*text = **text == ' ' ? *text + 1 : NULL;
	return text_number(number, 1, INT32_MAX, &n) ? (unsigned)n : 0;
}

/* "12 14"; NULL is none. */
static bool
read_evidence(struct reader *r, struct reading *reading, const char *text,
	const unsigned **evidence, size_t *evidences)
{
	unsigned *list = NULL, number;

	for (*evidences = 0; text != NULL; list[(*evidences)++] = number) {
		number = next_number(&text);
		if (number == 0)
			return reader_wrong(r, "evidence is wrong; accepted: numbers of "
					       "observations like \"12 14\"");
		if (number > reading->cited)
			reading->cited = number;
		list = arena_grow(reading->arena, list, *evidences, sizeof *list);
	}
	*evidence = list;
	return true;
}

/* Only the domain is needed; the A-labels must be of the same name. */
static bool
read_domain(struct reader *r, struct arena *arena, struct domain *domain)
{
	const char *written = domain->ascii ? domain->ascii : domain->unicode;
	struct domain parsed = { 0 }, shown = { 0 };
	const char *trouble = domain_parse(arena, written, &parsed);

	if (trouble != NULL)
		return reader_wrong(r, "\"%.60s\" is no domain: %s", written, trouble);
	if (domain->ascii != NULL && strcmp(domain->ascii, parsed.ascii) != 0)
		return reader_wrong(r,
			"ascii=\"%.60s\" of <partner> is wrong; accepted: %s",
			domain->ascii, parsed.ascii);
	if (!text_same(domain->unicode, parsed.unicode) &&
		(domain_parse(arena, domain->unicode, &shown) != NULL ||
			strcmp(shown.ascii, parsed.ascii) != 0))
		return reader_wrong(r,
			"domain=\"%.60s\" of <partner> is another name than %s",
			domain->unicode, parsed.ascii);
	if (domain->typed == NULL)
		domain->typed = domain->unicode;
	domain->ascii = parsed.ascii;
	return true;
}

/* --- elements, from the inside out ------------------------------------------------- */

static bool
read_sentence(struct reader *r, void *self)
{
	struct reading *reading = self;

	return (reading->text = reader_text(r, reading->arena)) != NULL;
}

static bool
read_remedy(struct reader *r, void *self)
{
	struct reading *reading = self;

	return (reading->remedy = reader_text(r, reading->arena)) != NULL;
}

static const struct rule no_rules[] = { { NULL, NULL, false, false } };
static const struct rule words_rules[] = {
	{ "text", read_sentence, false, false },
	{ "remedy", read_remedy, false, false },
	{ NULL, NULL, false, false },
};

static bool
read_headline(struct reader *r, void *self)
{
	static const char *const needed[] = { "direction", "method", "proof", NULL };
	struct reading *reading = self;
	struct saved_headline saved = { 0 };

	return reader_attributes(r, reading->arena, &headline_record, &saved, needed) &&
	       reader_children(r, "headline", no_rules, self);
}

static bool
read_cause(struct reader *r, void *self)
{
	static const char *const needed[] = { "id", "owner", "confidence", NULL };
	struct reading *reading = self;
	struct saved_cause saved = { 0 };

	return reader_attributes(r, reading->arena, &cause_record, &saved, needed) &&
	       read_evidence(r, reading, saved.evidence, &saved.cause.evidence,
		       &saved.cause.evidences) &&
	       reader_children(r, "cause", words_rules, self);
}

static bool
read_finding(struct reader *r, void *self)
{
	static const char *const needed[] = { "check", "status", "severity", NULL };
	struct reading *reading = self;
	struct partner *p = reading->partner;
	struct saved_finding saved = { 0 };
	struct finding *f = &saved.finding;

	reading->text = reading->remedy = NULL;
	if (!reader_attributes(r, reading->arena, &finding_record, &saved, needed) ||
		!read_evidence(r, reading, saved.evidence, &f->evidence, &f->evidences) ||
		!reader_children(r, "finding", words_rules, self))
		return false;
	f->text = reading->text;
	f->remedy = reading->remedy;
	p->saved = arena_grow(reading->arena, p->saved, p->saves, sizeof *p->saved);
	p->saved[p->saves++] = *f;
	return true;
}

static bool
unknown_kind(struct reader *r, const char *kind)
{
	char list[256] = "";
	size_t used = 0;

	for (enum fact_kind i = 0; i < FACT_KINDS && used < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
			i ? ", " : "", fact_record(i)->name);
	return reader_wrong(
		r, "kind=\"%.60s\" of <observation> is wrong; accepted: %s", kind, list);
}

static bool
read_envelope(struct reader *r, struct arena *arena, size_t before, struct observation *o)
{
	static const char *const needed[] = { "number", "at-ms", "probe", "kind",
		"outcome", NULL };
	struct saved_observation saved = { 0 };

	if (!reader_attributes(r, arena, &observation_record, &saved, needed))
		return false;
	*o = saved.observation;
	o->kind = fact_kind(saved.kind);
	if (o->kind == FACT_KINDS)
		return unknown_kind(r, saved.kind);
	if (o->number != before + 1)
		return reader_wrong(r,
			"number=\"%d\" of <observation> is out of order; accepted: %zu",
			(int)o->number, before + 1);
	return read_ms(r, "at-ms", saved.at, &o->at) &&
	       read_ms(r, "took-ms", saved.took, &o->took);
}

/* The fact: one element, named as the kind. */
static bool
read_fact(struct reader *r, struct arena *arena, struct observation *o)
{
	const struct record *record = fact_record(o->kind);
	void *fact = arena_alloc(arena, record->size);
	int more = reader_first(r);

	o->fact = fact;
	if (more == 0 || (more > 0 && strcmp(reader_name(r), record->name) != 0))
		return reader_wrong(r, "the <observation> lacks <%s>", record->name);
	if (more < 0 || !reader_record(r, arena, record, fact))
		return false;
	more = reader_next(r);
	return more == 0 || reader_wrong(r, "an <observation> holds one fact only");
}

static bool
read_observation(struct reader *r, void *self)
{
	struct journal *journal = ((struct reading *)self)->partner->journal;
	struct arena *arena = arena_open();
	struct observation o = { 0 };
	bool good;

	good = read_envelope(r, arena, journal_size(journal), &o) &&
	       read_fact(r, arena, &o);
	if (good)
		journal_add(journal, &o);
	arena_close(&arena);
	return good;
}

static const struct rule journal_rules[] = {
	{ "observation", read_observation, true, false },
	{ NULL, NULL, false, false },
};

static bool
read_journal(struct reader *r, void *self)
{
	struct reading *reading = self;

	return reader_attributes(r, reading->arena, &journal_record, NULL, NULL) &&
	       reader_children(r, "journal", journal_rules, self);
}

static bool
read_policy(struct reader *r, void *self)
{
	struct reading *reading = self;
	struct policy *policy = arena_alloc(reading->arena, sizeof *policy);

	reading->partner->policy = policy;
	return reader_record(r, reading->arena, &policy_record, policy);
}

static const struct rule partner_rules[] = {
	{ "policy", read_policy, false, false },
	{ "headline", read_headline, true, false },
	{ "cause", read_cause, true, false },
	{ "finding", read_finding, true, false },
	{ "journal", read_journal, false, true },
	{ NULL, NULL, false, false },
};

/* When it was asked, and how deep, where that is not as the run says. */
static void
take_occasion(struct reading *reading, const struct saved_partner *saved)
{
	struct partner *p = reading->partner;
	struct asked *asked;

	if (saved->started != 0) {
		journal_close(&p->journal);
		p->journal = journal_open(saved->started);
	}
	if (saved->depth == 0)
		return;
	asked = arena_copy(reading->arena, p->asked, sizeof *asked);
	asked->depth = (enum depth)(saved->depth - 1);
	p->asked = asked;
}

static bool
read_partner(struct reader *r, void *self)
{
	static const char *const needed[] = { "domain", NULL };
	struct reading *reading = self;
	struct saved_partner saved = { 0 };
	struct partner *p;

	if (!reader_attributes(r, reading->arena, &partner_record, &saved, needed) ||
		!read_domain(r, reading->arena, &saved.domain))
		return false;
	p = reading->partner = run_add(reading->run, &saved.domain);
	reading->cited = 0;
	p->role = saved.role;
	p->primary = saved.primary;
	p->unfinished = saved.unfinished;
	take_occasion(reading, &saved);
	if (!read_ms(r, "took-ms", saved.took, &p->took) ||
		!reader_children(r, "partner", partner_rules, self))
		return false;
	return reading->cited <= journal_size(p->journal) ||
	       reader_wrong(r, "there is evidence %u, but the journal ends with %zu",
		       reading->cited, journal_size(p->journal));
}

static bool
read_asked(struct reader *r, void *self)
{
	struct reading *reading = self;

	return reader_record(r, reading->arena, &asked_record, &reading->run->asked);
}

static const struct rule report_rules[] = {
	{ "asked", read_asked, false, false },
	{ "partner", read_partner, true, false },
	{ NULL, NULL, false, false },
};

static bool
read_report(struct reader *r, struct reading *reading)
{
	static const char *const needed[] = { "version", "generator", "started", NULL };
	struct run *run = reading->run;
	struct saved_report saved = { 0 };

	if (!reader_attributes(r, reading->arena, &report_record, &saved, needed))
		return false;
	run->generator = saved.generator;
	run->started = saved.started;
	run->interrupted = saved.interrupted;
	return read_ms(r, "took-ms", saved.took, &run->took) &&
	       reader_children(r, "report", report_rules, reading);
}

static bool
read_document(struct reader *r, struct reading *reading)
{
	if (reader_next(r) <= 0)
		return reader_wrong(r, "there is no report in it");
	if (strcmp(reader_name(r), "report") != 0)
		return reader_wrong(r,
			"this is no report but <%.60s>; accepted: <report>",
			reader_name(r));
	return read_report(r, reading) && reader_next(r) == 0;
}

struct run *
report_read_memory(const char *bytes, size_t length, const char *name,
	struct arena *arena, const char **trouble)
{
	struct reading reading = { .run = run_open(0) };
	struct reader *r;

	reading.arena = reading.run->arena;
	if (length > READER_MAX_BYTES) {
		*trouble = arena_printf(arena, "%s: it is larger than %d MiB", name,
			READER_MAX_BYTES / 1024 / 1024);
		run_close(&reading.run);
		return NULL;
	}
	r = reader_open(bytes, length, name, "urn:fedprobe:report:1", arena);
	if (!read_document(r, &reading)) {
		*trouble = reader_trouble(r);
		run_close(&reading.run);
	}
	reader_close(&r);
	return reading.run;
}

struct run *
report_read(const char *path, struct arena *arena, const char **trouble)
{
	size_t length;
	char *bytes = load_file(path, READER_MAX_BYTES, &length);
	struct run *run;

	if (bytes == NULL) {
		*trouble = arena_printf(arena, "%s: %s", path, strerror(errno));
		return NULL;
	}
	run = report_read_memory(bytes, length, path, arena, trouble);
	free(bytes);
	return run;
}
