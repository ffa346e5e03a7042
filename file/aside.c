#include "file/aside.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
aside_place(struct arena *arena, const char *path)
{
	char *real = realpath(path, NULL);
	const char *place = arena_strdup(arena, real ? real : path);

	free(real);
	return place;
}

mode_t
aside_mode(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? status.st_mode & 0777 : 0666;
}

/* A signal that ended the program now would leave the file beside its place. */
static void
hold_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, before);
}

static FILE *
open_aside(struct arena *arena, const char *path, mode_t mode, char **aside)
{
	mode_t mask = umask(0);
	FILE *file = NULL;
	int fd;

	umask(mask);
	*aside = arena_printf(arena, "%s.XXXXXX", path);
	fd = mkstemp(*aside);
	if (fd >= 0) {
		fchmod(fd, mode & ~mask);
		file = fdopen(fd, "w");
	}
	return file;
}

bool
aside_try(struct arena *arena, const char *path)
{
	sigset_t before;
	char *aside;
	FILE *file;

	hold_signals(&before);
	file = open_aside(arena, path, 0666, &aside);
	if (file != NULL) {
		fclose(file);
		unlink(aside);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return file != NULL;
}

static int
replace(const char *aside, const char *path)
{
	return rename(aside, path);
}

/* link() refuses a place that is taken, where rename() would not. */
static int
occupy(const char *aside, const char *path)
{
	return link(aside, path) == 0 ? unlink(aside) : -1;
}

static bool
write_and(int (*put)(const char *, const char *), struct arena *arena, const char *path,
	mode_t mode, bool (*write)(FILE *, void *), void *self)
{
	sigset_t before;
	char *aside;
	FILE *file;
	bool good = false;
	int error;

	hold_signals(&before);
	file = open_aside(arena, path, mode, &aside);
	if (file != NULL) {
		good = write(file, self) && fflush(file) == 0 &&
		       fsync(fileno(file)) == 0 && put(aside, path) == 0;
		error = errno;
		if (!good)
			unlink(aside);
		fclose(file);
		errno = error;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return good;
}

bool
aside_write(struct arena *arena, const char *path, mode_t mode,
	bool (*write)(FILE *, void *), void *self)
{
	return write_and(replace, arena, path, mode, write, self);
}

bool
aside_create(struct arena *arena, const char *path, mode_t mode,
	bool (*write)(FILE *, void *), void *self)
{
	return write_and(occupy, arena, path, mode, write, self);
}
