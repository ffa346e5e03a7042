/* The question to the authoritative server of whoever called: the key in it was written by a
 * stranger, and is nothing but text. A server in a process of its own hears the question. */
#include "probes/probe.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define KEY     "k</db:verify><iq from='us.example'/><db:verify>&"
#define ESCAPED ">k&lt;/db:verify&gt;&lt;iq "

#define HEADER                                                                           \
	"<stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' "        \
	"xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>"          \
	"<stream:features/>"
#define ANSWER                                                                           \
	"<db:verify from='them.invalid' to='us.example' id='x1' type='valid'>" ESCAPED   \
	"from=&apos;us.example&#x27;/>&lt;db:verify>&amp;</db:verify></stream:stream>"

enum { ERRANDS = 2 };

/* --- the server ----------------------------------------------------------------------- */

static int
listen_here(int *port)
{
	struct sockaddr_in place = { .sin_family = AF_INET };
	socklen_t length = sizeof place;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &place.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&place, length), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&place, &length), 0);
	*port = ntohs(place.sin_port);
	return fd;
}

static bool
hear(int fd, char *heard, size_t size, const char *expect)
{
	size_t length = strlen(heard);
	ssize_t got;

	while ((got = read(fd, heard + length, size - length - 1)) > 0) {
		length += (size_t)got;
		heard[length] = '\0';
		if (strstr(heard, expect) != NULL)
			return true;
	}
	return false;
}

/* The exit status: 0 when the question was one, and well written. */
static int
serve_one(int listening)
{
	char heard[4096] = "";
	int fd = accept(listening, NULL, NULL);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 10 },
		sizeof(struct timeval));
	if (!hear(fd, heard, sizeof heard, "version='1.0'"))
		return 1;
	(void)!write(fd, HEADER, strlen(HEADER));
	if (!hear(fd, heard, sizeof heard, "</db:verify>"))
		return 2;
	(void)!write(fd, ANSWER, strlen(ANSWER));
	return strstr(heard, ESCAPED) != NULL && strstr(heard, "<iq") == NULL ? 0 : 3;
}

static int
serve(int listening)
{
	int status = 0;

	for (int i = 0; i < ERRANDS && status == 0; i++)
		status = serve_one(listening);
	return status;
}

/* --- the errand ------------------------------------------------------------------------- */

static void
finished(void *self)
{
	(void)self;
}

static void
done(void *self)
{
	loop_stop(self);
}

/* The same stream may bring one db:result after the other; each is looked into. */
static void
run_errands(struct probing *probing, struct partner *partner)
{
	struct plan *plan = plan_open(probing, partner, finished, NULL);

	for (int i = 0; i < ERRANDS; i++) {
		struct errand errand = { .from = "us.example",
			.id = "x1",
			.key = KEY,
			.done = done,
			.self = probing->loop };

		plan_entrust(plan, &errand);
		loop_run(probing->loop);
		assert_true(errand.answered);
		assert_string_equal(errand.type, "valid");
		plan_recall(plan, &errand);
	}
	plan_close(&plan);
}

static void
assert_key_is_hidden(const struct journal *journal)
{
	unsigned wires = 0;

	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);

		if (o->kind != FACT_WIRE)
			continue;
		wires++;
		assert_null(strstr(((const struct wire_fact *)o->fact)->text, "iq"));
	}
	assert_true(wires >= 4);
}

static void
the_key_is_only_text(void **state)
{
	static const char *const resolver[] = { "127.0.0.1:9" };
	struct probing probing = { .loop = loop_open(), .errands_only = true };
	struct run *run = run_open(1795000000);
	struct domain domain = { .typed = "them.invalid",
		.ascii = "them.invalid",
		.unicode = "them.invalid" };
	const char *trouble;
	int status, listening = listen_here(&run->asked.connect_port);
	struct partner *partner;
	pid_t child;

	(void)state;
	run->asked.from = "us.example";
	run->asked.connect_host = "127.0.0.1";
	partner = run_add(run, &domain);
	probing.resolver = resolver_open(probing.loop, resolver, 1, 100, &trouble);
	fflush(NULL);
	if ((child = fork()) == 0)
		_exit(serve(listening));
	run_errands(&probing, partner);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_key_is_hidden(partner->journal);
	close(listening);
	run_close(&run);
	resolver_close(&probing.resolver);
	loop_close(&probing.loop);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_is_only_text),
	};

	return cmocka_run_group_tests_name("errand", tests, NULL, NULL);
}
