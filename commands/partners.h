/* Reading partners.xml for a command. */
#pragma once

#include "config/config.h"

/* NULL after one line on stderr. An unknown check in <severity> is an error, too. */
struct config *partners_read(const char *path);
