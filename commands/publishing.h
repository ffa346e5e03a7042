/* What `fedprobe records` is asked to print, and the options that only it has. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct settings;

/* A host that our SRV records lead to; partners prefer the first. */
struct edge {
	const char *host; /* A-labels; NULL: that of the file, which is not read yet */
	const char **address;
	size_t addresses;
};

struct publishing {
	struct edge *edge;
	size_t edges;
	int port;                /* 0: that of the file, or 5269 */
	int tls_port;            /* where TLS comes first (XEP-0368); 0: nowhere */
	const char *certificate; /* the file whose key TLSA names */
	bool offline;            /* DNS is not asked */
};

/* The Edge of partners.xml (A-labels), unless the command line has one. */
void publishing_use(struct settings *settings, const char *host);

/* Values of options, as in commands/options.c: NULL, or what is wrong with it. A
 * --address belongs to the --edge before it. */
const char *publishing_domain(struct settings *settings, const char *value);
const char *publishing_edge(struct settings *settings, const char *value);
const char *publishing_address(struct settings *settings, const char *value);
const char *publishing_port(struct settings *settings, const char *value);
const char *publishing_tls_port(struct settings *settings, const char *value);
const char *publishing_certificate(struct settings *settings, const char *value);
const char *publishing_offline(struct settings *settings, const char *value);
