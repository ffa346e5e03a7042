/* Unit tests of the listener where TLS comes first: a client of OpenSSL in a process of its own,
 * while the loop runs here. */
#include "probes/inbound.h"

#include "base/text.h"
#include "net/keyfile.h"
#include "tests/unit/certificate.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct world {
	struct arena *arena;
	char file[32]; /* our certificate and its key */
	struct keyfile *certificate;
	struct probing probing;
	struct run *run;
	struct partner *partner;
	struct plan *plan;
	struct inbound *inbound;
	struct inbound_fact seen; /* texts in the arena, those that are looked at */
	bool known;               /* who it was */
};

static bool
hosts(void *self, const char *ascii)
{
	(void)self;
	return strcmp(ascii, "us.example") == 0;
}

static struct plan *
admit(void *self, const struct domain *from)
{
	struct world *w = self;

	return strcmp(from->ascii, "them.invalid") == 0 ? w->plan : NULL;
}

static void
ended(void *self, struct partner *partner, const struct inbound_fact *fact)
{
	struct world *w = self;

	w->known = partner != NULL;
	w->seen = *fact;
	w->seen.sni = arena_strdup(w->arena, fact->sni);
	w->seen.alpn = arena_strdup(w->arena, fact->alpn);
	w->seen.ended = arena_strdup(w->arena, fact->ended);
	loop_stop(w->probing.loop);
}

static void
finished(void *self)
{
	(void)self;
}

/* --- the world ------------------------------------------------------------------------ */

static void
write_certificate(struct world *w)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = certificate_begin(key, "us.example", "us.example");
	int fd;
	FILE *file;

	certificate_add(certificate, NID_subject_alt_name, "DNS:us.example");
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	strcpy(w->file, "test-direct-XXXXXX");
	fd = mkstemp(w->file);
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void
open_doors(struct world *w)
{
	static const char *const resolver[] = { "127.0.0.1:9" };
	const char *trouble = NULL;

	w->certificate = keyfile_keep_key(w->file, NULL, w->arena, &trouble);
	assert_non_null(w->certificate);
	w->probing.loop = loop_open();
	w->probing.resolver = resolver_open(w->probing.loop, resolver, 1, 100, &trouble);
	w->probing.tls = tls_context_open(w->file, NULL, &trouble);
	assert_non_null(w->probing.tls);
	w->probing.credentials.certificate = w->certificate;
	w->probing.credentials.secret = "d14lb4ck43v3r";
	w->probing.errands_only = true;
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	const struct domain domain = { .typed = "them.invalid",
		.ascii = "them.invalid",
		.unicode = "them.invalid" };
	struct hosting hosting = { .probing = &w->probing,
		.direct = true,
		.hosts = hosts,
		.admit = admit,
		.ended = ended,
		.self = w };

	w->arena = arena_open();
	write_certificate(w);
	open_doors(w);
	w->run = run_open(1795000000);
	w->run->asked.from = "us.example";
	w->partner = run_add(w->run, &domain);
	w->plan = plan_open(&w->probing, w->partner, finished, w);
	w->inbound = inbound_open(&hosting, "127.0.0.1", 0);
	assert_non_null(w->inbound);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	inbound_close(&w->inbound);
	plan_close(&w->plan);
	run_close(&w->run);
	resolver_close(&w->probing.resolver);
	tls_context_close(&w->probing.tls);
	loop_close(&w->probing.loop);
	keyfile_close(&w->certificate);
	unlink(w->file);
	arena_close(&w->arena);
	free(w);
	return 0;
}

/* --- the client ----------------------------------------------------------------------- */

struct client {
	const char *sni;
	const char *alpn; /* as it goes over the wire */
	const char *certificate;
	bool in_clear;
};

static const char header[] = "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
			     "xmlns:stream='http://etherx.jabber.org/streams' "
			     "to='us.example' from='them.invalid' version='1.0'>";

static int
dial(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	return connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? fd : -1;
}

