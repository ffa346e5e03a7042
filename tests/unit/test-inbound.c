/* Unit tests of the listener: a client in a process of its own says one thing after the other
 * and looks at the answers, while the loop runs here. */
#include "probes/inbound.h"

#include "base/text.h"
#include "net/acceptor.h"
#include "net/secret.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
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

#define SECRET "d14lb4ck43v3r"

struct world {
	struct probing probing;
	struct run *run;
	struct partner *partner;
	struct plan *plan;
	struct inbound *inbound;
	struct inbound_fact seen; /* texts only while `ended` runs */
	char error[64], verify[16], result[16], result_condition[64];
	char error_text[256];
	unsigned ended;
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
keep(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void
ended(void *self, struct partner *partner, const struct inbound_fact *fact)
{
	struct world *w = self;

	(void)partner;
	w->ended++;
	w->seen = *fact;
	keep(w->error, sizeof w->error, fact->error);
	keep(w->error_text, sizeof w->error_text, fact->error_text);
	keep(w->verify, sizeof w->verify, fact->verify);
	keep(w->result, sizeof w->result, fact->result);
	keep(w->result_condition, sizeof w->result_condition, fact->result_condition);
	loop_stop(w->probing.loop);
}

static void
finished(void *self)
{
	(void)self;
}

static int
setup(void **state)
{
	static const char *const resolver[] = { "127.0.0.1:9" };
	static const struct hosting hosting = {
		.hosts = hosts, .admit = admit, .ended = ended
	};
	struct world *w = calloc(1, sizeof *w);
	struct hosting mine = hosting;
	const char *trouble;
	struct domain domain = { .typed = "them.invalid",
		.ascii = "them.invalid",
		.unicode = "them.invalid" };

	w->probing.loop = loop_open();
	w->probing.resolver = resolver_open(w->probing.loop, resolver, 1, 100, &trouble);
	w->probing.credentials.secret = SECRET;
	w->probing.errands_only = true;
	w->run = run_open(1795000000);
	w->run->asked.from = "us.example";
	w->partner = run_add(w->run, &domain);
	w->plan = plan_open(&w->probing, w->partner, finished, w);
	mine.probing = &w->probing;
	mine.self = w;
	w->inbound = inbound_open(&mine, "127.0.0.1", 0);
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
	loop_close(&w->probing.loop);
	free(w);
	return 0;
}

/* --- the client ----------------------------------------------------------------------- */

/* What is said, and what must have come back before the next is said. "%" stands for the key
 * that is right for the stream "x1". */
struct line {
	const char *say, *expect;
};

static int
dial(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 10 },
		sizeof(struct timeval));
	return connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? fd : -1;
}

static bool
hear(int fd, char *heard, size_t size, const char *expect)
{
	size_t length = 0;
	ssize_t got;

	while (length + 1 < size &&
		(got = read(fd, heard + length, size - length - 1)) > 0) {
		length += (size_t)got;
		heard[length] = '\0';
		if (strstr(heard, expect) != NULL)
			return true;
	}
	fprintf(stderr, "# awaited %s, heard %s\n", expect, heard);
	return false;
}

static const char *
key_of_x1(struct arena *arena)
{
	return secret_key(arena, SECRET, "them.invalid", "us.example", "x1");
}

static void
speak(int fd, const char *say)
{
	struct arena *arena = arena_open();
	const char *text = "", *at;

	for (; (at = strchr(say, '%')) != NULL; say = at + 1)
		text = arena_printf(
			arena, "%s%.*s%s", text, (int)(at - say), say, key_of_x1(arena));
	text = arena_printf(arena, "%s%s", text, say);
	(void)!write(fd, text, strlen(text));
	arena_close(&arena);
}

static int
run_client(int port, const struct line *line)
{
	char heard[8192] = "";
	int fd = dial(port);

	for (; fd >= 0 && line->say != NULL; line++) {
		speak(fd, line->say);
		if (!hear(fd, heard, sizeof heard, line->expect))
			return 1;
	}
	return fd < 0;
}

