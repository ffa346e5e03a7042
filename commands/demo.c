/* fedprobe demo: starts fedprobe-rig, a small world on loopback, and probes it for real:
 * real sockets, real TLS, the same path as `fedprobe check`. */
#include "base/text.h"
#include "commands/judging.h"
#include "commands/sweep.h"
#include "commands/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int demo(const struct command *command, int argc, char **argv);

const struct command demo_command = {
	.name = "demo",
	.synopsis = "[options] [PERSONALITY...]",
	.summary =
		"A small world on loopback, with one thing wrong in each partner, probed "
		"for real",
	.examples = "  fedprobe demo\n"
		    "  fedprobe demo -v expired-certificate\n"
		    "  fedprobe demo --trace healthy\n"
		    "  fedprobe demo -o xml:demo.xml\n"
		    "  fedprobe demo --watch    (in the dashboard)\n"
		    "  fedprobe-rig --list      (every personality there is)\n",
	.run = demo,
};

/* The dozen that teach most; the rig knows more. */
static const char *const dozen[] = { "healthy", "wants-certificate",
	"expired-certificate", "wrong-name", "incomplete-chain", "two-nodes",
	"no-starttls", "host-unknown", "http", "refused", "no-record", "bogus-dnssec" };

enum { DOZEN = sizeof dozen / sizeof dozen[0], MAX_PERSONALITIES = 64 };

struct world {
	pid_t pid;
	int lifeline; /* the rig lives as long as its standard input */
	FILE *words;
};

/* The rig beside this program, or else the one in PATH. */
static const char *
rig_path(struct arena *arena)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *path = "fedprobe-rig";

	if (length > 0) {
		self[length] = '\0';
		path = arena_printf(arena, "%s/fedprobe-rig", dirname(self));
	}
	return access(path, X_OK) == 0 ? path : "fedprobe-rig";
}

static const char *
spawn_rig(struct arena *arena, struct world *world, char **argv)
{
	posix_spawn_file_actions_t actions;
	int in[2], out[2], rc;

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		return strerror(errno);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	rc = posix_spawnp(&world->pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(in[0]);
	close(out[1]);
	if (rc != 0)
		return arena_printf(arena, "%s: %s", argv[0], strerror(rc));
	world->lifeline = in[1];
	world->words = fdopen(out[0], "r");
	return world->words ? NULL : strerror(errno);
}

static const char *
open_world(struct settings *s, struct world *world)
{
	char *argv[MAX_PERSONALITIES + 2];
	size_t count = s->operands ? s->operands : DOZEN, n = 0;

	if (count > MAX_PERSONALITIES)
		return "that are too many personalities at once";
	argv[n++] = arena_strdup(s->arena, rig_path(s->arena));
	for (size_t i = 0; i < count; i++)
		argv[n++] =
			arena_strdup(s->arena, s->operands ? s->operand[i] : dozen[i]);
	argv[n] = NULL;
	return spawn_rig(s->arena, world, argv);
}

static void
close_world(struct world *world)
{
	if (world->words != NULL)
		fclose(world->words);
	if (world->pid <= 0)
		return;
	close(world->lifeline);
	kill(world->pid, SIGTERM);
	waitpid(world->pid, NULL, 0);
}

/* Words for people would spoil a report for programs on standard output. */
static bool
speaks(const struct settings *s)
{
	for (size_t i = 0; i < s->outputs; i++)
		if (s->output[i].path == NULL &&
			!text_same(s->output[i].format->name, "text"))
			return false;
	return !s->quiet;
}

/* "partner DOMAIN PERSONALITY what it teaches" */
static bool
meet_partner(struct settings *s, char *line)
{
	char *domain = line + strcspn(line, " ") + 1, *name, *teaches;

	name = domain + strcspn(domain, " ");
	if (*name != '\0')
		*name++ = '\0';
	teaches = name + strcspn(name, " ");
	if (*teaches != '\0')
		*teaches++ = '\0';
	if (speaks(s))
		printf("  %-34s %s\n", domain, teaches);
	return options_add_domain(s, NULL, domain);
}

/* Reads what the rig says of itself, up to "ready". */
static bool
listen_to_world(struct settings *s, struct world *world)
{
	char *line = NULL;
	size_t size = 0;
	bool ready = false;

	while (!ready && getline(&line, &size, world->words) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		if (text_starts(line, "resolver ")) {
			const char **list = arena_alloc(s->arena, sizeof *list);

			list[0] = arena_strdup(s->arena, line + strlen("resolver "));
			s->asked.resolver = list;
			s->asked.resolvers = 1;
		} else if (text_starts(line, "ca ")) {
			s->asked.ca_file = arena_strdup(s->arena, line + strlen("ca "));
		} else if (text_starts(line, "partner ") && !meet_partner(s, line)) {
			break;
		}
		ready = strcmp(line, "ready") == 0;
	}
	free(line);
	return ready;
}

/* The world is made to be broken: only our own trouble counts. */
static int
probe_world(struct settings *s, struct run *run)
{
	bool probed = s->watch ? watch_rounds(run, s) : sweep(run, s);

	if (!probed)
		return 3;
	return outputs_write(s, run) == 3 ? 3 : 0;
}

static int
visit_world(struct settings *s)
{
	struct run *run = run_open(time(NULL));
	int status;

	run->asked = s->asked;
	for (size_t i = 0; i < s->domains; i++)
		run_add(run, &s->domain[i]);
	if (speaks(s)) {
		putchar('\n');
		fflush(stdout);
	}
	status = probe_world(s, run);
	run_close(&run);
	return status;
}

static int
show(struct settings *s)
{
	struct world world = { .lifeline = -1 };
	const char *trouble = open_world(s, &world);
	int status = 3;

	if (trouble != NULL) {
		complain("demo: the rig cannot be started: %s", trouble);
	} else {
		if (speaks(s))
			puts("A small world on loopback. What each partner is there to teach:\n");
		if (listen_to_world(s, &world))
			status = visit_world(s);
		else
			complain("demo: the rig did not get ready");
	}
	close_world(&world);
	return status;
}

static int
demo(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open(), .jobs = 16, .interval = 60 };
	enum parsed parsed = options_parse(&s, command, FOR_DEMO, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;

	if (parsed == PARSED_GO_ON) {
		s.asked.probe_name = "fedprobe-demo.invalid";
		s.asked.from = "us.rig.example";
		s.asked.timeout = 2;
		if ((s.watch && s.outputs == 0) || outputs_open(&s))
			status = show(&s);
		outputs_close(&s);
	}
	arena_close(&s.arena);
	return status;
}
