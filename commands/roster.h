/* Whom a run is about: our own domains, the partners, and their further domains. */
#pragma once

#include "commands/options.h"
#include "config/config.h"

/* Takes who we are from the configuration (NULL: there is none) as far as the command line
 * says nothing else. Both must live as long as the run. */
void roster_introduce(struct settings *settings, const struct config *config);

/* Adds to the run, each domain once: the own side first, then the domains of the command
 * line, or all partners of the configuration when there are none, each with its policy and
 * followed by its further domains. */
void roster_call(
	struct run *run, const struct settings *settings, const struct config *config);
