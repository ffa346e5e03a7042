/* What a server accepts in TLS, by elimination: a hello offers everything, what the server
 * chooses is taken away, and so on until it refuses. Derived from the journal; nothing here
 * is stored. */
#pragma once

#include "model/endpoint.h"
#include "model/suite.h"

/* Connections for one endpoint, and endpoints of one partner: a server that accepts all that
 * we know of takes about as many, and most take half. */
enum { SCAN_MAX_HELLOS = 40, SCAN_MAX_ENDPOINTS = 4 };

/* What it accepts with one version. */
struct scan_version {
	bool accepted;      /* any suite at all */
	const char **suite; /* in the order of the server's choice */
	size_t suites;
	bool suites_over; /* nothing more is accepted */
	const char **group;
	size_t groups;
	bool groups_over;
	int prime_bits; /* the smallest that was seen */
};

struct scan {
	struct scan_version version[TLS_VERSIONS];
	unsigned hellos; /* connections that it took so far */
	bool broken_off; /* one did not get as far as TLS; no more are made */
	bool silent;     /* one got no answer, which may mean anything */
};

/* What the next hello offers: nothing but this version. */
struct offer {
	enum hello_about about;
	enum tls_version version;
	const struct tls_name *suite[64], *group[16];
	size_t suites, groups;
};

/* What is known so far; `endpoint` is an id. */
void scan_read(struct arena *arena, const struct journal *journal, const char *endpoint,
	struct scan *scan);

/* What to offer next; false when the scan is over. */
bool scan_next(const struct scan *scan, struct offer *offer);

/* It is over, and what it did not find the server does not accept. */
bool scan_is_whole(const struct scan *scan);

/* The endpoints worth a scan, best first: the session has shown that TLS is there. One
 * address stands for all of a host and port. */
const struct endpoint *scan_endpoints(
	struct arena *arena, const struct partner *partner, size_t *count);
