/* The list of domains that --file names. */
#pragma once

#include "commands/options.h"

/* Reads it; returns what is wrong, "" when that has been told, or NULL. */
const char *domains_read(struct settings *settings, const char *path);
