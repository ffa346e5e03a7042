/* All that a caller says to us, and what its authoritative server says when we ask, without
 * a network: the listener and the errand are the real ones, their connections hold bytes.
 * The first byte of the input says how TLS goes; 0xFE begins what the server says, 0xFF
 * ends what comes at once. What is told of the call is clean, and can be judged, reported
 * and read back. */
#include "base/text.h"
#include "model/inbound.h"
#include "net/acceptor.h"
#include "net/keyfile.h"
#include "net/random.h"
#include "probes/inbound.h"
#include "tests/fuzz/round.h"

#include <sys/eventfd.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { CERTIFICATE = 1, TRUSTED = 2, ALERT = 4, NO_TLS = 8 };
enum { SERVER_BEGINS = 0xFE, PAUSE = 0xFF };

struct conn {
	int fd;
	bool calls; /* the caller's; or else that of a server which we ask */
	bool tls;
	size_t at;
};

/* Ours. */
static const char pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBWDCCAQqgAwIBAgIUA+3+XoosgGC9cAJmMXAuhJCM8s4wBQYDK2VwMBUxEzAR\n"
	"BgNVBAMMCnVzLmV4YW1wbGUwIBcNMjYxMTIxMTcyNzE3WhgPMjEyNjEwMjgxNzI3\n"
	"MTdaMBUxEzARBgNVBAMMCnVzLmV4YW1wbGUwKjAFBgMrZXADIQCfxGa4NEeQPVDd\n"
	"4lTtjQRv1JxeeHVIe+roACziC6AmFaNqMGgwHQYDVR0OBBYEFCj2Hk9g0ZYr5GnI\n"
	"j37eKEs6IDApMB8GA1UdIwQYMBaAFCj2Hk9g0ZYr5GnIj37eKEs6IDApMA8GA1Ud\n"
	"EwEB/wQFMAMBAf8wFQYDVR0RBA4wDIIKdXMuZXhhbXBsZTAFBgMrZXADQQB3DQ1u\n"
	"teDrDMWnR+61/2l1aeqbnpYcynPMqjcq6PEBstvfFxYrjM9rL4bsvAtE4OSAEWB1\n"
	"jKpaORDGscpVBasH\n"
	"-----END CERTIFICATE-----\n";

/* In place of sockets: what is said, and who waits for it. */
static struct {
	const uint8_t *caller, *server;
	size_t caller_length, server_length;
	unsigned how;
	struct loop *loop;
	struct plan *plan;
	struct partner *partner;
	void (*accepted)(void *self, int fd, const char *address, int port);
	void *self;
} world;

/* --- net/acceptor.h ------------------------------------------------------------------- */

struct acceptor *
acceptor_open(struct loop *loop, const char *address, int port,
	void (*accepted)(void *self, int fd, const char *address, int port), void *self)
{
	(void)loop, (void)address, (void)port;
	world.accepted = accepted;
	world.self = self;
	return (struct acceptor *)&world;
}

void
acceptor_close(struct acceptor **acceptor)
{
	*acceptor = NULL;
}

void
acceptor_leave(struct acceptor *acceptor, const char *address)
{
	(void)acceptor, (void)address;
}

int
acceptor_port(const struct acceptor *acceptor)
{
	(void)acceptor;
	return 5269;
}

unsigned
acceptor_turned_away(const struct acceptor *acceptor)
{
	(void)acceptor;
	return 0;
}

/* --- net/conn.h ----------------------------------------------------------------------- */

static struct conn *
open_conn(int fd, bool calls)
{
	struct conn *conn = calloc(1, sizeof *conn);

	if (conn == NULL)
		abort();
	conn->fd = fd;
	conn->calls = calls;
	return conn;
}

struct conn *
conn_open(void)
{
	return open_conn(-1, false);
}

struct conn *
conn_adopt(int fd)
{
	return open_conn(fd, true);
}

void
conn_close(struct conn **conn)
{
	if (*conn != NULL && (*conn)->fd >= 0)
		close((*conn)->fd);
	free(*conn);
	*conn = NULL;
}

int
conn_fd(const struct conn *conn)
{
	return conn->fd;
}

enum flow
conn_connect(struct conn *conn, struct arena *arena, const char *address, int port,
	struct connect_fact *fact)
{
	(void)arena;
	fact->address = address;
	fact->port = port;
	conn->fd = eventfd(0, EFD_CLOEXEC);
	return FLOW_OK;
}

void
conn_present(struct conn *conn, const struct keyfile *certificate)
{
	(void)conn, (void)certificate;
}

enum flow
conn_handshake(
	struct conn *conn, struct tls_context *context, const char *sni, const char *alpn)
{
	(void)sni, (void)alpn;
	return conn_accept(conn, context);
}

enum flow
conn_accept(struct conn *conn, struct tls_context *context)
{
	(void)context;
	conn->tls = (world.how & NO_TLS) == 0;
	return conn->tls ? FLOW_OK : FLOW_FAILED;
}

bool
conn_is_tls(const struct conn *conn)
{
	return conn->tls;
}

void
conn_tls_fact(const struct conn *conn, struct arena *arena, struct tls_fact *fact)
{
	(void)arena;
	memset(fact, 0, sizeof *fact);
	fact->completed = fact->trusted = conn->tls;
	fact->version = "TLSv1.3";
	fact->chain_built = (world.how & TRUSTED) != 0;
	fact->alert = world.how & ALERT ? 49 : 0;
}

