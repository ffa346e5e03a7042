/* The resolver against a name server of a few lines on the same loop. */
#include "net/resolver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { TC = 0x02, SERVFAIL = 2, GUARD_MS = 10000, BURST = 1000, SEVERAL = 4 };

/* example.com SRV with RD, AD, CD and an OPT record: flags that must come through. */
static const uint8_t question[] = { 0, 0, 0x01, 0x30, 0, 1, 0, 0, 0, 0, 0, 1, 7, 'e', 'x',
	'a', 'm', 'p', 'l', 'e', 3, 'c', 'o', 'm', 0, 0, 33, 0, 1, 0, 0, 41, 0x04, 0xd0,
	0, 0, 0x80, 0, 0, 0 };

enum { MAX_MESSAGE = 2048, OPT_AT = 29 };

struct server {
	int udp, tcp, peer;
	struct watch *udp_watch, *tcp_watch, *peer_watch;
	struct loop *loop;
	char name[32];
	bool silent;
	unsigned flags; /* of the answer: TC, or the rcode in the second byte */
	size_t rdata;   /* octets of a record, to make the answer large */
	int datagrams, connections;
	uint8_t asked[MAX_MESSAGE];
	size_t length;
};

struct world {
	struct loop *loop;
	struct server server;
	struct resolver *resolver;
	struct timer *guard;
	int answers;
	enum outcome outcome;
	bool has_detail, close_it;
	uint8_t message[MAX_MESSAGE];
	size_t length;
};

/* --- the server ------------------------------------------------------------------- */

/* Turns what was asked into its answer, with one record of an unknown type in it when the
 * answer is to be large. */
static size_t
make_answer(struct server *server, uint8_t *bytes)
{
	static const uint8_t record[] = { 0xc0, 12, 0xff, 0x78, 0, 1, 0, 0, 0, 60 };
	uint8_t *at = bytes + OPT_AT;

	memcpy(bytes, server->asked, OPT_AT);
	bytes[2] |= (uint8_t)(0x80 | server->flags >> 8);
	bytes[3] = (uint8_t)(0x80 | (server->flags & 0xff));
	if (server->rdata != 0) {
		bytes[7] = 1;
		memcpy(at, record, sizeof record);
		at += sizeof record;
		*at++ = (uint8_t)(server->rdata >> 8);
		*at++ = (uint8_t)server->rdata;
		memset(at, 'x', server->rdata);
		at += server->rdata;
	}
	memcpy(at, question + OPT_AT, sizeof question - OPT_AT);
	return (size_t)(at - bytes) + sizeof question - OPT_AT;
}

static void
on_datagram(void *self, unsigned events)
{
	struct server *server = self;
	struct sockaddr_in from;
	socklen_t size = sizeof from;
	uint8_t bytes[MAX_MESSAGE];
	ssize_t n = recvfrom(
		server->udp, server->asked, 512, 0, (struct sockaddr *)&from, &size);

	(void)events;
	assert_true(n > 0);
	server->length = (size_t)n;
	server->datagrams++;
	if (server->silent)
		return;
	n = (ssize_t)make_answer(server, bytes);
	assert_int_equal(
		sendto(server->udp, bytes, (size_t)n, 0, (struct sockaddr *)&from, size),
		n);
}

static void
on_peer(void *self, unsigned events)
{
	struct server *server = self;
	uint8_t bytes[MAX_MESSAGE];
	ssize_t n = read(server->peer, bytes, 514);

	(void)events;
	if (n <= 2) {
		watch_close(&server->peer_watch);
		return;
	}
	server->length = (size_t)n - 2;
	memcpy(server->asked, bytes + 2, server->length);
	n = (ssize_t)make_answer(server, bytes + 2);
	bytes[0] = (uint8_t)(n >> 8);
	bytes[1] = (uint8_t)n;
	assert_int_equal(write(server->peer, bytes, (size_t)n + 2), n + 2);
}

