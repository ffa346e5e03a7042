/* The command line against the table of options: --help, and getopt. */
#include "base/text.h"
#include "commands/option_row.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { WORD = 1000 };

/* --- help ------------------------------------------------------------------------- */

static void
print_row(const struct option_row *row)
{
	char name[64] = "";

	if (row->letter != 0)
		snprintf(name, sizeof name, "-%c%s", row->letter, row->word ? ", " : "");
	if (row->word != NULL)
		snprintf(name + strlen(name), sizeof name - strlen(name), "--%s%s%s",
			row->word, row->value ? " " : "", row->value ? row->value : "");
	printf("  %-27s %s\n", name, row->help);
}

static void
print_help(const struct command *command, unsigned for_command)
{
	printf("Usage: fedprobe %s %s\n\n%s.\n\nOptions:\n", command->name,
		command->synopsis, command->summary);
	for (const struct option_row *row = option_rows; row->apply != NULL; row++)
		if (row->commands & for_command)
			print_row(row);
	printf("  %-27s %s\n", "-h, --help", "this help");
	printf("\nExamples:\n%s", command->examples);
}

/* --- parsing ---------------------------------------------------------------------- */

/* The tables of getopt_long: an option with only a letter has no long form. */
static void
fill_tables(unsigned for_command, char *letters, struct option *words)
{
	*letters++ = ':';
	for (int i = 0; option_rows[i].apply != NULL; i++) {
		if (!(option_rows[i].commands & for_command))
			continue;
		if (option_rows[i].letter != 0) {
			*letters++ = (char)option_rows[i].letter;
			if (option_rows[i].value != NULL)
				*letters++ = ':';
		}
		if (option_rows[i].word != NULL)
			*words++ = (struct option){ option_rows[i].word,
				option_rows[i].value ? required_argument : no_argument,
				NULL, WORD + i };
	}
	*words++ = (struct option){ "help", no_argument, NULL, 'h' };
	strcpy(letters, "h");
	*words = (struct option){ 0 };
}

static const struct option_row *
row_of(int found)
{
	for (int i = 0; option_rows[i].apply != NULL; i++)
		if (found == WORD + i || (found < WORD && found == option_rows[i].letter))
			return &option_rows[i];
	return NULL;
}

static enum parsed
wrong_option(const struct command *command, int found, char **argv)
{
	const char *given = argv[optind - 1];
	bool is_word = text_starts(given, "--");

	if (is_word && optopt != 0 && found != ':')
		complain("%s: \"%.*s\" takes no value; see fedprobe %s --help",
			command->name, (int)strcspn(given, "="), given, command->name);
	else
		complain("%s: %s \"%s\"; see fedprobe %s --help", command->name,
			found == ':' ? "a value is missing after" : "there is no option",
			is_word || optopt == 0 || optopt >= WORD
				? given
				: (char[]){ '-', (char)optopt, '\0' },
			command->name);
	return PARSED_WRONG;
}

static enum parsed
apply(struct settings *s, const struct command *command, const struct option_row *row)
{
	const char *trouble = row->apply(s, optarg);

	if (trouble == NULL)
		return s->listed ? PARSED_DONE : PARSED_GO_ON;
	if (*trouble != '\0')
		complain("%s: %s%s: %s", command->name, row->word ? "--" : "-",
			row->word ? row->word : (char[]){ (char)row->letter, '\0' },
			trouble);
	return PARSED_WRONG;
}

enum parsed
options_parse(struct settings *s, const struct command *command, unsigned for_command,
	int argc, char **argv)
{
	char letters[2 * OPTION_MAX_ROWS + 8];
	struct option words[OPTION_MAX_ROWS + 2];
	enum parsed parsed;
	int found;

	fill_tables(for_command, letters, words);
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, words, NULL)) != -1) {
		const struct option_row *row = row_of(found);

		if (found == 'h') {
			print_help(command, for_command);
			return options_told(0) == 0 ? PARSED_DONE : PARSED_WRONG;
		}
		if (row == NULL)
			return wrong_option(command, found, argv);
		if ((parsed = apply(s, command, row)) != PARSED_GO_ON)
			return parsed;
	}
	for (; optind < argc; optind++) {
		s->operand =
			arena_grow(s->arena, s->operand, s->operands, sizeof *s->operand);
		s->operand[s->operands++] = argv[optind];
	}
	return PARSED_GO_ON;
}