static SSL *
shake_hands(const struct client *client, int fd)
{
	SSL_CTX *settings = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	if (client->certificate != NULL) {
		SSL_CTX_use_certificate_file(
			settings, client->certificate, SSL_FILETYPE_PEM);
		SSL_CTX_use_PrivateKey_file(
			settings, client->certificate, SSL_FILETYPE_PEM);
	}
	ssl = SSL_new(settings);
	SSL_CTX_free(settings);
	if (client->sni != NULL)
		SSL_set_tlsext_host_name(ssl, client->sni);
	if (client->alpn != NULL)
		SSL_set_alpn_protos(ssl, (const unsigned char *)client->alpn,
			(unsigned)strlen(client->alpn));
	SSL_set_fd(ssl, fd);
	return SSL_connect(ssl) == 1 ? ssl : NULL;
}

/* Until the features are there, and then it goes. */
static int
run_client(const struct client *client, int port)
{
	char heard[4096] = "";
	size_t length = 0, got;
	int fd = dial(port);
	SSL *ssl;

	if (client->in_clear)
		return write(fd, header, strlen(header)) < 0;
	if ((ssl = shake_hands(client, fd)) == NULL)
		return 1;
	SSL_write(ssl, header, sizeof header - 1);
	while (strstr(heard, "</stream:features>") == NULL &&
		SSL_read_ex(ssl, heard + length, sizeof heard - length - 1, &got) == 1)
		length += got;
	return strstr(heard, "<starttls") != NULL ||
	       strstr(heard, "</stream:features>") == NULL;
}

static void
play(struct world *w, const struct client *client)
{
	int status, port = inbound_port(w->inbound);
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(run_client(client, port));
	loop_run(w->probing.loop);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* --- tests ---------------------------------------------------------------------------- */

/* The one fact of this kind that the listener has recorded. */
static const void *
find_only(const struct world *w, enum fact_kind kind)
{
	size_t count;
	const struct observation *const *o =
		journal_kind(w->partner->journal, kind, &count);
	const void *fact = NULL;

	for (size_t i = 0; i < count; i++)
		if (strcmp(o[i]->probe, "inbound") == 0) {
			assert_null(fact);
			fact = o[i]->fact;
		}
	assert_non_null(fact);
	return fact;
}

/* Who calls is known only when TLS is there; what it showed in TLS is not forgotten. */
static void
records_tls_once_it_is_known_who_calls(void **state)
{
	struct world *w = *state;
	const struct client client = { .sni = "us.example",
		.alpn = "\x0bxmpp-server\x02h2",
		.certificate = w->file };
	const struct tls_fact *tls;

	play(w, &client);
	assert_true(w->known && w->seen.direct && w->seen.tls);
	assert_string_equal(w->seen.sni, "us.example");
	assert_string_equal(w->seen.alpn, "xmpp-server h2");
	assert_true(w->seen.certificate);
	assert_true(w->seen.trusted);
	assert_false(w->seen.named);
	tls = find_only(w, FACT_TLS);
	assert_true(tls->direct && tls->completed);
	assert_string_equal(tls->alpn, "xmpp-server");
	assert_string_equal(tls->alpn_offered, "xmpp-server h2");
	(void)find_only(w, FACT_CERTIFICATE);
}

/* RFC 7301, 3.2 lets a server refuse; then nobody would learn why. */
static void
lets_other_protocols_in(void **state)
{
	struct world *w = *state;
	const struct client client = { .alpn = "\x08http/1.1" };

	play(w, &client);
	assert_true(w->known && w->seen.tls);
	assert_null(w->seen.sni);
	assert_string_equal(w->seen.alpn, "http/1.1");
	assert_false(w->seen.certificate);
}

static void
knows_what_comes_in_clear(void **state)
{
	struct world *w = *state;
	const struct client client = { .in_clear = true };

	play(w, &client);
	assert_false(w->known || w->seen.tls);
	assert_string_equal(w->seen.ended, "it began in clear where TLS must come first");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(records_tls_once_it_is_known_who_calls),
		IN_A_WORLD(lets_other_protocols_in),
		IN_A_WORLD(knows_what_comes_in_clear),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
