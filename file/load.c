#include "file/load.h"

#include "base/fatal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Its size is not asked for: a pipe has none. */
static char *
load(FILE *file, size_t most, size_t *length)
{
	size_t room = 65536, got;
	char *bytes = NULL;

	for (*length = 0; *length <= most; *length += got) {
		if (bytes == NULL || *length == room) {
			room = bytes ? 2 * room : room;
			bytes = realloc(bytes, room);
			if (bytes == NULL)
				fatal("out of memory");
		}
		got = fread(bytes + *length, 1, room - *length, file);
		if (got == 0)
			break;
	}
	if (*length > most)
		*length = most + 1;
	if (!ferror(file))
		return bytes;
	free(bytes);
	return NULL;
}

char *
load_file(const char *path, size_t most, size_t *length)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *bytes = NULL;

	if (file != NULL)
		bytes = load(file, most, length);
	if (file != NULL && file != stdin)
		fclose(file);
	return bytes;
}
