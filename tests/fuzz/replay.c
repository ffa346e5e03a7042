/* Runs a fuzz target over the files of its corpus, so that `make check` needs no fuzzer:
 * replay FILE-OR-DIRECTORY... prints TAP. */
#include "base/arena.h"
#include "base/fatal.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct list {
	struct arena *arena;
	const char **file;
	size_t files;
};

static void add(struct list *list, const char *path);

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void
add_directory(struct list *list, const char *path)
{
	struct dirent **entry;
	int entries = scandir(path, &entry, is_visible, alphasort);

	if (entries < 0)
		fatal("%s: %s", path, strerror(errno));
	for (int i = 0; i < entries; i++) {
		add(list, arena_printf(list->arena, "%s/%s", path, entry[i]->d_name));
		free(entry[i]);
	}
	free(entry);
}

static void
add(struct list *list, const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		fatal("%s: %s", path, strerror(errno));
	if (S_ISDIR(status.st_mode)) {
		add_directory(list, path);
		return;
	}
	list->file = arena_grow(list->arena, list->file, list->files, sizeof *list->file);
	list->file[list->files++] = path;
}

/* The bytes get a block of their own size: a sanitizer sees a read behind them. */
static void
replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	uint8_t *bytes;
	size_t length;

	if (file == NULL || fstat(fileno(file), &status) != 0)
		fatal("%s: %s", path, strerror(errno));
	length = (size_t)status.st_size;
	bytes = malloc(length ? length : 1);
	if (bytes == NULL || fread(bytes, 1, length, file) != length)
		fatal("%s: cannot be read", path);
	fclose(file);
	LLVMFuzzerTestOneInput(bytes, length);
	free(bytes);
}

int
main(int argc, char **argv)
{
	struct list list = { .arena = arena_open() };

	for (int i = 1; i < argc; i++)
		add(&list, argv[i]);
	printf("1..%zu\n", list.files);
	for (size_t i = 0; i < list.files; i++) {
		replay(list.file[i]);
		printf("ok %zu - %s\n", i + 1, list.file[i]);
		fflush(stdout);
	}
	arena_close(&list.arena);
	return 0;
}
