/* The field tables against the structs they describe, and every kind of fact through a
 * copy. */
#include "base/text.h"
#include "model/fact.h"
#include "model/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char hostile[] = "a\x1b]0;b\x07\xff\xe2\x80\xae";
static const char cleaned[] = "a\\x1b]0;b\\x07\\xff\\u{202e}";

static size_t
size_of(const struct field *f)
{
	switch (f->kind) {
	case FIELD_BOOL:
		return sizeof(bool);
	case FIELD_INT:
	case FIELD_ENUM:
		return sizeof(int);
	case FIELD_LONG:
	case FIELD_TIME:
		return sizeof(int64_t);
	default:
		return sizeof(void *); /* of a list, without its count */
	}
}

static size_t
align(size_t offset, size_t size)
{
	return (offset + size - 1) / size * size;
}

/* The next free offset is the next row's: nothing is left out, nothing comes twice. A
 * small member could still hide in the padding before a larger one; see
 * tests/rules/fields.sh for that. */
static void
check_table(const struct record *record)
{
	size_t end = 0, largest = 1;

	for (const struct field *f = record->field; f->name != NULL; f++) {
		size_t size = size_of(f);

		if (f->offset != align(end, size))
			fail_msg("%s: a gap before \"%s\"", record->name, f->name);
		if ((f->kind == FIELD_ENUM) != (f->names != NULL) ||
			(f->kind == FIELD_RECORDS) != (f->record != NULL))
			fail_msg("%s: \"%s\" is half described", record->name, f->name);
		end = f->offset + size;
		largest = size > largest ? size : largest;
		if (f->kind < FIELD_BYTES)
			continue;
		if (f->count != align(end, sizeof(size_t)))
			fail_msg("%s: the count of \"%s\"", record->name, f->name);
		end = f->count + sizeof(size_t);
		if (f->kind == FIELD_RECORDS)
			check_table(f->record);
	}
	if (record->size != align(end, largest))
		fail_msg("%s: a gap at the end", record->name);
}

/* As in XML, and each only once. */
static void
check_names(const struct record *record)
{
	for (const struct field *f = record->field; f->name != NULL; f++) {
		assert_ptr_equal(record_field(record, f->name), f);
		assert_int_equal(
			strspn(f->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(f->name));
		if (f->kind == FIELD_RECORDS)
			check_names(f->record);
	}
}

static void
tables_leave_no_gap(void **state)
{
	(void)state;
	for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++) {
		check_table(fact_record(kind));
		check_names(fact_record(kind));
	}
	check_table(&asked_record);
	check_names(&asked_record);
}

static void
kinds_have_names(void **state)
{
	(void)state;
	for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++)
		assert_int_equal(fact_kind(fact_record(kind)->name), kind);
	assert_int_equal(fact_kind("nothing"), FACT_KINDS);
}

