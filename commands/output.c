/* Trying the place, writing aside, and renaming. */
#include "commands/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *
format_list(struct arena *arena)
{
	char *list = arena_strdup(arena, "");

	for (const struct format *f = formats; f->name != NULL; f++)
		list = arena_printf(arena, "%s%s%s", list, *list ? ", " : "", f->name);
	return list;
}

const char *
output_parse(struct arena *arena, const char *text, struct output *output)
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);

	*output =
		(struct output){ .format = format_find(arena_text(arena, text, length)) };
	if (output->format == NULL)
		return arena_printf(arena, "there is no format \"%.*s\"; there are %s",
			(int)length, text, format_list(arena));
	if (colon != NULL && colon[1] == '\0')
		return "the name of the file is missing after the colon";
	if (colon != NULL && strcmp(colon + 1, "-") != 0)
		output->path = arena_strdup(arena, colon + 1);
	return NULL;
}

static const char *
trouble_at(struct arena *arena, const struct output *output)
{
	return arena_printf(arena, "%s: cannot be written: %s",
		output->path ? output->path : "standard output", strerror(errno));
}

/* To rename onto a link would replace the link: /dev/stdout, for one. */
static void
follow_links(struct arena *arena, struct output *output)
{
	char *real = realpath(output->path, NULL);

	if (real != NULL)
		output->path = arena_strdup(arena, real);
	free(real);
}

/* A signal that ended the program now would leave the file beside the report. */
static void
hold_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, before);
}

static FILE *
open_aside(struct arena *arena, const char *path, char **aside)
{
	mode_t mask = umask(0);
	FILE *file = NULL;
	int fd;

	umask(mask);
	*aside = arena_printf(arena, "%s.XXXXXX", path);
	fd = mkstemp(*aside);
	if (fd >= 0) {
		fchmod(fd, 0666 & ~mask);
		file = fdopen(fd, "w");
	}
	return file;
}

/* What will be made when the report is written is made now, and taken away again. */
static bool
try_place(struct arena *arena, const char *path)
{
	sigset_t before;
	char *aside;
	FILE *file;

	hold_signals(&before);
	file = open_aside(arena, path, &aside);
	if (file != NULL) {
		fclose(file);
		unlink(aside);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return file != NULL;
}

/* A pipe or a device cannot be renamed onto. */
static bool
open_special(struct output *output)
{
	int fd = open(output->path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && (output->file = fdopen(fd, "w")) != NULL;
}

const char *
output_open(struct arena *arena, struct output *output)
{
	struct stat st;
	bool good = false, there;

	if (output->path == NULL) {
		output->file = stdout;
		return NULL;
	}
	there = stat(output->path, &st) == 0;
	if (there && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
	} else if (there && !S_ISREG(st.st_mode)) {
		good = open_special(output);
	} else {
		follow_links(arena, output);
		good = try_place(arena, output->path);
	}
	return good ? NULL : trouble_at(arena, output);
}

/* False and errno, and nothing is left behind. */
static bool
write_aside(struct arena *arena, const struct output *output, const struct run *run,
	const struct look *look)
{
	sigset_t before;
	char *aside;
	FILE *file;
	bool good = false;
	int error;

	hold_signals(&before);
	file = open_aside(arena, output->path, &aside);
	if (file != NULL) {
		good = output->format->write(file, run, look) && fflush(file) == 0 &&
		       fsync(fileno(file)) == 0 && rename(aside, output->path) == 0;
		error = errno;
		if (!good)
			unlink(aside);
		fclose(file);
		errno = error;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return good;
}

const char *
output_write(struct arena *arena, struct output *output, const struct run *run,
	const struct look *look)
{
	struct look plain = { .verbose = look->verbose, .quiet = look->quiet };
	bool good;

	if (output->file == NULL)
		good = write_aside(arena, output, run, &plain);
	else
		good = output->format->write(
			       output->file, run, output->path == NULL ? look : &plain) &&
		       fflush(output->file) == 0;
	return good ? NULL : trouble_at(arena, output);
}

void
output_close(struct output *output)
{
	if (output->file != NULL && output->file != stdout)
		fclose(output->file);
	output->file = NULL;
}
