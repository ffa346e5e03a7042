/* The rules by which a server finds the place to connect to. Everything is derived from
 * the journal each time, so that a saved report is read by the same rules as a run, and
 * an answer that comes late changes what follows from it. */
#include "model/endpoint.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* RFC 6120, 3.2.2 */
enum { DEFAULT_PORT = 5269 };

const char *const mode_names[] = { "starttls", "direct", "file", NULL };

static const char file_prefix[] = "file ";

const char *const srv_lookalikes[] = { "_xmpp_server._tcp", "_xmpp-server._udp",
	"_jabber._tcp", "_xmpp-client._tcp", "_sipfederationtls._tcp", NULL };

const char *
srv_name(struct arena *arena, enum mode mode, const char *domain)
{
	return arena_printf(arena, "_%s._tcp.%s",
		mode == MODE_DIRECT ? "xmpps-server" : "xmpp-server", domain);
}

const char *
tlsa_name(struct arena *arena, int port, const char *host)
{
	return arena_printf(arena, "_%d._tcp.%s", port, host);
}

const char *
srv_random_name(struct arena *arena, const struct partner *partner)
{
	const char *name = partner->asked->probe_name;

	if (name == NULL)
		return NULL;
	return srv_name(arena, MODE_STARTTLS,
		arena_printf(arena, "%.*s.%s", (int)strcspn(name, "."), name,
			partner->domain.ascii));
}

static const struct dns_record **
services(
	struct arena *arena, const struct partner *partner, enum mode mode, size_t *count)
{
	return dns_records(arena, partner->journal, DNS_SRV,
		srv_name(arena, mode, partner->domain.ascii), MAX_SRV, count);
}

static bool
is_root(const struct dns_record *record)
{
	return text_same(record->target, ".");
}

static int
compare_srv(const void *a, const void *b)
{
	const struct dns_record *r = *(const struct dns_record *const *)a;
	const struct dns_record *s = *(const struct dns_record *const *)b;
	int order;

	if (r->priority != s->priority)
		return r->priority < s->priority ? -1 : 1;
	if (r->weight != s->weight)
		return r->weight > s->weight ? -1 : 1;
	order = strcmp(r->target, s->target);
	return order ? order : (r->port > s->port) - (r->port < s->port);
}

const struct dns_record **
srv_records(
	struct arena *arena, const struct partner *partner, enum mode mode, size_t *count)
{
	size_t services_count, kept = 0;
	const struct dns_record **record =
		services(arena, partner, mode, &services_count);

	for (size_t i = 0; i < services_count; i++)
		if (record[i]->target != NULL && !is_root(record[i]))
			record[kept++] = record[i];
	if (kept != 0)
		qsort(record, kept, sizeof *record, compare_srv);
	*count = kept;
	return record;
}

bool
srv_is_declined(struct arena *arena, const struct partner *partner, enum mode mode)
{
	size_t count;
	const struct dns_record **record = services(arena, partner, mode, &count);

	return count == 1 && is_root(record[0]);
}

bool
srv_is_absent(struct arena *arena, const struct partner *partner, enum mode mode)
{
	enum dns_answer answer = dns_read(
		partner->journal, DNS_SRV, srv_name(arena, mode, partner->domain.ascii));

	return answer == ANSWER_NODATA || answer == ANSWER_NXDOMAIN;
}

bool
srv_fallback(struct arena *arena, const struct partner *partner)
{
	return partner->asked->connect_host == NULL && !partner->asked->direct_tls &&
	       srv_is_absent(arena, partner, MODE_STARTTLS) &&
	       srv_is_absent(arena, partner, MODE_DIRECT);
}

/* The endpoints found so far, best first, without doubles. However many addresses a
 * partner publishes, no more than MAX_ENDPOINTS are held. */
struct ranking {
	const struct partner *partner;
	struct arena *arena;
	struct endpoint *endpoint;
	size_t endpoints;
};

