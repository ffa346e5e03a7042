/* A scenario: the world around one domain, read from a text file. rig/README.md tells
 * the language. */
#pragma once

#include "rig/recipe.h"
#include "rig/script.h"

/* A zone line with variables; it is put in when the ports are known. */
struct zone_line {
	struct bytes text;
	int line;
	long times;
};

/* What the name server does wrong (or, once, right) when it is asked for a name. */
enum fault {
	FAULT_SERVFAIL = 1,
	FAULT_REFUSED = 2,
	FAULT_SILENT = 4,
	FAULT_NO_TCP = 8,       /* truncates by UDP, hangs up on TCP */
	FAULT_LYING = 16,       /* answers another question */
	FAULT_GARBAGE = 32,     /* a message that leads a parser round in circles */
	FAULT_AUTHENTIC = 64,   /* sets AD, as after validation */
	FAULT_BOGUS = 128,      /* SERVFAIL unless checking is disabled */
	FAULT_SILENT_TCP = 256, /* truncates by UDP, is silent on TCP */
	FAULT_LOOP = 512,       /* two aliases that point to each other */
	FAULT_MISPLACED = 1024, /* records that belong to another name */
};

struct fault_line {
	const char *name; /* relative to the domain; "*": the domain and all below it */
	unsigned faults;
	long delay_ms;
	struct bytes text; /* of an extended error (RFC 8914); NULL for none */
};

enum presence {
	PEER_OPEN,
	PEER_CLOSED,  /* the port refuses */
	PEER_BLOCKED, /* the port swallows every SYN */
};

struct peer_plan {
	const char *name, *address;
	enum presence presence;
	long delay_ms; /* of each byte, either way */
	struct script script;
	int port; /* once it is bound */
};

/* Connects to whoever listens as the domain that is tested. */
struct caller_plan {
	const char *name;
	const char *address; /* it comes from here; NULL: from one of its own */
	long times;          /* that it calls */
	bool called_for;     /* it calls only when a peer says so */
	struct script script;
};

struct scenario {
	const char *file, *name;
	const char *title, *teaches, *domain;
	const char **expect; /* "cause.cert.expired", or "starttls.offered fail" */
	size_t expects;
	const char **told; /* what `fedprobe listen` must say of a call */
	size_t tolds;
	const char *depth; /* at which it must be found, or NULL */
	bool credentials;  /* it is found only by one who has some */
	bool agreed;       /* it is found only when such tests were agreed */
	bool message;      /* it is found only by one who writes to somebody there */
	struct zone_line *zone;
	size_t zones;
	struct fault_line *fault;
	size_t faults;
	struct recipe *recipe;
	size_t recipes;
	struct peer_plan *peer;
	size_t peers;
	struct caller_plan *caller;
	size_t callers;
};

/* NULL and *trouble, one line "FILE:LINE: reason", when it is wrong. All of it is
 * in the arena. */
struct scenario *scenario_read(
	struct arena *arena, const char *file, const char **trouble);

/* The same from memory. */
struct scenario *scenario_parse(
	struct arena *arena, const char *file, const char *text, const char **trouble);

/* Puts the values of $domain, $port, $port(PEER) and $address(PEER) in; $n is the number
 * of the repetition. NULL and *trouble when a variable is unknown. */
const char *scenario_expand(struct arena *arena, const struct scenario *scenario,
	struct bytes text, int line, long n, const char **trouble);
