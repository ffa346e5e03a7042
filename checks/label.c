/* The checks of the names under which records stand: the service's own, the one for direct
 * TLS, and those where nobody looks; their rows are in dns.c. */
#include "checks/srv.h"

#include "base/text.h"

/* --- direct TLS ------------------------------------------------------------------- */

void
srvs_present(struct inquiry *q)
{
	struct service service[2], *direct = &service[MODE_DIRECT];

	if (q->partner->asked->connect_host != NULL) {
		skipped(q, "--connect");
		return;
	}
	srv_look(q, service);
	if (direct->answer == ANSWER_PENDING)
		skipped(q, "an open question");
	else if (answer_is_bad(direct->answer))
		skipped(q, "dns.srv.answer");
	else if (direct->declined)
		skipped(q, "dns.srv.root-target");
	else if (direct->records == 0)
		noted(q, "\"%s\": %s", direct->name,
			answer_words(q, DNS_SRV, direct->name));
}

/* With a record for direct TLS the bare domain is no endpoint (XEP-0368, 3), so nobody
 * knocked there; but without an address it certainly does not answer. */
void
srvs_only(struct inquiry *q)
{
	const char *name = q->partner->domain.ascii;
	struct service service[2];
	struct service *server = &service[MODE_STARTTLS], *direct = &service[MODE_DIRECT];

	if (q->partner->asked->direct_tls) {
		skipped(q, "--direct-tls");
		return;
	}
	if (!srv_look_for_records(q, service) || server->records > 0)
		return;
	if (server->declined)
		skipped(q, "dns.srv.root-target");
	else if (!answer_is_clean(server->answer))
		skipped(q, "dns.srv.answer");
	else if (addresses_of(q, name) == ADDRESSES_NONE)
		failed(q, "\"%s\" exists, but not \"%s\", and \"%s\" has no address",
			direct->name, server->name, name);
	else
		warned(q, "\"%s\" exists, but not \"%s\"", direct->name, server->name);
}

/* --- where nobody looks ----------------------------------------------------------- */

/* The best record of the set that leads anywhere, or NULL. */
static const struct dns_record *
real_record(struct inquiry *q, const char *name)
{
	const struct dns_record **record, *best = NULL;
	size_t records;

	record = dns_records(
		q->arena, q->partner->journal, DNS_SRV, name, MAX_SRV, &records);
	for (size_t i = 0; i < records; i++)
		if (record[i]->target != NULL && !text_same(record[i]->target, ".") &&
			(best == NULL || record[i]->priority < best->priority))
			best = record[i];
	return best;
}

static const char *
record_words(struct inquiry *q, const char *name, const struct dns_record *record)
{
	return arena_printf(q->arena, "\"%s\" leads to \"%s\" port %d", name,
		record->target, record->port);
}

/* A record for clients is one, unless its port is that of servers; Lync federates by SIP
 * under its own label. Everything else was meant for us. */
static void
judge_lookalike(struct inquiry *q, const char *name, const struct dns_record *record)
{
	const char *words = record_words(q, name, record);

	if (text_starts(name, "_sipfederationtls."))
		noted(q, "the domain federates by SIP: %s", words);
	else if (text_starts(name, "_xmpp-client.") && record->port != SERVER_PORT)
		noted(q, "there is a record for clients only: %s", words);
	else
		failed(q, "%s, and no server looks there", words);
}

void
srv_misplaced(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	const char *domain = q->partner->domain.ascii;
	enum dns_answer answer;

	if (asked->connect_host != NULL || asked->direct_tls) {
		skipped(q, asked->connect_host ? "--connect" : "--direct-tls");
		return;
	}
	answer = cite_answer(q, DNS_SRV, srv_name(q->arena, MODE_STARTTLS, domain));
	if (!answer_is_clean(answer)) {
		skipped(q,
			answer == ANSWER_PENDING ? "an open question" : "dns.srv.answer");
		return;
	}
	if (!srv_is_absent(q->arena, q->partner, MODE_STARTTLS))
		return;
	for (size_t i = 0; srv_lookalikes[i] != NULL; i++) {
		const char *name =
			arena_printf(q->arena, "%s.%s", srv_lookalikes[i], domain);
		const struct dns_record *record;

		cite_answer(q, DNS_SRV, name);
		if ((record = real_record(q, name)) != NULL)
			judge_lookalike(q, name, record);
	}
}

/* RFC 4592: what the domain's own name gets from a wildcard, a name that nobody can know
 * gets too. */
void
srv_wildcard(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	const char *name = srv_random_name(q->arena, q->partner);
	const struct dns_record *record;
	enum dns_answer answer;

	if (asked->connect_host != NULL || asked->direct_tls) {
		skipped(q, asked->connect_host ? "--connect" : "--direct-tls");
		return;
	}
	answer = name ? cite_answer(q, DNS_SRV, name) : ANSWER_PENDING;
	if (answer == ANSWER_PENDING) {
		skipped(q, asked->depth == DEPTH_QUICK ? "--depth standard"
						       : "an open question");
	} else if (!answer_is_clean(answer)) {
		skipped(q, "a proper answer");
	} else if ((record = real_record(q, name)) != NULL) {
		grade(q, SEVERITY_MEDIUM);
		warned(q, "an invented name has a record: %s",
			record_words(q, name, record));
	}
}