/* Plays the lines, and lets the listener come to its end. */
static void
play(struct world *w, const struct line *line)
{
	int status, port = inbound_port(w->inbound);
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(run_client(port, line));
	loop_run(w->probing.loop);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(w->ended, 1);
}

#define HEADER_TO(to, from)                                                              \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "                     \
	"xmlns:stream='http://etherx.jabber.org/streams' "                               \
	"xmlns:db='jabber:server:dialback' to='" to "' from='" from "' version='1.0'>"
#define HEADER   HEADER_TO("us.example", "them.invalid")
#define FEATURES "</stream:features>"
#define OVER     "</stream:stream>"

/* --- tests ---------------------------------------------------------------------------- */

static void
answers_for_its_keys(void **state)
{
	struct world *w = *state;
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ "<db:verify from='them.invalid' to='us.example' id='x1'>%</db:verify>",
			"from='us.example' to='them.invalid' id='x1' type='valid'/>" },
		{ "<db:verify from='them.invalid' to='us.example' id='x2'>%</db:verify>",
			"id='x2' type='invalid'/>" },
		{ "<db:verify from='them.invalid' to='other.example' id='x3'>%</db:verify>",
			"<item-not-found " },
		{ OVER, OVER },
		{ NULL, NULL },
	};

	play(w, lines);
	assert_true(w->seen.verify_came);
	assert_string_equal(w->verify, "invalid");
	assert_string_equal(w->error, "");
}

/* Whatever may be a key is in no report. */
static void
shows_no_key(void **state)
{
	struct world *w = *state;
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ "<db:verify from='them.invalid' to='us.example' id='x1'>s3&#x63;ret</db:verify>",
			"type='invalid'/>" },
		{ "<verify xmlns='jabber:server:dialback' from='them.invalid' "
		  "to='us.example' id='x1'><![CDATA[s3cret]]></verify>",
			"type='invalid'/>" },
		{ "<result>s3cret</result>", "<unsupported-stanza-type " },
		{ NULL, NULL },
	};
	unsigned wires = 0;

	play(w, lines);
	for (unsigned n = 1; n <= journal_size(w->partner->journal); n++) {
		const struct observation *o = journal_at(w->partner->journal, n);
		const struct wire_fact *wire = o->fact;

		if (o->kind != FACT_WIRE)
			continue;
		wires++;
		assert_null(strstr(wire->text, "cret"));
		assert_null(strstr(wire->text, "x63"));
	}
	assert_true(wires >= 8);
}

static bool
is_anywhere(const struct journal *journal, const char *key)
{
	struct arena *arena = arena_open();
	bool found = false;

	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);

		found |= o->detail != NULL && strstr(o->detail, key) != NULL;
		for (const struct field *f = fact_record(o->kind)->field; f->name; f++) {
			const char *text = field_text(arena, f, o->fact);

			found |= text != NULL && strstr(text, key) != NULL;
		}
	}
	arena_close(&arena);
	return found;
}

/* Nor is it when it comes back where no key belongs: in attributes, in the text of an
 * error, and where the XML breaks. */
static void
shows_no_key_that_comes_back(void **state)
{
	static const char *const last[] = {
		"<stream:error><undefined-condition "
		"xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
		"<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>no: %</text>"
		"</stream:error>",
		"<what key='%'>%</what>",
		"<what key='%'>%</that>",
		"<message from='a@%' to='%@us.example'/>",
		HEADER_TO("us.example", "%"),
	};
	struct world *w = *state;
	const char *key = key_of_x1(journal_arena(w->partner->journal));

	for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
		const struct line lines[] = {
			{ HEADER, FEATURES },
			{ "<db:verify key='%' from='them.invalid' to='us.example' id='x1'>"
			  "%</db:verify>",
				"id='x1' type='valid'/>" },
			{ "<db:verify from='them.invalid' to='us.example' id='%'>"
			  "%</db:verify>",
				"type='invalid'/>" },
			{ last[i], OVER },
			{ NULL, NULL },
		};

		w->ended = 0;
		play(w, lines);
		assert_null(strstr(w->error_text, key));
	}
	assert_false(is_anywhere(w->partner->journal, key));
}

