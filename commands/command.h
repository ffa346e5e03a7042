/* The table of subcommands; main.c dispatches. */
#pragma once

struct command {
	const char *name;
	const char *synopsis; /* behind the name: "[options] DOMAIN..." */
	const char *summary;  /* one line */
	const char *examples; /* lines for --help */
	/* argv[0] is the command's name; returns the exit status. */
	int (*run)(const struct command *command, int argc, char **argv);
};

extern const struct command cert_command, request_command, check_command, checks_command,
	config_command, demo_command, listen_command, records_command, replay_command,
	watch_command;
