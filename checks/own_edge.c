/* The checks of what was set up by hand at our gateway: where our records lead, and what
 * our users may do. */
#include "checks/own.h"

#include "base/text.h"
#include "checks/cert.h"
#include "checks/srv.h"

/* --- the records ------------------------------------------------------------------ */

/* The records for STARTTLS; false when there is nothing to look at. */
static bool
look_for_server(struct inquiry *q, struct service *server)
{
	struct service service[2];

	if (q->partner->asked->connect_host != NULL) {
		skipped(q, "--connect");
		return false;
	}
	srv_look(q, service);
	*server = service[MODE_STARTTLS];
	if (answer_is_clean(server->answer))
		return true;
	skipped(q,
		server->answer == ANSWER_PENDING ? "an open question" : "dns.srv.answer");
	return false;
}

static const char *
say_place(struct inquiry *q, const struct dns_record *record)
{
	return arena_printf(q->arena, "%s:%d", record->target, record->port);
}

static const char *
say_places(struct inquiry *q, const struct service *server)
{
	const char *list = "";

	for (size_t i = 0; i < server->records && i < MAX_SHOWN; i++)
		list = arena_printf(q->arena, "%s%s%s", list, i ? ", " : "",
			say_place(q, server->record[i]));
	return server->records > MAX_SHOWN ? arena_printf(q->arena, "%s and %zu more",
						     list, server->records - MAX_SHOWN)
					   : list;
}

static const struct dns_record *
find_edge(const struct service *server, const char *edge, int port)
{
	for (size_t i = 0; i < server->records; i++)
		if (text_same_name(server->record[i]->target, edge) &&
			server->record[i]->port == port)
			return server->record[i];
	return NULL;
}

/* The records are in the order in which partners try them. A second Edge behind the first
 * is what the gateway's manual recommends; that it is not beside it is asked by
 * own.srv.priorities. */
static void
judge_others(
	struct inquiry *q, const struct service *server, const struct dns_record *edge)
{
	for (size_t i = 0; i < server->records; i++) {
		const struct dns_record *other = server->record[i];

		if (other == edge)
			continue;
		if (text_same_name(other->target, edge->target))
			warned(q, "partners try port %d of the Edge too", other->port);
		else if (other->priority < edge->priority)
			warned(q, "before it, partners try %s", say_place(q, other));
		else
			noted(q, "%s it, partners try %s",
				other->priority > edge->priority ? "after" : "beside",
				say_place(q, other));
	}
}

void
own_srv_edge(struct inquiry *q)
{
	const struct local *local = own_local(q);
	const struct dns_record *found;
	struct service server;
	int port;

	if (local == NULL || local->edge == NULL) {
		skipped(q, "the name of the Edge");
		return;
	}
	if (!look_for_server(q, &server))
		return;
	port = local_port(local);
	found = find_edge(&server, local->edge, port);
	if (found != NULL)
		judge_others(q, &server, found);
	else if (server.records == 0)
		failed(q, "there is no \"%s\" that leads to %s:%d", server.name,
			local->edge, port);
	else
		failed(q, "\"%s\" leads to %s, not to %s:%d", server.name,
			say_places(q, &server), local->edge, port);
	if (q->finding->status == STATUS_WARN)
		remedy(q,
			"give %s:%d the lowest priority number, or take the other records "
			"away",
			local->edge, port);
	else if (q->finding->status == STATUS_FAIL)
		remedy(q,
			"publish _xmpp-server._tcp.%s with the target %s and port %d; "
			"`fedprobe records` prints it",
			q->partner->domain.ascii, local->edge, port);
}

/* Among equals a partner picks by weight, so that some connections go to the Edge that the
 * gateway does not use. */
void
own_srv_priorities(struct inquiry *q)
{
	const struct local *local = own_local(q);
	struct service server;
	size_t targets = 1;

	if (!look_for_server(q, &server))
		return;
	for (size_t i = 1; i < server.records; i++) {
		const struct dns_record *a = server.record[i - 1], *b = server.record[i];

		if (text_same_name(a->target, b->target))
			continue;
		targets++;
		if (a->priority != b->priority)
			continue;
		if (local != NULL && local->edge != NULL)
			warned(q, "%s and %s have the same priority %d", a->target,
				b->target, a->priority);
		else
			noted(q, "%s and %s share the load at priority %d", a->target,
				b->target, a->priority);
	}
	if (server.records == 0)
		skipped(q, "an SRV record");
	else if (targets < 2)
		passed(q, "there is one target only");
}

/* --- what users may do ------------------------------------------------------------ */

static const char *
policy_name(const struct access_policy *policy)
{
	return policy->name ? policy->name : "the access policy";
}

/* The box for XMPP can be ticked only below the one for federated users. */
static void
judge_policies(struct inquiry *q, const struct local *local)
{
	size_t open = 0;

	for (size_t i = 0; i < local->access_policies; i++)
		open += local->access_policy[i].federation &&
			local->access_policy[i].xmpp;
	for (size_t i = 0; i < local->access_policies; i++) {
		const struct access_policy *p = &local->access_policy[i];

		if (p->federation && p->xmpp)
			continue;
		if (p->xmpp)
			failed(q,
				"%s allows XMPP but not federated users, which it needs",
				policy_name(p));
		else if (open > 0)
			noted(q, "%s lets nobody talk to XMPP partners", policy_name(p));
		else
			failed(q, "%s does not allow %s", policy_name(p),
				p->federation ? "XMPP federated users"
					      : "federated users, nor XMPP");
	}
}

void
own_external_access(struct inquiry *q)
{
	const struct local *local = own_local(q);

	if (local == NULL ||
		(local->access_policies == 0 && local->federated_users == KNOWN_NOT)) {
		skipped(q, "<access-policy>");
		return;
	}
	if (!own_is_first(q)) {
		skipped(q, "a question for all our domains");
		return;
	}
	if (local->federated_users == KNOWN_FALSE)
		failed(q,
			"AllowFederatedUsers of the Access Edge is off, for SIP and XMPP");
	judge_policies(q, local);
	if (q->finding->status != STATUS_SKIP)
		return;
	if (local->access_policies == 0)
		noted(q, "the Access Edge allows federated users; what the policies of "
			 "the users say is not known");
	else
		passed(q, "a policy allows federated and XMPP users%s",
			local->federated_users == KNOWN_TRUE
				? ""
				: "; AllowFederatedUsers of the Access Edge is not known");
}
