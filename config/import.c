/* Which object is what is told by its type, and where its properties go by the tables of
 * config/cmdlet.c. What has a value and no place is told. */
#include "config/import.h"

#include "base/fatal.h"
#include "base/text.h"
#include "config/carry.h"
#include "config/merge.h"
#include "file/load.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct import *
import_open(struct config *config)
{
	struct import *import = calloc(1, sizeof *import);

	if (import == NULL)
		fatal("out of memory");
	import->config = config;
	import->merge = merge_open(config);
	return import;
}

void
import_close(struct import **import)
{
	if (*import == NULL)
		return;
	merge_close(&(*import)->merge);
	free(*import);
	*import = NULL;
}

void
import_tell(struct import *import, const char *file, int line, const char *format, ...)
{
	struct arena *arena = import->config->arena;
	struct import_note *note;
	char text[1024];
	va_list ap;

	if (import->notes == IMPORT_MAX_NOTES) {
		import->untold++;
		return;
	}
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	import->note =
		arena_grow(arena, import->note, import->notes, sizeof *import->note);
	note = &import->note[import->notes++];
	note->file = arena_strdup(arena, file);
	note->line = line;
	note->text = text_clean(arena, text, strlen(text));
}

/* --- objects ------------------------------------------------------------------------------ */

/* What the object is called, at the first place where it says so; NULL for nowhere. */
static const char *
name_of(const struct clixml_object *object)
{
	static const char *const member[] = { "Domain", "Identity" };

	for (size_t i = 0; i < sizeof member / sizeof member[0]; i++) {
		const struct clixml_value *value = clixml_member(object, member[i]);

		if (value != NULL && value->text != NULL && *value->text != '\0')
			return value->text;
	}
	return object->text && *object->text ? object->text : NULL;
}

static void
take_partner(struct walk *walk, const struct clixml_object *object)
{
	const char *name = name_of(object), *trouble;
	struct configured partner = { .line = object->line };
	struct target target = { walk, &cmdlets[CMDLET_PARTNER], NULL, &partner.policy };

	trouble = domain_parse(walk->arena, name ? name : "", &partner.domain);
	if (trouble != NULL) {
		import_tell(walk->import, walk->file, object->line,
			"the partner \"%.60s\" is not carried over: %s", name ? name : "",
			trouble);
		return;
	}
	target.name = arena_printf(walk->arena, "partner %s", partner.domain.ascii);
	carry_properties(&target, object);
	walk->incoming = arena_grow(
		walk->arena, walk->incoming, walk->incomings, sizeof *walk->incoming);
	walk->incoming[walk->incomings++] = partner;
}

static void
take_gateway(struct walk *walk, const struct clixml_object *object)
{
	struct gateway gateway = { .connection_limit = 0 };
	const struct target target = { walk, &cmdlets[CMDLET_GATEWAY], "gateway",
		&gateway };
	struct config *config = walk->import->config;

	carry_properties(&target, object);
	config->gateway = arena_copy(config->arena, &gateway, sizeof gateway);
	config->gateway_line = 0;
}

/* Says so when nothing is known of our own side. */
static bool
has_local(struct walk *walk, const char *what, int line)
{
	if (walk->import->config->local != NULL)
		return true;
	import_tell(walk->import, walk->file, line,
		"the %s is not carried over: our own domain is not known, see --from",
		what);
	return false;
}

/* The one that has this name; one without a name is the global one. */
static struct access_policy *
find_access_policy(const struct local *local, const char *name)
{
	for (size_t i = 0; i < local->access_policies; i++) {
		const char *other = local->access_policy[i].name;

		if (text_same_name(other ? other : "Global", name ? name : "Global"))
			return &local->access_policy[i];
	}
	return NULL;
}

