/* Any bytes as an export: what can be imported is a configuration that can be written and
 * read back, and becomes commands. */
#include "config/import.h"
#include "config/powershell.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static char *
write_with(bool (*write)(FILE *, const struct config *), const struct config *config,
	size_t *length)
{
	char *written = NULL;
	FILE *file = open_memstream(&written, length);

	if (file == NULL || !write(file, config) || fclose(file) != 0)
		abort();
	return written;
}

static void
go_round(const struct config *config)
{
	struct arena *arena = arena_open();
	const char *trouble;
	size_t length, again_length;
	char *written = write_with(config_write, config, &length);
	struct config *read =
		config_read_memory(written, length, "fuzz", NULL, arena, &trouble);
	char *again;

	if (read == NULL)
		abort();
	again = write_with(config_write, read, &again_length);
	if (again_length != length || memcmp(again, written, length) != 0)
		abort();
	free(again);
	free(written);
	config_close(&read);
	arena_close(&arena);
}

static void
look_at(const struct import *import)
{
	if (import->notes > IMPORT_MAX_NOTES ||
		import->added + import->changed + import->unchanged !=
			import->config->partners)
		abort();
	for (size_t i = 0; i < import->notes; i++)
		if (!text_is_clean(import->note[i].text))
			abort();
	if (import->trouble != NULL && !text_is_clean(import->trouble))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct local local = { .domain = "contoso.example" };
	struct config *config = config_open();
	struct import *import = import_open(config);
	size_t written;

	config->local = &local;
	if (import_memory(import, (const char *)bytes, length, "fuzz")) {
		go_round(config);
		free(write_with(powershell_write, config, &written));
	}
	look_at(import);
	import_close(&import);
	config_close(&config);
	return 0;
}
