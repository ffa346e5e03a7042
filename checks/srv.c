/* The checks of what stands in the SRV records: legal DNS that other servers cannot use,
 * and the errors that people make in zone files. */
#include "checks/srv.h"

#include "base/text.h"
#include "checks/progress.h"

/* --- looking ---------------------------------------------------------------------- */

void
srv_look(struct inquiry *q, struct service service[2])
{
	for (enum mode mode = MODE_STARTTLS; mode <= MODE_DIRECT; mode++) {
		struct service *s = &service[mode];

		s->name = srv_name(q->arena, mode, q->partner->domain.ascii);
		s->answer = cite_answer(q, DNS_SRV, s->name);
		s->record = srv_records(q->arena, q->partner, mode, &s->records);
		s->declined = srv_is_declined(q->arena, q->partner, mode);
	}
}

bool
srv_look_for_records(struct inquiry *q, struct service service[2])
{
	if (q->partner->asked->connect_host != NULL) {
		skipped(q, "--connect");
		return false;
	}
	srv_look(q, service);
	if (service[MODE_STARTTLS].records + service[MODE_DIRECT].records > 0)
		return true;
	if (answer_is_bad(service[MODE_STARTTLS].answer) ||
		answer_is_bad(service[MODE_DIRECT].answer))
		skipped(q, "dns.srv.answer");
	else if (service[MODE_STARTTLS].declined)
		skipped(q, "dns.srv.root-target");
	else
		skipped(q, "no SRV record");
	return false;
}

bool
answer_is_clean(enum dns_answer answer)
{
	return answer == ANSWER_DATA || answer == ANSWER_NODATA ||
	       answer == ANSWER_NXDOMAIN;
}

bool
answer_is_bad(enum dns_answer answer)
{
	return answer != ANSWER_PENDING && !answer_is_clean(answer);
}

const char *
dns_error_words(struct arena *arena, const struct dns_error *error)
{
	const char *name = dns_error_name(error->code);
	const char *text = error->text;

	if (text != NULL && (*text == '\0' || text_same_name(text, name)))
		text = NULL;

	return arena_printf(arena, "extended error %d%s%s%s%s%s%s", error->code,
		name ? " (" : "", name ? name : "", name ? ")" : "", text ? " \"" : "",
		text ? text : "", text ? "\"" : "");
}

const char *
answer_words(struct inquiry *q, enum dns_type type, const char *name)
{
	static const char *const words[] = {
		[ANSWER_PENDING] = "not answered",
		[ANSWER_DATA] = "data",
		[ANSWER_NODATA] = "no such record",
		[ANSWER_NXDOMAIN] = "NXDOMAIN",
		[ANSWER_SERVFAIL] = "SERVFAIL",
		[ANSWER_BOGUS] = "SERVFAIL",
		[ANSWER_REFUSED] = "REFUSED",
		[ANSWER_SILENT] = "no answer",
		[ANSWER_MALFORMED] = "an unreadable answer",
	};
	enum dns_answer answer = cite_answer(q, type, name);
	const struct dns_fact *fact = cite_dns(q, type, name);
	const char *text = words[answer];

	if (fact != NULL && fact->resolver != NULL)
		text = arena_printf(q->arena, "%s from %s", text, fact->resolver);
	if (answer == ANSWER_BOGUS)
		text = arena_printf(q->arena, "%s, but not with checking disabled", text);
	if (fact != NULL && fact->errors > 0)
		text = arena_printf(q->arena, "%s, %s", text,
			dns_error_words(q->arena, &fact->error[0]));
	return text;
}

enum addresses
addresses_of(struct inquiry *q, const char *host)
{
	enum dns_answer a = cite_answer(q, DNS_A, host),
			aaaa = cite_answer(q, DNS_AAAA, host);

	if (a == ANSWER_DATA || aaaa == ANSWER_DATA)
		return answer_is_bad(a) || answer_is_bad(aaaa) ? ADDRESSES_PARTLY
							       : ADDRESSES_GOOD;
	return a == ANSWER_PENDING || aaaa == ANSWER_PENDING ? ADDRESSES_UNKNOWN
							     : ADDRESSES_NONE;
}

