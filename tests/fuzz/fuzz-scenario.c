/* Any bytes as a scenario of the rig: it is read, its zone lines are filled in, or one
 * line tells what is wrong. */
#include "base/text.h"
#include "rig/scenario.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void
expand(struct arena *arena, const struct scenario *s)
{
	for (size_t i = 0; i < s->zones; i++) {
		const struct zone_line *zone = &s->zone[i];
		const char *trouble = NULL;

		if (scenario_expand(arena, s, zone->text, zone->line, 1, &trouble) ==
				NULL &&
			(trouble == NULL || !text_is_clean(trouble)))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_open();
	const char *text = arena_text(arena, (const char *)bytes, length),
		   *trouble = NULL;
	const struct scenario *scenario =
		scenario_parse(arena, "some.scenario", text, &trouble);

	if (scenario != NULL)
		expand(arena, scenario);
	else if (trouble == NULL || !text_is_clean(trouble))
		abort();
	arena_close(&arena);
	return 0;
}
