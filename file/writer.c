#include "file/writer.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

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
clean(struct writer *w, const char *text)
{
	return text_is_clean(text) ? text : text_clean(w->arena, text, strlen(text));
}

void
writer_begin(struct writer *w)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", w->file);
}

void
writer_start(struct writer *w, const char *name)
{
	if (w->open)
		fputs(">\n", w->file);
	fprintf(w->file, "%*s<%s", 2 * w->depth++, "", name);
	w->open = true;
}

void
writer_end(struct writer *w, const char *name)
{
	w->depth--;
	if (w->open)
		fputs("/>\n", w->file);
	else
		fprintf(w->file, "%*s</%s>\n", 2 * w->depth, "", name);
	w->open = false;
}

void
writer_attribute(struct writer *w, const char *name, const char *value)
{
	if (value == NULL)
		return;
	fprintf(w->file, " %s=\"", name);
	put_escaped(w->file, clean(w, value));
	putc('"', w->file);
}

void
writer_attribute_ms(struct writer *w, const char *name, int64_t us)
{
	writer_attribute(w, name,
		arena_printf(w->arena, "%" PRId64 ".%03d", us / 1000, (int)(us % 1000)));
}

static void
write_leaf(struct writer *w, const char *name, const char *escaped)
{
	writer_start(w, name);
	putc('>', w->file);
	put_escaped(w->file, escaped);
	fprintf(w->file, "</%s>\n", name);
	w->depth--;
	w->open = false;
}

void
writer_leaf(struct writer *w, const char *name, const char *content)
{
	if (content != NULL)
		write_leaf(w, name, clean(w, content));
}

static void
write_list(struct writer *w, const struct field *f, const void *from)
{
	if (f->kind == FIELD_BYTES && field_count(f, from) != 0) {
		/* Not through clean(): a certificate may be longer than any text. */
		write_leaf(w, f->name, field_text(w->arena, f, from));
		return;
	}
	for (size_t i = 0; f->kind != FIELD_BYTES && i < field_count(f, from); i++)
		if (f->kind == FIELD_TEXTS)
			writer_leaf(w, f->name, field_string(f, from, i));
		else
			writer_record(w, f->name, f->record, field_element(f, from, i));
}

void
writer_record(
	struct writer *w, const char *name, const struct record *record, const void *from)
{
	writer_start(w, name);
	for (const struct field *f = record->field; f->name != NULL; f++)
		if (f->kind < FIELD_BYTES)
			writer_attribute(w, f->name, field_text(w->arena, f, from));
	for (const struct field *f = record->field; f->name != NULL; f++)
		if (f->kind >= FIELD_BYTES)
			write_list(w, f, from);
	writer_end(w, name);
}