const char *
family_option(const struct asked *asked)
{
	return asked->family == FAMILY_4   ? "-4"
	       : asked->family == FAMILY_6 ? "-6"
					   : "an open question";
}

/* --- the root target -------------------------------------------------------------- */

static bool
has_root(const struct dns_fact *fact)
{
	for (size_t i = 0; i < fact->records; i++)
		if (fact->record[i].type == DNS_SRV &&
			text_same(fact->record[i].target, "."))
			return true;
	return false;
}

/* RFC 2782: "." says that the service is not available; RFC 6120, 3.2.1 (3). */
void
srv_root_target(struct inquiry *q)
{
	struct service service[2], *server = &service[MODE_STARTTLS],
				   *direct = &service[MODE_DIRECT];

	if (q->partner->asked->connect_host != NULL) {
		skipped(q, "--connect");
		return;
	}
	srv_look(q, service);
	if (!answer_is_clean(server->answer) && !answer_is_clean(direct->answer)) {
		skipped(q, "dns.srv.answer");
		return;
	}
	for (enum mode mode = MODE_STARTTLS; mode <= MODE_DIRECT; mode++)
		if (service[mode].records > 0 &&
			has_root(cite_dns(q, DNS_SRV, service[mode].name)))
			warned(q, "\"%s\" has the target \".\" beside %zu real one%s",
				service[mode].name, service[mode].records,
				service[mode].records == 1 ? "" : "s");
	if (direct->declined)
		noted(q, "\"%s\" has the only target \".\": there is no direct TLS",
			direct->name);
	if (!server->declined)
		return;
	if (direct->records > 0)
		warned(q, "\"%s\" has the only target \".\", but \"%s\" has targets",
			server->name, direct->name);
	else if (answer_is_clean(direct->answer))
		failed(q, "\"%s\" has the only target \".\": there is no service",
			server->name);
	else
		warned(q, "\"%s\" has the only target \".\"; of \"%s\" nothing is known",
			server->name, direct->name);
}

/* --- aliases ---------------------------------------------------------------------- */

/* The zone itself is not known from an answer; the registrable domain bounds who may
 * control it. */
static bool
leaves_zone(struct inquiry *q, const char *name)
{
	const char *domain = q->partner->domain.ascii;
	const char *zone = domain_registrable(q->arena, domain);

	return !domain_is_under(name, zone ? zone : domain);
}

static void
judge_owner(struct inquiry *q, const struct dns_fact *fact)
{
	int aliases;
	const char *canonical = dns_canonical(fact, &aliases);

	if (canonical == NULL) {
		grade(q, SEVERITY_HIGH);
		failed(q, "the aliases of \"%s\" form a loop, or are more than %d",
			fact->name, MAX_ALIASES);
	} else if (aliases > 1 || (aliases == 1 && leaves_zone(q, canonical))) {
		warned(q, "\"%s\" leads to \"%s\" over %d alias%s", fact->name, canonical,
			aliases, aliases == 1 ? " in another domain" : "es");
	} else if (aliases == 1) {
		noted(q, "\"%s\" is an alias of \"%s\"", fact->name, canonical);
	}
}

/* RFC 7673, 3.1: for DANE every zone on the chain must be signed. */
void
srv_owner_alias(struct inquiry *q)
{
	bool seen = false;

	if (q->partner->asked->connect_host != NULL) {
		skipped(q, "--connect");
		return;
	}
	for (enum mode mode = MODE_STARTTLS; mode <= MODE_DIRECT; mode++) {
		const struct dns_fact *fact = cite_dns(
			q, DNS_SRV, srv_name(q->arena, mode, q->partner->domain.ascii));

		if (fact == NULL || (fact->rcode != RCODE_NOERROR && fact->records == 0 &&
					    fact->rcode != RCODE_NXDOMAIN))
			continue;
		seen = true;
		judge_owner(q, fact);
	}
	if (!seen)
		skipped(q, "dns.srv.answer");
}

