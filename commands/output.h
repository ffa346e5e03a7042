/* Where reports go. A file is written aside, synced and renamed, so that nobody ever sees
 * half of one; and it is opened before any probing, so that a bad place is known at
 * once. */
#pragma once

#include "base/arena.h"
#include "report/format.h"

struct output {
	const struct format *format;
	const char *path; /* NULL: standard output */
	char *aside;      /* the name while it is written, or NULL */
	FILE *file;
};

/* "FORMAT" or "FORMAT:FILE"; NULL when it is good, or else the reason. */
const char *output_parse(struct arena *arena, const char *text, struct output *output);

/* Opens the place. NULL, or the reason. */
const char *output_open(struct arena *arena, struct output *output);

/* Writes and puts in place; `look` is for standard output. NULL, or the reason. */
const char *output_write(struct arena *arena, struct output *output,
	const struct run *run, const struct look *look);

/* Leaves nothing behind of what was not written. */
void output_abandon(struct output *output);
