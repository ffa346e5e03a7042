/* Reads partners.xml. What a schema can say is doc/partners.rng and is told in the same
 * place by the tables here; beyond it, names must be domain names, checks must exist, and
 * nothing may be listed twice. */
#include "config/config.h"

#include "base/text.h"
#include "config/element.h"
#include "file/load.h"
#include "file/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PORT = 65535 };

/* A name, and where it is listed. */
struct listed {
	const char *name;
	int line;
	size_t order;
};

struct list {
	struct listed *listed;
	size_t count;
};

struct reading {
	struct config *config;
	struct arena *arena; /* of the config */
	const char *(*nearest)(struct arena *arena, const char *id);
	struct list domains, sip_domains, access_policies, checks;
};

/* --- attributes ------------------------------------------------------------------------ */

/* Zero would read as "not stated". */
static bool
read_number(struct reader *r, struct arena *arena, const struct record *record,
	const struct field *f)
{
	const char *value = reader_attribute(r, arena, f->name);
	int most = text_ends(f->name, "port") ? MAX_PORT : CONFIG_MAX_NUMBER;
	long long number;

	return value == NULL || text_number(value, 1, most, &number) ||
	       reader_wrong(r, "%s=\"%.60s\" of <%s> is wrong; accepted: 1 to %d",
		       f->name, value, record->name, most);
}

static bool
read_attributes(struct reader *r, struct arena *arena, const struct record *record,
	void *to, const char *const *needed)
{
	for (const struct field *f = record->field; f->name != NULL; f++)
		if (f->kind == FIELD_INT && !read_number(r, arena, record, f))
			return false;
	return reader_attributes(r, arena, record, to, needed);
}

static bool
parse_domain(
	struct reader *r, struct arena *arena, const char *typed, struct domain *domain)
{
	const char *trouble = domain_parse(arena, typed, domain);

	return trouble == NULL || reader_wrong(r, "\"%.60s\" of <%s> is no domain: %s",
					  typed, reader_name(r), trouble);
}

/* Replaces a name, when there is one, by its A-labels. */
static bool
to_ascii(struct reader *r, struct arena *arena, const char **name)
{
	struct domain domain;

	if (*name == NULL)
		return true;
	if (!parse_domain(r, arena, *name, &domain))
		return false;
	*name = domain.ascii;
	return true;
}

/* A path in the file is relative to its folder. */
static bool
to_path(struct reader *r, const struct reading *reading, const char *attribute,
	const char **path)
{
	const char *file = reading->config->file, *slash = strrchr(file, '/');

	if (*path == NULL)
		return true;
	if (**path == '\0')
		return reader_wrong(
			r, "%s=\"\" is wrong; accepted: the path of a file", attribute);
	if (**path != '/' && slash != NULL)
		*path = arena_printf(
			reading->arena, "%.*s%s", (int)(slash - file) + 1, file, *path);
	return true;
}

/* --- what is listed twice -------------------------------------------------------------- */

static void
list_add(struct reading *reading, struct reader *r, struct list *list, const char *name)
{
	list->listed = arena_grow(
		reading->arena, list->listed, list->count, sizeof *list->listed);
	list->listed[list->count] = (struct listed){ name, reader_line(r), list->count };
	list->count++;
}

static int
compare_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int names = strcmp(x->name, y->name);

	return names ? names : (x->order > y->order) - (x->order < y->order);
}

/* NULL, or one line about the first in the file that was there before. */
static const char *
find_twice(struct arena *arena, const char *file, const struct list *list)
{
	const struct listed *twice = NULL;

	if (list->count == 0)
		return NULL;
	qsort(list->listed, list->count, sizeof *list->listed, compare_listed);
	for (size_t i = 1; i < list->count; i++) {
		const struct listed *l = &list->listed[i];

		if (strcmp(l[-1].name, l->name) == 0 &&
			(twice == NULL || l->order < twice->order))
			twice = l;
	}
	if (twice == NULL)
		return NULL;
	return arena_printf(arena, "%s:%d: \"%s\" is listed before, in line %d", file,
		twice->line, twice->name, twice[-1].line);
}

/* --- elements -------------------------------------------------------------------------- */

