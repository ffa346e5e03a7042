/* A whole file in memory. */
#pragma once

#include <stddef.h>

/* All of it, to be freed; of a file that is longer than `most` octets one octet more than
 * that. "-" is standard input. NULL and errno. */
char *load_file(const char *path, size_t most, size_t *length);
