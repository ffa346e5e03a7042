/* The table of report formats. */
#pragma once

#include "model/run.h"

#include <stdbool.h>
#include <stdio.h>

/* How the user wants to see it; formats that have no use for a wish ignore it. */
struct look {
	bool colour;
	bool verbose; /* every check, not only what is wrong */
	bool quiet;
	int width; /* columns; 0 when it is no terminal */
};

struct format {
	const char *name, *suffix, *summary;
	/* false when writing failed; errno tells. */
	bool (*write)(FILE *file, const struct run *run, const struct look *look);
};

/* A row without name is the last. */
extern const struct format formats[];

const struct format *format_find(const char *name);

/* Reads a saved report of format xml (report/xml_read.c). NULL and *trouble, one line
 * with the place ("report.xml:12: ..."), when it cannot be read; *trouble is in the
 * arena given. The findings on file go to partner->saved; call check_partner() next. */
struct run *report_read(const char *path, struct arena *arena, const char **trouble);

/* The same from memory; `name` is for messages. */
struct run *report_read_memory(const char *bytes, size_t length, const char *name,
	struct arena *arena, const char **trouble);

/* --- the formats, a file each; call them through the table ------------------------- */

bool report_write_text(FILE *file, const struct run *run, const struct look *look);
bool report_write_xml(FILE *file, const struct run *run, const struct look *look);
