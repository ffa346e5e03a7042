/* Every parameter is a number, a word of ours or a quoted string: nothing that was read
 * anywhere can become a command. */
#include "config/powershell.h"

#include "base/fatal.h"
#include "base/text.h"
#include "config/cmdlet.h"

#include <stdlib.h>
#include <string.h>

/* PowerShell takes these typographic quotes (U+2018 to U+201B) for the plain one. */
static size_t
quote_length(const char *text)
{
	static const char *const quotes[] = { "'", "\u2018", "\u2019", "\u201a",
		"\u201b" };

	for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++)
		if (text_starts(text, quotes[i]))
			return strlen(quotes[i]);
	return 0;
}

const char *
powershell_quote(struct arena *arena, const char *text)
{
	char *quoted = arena_alloc(arena, 2 * strlen(text) + 3), *end = quoted;

	*end++ = '\'';
	while (*text != '\0') {
		size_t quote = quote_length(text), length = quote ? quote : 1;

		for (size_t times = quote ? 2 : 1; times > 0; times--, end += length)
			memcpy(end, text, length);
		text += length;
	}
	*end++ = '\'';
	*end = '\0';
	return quoted;
}

struct script {
	FILE *file;
	struct arena *arena;
};

static void
begin(struct script *s, const char *verb, const struct cmdlet *cmdlet)
{
	fprintf(s->file, "%s-%s", verb, cmdlet->noun);
}

static void
put_string(struct script *s, const char *parameter, const char *text)
{
	fprintf(s->file, " -%s %s", parameter, powershell_quote(s->arena, text));
}

static void
put_strings(
	struct script *s, const char *parameter, const struct field *f, const void *from)
{
	for (size_t i = 0; i < field_count(f, from); i++) {
		if (i == 0)
			fprintf(s->file, " -%s ", parameter);
		else
			putc(',', s->file);
		fputs(powershell_quote(s->arena, field_string(f, from, i)), s->file);
	}
}

/* Some of our words are switches of the cmdlets. */
static void
put_word(struct script *s, const char *parameter, const char *word)
{
	bool truth = strcmp(word, "true") == 0 || strcmp(word, "false") == 0;

	fprintf(s->file, " -%s %s", parameter,
		truth ? arena_printf(s->arena, "$%s", word)
		      : cmdlet_word(s->arena, word));
}

static const char *
default_word(const struct field *f)
{
	switch (f->kind) {
	case FIELD_ENUM:
		return f->names[0];
	case FIELD_BOOL:
		return "false";
	default:
		return NULL;
	}
}

static void
put_property(struct script *s, const struct cmdlet *cmdlet,
	const struct property *property, const void *from)
{
	const struct field *f = record_field(cmdlet->record, property->field);
	const char *value = field_text(s->arena, f, from);

	if (value == NULL && !property->brief)
		value = default_word(f);
	if (f->kind == FIELD_TEXTS)
		put_strings(s, property->name, f, from);
	else if (value != NULL && f->kind == FIELD_TEXT)
		put_string(s, property->name, value);
	else if (value != NULL)
		put_word(s, property->name, value);
}

static void
put_properties(struct script *s, const struct cmdlet *cmdlet, const void *from)
{
	const struct property *property = cmdlet->property;

	for (; property->name != NULL; property++)
		if (property->field != NULL)
			put_property(s, cmdlet, property, from);
	putc('\n', s->file);
}

/* What the gateway's own table says against it; the Control Panel would refuse some. */
static void
put_remark(struct script *s, const struct policy *policy)
{
	const struct negotiation *row = negotiation_of(policy);

	if (row->remark == REMARK_WARNING || row->remark == REMARK_INVALID)
		fprintf(s->file, "# row %d of the negotiation table: %s\n", row->row,
			row->text);
}

static void
put_partner(struct script *s, const struct configured *partner)
{
	const struct cmdlet *cmdlet = &cmdlets[CMDLET_PARTNER];

	put_remark(s, &partner->policy);
	begin(s, "New", cmdlet);
	put_string(s, "Domain", partner->domain.ascii);
	put_properties(s, cmdlet, &partner->policy);
}

/* The global policy is always there; one for users is named without its "tag:". */
static void
put_access_policy(struct script *s, const struct access_policy *policy)
{
	const struct cmdlet *cmdlet = &cmdlets[CMDLET_ACCESS_POLICY];
	const char *name = policy->name ? policy->name : "Global";
	bool tag = text_starts(text_lower(s->arena, name), "tag:");

	begin(s, text_same_name(name, "Global") ? "Set" : "New", cmdlet);
	put_string(s, "Identity", tag ? name + strlen("tag:") : name);
	put_properties(s, cmdlet, policy);
}

static void
put_local(struct script *s, const struct local *local)
{
	if (local->federated_users != KNOWN_NOT) {
		fputs("# this is about SIP federation, too\n", s->file);
		begin(s, "Set", &cmdlets[CMDLET_EDGE]);
		put_properties(s, &cmdlets[CMDLET_EDGE], local);
	}
	for (size_t i = 0; i < local->access_policies; i++)
		put_access_policy(s, &local->access_policy[i]);
}

/* A command without parameters would change nothing. */
static bool
is_unstated(struct script *s, const struct gateway *gateway)
{
	for (const struct field *f = gateway_record.field; f->name != NULL; f++)
		if (field_text(s->arena, f, gateway) != NULL)
			return false;
	return true;
}

static void
put_config(struct script *s, const struct config *config)
{
	fputs("# For the Lync Server Management Shell. A partner that is there already is "
	      "changed by\n"
	      "# Set-CsXmppAllowedPartner, with -Identity in place of -Domain.\n",
		s->file);
	if (config->local != NULL)
		put_local(s, config->local);
	if (config->gateway != NULL && !is_unstated(s, config->gateway)) {
		begin(s, "Set", &cmdlets[CMDLET_GATEWAY]);
		put_properties(s, &cmdlets[CMDLET_GATEWAY], config->gateway);
	}
	for (size_t i = 0; i < config->partners; i++)
		put_partner(s, &config->partner[i]);
}

static bool
is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] >= 0x80)
			return false;
	return true;
}

bool
powershell_write(FILE *file, const struct config *config)
{
	char *text = NULL;
	size_t length;
	struct script s = { open_memstream(&text, &length), arena_open() };

	if (s.file == NULL)
		fatal("out of memory");
	put_config(&s, config);
	if (fclose(s.file) != 0)
		fatal("out of memory");
	if (!is_ascii(text, length))
		fputs("\xef\xbb\xbf", file);
	fwrite(text, 1, length, file);
	arena_close(&s.arena);
	free(text);
	return fflush(file) == 0 && !ferror(file);
}
