/* Journals of DNS answers for tests: a partner "example.com", and what it was answered. */
#pragma once

#include "model/endpoint.h"

#include <stdint.h>
#include <string.h>

#define PLAIN  "_xmpp-server._tcp.example.com"
#define DIRECT "_xmpps-server._tcp.example.com"

struct world {
	struct run *run;
	struct partner *partner;
	struct arena *arena;
};

static inline int
setup(void **state)
{
	static struct world world;
	static const struct domain domain = { "example.com", "example.com",
		"example.com" };

	world.run = run_open(1795200000);
	world.partner = run_add(world.run, &domain);
	world.arena = arena_open();
	*state = &world;
	return 0;
}

static inline int
teardown(void **state)
{
	struct world *w = *state;

	arena_close(&w->arena);
	run_close(&w->run);
	return 0;
}

static inline void
add(struct world *w, enum outcome outcome, const struct dns_fact *fact)
{
	struct observation o = {
		.probe = "dns", .outcome = outcome, .kind = FACT_DNS, .fact = fact
	};

	journal_add(w->partner->journal, &o);
}

static inline struct dns_fact
fact(enum dns_type type, const char *name, enum dns_rcode rcode)
{
	return (struct dns_fact){ .type = type, .name = name, .rcode = rcode };
}

static inline struct dns_fact
data(enum dns_type type, const char *name, const struct dns_record *record,
	size_t records)
{
	struct dns_fact f = fact(type, name, RCODE_NOERROR);

	f.record = (struct dns_record *)(uintptr_t)record; /* the journal copies it */
	f.records = records;
	return f;
}

static inline void
add_answer(struct world *w, enum dns_type type, const char *name,
	const struct dns_record *record, size_t records)
{
	struct dns_fact f = data(type, name, record, records);

	add(w, OUTCOME_OK, &f);
}

#define ANSWER(w, type, name, ...)                                                       \
	add_answer((w), (type), (name), (const struct dns_record[]){ __VA_ARGS__ },      \
		sizeof((const struct dns_record[]){ __VA_ARGS__ }) /                     \
			sizeof(struct dns_record))

static inline void
add_rcode(struct world *w, enum dns_type type, const char *name, enum dns_rcode rcode)
{
	struct dns_fact f = fact(type, name, rcode);

	add(w, OUTCOME_OK, &f);
}

static inline void
add_unchecked(struct world *w, enum dns_type type, const char *name, enum dns_rcode rcode)
{
	struct dns_fact f = fact(type, name, rcode);

	f.checking_disabled = true;
	add(w, OUTCOME_OK, &f);
}

static inline void
add_failure(struct world *w, const char *name, enum outcome outcome, bool tcp)
{
	struct dns_fact f = fact(DNS_SRV, name, RCODE_NONE);

	f.tcp = tcp;
	add(w, outcome, &f);
}

static inline struct dns_record
srv(const char *owner, int priority, int weight, int port, const char *target)
{
	return (struct dns_record){ .owner = owner,
		.type = DNS_SRV,
		.priority = priority,
		.weight = weight,
		.port = port,
		.target = target };
}

static inline struct dns_record
alias(const char *owner, const char *target)
{
	return (struct dns_record){ .owner = owner, .type = DNS_CNAME, .target = target };
}

static inline struct dns_record
address(const char *owner, const char *text)
{
	return (struct dns_record){ .owner = owner,
		.type = strchr(text, ':') ? DNS_AAAA : DNS_A,
		.address = text };
}

static inline void
add_address(struct world *w, const char *name, const char *text)
{
	ANSWER(w, strchr(text, ':') ? DNS_AAAA : DNS_A, name, address(name, text));
}
