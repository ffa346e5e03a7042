/* fedprobe config import and export: from the gateway's exports into a partners.xml, and
 * from there to commands that the gateway's shell understands. */
#include "commands/config.h"

#include "commands/partners.h"
#include "config/import.h"
#include "config/powershell.h"
#include "file/aside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- import ---------------------------------------------------------------------------- */

/* What is imported into: a file that is there, or nothing yet. */
static struct config *
open_target(const struct settings *s)
{
	struct config *config;

	if (s->into != NULL && access(s->into, F_OK) == 0)
		return partners_read(s->into);
	if (s->into != NULL && errno != ENOENT) {
		complain("%s: %s", s->into, strerror(errno));
		return NULL;
	}
	config = config_open();
	config->file = s->into;
	return config;
}

/* --from is our own domain, unless the file has one. */
static bool
set_from(const struct settings *s, struct config *config)
{
	struct domain domain;

	if (s->asked.from == NULL ||
		domain_parse(config->arena, s->asked.from, &domain) != NULL)
		return true;
	if (config->local == NULL) {
		config->local = arena_alloc(config->arena, sizeof *config->local);
		config->local->domain = domain.ascii;
	}
	if (strcmp(config->local->domain, domain.ascii) == 0)
		return true;
	complain("%s: our own domain there is %s, not %s", config->file,
		domain_unicode(config->arena, config->local->domain), domain.unicode);
	return false;
}

static bool
read_exports(const struct settings *s, struct import *import)
{
	for (size_t i = 0; i < s->operands; i++)
		if (!import_file(import, s->operand[i])) {
			complain("%s", import->trouble);
			return false;
		}
	return true;
}

static bool
write_config(FILE *file, void *self)
{
	return config_write(file, self);
}

static bool
put_in_place(const struct settings *s, struct config *config)
{
	const char *place;

	if (s->into == NULL && config_write(stdout, config))
		return true;
	if (s->into == NULL) {
		complain("standard output cannot be written");
		return false;
	}
	place = aside_place(s->arena, s->into);
	if (aside_write(s->arena, place, aside_mode(place), write_config, config))
		return true;
	complain("%s: cannot be written: %s", s->into, strerror(errno));
	return false;
}

static void
tell_import(const struct settings *s, const struct import *import)
{
	for (size_t i = 0; i < import->notes; i++)
		complain("%s:%d: %s", import->note[i].file, import->note[i].line,
			import->note[i].text);
	if (import->untold > 0)
		complain("and %zu more", import->untold);
	complain("%s: %zu partner%s added, %zu changed, %zu unchanged",
		s->into ? s->into : "standard output", import->added,
		import->added == 1 ? "" : "s", import->changed, import->unchanged);
}

static int
import_into(const struct settings *s, struct config *config)
{
	struct import *import = import_open(config);
	int status = 3;

	if (read_exports(s, import) && put_in_place(s, config)) {
		tell_import(s, import);
		status = import->notes + import->untold > 0;
	}
	import_close(&import);
	return status;
}

int
config_import(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	enum parsed parsed = options_parse(&s, command, FOR_IMPORT, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;
	struct config *config = NULL;

	if (parsed == PARSED_GO_ON && s.operands == 0)
		complain("%s: a file is wanted; see fedprobe %s --help", command->name,
			command->name);
	else if (parsed == PARSED_GO_ON)
		config = open_target(&s);
	if (config != NULL && set_from(&s, config))
		status = import_into(&s, config);
	config_close(&config);
	arena_close(&s.arena);
	return status;
}

/* --- export ---------------------------------------------------------------------------- */

int
config_export(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	enum parsed parsed = options_parse(&s, command, FOR_EXPORT, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;
	struct config *config = NULL;

	if (parsed == PARSED_GO_ON && !s.powershell)
		complain("%s: a format is wanted: --powershell", command->name);
	else if (parsed == PARSED_GO_ON && s.operands != 1)
		complain("%s: one file is wanted, %zu were given; see fedprobe %s --help",
			command->name, s.operands, command->name);
	else if (parsed == PARSED_GO_ON)
		config = partners_read(s.operand[0]);
	if (config != NULL) {
		if (powershell_write(stdout, config))
			status = 0;
		else
			complain("standard output cannot be written");
	}
	config_close(&config);
	arena_close(&s.arena);
	return status;
}
