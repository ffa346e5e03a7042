/* The report in XML: complete, and the one that is read back (report/xml_read.c). No
 * library writes it, so that equal runs give equal bytes whatever is installed. The shape
 * is that of doc/report.rng and fedprobe-report(5). */
#include "report/format.h"

#include "base/text.h"
#include "file/writer.h"

enum { NUMBER_ROOM = 12 }; /* of an unsigned and a space */

static void
attribute_evidence(struct writer *w, const unsigned *evidence, size_t evidences)
{
	char *list = arena_alloc(w->arena, evidences * NUMBER_ROOM + 1), *end = list;

	for (size_t i = 0; i < evidences; i++)
		end += sprintf(end, "%s%u", i ? " " : "", evidence[i]);
	writer_attribute(w, "evidence", evidences ? list : NULL);
}

static void
write_headline(struct writer *w, const char *direction, const struct headline *headline)
{
	writer_start(w, "headline");
	writer_attribute(w, "direction", direction);
	writer_attribute(w, "method", method_names[headline->method]);
	writer_attribute(w, "proof", proof_names[headline->proof]);
	writer_attribute(w, "tls", headline->tls);
	writer_attribute(w, "reason", headline->reason);
	writer_end(w, "headline");
}

static void
write_cause(struct writer *w, const struct cause *cause)
{
	writer_start(w, "cause");
	writer_attribute(w, "id", cause->id);
	writer_attribute(w, "owner", owner_names[cause->owner]);
	writer_attribute(w, "confidence", confidence_names[cause->confidence]);
	writer_attribute(w, "endpoints", cause->endpoints);
	attribute_evidence(w, cause->evidence, cause->evidences);
	writer_leaf(w, "text", cause->text);
	writer_leaf(w, "remedy", cause->remedy);
	writer_end(w, "cause");
}

static void
write_finding(struct writer *w, const struct finding *finding)
{
	bool wrong = finding->status >= STATUS_WARN;

	writer_start(w, "finding");
	writer_attribute(w, "check", finding->check);
	writer_attribute(w, "status", status_names[finding->status]);
	writer_attribute(w, "severity", severity_names[finding->severity]);
	writer_attribute(w, "endpoint", finding->endpoint);
	writer_attribute(w, "owner", wrong ? owner_names[finding->owner] : NULL);
	writer_attribute(w, "because", finding->because);
	writer_attribute(w, "cause", finding->cause);
	attribute_evidence(w, finding->evidence, finding->evidences);
	writer_leaf(w, "text", finding->text);
	writer_leaf(w, "remedy", finding->remedy);
	writer_end(w, "finding");
}

static void
write_observation(struct writer *w, const struct observation *o)
{
	const struct record *record = fact_record(o->kind);

	writer_start(w, "observation");
	writer_attribute(w, "number", arena_printf(w->arena, "%u", o->number));
	writer_attribute_ms(w, "at-ms", o->at);
	writer_attribute_ms(w, "took-ms", o->took);
	writer_attribute(w, "probe", o->probe);
	writer_attribute(w, "kind", record->name);
	writer_attribute(w, "outcome", outcome_names[o->outcome]);
	writer_attribute(w, "endpoint", o->endpoint);
	writer_attribute(w, "detail", o->detail);
	writer_record(w, record->name, record, o->fact);
	writer_end(w, "observation");
}

static void
write_journal(struct writer *w, const struct journal *journal)
{
	writer_start(w, "journal");
	for (unsigned i = 1; i <= journal_size(journal); i++)
		write_observation(w, journal_at(journal, i));
	writer_end(w, "journal");
}

/* Where partners are probed again and again, not all are asked at once and alike. */
static void
write_occasion(struct writer *w, const struct run *run, const struct partner *p)
{
	int64_t started = journal_started(p->journal);

	if (started != run->started)
		writer_attribute(w, "started", text_time(w->arena, started));
	if (p->asked->depth != run->asked.depth)
		writer_attribute(w, "depth", depth_names[p->asked->depth]);
}

static void
write_partner(struct writer *w, const struct run *run, const struct partner *p)
{
	const struct domain *d = &p->domain;

	writer_start(w, "partner");
	writer_attribute(w, "domain", d->unicode);
	writer_attribute(w, "ascii", d->ascii);
	writer_attribute(w, "typed", text_same(d->typed, d->unicode) ? NULL : d->typed);
	writer_attribute(w, "role", p->role ? role_names[p->role] : NULL);
	writer_attribute(w, "primary", p->primary);
	writer_attribute(w, "exit", arena_printf(w->arena, "%d", p->exit));
	writer_attribute_ms(w, "took-ms", p->took);
	writer_attribute(w, "unfinished", p->unfinished ? "true" : NULL);
	write_occasion(w, run, p);
	if (p->policy != NULL)
		writer_record(w, "policy", &policy_record, p->policy);
	write_headline(w, "out", &p->out);
	write_headline(w, "in", &p->in);
	for (size_t i = 0; i < p->causes; i++)
		write_cause(w, &p->cause[i]);
	for (size_t i = 0; i < p->findings; i++)
		write_finding(w, &p->finding[i]);
	write_journal(w, p->journal);
	writer_end(w, "partner");
}

static void
write_run(struct writer *w, const struct run *run)
{
	writer_begin(w);
	writer_start(w, "report");
	writer_attribute(w, "xmlns", "urn:fedprobe:report:1");
	writer_attribute(w, "version", "1");
	writer_attribute(w, "generator", run->generator);
	writer_attribute(w, "started", text_time(w->arena, run->started));
	writer_attribute_ms(w, "took-ms", run->took);
	writer_attribute(w, "interrupted", run->interrupted ? "true" : NULL);
	writer_record(w, "asked", &asked_record, &run->asked);
	for (size_t i = 0; i < run->partners; i++) {
		/* Values of one partner at a time: a sweep has many. */
		arena_close(&w->arena);
		w->arena = arena_open();
		write_partner(w, run, run->partner[i]);
	}
	writer_end(w, "report");
}

bool
report_write_xml(FILE *file, const struct run *run, const struct look *look)
{
	struct writer w = { .file = file, .arena = arena_open() };

	(void)look;
	write_run(&w, run);
	arena_close(&w.arena);
	return fflush(file) == 0 && !ferror(file);
}
