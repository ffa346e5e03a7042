/* Files with secrets are opened once, before anything is probed. What is wrong with what the
 * user named is told in one line; a key that others can read is told as well, and used. */
#include "commands/credential.h"

#include "base/fatal.h"
#include "base/text.h"
#include "commands/certificate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A secret is a line of text; what is longer is another file. */
enum { MAX_SECRET = 1024 };

const char *
credential_certificate(struct settings *s, const char *value)
{
	s->certificate.cert = arena_strdup(s->arena, value);
	return NULL;
}

const char *
credential_secret_file(struct settings *s, const char *value)
{
	s->secret_file = arena_strdup(s->arena, value);
	return NULL;
}

/* --- the certificate ---------------------------------------------------------------- */

static const char *
find_fault(const struct file_fact *fact)
{
	if (fact->request)
		return "there is a request in it, and no certificate";
	if (fact->key == NULL && fact->key_encrypted)
		return "its private key is encrypted, and there is no passphrase "
		       "(--passphrase-file)";
	if (fact->key == NULL)
		return "there is no private key in it (--key)";
	if (!fact->key_fits)
		return "the private key does not belong to the certificate";
	return NULL;
}

/* NULL and *trouble, which names the file. */
static struct keyfile *
open_certificate(
	struct settings *s, const char *path, const char *key, const char **trouble)
{
	struct passphrase passphrase = certificate_passphrase(s);
	struct file_fact fact = { 0 };
	struct keyfile *file = keyfile_keep_key(path, &passphrase, s->arena, trouble);
	const char *at = path;

	if (file != NULL && key != NULL && strcmp(key, path) != 0) {
		at = key;
		(void)keyfile_add_key(file, key, &passphrase, s->arena, trouble);
	}
	if (*trouble == NULL) {
		keyfile_fact(file, s->arena, &fact);
		*trouble = find_fault(&fact);
	}
	if (*trouble != NULL) {
		*trouble = arena_printf(s->arena, "%s: %s", at, *trouble);
		keyfile_close(&file);
	} else if (fact.key_others) {
		complain("%s: everybody on this host can read the private key", at);
	}
	return file;
}

/* --- the secret --------------------------------------------------------------------- */

/* The first line, in memory of its own that is wiped; NULL and *trouble. */
static char *
read_secret(FILE *file, const char **trouble)
{
	char *secret = calloc(1, MAX_SECRET + 2);

	if (secret == NULL)
		fatal("out of memory");
	setvbuf(file, NULL, _IONBF, 0);
	errno = 0;
	if (fgets(secret, MAX_SECRET + 2, file) == NULL && ferror(file))
		*trouble = strerror(errno);
	secret[strcspn(secret, "\r\n")] = '\0';
	if (*trouble == NULL && *secret == '\0')
		*trouble = "there is no secret in its first line";
	if (*trouble == NULL && strlen(secret) > MAX_SECRET)
		*trouble = "the first line is too long for a secret";
	if (*trouble == NULL)
		return secret;
	explicit_bzero(secret, MAX_SECRET + 2);
	free(secret);
	return NULL;
}

static bool
open_secret(struct settings *s)
{
	const char *trouble = NULL;
	FILE *file = fopen(s->secret_file, "re");
	struct stat about;

	if (file == NULL) {
		complain("%s: %s", s->secret_file, strerror(errno));
		return false;
	}
	s->credentials.secret = read_secret(file, &trouble);
	if (trouble != NULL)
		complain("%s: %s", s->secret_file, trouble);
	else if (fstat(fileno(file), &about) == 0 && (about.st_mode & S_IROTH))
		complain(
			"%s: everybody on this host can read the secret", s->secret_file);
	fclose(file);
	return trouble == NULL;
}

/* --- both --------------------------------------------------------------------------- */

/* A credential is one of a domain; which, the user must have said. */
static bool
know_ourselves(const struct settings *s)
{
	const struct certificate_options *given = &s->certificate;
	const char *option = given->cert != NULL      ? "--cert"
			     : given->key != NULL     ? "--key"
			     : s->secret_file != NULL ? "--dialback-secret-file"
						      : NULL;

	if (given->key != NULL && given->cert == NULL)
		complain("--key belongs to a certificate; name it with --cert");
	else if (option != NULL && s->asked.from == NULL)
		complain("%s is of a domain of ours; name it with --from", option);
	else
		return true;
	return false;
}

bool
credential_open(struct settings *s, bool needed)
{
	const struct certificate_options *given = &s->certificate;
	struct local *local = s->asked.local;
	const char *trouble = NULL;

	if (!know_ourselves(s))
		return false;
	if (given->cert != NULL) {
		local->chain = given->cert;
		local->key = given->key;
	}
	if (local != NULL && local->domain != NULL && local->chain != NULL)
		s->credentials.certificate =
			open_certificate(s, local->chain, local->key, &trouble);
	if (trouble != NULL && (given->cert != NULL || needed)) {
		complain("%s", trouble);
		return false;
	}
	if (trouble != NULL)
		complain("%s; no certificate of ours is presented", trouble);
	return s->secret_file == NULL || open_secret(s);
}

void
credential_close(struct settings *s)
{
	struct keyfile *certificate = (void *)(uintptr_t)s->credentials.certificate;
	char *secret = (void *)(uintptr_t)s->credentials.secret;

	keyfile_close(&certificate);
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	s->credentials = (struct credentials){ 0 };
}
