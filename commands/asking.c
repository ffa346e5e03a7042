/* Whom to ask, what, and in whose name. */
#include "commands/asking.h"

#include "commands/credential.h"
#include "commands/partners.h"
#include "commands/roster.h"
#include "commands/writing.h"
#include "net/random.h"

#include <time.h>

/* A name below .invalid that nobody owns: a stranger's `from` bothers nobody else. */
static void
introduce_ourselves(struct settings *s)
{
	s->asked.probe_name =
		arena_printf(s->arena, "fedprobe-%s.invalid", random_hex(s->arena, 6));
	if (s->asked.from == NULL) {
		s->asked.from = s->asked.probe_name;
		s->asked.from_stranger = true;
	}
}

static bool
gather_domains(struct settings *s, const struct command *command)
{
	for (size_t i = 0; i < s->operands; i++)
		if (writing_is_recipient(s, s->operand[i])
				? !writing_add_recipient(s, s->operand[i])
				: !options_add_domain(s, NULL, s->operand[i]))
			return false;
	if (s->domains == 0 && s->policy_said != 0)
		complain("%s: what was agreed is told of no domain; give the domains, or "
			 "change the file",
			command->name);
	else if (s->domains == 0 && s->config == NULL)
		complain("%s: no domain was given; see fedprobe %s --help", command->name,
			command->name);
	else
		return true;
	return false;
}

static int
call_and_go(struct settings *s, const struct command *command,
	const struct config *config, int (*go)(struct settings *, struct run *))
{
	struct run *run = run_open(time(NULL));
	int status = 3;

	introduce_ourselves(s);
	run->asked = s->asked;
	roster_call(run, s, config);
	if (run->partners == 0)
		complain("%s: %s names neither a partner nor a domain of ours",
			command->name, s->config);
	else
		status = go(s, run);
	run_close(&run);
	return status;
}

static bool
is_known_who_we_are(struct settings *s, const struct config *config)
{
	if (!writing_settle(s))
		return false;
	roster_introduce(s, config);
	if (!credential_open(s, listening_wanted(&s->listening)) ||
		!writing_is_possible(s))
		return false;
	if (listening_wanted(&s->listening) && s->asked.from == NULL) {
		complain("check: --listen answers for a domain of ours; name it with "
			 "--from");
		return false;
	}
	s->asked.secret = s->credentials.secret != NULL;
	return !listening_wanted(&s->listening) || listening_prepare(s);
}

int
asking(const struct command *command, unsigned for_command, int argc, char **argv,
	int (*go)(struct settings *, struct run *))
{
	struct settings s = { .arena = arena_open(), .jobs = 16, .interval = 60 };
	enum parsed parsed = options_parse(&s, command, for_command, argc, argv);
	struct config *config = NULL;
	int status = parsed == PARSED_DONE ? 0 : 3;

	if (parsed == PARSED_GO_ON && gather_domains(&s, command) &&
		(s.config == NULL || (config = partners_read(s.config)) != NULL) &&
		is_known_who_we_are(&s, config))
		status = call_and_go(&s, command, config, go);
	credential_close(&s);
	config_close(&config);
	arena_close(&s.arena);
	return status;
}