/* The key that we pass on is the partner's own, and a secret, too. */
static void
shows_no_key_of_the_partner(void **state)
{
	struct world *w = *state;
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ "<db:result from='them.invalid' to='us.example'>their-own-key</db:result>",
			"<remote-server-not-found " },
		{ "<what key='their-own-key'>their-own-<![CDATA[key]]></what>",
			"<unsupported-stanza-type " },
		{ NULL, NULL },
	};

	play(w, lines);
	assert_false(is_anywhere(w->partner->journal, "their-own"));
}

/* A word that could stand anywhere is not hidden: it would take the sense from the rest. */
static void
hides_no_short_word(void **state)
{
	struct world *w = *state;
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ "<db:verify from='them.invalid' to='us.example' id='x1'>them</db:verify>",
			"type='invalid'/>" },
		{ OVER, OVER },
		{ NULL, NULL },
	};

	play(w, lines);
	assert_true(is_anywhere(w->partner->journal, "them.invalid"));
	assert_false(is_anywhere(w->partner->journal, "****.invalid"));
}

/* A message that was meant for somebody is none of ours, whoever brought it. */
static void
shows_no_words_of_people(void **state)
{
	struct world *w = *state;
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ "<message from='a@them.invalid' to='b@us.example'><body>our secret"
		  "</body></message>",
			"<not-authorized " },
		{ NULL, NULL },
	};

	play(w, lines);
	assert_true(is_anywhere(w->partner->journal, "a@them.invalid"));
	assert_false(is_anywhere(w->partner->journal, "our secret"));
}

/* What broke a rule is shown with what stood before it, and that may have been a key. */
static void
shows_no_key_beside_a_breach(void **state)
{
	static const char *const before[] = {
		"<db:verify from='them.invalid' to='us.example' id='x1'>s3cret</db:verify>",
		"<db:result from='them.invalid' to='other.example'>s3cret</db:result>",
		"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>s3cret</auth>",
	};
	struct world *w = *state;
	size_t count;

	for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
		const struct line lines[] = {
			{ HEADER, FEATURES },
			{ before[i], ">" },
			{ "<!-- -->", "<restricted-xml " },
			{ NULL, NULL },
		};
		const struct observation *const *o;
		const struct xml_fact *xml;

		w->ended = 0;
		play(w, lines);
		o = journal_kind(w->partner->journal, FACT_XML, &count);
		assert_int_equal(count, i + 1);
		xml = o[i]->fact;
		assert_true(xml->excerpt == NULL || strstr(xml->excerpt, "cret") == NULL);
	}
}

/* There is no DNS here, so nobody can be asked. */
static void
looks_for_the_authority(void **state)
{
	struct world *w = *state;
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ "<db:result from='them.invalid' to='other.example'>k</db:result>",
			"<item-not-found " },
		{ "<db:result from='third.example' to='us.example'>k</db:result>",
			"<not-acceptable " },
		{ "<db:result from='them.invalid' to='us.example'>k</db:result>",
			"<remote-server-not-found " },
		{ "<message from='a@them.invalid' to='b@us.example'/>",
			"<not-authorized " },
		{ NULL, NULL },
	};

	play(w, lines);
	assert_string_equal(w->result, "error");
	assert_string_equal(w->result_condition, "remote-server-not-found");
	assert_string_equal(w->error, "not-authorized");
	assert_true(w->seen.error_sent);
}