/* As many names as the enum has, the first of them "none". */
static void
enums_have_names(void **state)
{
	static const struct {
		const char *record, *field;
		int last;
	} row[] = {
		{ "dns", "type", DNS_OTHER },
		{ "dns", "rcode", RCODE_OTHER },
		{ "connect", "failure", CONNECT_OTHER },
		{ "foreign", "protocol", FOREIGN_OTHER },
		{ "header", "phase", PHASE_SASL },
		{ "starttls", "answer", STARTTLS_OTHER },
		{ "sasl", "answer", SASL_OTHER },
		{ "dialback", "element", DIALBACK_RESULT },
		{ "xml", "breach", XML_TOO_MUCH_SPACE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const struct record *record = fact_record(fact_kind(row[i].record));
		const char *const *name = record_field(record, row[i].field)->names;
		int names = 0;

		while (name[names] != NULL)
			names++;
		assert_int_equal(names, row[i].last + 1);
		assert_string_equal(name[0], "none");
	}
}

static void fill(struct arena *arena, const struct record *record, void *fact, int seed);

/* A value that is the field's own, so that two fields cannot be mixed up. */
static void
fill_field(struct arena *arena, const struct field *f, void *fact, int seed)
{
	int names = 0;

	switch (f->kind) {
	case FIELD_BOOL:
		field_parse(arena, f, fact, "true");
		break;
	case FIELD_INT:
	case FIELD_LONG:
		field_parse(arena, f, fact, arena_printf(arena, "%d", seed));
		break;
	case FIELD_TIME:
		field_parse(arena, f, fact, text_time(arena, 1000000 + seed));
		break;
	case FIELD_ENUM:
		while (f->names[names] != NULL)
			names++;
		field_parse(arena, f, fact, f->names[1 + seed % (names - 1)]);
		break;
	case FIELD_TEXT:
		field_parse(arena, f, fact, arena_printf(arena, "%d%s", seed, hostile));
		break;
	case FIELD_BYTES:
		field_parse(arena, f, fact, "AAEC/w==");
		break;
	case FIELD_TEXTS:
		for (int i = 0; i < 5; i++)
			field_add_text(arena, f, fact,
				arena_printf(arena, "%d%s", seed + i, hostile));
		break;
	case FIELD_RECORDS:
		for (int i = 0; i < 5; i++)
			fill(arena, f->record, field_add(arena, f, fact), seed + 100 * i);
	}
}

static void
fill(struct arena *arena, const struct record *record, void *fact, int seed)
{
	for (const struct field *f = record->field; f->name != NULL; f++)
		fill_field(arena, f, fact, ++seed);
}

/* The fact as lines of text, hostile texts as they are or as they must be. */
static void
print(FILE *out, struct arena *arena, const struct record *record, const void *fact)
{
	for (const struct field *f = record->field; f->name != NULL; f++) {
		const char *text = field_text(arena, f, fact);

		fprintf(out, "%s=%s (%zu)\n", f->name, text ? text : "",
			field_count(f, fact));
		for (size_t i = 0; f->kind >= FIELD_TEXTS && i < field_count(f, fact);
			i++)
			if (f->kind == FIELD_TEXTS)
				fprintf(out, "- %s\n", field_string(f, fact, i));
			else
				print(out, arena, f->record, field_element(f, fact, i));
	}
}

static char *
printed(struct arena *arena, const struct record *record, const void *fact)
{
	char *text = NULL, *copy;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	print(out, arena, record, fact);
	fclose(out);
	copy = arena_text(arena, text, length);
	free(text);
	return copy;
}

/* What text_clean() must have made of it. */
static char *
with_clean_texts(struct arena *arena, const char *text)
{
	char *out = arena_text(arena, "", 0);

	for (const char *at; (at = strstr(text, hostile)) != NULL;
		text = at + strlen(hostile))
		out = arena_printf(
			arena, "%s%.*s%s", out, (int)(at - text), text, cleaned);
	return arena_printf(arena, "%s%s", out, text);
}

/* The original's memory is given back before the copy is looked at. */
static void
copies_are_whole_and_clean(void **state)
{
	struct arena *kept = arena_open();

	(void)state;
	for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++) {
		const struct record *record = fact_record(kind);
		struct arena *lost = arena_open();
		void *fact = arena_alloc(lost, record->size), *copy;
		const char *expected;

		fill(lost, record, fact, 100);
		expected = with_clean_texts(kept, printed(kept, record, fact));
		copy = record_copy(kept, record, fact);
		arena_close(&lost);
		assert_string_equal(printed(kept, record, copy), expected);
		copy = record_copy(kept, record, copy);
		assert_string_equal(printed(kept, record, copy), expected);
	}
	arena_close(&kept);
}

static void
names_alerts(void **state)
{
	(void)state;
	assert_string_equal(tls_alert_name(0), "close_notify");
	assert_string_equal(tls_alert_name(48), "unknown_ca");
	assert_string_equal(tls_alert_name(120), "no_application_protocol");
	assert_null(tls_alert_name(255));
	assert_null(tls_alert_name(-1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_leave_no_gap),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(enums_have_names),
		cmocka_unit_test(copies_are_whole_and_clean),
		cmocka_unit_test(names_alerts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
