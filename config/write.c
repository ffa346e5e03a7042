/* Writes partners.xml. What was agreed is written out also where it is the default, since
 * people will read it; the rest is left out where it is. */
#include "config/config.h"

#include "config/element.h"
#include "file/writer.h"

#include <string.h>

/* The attributes of the element that was started last. */
static void
write_attributes(
	struct writer *w, const struct record *record, const void *from, bool defaults)
{
	for (const struct field *f = record->field; f->name != NULL; f++) {
		const char *value = field_text(w->arena, f, from);

		if (value == NULL && defaults && f->kind == FIELD_ENUM)
			value = f->names[0];
		writer_attribute(w, f->name, value);
	}
}

/* U-labels where they mean the same name. */
static const char *
name_for_people(struct writer *w, const char *ascii)
{
	struct domain domain;
	const char *name = domain_unicode(w->arena, ascii);

	if (domain_parse(w->arena, name, &domain) != NULL ||
		strcmp(domain.ascii, ascii) != 0)
		return ascii;
	return name;
}

static void
write_domains(
	struct writer *w, const char *element, const char *const *domain, size_t domains)
{
	for (size_t i = 0; i < domains; i++)
		writer_leaf(w, element, name_for_people(w, domain[i]));
}

/* Relative to the folder of the file, as it was read. */
static const char *
path_in_file(const char *file, const char *path)
{
	const char *slash = file ? strrchr(file, '/') : NULL;
	size_t folder = slash ? (size_t)(slash - file) + 1 : 0;

	if (path == NULL || strncmp(path, file ? file : "", folder) != 0 ||
		path[folder] == '/' || path[folder] == '\0')
		return path;
	return path + folder;
}

static void
write_certificate(struct writer *w, const char *file, const struct local *local)
{
	struct local in_file = {
		.chain = path_in_file(file, local->chain),
		.key = path_in_file(file, local->key),
	};

	if (local->chain == NULL)
		return;
	writer_start(w, "certificate");
	write_attributes(w, &certificate_element, &in_file, false);
	writer_end(w, "certificate");
}

static void
write_access_policy(struct writer *w, const struct access_policy *policy)
{
	writer_start(w, "access-policy");
	writer_attribute(w, "name", policy->name);
	writer_attribute(w, "federation", policy->federation ? "true" : "false");
	writer_attribute(w, "xmpp", policy->xmpp ? "true" : "false");
	writer_end(w, "access-policy");
}

static void
write_local(struct writer *w, const char *file, const struct local *local)
{
	struct local named = *local;

	named.domain = name_for_people(w, local->domain);
	if (local->edge != NULL)
		named.edge = name_for_people(w, local->edge);
	writer_start(w, "local");
	write_attributes(w, &local_element, &named, false);
	write_domains(w, "sip-domain", local->sip_domain, local->sip_domains);
	write_certificate(w, file, local);
	for (size_t i = 0; i < local->access_policies; i++)
		write_access_policy(w, &local->access_policy[i]);
	if (local->listen_port != 0) {
		writer_start(w, "listen");
		write_attributes(w, &listen_element, local, false);
		writer_end(w, "listen");
	}
	writer_end(w, "local");
}

static void
write_partner(struct writer *w, const struct configured *partner)
{
	const struct policy *policy = &partner->policy;
	struct configured named = *partner;

	if (policy->proxy != NULL)
		named.policy.proxy = name_for_people(w, policy->proxy);
	writer_start(w, "partner");
	write_attributes(w, &partner_element, &named, true);
	writer_leaf(w, "description", policy->description);
	write_domains(w, "additional-domain", policy->additional_domain,
		policy->additional_domains);
	writer_end(w, "partner");
}

bool
config_write(FILE *file, const struct config *config)
{
	struct writer w = { .file = file, .arena = arena_open() };

	writer_begin(&w);
	writer_start(&w, "fedprobe");
	writer_attribute(&w, "xmlns", CONFIG_NAMESPACE);
	if (config->local != NULL)
		write_local(&w, config->file, config->local);
	if (config->gateway != NULL)
		writer_record(&w, "gateway", &gateway_record, config->gateway);
	for (size_t i = 0; i < config->partners; i++)
		write_partner(&w, &config->partner[i]);
	for (size_t i = 0; i < config->levels; i++) {
		writer_start(&w, "severity");
		write_attributes(&w, &level_record, &config->level[i], true);
		writer_end(&w, "severity");
	}
	writer_end(&w, "fedprobe");
	arena_close(&w.arena);
	return fflush(file) == 0 && !ferror(file);
}