size_t
conn_certificates(const struct conn *conn, struct arena *arena,
	const struct certificate_fact **certificate)
{
	static const char *const name[] = { "them.example" };
	static const struct certificate_fact leaf = { .subject = "CN=them.example",
		.dns_name = name,
		.dns_names = 1,
		.version = 3 };

	(void)conn, (void)arena;
	*certificate = &leaf;
	return world.how & CERTIFICATE ? 1 : 0;
}

/* Whoever calls waits while we ask about it. */
static enum flow
at_end(const struct conn *conn)
{
	const struct errand *errand =
		world.partner != NULL ? plan_errands(world.plan) : NULL;

	return conn->calls && errand != NULL && !errand->over ? FLOW_READ : FLOW_END;
}

enum flow
conn_read(struct conn *conn, void *bytes, size_t size, size_t *got)
{
	const uint8_t *all = conn->calls ? world.caller : world.server;
	size_t length = conn->calls ? world.caller_length : world.server_length;
	size_t at = conn->at, end = at;

	if (at == length)
		return at_end(conn);
	while (end < length && end - at < size && all[end] != PAUSE)
		end++;
	memcpy(bytes, all + at, end - at);
	*got = end - at;
	conn->at = end + (end < length && all[end] == PAUSE);
	return FLOW_OK;
}

enum flow
conn_write(struct conn *conn, const void *bytes, size_t length, size_t *done)
{
	(void)conn, (void)bytes;
	*done = length;
	return FLOW_OK;
}

void
conn_shutdown(struct conn *conn)
{
	(void)conn;
}

void
conn_finish(struct conn *conn)
{
	(void)conn;
}

const char *
conn_failure(const struct conn *conn)
{
	(void)conn;
	return "it failed";
}

int
conn_alert(const struct conn *conn, bool *sent)
{
	(void)conn;
	*sent = false;
	return world.how & ALERT ? 48 : -1;
}

bool
conn_got_close_notify(const struct conn *conn)
{
	(void)conn;
	return false;
}

const char *
conn_first_bytes(const struct conn *conn, size_t *length)
{
	(void)conn;
	*length = 0;
	return "";
}

/* --- net/random.h --------------------------------------------------------------------- */

/* What cannot be guessed could not be answered. */
char *
random_hex(struct arena *arena, size_t bytes)
{
	char *text = arena_alloc(arena, 2 * bytes + 1);

	memset(text, '1', 2 * bytes);
	return text;
}

void
random_fill(void *bytes, size_t count)
{
	memset(bytes, 0, count);
}

uint32_t
random_below(uint32_t limit)
{
	(void)limit;
	return 0;
}

/* --- the call --------------------------------------------------------------------------- */

static bool
hosts(void *self, const char *ascii)
{
	(void)self;
	return strcmp(ascii, "us.example") == 0;
}

static struct plan *
admit(void *self, const struct domain *from)
{
	(void)self;
	return strcmp(from->ascii, "them.example") == 0 ? world.plan : NULL;
}

/* It goes to the terminal as it is. */
static void
ended(void *self, struct partner *partner, const struct inbound_fact *fact)
{
	struct arena *arena = arena_open();

	(void)self, (void)partner;
	if (!text_is_clean(inbound_say(arena, fact)))
		abort();
	arena_close(&arena);
	loop_stop(world.loop);
}

static void
finished(void *self)
{
	(void)self;
}

static void
call(struct run *run, const struct keyfile *ours)
{
	static const struct domain domain = { "them.example", "them.example",
		"them.example" };
	const char *trouble;
	struct probing probing = { .loop = world.loop = loop_open(),
		.credentials = { .certificate = ours, .secret = "d14lb4ck43v3r" },
		.errands_only = true };
	const struct hosting hosting = {
		.probing = &probing, .hosts = hosts, .admit = admit, .ended = ended
	};
	struct inbound *inbound;

	probing.resolver = resolver_open(
		probing.loop, (const char *[]){ "127.0.0.1:9" }, 1, 1, &trouble);
	world.partner = run_add(run, &domain);
	world.partner->role = ROLE_CALLER;
	world.plan = plan_open(&probing, world.partner, finished, NULL);
	inbound = inbound_open(&hosting, "192.0.2.2", 5269);
	world.accepted(world.self, eventfd(0, EFD_CLOEXEC), "192.0.2.1", 4000);
	loop_run(probing.loop);
	inbound_close(&inbound);
	plan_close(&world.plan);
	resolver_close(&probing.resolver);
	loop_close(&probing.loop);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const uint8_t *server;
	struct arena *arena;
	struct keyfile *ours;
	const char *trouble;
	struct run *run;

	if (length == 0)
		return 0;
	world.how = bytes[0];
	world.caller = bytes + 1;
	world.caller_length = length - 1;
	server = memchr(world.caller, SERVER_BEGINS, world.caller_length);
	world.server = server ? server + 1 : bytes + length;
	world.server_length = (size_t)(bytes + length - world.server);
	if (server != NULL)
		world.caller_length = (size_t)(server - world.caller);

	run = run_open(1700000000);
	run->asked.from = "us.example";
	run->asked.connect_host = "192.0.2.1";
	run->asked.connect_port = 5269;
	arena = arena_open();
	ours = keyfile_read(
		(const uint8_t *)pem, strlen(pem), "edge.pem", NULL, arena, &trouble);
	call(run, ours);
	round_trip(run);
	run_close(&run);
	keyfile_close(&ours);
	arena_close(&arena);
	return 0;
}
