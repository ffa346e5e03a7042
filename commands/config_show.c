/* fedprobe config show: each value with what follows from it, also those that nobody
 * stated. */
#include "commands/config.h"

#include "checks/check.h"

#include <string.h>

enum { LABEL = 17, LONG_LABEL = 31 };

static void
print_title(struct page *page, const char *title, const char *file, int line)
{
	page_paint(page, BOLD);
	fputs(page_safe(page, title), page->file);
	page_unpaint(page, BOLD);
	if (file != NULL && line != 0)
		fprintf(page->file, "  (%s:%d)", page_safe(page, file), line);
	putc('\n', page->file);
}

/* NULL prints nothing. */
static void
print_row(struct page *page, const char *label, const char *words)
{
	if (words == NULL)
		return;
	fputs("  ", page->file);
	page_pad(page, label, LABEL);
	page_wrap_from(page, LABEL + 2, LABEL + 2, words);
}

/* One a line: there may be many. */
static void
print_names(struct page *page, const char *label, const char *const *ascii, size_t names)
{
	for (size_t i = 0; i < names; i++)
		print_row(page, i ? "" : label, domain_unicode(page->arena, ascii[i]));
}

/* --- our own side ---------------------------------------------------------------------- */

static const char *const verify_meaning[] = {
	[VERIFY_UNKNOWN] =
		"unknown: it is not stated what our server demands of a certificate",
	[VERIFY_REQUIRED] =
		"required: a partner without a certificate that verifies is refused",
	[VERIFY_OPTIONAL] =
		"optional: without a certificate that verifies, dialback is enough",
	[VERIFY_NONE] = "none: certificates prove nothing, dialback is what counts",
};

static const char *const known_users[] = {
	[KNOWN_NOT] = "unknown: whether the Access Edge allows them is not stated",
	[KNOWN_TRUE] = "allowed by the Access Edge",
	[KNOWN_FALSE] = "not allowed by the Access Edge: nobody can federate",
};

static const char *
access_words(struct arena *arena, const struct access_policy *policy)
{
	const char *words = "neither federation nor XMPP";

	if (policy->federation)
		words = policy->xmpp ? "federation and XMPP" : "federation, but not XMPP";
	else if (policy->xmpp)
		words = "XMPP without federation, which has no effect";
	return arena_printf(
		arena, "%s: %s", policy->name ? policy->name : "Global", words);
}

static void
print_local(struct page *page, const struct config *config)
{
	const struct local *local = config->local;
	struct arena *a = page->arena;

	print_title(page,
		arena_printf(a, "Our own side: %s", domain_unicode(a, local->domain)),
		config->file, config->local_line);
	print_row(page, "edge", local->edge ? domain_unicode(a, local->edge) : "unknown");
	print_row(page, "port",
		local->port ? arena_printf(a, "%d", local->port) : "5269 (default)");
	print_row(page, "verify", verify_meaning[local->verify]);
	print_row(page, "federated users", known_users[local->federated_users]);
	print_names(page, "SIP domains", local->sip_domain, local->sip_domains);
	print_row(page, "certificate", local->chain);
	print_row(page, "key", local->key);
	for (size_t i = 0; i < local->access_policies; i++)
		print_row(page, i ? "" : "access policies",
			access_words(a, &local->access_policy[i]));
	if (local->listen_port != 0)
		print_row(page, "listen",
			arena_printf(a, "%s, port %d%s",
				local->listen_address ? local->listen_address
						      : "every address",
				local->listen_port,
				local->listen_tls_port
					? arena_printf(a, ", with TLS first at port %d",
						  local->listen_tls_port)
					: ""));
}

/* --- the gateway ----------------------------------------------------------------------- */

static const struct {
	const char *name, *meaning;
} gateway_rows[] = {
	{ "connection-limit", "connections with all partners together" },
	{ "partner-connection-limit", "connections with one partner" },
	{ "keep-alive-interval",
		"s, after which a partner that sent no keep-alive is cut off" },
	{ "stream-establishment-timeout", "s for a partner to establish a stream" },
	{ "stream-inactivity-timeout", "s, after which an idle stream is closed" },
	{ "subscription-refresh-interval",
		"s, within which a partner refreshes its presence subscriptions" },
};

static const struct gateway *
stated_gateway(const struct config *config)
{
	static const struct gateway nothing;

	return config->gateway ? config->gateway : &nothing;
}

static void
print_gateway(struct page *page, const struct config *config)
{
	const struct gateway *stated = stated_gateway(config);
	const struct gateway all = gateway_effective(stated);

	print_title(page, "The gateway", config->file, config->gateway_line);
	for (size_t i = 0; i < sizeof gateway_rows / sizeof gateway_rows[0]; i++) {
		const struct field *f =
			record_field(&gateway_record, gateway_rows[i].name);

		fputs("  ", page->file);
		page_pad(page, f->name, LONG_LABEL);
		page_wrap_from(page, LONG_LABEL + 2, LONG_LABEL + 2,
			arena_printf(page->arena, "%s %s%s",
				field_text(page->arena, f, &all), gateway_rows[i].meaning,
				field_text(page->arena, f, stated) ? "" : " (default)"));
	}
	fputs("  ", page->file);
	page_pad(page, "log-message-bodies", LONG_LABEL);
	page_wrap_from(page, LONG_LABEL + 2, LONG_LABEL + 2,
		all.log_message_bodies ? "true: what people write is logged"
				       : "false: only who writes to whom is logged");
}

/* --- a partner ------------------------------------------------------------------------- */

