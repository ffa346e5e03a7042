/* One walk over the field table. A list is a row for each of its elements, so that a word
 * in it can be searched for. */
#include "tui/fields.h"

#include "base/text.h"

#include <string.h>

enum { TAB = 24 }; /* behind the longest names */

struct sign
outcome_sign(enum outcome outcome)
{
	return sign_of(outcome == OUTCOME_OK          ? STATUS_PASS
		       : outcome == OUTCOME_NOT_TRIED ? STATUS_SKIP
						      : STATUS_FAIL);
}

/* "fabrikam.com emea.fabrikam.com and 9 more" */
static const char *
list_words(struct arena *arena, const struct field *f, const void *record)
{
	enum { MOST = 12 };
	size_t count = field_count(f, record);
	const char *words = NULL;

	if (f->kind != FIELD_TEXTS)
		return count ? arena_printf(arena, "%zu", count) : NULL;
	for (size_t i = 0; i < count && i < MOST; i++)
		words = words ? arena_printf(
					arena, "%s %s", words, field_string(f, record, i))
			      : field_string(f, record, i);
	return count > MOST ? arena_printf(arena, "%s and %zu more", words, count - MOST)
			    : words;
}

const char *
fields_words(struct arena *arena, const struct record *record, const void *of)
{
	const char *words = "";

	for (const struct field *f = record->field; f->name != NULL; f++) {
		const char *text = f->kind == FIELD_BYTES  ? NULL
				   : f->kind > FIELD_BYTES ? list_words(arena, f, of)
							   : field_text(arena, f, of);

		if (text != NULL)
			words = arena_printf(arena, "%s%s%s %s", words,
				*words ? ", " : "", f->name, text);
	}
	return words;
}

static void
write_list(struct sheet *sheet, int column, const struct field *f, const void *fact)
{
	for (size_t i = 0; i < field_count(f, fact); i++)
		sheet_entry(sheet, column, column + TAB, i == 0 ? f->name : "",
			f->kind == FIELD_TEXTS
				? field_string(f, fact, i)
				: fields_words(sheet_arena(sheet), f->record,
					  field_element(f, fact, i)));
}

/* Nobody reads them; the report on file has them all. */
static void
write_bytes(struct sheet *sheet, int column, const struct field *f, const void *fact)
{
	struct arena *arena = sheet_arena(sheet);
	const char *text = field_text(arena, f, fact);
	int at;

	if (text == NULL)
		return;
	sheet_row(sheet);
	at = sheet_text(sheet, column, STYLE_QUIET, f->name) + 1;
	if (!sheet_is_narrow(sheet) && at < column + TAB)
		at = column + TAB;
	sheet_text(sheet, at, STYLE_PLAIN,
		arena_printf(arena, "%zu octets: %s", field_count(f, fact), text));
}

void
fields_write(
	struct sheet *sheet, int column, const struct record *record, const void *fact)
{
	for (const struct field *f = record->field; f->name != NULL; f++) {
		if (f->kind == FIELD_BYTES)
			write_bytes(sheet, column, f, fact);
		else if (f->kind > FIELD_BYTES)
			write_list(sheet, column, f, fact);
		else
			sheet_entry(sheet, column, column + TAB, f->name,
				field_text(sheet_arena(sheet), f, fact));
	}
}
