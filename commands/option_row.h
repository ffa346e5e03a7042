/* The table of options, as its reader sees it. For options.c and parse.c only. */
#pragma once

#include "commands/options.h"

/* How many there may be: getopt's tables lie on the stack. */
enum { OPTION_MAX_ROWS = 96 };

struct option_row {
	int letter; /* 0: none */
	const char *word, *value, *help;
	unsigned commands;
	/* NULL when it is good, or else what is wrong with the value. */
	const char *(*apply)(struct settings *s, const char *value);
};

/* A row without `apply` is the last. */
extern const struct option_row option_rows[];
