/* A run holds everything; its partners each hold their journal. */
#include "model/run.h"

#include "base/fatal.h"
#include "base/text.h"

#include <stdlib.h>

const char *const method_names[] = { "unknown", "none", "dialback-over-tcp",
	"dialback-over-tls", "sasl-external-over-tls", NULL };
const char *const method_titles[] = { "unknown", "none", "dialback over TCP",
	"dialback over TLS", "SASL EXTERNAL over TLS", NULL };
const char *const proof_names[] = { "predicted", "offered", "done", NULL };

const char *const role_names[] = { "partner", "additional", "own", "file", "caller",
	NULL };

const char *const depth_names[] = { "standard", "quick", "deep", NULL };
static const char *const family_names[] = { "both", "4", "6", NULL };

static const struct field asked_field[] = {
	{ "from", TEXT(asked, from) },
	{ "from-stranger", BOOL(asked, from_stranger) },
	{ "probe-name", TEXT(asked, probe_name) },
	{ "verify", ENUM(asked, verify, verify_names) },
	{ "resolver", TEXTS(asked, resolver, resolvers) },
	{ "trust-ad", BOOL(asked, trust_ad) },
	{ "family", ENUM(asked, family, family_names) },
	{ "connect-host", TEXT(asked, connect_host) },
	{ "connect-port", INT(asked, connect_port) },
	{ "direct-tls", BOOL(asked, direct_tls) },
	{ "listen", TEXT(asked, listen) },
	{ "listen-tls", TEXT(asked, listen_tls) },
	{ "dialback-secret", BOOL(asked, secret) },
	{ "message-from", TEXT(asked, message_from) },
	{ "presence-from", TEXT(asked, presence_from) },
	{ "subscription-from", TEXT(asked, subscription_from) },
	{ "recipient", TEXT(asked, recipient) },
	{ "message-text", TEXT(asked, message_text) },
	{ "ca-file", TEXT(asked, ca_file) },
	{ "ca-dir", TEXT(asked, ca_dir) },
	{ "depth", ENUM(asked, depth, depth_names) },
	{ "timeout", INT(asked, timeout) },
	{ "deadline", INT(asked, deadline) },
	{ "names-only", BOOL(asked, names_only) },
	{ "local", RECORDS(asked, local, locals, &local_record) },
	{ "gateway", RECORDS(asked, gateway, gateways, &gateway_record) },
	{ "severity", RECORDS(asked, level, levels, &level_record) },
	{ "host", TEXTS(asked, host, hosts) },
	{ .name = NULL },
};
const struct record asked_record = { "asked", sizeof(struct asked), asked_field };

struct run *
run_open(int64_t started)
{
	struct run *run = calloc(1, sizeof *run);

	if (run == NULL)
		fatal("out of memory");
	run->arena = arena_open();
	run->started = started;
	run->generator = PACKAGE_STRING;
	return run;
}

void
run_close(struct run **run)
{
	if (*run == NULL)
		return;
	for (size_t i = 0; i < (*run)->partners; i++)
		partner_close(&(*run)->partner[i]);
	arena_close(&(*run)->arena);
	free(*run);
	*run = NULL;
}

static struct partner *
partner_open(int64_t started)
{
	struct partner *partner = calloc(1, sizeof *partner);

	if (partner == NULL)
		fatal("out of memory");
	partner->journal = journal_open(started);
	partner->arena = arena_open();
	return partner;
}

void
partner_close(struct partner **partner)
{
	if (*partner == NULL)
		return;
	journal_close(&(*partner)->journal);
	arena_close(&(*partner)->arena);
	free(*partner);
	*partner = NULL;
}

struct partner *
partner_renew(const struct partner *former, int64_t started)
{
	struct partner *partner = partner_open(started);

	partner->domain = former->domain;
	partner->role = former->role;
	partner->primary = former->primary;
	partner->policy = former->policy;
	partner->asked = former->asked;
	partner->run = former->run;
	return partner;
}

struct partner *
run_add(struct run *run, const struct domain *domain)
{
	struct partner *p = partner_open(run->started);

	p->domain.typed = arena_strdup(run->arena, domain->typed);
	p->domain.ascii = arena_strdup(run->arena, domain->ascii);
	p->domain.unicode = arena_strdup(run->arena, domain->unicode);
	p->asked = &run->asked;
	p->run = run;
	run->partner = arena_grow(
		run->arena, run->partner, run->partners, sizeof(struct partner *));
	run->partner[run->partners++] = p;
	return p;
}

const struct partner *
run_own(const struct partner *partner)
{
	const struct run *run = partner->run;
	const char *from = partner->asked->from;

	for (size_t i = 0; run != NULL && i < run->partners; i++) {
		const struct partner *own = run->partner[i];

		if (own->role == ROLE_OWN &&
			(text_same_name(own->domain.unicode, from) ||
				text_same_name(own->domain.ascii, from)))
			return own;
	}
	return NULL;
}

const struct local *
run_local(const struct asked *asked)
{
	return asked->locals ? &asked->local[0] : NULL;
}

bool
run_listens(const struct asked *asked)
{
	return asked->listen != NULL || asked->listen_tls != NULL;
}

bool
partner_agrees(const struct partner *partner)
{
	return partner->role == ROLE_OWN ||
	       (partner->policy != NULL && partner->policy->agreed_tests);
}

const char *
owner_show(struct arena *arena, const struct partner *partner, enum owner owner)
{
	static const char *const words[] = {
		[OWNER_US] = "you",
		[OWNER_CA] = "the certificate authority",
		[OWNER_NETWORK] = "the network between",
		[OWNER_BOTH] = "both sides",
	};

	if (owner == OWNER_PARTNER)
		return arena_printf(arena, "the owner of %s", partner->domain.unicode);
	return words[owner];
}

int
run_exit(const struct run *run)
{
	int worst = run->interrupted ? 3 : 0;

	for (size_t i = 0; i < run->partners; i++)
		if (run->partner[i]->exit > worst)
			worst = run->partner[i]->exit;
	return worst;
}