static int
compare_endpoints(const struct endpoint *a, const struct endpoint *b)
{
	int order;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	if ((order = strcmp(a->target, b->target)) != 0)
		return order;
	if (a->ipv6 != b->ipv6)
		return a->ipv6 ? -1 : 1; /* RFC 6724 prefers it, and so RFC 8305 does */
	if ((order = strcmp(a->address, b->address)) != 0)
		return order;
	if (a->mode != b->mode)
		return a->mode < b->mode ? -1 : 1;
	return (a->port > b->port) - (a->port < b->port);
}

static bool
is_same(const struct endpoint *a, const struct endpoint *b)
{
	return a->mode == b->mode && a->port == b->port &&
	       text_same_name(a->target, b->target) && text_same(a->address, b->address);
}

static void
take_out(struct ranking *ranking, size_t i)
{
	struct endpoint *at = ranking->endpoint + i;

	memmove(at, at + 1, (--ranking->endpoints - i) * sizeof *at);
}

static void
put_in(struct ranking *ranking, const struct endpoint *endpoint)
{
	struct endpoint *list = arena_grow(ranking->arena, ranking->endpoint,
		ranking->endpoints, sizeof *ranking->endpoint);
	size_t i = ranking->endpoints++;

	ranking->endpoint = list;
	for (; i > 0 && compare_endpoints(endpoint, &list[i - 1]) < 0; i--)
		list[i] = list[i - 1];
	list[i] = *endpoint;
}

static void
rank(struct ranking *ranking, const struct endpoint *endpoint)
{
	struct endpoint *list = ranking->endpoint;
	bool full = ranking->endpoints == MAX_ENDPOINTS;

	if (full && compare_endpoints(endpoint, &list[MAX_ENDPOINTS - 1]) >= 0)
		return;
	for (size_t i = 0; i < ranking->endpoints; i++)
		if (is_same(&list[i], endpoint)) {
			if (compare_endpoints(endpoint, &list[i]) >= 0)
				return;
			take_out(ranking, i);
			full = false;
		}
	if (full)
		take_out(ranking, MAX_ENDPOINTS - 1);
	put_in(ranking, endpoint);
}

/* One target at one of its addresses. */
static void
add_address(struct ranking *ranking, const struct endpoint *target, const char *address)
{
	enum family family = ranking->partner->asked->family;
	struct endpoint endpoint = *target;

	if (address == NULL || !domain_is_address(address))
		return;
	endpoint.address = address;
	endpoint.ipv6 = strchr(address, ':') != NULL;
	if (family == (endpoint.ipv6 ? FAMILY_4 : FAMILY_6))
		return;
	rank(ranking, &endpoint);
}

/* Port 0 cannot be connected to; a check speaks of it. */
static void
add_target(struct ranking *ranking, const struct endpoint *target)
{
	static const enum dns_type type[] = { DNS_AAAA, DNS_A };

	if (target->port < 1 || target->port > 65535)
		return;
	for (size_t t = 0; t < 2; t++) {
		size_t count;
		const struct dns_record **record =
			dns_records(ranking->arena, ranking->partner->journal, type[t],
				target->target, MAX_ENDPOINTS, &count);

		for (size_t i = 0; i < count; i++)
			add_address(ranking, target, record[i]->address);
	}
}

static void
add_services(struct ranking *ranking, enum mode mode)
{
	size_t count;
	const struct dns_record **record =
		srv_records(ranking->arena, ranking->partner, mode, &count);

	for (size_t i = 0; i < count; i++)
		add_target(ranking, &(struct endpoint){ .mode = mode,
					    .target = record[i]->target,
					    .port = record[i]->port,
					    .priority = record[i]->priority,
					    .weight = record[i]->weight });
}

/* An address without the brackets that it may wear. */
static const char *
bare_address(struct arena *arena, const char *address)
{
	return address[0] == '[' ? arena_text(arena, address + 1, strlen(address) - 2)
				 : address;
}