static bool
read_sip_domain(struct reader *r, void *self)
{
	struct reading *reading = self;
	const char *name = reader_words(r, reading->arena);

	if (name == NULL || !to_ascii(r, reading->arena, &name))
		return false;
	field_add_text(reading->arena, record_field(&local_record, "sip-domain"),
		reading->config->local, name);
	list_add(reading, r, &reading->sip_domains, name);
	return true;
}

/* An element that holds attributes only. */
static bool
read_empty(struct reader *r, void *self, const struct record *record, void *to,
	const char *const *needed)
{
	static const struct rule none = { NULL, NULL, false, false };
	struct reading *reading = self;

	return read_attributes(r, reading->arena, record, to, needed) &&
	       reader_children(r, record->name, &none, self);
}

static bool
read_certificate(struct reader *r, void *self)
{
	static const char *const needed[] = { "chain", NULL };
	struct reading *reading = self;
	struct local *local = reading->config->local;

	return read_empty(r, self, &certificate_element, local, needed) &&
	       to_path(r, reading, "chain", &local->chain) &&
	       to_path(r, reading, "key", &local->key);
}

static bool
read_access_policy(struct reader *r, void *self)
{
	struct reading *reading = self;
	struct access_policy *policy = field_add(reading->arena,
		record_field(&local_record, "access-policy"), reading->config->local);

	if (!read_empty(r, self, &access_policy_record, policy, NULL))
		return false;
	/* The gateway does not mind the case of identities. */
	list_add(reading, r, &reading->access_policies,
		text_lower(reading->arena, policy->name ? policy->name : "Global"));
	return true;
}

static bool
read_listen(struct reader *r, void *self)
{
	struct reading *reading = self;
	struct local *local = reading->config->local;
	const char *address;

	if (!read_empty(r, self, &listen_element, local, NULL))
		return false;
	address = local->listen_address;
	if (address != NULL && (!domain_is_address(address) || address[0] == '['))
		return reader_wrong(r,
			"address=\"%.60s\" of <listen> is wrong; accepted: an IPv4 or "
			"IPv6 address",
			address);
	if (local->listen_port == 0)
		local->listen_port = 5269;
	return true;
}

static const struct rule local_rules[] = {
	{ "sip-domain", read_sip_domain, true, false },
	{ "certificate", read_certificate, false, false },
	{ "access-policy", read_access_policy, true, false },
	{ "listen", read_listen, false, false },
	{ NULL, NULL, false, false },
};

static bool
read_local(struct reader *r, void *self)
{
	static const char *const needed[] = { "domain", NULL };
	struct reading *reading = self;
	struct local *local = arena_alloc(reading->arena, sizeof *local);

	reading->config->local = local;
	reading->config->local_line = reader_line(r);
	return read_attributes(r, reading->arena, &local_element, local, needed) &&
	       to_ascii(r, reading->arena, &local->domain) &&
	       to_ascii(r, reading->arena, &local->edge) &&
	       reader_children(r, "local", local_rules, self);
}

static bool
read_gateway(struct reader *r, void *self)
{
	struct reading *reading = self;
	struct gateway *gateway = arena_alloc(reading->arena, sizeof *gateway);

	reading->config->gateway = gateway;
	reading->config->gateway_line = reader_line(r);
	return read_empty(r, self, &gateway_record, gateway, NULL);
}

static struct policy *
last_policy(struct reading *reading)
{
	return &reading->config->partner[reading->config->partners - 1].policy;
}

static bool
read_description(struct reader *r, void *self)
{
	struct reading *reading = self;
	const char *words = reader_words(r, reading->arena);

	last_policy(reading)->description = words;
	return words != NULL;
}

static bool
read_additional_domain(struct reader *r, void *self)
{
	struct reading *reading = self;
	const char *name = reader_words(r, reading->arena);

	if (name == NULL || !to_ascii(r, reading->arena, &name))
		return false;
	field_add_text(reading->arena, record_field(&policy_record, "additional-domain"),
		last_policy(reading), name);
	list_add(reading, r, &reading->domains, name);
	return true;
}

static const struct rule partner_rules[] = {
	{ "description", read_description, false, false },
	{ "additional-domain", read_additional_domain, true, false },
	{ NULL, NULL, false, false },
};

