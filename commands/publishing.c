/* The values of the options of `fedprobe records`. */
#include "commands/publishing.h"

#include "base/text.h"
#include "commands/options.h"

#include <arpa/inet.h>
#include <string.h>

/* A user's own Edges; nobody has more, and each costs questions. */
enum { MAX_EDGES = 64, MAX_ADDRESSES = 64 };

static struct edge *
add_edge(struct settings *s, const char *host)
{
	struct publishing *p = &s->publishing;

	p->edge = arena_grow(s->arena, p->edge, p->edges, sizeof *p->edge);
	p->edge[p->edges].host = arena_strdup(s->arena, host);
	return &p->edge[p->edges++];
}

/* The Edge whose name is not known yet: addresses came before it. */
static struct edge *
nameless(struct settings *s)
{
	struct publishing *p = &s->publishing;

	return p->edges > 0 && p->edge[0].host == NULL ? &p->edge[0] : NULL;
}

void
publishing_use(struct settings *s, const char *host)
{
	struct edge *edge = nameless(s);

	if (edge != NULL)
		edge->host = arena_strdup(s->arena, host);
	else if (s->publishing.edges == 0)
		add_edge(s, host);
}

const char *
publishing_domain(struct settings *s, const char *value)
{
	return options_add_domain(s, "records: --from: ", value) ? NULL : "";
}

const char *
publishing_edge(struct settings *s, const char *value)
{
	struct domain domain;
	const char *trouble = domain_parse(s->arena, value, &domain);
	struct edge *edge = nameless(s);

	if (trouble != NULL)
		return arena_printf(s->arena, "\"%s\" is no host: %s", value, trouble);
	for (size_t i = 0; i < s->publishing.edges; i++)
		if (text_same(s->publishing.edge[i].host, domain.ascii))
			return arena_printf(s->arena, "\"%s\" is there already", value);
	if (s->publishing.edges == MAX_EDGES)
		return "there are too many";
	if (edge != NULL)
		edge->host = domain.ascii;
	else
		add_edge(s, domain.ascii);
	return NULL;
}

/* As DNS shows it, so that both can be compared. */
static const char *
canonical(struct arena *arena, const char *value)
{
	static const int family[] = { AF_INET, AF_INET6 };
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	for (size_t i = 0; i < 2; i++)
		if (inet_pton(family[i], value, &address) == 1)
			return arena_strdup(
				arena, inet_ntop(family[i], &address, text, sizeof text));
	return NULL;
}

const char *
publishing_address(struct settings *s, const char *value)
{
	struct publishing *p = &s->publishing;
	struct edge *edge = p->edges ? &p->edge[p->edges - 1] : add_edge(s, NULL);
	const char *address = canonical(s->arena, value);

	if (address == NULL)
		return arena_printf(s->arena, "\"%s\" is no IP address", value);
	for (size_t i = 0; i < edge->addresses; i++)
		if (strcmp(edge->address[i], address) == 0)
			return arena_printf(s->arena, "\"%s\" is there already", value);
	if (edge->addresses == MAX_ADDRESSES)
		return "there are too many";
	edge->address = arena_grow(
		s->arena, edge->address, edge->addresses, sizeof *edge->address);
	edge->address[edge->addresses++] = address;
	return NULL;
}

static const char *
read_port(struct settings *s, const char *value, int *port)
{
	long long number;

	if (!text_number(value, 1, 65535, &number))
		return arena_printf(
			s->arena, "\"%s\" is no port; a port is 1 to 65535", value);
	*port = (int)number;
	return NULL;
}

const char *
publishing_port(struct settings *s, const char *value)
{
	return read_port(s, value, &s->publishing.port);
}

const char *
publishing_tls_port(struct settings *s, const char *value)
{
	return read_port(s, value, &s->publishing.tls_port);
}

const char *
publishing_certificate(struct settings *s, const char *value)
{
	s->publishing.certificate = arena_strdup(s->arena, value);
	return NULL;
}

const char *
publishing_offline(struct settings *s, const char *value)
{
	(void)value;
	s->publishing.offline = true;
	return NULL;
}