/* RFC 6120, 3.2.3: a host that was configured replaces the whole search. */
static void
add_connect_host(struct ranking *ranking)
{
	const struct asked *asked = ranking->partner->asked;
	struct endpoint target = {
		.mode = asked->direct_tls ? MODE_DIRECT : MODE_STARTTLS,
		.target = asked->connect_host,
		.port = asked->connect_port ? asked->connect_port : DEFAULT_PORT,
	};

	if (domain_is_address(asked->connect_host)) {
		target.target = bare_address(ranking->arena, asked->connect_host);
		add_address(ranking, &target, target.target);
	} else {
		add_target(ranking, &target);
	}
}

static void
add_ids(struct ranking *ranking)
{
	for (size_t i = 0; i < ranking->endpoints; i++) {
		struct endpoint *e = &ranking->endpoint[i];

		e->id = arena_printf(ranking->arena, "%s %s %d %s", mode_names[e->mode],
			e->target, e->port, e->address);
	}
}

/* The only place of a file is the file. */
static const struct endpoint *
file_endpoint(struct arena *arena, const struct partner *partner, size_t *count)
{
	const struct observation *const *list =
		journal_kind(partner->journal, FACT_FILE, count);
	struct endpoint *endpoint = arena_alloc(arena, sizeof *endpoint);
	const struct file_fact *file;

	if (*count == 0)
		return endpoint;
	file = list[*count - 1]->fact;
	*count = 1;
	endpoint->mode = MODE_FILE;
	endpoint->id =
		arena_printf(arena, "%s%s", file_prefix, file->path ? file->path : "");
	return endpoint;
}

const struct endpoint *
endpoints(struct arena *arena, const struct partner *partner, size_t *count)
{
	struct ranking ranking = { .partner = partner, .arena = arena };

	if (partner->role == ROLE_FILE)
		return file_endpoint(arena, partner, count);
	if (partner->asked->connect_host != NULL) {
		add_connect_host(&ranking);
	} else {
		if (!partner->asked->direct_tls)
			add_services(&ranking, MODE_STARTTLS);
		add_services(&ranking, MODE_DIRECT);
		if (srv_fallback(arena, partner))
			add_target(&ranking,
				&(struct endpoint){ .target = partner->domain.ascii,
					.port = DEFAULT_PORT,
					.fallback = true });
	}
	add_ids(&ranking);
	*count = ranking.endpoints;
	return ranking.endpoint;
}

static const char **
add_host(struct arena *arena, const char **host, size_t *hosts, const char *name)
{
	for (size_t i = 0; i < *hosts; i++)
		if (text_same_name(host[i], name))
			return host;
	if (*hosts == MAX_SRV)
		return host;
	host = arena_grow(arena, host, *hosts, sizeof *host);
	host[(*hosts)++] = name;
	return host;
}

const char **
endpoint_hosts(struct arena *arena, const struct partner *partner, size_t *count)
{
	const struct asked *asked = partner->asked;
	enum mode mode = asked->direct_tls ? MODE_DIRECT : MODE_STARTTLS;
	const struct dns_record **record;
	const char **host = NULL;
	size_t records;

	*count = 0;
	if (asked->connect_host != NULL)
		return domain_is_address(asked->connect_host)
			       ? NULL
			       : add_host(arena, NULL, count, asked->connect_host);
	for (; mode <= MODE_DIRECT; mode++) {
		record = srv_records(arena, partner, mode, &records);
		for (size_t i = 0; i < records; i++)
			host = add_host(arena, host, count, record[i]->target);
	}
	if (srv_fallback(arena, partner))
		host = add_host(arena, host, count, partner->domain.ascii);
	return host;
}

/* --- beside the records ----------------------------------------------------------- */

static bool
is_open(const struct partner *partner, enum dns_type type, const char *host)
{
	enum family other = type == DNS_A ? FAMILY_6 : FAMILY_4;

	return partner->asked->family != other &&
	       dns_read(partner->journal, type, host) == ANSWER_PENDING;
}

bool
endpoints_known(struct arena *arena, const struct partner *partner)
{
	size_t hosts;
	const char **host = endpoint_hosts(arena, partner, &hosts);

	for (size_t i = 0; i < hosts; i++)
		if (is_open(partner, DNS_A, host[i]) ||
			is_open(partner, DNS_AAAA, host[i]))
			return false;
	return hosts > 0;
}

