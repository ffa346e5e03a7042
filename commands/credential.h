/* What the user gives us to prove with that we speak for the domain: a certificate with its
 * key, and the secret of dialback. */
#pragma once

#include "commands/options.h"

/* For the rows of commands/options.c. */
const char *credential_certificate(struct settings *s, const char *value);
const char *credential_secret_file(struct settings *s, const char *value);

/* Fills settings->credentials from --cert, --key and --dialback-secret-file, or else from
 * <local>, once it is known who we are. False and one line on stderr when what the command
 * line names cannot be used, or what <local> names where it is `needed`: without a certificate
 * no TLS would be offered. Else that is left out, and the line says so. */
bool credential_open(struct settings *settings, bool needed);
void credential_close(struct settings *settings);