/* --- ports and order -------------------------------------------------------------- */

/* The furthest that we came at the record's target and port. */
static enum progress
progress_of_record(struct inquiry *q, enum mode mode, const struct dns_record *record)
{
	enum progress best = PROGRESS_UNTRIED, here;
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		if (list[i].mode != mode || list[i].port != record->port ||
			!text_same_name(list[i].target, record->target))
			continue;
		here = progress_at(q, &list[i]);
		best = here > best ? here : best;
	}
	return best;
}

static bool
is_for_others(int port)
{
	return port == 5222 || port == 5223 || port == 80 || port == 8080;
}

/* A world of one's own on one machine: no firewall stands between, and the port 5269 can
 * be had only once. */
static bool
is_on_loopback(struct inquiry *q, const struct dns_record *record)
{
	bool any = false;
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		if (!text_same_name(list[i].target, record->target))
			continue;
		if (!text_same(address_special(list[i].address), "loopback"))
			return false;
		any = true;
	}
	return any && endpoint_may_be_special(q->partner->asked);
}

static void
judge_port(struct inquiry *q, enum mode mode, const struct dns_record *record)
{
	if (record->port == 0)
		failed(q, "\"%s\" is published with port 0", record->target);
	else if (mode == MODE_DIRECT)
		noted(q, "direct TLS at \"%s\" is on port %d", record->target,
			record->port);
	else if (record->port == SERVER_PORT)
		return;
	else if (is_for_others(record->port) &&
		 progress_is_dead(progress_of_record(q, mode, record)))
		failed(q,
			"\"%s\" is published with port %d, and no XMPP server answers there",
			record->target, record->port);
	else if (is_on_loopback(q, record))
		noted(q, "\"%s\" is published with port %d of this machine",
			record->target, record->port);
	else
		warned(q, "\"%s\" is published with port %d, not %d", record->target,
			record->port, SERVER_PORT);
}

static bool
has_place(const struct service *service, const struct dns_record *record)
{
	for (size_t i = 0; i < service->records; i++)
		if (service->record[i]->port == record->port &&
			text_same_name(service->record[i]->target, record->target))
			return true;
	return false;
}

void
srv_port(struct inquiry *q)
{
	struct service service[2];

	if (!srv_look_for_records(q, service))
		return;
	for (enum mode mode = MODE_STARTTLS; mode <= MODE_DIRECT; mode++)
		for (size_t i = 0; i < service[mode].records; i++)
			judge_port(q, mode, service[mode].record[i]);
	for (size_t i = 0; i < service[MODE_DIRECT].records; i++)
		if (has_place(&service[MODE_STARTTLS], service[MODE_DIRECT].record[i]))
			warned(q,
				"\"%s\" port %d is published for STARTTLS and for direct TLS",
				service[MODE_DIRECT].record[i]->target,
				service[MODE_DIRECT].record[i]->port);
}

static void
judge_duplicates(struct inquiry *q, const struct service *s)
{
	for (size_t i = 0; i < s->records; i++)
		for (size_t k = 0; k < i; k++)
			if (s->record[i]->port == s->record[k]->port &&
				text_same_name(
					s->record[i]->target, s->record[k]->target)) {
				warned(q, "\"%s\" names \"%s\" port %d twice", s->name,
					s->record[i]->target, s->record[i]->port);
				break;
			}
}

/* RFC 2782: a record of weight 0 is drawn once in (sum of the others' weights + 1). */
static void
judge_weights(struct inquiry *q, const struct service *s)
{
	enum { SELDOM = 20 };

	for (size_t i = 0; i < s->records; i++) {
		long sum = 0;

		for (size_t k = 0; k < s->records; k++)
			if (s->record[k]->priority == s->record[i]->priority)
				sum += s->record[k]->weight;
		if (s->record[i]->weight == 0 && sum >= SELDOM)
			warned(q,
				"\"%s\" has weight 0 beside weights of %ld in all at priority %d",
				s->record[i]->target, sum, s->record[i]->priority);
	}
}