static bool
is_among(const struct endpoint *e, const struct endpoint *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].port == e->port && text_same(list[i].address, e->address))
			return true;
	return false;
}

/* A host at its addresses, without those that are endpoints anyway. */
static const struct endpoint *
others(struct arena *arena, const struct partner *partner, const char *host,
	size_t *count)
{
	struct ranking ranking = { .partner = partner, .arena = arena };
	const struct endpoint target = { .target = host, .port = DEFAULT_PORT };
	size_t known, i = 0;
	const struct endpoint *list = endpoints(arena, partner, &known);

	if (domain_is_address(host))
		add_address(&ranking, &target, bare_address(arena, host));
	else
		add_target(&ranking, &target);
	while (i < ranking.endpoints)
		if (is_among(&ranking.endpoint[i], list, known))
			take_out(&ranking, i);
		else
			i++;
	add_ids(&ranking);
	*count = ranking.endpoints < MAX_BARE ? ranking.endpoints : MAX_BARE;
	return ranking.endpoint;
}

const struct endpoint *
bare_endpoints(struct arena *arena, const struct partner *partner, size_t *count)
{
	*count = 0;
	if (partner->asked->connect_host != NULL || partner->asked->direct_tls ||
		srv_fallback(arena, partner) || !endpoints_known(arena, partner))
		return NULL;
	return others(arena, partner, partner->domain.ascii, count);
}

const struct endpoint *
route_endpoints(struct arena *arena, const struct partner *partner, size_t *count)
{
	const struct policy *policy = partner->policy;

	*count = 0;
	if (policy == NULL || policy->proxy == NULL ||
		partner->asked->connect_host != NULL || partner->asked->direct_tls ||
		!endpoints_known(arena, partner))
		return NULL;
	return others(arena, partner, policy->proxy, count);
}

bool
endpoint_may_be_special(const struct asked *asked)
{
	return asked->resolvers != 0 || asked->connect_host != NULL;
}

/* The next word of an id; NULL when it is empty. Moves *id behind the space. */
static const char *
word(struct arena *arena, const char **id)
{
	size_t length = strcspn(*id, " ");
	const char *text = length ? arena_text(arena, *id, length) : NULL;

	*id += length + ((*id)[length] == ' ');
	return text;
}

bool
endpoint_parse(struct arena *arena, const char *id, struct endpoint *endpoint)
{
	const char *rest = id;
	const char *mode = word(arena, &rest), *target = word(arena, &rest);
	const char *port = word(arena, &rest), *address = rest;
	long long number;
	int index;

	if (text_starts(id, file_prefix)) {
		*endpoint = (struct endpoint){ .mode = MODE_FILE,
			.id = arena_strdup(arena, id) };
		return id[strlen(file_prefix)] != '\0';
	}
	if (mode == NULL || target == NULL || port == NULL || address[0] == '[' ||
		!domain_is_address(address) || !text_number(port, 1, 65535, &number) ||
		(index = name_index(mode_names, mode)) < 0)
		return false;
	*endpoint = (struct endpoint){ .mode = (enum mode)index,
		.target = target,
		.address = arena_strdup(arena, address),
		.port = (int)number,
		.ipv6 = strchr(address, ':') != NULL,
		.id = arena_strdup(arena, id) };
	return true;
}

const char *
endpoint_probe(const char *id)
{
	return text_starts(id, file_prefix) ? "file" : "session";
}

const char *
endpoint_show(struct arena *arena, const char *id)
{
	struct endpoint e;
	const char *tls;

	if (!endpoint_parse(arena, id, &e))
		return id;
	if (e.mode == MODE_FILE)
		return arena_strdup(arena, id + strlen(file_prefix));
	tls = e.mode == MODE_DIRECT ? ", direct TLS" : "";
	if (!text_same(e.target, e.address))
		return arena_printf(
			arena, "%s:%d (%s)%s", e.target, e.port, e.address, tls);
	return arena_printf(
		arena, e.ipv6 ? "[%s]:%d%s" : "%s:%d%s", e.address, e.port, tls);
}