/* Each key makes us connect to somebody. */
static void
looks_into_some_keys_only(void **state)
{
	static const struct line result = {
		"<db:result from='them.invalid' to='us.example'>k</db:result>",
		"<remote-server-not-found "
	};
	struct world *w = *state;
	struct line lines[11] = { { HEADER, FEATURES } };

	for (int i = 1; i <= 8; i++)
		lines[i] = result;
	lines[9] = (struct line){ result.say, "<resource-constraint " };
	play(w, lines);
	assert_string_equal(w->result_condition, "remote-server-not-found");
}

/* A key is looked for in all that its server says, and so must not be endless. */
static void
refuses_an_endless_key(void **state)
{
	static char result[512];
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ result, "<bad-request " },
		{ NULL, NULL },
	};
	struct world *w = *state;

	snprintf(result, sizeof result,
		"<db:result from='them.invalid' to='us.example'>%0257d</db:result>", 0);
	play(w, lines);
	assert_string_equal(w->result_condition, "bad-request");
}

static void
ignores_what_it_did_not_ask(void **state)
{
	struct world *w = *state;
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ "<db:result from='them.invalid' to='us.example' type='valid'/>"
		  "<db:verify from='them.invalid' to='us.example' id='x' type='valid'/>"
		  "<iq type='get' id='i' from='them.invalid' to='us.example'/>",
			"<not-authorized " },
		{ NULL, NULL },
	};

	play(w, lines);
	assert_true(w->seen.unsolicited);
	assert_false(w->seen.result_came);
}

static void
offers_nothing_in_clear(void **state)
{
	struct world *w = *state;
	const struct line lines[] = {
		{ HEADER, FEATURES },
		{ "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>",
			"<encryption-required/>" },
		{ "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<failure " },
		{ NULL, NULL },
	};

	play(w, lines);
	assert_false(w->seen.offered);
	assert_true(w->seen.asked);
	assert_false(w->seen.external_offered);
	assert_int_equal(w->seen.external, INBOUND_SASL_FAILURE);
}

/* One stream each: what is wrong, and the stream error. */
static void
refuses(void **state)
{
	static const struct line wrong[] = {
		{ HEADER_TO("other.example", "them.invalid"), "<host-unknown " },
		{ HEADER_TO("us.example", "third.example"), "<policy-violation " },
		{ HEADER_TO("us.example", "not a name"), "<invalid-from " },
		{ HEADER_TO("", "them.invalid"), "<improper-addressing " },
		{ "<stream:stream xmlns='jabber:client' to='us.example' "
		  "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
			"<invalid-namespace " },
		{ HEADER "<!-- remark -->", "<restricted-xml " },
		{ HEADER "<a></b>", "<not-well-formed " },
		{ HEADER "<bidi xmlns='urn:xmpp:bidi'/>", "<unsupported-stanza-type " },
		{ HEADER "<db:verify from='them.invalid' to='us.example'>k</db:verify>",
			"<improper-addressing " },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		const struct line lines[] = { wrong[i], { NULL, NULL } };

		w->ended = 0;
		play(w, lines);
		assert_true(w->seen.error_sent);
	}
}

/* A partner that calls on and on is not recorded for ever. */
static void
counts_the_attempts(void **state)
{
	struct world *w = *state;
	const struct line welcome[] = { { HEADER, FEATURES }, { NULL, NULL } };
	const struct line weary[] = { { HEADER, "<resource-constraint " },
		{ NULL, NULL } };
	struct inbound_fact fact = { .address = "192.0.2.1" };
	size_t calls, words, more_words;

	play(w, welcome);
	assert_int_equal(w->seen.attempt, 1);
	for (int i = 1; i < INBOUND_MAX_ATTEMPTS; i++)
		journal_add(
			w->partner->journal, &(struct observation){ .probe = "inbound",
						     .kind = FACT_INBOUND,
						     .fact = &fact });
	w->ended = 0;
	journal_kind(w->partner->journal, FACT_WIRE, &words);
	play(w, weary);
	journal_kind(w->partner->journal, FACT_INBOUND, &calls);
	assert_int_equal(calls, INBOUND_MAX_ATTEMPTS);
	journal_kind(w->partner->journal, FACT_WIRE, &more_words);
	assert_int_equal(more_words, words);
}

