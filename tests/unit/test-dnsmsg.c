/* DNS messages, written byte by byte, to facts. */
#include "net/dnsmsg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NOERROR = 0, SERVFAIL = 2, NXDOMAIN = 3 };
enum {
	A = 1,
	CNAME = 5,
	SOA = 6,
	MX = 15,
	SRV = 33,
	OPT = 41,
	RRSIG = 46,
	TLSA = 52,
	CAA = 257
};
enum { AA = 0x0400, TC = 0x0200, AD = 0x0020, ANSWER = 0x8180 };

static const char service[] = "_xmpp-server._tcp.example.com";

/* A message in the making; the counts are kept as records are added. */
struct message {
	uint8_t bytes[65535];
	size_t length, rdata;
};

static void
put(struct message *m, const void *bytes, size_t length)
{
	assert_true(m->length + length <= sizeof m->bytes);
	memcpy(m->bytes + m->length, bytes, length);
	m->length += length;
}

static void
put8(struct message *m, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	put(m, &byte, 1);
}

static void
put16(struct message *m, unsigned value)
{
	put8(m, value >> 8);
	put8(m, value & 0xff);
}

static void
put32(struct message *m, uint32_t value)
{
	put16(m, value >> 16);
	put16(m, value & 0xffff);
}

static void
put_name(struct message *m, const char *name)
{
	while (*name != '\0') {
		size_t length = strcspn(name, ".");

		put8(m, (unsigned)length);
		put(m, name, length);
		name += length + (name[length] == '.');
	}
	put8(m, 0);
}

