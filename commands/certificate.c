#include "commands/certificate.h"

#include "base/text.h"
#include "commands/partners.h"
#include "net/request.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* --- options ----------------------------------------------------------------------- */

const char *
certificate_domain(struct settings *s, const char *value)
{
	return options_add_domain(s, "--domain: ", value) ? NULL : "";
}

const char *
certificate_key(struct settings *s, const char *value)
{
	s->certificate.key = arena_strdup(s->arena, value);
	return NULL;
}

const char *
certificate_csr(struct settings *s, const char *value)
{
	s->certificate.csr = arena_strdup(s->arena, value);
	return NULL;
}

const char *
certificate_algorithm(struct settings *s, const char *value)
{
	s->certificate.algorithm_given = true;
	return options_one_of(s, value, request_algorithms, &s->certificate.algorithm);
}

const char *
certificate_reuse_key(struct settings *s, const char *value)
{
	(void)value;
	s->certificate.reuse_key = true;
	return NULL;
}

const char *
certificate_subject(struct settings *s, const char *value)
{
	struct domain host;
	const char *trouble = domain_parse(s->arena, value, &host);

	if (trouble != NULL)
		return arena_printf(s->arena, "\"%s\" is no host: %s", value, trouble);
	s->certificate.subject = host.ascii;
	return NULL;
}

const char *
certificate_no_sip(struct settings *s, const char *value)
{
	(void)value;
	s->certificate.no_sip = true;
	return NULL;
}

const char *
certificate_srv_name(struct settings *s, const char *value)
{
	(void)value;
	s->certificate.srv_names = true;
	return NULL;
}

const char *
certificate_xmpp_addr(struct settings *s, const char *value)
{
	(void)value;
	s->certificate.xmpp_addresses = true;
	return NULL;
}

const char *
certificate_both_usages(struct settings *s, const char *value)
{
	(void)value;
	s->certificate.both_usages = true;
	return NULL;
}

const char *
certificate_sip(struct settings *s, const char *value)
{
	(void)value;
	s->certificate.sip = true;
	return NULL;
}

const char *
certificate_passphrase_file(struct settings *s, const char *value)
{
	if (access(value, R_OK) != 0)
		return arena_printf(s->arena, "%s: %s", value, strerror(errno));
	s->certificate.passphrase_file = arena_strdup(s->arena, value);
	return NULL;
}

/* --- passphrases ------------------------------------------------------------------- */

enum { CTRL_C = 3 };

/* Without the end of the line; -1 when there is none, or where it holds what gives up. */
static int
read_line(int fd, char give_up, char *to, int size)
{
	int length = 0;

	while (length < size) {
		ssize_t got = read(fd, to + length, 1);

		if (got == 1 ? to[length] == give_up : length == 0)
			return -1;
		if (got != 1 || to[length] == '\n')
			break;
		length++;
	}
	if (length > 0 && to[length - 1] == '\r')
		length--;
	return length;
}

static int
read_from_file(const char *path, char *to, int size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), length = -1;

	if (fd >= 0) {
		length = read_line(fd, '\0', to, size);
		close(fd);
	}
	return length;
}

/* Nothing may end the program while the terminal hides what is typed; so Ctrl-C is a letter
 * like others here, but it ends the line, and means that there is no passphrase. */
static int
read_hidden(int fd, char *to, int size)
{
	struct termios before, hidden;
	sigset_t all, mask;
	int length;

	if (tcgetattr(fd, &before) != 0)
		return -1;
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	hidden.c_cc[VEOL] = CTRL_C;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	tcsetattr(fd, TCSAFLUSH, &hidden);
	length = read_line(fd, CTRL_C, to, size);
	tcsetattr(fd, TCSAFLUSH, &before);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	dprintf(fd, "\n");
	return length;
}

static int
ask(void *self, const char *path, char *to, int size)
{
	struct settings *s = self;
	int fd, length;

	if (s->certificate.passphrase_file != NULL)
		return read_from_file(s->certificate.passphrase_file, to, size);
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -1;
	dprintf(fd, "Passphrase of %s: ", text_clean(s->arena, path, strlen(path)));
	length = read_hidden(fd, to, size);
	close(fd);
	return length;
}

struct passphrase
certificate_passphrase(struct settings *s)
{
	return (struct passphrase){ ask, s };
}

/* --- who we are -------------------------------------------------------------------- */

static bool
add_own_domains(struct settings *s, const struct local *local)
{
	bool good = options_add_domain(s, NULL, local->domain);

	for (size_t i = 0; good && i < local->sip_domains; i++)
		good = options_add_domain(s, NULL, local->sip_domain[i]);
	return good;
}

bool
certificate_domains(
	struct settings *s, const struct command *command, struct config **config)
{
	*config = s->config != NULL ? partners_read(s->config) : NULL;
	if (s->config != NULL && *config == NULL)
		return false;
	if (*config != NULL && (*config)->local == NULL) {
		complain("%s: there is no <local> in it, so it says nothing of us",
			s->config);
		return false;
	}
	if (s->domains == 0 && *config != NULL)
		return add_own_domains(s, (*config)->local);
	if (s->domains == 0)
		complain("%s: no domain was given (--domain); see fedprobe %s --help",
			command->name, command->name);
	return s->domains > 0;
}
