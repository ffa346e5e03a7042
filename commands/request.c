/* fedprobe request: a private key, and a request for the certificate that federation
 * needs. */
#include "net/request.h"

#include "base/text.h"
#include "commands/certificate.h"
#include "file/aside.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int request(const struct command *command, int argc, char **argv);

const struct command request_command = {
	.name = "request",
	.synopsis = "[options] --domain DOMAIN... --key FILE --csr FILE",
	.summary =
		"Write a private key, and a request for the certificate that federation "
		"needs",
	.examples =
		"  fedprobe request --domain contoso.com --key edge.key --csr edge.csr\n"
		"  fedprobe request --domain contoso.com --no-sip --subject "
		"xmpp.contoso.com \\\n"
		"      --algorithm p256 --both-usages --key xmpp.key --csr xmpp.csr\n"
		"  fedprobe request -c partners.xml --key edge.key --csr edge.csr\n",
	.run = request,
};

/* --- the names --------------------------------------------------------------------- */

static const char *const *
add_name(struct arena *arena, const char *const *list, size_t *count, const char *name)
{
	const char **grown;

	for (size_t i = 0; i < *count; i++)
		if (text_same_name(list[i], name))
			return list;
	grown = arena_grow(arena, (void *)(uintptr_t)list, *count, sizeof *grown);
	grown[(*count)++] = name;
	return grown;
}

/* The name of the host is repeated among the alternative ones, for nobody looks at the
 * common name any more (RFC 9525, 2). */
static void
add_dns_names(struct settings *s, struct request *request)
{
	request->dns_name = add_name(
		s->arena, request->dns_name, &request->dns_names, request->subject);
	for (size_t i = 0; i < s->domains; i++)
		request->dns_name = add_name(s->arena, request->dns_name,
			&request->dns_names, s->domain[i].ascii);
	for (size_t i = 0; i < s->domains && !s->certificate.no_sip; i++)
		request->dns_name =
			add_name(s->arena, request->dns_name, &request->dns_names,
				arena_printf(s->arena, "sip.%s", s->domain[i].ascii));
}

static void
add_other_names(struct settings *s, struct request *request)
{
	for (size_t i = 0; i < s->domains && s->certificate.srv_names; i++)
		request->srv_name = add_name(s->arena, request->srv_name,
			&request->srv_names,
			arena_printf(s->arena, "_xmpp-server.%s", s->domain[i].ascii));
	for (size_t i = 0; i < s->domains && s->certificate.xmpp_addresses; i++)
		request->xmpp_address = add_name(s->arena, request->xmpp_address,
			&request->xmpp_addresses, s->domain[i].unicode);
}

static const char *
default_subject(struct settings *s, const struct config *config)
{
	if (config != NULL && config->local->edge != NULL)
		return config->local->edge;
	return s->certificate.no_sip
		       ? s->domain[0].ascii
		       : arena_printf(s->arena, "sip.%s", s->domain[0].ascii);
}

/* False after one line on stderr. */
static bool
fill_request(struct settings *s, const struct config *config, struct request *request)
{
	request->subject = s->certificate.subject ? s->certificate.subject
						  : default_subject(s, config);
	request->both_usages = s->certificate.both_usages;
	add_dns_names(s, request);
	add_other_names(s, request);
	if (strlen(request->subject) <= REQUEST_MAX_SUBJECT)
		return true;
	complain("request: \"%s\" is longer than the %d letters of a common name; give "
		 "another host with --subject",
		request->subject, REQUEST_MAX_SUBJECT);
	return false;
}

/* --- the files --------------------------------------------------------------------- */

static bool
is_free(const char *path, const char *what)
{
	if (access(path, F_OK) == 0) {
		complain("%s: it is there already, and %s is never overwritten", path,
			what);
		return false;
	}
	return true;
}

/* What can be known before a key is made. */
static bool
has_places(const struct certificate_options *options)
{
	if (options->key == NULL || options->csr == NULL) {
		complain("request: --%s FILE is missing; see fedprobe request --help",
			options->key == NULL ? "key" : "csr");
		return false;
	}
	if (strcmp(options->key, options->csr) == 0) {
		complain("request: key and request cannot go to one file");
		return false;
	}
	if (options->reuse_key && options->algorithm_given) {
		complain(
			"request: --algorithm is for a new key, --reuse-key for an old one");
		return false;
	}
	return is_free(options->csr, "a request") &&
	       (options->reuse_key || is_free(options->key, "a key"));
}

