/* One table of options: each row knows its letter, its word, its help, the commands it
 * belongs to, and how it is applied. */
#include "commands/options.h"

#include "base/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct option_row {
	int letter; /* 0: none */
	const char *word, *value, *help;
	unsigned commands;
	/* NULL when it is good, or else what is wrong with the value. */
	const char *(*apply)(struct settings *s, const char *value);
};

void
complain(const char *format, ...)
{
	char words[2048];
	struct arena *arena = arena_open();
	va_list ap;

	va_start(ap, format);
	vsnprintf(words, sizeof words, format, ap);
	va_end(ap);
	/* The command line, too, may hold what a terminal should not see. */
	fprintf(stderr, "fedprobe: %s\n", text_clean(arena, words, strlen(words)));
	arena_close(&arena);
}

/* --- applying --------------------------------------------------------------------- */

static const char *
read_domains(struct settings *s, FILE *file, const char *path)
{
	char *line = NULL;
	size_t size = 0;
	const char *trouble = NULL;

	for (int number = 1; trouble == NULL && getline(&line, &size, file) >= 0;
		number++) {
		char *end = line + strcspn(line, "#\r\n"), *word = line;

		*end = '\0';
		word += strspn(word, " \t");
		word[strcspn(word, " \t")] = '\0';
		if (*word != '\0' &&
			!options_add_domain(
				s, arena_printf(s->arena, "%s:%d: ", path, number), word))
			trouble = "";
	}
	if (trouble == NULL && ferror(file))
		trouble = arena_printf(s->arena, "%s: %s", path, strerror(errno));
	free(line);
	return trouble;
}

static const char *
apply_file(struct settings *s, const char *value)
{
	const char *trouble;
	FILE *file;

	if (strcmp(value, "-") == 0)
		return read_domains(s, stdin, "standard input");
	if ((file = fopen(value, "re")) == NULL)
		return arena_printf(s->arena, "%s: %s", value, strerror(errno));
	trouble = read_domains(s, file, value);
	fclose(file);
	return trouble;
}

static const char *
apply_from(struct settings *s, const char *value)
{
	struct domain domain;
	const char *trouble = domain_parse(s->arena, value, &domain);

	if (trouble != NULL)
		return arena_printf(s->arena, "\"%s\" is no domain: %s", value, trouble);
	s->asked.from = domain.unicode;
	return NULL;
}

static const char *
one_of(struct settings *s, const char *value, const char *const *names, int *chosen)
{
	const char *list = "";

	if ((*chosen = name_index(names, value)) >= 0)
		return NULL;
	for (size_t i = 0; names[i] != NULL; i++)
		list = arena_printf(s->arena, "%s%s%s", list, i ? ", " : "", names[i]);
	return arena_printf(s->arena, "\"%s\" is none of %s", value, list);
}

static const char *
apply_verify(struct settings *s, const char *value)
{
	static const char *const names[] = { "required", "optional", "none", NULL };
	int chosen;
	const char *trouble = one_of(s, value, names, &chosen);

	s->asked.verify = (enum verify)(VERIFY_REQUIRED + chosen);
	return trouble;
}

static const char *
apply_resolver(struct settings *s, const char *value)
{
	const char **list = arena_grow(s->arena, (void *)(uintptr_t)s->asked.resolver,
		s->asked.resolvers, sizeof *list);

	list[s->asked.resolvers++] = arena_strdup(s->arena, value);
	s->asked.resolver = list;
	return NULL;
}

static const char *
apply_trust_ad(struct settings *s, const char *value)
{
	(void)value;
	s->asked.trust_ad = true;
	return NULL;
}

static const char *
apply_4(struct settings *s, const char *value)
{
	(void)value;
	s->asked.family = FAMILY_4;
	return NULL;
}

static const char *
apply_6(struct settings *s, const char *value)
{
	(void)value;
	s->asked.family = FAMILY_6;
	return NULL;
}

static const char *
apply_connect(struct settings *s, const char *value)
{
	const char *colon = strrchr(value, ':');
	struct domain domain;
	long long port;
	char *host;
	size_t length;

	if (colon == NULL || colon == value)
		return arena_printf(s->arena, "\"%s\" is not HOST:PORT", value);
	if (!text_number(colon + 1, 1, 65535, &port))
		return arena_printf(
			s->arena, "\"%s\" is no port; a port is 1 to 65535", colon + 1);
	host = arena_text(s->arena, value, (size_t)(colon - value));
	length = strlen(host);
	if (!domain_is_address(host)) {
		const char *trouble = domain_parse(s->arena, host, &domain);

		if (trouble != NULL)
			return arena_printf(
				s->arena, "\"%s\" is no host: %s", host, trouble);
		host = arena_strdup(s->arena, domain.ascii);
	} else if (host[0] == '[') {
		host = arena_text(s->arena, host + 1, length - 2);
	}
	s->asked.connect_host = host;
	s->asked.connect_port = (int)port;
	return NULL;
}

