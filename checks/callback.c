/* Who gets a db:result has to ask the authoritative server of the sender (XEP-0220, 2.1.2).
 * Where we listen, that is us: whether the partner came, from where, how soon, and what it
 * asked. One that refuses dialback as such has no reason to come. */
#include "checks/callback.h"

#include "base/text.h"
#include "checks/dialback.h"
#include "checks/inbound.h"
#include "model/inbound.h"

/* Seconds after which other servers than ours lose their patience. */
enum { LATE = 10 };

/* Our db:results with a good key, of all endpoints. */
struct ours {
	const struct observation *first; /* that was sent; NULL: there was none */
	bool believed;                   /* one was valid */
	bool owed; /* one ended so that the partner must have tried to ask */
};

/* Silence is how many a search for our server ends. XEP-0220, 2.5: of the errors these tell of
 * one. */
static bool
is_owed(const struct dialback_fact *f)
{
	static const char *const conditions[] = { "forbidden", "remote-connection-failed",
		"remote-server-not-found", "remote-server-timeout", NULL };

	if (!f->answered || text_same(f->type, "invalid"))
		return true;
	return text_same(f->type, "error") && f->condition &&
	       name_index(conditions, f->condition) >= 0;
}

static int64_t
begin(const struct observation *o)
{
	return o->at - o->took;
}

static struct ours
find_ours(struct inquiry *q)
{
	struct inquiry whole = *q;
	struct ours ours = { .first = NULL };
	const struct observation *o = NULL;

	whole.endpoint = NULL;
	while ((o = cite_next(&whole, FACT_DIALBACK, o)) != NULL) {
		const struct dialback_fact *f = o->fact;

		if (!f->issued || f->element != DIALBACK_RESULT)
			continue;
		if (ours.first == NULL || begin(o) < begin(ours.first))
			ours.first = o;
		ours.believed |= text_same(f->type, "valid");
		ours.owed |= is_owed(f);
	}
	return ours;
}

/* The first connection that came after it. */
static const struct observation *
find_answer(struct inquiry *q, const struct observation *first)
{
	struct inquiry whole = *q;
	const struct observation *o = NULL, *answer = NULL;

	whole.endpoint = NULL;
	while (first && (o = cite_next(&whole, FACT_INBOUND, o)) != NULL)
		if (begin(o) >= begin(first) &&
			(answer == NULL || begin(o) < begin(answer)))
			answer = o;
	return answer;
}

const char *
callback_place(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;

	if (!run_listens(asked))
		return "";
	if (asked->listen == NULL || asked->listen_tls == NULL)
		return asked->listen ? asked->listen : asked->listen_tls;
	return arena_printf(q->arena, "%s or %s", asked->listen, asked->listen_tls);
}

bool
callback_came(struct inquiry *q)
{
	return run_listens(q->partner->asked) &&
	       find_answer(q, find_ours(q).first) != NULL;
}

bool
callback_vouched(struct inquiry *q, const char *id)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = 1; id && n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, (unsigned)n);
		const struct inbound_fact *f = o->fact;

		if (o->kind != FACT_INBOUND || !text_same(f->verify, "valid") ||
			!text_same(f->verify_id, id))
			continue;
		also_cite(q, o);
		return true;
	}
	return false;
}

/* --- whether it came ------------------------------------------------------------------ */

bool
callback_is_from(struct inquiry *q, const char *address)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++)
		if (text_same(list[i].address, address))
			return true;
	return false;
}

static void
judge_way_back(struct inquiry *q, const struct observation *first,
	const struct observation *answer)
{
	const struct inbound_fact *f = answer->fact;
	double seconds = (double)(begin(answer) - begin(first)) / 1e6;

	if (seconds > LATE)
		warned(q, "it came back from %s, but only after %.0f s", f->address,
			seconds);
	else if (!callback_is_from(q, f->address))
		noted(q,
			"it came back after %.2f s, from %s, which is none of its published "
			"addresses: a firewall here must let that in, too",
			seconds, f->address);
	else
		passed(q, "it came back after %.2f s, from %s", seconds, f->address);
}

/* XEP-0344, 2.4: a certificate may be enough, and then nobody comes. */
void
callback_seen(struct inquiry *q)
{
	const char *listen = callback_place(q);
	struct ours ours = { .first = NULL };
	const struct observation *answer;

	if (!run_listens(q->partner->asked)) {
		skipped(q, "--listen");
		return;
	}
	ours = find_ours(q);
	answer = find_answer(q, ours.first);
	if (ours.first == NULL)
		skipped(q, "no db:result of ours");
	else if (answer != NULL)
		judge_way_back(q, ours.first, answer);
	else if (ours.believed)
		noted(q, "it believed us and did not come back to %s to ask", listen);
	else if (ours.owed)
		failed(q, "it did not come back to %s, where we listened", listen);
	else
		skipped(q, "dialback.result");
}

/* --- what it asked ----------------------------------------------------------------------- */

/* RFC 6761, 6.4: nobody owns such a name. */
static bool
is_invented(const struct inquiry *q)
{
	return text_ends(q->partner->domain.ascii, ".invalid");
}

static void
judge_question(struct inquiry *q, const struct inbound_fact *f)
{
	if (text_same(f->verify, "valid"))
		passed(q, "it asked for a key that is ours");
	else if (text_same(f->verify, "invalid") && dialback_is_bogus(q, f->verify_id))
		passed(q, "it asked for the key that we made wrong on purpose");
	else if (text_same(f->verify, "invalid") && is_invented(q))
		noted(q, "it asked for a key that nobody made, as testers do");
	else if (text_same(f->verify, "invalid"))
		inbound_denied(q, f);
	else if (f->verify_came) {
		blame(q, OWNER_BOTH);
		remedy(q,
			"add the domain to ours if it is (<sip-domain> of <local>); else ask "
			"the partner why it asks here");
		failed(q, "it asked us to speak for a domain that is not ours");
	}
}

/* Prosody and jabberd2 prove their own name first, and hold their question back until that
 * has worked. */
static void
judge_no_question(struct inquiry *q)
{
	struct ours ours = find_ours(q);
	const struct observation *answer = find_answer(q, ours.first);

	if (!run_listens(q->partner->asked) || answer == NULL || ours.believed ||
		!ours.owed) {
		skipped(q, "no db:verify that came");
		return;
	}
	remedy(q, "see what stopped the connection that came (dialback.callback.tls, "
		  "inbound.dialback): the partner asks when that is over");
	warned(q, "it came back, and did not ask for our key: %s",
		inbound_say(q->arena, answer->fact));
}

void
callback_verify(struct inquiry *q)
{
	const struct observation *o = NULL;
	bool seen = false;

	while ((o = cite_next(q, FACT_INBOUND, o)) != NULL) {
		const struct inbound_fact *f = o->fact;

		seen |= f->verify_came;
		judge_question(q, f);
	}
	if (!seen)
		judge_no_question(q);
}