static void
on_connection(void *self, unsigned events)
{
	struct server *server = self;

	(void)events;
	server->connections++;
	server->peer = accept(server->tcp, NULL, NULL);
	assert_true(server->peer >= 0);
	server->peer_watch =
		watch_open(server->loop, server->peer, LOOP_READ, on_peer, server);
}

static int
open_port(int type, uint16_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(*port) };
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, type, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	if (bind(fd, (struct sockaddr *)&address, size) != 0) {
		close(fd);
		return -1;
	}
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void
server_open(struct server *server, struct loop *loop)
{
	uint16_t port;

	server->peer = -1;
	server->loop = loop;
	do {
		port = 0;
		server->tcp = open_port(SOCK_STREAM, &port);
		server->udp = open_port(SOCK_DGRAM, &port);
		if (server->udp < 0)
			close(server->tcp);
	} while (server->udp < 0);
	assert_int_equal(listen(server->tcp, 5), 0);
	snprintf(server->name, sizeof server->name, "127.0.0.1:%d", port);
	server->udp_watch = watch_open(loop, server->udp, LOOP_READ, on_datagram, server);
	server->tcp_watch =
		watch_open(loop, server->tcp, LOOP_READ, on_connection, server);
}

static void
server_close(struct server *server)
{
	watch_close(&server->udp_watch);
	watch_close(&server->tcp_watch);
	watch_close(&server->peer_watch);
	if (server->udp >= 0)
		close(server->udp);
	if (server->tcp >= 0)
		close(server->tcp);
	if (server->peer >= 0)
		close(server->peer);
	server->udp = server->tcp = server->peer = -1;
}

/* --- asking ----------------------------------------------------------------------- */

static void
answered(void *self, enum outcome outcome, const char *detail, const uint8_t *message,
	size_t length)
{
	struct world *w = self;

	w->answers++;
	w->outcome = outcome;
	w->has_detail = detail != NULL;
	w->length = length;
	assert_true(length <= sizeof w->message);
	if (length != 0)
		memcpy(w->message, message, length);
	if (w->close_it)
		resolver_close(&w->resolver);
	loop_stop(w->loop);
}

static void
too_late(void *self)
{
	(void)self;
	fail_msg("no answer within %d ms", GUARD_MS);
}

static int
setup(void **state)
{
	static struct world world;

	world = (struct world){ .loop = loop_open() };
	server_open(&world.server, world.loop);
	*state = &world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	resolver_close(&w->resolver);
	server_close(&w->server);
	timer_close(&w->guard);
	loop_close(&w->loop);
	return 0;
}

static void
open_resolver(struct world *w, const char *const *server, size_t servers, int timeout_ms)
{
	const char *trouble = NULL;

	w->resolver = resolver_open(w->loop, server, servers, timeout_ms, &trouble);
	assert_null(trouble);
	assert_non_null(w->resolver);
}

static void
ask(struct world *w, bool tcp)
{
	resolver_ask(w->resolver, question, sizeof question, tcp, answered, w);
	assert_int_equal(w->answers, 0); /* never from inside the call */
}

static void
ask_and_wait(struct world *w, bool tcp)
{
	ask(w, tcp);
	w->guard = timer_open(w->loop, GUARD_MS, too_late, NULL);
	loop_run(w->loop);
	assert_int_equal(w->answers, 1);
}

static void
ask_several_and_wait(struct world *w)
{
	for (int i = 0; i < SEVERAL; i++)
		ask(w, false);
	w->guard = timer_open(w->loop, GUARD_MS, too_late, NULL);
	while (w->answers < SEVERAL)
		loop_run(w->loop);
}

static void
open_and_ask(struct world *w, bool tcp, int timeout_ms)
{
	open_resolver(w, &(const char *){ w->server.name }, 1, timeout_ms);
	ask_and_wait(w, tcp);
}

/* All that we say of flags and sizes went out, and an answer to it came back. Later
 * versions of c-ares put a cookie (RFC 7873) into the OPT record, and encode the answer
 * anew. */
