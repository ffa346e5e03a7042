/* A signal handler gets no argument: so what is needed to put the terminal right is the
 * one thing in this program that lives in a static variable. The handler calls only what
 * POSIX lets it call. */
#include "tui/rescue.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Those that end a program unless somebody catches them. */
static const int deadly[] = { SIGHUP, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE,
	SIGUSR1, SIGSEGV, SIGUSR2, SIGALRM, SIGTERM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF,
	SIGSYS };
/* ncurses catches some, too, and does not give them back. */
static const int others[] = { SIGINT, SIGTSTP, SIGWINCH, SIGCONT };

enum {
	DEADLY = sizeof deadly / sizeof deadly[0],
	OTHERS = sizeof others / sizeof others[0]
};

static struct {
	volatile sig_atomic_t taken; /* the terminal is ours now */
	struct termios before;
	char ending[256]; /* what the terminal must be sent */
	size_t length;
	FILE *kept;   /* what is written to standard error; NULL: nothing is kept */
	int errors;   /* where standard error really is */
	bool at_exit; /* give_back() will be called then */
	struct sigaction former[DEADLY + OTHERS];
} rescue;

/* --- in the handler ------------------------------------------------------------------------ */

static void
write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, bytes, length);

		if (n <= 0)
			return;
		bytes += n;
		length -= (size_t)n;
	}
}

static void
show_errors(void)
{
	char bytes[1024];
	ssize_t n;
	int fd = STDERR_FILENO;

	if (rescue.kept == NULL || lseek(fd, 0, SEEK_SET) != 0)
		return;
	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		write_all(rescue.errors, bytes, (size_t)n);
	if (ftruncate(fd, 0) == 0)
		lseek(fd, 0, SEEK_SET);
	dup2(rescue.errors, STDERR_FILENO);
}

static void
give_back(void)
{
	sigset_t background;

	if (!rescue.taken)
		return;
	rescue.taken = 0;
	/* Also from the background, where a terminal's modes stop who sets them. */
	sigemptyset(&background);
	sigaddset(&background, SIGTTOU);
	sigprocmask(SIG_BLOCK, &background, NULL);
	write_all(STDOUT_FILENO, rescue.ending, rescue.length);
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
	sigprocmask(SIG_UNBLOCK, &background, NULL);
	show_errors();
}

static void
die(int signal)
{
	give_back();
	for (size_t i = 0; i < DEADLY; i++)
		if (deadly[i] == signal)
			sigaction(signal, &rescue.former[i], NULL);
	/* It is blocked until we return, and then does what it would have done. */
	raise(signal);
}

/* --- signals ------------------------------------------------------------------------------- */

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = die };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < DEADLY; i++)
		/* Who started us with nohup wants it so. */
		if (rescue.former[i].sa_handler != SIG_IGN)
			sigaction(deadly[i], &action, NULL);
}

static void
give_back_signals(void)
{
	for (size_t i = 0; i < DEADLY; i++)
		sigaction(deadly[i], &rescue.former[i], NULL);
	for (size_t i = 0; i < OTHERS; i++)
		sigaction(others[i], &rescue.former[DEADLY + i], NULL);
}

/* --- standard error ------------------------------------------------------------------------ */

static void
open_errors(void)
{
	if (!isatty(STDERR_FILENO) || (rescue.kept = tmpfile()) == NULL)
		return;
	if ((rescue.errors = dup(STDERR_FILENO)) < 0) {
		fclose(rescue.kept);
		rescue.kept = NULL;
	}
}

static void
close_errors(void)
{
	if (rescue.kept == NULL)
		return;
	fclose(rescue.kept);
	close(rescue.errors);
	rescue.kept = NULL;
}

/* --- from outside -------------------------------------------------------------------------- */

bool
rescue_remember(void)
{
	for (size_t i = 0; i < DEADLY; i++)
		sigaction(deadly[i], NULL, &rescue.former[i]);
	for (size_t i = 0; i < OTHERS; i++)
		sigaction(others[i], NULL, &rescue.former[DEADLY + i]);
	rescue.length = 0;
	return tcgetattr(STDIN_FILENO, &rescue.before) == 0;
}

void
rescue_ending(const char *capability)
{
	while (*capability != '\0' && rescue.length < sizeof rescue.ending) {
		const char *end = strchr(capability, '>');

		/* Padding, which no terminal of today needs. */
		if (capability[0] == '$' && capability[1] == '<' && end != NULL)
			capability = end + 1;
		else
			rescue.ending[rescue.length++] = *capability++;
	}
}

void
rescue_begin(void)
{
	if (!rescue.at_exit)
		rescue.at_exit = atexit(give_back) == 0;
	open_errors();
	rescue_resume();
	catch_signals();
}

void
rescue_pause(void)
{
	give_back();
}

void
rescue_resume(void)
{
	if (rescue.taken)
		return;
	if (rescue.kept != NULL)
		dup2(fileno(rescue.kept), STDERR_FILENO);
	rescue.taken = 1;
}

void
rescue_end(void)
{
	give_back();
	close_errors();
	give_back_signals();
}
