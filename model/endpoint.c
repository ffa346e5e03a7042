/* The rules by which a server finds the place to connect to. Everything is derived from
 * the journal each time, so that a saved report is read by the same rules as a run, and
 * an answer that comes late changes what follows from it. */
#include "model/endpoint.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* RFC 6120, 3.2.2 */
enum { DEFAULT_PORT = 5269 };

const char *const mode_names[] = { "starttls", "direct", NULL };

const char *const srv_lookalikes[] = { "_xmpp_server._tcp", "_xmpp-server._udp",
	"_jabber._tcp", "_xmpp-client._tcp", "_sipfederationtls._tcp", NULL };

const char *const dns_answer_names[] = { "pending", "data", "no-data", "nxdomain",
	"servfail", "bogus", "refused", "silent", "malformed", NULL };

/* A try that brought no message says less than a message that was there before: when TCP
 * fails after truncation, what came by UDP still counts. */
static const struct observation *
find(const struct journal *journal, enum dns_type type, const char *name, bool unchecked)
{
	const struct observation *best = NULL, *const * list;
	size_t count;

	list = journal_kind(journal, FACT_DNS, &count);
	for (size_t i = 0; i < count; i++) {
		const struct observation *o = list[i];
		const struct dns_fact *fact = o->fact;

		if (fact->type != type || fact->checking_disabled != unchecked ||
			!text_same_name(fact->name, name))
			continue;
		if (best == NULL || best->outcome != OUTCOME_OK ||
			o->outcome == OUTCOME_OK)
			best = o;
	}
	return best;
}

const struct observation *
dns_find(const struct journal *journal, enum dns_type type, const char *name)
{
	return find(journal, type, name, false);
}

const struct observation *
dns_find_unchecked(const struct journal *journal, enum dns_type type, const char *name)
{
	return find(journal, type, name, true);
}

static const char *
alias_of(const struct dns_fact *fact, const char *name)
{
	for (size_t i = 0; i < fact->records; i++)
		if (fact->record[i].type == DNS_CNAME &&
			text_same_name(fact->record[i].owner, name))
			return fact->record[i].target;
	return NULL;
}

/* A loop needs no memory of its own: it runs into the limit. */
const char *
dns_canonical(const struct dns_fact *fact, int *aliases)
{
	const char *name = fact->name, *next;
	int count = 0;

	while (name != NULL && (next = alias_of(fact, name)) != NULL)
		name = ++count > MAX_ALIASES ? NULL : next;
	if (aliases != NULL)
		*aliases = count;
	return name;
}

/* Whether record i answers the question, the canonical name being known. */
static bool
is_answer(const struct dns_fact *fact, size_t i, const char *canonical)
{
	return fact->record[i].type == fact->type &&
	       text_same_name(fact->record[i].owner, canonical);
}

static enum dns_answer
read_records(const struct dns_fact *fact)
{
	const char *canonical = dns_canonical(fact, NULL);

	if (canonical == NULL)
		return ANSWER_MALFORMED;
	for (size_t i = 0; i < fact->records; i++)
		if (is_answer(fact, i, canonical))
			return ANSWER_DATA;
	return ANSWER_NODATA;
}

/* RFC 4035, 5.5: a validating resolver says SERVFAIL for bogus data, but hands it out
 * with checking disabled. */
static enum dns_answer
read_servfail(const struct journal *journal, const struct dns_fact *fact)
{
	const struct observation *o = dns_find_unchecked(journal, fact->type, fact->name);
	const struct dns_fact *unchecked = o ? o->fact : NULL;

	if (o != NULL && o->outcome == OUTCOME_OK &&
		(unchecked->rcode == RCODE_NOERROR || unchecked->rcode == RCODE_NXDOMAIN))
		return ANSWER_BOGUS;
	return ANSWER_SERVFAIL;
}

