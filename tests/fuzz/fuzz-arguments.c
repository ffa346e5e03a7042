/* Any command line: a line for each argument, the name of the command first. Behind the
 * line "<" comes standard input. It must neither leave the program nor let a value pass
 * that is out of its range. */
#include "base/fatal.h"
#include "base/text.h"
#include "commands/options.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct {
	const struct command *command;
	unsigned mask;
} commands[] = { { &check_command, FOR_CHECK }, { &watch_command, FOR_WATCH },
	{ &replay_command, FOR_REPLAY }, { &checks_command, FOR_CHECKS },
	{ &config_command, FOR_CONFIG | FOR_IMPORT | FOR_EXPORT },
	{ &cert_command, FOR_CERT }, { &request_command, FOR_REQUEST },
	{ &records_command, FOR_RECORDS }, { &demo_command, FOR_DEMO } };

enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* Cuts the first lines into arguments, and leaves *text at those of standard input. */
static int
split(char **text, char **argument)
{
	int arguments = 0;

	while (arguments < MAX_ARGUMENTS && *text != NULL) {
		char *line = strsep(text, "\n");

		if (strcmp(line, "<") == 0)
			break;
		/* No path leads to a file of whoever runs this. */
		for (char *slash = line; (slash = strchr(slash, '/')) != NULL;)
			*slash = '|';
		argument[arguments++] = line;
	}
	argument[arguments] = NULL;
	return arguments;
}

/* Standard input holds the text, and the working directory no file to be read. */
static int
arrange(const char *text)
{
	int input = memfd_create("input", 0), here = open(".", O_RDONLY | O_DIRECTORY);

	if (input < 0 || here < 0 || dup2(input, STDIN_FILENO) < 0 ||
		chdir("/proc/self/task") != 0)
		fatal("the fuzz target cannot begin");
	close(input);
	if (text != NULL && write(STDIN_FILENO, text, strlen(text)) < 0)
		fatal("the fuzz target has no standard input");
	rewind(stdin);
	return here;
}

static bool
in_range(int value, int low, int high)
{
	return value == 0 || (value >= low && value <= high);
}

/* What was let through is what the rest of the program may rely on. */
static void
examine(const struct settings *s)
{
	const struct asked *asked = &s->asked;
	struct domain again;

	if (!in_range(s->jobs, 1, 10000) || !in_range(asked->timeout, 1, 86400) ||
		!in_range(asked->deadline, 1, 86400) ||
		!in_range(s->interval, 1, MAX_SECONDS) ||
		!in_range(s->rounds, 1, 1000000) ||
		!in_range(asked->connect_port, 1, 65535) ||
		(asked->connect_port != 0) != (asked->connect_host != NULL))
		abort();
	for (size_t i = 0; i < s->domains; i++)
		if (domain_parse(s->arena, s->domain[i].ascii, &again) != NULL ||
			!text_same(again.ascii, s->domain[i].ascii) ||
			!text_is_clean(s->domain[i].typed) ||
			!text_is_clean(s->domain[i].unicode))
			abort();
	if (!in_range(s->certificate.algorithm, 1, 4))
		abort();
	if (s->certificate.subject != NULL &&
		domain_parse(s->arena, s->certificate.subject, &again) != NULL)
		abort();
	if (!in_range(s->publishing.port, 1, 65535))
		abort();
	for (size_t i = 0; i < s->publishing.edges; i++)
		if (s->publishing.edge[i].host != NULL &&
			domain_parse(s->arena, s->publishing.edge[i].host, &again) !=
				NULL)
			abort();
	for (size_t i = 0; i < s->outputs; i++)
		if (s->output[i].format == NULL)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct settings s = { .arena = arena_open() };
	char *argument[MAX_ARGUMENTS + 1];
	char *text = arena_text(s.arena, (const char *)bytes, length);
	int arguments = split(&text, argument), here = arrange(text), i = 0;

	while (i < COMMANDS - 1 &&
		(arguments == 0 || strcmp(argument[0], commands[i].command->name) != 0))
		i++;
	optind = 0;
	if (options_parse(&s, commands[i].command, commands[i].mask, arguments,
		    argument) == PARSED_GO_ON)
		examine(&s);
	if (fchdir(here) != 0)
		fatal("the fuzz target cannot go back");
	close(here);
	arena_close(&s.arena);
	return 0;
}
