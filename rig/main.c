/* fedprobe-rig: a small world on loopback, with one fault per domain, to test against and
 * to learn from. */
#include "base/loop.h"
#include "base/text.h"
#include "rig/library.h"
#include "rig/world.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_TROUBLE = 3, HIGHEST_PORT = 65535 };

struct options {
	const char *directory, *scenarios, *client;
	int port;
	bool stay, list, made_directory;
};

static const char help[] =
	"usage: fedprobe-rig [OPTION...] [PERSONALITY | SCENARIO-FILE]...\n"
	"Starts name server, certificate authority and XMPP peers on loopback, all of them\n"
	"or those named, says where they are, and runs until its input ends.\n"
	"\n"
	"  --client DOMAIN   a certificate for the domain goes into client.pem, and those who\n"
	"                    call call its server\n"
	"  --directory DIR   where to write ca.pem (default: a new one, removed at the end)\n"
	"  --port BASE       use this port and those behind it (default: free ones)\n"
	"  --scenarios DIR   where the personalities are\n"
	"  --stay            run until SIGINT or SIGTERM, whatever the input does\n"
	"  --list            print the personalities and what they teach\n"
	"  -h, --help        this text\n"
	"  -V, --version     the version\n";

static _Noreturn void
trouble_exit(const char *trouble)
{
	fprintf(stderr, "%s\n", trouble);
	exit(EXIT_TROUBLE);
}

static _Noreturn void
print_exit(const char *text)
{
	fputs(text, stdout);
	exit(fflush(stdout) == 0 ? 0 : EXIT_TROUBLE);
}

static int
read_port(const char *text)
{
	long long port;

	if (!text_number(text, 1, HIGHEST_PORT, &port))
		trouble_exit("fedprobe-rig: --port needs a number from 1 to 65535");
	return (int)port;
}

static void
read_options(int argc, char **argv, struct options *o)
{
	static const struct option option[] = {
		{ "client", required_argument, NULL, 'c' },
		{ "directory", required_argument, NULL, 'd' },
		{ "port", required_argument, NULL, 'p' },
		{ "scenarios", required_argument, NULL, 's' },
		{ "stay", no_argument, NULL, 'S' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "hV", option, NULL)) != -1)
		if (c == 'd')
			o->directory = optarg;
		else if (c == 'c')
			o->client = optarg;
		else if (c == 'p')
			o->port = read_port(optarg);
		else if (c == 's')
			o->scenarios = optarg;
		else if (c == 'S')
			o->stay = true;
		else if (c == 'l')
			o->list = true;
		else if (c == 'h')
			print_exit(help);
		else if (c == 'V')
			print_exit("fedprobe-rig of " PACKAGE_STRING "\n");
		else
			exit(EXIT_TROUBLE); /* getopt has said why */
}

static void
list(const struct library *library)
{
	for (size_t i = 0; i < library->scenarios; i++)
		printf("%-24s %s\n", library->scenario[i]->name,
			library->scenario[i]->teaches);
}

static void
make_directory(struct arena *arena, struct options *o)
{
	const char *above = getenv("TMPDIR");
	char *made;

	if (o->directory != NULL) {
		if (mkdir(o->directory, 0777) != 0 && errno != EEXIST)
			trouble_exit(arena_printf(
				arena, "%s: %s", o->directory, strerror(errno)));
		return;
	}
	made = arena_printf(arena, "%s/fedprobe-rig.XXXXXX", above ? above : P_tmpdir);
	if (mkdtemp(made) == NULL)
		trouble_exit(arena_printf(arena, "%s: %s", made, strerror(errno)));
	o->directory = made;
	o->made_directory = true;
}

static void
remove_directory(struct arena *arena, const struct options *o)
{
	if (!o->made_directory)
		return;
	unlink(arena_printf(arena, "%s/ca.pem", o->directory));
	unlink(arena_printf(arena, "%s/client.pem", o->directory));
	rmdir(o->directory);
}

static void
on_signal(void *self, unsigned events)
{
	(void)events;
	loop_stop(self);
}

/* Whether the input has ended; what else is in it does not matter. It may be a file,
 * which cannot be watched. */
static bool
input_ended(void)
{
	struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
	char forgotten[512];

	while (poll(&input, 1, 0) == 1)
		if (read(STDIN_FILENO, forgotten, sizeof forgotten) <= 0)
			return true;
	return false;
}

static void
on_input(void *self, unsigned events)
{
	(void)events;
	if (input_ended())
		loop_stop(self);
}

/* Runs until somebody says that it is enough. */
static void
run(struct loop *loop, bool stay)
{
	struct watch *input = NULL;

	if (!stay && input_ended())
		return;
	if (!stay)
		input = watch_open(loop, STDIN_FILENO, LOOP_READ, on_input, loop);
	loop_run(loop);
	watch_close(&input);
}

/* The life of a world; returns the exit status. */
static int
live(struct arena *arena, const struct options *o, const struct library *library)
{
	const struct world_plan plan = { library->scenario, library->scenarios,
		o->directory, o->port, o->client };
	struct loop *loop = loop_open();
	struct watch *interrupt = watch_signal(loop, SIGINT, on_signal, loop);
	struct watch *terminate = watch_signal(loop, SIGTERM, on_signal, loop);
	const char *trouble;
	struct world *world = world_open(loop, arena, &plan, &trouble);
	bool good = world != NULL;

	if (good) {
		world_print(world, stdout);
		run(loop, o->stay);
	} else {
		fprintf(stderr, "%s\n", trouble);
	}
	world_close(&world);
	watch_close(&terminate);
	watch_close(&interrupt);
	loop_close(&loop);
	return good ? 0 : EXIT_TROUBLE;
}

static void
load(struct arena *arena, struct library *library, const char *folder, char **name)
{
	const char *trouble;

	if (*name == NULL && !library_add_all(library, arena, folder, &trouble))
		trouble_exit(trouble);
	for (; *name != NULL; name++)
		if (!library_add(library, arena, folder, *name, &trouble))
			trouble_exit(trouble);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct arena *arena = arena_open();
	struct library library = { 0 };
	int status = 0;

	read_options(argc, argv, &o);
	load(arena, &library, library_folder(arena, o.scenarios), argv + optind);
	if (o.list) {
		list(&library);
	} else {
		signal(SIGPIPE, SIG_IGN);
		make_directory(arena, &o);
		status = live(arena, &o, &library);
		remove_directory(arena, &o);
	}
	arena_close(&arena);
	return status;
}
