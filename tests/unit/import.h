/* What the tests of config/import and config/merge begin with: exports in the words of
 * PowerShell, and a configuration to import them into. */
#pragma once

#include "config/import.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OBJS                                                                             \
	"<Objs Version='1.1.0.1' "                                                       \
	"xmlns='http://schemas.microsoft.com/powershell/2004/04'>\n"
#define END "</Objs>"

#define OBJECT(type, props)                                                              \
	"<Obj><TN><T>Microsoft.Rtc.Management.WritableConfig." type                      \
	"</T></TN><Props>" props "</Props></Obj>\n"
#define PARTNER(domain, props)                                                           \
	OBJECT("Settings.XmppFederation.XmppAllowedPartner#Decorated",                   \
		"<S N='Domain'>" domain "</S>" props)
#define ALSO(domains) "<Obj N='AdditionalDomains'><LST>" domains "</LST></Obj>"
#define GATEWAY(props)                                                                   \
	OBJECT("Settings.XmppFederation.XmppGatewaySettings",                            \
		"<S N='Identity'>Global</S>" props)
#define ACCESS(name, props)                                                              \
	OBJECT("Policy.ExternalAccess.ExternalAccessPolicy",                             \
		"<S N='Identity'>" name "</S>" props)

struct fixture {
	struct arena *arena;
	struct config *config;
	struct import *import;
	struct local local;
};

static inline int
open_fixture(void **state)
{
	struct fixture *f = test_calloc(1, sizeof *f);

	f->arena = arena_open();
	f->config = config_open();
	f->local.domain = "contoso.example";
	f->config->local = &f->local;
	*state = f;
	return 0;
}

static inline int
close_fixture(void **state)
{
	struct fixture *f = *state;

	import_close(&f->import);
	config_close(&f->config);
	arena_close(&f->arena);
	test_free(f);
	return 0;
}

/* Goes on with the import that was begun, if one was. */
static inline void
import_as(struct fixture *f, const char *text, const char *name)
{
	if (f->import == NULL)
		f->import = import_open(f->config);
	if (!import_memory(f->import, text, strlen(text), name))
		fail_msg("%s", f->import->trouble);
	assert_null(f->import->trouble);
}

static inline void
import_text(struct fixture *f, const char *text)
{
	import_as(f, text, "e.xml");
}

/* All notes as lines. */
static inline const char *
notes(const struct fixture *f)
{
	const char *list = "";

	for (size_t i = 0; i < f->import->notes; i++) {
		const struct import_note *note = &f->import->note[i];

		assert_true(text_is_clean(note->text));
		list = arena_printf(f->arena, "%s%s:%d: %s\n", list, note->file,
			note->line, note->text);
	}
	return list;
}

static inline void
counts(const struct fixture *f, size_t added, size_t changed, size_t unchanged)
{
	assert_int_equal(f->import->added, added);
	assert_int_equal(f->import->changed, changed);
	assert_int_equal(f->import->unchanged, unchanged);
}

/* As an earlier run left it in a file. */
static inline struct policy *
add(struct fixture *f, const char *name, int line)
{
	struct domain domain;
	struct configured *partner;

	assert_null(domain_parse(f->arena, name, &domain));
	partner = config_add(f->config, &domain);
	partner->line = line;
	f->config->file = "partners.xml";
	return &partner->policy;
}

static inline void
add_domain(struct fixture *f, struct policy *policy, const char *name)
{
	field_add_text(f->config->arena,
		record_field(&policy_record, "additional-domain"), policy, name);
}

/* The additional domains, with spaces between them. */
static inline const char *
also(struct fixture *f, const char *name)
{
	const struct policy *policy = &config_find(f->config, name)->policy;
	const char *list = "";

	for (size_t i = 0; i < policy->additional_domains; i++)
		list = arena_printf(f->arena, "%s%s%s", list, i ? " " : "",
			policy->additional_domain[i]);
	return list;
}

static inline const char *
written(struct fixture *f, const struct config *config)
{
	char *text;
	const char *copy;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	assert_true(config_write(file, config));
	fclose(file);
	copy = arena_strdup(f->arena, text);
	free(text);
	return copy;
}

#define TEST(function)                                                                   \
	cmocka_unit_test_setup_teardown(function, open_fixture, close_fixture)
