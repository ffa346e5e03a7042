/* From properties to fields: by the kind of the field, and by what the table says that the
 * property means. */
#include "config/carry.h"

#include "base/text.h"

#include <string.h>

/* Absent, empty, false or zero: the framework writes all properties of an object. */
static bool
is_empty(const struct clixml_value *value)
{
	if (value->object != NULL && value->object->elements != 0)
		return false;
	return value->text == NULL || *value->text == '\0' ||
	       strcmp(value->text, "0") == 0 || text_same_name(value->text, "false");
}

static void
refuse(const struct target *t, const struct property *property,
	const struct clixml_value *value, const char *accepted)
{
	import_tell(t->walk->import, t->walk->file, value->line,
		"%s \"%.60s\" of the %s is not carried over; accepted: %s",
		property->name, value->text, t->name, accepted);
}

static const char *
accepted_words(struct arena *arena, const char *const *names)
{
	const char *list = NULL;

	for (; *names != NULL; names++) {
		const char *word = cmdlet_word(arena, *names);

		list = list ? arena_printf(arena, "%s, %s", list, word) : word;
	}
	return list;
}

static void
carry_number(const struct target *t, const struct property *property,
	const struct field *f, const struct clixml_value *value)
{
	long long number;

	/* A partner's limit of zero is none of its own. */
	if (t->cmdlet == &cmdlets[CMDLET_PARTNER] && strcmp(value->text, "0") == 0)
		return;
	if (text_number(value->text, 1, CONFIG_MAX_NUMBER, &number))
		field_parse(t->walk->arena, f, t->to, value->text);
	else
		refuse(t, property, value,
			arena_printf(t->walk->arena, "1 to %d", CONFIG_MAX_NUMBER));
}

static void
carry_word(const struct target *t, const struct property *property, const struct field *f,
	const struct clixml_value *value)
{
	int index = cmdlet_index(t->walk->arena, f->names, value->text);

	if (index >= 0)
		field_parse(t->walk->arena, f, t->to, f->names[index]);
	else
		refuse(t, property, value, accepted_words(t->walk->arena, f->names));
}

static void
carry_switch(const struct target *t, const struct property *property,
	const struct field *f, const struct clixml_value *value)
{
	if (!field_parse(
		    t->walk->arena, f, t->to, text_lower(t->walk->arena, value->text)))
		refuse(t, property, value, "True, False");
}

/* As the reader of partners.xml takes text that people set over lines. */
static void
carry_text(
	const struct target *t, const struct field *f, const struct clixml_value *value)
{
	char *words = arena_strdup(t->walk->arena, value->text), *end = words;

	for (const char *from = value->text; *from != '\0'; from++)
		if (*from != ' ' || (end != words && end[-1] != ' '))
			*end++ = *from;
	if (end != words && end[-1] == ' ')
		end--;
	*end = '\0';
	if (*words != '\0')
		field_parse(t->walk->arena, f, t->to, words);
}

static void
carry_field(const struct target *t, const struct property *property,
	const struct clixml_value *value)
{
	const struct field *f = record_field(t->cmdlet->record, property->field);

	switch (f->kind) {
	case FIELD_INT:
		carry_number(t, property, f, value);
		break;
	case FIELD_ENUM:
		carry_word(t, property, f, value);
		break;
	case FIELD_BOOL:
		carry_switch(t, property, f, value);
		break;
	default:
		carry_text(t, f, value);
	}
}

/* A-labels, or NULL after a note. There may be very many, and parsing leaves much behind. */
static const char *
carry_domain(const struct target *t, const struct property *property,
	const struct clixml_value *value)
{
	const char *text = value->text ? value->text : "", *trouble, *ascii = NULL;
	struct arena *scratch = arena_open();
	struct domain domain;

	trouble = domain_parse(scratch, text, &domain);
	if (trouble == NULL)
		ascii = arena_strdup(t->walk->arena, domain.ascii);
	else
		import_tell(t->walk->import, t->walk->file, value->line,
			"%s \"%.60s\" of the %s is not carried over: %s", property->name,
			text, t->name, trouble);
	arena_close(&scratch);
	return ascii;
}

static void
carry_host(const struct target *t, const struct property *property,
	const struct clixml_value *value)
{
	const char *ascii = carry_domain(t, property, value);

	if (ascii != NULL)
		field_parse(t->walk->arena,
			record_field(t->cmdlet->record, property->field), t->to, ascii);
}

/* A list is one partner's: another one could only repeat its domains, and a file may refer
 * to one list as often as it likes. */
static void
carry_hosts(const struct target *t, const struct property *property,
	const struct clixml_value *value)
{
	const struct field *f = record_field(t->cmdlet->record, property->field);
	const struct clixml_object *list = value->object;
	bool is_list = list != NULL && list->is_list;
	const struct clixml_value *host = is_list ? list->element : value;
	size_t hosts = is_list ? list->elements : 1;

	if (is_list && hosts != 0 && t->walk->taken[list->number]) {
		import_tell(t->walk->import, t->walk->file, value->line,
			"%s of the %s are not carried over: the list is another's",
			property->name, t->name);
		return;
	}
	if (is_list)
		t->walk->taken[list->number] = true;
	for (size_t i = 0; i < hosts; i++) {
		const char *ascii = NULL;

		if (!is_empty(&host[i]))
			ascii = carry_domain(t, property, &host[i]);
		if (ascii != NULL)
			field_add_text(t->walk->arena, f, t->to, ascii);
	}
}

static void
carry_property(const struct target *t, const struct property *property,
	const struct clixml_value *value)
{
	if (value->text == NULL && value->object == NULL)
		return;
	switch (property->meaning) {
	case MEANS_FIELD:
		if (value->text != NULL && *value->text != '\0')
			carry_field(t, property, value);
		break;
	case MEANS_HOST:
		if (!is_empty(value))
			carry_host(t, property, value);
		break;
	case MEANS_HOSTS:
		carry_hosts(t, property, value);
		break;
	case MEANS_SECRET:
		if (value->text != NULL && *value->text != '\0')
			import_tell(t->walk->import, t->walk->file, value->line,
				"a dialback passphrase is set; it is not carried over, "
				"see --dialback-secret-file");
		break;
	case MEANS_NAME:
	case MEANS_NOTHING:
		break;
	}
}

void
carry_properties(const struct target *t, const struct clixml_object *object)
{
	const struct property *property = t->cmdlet->property;

	for (; property->name != NULL; property++) {
		const struct clixml_value *value = clixml_member(object, property->name);

		if (value != NULL)
			carry_property(t, property, value);
	}
	for (size_t i = 0; i < object->members; i++) {
		const struct clixml_value *value = &object->member[i];

		if (!is_empty(value) && cmdlet_property(t->cmdlet, value->name) == NULL)
			import_tell(t->walk->import, t->walk->file, value->line,
				"%.60s of the %s is not carried over: there is no place "
				"for it",
				value->name, t->name);
	}
}
