/* The options about what was agreed with the partners; each is applied as a row of
 * options.c. */
#pragma once

#include "commands/options.h"

const char *agreed_type(struct settings *settings, const char *value);
const char *agreed_tls(struct settings *settings, const char *value);
const char *agreed_sasl(struct settings *settings, const char *value);
const char *agreed_dialback(struct settings *settings, const char *value);