/* The target that alone works while others are dead, when all of it is at the highest
 * priority number. */
static void
judge_backup(struct inquiry *q)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count), *alive = NULL;
	bool dead = false;

	for (size_t i = 0; i < count; i++) {
		enum progress progress = progress_at(q, &list[i]);

		dead |= progress_is_dead(progress);
		if (progress != PROGRESS_WORKING)
			continue;
		if (alive != NULL && !text_same_name(alive->target, list[i].target))
			return;
		alive = alive ? alive : &list[i];
	}
	if (alive != NULL && dead && alive->priority > list[0].priority &&
		alive->priority == list[count - 1].priority) {
		remedy(q, "repair the hosts before it, or give it the lowest number");
		warned(q, "only \"%s\" works, and it has the highest priority number, %d",
			alive->target, alive->priority);
	}
}

/* Records of both services come in one order (XEP-0368, 3). */
static const char *
order_words(struct inquiry *q, const struct service service[2])
{
	enum { SHOWN = 8 };
	size_t next[2] = { 0 }, total = service[0].records + service[1].records;
	const char *text = "";

	for (size_t n = 0; n < total && n < SHOWN; n++) {
		const struct dns_record *a =
			next[0] < service[0].records ? service[0].record[next[0]] : NULL;
		const struct dns_record *b =
			next[1] < service[1].records ? service[1].record[next[1]] : NULL;
		bool second = a == NULL ||
			      (b != NULL && (b->priority < a->priority ||
						    (b->priority == a->priority &&
							    b->weight > a->weight)));
		const struct dns_record *r = second ? b : a;

		next[second]++;
		text = arena_printf(q->arena, "%s%s%s:%d (%d, %d)", text, n ? ", " : "",
			r->target, r->port, r->priority, r->weight);
	}
	return total > SHOWN
		       ? arena_printf(q->arena, "%s and %zu more", text, total - SHOWN)
		       : text;
}

void
srv_order(struct inquiry *q)
{
	struct service service[2];

	if (!srv_look_for_records(q, service))
		return;
	for (enum mode mode = MODE_STARTTLS; mode <= MODE_DIRECT; mode++) {
		judge_duplicates(q, &service[mode]);
		judge_weights(q, &service[mode]);
	}
	judge_backup(q);
	if (service[0].records + service[1].records > 1)
		noted(q, "by priority and weight the order is %s",
			order_words(q, service));
}

/* --- time to live ----------------------------------------------------------------- */

enum { TTL_LEAST = 60, TTL_MOST = 7 * 86400 };

/* A cache counts down: a small number from one says nothing about the zone, a large one
 * does. */
static void
judge_ttl(struct inquiry *q, enum dns_type type, const char *name)
{
	const struct dns_fact *fact = cite_dns(q, type, name);

	for (size_t i = 0; fact != NULL && i < fact->records; i++) {
		const struct dns_record *r = &fact->record[i];

		if (r->type != type)
			continue;
		if (r->ttl > TTL_MOST || (r->ttl < TTL_LEAST && fact->authoritative)) {
			warned(q, "the %s record of \"%s\" has a TTL of %d s",
				dns_type_names[type], name, r->ttl);
			return;
		}
	}
	if (fact != NULL && fact->records == 0 && fact->negative_ttl > TTL_MOST)
		warned(q, "that \"%s\" has no %s record is remembered for %d s", name,
			dns_type_names[type], fact->negative_ttl);
}

void
srv_ttl(struct inquiry *q)
{
	size_t hosts;
	const char **host;

	if (q->partner->asked->connect_host != NULL) {
		skipped(q, "--connect");
		return;
	}
	for (enum mode mode = MODE_STARTTLS; mode <= MODE_DIRECT; mode++)
		judge_ttl(q, DNS_SRV, srv_name(q->arena, mode, q->partner->domain.ascii));
	host = endpoint_hosts(q->arena, q->partner, &hosts);
	for (size_t i = 0; i < hosts; i++) {
		judge_ttl(q, DNS_A, host[i]);
		judge_ttl(q, DNS_AAAA, host[i]);
	}
}
