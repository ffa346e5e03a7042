/* What a check says of its subject: it cites what it looked at, and finds its words. The
 * citations and the words go to the finding, where the engine takes them up. */
#include "checks/inquiry.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* --- citing ----------------------------------------------------------------------- */

void
also_cite(struct inquiry *q, const struct observation *o)
{
	struct finding *f = q->finding;
	unsigned *evidence;
	size_t i;

	if (o == NULL)
		return;
	if (f->status == STATUS_SKIP)
		f->status = STATUS_PASS;
	for (i = 0; i < f->evidences; i++)
		if (f->evidence[i] == o->number)
			return;
	evidence = arena_grow(
		q->arena, (void *)(uintptr_t)f->evidence, f->evidences, sizeof *evidence);
	for (i = f->evidences++; i > 0 && evidence[i - 1] > o->number; i--)
		evidence[i] = evidence[i - 1];
	evidence[i] = o->number;
	f->evidence = evidence;
}

const struct dns_fact *
cite_dns(struct inquiry *q, enum dns_type type, const char *name)
{
	const struct observation *o = dns_find(q->partner->journal, type, name);

	also_cite(q, o);
	return o ? o->fact : NULL;
}

enum dns_answer
cite_answer(struct inquiry *q, enum dns_type type, const char *name)
{
	enum dns_answer answer = dns_read(q->partner->journal, type, name);

	cite_dns(q, type, name);
	if (answer == ANSWER_BOGUS)
		also_cite(q, dns_find_unchecked(q->partner->journal, type, name));
	return answer;
}

/* Every fact that belongs to a place on the connection has its phase as first member. */
static enum phase
phase_of(const struct observation *o)
{
	switch (o->kind) {
	case FACT_FOREIGN:
	case FACT_HEADER:
	case FACT_FEATURES:
	case FACT_ERROR:
	case FACT_SASL:
	case FACT_DIALBACK:
	case FACT_STANZA:
	case FACT_XML:
	case FACT_WIRE:
		return *(const enum phase *)o->fact;
	default:
		return PHASE_NONE;
	}
}

static const struct observation *
last_at(const struct partner *partner, const char *probe, const char *endpoint,
	enum fact_kind kind, enum phase phase)
{
	for (size_t n = journal_size(partner->journal); n > 0; n--) {
		const struct observation *o = journal_at(partner->journal, (unsigned)n);

		if (o->kind == kind && text_same(o->endpoint, endpoint) &&
			text_same(o->probe, probe) &&
			(phase == PHASE_NONE || phase_of(o) == phase))
			return o;
	}
	return NULL;
}

const struct observation *
cite_by(struct inquiry *q, const char *probe, enum fact_kind kind, enum phase phase)
{
	const struct observation *o =
		last_at(q->partner, probe, q->endpoint->id, kind, phase);

	also_cite(q, o);
	return o;
}

const struct observation *
cite_at(struct inquiry *q, const struct endpoint *endpoint, enum fact_kind kind,
	enum phase phase)
{
	const struct observation *o = last_at(
		q->partner, endpoint_probe(endpoint->id), endpoint->id, kind, phase);

	also_cite(q, o);
	return o;
}

const struct observation *
cite(struct inquiry *q, enum fact_kind kind)
{
	return cite_at(q, q->endpoint, kind, PHASE_NONE);
}

const struct observation *
cite_phase(struct inquiry *q, enum fact_kind kind, enum phase phase)
{
	return cite_at(q, q->endpoint, kind, phase);
}

const struct observation *
cite_next(struct inquiry *q, enum fact_kind kind, const struct observation *previous)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = previous ? previous->number : 0; n < journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, (unsigned)n + 1);

		if (o->kind == kind && (q->endpoint == NULL ||
					       text_same(o->endpoint, q->endpoint->id))) {
			also_cite(q, o);
			return o;
		}
	}
	return NULL;
}

const struct certificate_fact *
cite_certificate_at(struct inquiry *q, const struct endpoint *endpoint, int position)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = journal_size(journal); n > 0; n--) {
		const struct observation *o = journal_at(journal, (unsigned)n);
		const struct certificate_fact *c = o->fact;

		if (o->kind == FACT_CERTIFICATE && c->position == position &&
			text_same(o->endpoint, endpoint->id) &&
			text_same(o->probe, endpoint_probe(endpoint->id))) {
			also_cite(q, o);
			return c;
		}
	}
	return NULL;
}

const struct certificate_fact *
cite_certificate(struct inquiry *q, int position)
{
	return cite_certificate_at(q, q->endpoint, position);
}

const struct endpoint *
all_endpoints(struct inquiry *q, size_t *count)
{
	return endpoints(q->arena, q->partner, count);
}

/* --- words ------------------------------------------------------------------------ */

/* Where a finding speaks of a hundred hosts, octets of text before it says that there are
 * more. */
enum { MAX_WORDS = 2000 };

static const char and_more[] = "and more";

static char *
format_words(struct arena *arena, const char *format, va_list ap)
{
	char words[1024];

	vsnprintf(words, sizeof words, format, ap);
	return text_clean(arena, words, strlen(words));
}

/* The worst word wins; of equal ones as many are kept as a person reads. */
static void
say(struct inquiry *q, enum status status, const char *format, va_list ap)
{
	struct finding *f = q->finding;
	const char *words = format_words(q->arena, format, ap);

	if (status > f->status || f->text == NULL)
		f->text = words;
	else if (status == f->status && strstr(f->text, words) == NULL &&
		 !text_ends(f->text, and_more))
		f->text = arena_printf(q->arena, "%s; %s", f->text,
			strlen(f->text) < MAX_WORDS ? words : and_more);
	if (status > f->status)
		f->status = status;
}

#define SAY(status)                                                                      \
	do {                                                                             \
		va_list ap;                                                              \
                                                                                         \
		va_start(ap, format);                                                    \
		say(q, status, format, ap);                                              \
		va_end(ap);                                                              \
	} while (0)

void
failed(struct inquiry *q, const char *format, ...)
{
	SAY(STATUS_FAIL);
}

void
warned(struct inquiry *q, const char *format, ...)
{
	SAY(STATUS_WARN);
}

void
noted(struct inquiry *q, const char *format, ...)
{
	SAY(STATUS_INFO);
}

void
passed(struct inquiry *q, const char *format, ...)
{
	SAY(STATUS_PASS);
}

void
skipped(struct inquiry *q, const char *because)
{
	q->finding->because = because;
}

void
grade(struct inquiry *q, enum severity severity)
{
	q->finding->severity = severity;
}

void
blame(struct inquiry *q, enum owner owner)
{
	q->finding->owner = owner;
}

void
remedy(struct inquiry *q, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	q->finding->remedy = format_words(q->arena, format, ap);
	va_end(ap);
}
