/* Unit tests of the listener inside TLS: a client of OpenSSL in a process of its own, while
 * the loop runs here. */
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
	char file[32];   /* our certificate and its key */
	char theirs[32]; /* the partner's */
	char store[32];  /* both certificates */
	int silent;      /* a socket where a resolver should be */
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
	w->seen.error = arena_strdup(w->arena, fact->error);
	loop_stop(w->probing.loop);
}

static void
finished(void *self)
{
	(void)self;
}

/* --- the world ------------------------------------------------------------------------ */

static FILE *
make_file(char *path)
{
	int fd;

	strcpy(path, "test-direct-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	return fdopen(fd, "w");
}

static void
write_certificate(struct world *w, FILE *store, char *path, const char *name)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = certificate_begin(key, name, name);
	FILE *file = make_file(path);

	certificate_add(certificate, NID_subject_alt_name,
		arena_printf(w->arena, "DNS:%s", name));
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509(store, certificate), 1);
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void
write_certificates(struct world *w)
{
	FILE *store = make_file(w->store);

	write_certificate(w, store, w->file, "us.example");
	write_certificate(w, store, w->theirs, "them.invalid");
	fclose(store);
}

/* Who asks there, waits. */
static const char *
open_resolver(struct world *w)
{
	struct sockaddr_in place = { .sin_family = AF_INET };
	socklen_t length = sizeof place;

	w->silent = socket(AF_INET, SOCK_DGRAM, 0);
	inet_pton(AF_INET, "127.0.0.1", &place.sin_addr);
	assert_int_equal(bind(w->silent, (struct sockaddr *)&place, length), 0);
	assert_int_equal(getsockname(w->silent, (struct sockaddr *)&place, &length), 0);
	return arena_printf(w->arena, "127.0.0.1:%d", ntohs(place.sin_port));
}

static void
open_doors(struct world *w)
{
	const char *trouble = NULL, *resolver = open_resolver(w);

	w->certificate = keyfile_keep_key(w->file, NULL, w->arena, &trouble);
	assert_non_null(w->certificate);
	w->probing.loop = loop_open();
	w->probing.resolver =
		resolver_open(w->probing.loop, &resolver, 1, 60000, &trouble);
	w->probing.tls = tls_context_open(w->store, NULL, &trouble);
	assert_non_null(w->probing.tls);
	w->probing.credentials.certificate = w->certificate;
	w->probing.credentials.secret = "d14lb4ck43v3r";
	w->probing.errands_only = true;
}

