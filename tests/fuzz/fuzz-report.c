/* Any bytes as a saved report: what can be read can be judged, and written in each
 * format. */
#include "tests/fuzz/round.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_open();
	const char *trouble;
	struct run *run =
		report_read_memory((const char *)bytes, length, "fuzz", arena, &trouble);

	if (run != NULL)
		round_trip(run);
	run_close(&run);
	arena_close(&arena);
	return 0;
}
