/* What is looked at before a file may go to libxml2. */
#pragma once

#include <stddef.h>

/* Far more than any element of ours has. */
enum { BOUNDS_MAX_ATTRIBUTES = 100 };

/* NULL, or why libxml2 must not have it; then *line is where. */
const char *bounds_trouble(const char *bytes, size_t length, int *line);
