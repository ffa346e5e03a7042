/* The report in XML: complete, and the one that is read back (report/xml_read.c). No
 * library writes it, so that equal runs give equal bytes whatever is installed. The shape
 * is that of doc/report.rng and fedprobe-report(5). */
#include "report/format.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

struct xml {
	FILE *file;
	struct arena *arena; /* for values */
	int depth;
	bool open; /* the last start tag still lacks its ">" */
};

static void
put_escaped(FILE *file, const char *text)
{
	static const char special[] = "&<>\"'\t\n\r";
	static const char *const reference[] = { "&amp;", "&lt;", "&gt;", "&quot;",
		"&apos;", "&#9;", "&#10;", "&#13;" };

	for (;;) {
		size_t plain = strcspn(text, special);

		fwrite(text, 1, plain, file);
		text += plain;
		if (*text == '\0')
			return;
		fputs(reference[strchr(special, *text++) - special], file);
	}
}

/* Facts are clean already; what the user typed may hold what XML forbids. */
static const char *
clean(struct xml *x, const char *text)
{
	if (text == NULL || text_is_clean(text))
		return text;
	return text_clean(x->arena, text, strlen(text));
}

static void
start(struct xml *x, const char *name)
{
	if (x->open)
		fputs(">\n", x->file);
	fprintf(x->file, "%*s<%s", 2 * x->depth++, "", name);
	x->open = true;
}

/* NULL is "not there". */
static void
attribute(struct xml *x, const char *name, const char *value)
{
	if (value == NULL)
		return;
	fprintf(x->file, " %s=\"", name);
	put_escaped(x->file, clean(x, value));
	putc('"', x->file);
}

static void
attribute_ms(struct xml *x, const char *name, int64_t us)
{
	attribute(x, name,
		arena_printf(x->arena, "%" PRId64 ".%03d", us / 1000, (int)(us % 1000)));
}

static void
attribute_evidence(struct xml *x, const unsigned *evidence, size_t evidences)
{
	if (evidences == 0)
		return;
	fputs(" evidence=\"", x->file);
	for (size_t i = 0; i < evidences; i++)
		fprintf(x->file, "%s%u", i ? " " : "", evidence[i]);
	putc('"', x->file);
}

static void
end(struct xml *x, const char *name)
{
	x->depth--;
	if (x->open)
		fputs("/>\n", x->file);
	else
		fprintf(x->file, "%*s</%s>\n", 2 * x->depth, "", name);
	x->open = false;
}

static void
leaf(struct xml *x, const char *name, const char *content)
{
	if (content == NULL)
		return;
	start(x, name);
	putc('>', x->file);
	put_escaped(x->file, content);
	fprintf(x->file, "</%s>\n", name);
	x->depth--;
	x->open = false;
}

static void write_record(
	struct xml *x, const char *name, const struct record *record, const void *from);

static void
write_list(struct xml *x, const struct field *f, const void *from)
{
	if (f->kind == FIELD_BYTES) {
		/* Not through clean(): a certificate may be longer than any text. */
		leaf(x, f->name, field_text(x->arena, f, from));
		return;
	}
	for (size_t i = 0; i < field_count(f, from); i++)
		if (f->kind == FIELD_TEXTS)
			leaf(x, f->name, clean(x, field_string(f, from, i)));
		else
			write_record(x, f->name, f->record, field_element(f, from, i));
}

static void
write_record(
	struct xml *x, const char *name, const struct record *record, const void *from)
{
	start(x, name);
	for (const struct field *f = record->field; f->name != NULL; f++)
		if (f->kind < FIELD_BYTES)
			attribute(x, f->name, field_text(x->arena, f, from));
	for (const struct field *f = record->field; f->name != NULL; f++)
		if (f->kind >= FIELD_BYTES)
			write_list(x, f, from);
	end(x, name);
}

static void
write_headline(struct xml *x, const char *direction, const struct headline *headline)
{
	start(x, "headline");
	attribute(x, "direction", direction);
	attribute(x, "method", method_names[headline->method]);
	attribute(x, "proof", proof_names[headline->proof]);
	attribute(x, "tls", headline->tls);
	attribute(x, "reason", headline->reason);
	end(x, "headline");
}

