/* fedprobe check: probe, judge, report. */
#include "commands/asking.h"
#include "commands/judging.h"
#include "commands/sweep.h"

#include <string.h>

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
		"  fedprobe check --cert edge.pem --im ann@contoso.com bob@fabrikam.com\n"
		"  fedprobe check --resolver 127.0.0.1:5353 --ca-file lab-ca.pem lab.example\n",
	.run = check,
};

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
probe_and_report(struct settings *s, struct run *run)
{
	if (!sweep(run, s))
		return 3;
	tell_our_trouble(run);
	return outputs_write(s, run);
}

static int
open_and_probe(struct settings *s, struct run *run)
{
	int status = outputs_open(s) ? probe_and_report(s, run) : 3;

	outputs_close(s);
	return status;
}

static int
check(const struct command *command, int argc, char **argv)
{
	return asking(command, FOR_CHECK, argc, argv, open_and_probe);
}