static void
count(struct message *m, int section)
{
	uint8_t *at = m->bytes + 4 + 2 * section;
	unsigned value = (unsigned)(at[0] << 8 | at[1]) + 1;

	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void
begin(struct message *m, unsigned flags, const char *name, unsigned type)
{
	memset(m, 0, sizeof *m);
	put16(m, 0x1234);
	put16(m, ANSWER | flags);
	put32(m, 0);
	put32(m, 0);
	count(m, 0);
	put_name(m, name);
	put16(m, type);
	put16(m, 1);
}

/* Up to the RDATA, which follows; end_record() writes its length. */
static void
begin_record(
	struct message *m, int section, const char *owner, unsigned type, uint32_t ttl)
{
	count(m, section);
	put_name(m, owner);
	put16(m, type);
	put16(m, type == OPT ? 1232 : 1);
	put32(m, ttl);
	put16(m, 0);
	m->rdata = m->length;
}

static void
end_record(struct message *m)
{
	size_t length = m->length - m->rdata;

	m->bytes[m->rdata - 2] = (uint8_t)(length >> 8);
	m->bytes[m->rdata - 1] = (uint8_t)length;
}

static void
put_srv(struct message *m, unsigned priority, unsigned weight, unsigned port,
	const char *target)
{
	begin_record(m, 1, service, SRV, 3600);
	put16(m, priority);
	put16(m, weight);
	put16(m, port);
	put_name(m, target);
	end_record(m);
}

static void
put_a(struct message *m, const char *owner, uint32_t address)
{
	begin_record(m, 1, owner, A, 300);
	put32(m, address);
	end_record(m);
}

static void
put_signature(struct message *m, uint32_t expires)
{
	begin_record(m, 1, service, RRSIG, 3600);
	put16(m, SRV);
	put8(m, 13);
	put8(m, 4);
	put32(m, 3600);
	put32(m, expires);
	put32(m, expires - 1000);
	put16(m, 4711);
	put_name(m, "example.com");
	put(m, "signature", 9);
	end_record(m);
}

static void
put_soa(struct message *m, uint32_t ttl, uint32_t minimum)
{
	begin_record(m, 2, "Example.COM", SOA, ttl);
	put_name(m, "ns.example.com");
	put_name(m, "hostmaster.example.com");
	for (uint32_t i = 1; i <= 4; i++)
		put32(m, i);
	put32(m, minimum);
	end_record(m);
}

struct world {
	struct arena *arena;
	struct message message;
	struct dns_fact fact;
	const char *detail;
};

static int
setup(void **state)
{
	static struct world world; /* too large for the stack */

	memset(&world, 0, sizeof world);
	world.arena = arena_open();
	*state = &world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	arena_close(&w->arena);
	return 0;
}

static enum outcome
read_answer(struct world *w, enum dns_type type, const char *name)
{
	w->fact = (struct dns_fact){ .name = name, .type = type };
	return dnsmsg_read(
		w->arena, w->message.bytes, w->message.length, &w->fact, &w->detail);
}

static void
assert_well(struct world *w, enum dns_type type, const char *name)
{
	assert_int_equal(read_answer(w, type, name), OUTCOME_OK);
	assert_null(w->detail);
	assert_int_equal(w->fact.size, w->message.length);
}

static void
assert_bad(struct world *w, enum dns_type type, const char *name)
{
	assert_int_equal(read_answer(w, type, name), OUTCOME_BAD_PEER);
	assert_non_null(w->detail);
	assert_int_equal(w->fact.records, 0);
	assert_int_equal(w->fact.rcode, RCODE_NONE);
}

static void
test_question(void **state)
{
	static const uint8_t want[] = { 0, 0, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0,
		1, /* header */
		7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 3, 'c', 'o', 'm', 0, 0, 33, 0, 1, 0,
		0, 41, 0x04, 0xd0, 0, 0, 0x80, 0, 0, 0 }; /* OPT: 1232 octets, DO */
	struct world *w = *state;
	uint8_t *got;
	size_t length;

	got = dnsmsg_question(w->arena, "example.com", DNS_SRV, false, &length);
	assert_int_equal(length, sizeof want);
	got[0] = got[1] = 0; /* the id is the resolver's business */
	assert_memory_equal(got, want, sizeof want);
	got = dnsmsg_question(w->arena, "example.com", DNS_SRV, true, &length);
	assert_int_equal(got[3], 0x30); /* AD and CD */
}

static void
test_name_that_does_not_fit(void **state)
{
	struct world *w = *state;
	char label[80] = { 0 };
	size_t length;

	memset(label, 'a', 64);
	assert_null(dnsmsg_question(w->arena, label, DNS_A, false, &length));
	assert_null(dnsmsg_question(w->arena, "", DNS_A, false, &length));
	assert_null(dnsmsg_question(w->arena, "a..b", DNS_A, false, &length));
}

static void
test_srv(void **state)
{
	struct world *w = *state;
	const struct dns_record *r;

	begin(&w->message, AA | AD, service, SRV);
	put_srv(&w->message, 5, 10, 5269, "XMPP.Example.com");
	put_srv(&w->message, 6, 0, 0, "");
	assert_well(w, DNS_SRV, service);
	assert_int_equal(w->fact.rcode, RCODE_NOERROR);
	assert_true(w->fact.authenticated && w->fact.authoritative && !w->fact.truncated);
	assert_int_equal(w->fact.records, 2);
	r = w->fact.record;
	assert_string_equal(r[0].owner, service);
	assert_int_equal(r[0].type, DNS_SRV);
	assert_int_equal(r[0].ttl, 3600);
	assert_int_equal(r[0].priority, 5);
	assert_int_equal(r[0].weight, 10);
	assert_int_equal(r[0].port, 5269);
	assert_string_equal(r[0].target, "xmpp.example.com");
	assert_string_equal(r[0].data, "5 10 5269 XMPP.Example.com.");
	assert_string_equal(r[1].target, ".");
}

static void
test_aliases_and_addresses(void **state)
{
	static const uint8_t v6[] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		1 };
	struct world *w = *state;

	begin(&w->message, 0, "www.example.com", A);
	begin_record(&w->message, 1, "www.example.com", CNAME, 60);
	put_name(&w->message, "host.example.net");
	end_record(&w->message);
	put_a(&w->message, "host.example.net", 0xc0000201);
	begin_record(&w->message, 1, "host.example.net", 28, 0x80000000);
	put(&w->message, v6, 16);
	end_record(&w->message);
	assert_well(w, DNS_A, "WWW.example.com");
	assert_int_equal(w->fact.records, 3);
	assert_int_equal(w->fact.record[0].type, DNS_CNAME);
	assert_string_equal(w->fact.record[0].target, "host.example.net");
	assert_string_equal(w->fact.record[1].address, "192.0.2.1");
	assert_string_equal(w->fact.record[2].address, "2001:db8::1");
	assert_int_equal(w->fact.record[2].ttl, 0); /* RFC 2181, 8 */
}

static void
test_data(void **state)
{
	struct world *w = *state;

	begin(&w->message, 0, "_5269._tcp.example.com", TLSA);
	begin_record(&w->message, 1, "_5269._tcp.example.com", TLSA, 60);
	put(&w->message, "\3\1\1\xab\xcd", 5);
	end_record(&w->message);
	begin_record(&w->message, 1, "example.com", MX, 60);
	put16(&w->message, 10);
	put_name(&w->message, "mail.example.com");
	end_record(&w->message);
	begin_record(&w->message, 1, "example.com", 65400, 60);
	put(&w->message, "\1\2", 2);
	end_record(&w->message);
	assert_well(w, DNS_TLSA, "_5269._tcp.example.com");
	assert_int_equal(w->fact.records, 3);
	assert_string_equal(w->fact.record[0].data, "3 1 1 abcd");
	assert_int_equal(w->fact.record[1].type, DNS_OTHER);
	assert_string_equal(w->fact.record[1].data, "MX 10 mail.example.com.");
	assert_string_equal(w->fact.record[2].data, "TYPE65400 \\# 2 0102");
}

