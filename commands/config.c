/* fedprobe config: partners.xml without any network: is it right, what does it mean, and
 * from and to the gateway's own formats. */
#include "commands/config.h"

#include "base/text.h"
#include "commands/partners.h"
#include "config/lint.h"

#include <stdio.h>
#include <string.h>

static int config(const struct command *command, int argc, char **argv);
static int check(const struct command *command, int argc, char **argv);
static int show(const struct command *command, int argc, char **argv);

const struct command config_command = {
	.name = "config",
	.synopsis = "COMMAND [options] FILE...",
	.summary = "partners.xml: check it, show what it means, import and export",
	.examples = "  fedprobe config check partners.xml\n"
		    "  fedprobe config show partners.xml fabrikam.com\n"
		    "  fedprobe config import --into partners.xml partners.clixml\n",
	.run = config,
};

static const struct command subcommands[] = {
	{
		.name = "config check",
		.synopsis = "[options] FILE",
		.summary = "Tell what is wrong or doubtful in a partners.xml",
		.examples = "  fedprobe config check partners.xml\n",
		.run = check,
	},
	{
		.name = "config show",
		.synopsis = "[options] FILE [DOMAIN...]",
		.summary = "Show what holds, with the defaults, and what it means",
		.examples = "  fedprobe config show partners.xml\n"
			    "  fedprobe config show partners.xml fabrikam.com\n",
		.run = show,
	},
	{
		.name = "config import",
		.synopsis = "[options] CLIXML...",
		.summary = "Make a partners.xml of the gateway's exports (Export-Clixml)",
		.examples = "  fedprobe config import partners.clixml >partners.xml\n"
			    "  fedprobe config import --into partners.xml "
			    "--from contoso.com *.clixml\n",
		.run = config_import,
	},
	{
		.name = "config export",
		.synopsis = "--powershell FILE",
		.summary = "Write a partners.xml as commands that set up the gateway",
		.examples = "  fedprobe config export --powershell partners.xml "
			    ">partners.ps1\n",
		.run = config_export,
	},
};

enum { SUBCOMMANDS = sizeof subcommands / sizeof subcommands[0] };

/* --- check ----------------------------------------------------------------------------- */

static const struct {
	const char *word, *plural, *colour;
} remarks[] = {
	[REMARK_NOTE] = { "note", "notes", NULL },
	[REMARK_WARNING] = { "warning", "warnings", YELLOW },
	[REMARK_INVALID] = { "invalid", "invalid", RED },
};

static void
print_lint(struct page *page, const char *file, const struct lint *lint)
{
	enum { INDENT = 4 };
	const char *place =
		arena_printf(page->arena, "%s:%d: ", page_safe(page, file), lint->line);
	const char *word = remarks[lint->remark].word;

	fputs(place, page->file);
	page_paint(page, remarks[lint->remark].colour);
	fputs(word, page->file);
	page_unpaint(page, remarks[lint->remark].colour);
	page_wrap_from(page, text_width(place) + (int)strlen(word), INDENT,
		arena_printf(page->arena, ": %s: %s", lint->about, lint->text));
	if (lint->remedy != NULL)
		page_wrap(page, INDENT,
			arena_printf(page->arena, "remedy: %s", lint->remedy));
}

/* "partners.xml: 12 partners, 2 warnings, 1 note". */
static void
print_count(struct page *page, const struct config *c, const size_t *count)
{
	fprintf(page->file, "%s: %zu partner%s", page_safe(page, c->file), c->partners,
		c->partners == 1 ? "" : "s");
	for (int i = REMARK_INVALID; i >= REMARK_NOTE; i--)
		if (count[i] != 0)
			fprintf(page->file, ", %zu %s", count[i],
				count[i] == 1 ? remarks[i].word : remarks[i].plural);
	if (count[REMARK_NOTE] + count[REMARK_WARNING] + count[REMARK_INVALID] == 0)
		fputs(", nothing to remark", page->file);
	putc('\n', page->file);
}

struct page
config_page(const struct settings *s)
{
	const struct look look = options_look(s);

	return (struct page){
		.file = stdout,
		.colour = look.colour,
		.width = page_width(look.width),
		.arena = s->arena,
	};
}

static int
print_lints(const struct settings *s, const struct config *c)
{
	struct page page = config_page(s);
	size_t count[REMARK_INVALID + 1] = { 0 }, lints;
	const struct lint *lint = config_lint(s->arena, c, &lints);

	for (size_t i = 0; i < lints; i++) {
		count[lint[i].remark]++;
		print_lint(&page, c->file, &lint[i]);
	}
	print_count(&page, c, count);
	if (count[REMARK_INVALID] != 0)
		return 2;
	return count[REMARK_WARNING] != 0;
}

static int
check(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	enum parsed parsed = options_parse(&s, command, FOR_CONFIG, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;
	struct config *c = NULL;

	if (parsed == PARSED_GO_ON && s.operands != 1)
		complain("%s: one file is wanted, %zu were given; see fedprobe %s --help",
			command->name, s.operands, command->name);
	else if (parsed == PARSED_GO_ON)
		c = partners_read(s.operand[0]);
	if (c != NULL)
		status = options_told(print_lints(&s, c));
	config_close(&c);
	arena_close(&s.arena);
	return status;
}

/* --- show ------------------------------------------------------------------------------ */

/* The domains behind the file; each must be in it. */
static bool
choose_domains(struct settings *s, const struct config *c)
{
	for (size_t i = 1; i < s->operands; i++)
		if (!options_add_domain(s, NULL, s->operand[i]))
			return false;
	for (size_t i = 0; i < s->domains; i++)
		if (!config_lists(c, s->domain[i].ascii)) {
			complain("%s: there is no domain %s in it", c->file,
				s->domain[i].unicode);
			return false;
		}
	return true;
}

static int
show(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	enum parsed parsed = options_parse(&s, command, FOR_CONFIG, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;
	struct config *c = NULL;

	if (parsed == PARSED_GO_ON && s.operands == 0)
		complain("%s: a file is wanted; see fedprobe %s --help", command->name,
			command->name);
	else if (parsed == PARSED_GO_ON)
		c = partners_read(s.operand[0]);
	if (c != NULL && choose_domains(&s, c)) {
		config_show(c, &s);
		status = options_told(0);
	}
	config_close(&c);
	arena_close(&s.arena);
	return status;
}

/* --- which of them --------------------------------------------------------------------- */

/* Behind "config ". */
static const char *
name_of(const struct command *subcommand)
{
	return strchr(subcommand->name, ' ') + 1;
}

static void
print_help(const struct command *command)
{
	printf("Usage: fedprobe %s %s\n\n%s.\n\n", command->name, command->synopsis,
		command->summary);
	for (int i = 0; i < SUBCOMMANDS; i++)
		printf("  %-8s %s\n", name_of(&subcommands[i]), subcommands[i].summary);
	printf("\n`fedprobe config COMMAND --help` tells more.\n\nExamples:\n%s",
		command->examples);
}

static int
config(const struct command *command, int argc, char **argv)
{
	for (int i = 0; argc > 1 && i < SUBCOMMANDS; i++)
		if (strcmp(argv[1], name_of(&subcommands[i])) == 0)
			return subcommands[i].run(&subcommands[i], argc - 1, argv + 1);
	if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
		print_help(command);
		return options_told(0);
	}
	if (argc > 1)
		complain("config: there is no command \"%s\"; see fedprobe config --help",
			argv[1]);
	else
		complain("config: a command is wanted; see fedprobe config --help");
	return 3;
}