static void
take_access_policy(struct walk *walk, const struct clixml_object *object)
{
	const struct field *list = record_field(&local_record, "access-policy");
	struct config *config = walk->import->config;
	struct access_policy policy = { .name = name_of(object) }, *place;
	const char *name = policy.name ? arena_printf(walk->arena, "access policy %.60s",
						 policy.name)
				       : "access policy";
	const struct target target = { walk, &cmdlets[CMDLET_ACCESS_POLICY], name,
		&policy };

	if (!has_local(walk, name, object->line))
		return;
	place = find_access_policy(config->local, policy.name);
	if (place == NULL &&
		config->local->access_policies == IMPORT_MAX_ACCESS_POLICIES) {
		import_tell(walk->import, walk->file, object->line,
			"the %s is not carried over: there are %d", name,
			IMPORT_MAX_ACCESS_POLICIES);
		return;
	}
	carry_properties(&target, object);
	if (place == NULL)
		place = field_add(config->arena, list, config->local);
	policy.name = arena_strdup(config->arena, policy.name);
	*place = policy;
}

static void
take_edge(struct walk *walk, const struct clixml_object *object)
{
	struct local *local = walk->import->config->local;
	const struct target target = { walk, &cmdlets[CMDLET_EDGE], "Access Edge",
		local };

	if (has_local(walk, "Access Edge configuration", object->line))
		carry_properties(&target, object);
}

static void (*const take[CMDLETS])(
	struct walk *walk, const struct clixml_object *object) = {
	[CMDLET_PARTNER] = take_partner,
	[CMDLET_GATEWAY] = take_gateway,
	[CMDLET_ACCESS_POLICY] = take_access_policy,
	[CMDLET_EDGE] = take_edge,
};

/* --- the file ----------------------------------------------------------------------------- */

static bool
is_of(const struct clixml_object *object, const struct cmdlet *cmdlet)
{
	for (size_t i = 0; cmdlet->type[i] != NULL; i++)
		if (clixml_is(object, cmdlet->type[i]))
			return true;
	return false;
}

static void
tell_unknown(struct walk *walk, const struct clixml_value *value)
{
	const char *type = value->tag;

	if (value->object != NULL && value->object->types != 0)
		type = value->object->type[0].full;
	import_tell(walk->import, walk->file, value->line,
		"an object of the type %.200s is not carried over; accepted: what "
		"Get-%s, Get-%s, Get-%s and Get-%s return",
		type, cmdlets[CMDLET_PARTNER].noun, cmdlets[CMDLET_GATEWAY].noun,
		cmdlets[CMDLET_ACCESS_POLICY].noun, cmdlets[CMDLET_EDGE].noun);
}

/* Export-Clixml writes what comes through a pipeline one by one, and what it is given as
 * -InputObject as a list. Each object is taken once, however often it is referred to. */
static void
take_value(struct walk *walk, const struct clixml_value *value, int depth)
{
	const struct clixml_object *object = value->object;

	if (object == NULL) {
		if (strcmp(value->tag, "Nil") != 0)
			tell_unknown(walk, value);
		return;
	}
	if (walk->taken[object->number])
		return;
	walk->taken[object->number] = true;
	for (size_t i = 0; i < CMDLETS; i++)
		if (is_of(object, &cmdlets[i])) {
			take[i](walk, object);
			return;
		}
	if (!object->is_list || depth == CLIXML_MAX_DEPTH)
		tell_unknown(walk, value);
	for (size_t i = 0; i < object->elements && depth < CLIXML_MAX_DEPTH; i++)
		take_value(walk, &object->element[i], depth + 1);
}

bool
import_memory(struct import *import, const char *bytes, size_t length, const char *name)
{
	struct walk walk = { .import = import, .file = name, .arena = arena_open() };
	const char *trouble = NULL;
	const struct clixml *clixml =
		clixml_read(bytes, length, name, walk.arena, &trouble);

	if (clixml != NULL) {
		walk.taken = arena_alloc(walk.arena, clixml->objects);
		for (size_t i = 0; i < clixml->values; i++)
			take_value(&walk, &clixml->value[i], 0);
		merge_partners(import, walk.incoming, walk.incomings, name);
	}
	import->trouble = arena_strdup(import->config->arena, trouble);
	arena_close(&walk.arena);
	return clixml != NULL;
}

bool
import_file(struct import *import, const char *path)
{
	size_t length;
	char *bytes = load_file(path, CLIXML_MAX_BYTES, &length);
	bool good = false;

	if (bytes != NULL)
		good = import_memory(import, bytes, length, path);
	else
		import->trouble = arena_printf(
			import->config->arena, "%s: %s", path, strerror(errno));
	free(bytes);
	return good;
}