/* RFC 8659, 4.1: the value is the rest of the RDATA, and may be nothing. */
static void
test_caa(void **state)
{
	struct world *w = *state;

	begin(&w->message, 0, "example.com", CAA);
	begin_record(&w->message, 1, "example.com", CAA, 60);
	put(&w->message, "\0\5issueca.example; a=b", 22);
	end_record(&w->message);
	begin_record(&w->message, 1, "example.com", CAA, 60);
	put(&w->message, "\200\3tbs\33[1m", 9);
	end_record(&w->message);
	begin_record(&w->message, 1, "example.com", CAA, 60);
	put(&w->message, "\0\5issue", 7);
	end_record(&w->message);
	assert_well(w, DNS_CAA, "example.com");
	assert_int_equal(w->fact.records, 3);
	assert_int_equal(w->fact.record[0].type, DNS_CAA);
	assert_false(w->fact.record[0].critical);
	assert_string_equal(w->fact.record[0].tag, "issue");
	assert_string_equal(w->fact.record[0].value, "ca.example; a=b");
	assert_string_equal(w->fact.record[0].data, "0 issue \"ca.example; a=b\"");
	assert_true(w->fact.record[1].critical);
	assert_string_equal(w->fact.record[1].tag, "tbs");
	assert_string_equal(w->fact.record[1].value, "\\x1b[1m");
	assert_string_equal(w->fact.record[2].tag, "issue");
	assert_string_equal(w->fact.record[2].value, "");
}

/* ldns makes texts of tags that are none; what it cannot make one of is no text. */
static void
test_broken_caa(void **state)
{
	struct world *w = *state;

	begin(&w->message, 0, "example.com", CAA);
	begin_record(&w->message, 1, "example.com", CAA, 60);
	put(&w->message, "\0\0x", 3);
	end_record(&w->message);
	assert_well(w, DNS_CAA, "example.com");
	assert_string_equal(w->fact.record[0].tag, "");
	assert_string_equal(w->fact.record[0].value, "x");
	begin(&w->message, 0, "example.com", CAA);
	begin_record(&w->message, 1, "example.com", CAA, 60);
	put(&w->message, "\0\11issue", 7);
	end_record(&w->message);
	assert_bad(w, DNS_CAA, "example.com");
	begin(&w->message, 0, "example.com", CAA);
	begin_record(&w->message, 1, "example.com", CAA, 60);
	put(&w->message, "\0", 1);
	end_record(&w->message);
	assert_bad(w, DNS_CAA, "example.com");
}

static void
test_strange_targets_stay_escaped(void **state)
{
	struct world *w = *state;

	begin(&w->message, 0, service, SRV);
	begin_record(&w->message, 1, service, SRV, 60);
	put(&w->message, "\0\0\0\0\24\225\4a.\tb\0", 12);
	end_record(&w->message);
	assert_well(w, DNS_SRV, service);
	assert_string_equal(w->fact.record[0].target, "a\\.\\009b");
	assert_string_equal(w->fact.record[0].data, "0 0 5269 a\\.\\009b.");
}

static void
test_signatures(void **state)
{
	struct world *w = *state;

	begin(&w->message, 0, service, SRV);
	put_srv(&w->message, 0, 0, 5269, "a.example.com");
	put_signature(&w->message, 1800000000);
	put_signature(&w->message, 1700000000);
	put_signature(&w->message, 4000000000);
	assert_well(w, DNS_SRV, service);
	assert_int_equal(w->fact.records, 1);
	assert_int_equal(w->fact.signature_begins, 4000000000 - 1000);
	assert_int_equal(w->fact.signature_expires, 1700000000);
}

static void
test_negative(void **state)
{
	struct world *w = *state;

	begin(&w->message, NXDOMAIN, service, SRV);
	put_soa(&w->message, 3600, 900);
	assert_well(w, DNS_SRV, service);
	assert_int_equal(w->fact.rcode, RCODE_NXDOMAIN);
	assert_string_equal(w->fact.zone, "example.com");
	assert_int_equal(w->fact.negative_ttl, 900);
	begin(&w->message, NOERROR, service, SRV);
	put_soa(&w->message, 60, 900);
	assert_well(w, DNS_SRV, service);
	assert_int_equal(w->fact.negative_ttl, 60);
}

