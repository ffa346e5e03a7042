/* Where reports go: standard output, a file, a pipe or a device. */
#include "commands/output.h"

#include "file/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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
		output->path = aside_place(arena, output->path);
		good = aside_try(arena, output->path);
	}
	return good ? NULL : trouble_at(arena, output);
}

struct writing {
	const struct output *output;
	const struct run *run;
	const struct look *look;
};

static bool
write_report(FILE *file, void *self)
{
	const struct writing *w = self;

	return w->output->format->write(file, w->run, w->look);
}

const char *
output_write(struct arena *arena, struct output *output, const struct run *run,
	const struct look *look)
{
	struct look plain = { .verbose = look->verbose, .quiet = look->quiet };
	bool good;

	if (output->file == NULL)
		good = aside_write(arena, output->path, aside_mode(output->path),
			write_report, &(struct writing){ output, run, &plain });
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
