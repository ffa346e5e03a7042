/* Drawn on standard error, so that reports on standard output stay clean. */
#include "commands/progress.h"

#include "base/fatal.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { REDRAW_MS = 100 };

struct progress {
	struct loop *loop;
	struct timer *timer;
	int64_t started;
	const char *(*doing)(void *self, struct arena *arena);
	void *self;
	bool drawn;
};

static int
columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
		       ? size.ws_col
		       : 80;
}

/* Cuts at a character's border; the text is clean. */
static void
cut(char *text, int width)
{
	while (*text != '\0' && text_width(text) > width) {
		char *end = text + strlen(text) - 1;

		while (end > text && ((unsigned char)*end & 0xc0) == 0x80)
			end--;
		*end = '\0';
	}
}

static void
draw(void *self)
{
	struct progress *p = self;
	struct arena *arena = arena_open();
	const char *what = p->doing(p->self, arena);
	double seconds = (double)(loop_now(p->loop) - p->started) / 1e6;
	char *line = arena_printf(arena, "%5.1f s  %s", seconds, what ? what : "");

	cut(line, columns() - 1);
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	p->drawn = true;
	arena_close(&arena);
	timer_set(p->timer, REDRAW_MS);
}

struct progress *
progress_open(struct loop *loop, const char *(*doing)(void *, struct arena *), void *self)
{
	const char *term = getenv("TERM");
	struct progress *p;

	if (!isatty(STDERR_FILENO) || term == NULL || strcmp(term, "dumb") == 0)
		return NULL;
	if ((p = calloc(1, sizeof *p)) == NULL)
		fatal("out of memory");
	p->loop = loop;
	p->doing = doing;
	p->self = self;
	p->started = loop_now(loop);
	p->timer = timer_open(loop, REDRAW_MS, draw, p);
	return p;
}

void
progress_close(struct progress **progress)
{
	if (*progress == NULL)
		return;
	timer_close(&(*progress)->timer);
	if ((*progress)->drawn) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	free(*progress);
	*progress = NULL;
}
