/* fedprobe config: what its files share. */
#pragma once

#include "commands/options.h"
#include "config/config.h"
#include "report/page.h"

/* Whether it is ours or a partner's. */
bool config_lists(const struct config *config, const char *ascii);

/* Standard output, as the options want it. */
struct page config_page(const struct settings *settings);

/* Prints what holds, with the defaults and what each value means: all of it, or what is
 * said of settings->domain, which must be listed. */
void config_show(const struct config *config, const struct settings *settings);

/* --- whole subcommands, as command->run --------------------------------------------- */

int config_import(const struct command *command, int argc, char **argv);
int config_export(const struct command *command, int argc, char **argv);
