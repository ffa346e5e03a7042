/* The one line that an administrator wants: will it connect, and how. What decides is what
 * the partner showed, its certificate, what our server demands (--verify), and what was
 * agreed. Each endpoint is judged by itself, and the best one is told, since one is enough
 * to connect. Without a credential of ours nothing was carried out, so the best proof is an
 * offer. */
#include "checks/headline.h"

#include "base/text.h"
#include "checks/inbound.h"
#include "checks/verdict.h"

#include <string.h>

const struct voice *
headline_voice(const struct partner *partner)
{
	static const struct voice of_partner = { "the partner", "the partner's", "its",
		"our" };
	static const struct voice of_ourselves = { "our server", "our", "our",
		"a partner's" };

	return partner->role == ROLE_OWN ? &of_ourselves : &of_partner;
}

bool
headline_allows(const struct prospect *p, unsigned method)
{
	return p->allowed & method;
}

bool
headline_without_tls(const struct prospect *p)
{
	return p->policy && p->policy->tls == DEMAND_NOT_SUPPORTED;
}

void
headline_set(struct headline *h, enum method method, enum proof proof, const char *reason)
{
	h->method = method;
	h->proof = proof;
	h->reason = reason;
}

const char *
headline_cause(const struct partner *partner, const char *endpoint)
{
	const char *id = NULL;

	for (size_t i = 0; i < partner->findings && id == NULL; i++)
		if (text_same(partner->finding[i].endpoint, endpoint))
			id = partner->finding[i].cause;
	for (size_t i = 0; id != NULL && i < partner->causes; i++)
		if (strcmp(partner->cause[i].id, id) == 0)
			return partner->cause[i].text;
	return NULL;
}

static struct prospect
prospect_of(struct observed *o, const struct supposition *supposition)
{
	const struct partner *partner = o->at.partner;
	const struct policy *policy = supposition->policy;
	bool own = partner->role == ROLE_OWN;
	struct prospect p = { .observed = o,
		.stance = o->stance,
		.policy = policy,
		.allowed =
			policy ? negotiation_of(policy)->methods
			       : ALLOWS_SASL | ALLOWS_TLS_DIALBACK | ALLOWS_TCP_DIALBACK,
		/* What we demand of partners we do not demand of ourselves. */
		.verify = own ? VERIFY_UNKNOWN : partner->asked->verify,
		.voice = headline_voice(partner) };

	if (supposition->certificates_good && o->version != NULL)
		p.stance.refusal = NULL;
	if (supposition->authority_answers)
		p.stance.authority = AUTHORITY_ANSWERS;
	return p;
}

/* The words of the table for a row that allows nothing. */
static void
refuse_all(struct inquiry *q, const struct policy *policy, struct headline *h)
{
	const struct negotiation *row = negotiation_of(policy);

	*h = (struct headline){ .method = METHOD_NONE,
		.proof = PROOF_OFFERED,
		.reason = arena_printf(q->arena,
			"the policy leaves no method at all (row %d of the table): %s",
			row->row, row->text) };
}

struct outlook
headline_suppose(struct inquiry *q, struct observed *o, size_t count,
	const struct supposition *supposition)
{
	struct outlook outlook = { 0 };
	struct headline *called = &outlook.out, *calls = &outlook.in;
	struct prospect *list;

	/* Who calls our own domain comes in. */
	if (q->partner->role == ROLE_OWN)
		called = &outlook.in, calls = &outlook.out;
	list = arena_alloc(q->arena, (count + 1) * sizeof *list);
	for (size_t i = 0; i < count; i++)
		list[i] = prospect_of(&o[i], supposition);
	headline_receive(q, list, count, called);
	headline_initiate(q, list, count, calls);
	if (supposition->policy && negotiation_of(supposition->policy)->methods == 0) {
		refuse_all(q, supposition->policy, called);
		refuse_all(q, supposition->policy, calls);
	}
	return outlook;
}

/* Our server goes to the fixed host, whatever the records say (RFC 6120, 3.2.3). */
static void
go_by_route(struct partner *partner)
{
	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];

		if (strcmp(f->check, "policy.route") == 0 && f->status == STATUS_FAIL &&
			partner->out.method != METHOD_NONE)
			partner->out = (struct headline){ .method = METHOD_NONE,
				.proof = PROOF_OFFERED,
				.reason = f->text };
	}
}

static void
doubt(struct headline *h)
{
	if (h->method == METHOD_TLS_DIALBACK || h->method == METHOD_SASL_EXTERNAL)
		*h = (struct headline){
			.method = METHOD_UNKNOWN,
			.proof = PROOF_PREDICTED,
			.reason =
				"this program gets through, but what our own server accepts "
				"in TLS has nothing in common with what the partner's does"
		};
}

/* Whatever this program negotiated, our server would have to do the same. */
static void
go_by_our_tls(struct partner *partner)
{
	if (verdict_at(partner, "own.tls.common", NULL) != STATUS_FAIL)
		return;
	doubt(&partner->out);
	doubt(&partner->in);
}

void
headline_partner(struct partner *partner)
{
	struct finding rest = { 0 };
	struct inquiry q = {
		.partner = partner, .arena = partner->arena, .finding = &rest
	};
	struct supposition real = { .policy = partner->policy };
	struct outlook outlook = { 0 };
	struct observed *observed;
	size_t count;

	/* With a file on disk nobody connects. */
	if (partner->role != ROLE_FILE && partner->role != ROLE_CALLER) {
		observed = observe(&q, &count);
		outlook = headline_suppose(&q, observed, count, &real);
	}
	partner->out = outlook.out;
	partner->in = outlook.in;
	go_by_our_tls(partner);
	go_by_route(partner);
	inbound_headline(&q, &partner->in);
	if (partner->role == ROLE_CALLER)
		headline_set(&partner->out, METHOD_UNKNOWN, PROOF_PREDICTED,
			"it was not tried: this run only listened");
}
