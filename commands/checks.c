/* fedprobe checks: the catalogue, printed from the rows themselves. */
#include "checks/check.h"

#include "commands/options.h"

#include <stdio.h>
#include <string.h>

static int checks(const struct command *command, int argc, char **argv);

const struct command checks_command = {
	.name = "checks",
	.synopsis = "[options] [ID...]",
	.summary = "The catalogue of checks: what, why, source, remedy",
	.examples = "  fedprobe checks\n"
		    "  fedprobe checks cert.name.match\n"
		    "  fedprobe checks dns\n",
	.run = checks,
};

static const char *const owner_titles[] = { "the owner of the domain", "you",
	"the certificate authority", "the network between", "both sides" };

static void
print_line(void *self, const struct check *c)
{
	(void)self;
	printf("%-30s %-9s %s\n", c->id, severity_names[c->severity], c->title);
}

static void
print_whole(const struct check *c)
{
	printf("%s\n  %s\n\n", c->id, c->title);
	printf("  Severity  %s at worst%s\n", severity_names[c->severity],
		c->blocks ? "; without it the attempt cannot go on" : "");
	printf("  Asked of  %s\n",
		c->scope == SCOPE_ENDPOINT ? "each endpoint" : "the domain");
	printf("  Why       %s\n", c->why);
	printf("  Remedy    %s\n", c->remedy);
	printf("  Who acts  %s\n", owner_titles[c->owner]);
	printf("  Source    %s\n", c->source);
	if (c->after[0] != NULL)
		printf("  After    ");
	for (size_t i = 0; i < CHECK_AFTER && c->after[i] != NULL; i++)
		printf(" %s", c->after[i]);
	if (c->after[0] != NULL)
		putchar('\n');
}

static void
print_markdown(void *self, const struct check *c)
{
	(void)self;
	printf("\n## %s\n\n%s\n\n", c->id, c->title);
	printf("- Severity: %s at worst\n- Asked of: %s\n- Why: %s\n- Remedy: %s\n"
	       "- Who acts: %s\n- Source: %s\n",
		severity_names[c->severity],
		c->scope == SCOPE_ENDPOINT ? "each endpoint" : "the domain", c->why,
		c->remedy, owner_titles[c->owner], c->source);
}

/* A group ("dns") or the beginning of several ids ("cert.name"). */
struct wanted {
	const char *prefix;
	size_t found;
};

static void
print_if_wanted(void *self, const struct check *c)
{
	struct wanted *wanted = self;
	size_t n = strlen(wanted->prefix);

	if (strncmp(c->id, wanted->prefix, n) == 0 && c->id[n] == '.') {
		print_line(NULL, c);
		wanted->found++;
	}
}

static bool
print_named(const char *id)
{
	const struct check *c = check_find(id);
	struct wanted wanted = { id, 0 };

	if (c != NULL) {
		print_whole(c);
		return true;
	}
	check_each(print_if_wanted, &wanted);
	if (wanted.found == 0)
		complain("there is no check \"%s\"; `fedprobe checks` lists them", id);
	return wanted.found > 0;
}

static int
checks(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	enum parsed parsed = options_parse(&s, command, FOR_CHECKS, argc, argv);
	int status = parsed == PARSED_WRONG ? 3 : 0;

	if (parsed == PARSED_GO_ON && s.markdown) {
		printf("# The checks of fedprobe\n\nPrinted by `fedprobe checks --markdown`.\n");
		check_each(print_markdown, NULL);
	} else if (parsed == PARSED_GO_ON && s.operands == 0) {
		check_each(print_line, NULL);
	} else if (parsed == PARSED_GO_ON) {
		for (size_t i = 0; i < s.operands; i++)
			if (!print_named(s.operand[i]))
				status = 3;
	}
	arena_close(&s.arena);
	return options_told(status);
}
