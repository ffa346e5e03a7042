/* Opening, writing aside, and renaming. */
#include "commands/output.h"

#include <errno.h>
#include <fcntl.h>
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
trouble_at(struct arena *arena, const struct output *output, const char *what)
{
	return arena_printf(arena, "%s: %s: %s",
		output->path ? output->path : "standard output", what, strerror(errno));
}

/* A pipe or a device cannot be renamed onto. */
static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int
open_aside(struct arena *arena, struct output *output)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	output->aside = arena_printf(arena, "%s.XXXXXX", output->path);
	fd = mkstemp(output->aside);
	if (fd >= 0)
		fchmod(fd, 0666 & ~mask);
	else
		output->aside = NULL;
	return fd;
}

const char *
output_open(struct arena *arena, struct output *output)
{
	struct stat st;
	int fd;

	if (output->path == NULL) {
		output->file = stdout;
		return NULL;
	}
	if (stat(output->path, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return trouble_at(arena, output, "cannot be written");
	}
	fd = is_special(output->path) ? open(output->path, O_WRONLY | O_CLOEXEC)
				      : open_aside(arena, output);
	if (fd < 0 || (output->file = fdopen(fd, "w")) == NULL)
		return trouble_at(arena, output, "cannot be written");
	return NULL;
}

const char *
output_write(struct arena *arena, struct output *output, const struct run *run,
	const struct look *look)
{
	static const struct look plain = { .width = 0 };
	struct look wish = plain;
	bool written;

	wish.verbose = look->verbose;
	wish.quiet = look->quiet;
	written = output->format->write(
		output->file, run, output->path == NULL ? look : &wish);
	if (!written || fflush(output->file) != 0 ||
		(output->aside != NULL && fsync(fileno(output->file)) != 0))
		return trouble_at(arena, output, "cannot be written");
	if (output->path == NULL)
		return NULL;
	if (fclose(output->file) != 0)
		return trouble_at(arena, output, "cannot be written");
	output->file = NULL;
	if (output->aside != NULL && rename(output->aside, output->path) != 0)
		return trouble_at(arena, output, "cannot be put in place");
	output->aside = NULL;
	return NULL;
}

void
output_abandon(struct output *output)
{
	if (output->file != NULL && output->file != stdout)
		fclose(output->file);
	if (output->aside != NULL)
		unlink(output->aside);
	output->file = NULL;
	output->aside = NULL;
}