/* The last try by TCP; it is of interest only when it failed. */
static bool
failed_by_tcp(const struct journal *journal, const struct dns_fact *question)
{
	size_t count;
	const struct observation *const *list = journal_kind(journal, FACT_DNS, &count);

	for (size_t i = 0; i < count; i++) {
		const struct dns_fact *fact = list[i]->fact;

		if (fact->tcp && fact->type == question->type &&
			!fact->checking_disabled && list[i]->outcome != OUTCOME_OK &&
			text_same_name(fact->name, question->name))
			return true;
	}
	return false;
}

/* RFC 2181, 9: what is missing from a truncated answer proves nothing. */
static enum dns_answer
read_truncated(const struct journal *journal, const struct dns_fact *fact)
{
	if (read_records(fact) == ANSWER_DATA)
		return ANSWER_DATA;
	return failed_by_tcp(journal, fact) ? ANSWER_SILENT : ANSWER_PENDING;
}

enum dns_answer
dns_read(const struct journal *journal, enum dns_type type, const char *name)
{
	const struct observation *o = dns_find(journal, type, name);
	const struct dns_fact *fact;

	if (o == NULL)
		return ANSWER_PENDING;
	if (o->outcome != OUTCOME_OK)
		return o->outcome == OUTCOME_BAD_PEER ? ANSWER_MALFORMED : ANSWER_SILENT;
	fact = o->fact;
	switch (fact->rcode) {
	case RCODE_NOERROR:
		return fact->truncated ? read_truncated(journal, fact)
				       : read_records(fact);
	case RCODE_NXDOMAIN:
		return ANSWER_NXDOMAIN;
	case RCODE_SERVFAIL:
		return read_servfail(journal, fact);
	case RCODE_REFUSED:
	case RCODE_NOTIMP:
		return ANSWER_REFUSED;
	default:
		return ANSWER_MALFORMED;
	}
}

const struct dns_record **
dns_records(struct arena *arena, const struct journal *journal, enum dns_type type,
	const char *name, size_t limit, size_t *count)
{
	const struct dns_record **record = NULL;
	const struct dns_fact *fact;
	const char *canonical;

	*count = 0;
	if (dns_read(journal, type, name) != ANSWER_DATA)
		return NULL;
	fact = dns_find(journal, type, name)->fact;
	canonical = dns_canonical(fact, NULL);
	for (size_t i = 0; i < fact->records && *count < limit; i++)
		if (is_answer(fact, i, canonical)) {
			record = arena_grow(arena, record, *count, sizeof *record);
			record[(*count)++] = &fact->record[i];
		}
	return record;
}

const char *
dns_climb(const struct journal *journal, enum dns_type type, const char *name,
	enum dns_answer *answer)
{
	const char *dot;

	for (;; name = dot + 1) {
		*answer = dns_read(journal, type, name);
		dot = strchr(name, '.');
		if ((*answer != ANSWER_NODATA && *answer != ANSWER_NXDOMAIN) ||
			dot == NULL)
			return name;
	}
}

const char *
srv_name(struct arena *arena, enum mode mode, const char *domain)
{
	return arena_printf(arena, "_%s._tcp.%s",
		mode == MODE_DIRECT ? "xmpps-server" : "xmpp-server", domain);
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

const struct endpoint *
endpoints(struct arena *arena, const struct partner *partner, size_t *count)
{
	struct ranking ranking = { .partner = partner, .arena = arena };
	struct endpoint *e;

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
	for (size_t i = 0; i < ranking.endpoints; i++) {
		e = &ranking.endpoint[i];
		e->id = arena_printf(arena, "%s %s %d %s", mode_names[e->mode], e->target,
			e->port, e->address);
	}
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
endpoint_show(struct arena *arena, const char *id)
{
	struct endpoint e;
	const char *tls;

	if (!endpoint_parse(arena, id, &e))
		return id;
	tls = e.mode == MODE_DIRECT ? ", direct TLS" : "";
	if (!text_same(e.target, e.address))
		return arena_printf(
			arena, "%s:%d (%s)%s", e.target, e.port, e.address, tls);
	return arena_printf(
		arena, e.ipv6 ? "[%s]:%d%s" : "%s:%d%s", e.address, e.port, tls);
}
