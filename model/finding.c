/* The names of what findings are made of. */
#include "model/finding.h"

const char *const status_names[] = { "skip", "pass", "info", "warn", "fail", "error",
	NULL };
const char *const severity_names[] = { "info", "low", "medium", "high", "critical",
	NULL };
const char *const owner_names[] = { "partner", "us", "ca", "network", "both", NULL };
const char *const scope_names[] = { "domain", "endpoint", "run", NULL };
const char *const confidence_names[] = { "possible", "likely", "certain", NULL };
