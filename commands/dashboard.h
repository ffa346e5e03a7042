/* The dashboard over a run that is not probed any more. */
#pragma once

#include "commands/options.h"

/* Returns when the user leaves. False, and one line on stderr, when there is no terminal
 * that can show it. */
bool dashboard_show(const struct run *run, const struct settings *settings);
