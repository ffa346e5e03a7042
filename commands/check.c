/* fedprobe check: probe, judge, report. */
#include "base/text.h"
#include "commands/credential.h"
#include "commands/judging.h"
#include "commands/partners.h"
#include "commands/roster.h"
#include "commands/sweep.h"
#include "net/random.h"

#include <string.h>
#include <time.h>

static int check(const struct command *command, int argc, char **argv);

const struct command check_command = {
	.name = "check",
	.synopsis = "[options] [DOMAIN...]",
	.summary = "Probe one or more domains, judge what was seen, and report",
	.examples =
		"  fedprobe check fabrikam.com\n"
		"  fedprobe check --from contoso.com -v fabrikam.com\n"
		"  fedprobe check -f partners.txt -o xml:nightly.xml --fail-on fail\n"
		"  fedprobe check -c partners.xml\n"
		"  fedprobe check --tls required --sasl optional fabrikam.com\n"
		"  fedprobe check --connect xmpp.fabrikam.com:5269 --trace fabrikam.com\n"
		"  fedprobe check --resolver 127.0.0.1:5353 --ca-file lab-ca.pem lab.example\n",
	.run = check,
};

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
gather_domains(struct settings *s)
{
	for (size_t i = 0; i < s->operands; i++)
		if (!options_add_domain(s, NULL, s->operand[i]))
			return false;
	if (s->domains == 0 && s->policy_said != 0)
		complain(
			"check: what was agreed is told of no domain; give the domains, or "
			"change the file");
	else if (s->domains == 0 && s->config == NULL)
		complain("check: no domain was given; see fedprobe check --help");
	else
		return true;
	return false;
}

/* Every partner would look dead: say plainly that it is us. */
static void
tell_our_trouble(const struct run *run)
{
	for (size_t i = 0; i < run->partners; i++)
		for (size_t k = 0; k < run->partner[i]->findings; k++) {
			const struct finding *f = &run->partner[i]->finding[k];

			if (strcmp(f->check, "own.resolver") == 0 &&
				f->status == STATUS_FAIL) {
				complain(
					"the trouble is on our side, not the partner's: %s",
					f->text);
				return;
			}
		}
}

static int
probe_and_report(struct settings *s, const struct config *config)
{
	struct run *run = run_open(time(NULL));
	int status = 3;

	run->asked = s->asked;
	roster_call(run, s, config);
	if (run->partners == 0)
		complain("check: %s names neither a partner nor a domain of ours",
			s->config);
	else if (sweep(run, s)) {
		tell_our_trouble(run);
		status = outputs_write(s, run);
	}
	outputs_close(s);
	run_close(&run);
	return status;
}

static int
open_and_probe(struct settings *s, const struct config *config)
{
	int status = 3;

	roster_introduce(s, config);
	if (!credential_open(s))
		return 3;
	introduce_ourselves(s);
	if (outputs_open(s))
		status = probe_and_report(s, config);
	else
		outputs_close(s);
	return status;
}

static int
check(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open(), .jobs = 16 };
	enum parsed parsed = options_parse(&s, command, FOR_CHECK, argc, argv);
	struct config *config = NULL;
	int status = parsed == PARSED_DONE ? 0 : 3;

	if (parsed == PARSED_GO_ON && gather_domains(&s) &&
		(s.config == NULL || (config = partners_read(s.config)) != NULL))
		status = open_and_probe(&s, config);
	credential_close(&s);
	config_close(&config);
	arena_close(&s.arena);
	return status;
}