static const char *
apply_direct_tls(struct settings *s, const char *value)
{
	(void)value;
	s->asked.direct_tls = true;
	return NULL;
}

static const char *
readable(struct settings *s, const char *path)
{
	if (access(path, R_OK) != 0)
		return arena_printf(s->arena, "%s: %s", path, strerror(errno));
	return NULL;
}

static const char *
apply_ca_file(struct settings *s, const char *value)
{
	s->asked.ca_file = arena_strdup(s->arena, value);
	return readable(s, value);
}

static const char *
apply_ca_dir(struct settings *s, const char *value)
{
	s->asked.ca_dir = arena_strdup(s->arena, value);
	return readable(s, value);
}

static const char *
apply_depth(struct settings *s, const char *value)
{
	static const char *const names[] = { "standard", "quick", "deep", NULL };
	int chosen;
	const char *trouble = one_of(s, value, names, &chosen);

	s->asked.depth = (enum depth)chosen;
	return trouble;
}

static const char *
seconds(struct settings *s, const char *value, int *result)
{
	long long number;

	if (!text_number(value, 1, 86400, &number))
		return arena_printf(s->arena,
			"\"%s\" is no number of seconds from 1 to 86400", value);
	*result = (int)number;
	return NULL;
}

static const char *
apply_timeout(struct settings *s, const char *value)
{
	return seconds(s, value, &s->asked.timeout);
}

static const char *
apply_deadline(struct settings *s, const char *value)
{
	return seconds(s, value, &s->asked.deadline);
}

static const char *
apply_jobs(struct settings *s, const char *value)
{
	long long number;

	if (!text_number(value, 1, 10000, &number))
		return arena_printf(
			s->arena, "\"%s\" is no number from 1 to 10000", value);
	s->jobs = (int)number;
	return NULL;
}

static const char *
apply_output(struct settings *s, const char *value)
{
	struct output output;
	const char *trouble;

	if (strcmp(value, "list") == 0) {
		for (const struct format *f = formats; f->name != NULL; f++)
			printf("%-8s %s\n", f->name, f->summary);
		s->listed = true;
		return fflush(stdout) == 0 ? NULL : "standard output cannot be written";
	}
	trouble = output_parse(s->arena, value, &output);
	s->output = arena_grow(s->arena, s->output, s->outputs, sizeof output);
	s->output[s->outputs++] = output;
	return trouble;
}

static const char *
apply_fail_on(struct settings *s, const char *value)
{
	static const char *const names[] = { "warn", "fail", NULL };
	int chosen;
	const char *trouble = one_of(s, value, names, &chosen);

	s->fail_on_fail = chosen == 1;
	return trouble;
}

static const char *
apply_colour(struct settings *s, const char *value)
{
	static const char *const names[] = { "auto", "always", "never", NULL };
	int chosen;
	const char *trouble = one_of(s, value, names, &chosen);

	s->colour = (enum colour)chosen;
	return trouble;
}

static const char *
apply_quiet(struct settings *s, const char *value)
{
	(void)value;
	s->quiet = true;
	return NULL;
}

static const char *
apply_verbose(struct settings *s, const char *value)
{
	(void)value;
	s->verbose = true;
	return NULL;
}

static const char *
apply_trace(struct settings *s, const char *value)
{
	(void)value;
	s->trace = true;
	return NULL;
}

static const char *
apply_markdown(struct settings *s, const char *value)
{
	(void)value;
	s->markdown = true;
	return NULL;
}

enum { SHOWS = FOR_CHECK | FOR_REPLAY | FOR_DEMO };

