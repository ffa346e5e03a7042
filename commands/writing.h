/* The options of check by which a person of ours writes to one of a partner. */
#pragma once

#include "commands/options.h"

/* For the rows of commands/options.c. */
const char *writing_message(struct settings *settings, const char *value);
const char *writing_text(struct settings *settings, const char *value);
const char *writing_presence(struct settings *settings, const char *value);
const char *writing_subscription(struct settings *settings, const char *value);

/* Whether an operand is the one who is written to, and no domain. */
bool writing_is_recipient(const struct settings *settings, const char *operand);

/* Takes it, and its domain as one to be probed. False and one line on stderr when it is no
 * address. */
bool writing_add_recipient(struct settings *settings, const char *operand);

/* Fills in what was not said, before it is known who we are. False and one line on stderr
 * when the options do not fit together. */
bool writing_settle(struct settings *settings);

/* Whether we hold anything by which the partner could believe who we are. */
bool writing_is_possible(const struct settings *settings);
