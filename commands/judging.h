/* What check and replay have in common: opening the outputs, writing them, and the exit
 * status. */
#pragma once

#include "commands/options.h"

/* Opens every output (one of format text when none was asked for). False and one line on
 * stderr when a place cannot be written. */
bool outputs_open(struct settings *settings);
void outputs_close(struct settings *settings);

/* Writes every output. Returns the exit status of the run, 3 when writing failed. */
int outputs_write(struct settings *settings, const struct run *run);
