/* What cert and request have in common: options, passphrases, and who we are. */
#pragma once

#include "commands/options.h"
#include "config/config.h"
#include "net/keyfile.h"

/* For the rows of commands/options.c. */
const char *certificate_domain(struct settings *s, const char *value);
const char *certificate_key(struct settings *s, const char *value);
const char *certificate_csr(struct settings *s, const char *value);
const char *certificate_algorithm(struct settings *s, const char *value);
const char *certificate_reuse_key(struct settings *s, const char *value);
const char *certificate_subject(struct settings *s, const char *value);
const char *certificate_no_sip(struct settings *s, const char *value);
const char *certificate_srv_name(struct settings *s, const char *value);
const char *certificate_xmpp_addr(struct settings *s, const char *value);
const char *certificate_both_usages(struct settings *s, const char *value);
const char *certificate_sip(struct settings *s, const char *value);
const char *certificate_passphrase_file(struct settings *s, const char *value);

/* The passphrase of --passphrase-file, or else what somebody types at the terminal. */
struct passphrase certificate_passphrase(struct settings *settings);

/* Reads the file of --config, when there is one; the domain and the SIP domains of
 * <local> stand in for a missing --domain. False and one line on stderr when it cannot be
 * read or no domain is left. *config lives as long as what was taken from it. */
bool certificate_domains(
	struct settings *settings, const struct command *command, struct config **config);
