/* Any bytes as a saved report. What can be read can be written in each format. */
#include "report/format.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct look look = { .colour = true, .verbose = true };
	struct arena *arena = arena_open();
	const char *trouble;
	struct run *run =
		report_read_memory((const char *)bytes, length, "fuzz", arena, &trouble);

	for (const struct format *f = formats; run != NULL && f->name != NULL; f++) {
		char *written = NULL;
		FILE *file = open_memstream(&written, &length);

		if (file == NULL || !f->write(file, run, &look))
			abort();
		fclose(file);
		free(written);
	}
	run_close(&run);
	arena_close(&arena);
	return 0;
}