static void
test_extended_errors(void **state)
{
	struct world *w = *state;

	begin(&w->message, SERVFAIL, service, SRV);
	begin_record(&w->message, 3, "", OPT, 0);
	put(&w->message, "\0\3\0\2ns", 6); /* NSID, to be passed over */
	put(&w->message, "\0\17\0\11\0\7expired", 13);
	put(&w->message, "\0\17\0\2\0\26", 6);
	put(&w->message, "\0\17\0\5\0\0a\033\0", 9);
	end_record(&w->message);
	assert_well(w, DNS_SRV, service);
	assert_int_equal(w->fact.rcode, RCODE_SERVFAIL);
	assert_int_equal(w->fact.errors, 3);
	assert_int_equal(w->fact.error[0].code, 7);
	assert_string_equal(w->fact.error[0].text, "expired");
	assert_int_equal(w->fact.error[1].code, 22);
	assert_null(w->fact.error[1].text);
	assert_string_equal(w->fact.error[2].text, "a\\x1b");
}

static void
test_extended_rcode(void **state)
{
	struct world *w = *state;

	begin(&w->message, NOERROR, service, SRV);
	begin_record(&w->message, 3, "", OPT, 0x01000000); /* BADVERS */
	end_record(&w->message);
	assert_well(w, DNS_SRV, service);
	assert_int_equal(w->fact.rcode, RCODE_OTHER);
}

static void
test_another_question(void **state)
{
	struct world *w = *state;

	begin(&w->message, 0, service, SRV);
	assert_bad(w, DNS_A, service);
	assert_bad(w, DNS_SRV, "_xmpps-server._tcp.example.com");
	w->message.bytes[2] &= 0x7f;
	assert_bad(w, DNS_SRV, service); /* a question itself */
	begin(&w->message, 0, service, SRV);
	w->message.bytes[5] = 0;
	assert_bad(w, DNS_SRV, service); /* no question */
}

/* What is short passes only when it says so itself (TC). */
static void
test_cut(void **state)
{
	struct world *w = *state;
	size_t whole;

	begin(&w->message, 0, service, SRV);
	put_srv(&w->message, 0, 0, 5269, "a.example.com");
	whole = w->message.length;
	put_srv(&w->message, 0, 0, 5269, "b.example.com");
	while (--w->message.length > whole)
		assert_bad(w, DNS_SRV, service);
	w->message.bytes[2] |= TC >> 8;
	assert_well(w, DNS_SRV, service);
	assert_true(w->fact.truncated);
	assert_int_equal(w->fact.records, 1);
	while (w->message.length-- > 0) {
		enum outcome outcome = read_answer(w, DNS_SRV, service);

		assert_true(outcome == OUTCOME_OK || outcome == OUTCOME_BAD_PEER);
		assert_int_equal(w->fact.records, 0);
	}
}

static void
test_broken(void **state)
{
	struct world *w = *state;

	begin(&w->message, 0, service, SRV);
	w->message.bytes[6] = 0xff; /* 65,280 records, none there */
	assert_bad(w, DNS_SRV, service);
	begin(&w->message, 0, service, SRV);
	begin_record(&w->message, 1, service, SRV, 60);
	put16(&w->message, 1); /* only the priority */
	end_record(&w->message);
	assert_bad(w, DNS_SRV, service);
	begin(&w->message, 0, service, SRV);
	count(&w->message, 1);
	put16(&w->message, 0xc000 | (unsigned)w->message.length); /* points to itself */
	put32(&w->message, SRV << 16 | 1);
	put32(&w->message, 60);
	put16(&w->message, 0);
	assert_bad(w, DNS_SRV, service);
	begin(&w->message, 0, service, SRV);
	begin_record(&w->message, 3, "", OPT, 0);
	put(&w->message, "\0\17\0\11\0\7", 6); /* an option longer than the record */
	end_record(&w->message);
	assert_bad(w, DNS_SRV, service);
}

static void
test_limit(void **state)
{
	struct world *w = *state;

	begin(&w->message, 0, "example.com", A);
	for (uint32_t i = 0; i < 1000; i++)
		put_a(&w->message, "example.com", 0xc6336400 + i);
	assert_well(w, DNS_A, "example.com");
	assert_int_equal(w->fact.records, DNSMSG_MAX_RECORDS);
	assert_string_equal(w->fact.record[0].address, "198.51.100.0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_question),
		TEST(test_name_that_does_not_fit),
		TEST(test_srv),
		TEST(test_aliases_and_addresses),
		TEST(test_data),
		TEST(test_caa),
		TEST(test_broken_caa),
		TEST(test_strange_targets_stay_escaped),
		TEST(test_signatures),
		TEST(test_negative),
		TEST(test_extended_errors),
		TEST(test_extended_rcode),
		TEST(test_another_question),
		TEST(test_cut),
		TEST(test_broken),
		TEST(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
