/* A configuration as commands for the shell of the gateway. */
#pragma once

#include "config/config.h"

/* All of it that the gateway has a cmdlet for. A text that is not plain ASCII begins with
 * a byte order mark, without which Windows PowerShell takes a script for one in the code
 * page of the machine. False when writing failed; errno. */
bool powershell_write(FILE *file, const struct config *config);

/* A string in single quotes, in which nothing but a quote has a meaning. */
const char *powershell_quote(struct arena *arena, const char *text);