static void
print_type(struct page *page, const struct rights *rights)
{
	static const char asked[] = "only after our user has added them";

	print_row(page, "type",
		arena_printf(page->arena, "%s: %s%s", partner_type_names[rights->type],
			rights->meaning,
			rights->recommended ? "" : " (not recommended)"));
	print_row(page, "  add a contact",
		rights->adds_without_consent ? "without asking" : asked);
	print_row(page, "  see presence",
		rights->adds_without_consent ? "without asking" : asked);
	print_row(page, "  see notes", rights->sees_notes ? "yes" : "never");
	print_row(page, "  send messages",
		rights->writes_without_consent ? "without being a contact" : asked);
	print_row(page, "  authorization",
		rights->adds_without_consent ? "by our user is not needed"
					     : "by our user is needed");
}

static void
print_negotiation(struct page *page, const struct negotiation *row)
{
	static const char *const label[] = { "", "  note", "  warning", "  invalid" };
	static const char *const colour[] = { NULL, NULL, YELLOW, RED };

	print_row(page, "negotiation",
		arena_printf(page->arena,
			"TLS %s, SASL %s, dialback %s: row %d of the table",
			demand_names[row->tls], demand_names[row->sasl],
			agreed_names[row->dialback], row->row));
	print_row(page, "  methods", negotiation_methods(page->arena, row->methods));
	page_paint(page, colour[row->remark]);
	print_row(page, label[row->remark], row->text);
	page_unpaint(page, colour[row->remark]);
	if (row->unsaveable)
		print_row(page, "  Control Panel", "does not save it: SASL needs TLS");
}

static void
print_streams(struct page *page, const struct config *config, const struct policy *policy)
{
	const struct gateway g = gateway_effective(stated_gateway(config));
	struct arena *a = page->arena;

	print_row(page, "keep-alive",
		policy->keep_alive == AGREED_TRUE
			? arena_printf(a, "one from the partner at least every %d s",
				  g.keep_alive_interval)
			: arena_printf(a, "none; an idle stream is closed after %d s",
				  g.stream_inactivity_timeout));
	print_row(page, "connections",
		policy->connection_limit != 0
			? arena_printf(a, "%d at most", policy->connection_limit)
			: arena_printf(a, "%d at most, the gateway's limit for a partner",
				  g.partner_connection_limit));
	print_row(page, "route",
		policy->proxy ? arena_printf(a, "by way of %s",
					domain_unicode(a, policy->proxy))
			      : "by the SRV records");
}

static void
print_partner(
	struct page *page, const struct config *config, const struct configured *partner)
{
	const struct policy *policy = &partner->policy;

	print_title(page, partner->domain.unicode, config->file, partner->line);
	print_row(page, "description", policy->description);
	print_names(page, "further domains", policy->additional_domain,
		policy->additional_domains);
	print_type(page, rights_of(policy->type));
	print_negotiation(page, negotiation_of(policy));
	print_streams(page, config, policy);
	if (policy->agreed_tests)
		print_row(page, "agreed tests",
			"the partner agrees to tests that look like an attack");
}

static void
print_severities(struct page *page, const struct config *config)
{
	if (config->levels == 0)
		return;
	print_title(page, "Severities", NULL, 0);
	for (size_t i = 0; i < config->levels; i++) {
		const struct level *level = &config->level[i];

		fputs("  ", page->file);
		page_pad(page, page_safe(page, level->check), LONG_LABEL);
		fprintf(page->file, "%s in place of %s\n",
			severity_names[level->severity],
			severity_names[check_find(level->check)->severity]);
	}
}

/* --- what is wanted -------------------------------------------------------------------- */

static bool
names(const char *const *list, size_t count, const char *ascii)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], ascii) == 0)
			return true;
	return false;
}

static bool
is_local(const struct config *config, const char *ascii)
{
	const struct local *local = config->local;

	return local != NULL &&
	       (strcmp(local->domain, ascii) == 0 ||
		       names(local->sip_domain, local->sip_domains, ascii));
}

/* By its primary domain or by another one. */
static const struct configured *
find_partner(const struct config *config, const char *ascii)
{
	const struct configured *partner = config_find(config, ascii);

	for (size_t i = 0; partner == NULL && i < config->partners; i++) {
		const struct policy *policy = &config->partner[i].policy;

		if (names(policy->additional_domain, policy->additional_domains, ascii))
			partner = &config->partner[i];
	}
	return partner;
}

static void
print_domain(struct page *page, const struct config *config, const char *ascii)
{
	if (is_local(config, ascii))
		print_local(page, config);
	else
		print_partner(page, config, find_partner(config, ascii));
}

static void
print_all(struct page *page, const struct config *config)
{
	if (config->local != NULL) {
		print_local(page, config);
		putc('\n', page->file);
	}
	print_gateway(page, config);
	for (size_t i = 0; i < config->partners; i++) {
		struct arena *before = page->arena;

		page->arena = arena_open();
		putc('\n', page->file);
		print_partner(page, config, &config->partner[i]);
		arena_close(&page->arena);
		page->arena = before;
	}
	if (config->levels > 0)
		putc('\n', page->file);
	print_severities(page, config);
}

bool
config_lists(const struct config *config, const char *ascii)
{
	return is_local(config, ascii) || find_partner(config, ascii) != NULL;
}

void
config_show(const struct config *config, const struct settings *s)
{
	struct page page = config_page(s);

	if (s->domains == 0)
		print_all(&page, config);
	for (size_t i = 0; i < s->domains; i++) {
		if (i != 0)
			putchar('\n');
		print_domain(&page, config, s->domain[i].ascii);
	}
}
