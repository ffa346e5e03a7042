/* fedprobe records: what our own zone must hold so that partners find us, ready for a name
 * server, with what DNS says of it today. */
#include "base/text.h"
#include "commands/options.h"
#include "commands/partners.h"
#include "commands/sweep.h"
#include "commands/zone.h"
#include "model/endpoint.h"
#include "net/keyfile.h"

#include <string.h>
#include <time.h>

static int records(const struct command *command, int argc, char **argv);

const struct command records_command = {
	.name = "records",
	.synopsis = "[options]",
	.summary = "Print the DNS records that our domain must publish",
	.examples = "  fedprobe records --from contoso.com --edge access.contoso.com\n"
		    "  fedprobe records -c partners.xml --cert edge.pem\n"
		    "  fedprobe records --from contoso.com --edge access.contoso.com "
		    "--address 192.0.2.10 --no-dns\n",
	.run = records,
};

/* The second Edge is tried when the first is down. */
enum { PRIORITY_STEP = 10 };

/* What is printed, and from what. */
struct drawing {
	const struct settings *settings;
	const struct run *run;
	struct edge *edge; /* one at least */
	size_t edges;
	int port;
	int tls_port;    /* 0: none */
	const char *key; /* of the certificate: SHA-256 of its SPKI; NULL: no TLSA */
	struct page page;
	struct zone zone;
};

/* --- what is asked ---------------------------------------------------------------- */

/* The domains and the Edge of partners.xml, behind those of the command line. */
static bool
take_config(struct settings *s)
{
	struct config *config = s->config ? partners_read(s->config) : NULL;
	const struct local *local = config ? config->local : NULL;
	bool good = s->config == NULL || config != NULL;

	if (config != NULL && local == NULL) {
		complain(
			"records: %s says nothing of us: there is no <local>", s->config);
		good = false;
	}
	for (size_t i = 0; local != NULL && i <= local->sip_domains; i++)
		good = options_add_domain(s, NULL,
			       i == 0 ? local->domain : local->sip_domain[i - 1]) &&
		       good;
	if (local != NULL && s->publishing.port == 0)
		s->publishing.port = local->port;
	if (local != NULL && local->edge != NULL)
		publishing_use(s, local->edge);
	config_close(&config);
	return good;
}

static bool
is_complete(const struct settings *s)
{
	if (s->operands > 0)
		complain("records: \"%s\": a domain of ours is given with --from",
			s->operand[0]);
	else if (s->domains == 0)
		complain("records: whose records? Give --from DOMAIN or -c partners.xml");
	else if (s->publishing.edges == 0 || s->publishing.edge[0].host == NULL)
		complain("records: the host that the records lead to is missing; give "
			 "--edge HOST");
	else
		return true;
	return false;
}

/* RFC 6698, 2.1: usage 3 (the server's own), selector 1 (its key), matching 1 (SHA-256). A
 * renewal that keeps the key keeps the record. */
static bool
read_key(struct settings *s, const char **key)
{
	const char *path = s->publishing.certificate, *trouble;
	const struct certificate_fact *certificate;
	struct keyfile *file;

	if (path == NULL)
		return true;
	if ((file = keyfile_open(path, NULL, s->arena, &trouble)) == NULL) {
		complain("%s: %s", path, trouble);
		return false;
	}
	keyfile_certificates(file, s->arena, &certificate);
	*key = certificate[0].key_fingerprint;
	keyfile_close(&file);
	if (*key == NULL)
		complain("%s: the certificate in it cannot be read", path);
	return *key != NULL;
}

/* --- what DNS is asked ------------------------------------------------------------ */

static void
set_asked(struct settings *s, struct run *run)
{
	struct local *local = arena_alloc(run->arena, sizeof *local);
	const struct publishing *p = &s->publishing;
	const char **host = NULL;

	local->domain = s->domain[0].ascii;
	local->edge = p->edge[0].host;
	local->port = p->port;
	local->listen_tls_port = p->tls_port;
	for (size_t i = 0; i < p->edges; i++) {
		host = arena_grow(run->arena, host, i, sizeof *host);
		host[i] = p->edge[i].host;
	}
	run->asked = s->asked;
	run->asked.names_only = true;
	run->asked.local = local;
	run->asked.locals = 1;
	run->asked.host = host;
	run->asked.hosts = p->edges;
	for (size_t i = 0; i < s->domains; i++)
		run_add(run, &s->domain[i])->role = ROLE_OWN;
}

/* --- what is printed -------------------------------------------------------------- */

static const struct journal *
journal_of(const struct drawing *d, size_t domain)
{
	return d->settings->publishing.offline ? NULL : d->run->partner[domain]->journal;
}

static const struct dns_record *
find_record(const struct dns_record **record, size_t records, const char *host, int port)
{
	for (size_t i = 0; i < records; i++)
		if (text_same_name(record[i]->target, host) && record[i]->port == port)
			return record[i];
	return NULL;
}

/* Priorities and weights that DNS has already are left alone where they say the same: each
 * Edge comes after the one before. False when they do not. */
static bool
take_present(
	struct drawing *d, size_t domain, enum mode mode, int port, struct zone_set *set)
{
	struct arena *arena = d->page.arena;
	size_t count;
	const struct dns_record **record =
		srv_records(arena, d->run->partner[domain], mode, &count);
	int last = -1;

	for (size_t i = 0; i < d->edges; i++) {
		const struct dns_record *r =
			find_record(record, count, d->edge[i].host, port);

		if (r == NULL || r->priority <= last)
			return false;
		last = r->priority;
		zone_add(arena, set,
			arena_printf(arena, "%d %d %d %s.", r->priority, r->weight, port,
				d->edge[i].host));
	}
	return true;
}