static void
assert_answered(const struct world *w)
{
	assert_int_equal(w->outcome, OUTCOME_OK);
	assert_false(w->has_detail);
	assert_true(w->server.length >= sizeof question);
	assert_memory_equal(w->server.asked + 2, question + 2, sizeof question - 4);
	assert_true(w->length >= OPT_AT + w->server.rdata);
	assert_true(w->message[2] & 0x80);
	assert_memory_equal(w->message + 12, question + 12, OPT_AT - 12);
}

/* --- the tests -------------------------------------------------------------------- */

static void
test_answer(void **state)
{
	struct world *w = *state;

	open_and_ask(w, false, 0);
	assert_answered(w);
	assert_int_equal(w->server.connections, 0);
}

static void
test_servfail_is_an_answer(void **state)
{
	struct world *w = *state;

	w->server.flags = SERVFAIL;
	open_and_ask(w, false, 0);
	assert_answered(w);
	assert_int_equal(w->message[3] & 15, SERVFAIL);
	assert_int_equal(w->server.datagrams, 1);
}

static void
test_truncated_is_an_answer(void **state)
{
	struct world *w = *state;

	w->server.flags = TC << 8;
	open_and_ask(w, false, 0);
	assert_answered(w);
	assert_true(w->message[2] & TC);
	assert_int_equal(w->server.connections, 0);
}

static void
test_large_datagram(void **state)
{
	struct world *w = *state;

	w->server.rdata = 1400; /* over the 512 of RFC 1035, over the 1232 asked for */
	open_and_ask(w, false, 0);
	assert_answered(w);
}

static void
test_tcp(void **state)
{
	struct world *w = *state;

	open_and_ask(w, true, 0);
	assert_answered(w);
	assert_int_equal(w->server.connections, 1);
	assert_int_equal(w->server.datagrams, 0);
}

static void
test_silence(void **state)
{
	struct world *w = *state;

	w->server.silent = true;
	open_and_ask(w, false, 20);
	assert_int_equal(w->outcome, OUTCOME_TIMED_OUT);
	assert_true(w->has_detail);
	assert_int_equal(w->length, 0);
	assert_int_equal(w->server.datagrams, RESOLVER_TRIES);
}

static void
test_nobody_listens(void **state)
{
	struct world *w = *state;

	server_close(&w->server);
	open_and_ask(w, false, 0);
	assert_int_equal(w->outcome, OUTCOME_REFUSED);
	assert_true(w->has_detail);
}

/* One refusal stops them all, and not only the one that is sent when it comes. */
static void
test_nobody_listens_to_many(void **state)
{
	struct world *w = *state;

	server_close(&w->server);
	open_resolver(w, &(const char *){ w->server.name }, 1, 2 * GUARD_MS);
	ask_several_and_wait(w);
	assert_int_equal(w->outcome, OUTCOME_REFUSED);
}

static void
test_nobody_listens_by_tcp(void **state)
{
	struct world *w = *state;

	server_close(&w->server);
	open_and_ask(w, true, 0);
	assert_int_equal(w->outcome, OUTCOME_REFUSED);
}

static void
test_next_server(void **state)
{
	struct world *w = *state;
	struct server dead = { 0 };

	server_open(&dead, w->loop);
	server_close(&dead);
	open_resolver(w, (const char *[]){ dead.name, w->server.name }, 2, 0);
	ask_and_wait(w, false);
	assert_answered(w);
}

static void
test_next_server_for_many(void **state)
{
	struct world *w = *state;
	struct server dead = { 0 };

	server_open(&dead, w->loop);
	server_close(&dead);
	open_resolver(w, (const char *[]){ dead.name, w->server.name }, 2, 2 * GUARD_MS);
	ask_several_and_wait(w);
	assert_int_equal(w->outcome, OUTCOME_OK);
}

static void
test_close_is_silent(void **state)
{
	struct world *w = *state;

	open_resolver(w, &(const char *){ w->server.name }, 1, 0);
	ask(w, false);
	ask(w, true);
	resolver_close(&w->resolver);
	assert_null(w->resolver);
	server_close(&w->server);
	loop_run(w->loop); /* returns, for nothing is left to wait for */
	assert_int_equal(w->answers, 0);
}

