/* fedprobe cert: a certificate on disk is judged before it is installed, with the checks
 * that judge it on the wire. */
#include "base/text.h"
#include "checks/check.h"
#include "commands/certificate.h"
#include "commands/judging.h"

#include <string.h>
#include <time.h>

static int cert(const struct command *command, int argc, char **argv);

const struct command cert_command = {
	.name = "cert",
	.synopsis = "[options] --domain DOMAIN... FILE",
	.summary =
		"Judge a certificate, chain, request or PKCS#12 before it is installed",
	.examples =
		"  fedprobe cert --domain contoso.com --key edge.key edge.pem\n"
		"  fedprobe cert --domain contoso.com --sip edge.csr\n"
		"  fedprobe cert --domain contoso.com --passphrase-file word edge.pfx\n"
		"  fedprobe cert -c partners.xml\n",
	.run = cert,
};

/* What the file holds, as facts; the same for every domain. */
struct content {
	struct file_fact file;
	const struct certificate_fact *certificate;
	size_t certificates;
	struct tls_fact path; /* to the trust store */
};

static void
note(struct journal *journal, const char *endpoint, enum fact_kind kind, const void *fact)
{
	journal_add(journal, &(struct observation){ .probe = "file",
				     .endpoint = endpoint,
				     .outcome = OUTCOME_OK,
				     .kind = kind,
				     .fact = fact });
}

static void
record(struct settings *s, struct partner *partner, const struct content *content)
{
	const char *path = content->file.path;
	const char *endpoint = arena_printf(
		s->arena, "file %s", text_clean(s->arena, path, strlen(path)));

	partner->role = ROLE_FILE;
	note(partner->journal, endpoint, FACT_FILE, &content->file);
	if (!content->file.request)
		note(partner->journal, endpoint, FACT_TLS, &content->path);
	for (size_t i = 0; i < content->certificates; i++)
		note(partner->journal, endpoint, FACT_CERTIFICATE,
			&content->certificate[i]);
}

static int
judge(struct settings *s, time_t now, const struct content *content)
{
	struct run *run = run_open(now);
	int status = 3;

	run->asked = s->asked;
	for (size_t i = 0; i < s->domains; i++) {
		struct partner *partner = run_add(run, &s->domain[i]);

		record(s, partner, content);
		check_partner(partner);
	}
	if (outputs_open(s))
		status = outputs_write(s, run);
	outputs_close(s);
	run_close(&run);
	return status;
}

/* False after one line on stderr. */
static bool
read_content(struct settings *s, const char *path, time_t now, struct content *content)
{
	struct passphrase passphrase = certificate_passphrase(s);
	const char *key = s->certificate.key, *trouble;
	struct keyfile *file = keyfile_open(path, &passphrase, s->arena, &trouble);
	const struct asked *asked = &s->asked;

	if (file == NULL) {
		complain("%s: %s", path, trouble);
	} else if (key != NULL &&
		   !keyfile_add_key(file, key, &passphrase, s->arena, &trouble)) {
		complain("%s: %s", key, trouble);
	} else if (!keyfile_verify(file, asked->ca_file, asked->ca_dir, now, s->arena,
			   &content->path, &trouble)) {
		complain("the trust store cannot be used: %s", trouble);
	} else {
		keyfile_fact(file, s->arena, &content->file);
		content->certificates =
			keyfile_certificates(file, s->arena, &content->certificate);
	}
	keyfile_close(&file);
	return content->certificates > 0;
}

/* --sip: each domain is a SIP domain. */
static struct local *
with_sip_domains(struct settings *s, const struct local *local)
{
	struct local *own = arena_alloc(s->arena, sizeof *own);
	const char **list = arena_alloc(s->arena, s->domains * sizeof *list);

	if (local != NULL)
		*own = *local;
	for (size_t i = 0; i < s->domains; i++)
		list[i] = s->domain[i].ascii;
	own->sip_domain = list;
	own->sip_domains = s->domains;
	return own;
}

/* What the run says of us, so that a replay judges as it did. */
static void
introduce_ourselves(struct settings *s, const struct config *config)
{
	struct local *local = config != NULL ? config->local : NULL;

	if (s->certificate.sip)
		local = with_sip_domains(s, local);
	if (local != NULL) {
		s->asked.local = local;
		s->asked.locals = 1;
	}
	if (config != NULL) {
		s->asked.level = config->level;
		s->asked.levels = config->levels;
	}
}

/* The operand, or what the configuration names; NULL after one line on stderr. */
static const char *
find_file(struct settings *s, const struct config *config)
{
	if (s->operands == 1)
		return s->operand[0];
	if (s->operands > 1) {
		complain(
			"cert: one file is wanted, %zu were given; see fedprobe cert --help",
			s->operands);
		return NULL;
	}
	if (config == NULL || config->local->chain == NULL) {
		complain("cert: no file was given; see fedprobe cert --help");
		return NULL;
	}
	if (s->certificate.key == NULL)
		s->certificate.key = config->local->key;
	return config->local->chain;
}

static int
cert(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open() };
	struct content content = { 0 };
	struct config *config = NULL;
	time_t now = time(NULL);
	enum parsed parsed = options_parse(&s, command, FOR_CERT, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;
	const char *path;

	if (parsed == PARSED_GO_ON && certificate_domains(&s, command, &config) &&
		(path = find_file(&s, config)) != NULL &&
		read_content(&s, path, now, &content)) {
		introduce_ourselves(&s, config);
		status = judge(&s, now, &content);
	}
	config_close(&config);
	arena_close(&s.arena);
	return status;
}
