/* Each observation is a line: when, where, what. XML is shown as it went over the wire,
 * everything else by its field table. */
#include "commands/trace.h"

#include "model/endpoint.h"

#include <stdio.h>

enum { LONG_LIST = 8 };

static void
print_list(const struct field *f, const void *fact)
{
	size_t count = field_count(f, fact);

	if (f->kind != FIELD_TEXTS) {
		if (count != 0 && f->kind == FIELD_RECORDS)
			fprintf(stderr, " %s=%zu", f->name, count);
		return;
	}
	for (size_t i = 0; i < count && i < LONG_LIST; i++)
		fprintf(stderr, " %s=\"%s\"", f->name, field_string(f, fact, i));
	if (count > LONG_LIST)
		fprintf(stderr, " and %zu more", count - LONG_LIST);
}

static void
print_fields(struct arena *arena, const struct observation *o)
{
	for (const struct field *f = fact_record(o->kind)->field; f->name != NULL; f++) {
		const char *text;

		if (f->kind >= FIELD_BYTES)
			print_list(f, o->fact);
		else if ((text = field_text(arena, f, o->fact)) != NULL)
			fprintf(stderr, f->kind == FIELD_TEXT ? " %s=\"%s\"" : " %s=%s",
				f->name, text);
	}
}

/* The answers themselves are what one wants to see of DNS. */
static void
print_records(const struct dns_fact *fact)
{
	for (size_t i = 0; i < fact->records; i++)
		fprintf(stderr, "               %s\n", fact->record[i].data);
}

void
trace_observation(void *self, const struct observation *o)
{
	const struct tracing *tracing = self;
	struct arena *arena = arena_open();
	const struct wire_fact *wire = o->fact;

	fprintf(stderr, "%10.3f ms  ", (double)o->at / 1000);
	if (tracing->several)
		fprintf(stderr, "%s  ", tracing->domain);
	if (o->endpoint != NULL)
		fprintf(stderr, "%s  ", endpoint_show(arena, o->endpoint));
	if (o->kind == FACT_WIRE) {
		fprintf(stderr, "%s %s", wire->sent ? "->" : "<-", wire->text);
	} else {
		fprintf(stderr, "%s: %s", fact_record(o->kind)->name,
			outcome_names[o->outcome]);
		if (o->detail != NULL)
			fprintf(stderr, " (%s)", o->detail);
		print_fields(arena, o);
	}
	fputc('\n', stderr);
	if (o->kind == FACT_DNS)
		print_records(o->fact);
	arena_close(&arena);
}
