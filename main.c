/* fedprobe: whether two XMPP domains can federate, why not, and who must fix what. */
#include "commands/options.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command *const commands[] = { &check_command, &watch_command,
	&replay_command, &config_command, &cert_command, &request_command,
	&records_command, &listen_command, &checks_command, &demo_command };

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void
print_help(FILE *file)
{
	fputs("Usage: fedprobe COMMAND [options] ...\n\n"
	      "Tells whether two XMPP domains can federate, why not, and who must fix what.\n\n",
		file);
	for (int i = 0; i < COMMANDS; i++)
		fprintf(file, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n`fedprobe COMMAND --help` tells more. Try `fedprobe demo` first.\n\n"
	      "Exit status: 0 all is well; 1 warnings, or failures that are not grave;\n"
	      "2 a grave failure, or no way to authenticate; 3 could not be tested.\n",
		file);
}

/* In place of a standard descriptor that is closed a file or a socket would be opened, and
 * our words would go there. What is put there instead cannot be read or written. */
static void
fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			(void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int
main(int argc, char **argv)
{
	fill_descriptors();
	setlocale(LC_CTYPE, "");
	for (int i = 0; argc > 1 && i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return commands[i]->run(commands[i], argc - 1, argv + 1);

	if (argc > 1 &&
		(strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0)) {
		puts(PACKAGE_STRING);
		return options_told(0);
	}
	if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0 ||
				strcmp(argv[1], "help") == 0)) {
		print_help(stdout);
		return options_told(0);
	}
	if (argc > 1)
		complain("there is no command \"%s\"; see fedprobe --help", argv[1]);
	else
		print_help(stderr);
	return 3;
}