static void
test_forgotten(void **state)
{
	struct world *w = *state, other = { .loop = w->loop };

	open_resolver(w, &(const char *){ w->server.name }, 1, 0);
	resolver_ask(w->resolver, question, sizeof question, false, answered, &other);
	resolver_forget(w->resolver, &other);
	ask_and_wait(w, false);
	assert_int_equal(other.answers, 0);
}

static void
test_closed_by_the_answer(void **state)
{
	struct world *w = *state;

	w->close_it = true;
	open_resolver(w, &(const char *){ w->server.name }, 1, 0);
	ask(w, false); /* one of the two is still owed when it closes */
	ask_and_wait(w, false);
	assert_null(w->resolver);
}

static void
count(void *self, enum outcome outcome, const char *detail, const uint8_t *message,
	size_t length)
{
	struct world *w = self;

	(void)detail, (void)message, (void)length;
	assert_int_equal(outcome, OUTCOME_OK);
	if (++w->answers == BURST)
		loop_stop(w->loop);
}

/* More at once than a socket's buffer holds, and none is lost: the guard is shorter than
 * the patience after which it would be sent again. */
static void
test_burst(void **state)
{
	struct world *w = *state, other = { .loop = w->loop };

	open_resolver(w, &(const char *){ w->server.name }, 1, 2 * GUARD_MS);
	for (int i = 0; i < BURST; i++)
		resolver_ask(w->resolver, question, sizeof question, false, count, w);
	resolver_ask(w->resolver, question, sizeof question, false, count, &other);
	resolver_forget(w->resolver, &other); /* while it waits to be sent */
	w->guard = timer_open(w->loop, GUARD_MS, too_late, NULL);
	loop_run(w->loop);
	assert_int_equal(w->server.datagrams, BURST);
	assert_int_equal(other.answers, 0);
}

static void
test_names(void **state)
{
	static const struct {
		const char *given, *name;
		bool local;
	} row[] = {
		{ "192.0.2.1", "192.0.2.1:53", false },
		{ "127.0.0.53:5353", "127.0.0.53:5353", true },
		{ "::1", "[::1]:53", true },
		{ "[2001:db8::1]", "[2001:db8::1]:53", false },
		{ "[::1]:65535", "[::1]:65535", true },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		open_resolver(w, &row[i].given, 1, 0);
		assert_string_equal(resolver_name(w->resolver), row[i].name);
		assert_int_equal(resolver_is_local(w->resolver), row[i].local);
		resolver_close(&w->resolver);
	}
	open_resolver(w, (const char *[]){ "127.0.0.1", "[2001:db8::1]:54" }, 2, 0);
	assert_string_equal(resolver_name(w->resolver), "127.0.0.1:53,[2001:db8::1]:54");
	assert_false(resolver_is_local(w->resolver));
}

static void
test_servers_of_the_system(void **state)
{
	struct world *w = *state;

	open_resolver(w, NULL, 0, 0);
	assert_string_not_equal(resolver_name(w->resolver), "");
}

static void
test_bad_servers(void **state)
{
	static const char *const bad[] = { "", "ns.example.com",
		"192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:53x",
		"192.0.2.1,192.0.2.2", "[::1", "[::1]53", "[192.0.2.1]:53", "[]:53",
		":53", "::1::" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const char *trouble = NULL;

		assert_null(resolver_open(w->loop, &bad[i], 1, 0, &trouble));
		assert_non_null(trouble);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_answer),
		TEST(test_servfail_is_an_answer),
		TEST(test_truncated_is_an_answer),
		TEST(test_large_datagram),
		TEST(test_tcp),
		TEST(test_silence),
		TEST(test_nobody_listens),
		TEST(test_nobody_listens_to_many),
		TEST(test_nobody_listens_by_tcp),
		TEST(test_next_server),
		TEST(test_next_server_for_many),
		TEST(test_close_is_silent),
		TEST(test_forgotten),
		TEST(test_closed_by_the_answer),
		TEST(test_burst),
		TEST(test_names),
		TEST(test_servers_of_the_system),
		TEST(test_bad_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