static int
setup(void **state, bool direct)
{
	struct world *w = calloc(1, sizeof *w);
	const struct domain domain = { .typed = "them.invalid",
		.ascii = "them.invalid",
		.unicode = "them.invalid" };
	struct hosting hosting = { .probing = &w->probing,
		.direct = direct,
		.hosts = hosts,
		.admit = admit,
		.ended = ended,
		.self = w };

	w->arena = arena_open();
	write_certificates(w);
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
setup_direct(void **state)
{
	return setup(state, true);
}

static int
setup_starttls(void **state)
{
	return setup(state, false);
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
	close(w->silent);
	unlink(w->file);
	unlink(w->theirs);
	unlink(w->store);
	arena_close(&w->arena);
	free(w);
	return 0;
}

/* --- the client ----------------------------------------------------------------------- */

/* What is said, and what must have come back before the next is said. */
struct line {
	const char *say, *expect;
};

struct client {
	const char *sni;
	const char *alpn; /* as it goes over the wire */
	const char *certificate;
	const struct line *clear; /* before TLS */
	const struct line *line;  /* inside TLS; NULL: a header */
	const char *never;        /* must not come */
	bool in_clear;            /* a header is all that is said */
};

#define HEADER_WITH(attributes)                                                          \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "                     \
	"xmlns:stream='http://etherx.jabber.org/streams' "                               \
	"xmlns:db='jabber:server:dialback' to='us.example' "                             \
	"from='them.invalid'" attributes ">"
#define HEADER   HEADER_WITH(" version='1.0'")
#define FEATURES "</stream:features>"

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

static size_t
take(SSL *ssl, int fd, char *bytes, size_t size)
{
	ssize_t got = ssl ? SSL_read(ssl, bytes, (int)size) : read(fd, bytes, size);

	return got > 0 ? (size_t)got : 0;
}

/* Line by line, in clear when ssl is NULL. */
static bool
talk(const struct client *client, SSL *ssl, int fd, const struct line *line)
{
	for (; line->say != NULL; line++) {
		char heard[8192] = "";
		size_t length = 0, got = 1;

		if (ssl != NULL)
			SSL_write(ssl, line->say, (int)strlen(line->say));
		else
			(void)!write(fd, line->say, strlen(line->say));
		while (got != 0 && strstr(heard, line->expect) == NULL) {
			got = take(ssl, fd, heard + length, sizeof heard - length - 1);
			length += got;
		}
		if (got != 0 && (!client->never || !strstr(heard, client->never)))
			continue;
		fprintf(stderr, "# awaited %s, heard %s\n", line->expect, heard);
		return false;
	}
	return true;
}

static int
run_client(const struct client *client, int port)
{
	static const struct line header[] = { { HEADER, FEATURES }, { NULL, NULL } };
	int fd = dial(port);
	SSL *ssl;

	if (client->in_clear)
		return write(fd, HEADER, strlen(HEADER)) < 0;
	if (client->clear != NULL && !talk(client, NULL, fd, client->clear))
		return 1;
	if ((ssl = shake_hands(client, fd)) == NULL)
		return 2;
	return talk(client, ssl, fd, client->line ? client->line : header) ? 0 : 3;
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
	static const struct line header[] = { { HEADER, FEATURES }, { NULL, NULL } };
	const struct client client = {
		.alpn = "\x08http/1.1", .line = header, .never = "<starttls"
	};

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

#define AUTH                                                                             \
	"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>"

/* Each success begins a stream with limits of its own: who could be granted it without end
 * could send without end. */
static void
grants_external_once(void **state)
{
	static const struct line again[] = {
		{ HEADER, FEATURES },
		{ AUTH, "<success " },
		{ HEADER_WITH(""), "'>" },
		{ AUTH, "<not-authorized/>" },
		{ NULL, NULL },
	};
	struct world *w = *state;
	const struct client client = { .certificate = w->theirs, .line = again };

	play(w, &client);
	assert_true(w->seen.named && w->seen.external_offered);
}

/* What comes between success and the new header counts, too. */
static void
has_enough_of_space(void **state)
{
	static char space[20001];
	static const struct line lines[] = {
		{ HEADER, FEATURES },
		{ AUTH, "<success " },
		{ space, "<policy-violation " },
		{ NULL, NULL },
	};
	struct world *w = *state;
	const struct client client = { .certificate = w->theirs, .line = lines };

	memset(space, ' ', sizeof space - 1);
	play(w, &client);
	assert_string_equal(w->seen.error, "policy-violation");
}

#define RESULT "<db:result from='them.invalid' to='us.example'>k</db:result>"

/* RFC 6120, 5.4.3.3: somebody on the way may have said it. */
static void
forgets_what_was_asked_in_clear(void **state)
{
	static const struct line clear[] = {
		{ HEADER, FEATURES },
		{ RESULT "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
			"<proceed " },
		{ NULL, NULL },
	};
	static const struct line inside[] = {
		{ HEADER, FEATURES },
		{ RESULT "<a/>", "<unsupported-stanza-type " },
		{ NULL, NULL },
	};
	struct world *w = *state;
	const struct client client = {
		.clear = clear, .line = inside, .never = "<db:result"
	};

	play(w, &client);
	assert_false(w->seen.result_came);
}

#define DIRECT(test)   cmocka_unit_test_setup_teardown(test, setup_direct, teardown)
#define STARTTLS(test) cmocka_unit_test_setup_teardown(test, setup_starttls, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT(records_tls_once_it_is_known_who_calls),
		DIRECT(lets_other_protocols_in),
		DIRECT(knows_what_comes_in_clear),
		DIRECT(grants_external_once),
		DIRECT(has_enough_of_space),
		STARTTLS(forgets_what_was_asked_in_clear),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
