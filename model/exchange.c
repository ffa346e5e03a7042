/* Probe, checks and reports must agree on whether we were believed, and on what silence
 * means: it says something only where an answer would have been seen. */
#include "model/exchange.h"

#include "base/text.h"
#include "model/jid.h"

/* --- whether we are believed ------------------------------------------------------------ */

static bool
is_success(const struct observation *o)
{
	return o->kind == FACT_SASL &&
	       ((const struct sasl_fact *)o->fact)->answer == SASL_SUCCESS;
}

static bool
is_valid(const struct observation *o)
{
	const struct dialback_fact *f = o->fact;

	return o->kind == FACT_DIALBACK && f->issued && f->answered &&
	       f->element == DIALBACK_RESULT && text_same(f->type, "valid");
}

static bool
offers_way_back(const struct observation *o)
{
	return o->kind == FACT_FEATURES && ((const struct features_fact *)o->fact)->bidi;
}

/* As the probe saw it there; any probe for NULL. */
static bool
saw(const struct partner *partner, const char *probe, const struct endpoint *e,
	bool (*is_it)(const struct observation *))
{
	for (unsigned n = 1; n <= journal_size(partner->journal); n++) {
		const struct observation *o = journal_at(partner->journal, n);

		if ((probe == NULL || text_same(o->probe, probe)) &&
			text_same(o->endpoint, e->id) && is_it(o))
			return true;
	}
	return false;
}

/* Servers that know XEP-0288 prefer such a stream to the one that they have to our own server.
 * So what their users write to ours in these seconds comes here, where it can only go back:
 * a price that nobody pays unasked. */
bool
exchange_may_open_back(struct arena *arena, const struct partner *partner)
{
	return partner->asked->depth == DEPTH_DEEP || exchange_is_asked(arena, partner);
}

struct exchange_way
exchange_way(struct arena *arena, const struct partner *partner)
{
	static const struct {
		const char *probe;
		bool (*is_it)(const struct observation *);
	} trial[] = {
		[EXCHANGE_BY_EXTERNAL] = { "external", is_success },
		[EXCHANGE_BY_DIALBACK] = { "dialback", is_valid },
		[EXCHANGE_IN_CLEAR] = { "plaintext-dialback", is_valid },
	};
	struct exchange_way way = { .by = EXCHANGE_NEVER };
	size_t count;
	const struct endpoint *list = endpoints(arena, partner, &count);

	for (unsigned by = EXCHANGE_BY_EXTERNAL; by <= EXCHANGE_IN_CLEAR; by++)
		for (size_t i = 0; i < count; i++) {
			if (!saw(partner, trial[by].probe, &list[i], trial[by].is_it))
				continue;
			way.by = by;
			way.endpoint = &list[i];
			way.bidi = saw(partner, NULL, &list[i], offers_way_back);
			way.back = partner->asked->listen != NULL ||
				   (way.bidi && exchange_may_open_back(arena, partner));
			return way;
		}
	return way;
}

bool
exchange_is_asked(struct arena *arena, const struct partner *partner)
{
	const struct asked *asked = partner->asked;
	struct jid jid;

	return asked->recipient != NULL &&
	       (partner->role == ROLE_PARTNER || partner->role == ROLE_ADDITIONAL) &&
	       jid_parse(arena, asked->recipient, &jid) == NULL &&
	       text_same(jid.domain.ascii, partner->domain.ascii);
}

/* --- what became of it ------------------------------------------------------------------ */

static const struct observation *
find(const struct partner *partner, enum stanza_request request)
{
	for (size_t n = journal_size(partner->journal); n > 0; n--) {
		const struct observation *o = journal_at(partner->journal, (unsigned)n);
		const struct stanza_fact *f = o->fact;

		if (o->kind == FACT_STANZA && text_same(o->probe, "exchange") &&
			f->request == request && f->asked_id != NULL)
			return o;
	}
	return NULL;
}

/* An answer to anything shows that answers find their way. */
static bool
anything_came(const struct partner *partner)
{
	for (enum stanza_request r = STANZA_PING; r <= STANZA_SUBSCRIPTION; r++) {
		const struct observation *o = find(partner, r);

		if (o != NULL && ((const struct stanza_fact *)o->fact)->answered)
			return true;
	}
	return false;
}

enum exchange_end
exchange_end_of(const struct partner *partner, enum stanza_request request,
	const struct observation **found)
{
	const struct observation *o = *found = find(partner, request);
	const struct stanza_fact *f = o ? o->fact : NULL;

	if (f == NULL)
		return EXCHANGE_NOT_SENT;
	if (f->answered)
		return text_same(f->type, "error") ? EXCHANGE_ERROR : EXCHANGE_ANSWERED;
	if (o->outcome != OUTCOME_TIMED_OUT && o->outcome != OUTCOME_NOT_TRIED)
		return EXCHANGE_BROKEN;
	if (o->outcome == OUTCOME_NOT_TRIED || (!f->bidi && !f->listened))
		return EXCHANGE_UNSEEN;
	return anything_came(partner) ? EXCHANGE_QUIET : EXCHANGE_SILENT;
}
