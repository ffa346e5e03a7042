/* The options of all commands, from one table: parsing, --help and the messages. */
#pragma once

#include "commands/command.h"
#include "commands/listening.h"
#include "commands/output.h"
#include "commands/publishing.h"
#include "model/run.h"
#include "probes/probe.h"

/* A day, as the longest of all times that are given in seconds. */
enum { MAX_SECONDS = 86400 };

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* Which commands an option belongs to. */
enum {
	FOR_CHECK = 1,
	FOR_REPLAY = 2,
	FOR_CHECKS = 4,
	FOR_DEMO = 8,
	FOR_CONFIG = 16,
	FOR_IMPORT = 32,
	FOR_EXPORT = 64,
	FOR_CERT = 128,
	FOR_REQUEST = 256,
	FOR_RECORDS = 512,
	FOR_WATCH = 1024,
	FOR_LISTEN = 2048,
	FOR_PROBING = FOR_CHECK | FOR_WATCH, /* what looks at partners */
	FOR_PARTNERS = FOR_PROBING | FOR_LISTEN
};

/* Of cert and request; see commands/certificate.h. */
struct certificate_options {
	const char *cert, *key, *csr, *passphrase_file;
	const char *subject; /* NULL: the default */
	int algorithm;       /* index in request_algorithms */
	bool algorithm_given, reuse_key;
	bool sip, no_sip, srv_names, xmpp_addresses, both_usages;
};

/* Which settings of an agreed policy the command line holds. */
enum { SAID_TYPE = 1, SAID_TLS = 2, SAID_SASL = 4, SAID_DIALBACK = 8 };

struct settings {
	struct arena *arena;
	struct asked asked;
	struct policy policy; /* what SAID_... says is in it */
	unsigned policy_said;
	struct domain *domain; /* of the command line and of --file */
	size_t domains;
	const char **known; /* the same as a hash table: see commands/domains.c */
	size_t known_room;
	const char **operand; /* what the command line holds besides options */
	size_t operands;
	struct output *output;
	size_t outputs;
	enum colour colour;
	int jobs;
	int interval;       /* of watch: seconds between two rounds */
	int rounds;         /* of watch: then it ends; 0: it goes on */
	const char *into;   /* the partners.xml to merge an import into */
	const char *config; /* the partners.xml of --config; NULL: none */
	struct certificate_options certificate;
	const char *secret_file;        /* of --dialback-secret-file */
	struct credentials credentials; /* what was read from such files */
	struct publishing publishing;
	struct listening listening;
	bool quiet, verbose, trace, markdown, powershell;
	bool watch;        /* in the dashboard */
	bool listed;       /* the formats were printed, and nothing else is wanted */
	bool fail_on_fail; /* warnings do not count for the exit status */
};

/* What parsing ended with: go on, or leave with this status. */
enum parsed { PARSED_GO_ON, PARSED_DONE, PARSED_WRONG };

/* Reads the command line of a command. --help and -o list print and say DONE; an error
 * prints one line on stderr and says WRONG. It uses getopt's state: between two calls set
 * optind to 0. */
enum parsed options_parse(struct settings *settings, const struct command *command,
	unsigned for_command, int argc, char **argv);

/* One line on stderr: "fedprobe: ...". */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The status, or 3 and one line on stderr when what was printed did not reach standard
 * output. */
int options_told(int status);

/* Adds a domain as somebody typed it; `place` is NULL or "file:line: ". False and one
 * line on stderr when it is none. */
bool options_add_domain(struct settings *settings, const char *place, const char *typed);

/* For those who apply options: which of the names the value is. NULL when it is one, or else
 * what is wrong. */
const char *options_one_of(struct settings *settings, const char *value,
	const char *const *names, int *chosen);

/* How reports on standard output should look. */
struct look options_look(const struct settings *settings);