static void
write_cause(struct xml *x, const struct cause *cause)
{
	start(x, "cause");
	attribute(x, "id", cause->id);
	attribute(x, "owner", owner_names[cause->owner]);
	attribute(x, "confidence", confidence_names[cause->confidence]);
	attribute(x, "endpoints", cause->endpoints);
	attribute_evidence(x, cause->evidence, cause->evidences);
	leaf(x, "text", clean(x, cause->text));
	leaf(x, "remedy", clean(x, cause->remedy));
	end(x, "cause");
}

static void
write_finding(struct xml *x, const struct finding *finding)
{
	bool wrong = finding->status >= STATUS_WARN;

	start(x, "finding");
	attribute(x, "check", finding->check);
	attribute(x, "status", status_names[finding->status]);
	attribute(x, "severity", severity_names[finding->severity]);
	attribute(x, "endpoint", finding->endpoint);
	attribute(x, "owner", wrong ? owner_names[finding->owner] : NULL);
	attribute(x, "because", finding->because);
	attribute(x, "cause", finding->cause);
	attribute_evidence(x, finding->evidence, finding->evidences);
	leaf(x, "text", clean(x, finding->text));
	leaf(x, "remedy", clean(x, finding->remedy));
	end(x, "finding");
}

static void
write_observation(struct xml *x, const struct observation *o)
{
	const struct record *record = fact_record(o->kind);

	start(x, "observation");
	attribute(x, "number", arena_printf(x->arena, "%u", o->number));
	attribute_ms(x, "at-ms", o->at);
	attribute_ms(x, "took-ms", o->took);
	attribute(x, "probe", o->probe);
	attribute(x, "kind", record->name);
	attribute(x, "outcome", outcome_names[o->outcome]);
	attribute(x, "endpoint", o->endpoint);
	attribute(x, "detail", o->detail);
	write_record(x, record->name, record, o->fact);
	end(x, "observation");
}

static void
write_journal(struct xml *x, const struct journal *journal)
{
	start(x, "journal");
	for (unsigned i = 1; i <= journal_size(journal); i++)
		write_observation(x, journal_at(journal, i));
	end(x, "journal");
}

static void
write_partner(struct xml *x, const struct partner *p)
{
	const struct domain *d = &p->domain;

	start(x, "partner");
	attribute(x, "domain", d->unicode);
	attribute(x, "ascii", d->ascii);
	attribute(x, "typed", text_same(d->typed, d->unicode) ? NULL : d->typed);
	attribute(x, "exit", arena_printf(x->arena, "%d", p->exit));
	attribute_ms(x, "took-ms", p->took);
	attribute(x, "unfinished", p->unfinished ? "true" : NULL);
	write_headline(x, "out", &p->out);
	write_headline(x, "in", &p->in);
	for (size_t i = 0; i < p->causes; i++)
		write_cause(x, &p->cause[i]);
	for (size_t i = 0; i < p->findings; i++)
		write_finding(x, &p->finding[i]);
	write_journal(x, p->journal);
	end(x, "partner");
}

static void
write_run(struct xml *x, const struct run *run)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", x->file);
	start(x, "report");
	attribute(x, "xmlns", "urn:fedprobe:report:1");
	attribute(x, "version", "1");
	attribute(x, "generator", run->generator);
	attribute(x, "started", text_time(x->arena, run->started));
	attribute_ms(x, "took-ms", run->took);
	attribute(x, "interrupted", run->interrupted ? "true" : NULL);
	write_record(x, "asked", &asked_record, &run->asked);
	for (size_t i = 0; i < run->partners; i++) {
		/* Values of one partner at a time: a sweep has many. */
		arena_close(&x->arena);
		x->arena = arena_open();
		write_partner(x, run->partner[i]);
	}
	end(x, "report");
}

bool
report_write_xml(FILE *file, const struct run *run, const struct look *look)
{
	struct xml x = { .file = file, .arena = arena_open() };

	(void)look;
	write_run(&x, run);
	arena_close(&x.arena);
	return fflush(file) == 0 && !ferror(file);
}
