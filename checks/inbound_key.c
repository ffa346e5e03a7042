/* The key that a partner verifies, beside the one that we sent. */
#include "checks/inbound.h"

#include "base/text.h"
#include "model/inbound.h"

void
inbound_advise(struct inquiry *q, enum owner owner, const char *advice)
{
	if (q->finding->status == STATUS_FAIL)
		return;
	blame(q, owner);
	remedy(q, "%s", advice);
}

/* Our next db:result with a key that is good; NULL when there is none. */
static const struct observation *
find_ours(struct inquiry *q, const struct observation *o)
{
	while ((o = cite_next(q, FACT_DIALBACK, o)) != NULL) {
		const struct dialback_fact *f = o->fact;

		if (f->issued && f->element == DIALBACK_RESULT)
			return o;
	}
	return NULL;
}

/* Whether we sent a good key on the stream with this id. */
static bool
is_our_stream(struct inquiry *q, const char *id)
{
	const struct observation *header = NULL, *sent;

	while ((header = cite_next(q, FACT_HEADER, header)) != NULL) {
		if (!text_same(((const struct header_fact *)header->fact)->id, id))
			continue;
		for (sent = find_ours(q, NULL); sent; sent = find_ours(q, sent))
			if (text_same(sent->probe, header->probe) &&
				text_same(sent->endpoint, header->endpoint))
				return true;
	}
	return false;
}

/* XEP-0220, 2.1.2: id and key are handed on as they came. */
void
inbound_denied(struct inquiry *q, const struct inbound_fact *f)
{
	const char *id = f->verify_id ? f->verify_id : "";

	if (is_our_stream(q, id)) {
		inbound_advise(q, OWNER_PARTNER,
			"update the server, or remove the proxy in its way");
		failed(q,
			"it asked for another key than the one that we sent on its stream "
			"\"%s\"",
			id);
	} else if (find_ours(q, NULL) != NULL) {
		inbound_advise(q, OWNER_BOTH,
			"look for the id in the logs of your servers: if none of them has "
			"called under it, the partner's server, or a proxy in its way, alters "
			"it; otherwise give all of them the same dialback secret");
		failed(q,
			"it asked for a key that was not made with our secret, on the stream "
			"\"%s\", which is none of this run: either its server, or a proxy, "
			"alters the id, or another server of ours has another secret",
			id);
	} else {
		failed(q,
			"it asked for a key that was not made with our secret, on the "
			"stream \"%s\"",
			id);
	}
}

/* XEP-0220, 2.5: what we refuse without having asked anybody. */
static bool
is_for_its_errand(const struct inbound_fact *f)
{
	static const char *const conditions[] = { "item-not-found", "policy-violation",
		"not-acceptable", NULL };

	return f->result_condition && name_index(conditions, f->result_condition) >= 0;
}

bool
inbound_is_disproved(const struct partner *partner)
{
	size_t count;
	const struct observation *const *o =
		journal_kind(partner->journal, FACT_INBOUND, &count);

	for (size_t i = 0; i < count; i++) {
		const struct inbound_fact *f = o[i]->fact;

		if (f->result_came && !text_same(f->result, "valid") &&
			!is_for_its_errand(f))
			return true;
	}
	return false;
}

bool
inbound_altered(const struct partner *partner)
{
	size_t count;
	const struct observation *const *o =
		journal_kind(partner->journal, FACT_DIALBACK, &count);

	for (size_t i = 0; i < count; i++) {
		const struct dialback_fact *f = o[i]->fact;

		if (f->issued && f->element == DIALBACK_RESULT)
			return true;
	}
	return false;
}
