/* What check and watch have in common: from the command line to the run to be probed. */
#pragma once

#include "commands/options.h"

/* Reads the command line and partners.xml, and calls `go` with a run of all partners that
 * are meant, nobody asked yet. Returns what it returns, or the status after --help or an
 * error. */
int asking(const struct command *command, unsigned for_command, int argc, char **argv,
	int (*go)(struct settings *settings, struct run *run));
