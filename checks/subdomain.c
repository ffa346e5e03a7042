/* The further domains of a partner, group chat and the like: each is an identity of its
 * own, and is found on its own (RFC 6120, 3.2.4). The row is in dns.c. */
#include "checks/srv.h"

#include "base/text.h"

/* What DNS says of one service of the name. */
static struct service
service_of(struct inquiry *q, enum mode mode, const char *domain)
{
	struct service s = { .name = srv_name(q->arena, mode, domain) };
	size_t count;
	const struct dns_record **record = dns_records(
		q->arena, q->partner->journal, DNS_SRV, s.name, MAX_SRV, &count);

	s.answer = cite_answer(q, DNS_SRV, s.name);
	for (size_t i = 0; i < count; i++)
		s.records += record[i]->target && !text_same(record[i]->target, ".");
	s.declined = count > 0 && s.records == 0;
	return s;
}

static void
judge_addresses(struct inquiry *q, const char *domain)
{
	enum addresses addresses = addresses_of(q, domain);

	if (addresses == ADDRESSES_UNKNOWN)
		skipped(q, "an open question");
	else if (addresses == ADDRESSES_NONE)
		warned(q, "\"%s\" has neither service records nor an address", domain);
}

static void
judge(struct inquiry *q, const char *domain)
{
	struct service server = service_of(q, MODE_STARTTLS, domain);
	struct service direct = service_of(q, MODE_DIRECT, domain);

	if (server.records + direct.records > 0)
		return;
	if (server.answer == ANSWER_PENDING || direct.answer == ANSWER_PENDING)
		skipped(q, "an open question");
	else if (answer_is_bad(server.answer))
		warned(q, "\"%s\": %s", server.name,
			answer_words(q, DNS_SRV, server.name));
	else if (server.declined)
		warned(q, "\"%s\" declares that it has no service", domain);
	else if (answer_is_bad(direct.answer))
		warned(q, "\"%s\": %s", direct.name,
			answer_words(q, DNS_SRV, direct.name));
	else
		judge_addresses(q, domain);
}

void
subdomains(struct inquiry *q)
{
	const struct partner *partner = q->partner;
	const struct policy *policy =
		partner->role == ROLE_PARTNER ? partner->policy : NULL;

	if (policy == NULL || policy->additional_domains == 0) {
		skipped(q, "an additional domain");
		return;
	}
	if (partner->asked->depth == DEPTH_QUICK) {
		skipped(q, "--depth standard");
		return;
	}
	grade(q, SEVERITY_MEDIUM);
	for (size_t i = 0; i < policy->additional_domains && i < MAX_SUBDOMAINS; i++)
		judge(q, policy->additional_domain[i]);
	if (policy->additional_domains > MAX_SUBDOMAINS)
		noted(q, "only %d of %zu additional domains were asked for",
			MAX_SUBDOMAINS, policy->additional_domains);
}
