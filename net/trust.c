/* The settings of OpenSSL, and the certificate authorities that it trusts. */
#include "net/trust.h"

#include "base/fatal.h"

#include <ctype.h>
#include <dirent.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything that a partner may still speak is let in: level 0, TLS 1.0, renegotiation
 * without RFC 5746; the checks judge it. Not so suites without authentication. What is
 * offered must not depend on this host's own policy (openssl.cnf), which also takes half a
 * millisecond to read; and tidying up is left to the end of the process. */
SSL_CTX *
trust_open(void)
{
	uint64_t options = SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION;
	SSL_CTX *ssl;

	OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
	ssl = SSL_CTX_new(TLS_method());
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
	options |= SSL_OP_NO_RX_CERTIFICATE_COMPRESSION; /* see handshake.c */
#endif
	if (ssl == NULL)
		fatal("OpenSSL does not start");
	SSL_CTX_set_options(ssl, options);
	SSL_CTX_set_security_level(ssl, 0);
	if (SSL_CTX_set_cipher_list(ssl, "ALL:!aNULL:!eNULL:@SECLEVEL=0") != 1 ||
		SSL_CTX_set_min_proto_version(ssl, TLS1_VERSION) != 1 ||
		SSL_CTX_set_max_proto_version(ssl, 0) != 1 ||
		SSL_CTX_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp) != 1)
		fatal("OpenSSL refuses our settings");
	SSL_CTX_set_mode(
		ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* Also for the first bytes of a foreign protocol, of which OpenSSL asks for five. */
	SSL_CTX_set_read_ahead(ssl, 1);
	SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
	/* Who calls is looked at as a whole each time. */
	SSL_CTX_set_num_tickets(ssl, 0);
	/* Later requests are not wanted: RFC 8446, 4.6.2. */
	SSL_CTX_set_post_handshake_auth(ssl, 0);
	return ssl;
}

/* "0123abcd.0": what openssl-rehash makes of a certificate. */
static bool
is_hash(const char *name)
{
	for (size_t i = 0; i < 8; i++)
		if (!isxdigit((unsigned char)name[i]))
			return false;
	return name[8] == '.' && isdigit((unsigned char)name[9]);
}

static bool
has_hashes(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	bool found = false;

	if (directory == NULL)
		return false;
	while (!found && (entry = readdir(directory)) != NULL)
		found = is_hash(entry->d_name);
	closedir(directory);
	return found;
}

/* Whether the environment names something else than what is the default anyway. */
static bool
is_chosen(const char *variable, const char *standard)
{
	const char *chosen = getenv(variable);
	struct stat a, b;

	return chosen != NULL && (stat(chosen, &a) != 0 || stat(standard, &b) != 0 ||
					 a.st_dev != b.st_dev || a.st_ino != b.st_ino);
}

/* The directory is read certificate by certificate as they are needed; the file at once,
 * which takes 25 ms. What the environment names wins, as everywhere with OpenSSL. */
static const char *
load_system(SSL_CTX *ssl)
{
	if (is_chosen(X509_get_default_cert_file_env(), X509_get_default_cert_file()) ||
		is_chosen(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()))
		SSL_CTX_set_default_verify_paths(ssl);
	else if (has_hashes(X509_get_default_cert_dir()))
		SSL_CTX_set_default_verify_dir(ssl);
	else if (access(X509_get_default_cert_file(), R_OK) == 0)
		SSL_CTX_set_default_verify_file(ssl);
	else
		return "the system has no trust store";
	return NULL;
}

const char *
trust_load(SSL_CTX *ssl, const char *file, const char *directory)
{
	if (file == NULL && directory == NULL)
		return load_system(ssl);
	if (file != NULL && access(file, R_OK) != 0)
		return "the file of CA certificates cannot be read";
	if (file != NULL && SSL_CTX_load_verify_file(ssl, file) != 1)
		return "the file of CA certificates has none in PEM";
	if (directory != NULL && !has_hashes(directory))
		return "the directory of CA certificates has no hashed names in it "
		       "(openssl rehash makes them)";
	if (directory != NULL && SSL_CTX_load_verify_dir(ssl, directory) != 1)
		return "the directory of CA certificates cannot be read";
	return NULL;
}

const char *
trust_name(struct arena *arena, const char *file, const char *directory)
{
	if (file == NULL && directory == NULL)
		return "system";
	return arena_printf(arena, "%s%s%s", file ? file : "",
		file && directory ? ", " : "", directory ? directory : "");
}
