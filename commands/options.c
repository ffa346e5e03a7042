/* One table of options: each row knows its letter, its word, its help, the commands it
 * belongs to, and how it is applied; commands/parse.c walks over it. */
#include "commands/options.h"

#include "base/text.h"
#include "commands/agreed.h"
#include "commands/certificate.h"
#include "commands/credential.h"
#include "commands/domains.h"
#include "commands/listening.h"
#include "commands/option_row.h"
#include "commands/writing.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void
complain(const char *format, ...)
{
	char words[2048];
	struct arena *arena = arena_open();
	va_list ap;

	va_start(ap, format);
	vsnprintf(words, sizeof words, format, ap);
	va_end(ap);
	/* The command line, too, may hold what a terminal should not see. */
	fprintf(stderr, "fedprobe: %s\n", text_clean(arena, words, strlen(words)));
	arena_close(&arena);
}

int
options_told(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	complain("standard output cannot be written");
	return 3;
}

bool
options_add_domain(struct settings *s, const char *place, const char *typed)
{
	struct domain domain;
	const char *trouble = domain_parse(s->arena, typed, &domain);

	if (trouble != NULL) {
		complain("%s\"%s\" is no domain: %s", place ? place : "", typed, trouble);
		return false;
	}
	if (!domains_note(s, domain.ascii))
		return true;
	s->domain = arena_grow(s->arena, s->domain, s->domains, sizeof domain);
	s->domain[s->domains++] = domain;
	return true;
}

struct look
options_look(const struct settings *s)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct look look = { .verbose = s->verbose, .quiet = s->quiet };
	struct winsize size;

	/* https://no-color.org: set and not empty. */
	look.colour = isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0') &&
		      term != NULL && strcmp(term, "dumb") != 0;
	if (s->colour != COLOUR_AUTO)
		look.colour = s->colour == COLOUR_ALWAYS;
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		look.width = size.ws_col;
	return look;
}

/* --- applying --------------------------------------------------------------------- */

static const char *
apply_config(struct settings *s, const char *value)
{
	s->config = arena_strdup(s->arena, value);
	return NULL;
}

static const char *
apply_from(struct settings *s, const char *value)
{
	struct domain domain;
	const char *trouble = domain_parse(s->arena, value, &domain);

	if (trouble != NULL)
		return arena_printf(s->arena, "\"%s\" is no domain: %s", value, trouble);
	s->asked.from = domain.unicode;
	return NULL;
}

const char *
options_one_of(
	struct settings *s, const char *value, const char *const *names, int *chosen)
{
	const char *list = "";

	if ((*chosen = name_index(names, value)) >= 0)
		return NULL;
	for (size_t i = 0; names[i] != NULL; i++)
		list = arena_printf(s->arena, "%s%s%s", list, i ? ", " : "", names[i]);
	return arena_printf(s->arena, "\"%s\" is none of %s", value, list);
}

static const char *
apply_verify(struct settings *s, const char *value)
{
	static const char *const names[] = { "required", "optional", "none", NULL };
	int chosen;
	const char *trouble = options_one_of(s, value, names, &chosen);

	s->asked.verify = (enum verify)(VERIFY_REQUIRED + chosen);
	return trouble;
}

static const char *
apply_resolver(struct settings *s, const char *value)
{
	const char **list = arena_grow(s->arena, (void *)(uintptr_t)s->asked.resolver,
		s->asked.resolvers, sizeof *list);

	list[s->asked.resolvers++] = arena_strdup(s->arena, value);
	s->asked.resolver = list;
	return NULL;
}

static const char *
apply_trust_ad(struct settings *s, const char *value)
{
	(void)value;
	s->asked.trust_ad = true;
	return NULL;
}

static const char *
apply_4(struct settings *s, const char *value)
{
	(void)value;
	s->asked.family = FAMILY_4;
	return NULL;
}

static const char *
apply_6(struct settings *s, const char *value)
{
	(void)value;
	s->asked.family = FAMILY_6;
	return NULL;
}

static const char *
apply_connect(struct settings *s, const char *value)
{
	const char *colon = strrchr(value, ':');
	struct domain domain;
	long long port;
	char *host;
	size_t length;

	if (colon == NULL || colon == value)
		return arena_printf(s->arena, "\"%s\" is not HOST:PORT", value);
	if (!text_number(colon + 1, 1, 65535, &port))
		return arena_printf(
			s->arena, "\"%s\" is no port; a port is 1 to 65535", colon + 1);
	host = arena_text(s->arena, value, (size_t)(colon - value));
	length = strlen(host);
	if (!domain_is_address(host)) {
		const char *trouble = domain_parse(s->arena, host, &domain);

		if (trouble != NULL)
			return arena_printf(
				s->arena, "\"%s\" is no host: %s", host, trouble);
		host = arena_strdup(s->arena, domain.ascii);
	} else if (host[0] == '[') {
		host = arena_text(s->arena, host + 1, length - 2);
	}
	s->asked.connect_host = host;
	s->asked.connect_port = (int)port;
	return NULL;
}

