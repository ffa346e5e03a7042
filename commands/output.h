/* Where reports go. A file is written aside, synced and renamed, so that nobody ever sees
 * half of one; and its place is tried before any probing, so that a bad one is known at
 * once. */
#pragma once

#include "base/arena.h"
#include "report/format.h"

struct output {
	const struct format *format;
	const char *path; /* NULL: standard output */
	FILE *file;       /* open all the time; NULL: a file that is written aside */
};

/* "FORMAT" or "FORMAT:FILE"; NULL when it is good, or else the reason. */
const char *output_parse(struct arena *arena, const char *text, struct output *output);

/* Opens or tries the place; links in `path` are followed. NULL, or the reason. */
const char *output_open(struct arena *arena, struct output *output);

/* Writes and puts in place; `look` is for standard output. NULL, or the reason. */
const char *output_write(struct arena *arena, struct output *output,
	const struct run *run, const struct look *look);

void output_close(struct output *output);