static void
print_service(struct drawing *d, size_t domain, enum mode mode, int port)
{
	struct arena *arena = d->page.arena;
	struct zone_set set = { .type = DNS_SRV,
		.name = srv_name(arena, mode, d->run->partner[domain]->domain.ascii) };

	if (port == 0)
		return;
	if (!take_present(d, domain, mode, port, &set)) {
		set.count = 0;
		for (size_t i = 0; i < d->edges; i++)
			zone_add(arena, &set,
				arena_printf(arena, "%d 0 %d %s.", (int)i * PRIORITY_STEP,
					port, d->edge[i].host));
	}
	zone_print(&d->zone, journal_of(d, domain), &set);
}

static struct zone_set
addresses_of(struct drawing *d, const struct edge *edge, enum dns_type type)
{
	struct arena *arena = d->page.arena;
	struct zone_set set = { .name = edge->host, .type = type };

	if (edge->addresses == 0 && !d->settings->publishing.offline)
		return zone_published(arena, journal_of(d, 0), type, edge->host);
	for (size_t i = 0; i < edge->addresses; i++)
		if ((strchr(edge->address[i], ':') != NULL) == (type == DNS_AAAA))
			zone_add(arena, &set, edge->address[i]);
	return set;
}

static void
print_addresses(struct drawing *d, const struct edge *edge)
{
	struct zone_set a = addresses_of(d, edge, DNS_A);
	struct zone_set aaaa = addresses_of(d, edge, DNS_AAAA);
	bool offline = d->settings->publishing.offline;

	zone_print(&d->zone, journal_of(d, 0), &a);
	zone_print(&d->zone, journal_of(d, 0), &aaaa);
	if (a.count + aaaa.count == 0)
		zone_remark(&d->zone, offline ? ZONE_UNASKED : ZONE_DIFFERS,
			arena_printf(d->page.arena,
				"%s. has no address%s: give --address", edge->host,
				offline ? " here" : " in DNS"));
}

static void
print_key(struct drawing *d, const struct edge *edge, int port)
{
	struct arena *arena = d->page.arena;
	struct zone_set set = { .name = tlsa_name(arena, port, edge->host),
		.type = DNS_TLSA,
		.others_welcome = true }; /* of a key to come, say (RFC 7671, 8.1) */

	if (d->key == NULL || port == 0)
		return;
	zone_add(arena, &set, arena_printf(arena, "3 1 1 %s", d->key));
	zone_print(&d->zone, journal_of(d, 0), &set);
}

static int
widest(const struct drawing *d)
{
	enum mode longest = d->tls_port ? MODE_DIRECT : MODE_STARTTLS;
	int width = 0;

	for (size_t i = 0; i < d->run->partners; i++) {
		const char *name = srv_name(
			d->page.arena, longest, d->run->partner[i]->domain.ascii);

		if (width < text_width(name) + 1)
			width = text_width(name) + 1;
	}
	for (size_t i = 0; i < d->edges; i++) {
		const char *name = tlsa_name(d->page.arena, d->port, d->edge[i].host);

		if (width < text_width(name) + 1)
			width = text_width(name) + 1;
	}
	return width;
}

static enum zone_state
print_zone(struct drawing *d)
{
	d->page.arena = arena_open();
	d->zone = (struct zone){ .page = &d->page, .width = widest(d) };
	for (size_t i = 0; i < d->run->partners; i++) {
		print_service(d, i, MODE_STARTTLS, d->port);
		print_service(d, i, MODE_DIRECT, d->tls_port);
	}
	for (size_t i = 0; i < d->edges; i++) {
		print_addresses(d, &d->edge[i]);
		print_key(d, &d->edge[i], d->port);
		print_key(d, &d->edge[i], d->tls_port);
	}
	if (d->key != NULL)
		zone_remark(&d->zone, ZONE_UNASKED,
			"TLSA counts only in a zone that is signed (RFC 6698, 4.1)");
	arena_close(&d->page.arena);
	return d->zone.worst;
}

/* --- the command ------------------------------------------------------------------ */

static int
draw(struct settings *s, const struct run *run, const char *key)
{
	static const int status[] = { [ZONE_UNASKED] = 0,
		[ZONE_RIGHT] = 0,
		[ZONE_DIFFERS] = 1,
		[ZONE_UNKNOWN] = 3 };
	struct local port = { .port = s->publishing.port };
	struct drawing d = { .settings = s,
		.run = run,
		.edge = s->publishing.edge,
		.edges = s->publishing.edges,
		.port = local_port(&port),
		.tls_port = s->publishing.tls_port,
		.key = key,
		.page = { .file = stdout, .colour = options_look(s).colour } };
	enum zone_state worst = print_zone(&d);

	return options_told(run->interrupted ? 3 : status[worst]);
}

static int
ask_and_print(struct settings *s)
{
	const char *key = NULL;
	struct run *run;
	int status = 3;

	if (!read_key(s, &key))
		return 3;
	run = run_open(time(NULL));
	set_asked(s, run);
	if (s->publishing.offline || sweep(run, s))
		status = draw(s, run, key);
	run_close(&run);
	return status;
}

static int
records(const struct command *command, int argc, char **argv)
{
	struct settings s = { .arena = arena_open(), .jobs = 16 };
	enum parsed parsed = options_parse(&s, command, FOR_RECORDS, argc, argv);
	int status = parsed == PARSED_DONE ? 0 : 3;

	if (parsed == PARSED_GO_ON && take_config(&s) && is_complete(&s))
		status = ask_and_print(&s);
	arena_close(&s.arena);
	return status;
}
