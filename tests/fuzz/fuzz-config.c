/* Any bytes as partners.xml: what can be read can be judged and written, and what was
 * written is read as the same and written as the same. */
#include "base/text.h"
#include "config/lint.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static char *
write_config(const struct config *config, size_t *length)
{
	char *written = NULL;
	FILE *file = open_memstream(&written, length);

	if (file == NULL || !config_write(file, config) || fclose(file) != 0)
		abort();
	return written;
}

static void
read_back(struct arena *arena, const char *written, size_t length, const char *name)
{
	const char *trouble;
	size_t again_length;
	struct config *config =
		config_read_memory(written, length, name, NULL, arena, &trouble);
	char *again;

	if (config == NULL)
		abort();
	again = write_config(config, &again_length);
	if (again_length != length || memcmp(again, written, length) != 0)
		abort();
	free(again);
	config_close(&config);
}

static void
examine(struct arena *arena, const struct config *config)
{
	size_t lints;
	const struct lint *lint = config_lint(arena, config, &lints);

	for (size_t i = 0; i < lints; i++)
		if (lint[i].line <= 0 || !text_is_clean(lint[i].text) ||
			!text_is_clean(lint[i].about))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char name[] = "folder/fuzz";
	struct arena *arena = arena_open();
	const char *trouble;
	struct config *config = config_read_memory(
		(const char *)bytes, length, name, NULL, arena, &trouble);

	if (config == NULL && !text_is_clean(trouble))
		abort();
	if (config != NULL) {
		size_t written_length;
		char *written = write_config(config, &written_length);

		examine(arena, config);
		read_back(arena, written, written_length, name);
		free(written);
	}
	config_close(&config);
	arena_close(&arena);
	return 0;
}