static const char *
apply_direct_tls(struct settings *s, const char *value)
{
	(void)value;
	s->asked.direct_tls = true;
	return NULL;
}

static const char *
readable(struct settings *s, const char *path)
{
	if (access(path, R_OK) != 0)
		return arena_printf(s->arena, "%s: %s", path, strerror(errno));
	return NULL;
}

static const char *
apply_ca_file(struct settings *s, const char *value)
{
	s->asked.ca_file = arena_strdup(s->arena, value);
	return readable(s, value);
}

static const char *
apply_ca_dir(struct settings *s, const char *value)
{
	s->asked.ca_dir = arena_strdup(s->arena, value);
	return readable(s, value);
}

static const char *
apply_depth(struct settings *s, const char *value)
{
	static const char *const names[] = { "standard", "quick", "deep", NULL };
	int chosen;
	const char *trouble = options_one_of(s, value, names, &chosen);

	s->asked.depth = (enum depth)chosen;
	return trouble;
}

static const char *
seconds(struct settings *s, const char *value, int *result)
{
	long long number;

	if (!text_number(value, 1, MAX_SECONDS, &number))
		return arena_printf(s->arena,
			"\"%s\" is no number of seconds from 1 to %d", value,
			MAX_SECONDS);
	*result = (int)number;
	return NULL;
}

static const char *
apply_timeout(struct settings *s, const char *value)
{
	return seconds(s, value, &s->asked.timeout);
}

static const char *
apply_deadline(struct settings *s, const char *value)
{
	return seconds(s, value, &s->asked.deadline);
}

static const char *
apply_jobs(struct settings *s, const char *value)
{
	long long number;

	if (!text_number(value, 1, 10000, &number))
		return arena_printf(
			s->arena, "\"%s\" is no number from 1 to 10000", value);
	s->jobs = (int)number;
	return NULL;
}

static const char *
apply_interval(struct settings *s, const char *value)
{
	return seconds(s, value, &s->interval);
}

static const char *
apply_rounds(struct settings *s, const char *value)
{
	long long number;

	if (!text_number(value, 1, 1000000, &number))
		return arena_printf(
			s->arena, "\"%s\" is no number from 1 to 1000000", value);
	s->rounds = (int)number;
	return NULL;
}

static const char *
apply_output(struct settings *s, const char *value)
{
	struct output output;
	const char *trouble;

	if (strcmp(value, "list") == 0) {
		for (const struct format *f = formats; f->name != NULL; f++)
			printf("%-8s %s\n", f->name, f->summary);
		s->listed = true;
		return fflush(stdout) == 0 ? NULL : "standard output cannot be written";
	}
	trouble = output_parse(s->arena, value, &output);
	s->output = arena_grow(s->arena, s->output, s->outputs, sizeof output);
	s->output[s->outputs++] = output;
	return trouble;
}

static const char *
apply_fail_on(struct settings *s, const char *value)
{
	static const char *const names[] = { "warn", "fail", NULL };
	int chosen;
	const char *trouble = options_one_of(s, value, names, &chosen);

	s->fail_on_fail = chosen == 1;
	return trouble;
}

static const char *
apply_colour(struct settings *s, const char *value)
{
	static const char *const names[] = { "auto", "always", "never", NULL };
	int chosen;
	const char *trouble = options_one_of(s, value, names, &chosen);

	s->colour = (enum colour)chosen;
	return trouble;
}

static const char *
apply_quiet(struct settings *s, const char *value)
{
	(void)value;
	s->quiet = true;
	return NULL;
}

static const char *
apply_verbose(struct settings *s, const char *value)
{
	(void)value;
	s->verbose = true;
	return NULL;
}

static const char *
apply_trace(struct settings *s, const char *value)
{
	(void)value;
	s->trace = true;
	return NULL;
}

static const char *
apply_markdown(struct settings *s, const char *value)
{
	(void)value;
	s->markdown = true;
	return NULL;
}

static const char *
apply_into(struct settings *s, const char *value)
{
	s->into = arena_strdup(s->arena, value);
	return strcmp(value, "-") == 0 ? "it must be a file" : NULL;
}

static const char *
apply_powershell(struct settings *s, const char *value)
{
	(void)value;
	s->powershell = true;
	return NULL;
}

static const char *
apply_watch(struct settings *s, const char *value)
{
	(void)value;
	s->watch = true;
	return NULL;
}