static const struct option_row rows[] = {
	{ 'f', "file", "FILE",
		"more domains, one a line, # for comments; - is standard input",
		FOR_CHECK, apply_file },
	{ 0, "from", "DOMAIN", "the domain that we speak for (default: an invented name)",
		FOR_CHECK, apply_from },
	{ 0, "verify", "HOW",
		"what our server demands of the partner's certificate: required, optional, none",
		FOR_CHECK, apply_verify },
	{ 0, "resolver", "ADDR[:PORT]", "ask this name server; may be repeated",
		FOR_CHECK, apply_resolver },
	{ 0, "trust-ad", NULL, "believe the resolver's DNSSEC verdict over the network",
		FOR_CHECK, apply_trust_ad },
	{ '4', NULL, NULL, "IPv4 only", FOR_CHECK, apply_4 },
	{ '6', NULL, NULL, "IPv6 only", FOR_CHECK, apply_6 },
	{ 0, "connect", "HOST:PORT", "go there, and look up no SRV records", FOR_CHECK,
		apply_connect },
	{ 0, "direct-tls", NULL, "direct TLS only (XEP-0368)", FOR_CHECK,
		apply_direct_tls },
	{ 0, "ca-file", "FILE", "trust these authorities, not the system's", FOR_CHECK,
		apply_ca_file },
	{ 0, "ca-dir", "DIR", "the same, from a hashed directory", FOR_CHECK,
		apply_ca_dir },
	{ 0, "depth", "HOW", "quick, standard (default) or deep", FOR_CHECK,
		apply_depth },
	{ 't', "timeout", "SECONDS", "for each phase (default: 5 to 20, by phase)",
		FOR_CHECK, apply_timeout },
	{ 0, "deadline", "SECONDS", "for the whole run (default: none)", FOR_CHECK,
		apply_deadline },
	{ 'j', "jobs", "N", "partners at a time (default: 16)", FOR_CHECK, apply_jobs },
	{ 'o', "output", "FORMAT[:FILE]",
		"a report; may be repeated (default: text); -o list names the formats",
		FOR_CHECK | FOR_REPLAY, apply_output },
	{ 0, "fail-on", "HOW", "fail: warnings alone give exit status 0 (default: warn)",
		FOR_CHECK | FOR_REPLAY, apply_fail_on },
	{ 0, "color", "WHEN", "auto (default), always or never", SHOWS, apply_colour },
	{ 'q', "quiet", NULL, "one line for each partner, and no progress", SHOWS,
		apply_quiet },
	{ 'v', "verbose", NULL, "every check, not only what is wrong", SHOWS,
		apply_verbose },
	{ 0, "trace", NULL, "what happens as it happens, on standard error",
		FOR_CHECK | FOR_DEMO, apply_trace },
	{ 0, "markdown", NULL, "the whole catalogue as Markdown", FOR_CHECKS,
		apply_markdown },
};

enum { ROWS = sizeof rows / sizeof rows[0], WORD = 1000 };

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
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].commands & for_command)
			print_row(&rows[i]);
	printf("  %-27s %s\n", "-h, --help", "this help");
	printf("\nExamples:\n%s", command->examples);
}

/* --- parsing ---------------------------------------------------------------------- */

bool
options_add_domain(struct settings *s, const char *place, const char *typed)
{
	struct domain domain;
	const char *trouble = domain_parse(s->arena, typed, &domain);

	if (trouble != NULL) {
		complain("%s\"%s\" is no domain: %s", place ? place : "", typed, trouble);
		return false;
	}
	for (size_t i = 0; i < s->domains; i++)
		if (strcmp(s->domain[i].ascii, domain.ascii) == 0)
			return true;
	s->domain = arena_grow(s->arena, s->domain, s->domains, sizeof domain);
	s->domain[s->domains++] = domain;
	return true;
}

/* The tables of getopt_long: an option with only a letter has no long form. */
static void
fill_tables(unsigned for_command, char *letters, struct option *words)
{
	*letters++ = ':';
	for (int i = 0; i < ROWS; i++) {
		if (!(rows[i].commands & for_command))
			continue;
		if (rows[i].letter != 0) {
			*letters++ = (char)rows[i].letter;
			if (rows[i].value != NULL)
				*letters++ = ':';
		}
		if (rows[i].word != NULL)
			*words++ = (struct option){ rows[i].word,
				rows[i].value ? required_argument : no_argument, NULL,
				WORD + i };
	}
	*words++ = (struct option){ "help", no_argument, NULL, 'h' };
	strcpy(letters, "h");
	*words = (struct option){ 0 };
}

static const struct option_row *
row_of(int found)
{
	for (int i = 0; i < ROWS; i++)
		if (found == WORD + i || (found < WORD && found == rows[i].letter))
			return &rows[i];
	return NULL;
}

static enum parsed
wrong_option(const struct command *command, int found, char **argv)
{
	const char *given = optopt > 0 && optopt < WORD
				    ? (char[]){ '-', (char)optopt, '\0' }
				    : argv[optind - 1];

	complain("%s: %s \"%s\"; see fedprobe %s --help", command->name,
		found == ':' ? "a value is missing after" : "there is no option", given,
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
	char letters[2 * ROWS + 8];
	struct option words[ROWS + 2];
	enum parsed parsed;
	int found;

	fill_tables(for_command, letters, words);
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, words, NULL)) != -1) {
		const struct option_row *row = row_of(found);

		if (found == 'h') {
			print_help(command, for_command);
			return PARSED_DONE;
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

struct look
options_look(const struct settings *s)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct look look = { .verbose = s->verbose, .quiet = s->quiet };
	struct winsize size;

	/* https://no-color.org: set and not empty. */
	look.colour = isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0') &&
		      term != NULL && strcmp(term, "dumb") != 0;
	if (s->colour != COLOUR_AUTO)
		look.colour = s->colour == COLOUR_ALWAYS;
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		look.width = size.ws_col;
	return look;
}
