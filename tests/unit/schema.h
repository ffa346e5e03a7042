/* A schema, for tests: that of the XML report, or SCHEMA. */
#pragma once

#include "base/arena.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef SCHEMA
#define SCHEMA "doc/report.rng"
#endif

static xmlRelaxNGPtr
load_schema(struct arena *arena)
{
	const char *srcdir = getenv("srcdir");
	const char *path = arena_printf(arena, "%s/%s", srcdir ? srcdir : ".", SCHEMA);
	xmlRelaxNGParserCtxtPtr parser = xmlRelaxNGNewParserCtxt(path);
	xmlRelaxNGPtr schema = xmlRelaxNGParse(parser);

	xmlRelaxNGFreeParserCtxt(parser);
	assert_non_null(schema);
	return schema;
}

static void
quiet(void *self, const char *format, ...)
{
	(void)self;
	(void)format;
}

static bool
fits_schema(xmlRelaxNGPtr schema, const char *bytes)
{
	/* A report with every field of every kind is larger than libxml2's limit. */
	xmlDocPtr document = xmlReadMemory(bytes, (int)strlen(bytes), NULL, NULL,
		XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	xmlRelaxNGValidCtxtPtr validator = xmlRelaxNGNewValidCtxt(schema);
	bool fits;

	assert_non_null(document);
	xmlRelaxNGSetValidErrors(validator, quiet, quiet, NULL);
	fits = xmlRelaxNGValidateDoc(validator, document) == 0;
	xmlRelaxNGFreeValidCtxt(validator);
	xmlFreeDoc(document);
	return fits;
}

struct fixture {
	struct arena *arena;
	xmlRelaxNGPtr schema;
};

static int
open_fixture(void **state)
{
	struct fixture *f = test_malloc(sizeof *f);

	f->arena = arena_open();
	f->schema = load_schema(f->arena);
	*state = f;
	return 0;
}

static int
close_fixture(void **state)
{
	struct fixture *f = *state;

	xmlRelaxNGFree(f->schema);
	xmlRelaxNGCleanupTypes();
	xmlCleanupParser();
	arena_close(&f->arena);
	test_free(f);
	return 0;
}
