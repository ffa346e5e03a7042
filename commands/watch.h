/* Probing in rounds, for the commands that do. */
#pragma once

#include "commands/options.h"

/* Shows rounds in the dashboard, or prints them where there is no terminal, until the user
 * ends it. The run then holds the last judgement of each partner. False and one line on
 * stderr when it cannot begin. */
bool watch_rounds(struct run *run, const struct settings *settings);
