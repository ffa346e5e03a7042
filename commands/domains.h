/* The domains that a command is about: each once, and the list that --file names. */
#pragma once

#include "commands/options.h"

/* False when that name, which must live as long as the settings, was noted before. */
bool domains_note(struct settings *settings, const char *ascii);

/* Reads the list; returns what is wrong, "" when that has been told, or NULL. */
const char *domains_read(struct settings *settings, const char *path);