static bool
write_text(FILE *file, void *text)
{
	return fputs(text, file) >= 0;
}

static bool
written(const char *path, bool good)
{
	if (!good)
		complain("%s: cannot be written: %s", path, strerror(errno));
	return good;
}

/* Both or none, whatever comes between. */
static bool
write_files(struct settings *s, struct request_key *key, char *pem)
{
	const struct certificate_options *o = &s->certificate;
	sigset_t all, before;
	bool good = true;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if (!o->reuse_key)
		good = written(o->key,
			aside_create(s->arena, o->key, 0600, request_key_write, key));
	if (good) {
		good = written(
			o->csr, aside_create(s->arena, o->csr, 0666, write_text, pem));
		if (!good && !o->reuse_key)
			unlink(o->key);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return good;
}

static struct request_key *
get_key(struct settings *s)
{
	struct passphrase passphrase = certificate_passphrase(s);
	struct request_key *key;
	const char *trouble;

	if (!s->certificate.reuse_key)
		return request_key_make(s->certificate.algorithm);
	key = request_key_read(s->certificate.key, &passphrase, s->arena, &trouble);
	if (key == NULL)
		complain("%s: %s", s->certificate.key, trouble);
	return key;
}

/* --- the words --------------------------------------------------------------------- */

/* As a shell takes it for one word. */
static const char *
quote(struct arena *arena, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-+/:@%,=";
	char *quoted = arena_alloc(arena, 4 * strlen(text) + 3), *end = quoted;

	if (*text != '\0' && strspn(text, plain) == strlen(text))
		return text;
	*end++ = '\'';
	for (; *text != '\0'; text++)
		if (*text == '\'')
			end = stpcpy(end, "'\\''");
		else
			*end++ = *text;
	*end = '\'';
	return text_clean(arena, quoted, strlen(quoted));
}

static void
print_names(const char *kind, const char *const *name, size_t names)
{
	for (size_t i = 0; i < names; i++)
		printf("    %-9s %s\n", kind, name[i]);
}

static void
print_next(struct settings *s)
{
	const char *csr = quote(s->arena, s->certificate.csr);

	printf("Next: send %s to the certificate authority, and never the key. When the "
	       "certificate\nis there, look at it before it is installed:\n\n"
	       "    fedprobe cert",
		csr);
	if (s->config != NULL)
		printf(" -c %s", quote(s->arena, s->config));
	else
		for (size_t i = 0; i < s->domains; i++)
			printf(" --domain %s", s->domain[i].ascii);
	printf(" --key %s CERTIFICATE\n", quote(s->arena, s->certificate.key));
}

static bool
print_result(
	struct settings *s, const struct request *request, const struct request_key *key)
{
	const struct certificate_options *o = &s->certificate;

	printf("%s: %s (%s)\n", quote(s->arena, o->key),
		o->reuse_key ? "the private key that was there"
			     : "a new private key, which only you may read",
		request_key_words(key, s->arena));
	printf("%s: a request for %s with these names\n", quote(s->arena, o->csr),
		request->subject);
	print_names("DNS", request->dns_name, request->dns_names);
	print_names("SRV-ID", request->srv_name, request->srv_names);
	print_names("XmppAddr", request->xmpp_address, request->xmpp_addresses);
	print_next(s);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	complain("standard output cannot be written; both files are");
	return false;
}

static int
make(struct settings *s, const struct config *config)
{
	struct request request = { 0 };
	struct request_key *key = NULL;
	char *pem = NULL;
	int status = 3;

	if (fill_request(s, config, &request) && has_places(&s->certificate) &&
		(key = get_key(s)) != NULL) {
		pem = request_make(&request, key);
		if (pem == NULL)
			complain("request: OpenSSL cannot make one with this key");
		else if (write_files(s, key, pem))
			status = print_result(s, &request, key) ? 0 : 3;
	}
	free(pem);
	request_key_close(&key);
	return status;
}

static int
request(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	struct config *config = NULL;
	enum parsed parsed = options_parse(&s, command, FOR_REQUEST, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;

	if (parsed == PARSED_GO_ON && s.operands > 0)
		complain(
			"request: there is no place for \"%s\"; see fedprobe request --help",
			s.operand[0]);
	else if (parsed == PARSED_GO_ON && certificate_domains(&s, command, &config))
		status = make(&s, config);
	config_close(&config);
	arena_close(&s.arena);
	return status;
}