static bool
read_partner(struct reader *r, void *self)
{
	static const char *const needed[] = { "domain", NULL };
	struct reading *reading = self;
	struct configured read = { .line = reader_line(r) }, *partner;

	if (!read_attributes(r, reading->arena, &partner_element, &read, needed) ||
		!parse_domain(r, reading->arena, read.domain.typed, &read.domain) ||
		!to_ascii(r, reading->arena, &read.policy.proxy))
		return false;
	partner = config_add(reading->config, &read.domain);
	partner->policy = read.policy;
	partner->line = read.line;
	list_add(reading, r, &reading->domains, partner->domain.ascii);
	return reader_children(r, "partner", partner_rules, self);
}

static bool
read_severity(struct reader *r, void *self)
{
	static const char *const needed[] = { "check", "level", NULL };
	struct reading *reading = self;
	struct config *config = reading->config;
	struct level *level;
	const char *nearest = NULL;

	config->level = arena_grow(
		reading->arena, config->level, config->levels, sizeof *config->level);
	level = &config->level[config->levels++];
	if (!read_empty(r, self, &level_record, level, needed))
		return false;
	if (reading->nearest != NULL)
		nearest = reading->nearest(reading->arena, level->check);
	if (nearest != NULL)
		return reader_wrong(r,
			"check=\"%.60s\" of <severity> is no check; accepted: %s",
			level->check, nearest);
	list_add(reading, r, &reading->checks, level->check);
	return true;
}

static const struct rule root_rules[] = {
	{ "local", read_local, false, false },
	{ "gateway", read_gateway, false, false },
	{ "partner", read_partner, true, false },
	{ "severity", read_severity, true, false },
	{ NULL, NULL, false, false },
};

/* --- the document ---------------------------------------------------------------------- */

static bool
read_document(struct reader *r, struct reading *reading)
{
	static const struct field no_field = { .name = NULL };
	static const struct record root = { "fedprobe", 0, &no_field };

	if (reader_next(r) <= 0)
		return reader_wrong(r, "there is no configuration in it");
	if (strcmp(reader_name(r), root.name) != 0)
		return reader_wrong(r,
			"this is no configuration but <%.60s>; accepted: <fedprobe>",
			reader_name(r));
	return reader_attributes(r, reading->arena, &root, NULL, NULL) &&
	       reader_children(r, root.name, root_rules, reading) && reader_next(r) == 0;
}

static const char *
find_any_twice(struct arena *arena, const struct reading *reading)
{
	const struct list *const lists[] = { &reading->sip_domains,
		&reading->access_policies, &reading->domains, &reading->checks };
	const char *trouble = NULL;

	for (size_t i = 0; trouble == NULL && i < sizeof lists / sizeof lists[0]; i++)
		trouble = find_twice(arena, reading->config->file, lists[i]);
	return trouble;
}

struct config *
config_read_memory(const char *bytes, size_t length, const char *name,
	const char *(*nearest)(struct arena *, const char *), struct arena *arena,
	const char **trouble)
{
	struct reading reading = { .config = config_open(), .nearest = nearest };
	struct reader *r;

	reading.arena = reading.config->arena;
	reading.config->file = arena_strdup(reading.arena, name);
	*trouble = NULL;
	if (length > CONFIG_MAX_BYTES) {
		*trouble = arena_printf(arena, "%s: it is larger than %d MiB", name,
			CONFIG_MAX_BYTES / 1024 / 1024);
	} else {
		r = reader_open(bytes, length, name, CONFIG_NAMESPACE, arena);
		*trouble = read_document(r, &reading) ? find_any_twice(arena, &reading)
						      : reader_trouble(r);
		reader_close(&r);
	}
	if (*trouble != NULL)
		config_close(&reading.config);
	return reading.config;
}

struct config *
config_read(const char *path, const char *(*nearest)(struct arena *, const char *),
	struct arena *arena, const char **trouble)
{
	size_t length;
	char *bytes = load_file(path, CONFIG_MAX_BYTES, &length);
	struct config *config;

	if (bytes == NULL) {
		*trouble = arena_printf(arena, "%s: %s", path, strerror(errno));
		return NULL;
	}
	config = config_read_memory(bytes, length, path, nearest, arena, trouble);
	free(bytes);
	return config;
}