/* It may have said its name on many connections before it says the rest on each. */
static void
counts_the_bytes(void **state)
{
	enum { ELEMENTS = 40, ID = 4000, SLACK = 65536 };
	struct world *w = *state;
	struct arena *arena = arena_open(), *journal = journal_arena(w->partner->journal);
	char *id = memset(arena_alloc(arena, ID + 1), 'x', ID);
	const char *text = "";
	const struct wire_fact wire = { .text = id };
	struct line lines[] = { { HEADER, FEATURES }, { NULL, "<unsupported-" },
		{ NULL, NULL } };
	size_t calls;

	while (arena_size(journal) < INBOUND_MAX_BYTES - SLACK)
		journal_add(w->partner->journal,
			&(struct observation){
				.probe = "inbound", .kind = FACT_WIRE, .fact = &wire });
	for (int i = 0; i < ELEMENTS; i++)
		text = arena_printf(arena,
			"%s<db:result from='them.invalid' to='us.example' type='valid' "
			"id='%s'/>",
			text, id);
	lines[1].say = arena_printf(arena, "%s<a/>", text);
	play(w, lines);
	assert_true(arena_size(journal) < INBOUND_MAX_BYTES + SLACK);
	journal_kind(w->partner->journal, FACT_INBOUND, &calls);
	assert_int_equal(calls, 1);
	arena_close(&arena);
}

static void
left_alone(void *self, int fd, const char *address, int port)
{
	unsigned *taken = self;

	assert_true(fd >= 0 && port > 0);
	assert_string_equal(address, "127.0.0.1");
	++*taken;
	close(fd);
}

static void
stop(void *self)
{
	loop_stop(self);
}

static void
turns_away_what_is_too_much(void **state)
{
	struct loop *loop = loop_open();
	unsigned taken = 0;
	struct acceptor *a = acceptor_open(loop, NULL, 0, left_alone, &taken);
	int fd[ACCEPTOR_MAX_AT_ADDRESS + 2];
	struct timer *timer;

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < sizeof fd / sizeof fd[0]; i++)
		assert_true((fd[i] = dial(acceptor_port(a))) >= 0);
	timer = timer_open(loop, 50, stop, loop);
	loop_run(loop);
	assert_int_equal(taken, ACCEPTOR_MAX_AT_ADDRESS);
	assert_int_equal(acceptor_turned_away(a), 2);
	acceptor_leave(a, "127.0.0.1");
	close(dial(acceptor_port(a)));
	timer_set(timer, 50);
	loop_run(loop);
	assert_int_equal(taken, ACCEPTOR_MAX_AT_ADDRESS + 1);
	for (size_t i = 0; i < sizeof fd / sizeof fd[0]; i++)
		close(fd[i]);
	timer_close(&timer);
	acceptor_close(&a);
	loop_close(&loop);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(answers_for_its_keys),
		IN_A_WORLD(shows_no_key),
		IN_A_WORLD(shows_no_key_that_comes_back),
		IN_A_WORLD(shows_no_key_of_the_partner),
		IN_A_WORLD(hides_no_short_word),
		IN_A_WORLD(shows_no_words_of_people),
		IN_A_WORLD(shows_no_key_beside_a_breach),
		IN_A_WORLD(looks_for_the_authority),
		IN_A_WORLD(looks_into_some_keys_only),
		IN_A_WORLD(refuses_an_endless_key),
		IN_A_WORLD(ignores_what_it_did_not_ask),
		IN_A_WORLD(offers_nothing_in_clear),
		IN_A_WORLD(refuses),
		IN_A_WORLD(counts_the_attempts),
		IN_A_WORLD(counts_the_bytes),
		cmocka_unit_test(turns_away_what_is_too_much),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