enum { SHOWS = FOR_PARTNERS | FOR_REPLAY | FOR_DEMO | FOR_CERT };

const struct option_row option_rows[] = {
	{ 'f', "file", "FILE",
		"more domains, one a line, # for comments; - is standard input",
		FOR_PARTNERS, domains_read },
	{ 'c', "config", "FILE",
		"partners.xml: who we are, and what was agreed with each partner",
		FOR_PARTNERS | FOR_CERT | FOR_REQUEST | FOR_RECORDS, apply_config },
	{ 0, "type", "TYPE",
		"agreed: federated, public-verified or public-unverified (default)",
		FOR_PROBING, agreed_type },
	{ 0, "tls", "HOW", "agreed: required (default), optional or not-supported",
		FOR_PROBING, agreed_tls },
	{ 0, "sasl", "HOW", "agreed: the same three", FOR_PROBING, agreed_sasl },
	{ 0, "dialback", "yes|no", "agreed: whether dialback is used (default: yes)",
		FOR_PROBING, agreed_dialback },
	{ 0, "domain", "DOMAIN", "the domain that it is for; may be repeated",
		FOR_CERT | FOR_REQUEST, certificate_domain },
	{ 0, "cert", "FILE",
		"our certificate, for SASL EXTERNAL: PEM or PKCS#12, with its chain",
		FOR_PARTNERS, credential_certificate },
	{ 0, "key", "FILE", "its private key, when that is in another file",
		FOR_CERT | FOR_PARTNERS, certificate_key },
	{ 0, "dialback-secret-file", "FILE",
		"the first line is our servers' dialback secret (XEP-0185)", FOR_PARTNERS,
		credential_secret_file },
	{ 0, "key", "FILE", "where the new private key goes", FOR_REQUEST,
		certificate_key },
	{ 0, "csr", "FILE", "where the request goes", FOR_REQUEST, certificate_csr },
	{ 0, "algorithm", "HOW",
		"of the key: rsa:2048 (default), rsa:3072, rsa:4096, p256, p384",
		FOR_REQUEST, certificate_algorithm },
	{ 0, "reuse-key", NULL, "the private key is there already", FOR_REQUEST,
		certificate_reuse_key },
	{ 0, "subject", "HOST", "the common name (default: the edge, or sip.DOMAIN)",
		FOR_REQUEST, certificate_subject },
	{ 0, "no-sip", NULL, "leave out the names sip.DOMAIN", FOR_REQUEST,
		certificate_no_sip },
	{ 0, "srv-name", NULL, "name each domain as an SRV-ID, too", FOR_REQUEST,
		certificate_srv_name },
	{ 0, "xmpp-addr", NULL, "name each domain as an XmppAddr, too", FOR_REQUEST,
		certificate_xmpp_addr },
	{ 0, "both-usages", NULL, "ask for server and client authentication", FOR_REQUEST,
		certificate_both_usages },
	{ 0, "sip", NULL, "it serves SIP as well and must name sip.DOMAIN", FOR_CERT,
		certificate_sip },
	{ 0, "passphrase-file", "FILE", "the first line opens what is encrypted",
		FOR_CERT | FOR_REQUEST | FOR_PARTNERS, certificate_passphrase_file },
	{ 0, "from", "DOMAIN", "the domain that we speak for (default: an invented name)",
		FOR_PARTNERS, apply_from },
	{ 0, "from", "DOMAIN", "our own domain, when the file to merge into names none",
		FOR_IMPORT, apply_from },
	{ 0, "from", "DOMAIN", "a domain of ours; may be repeated", FOR_RECORDS,
		publishing_domain },
	{ 0, "edge", "HOST",
		"where our server is; may be repeated, the preferred one first",
		FOR_RECORDS, publishing_edge },
	{ 0, "address", "ADDR",
		"of the --edge before it; may be repeated (default: those in DNS)",
		FOR_RECORDS, publishing_address },
	{ 0, "port", "N", "of the server (default: 5269)", FOR_RECORDS, publishing_port },
	{ 0, "tls-port", "N", "where it begins with TLS (XEP-0368); default: nowhere",
		FOR_RECORDS, publishing_tls_port },
	{ 0, "cert", "FILE", "its certificate, for a TLSA record of the key", FOR_RECORDS,
		publishing_certificate },
	{ 0, "no-dns", NULL, "print, and do not ask DNS", FOR_RECORDS,
		publishing_offline },
	{ 0, "verify", "HOW",
		"what our server demands of the partner's certificate: required, optional, none",
		FOR_PROBING, apply_verify },
	{ 0, "resolver", "ADDR[:PORT]", "ask this name server; may be repeated",
		FOR_PARTNERS | FOR_RECORDS, apply_resolver },
	{ 0, "trust-ad", NULL, "believe the resolver's DNSSEC verdict over the network",
		FOR_PARTNERS, apply_trust_ad },
	{ '4', NULL, NULL, "IPv4 only", FOR_PARTNERS, apply_4 },
	{ '6', NULL, NULL, "IPv6 only", FOR_PARTNERS, apply_6 },
	{ 0, "connect", "HOST:PORT", "go there, and look up no SRV records", FOR_PROBING,
		apply_connect },
	{ 0, "direct-tls", NULL, "direct TLS only (XEP-0368)", FOR_PROBING,
		apply_direct_tls },
	{ 0, "ca-file", "FILE", "trust these authorities, not the system's",
		FOR_PARTNERS | FOR_CERT, apply_ca_file },
	{ 0, "ca-dir", "DIR", "the same, from a hashed directory",
		FOR_PARTNERS | FOR_CERT, apply_ca_dir },
	{ 0, "listen", "[ADDR:]PORT", "where partners connect to (default: 5269)",
		FOR_LISTEN, listening_starttls },
	{ 0, "listen", "[ADDR:]PORT",
		"be the authoritative server of --from, and see how partners come back",
		FOR_CHECK, listening_starttls },
	{ 0, "listen-tls", "[ADDR:]PORT",
		"the same for partners that begin with TLS (XEP-0368)",
		FOR_LISTEN | FOR_CHECK, listening_direct },
	{ 0, "im", "FROM TO",
		"send one message from person to person: FROM is ours, TO the partner's",
		FOR_CHECK, writing_message },
	{ 0, "text", "TEXT", "what it says (default: that it is a test)", FOR_CHECK,
		writing_text },
	{ 0, "presence", "FROM TO", "ask for the presence of TO", FOR_CHECK,
		writing_presence },
	{ 0, "subscribe", "FROM TO", "ask TO for leave to see its presence", FOR_CHECK,
		writing_subscription },
	{ 0, "count", "N", "end after so many connections", FOR_LISTEN, listening_count },
	{ 0, "for", "SECONDS", "end after so long (default: Ctrl-C ends it)", FOR_LISTEN,
		listening_seconds },
	{ 0, "depth", "HOW", "quick, standard (default) or deep", FOR_PROBING,
		apply_depth },
	{ 't', "timeout", "SECONDS", "for each phase (default: 5 to 20, by phase)",
		FOR_PARTNERS | FOR_RECORDS, apply_timeout },
	{ 0, "deadline", "SECONDS", "for the whole run (default: none)", FOR_CHECK,
		apply_deadline },
	{ 'j', "jobs", "N", "partners at a time (default: 16)", FOR_PROBING, apply_jobs },
	{ 'o', "output", "FORMAT[:FILE]",
		"a report; may be repeated (default: text); -o list names the formats",
		SHOWS, apply_output },
	{ 0, "fail-on", "HOW", "fail: warnings alone give exit status 0 (default: warn)",
		FOR_PARTNERS | FOR_REPLAY | FOR_CERT, apply_fail_on },
	{ 0, "color", "WHEN", "auto (default), always or never",
		SHOWS | FOR_CONFIG | FOR_RECORDS, apply_colour },
	{ 'q', "quiet", NULL, "one line for each partner, and no progress", SHOWS,
		apply_quiet },
	{ 'v', "verbose", NULL, "every check, not only what is wrong", SHOWS,
		apply_verbose },
	{ 0, "trace", NULL, "what happens as it happens, on standard error",
		FOR_CHECK | FOR_LISTEN | FOR_DEMO | FOR_RECORDS, apply_trace },
	{ 0, "into", "FILE",
		"merge into this partners.xml; it is made when it is not there",
		FOR_IMPORT, apply_into },
	{ 0, "powershell", NULL, "as commands for the Lync Server Management Shell",
		FOR_EXPORT, apply_powershell },
	{ 0, "watch", NULL, "in the dashboard", FOR_REPLAY | FOR_DEMO | FOR_LISTEN,
		apply_watch },
	{ 0, "interval", "SECONDS",
		"from the beginning of a round to that of the next (default: 60)",
		FOR_WATCH | FOR_DEMO, apply_interval },
	{ 0, "rounds", "N", "end after so many rounds (default: go on)",
		FOR_WATCH | FOR_DEMO, apply_rounds },
	{ 0, "markdown", NULL, "the whole catalogue as Markdown", FOR_CHECKS,
		apply_markdown },
	{ 0 },
};

static_assert(sizeof option_rows / sizeof option_rows[0] <= OPTION_MAX_ROWS,
	"room for the tables of getopt");
