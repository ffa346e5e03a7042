/* For fuzz targets: whatever a run holds can be judged, written in each format, and read
 * back from XML with the same bytes as the result. */
#pragma once

#include "checks/check.h"
#include "report/format.h"

#include <stdlib.h>
#include <string.h>

static inline char *
round_write(const struct format *format, const struct run *run, size_t *length)
{
	static const struct look look = { .colour = true, .verbose = true };
	char *written = NULL;
	FILE *file = open_memstream(&written, length);

	if (file == NULL || !format->write(file, run, &look) || fclose(file) != 0)
		abort();
	return written;
}

static inline void
round_judge(const struct run *run)
{
	for (size_t i = 0; i < run->partners; i++)
		check_partner(run->partner[i]);
}

static inline void
round_back(const char *written, size_t length)
{
	struct arena *arena = arena_open();
	const char *trouble;
	size_t again_length;
	struct run *run = report_read_memory(written, length, "fuzz", arena, &trouble);
	char *again;

	if (run == NULL)
		abort();
	round_judge(run);
	again = round_write(format_find("xml"), run, &again_length);
	if (again_length != length || memcmp(again, written, length) != 0)
		abort();
	free(again);
	run_close(&run);
	arena_close(&arena);
}

static inline void
round_trip(const struct run *run)
{
	round_judge(run);
	for (const struct format *f = formats; f->name != NULL; f++) {
		size_t length;
		char *written = round_write(f, run, &length);

		if (strcmp(f->name, "xml") == 0)
			round_back(written, length);
		free(written);
	}
}
