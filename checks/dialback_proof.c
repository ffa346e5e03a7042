/* Whether it is our own server that convinces the partner (XEP-0220, 2.1.2): what becomes of a
 * key that our server denies, whether anybody asked it at all, and what becomes of a further
 * domain of ours on the same stream. */
#include "base/text.h"
#include "checks/attempt.h"
#include "checks/callback.h"
#include "checks/dialback.h"
#include "checks/impostor.h"
#include "checks/trial.h"

#define BOGUS_KEY "bogus-key"
#define MULTIPLEX "multiplex"

/* Why a test that needs the partner's agreement was not made. */
static const char *
not_agreed(struct inquiry *q)
{
	if (q->partner->role == ROLE_OWN)
		return "another server than our own";
	if (!partner_agrees(q->partner))
		return "the partner's agreement";
	return dialback_not_asked_deep(q);
}

/* --- the way back --------------------------------------------------------------------- */

/* Our listener was asked about a key for the stream with this id; what it said then follows
 * from the key. */
static bool
was_asked(struct inquiry *q, const char *id)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = 1; id && n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, (unsigned)n);
		const struct dialback_fact *f = o->fact;

		if (o->kind != FACT_DIALBACK || !text_same(o->probe, "inbound") ||
			f->element != DIALBACK_VERIFY || !text_same(f->id, id))
			continue;
		also_cite(q, o);
		return true;
	}
	return false;
}

/* The same of the stream on which the probe put its question. */
static bool
came_back(struct inquiry *q, const char *probe)
{
	const struct observation *o = cite_by(q, probe, FACT_DIALBACK, PHASE_NONE);
	const struct observation *error = cite_by(q, probe, FACT_ERROR, PHASE_NONE);
	enum phase phase = o       ? ((const struct dialback_fact *)o->fact)->phase
			   : error ? ((const struct error_fact *)error->fact)->phase
				   : PHASE_NONE;
	const struct observation *header = cite_by(q, probe, FACT_HEADER, phase);

	return header && was_asked(q, ((const struct header_fact *)header->fact)->id);
}

bool
dialback_is_bogus(struct inquiry *q, const char *id)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = 1; id && n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, (unsigned)n);

		if (o->kind == FACT_HEADER && text_same(o->probe, BOGUS_KEY) &&
			text_same(((const struct header_fact *)o->fact)->id, id))
			return true;
	}
	return false;
}

/* --- a key that is not ours ------------------------------------------------------------- */

/* Who did not ask us may have asked another server of our domain, which may be the one that
 * is wrong. A partner that believes a name that does not exist asks nobody. */
static void
judge_belief(struct inquiry *q, const struct reception *r)
{
	struct reception impostor = impostor_reception(q, IMPOSTOR);

	if (came_back(q, BOGUS_KEY)) {
		failed(q, "our server denied the key, and %s all the same", r->words);
		return;
	}
	if (impostor.kind == RECEPTION_VALID) {
		failed(q,
			"%s to a key that is not ours, as to a name that does not exist",
			r->words);
		return;
	}
	blame(q, OWNER_BOTH);
	remedy(q,
		"see at the servers of your SRV records whether the partner asks there, and "
		"what they say (dialback.authority.sound of your own domain); if nobody asks, "
		"the partner must take its server out of federation");
	failed(q,
		"%s to a key that is not ours, and did not ask us at %s: it believes without "
		"asking, or another server of our domain vouches for every key",
		r->words, callback_place(q));
}

/* XEP-0220, 2.1.2. Whoever says no without having heard ours shows nothing by that. */
static void
judge_denial(struct inquiry *q, const struct reception *r)
{
	if (came_back(q, BOGUS_KEY))
		passed(q, "our server denied the key, and %s", r->words);
	else
		noted(q, "%s; our server was not asked", r->words);
}

static const char *
bogus_key_missing(struct inquiry *q)
{
	if (!run_listens(q->partner->asked))
		return "--listen";
	return not_agreed(q);
}

void
dialback_bogus_key(struct inquiry *q)
{
	struct reception r = impostor_reception(q, BOGUS_KEY);

	switch (r.kind) {
	case RECEPTION_NONE:
		skipped(q, bogus_key_missing(q));
		break;
	case RECEPTION_VALID:
		judge_belief(q, &r);
		break;
	case RECEPTION_SILENT:
		noted(q, "%s, which is a lawful \"no\"", r.words);
		break;
	case RECEPTION_INVALID:
	case RECEPTION_ERROR:
	case RECEPTION_REFUSED:
	case RECEPTION_ENDED:
	case RECEPTION_CLOSED:
		judge_denial(q, &r);
	}
}

/* --- belief without a question ------------------------------------------------------------ */

/* XEP-0344, 2.4: our certificate may be enough. Where SASL EXTERNAL has refused it, it is
 * not. */
static void
judge_with_certificate(struct inquiry *q)
{
	const struct observation *sasl = cite_by(q, EXTERNAL, FACT_SASL, PHASE_NONE);

	if (sasl && ((const struct sasl_fact *)sasl->fact)->answer == SASL_FAILURE)
		warned(q,
			"it believed us without asking at %s, although it had refused our "
			"certificate",
			callback_place(q));
	else
		noted(q, "our certificate is enough: it believed us without asking at %s",
			callback_place(q));
}

/* Another server of our domain may have answered, when it has the same secret; a partner that
 * looks for the server of an invented name looks for ours as well. A secret that this run
 * has made no other server has. */
static void
judge_without_certificate(struct inquiry *q)
{
	struct reception impostor = impostor_reception(q, IMPOSTOR);
	const char *listen = callback_place(q);

	if (impostor.kind == RECEPTION_VALID)
		warned(q,
			"it believed us without a certificate and without asking at %s, as "
			"it believes a name that does not exist",
			listen);
	else if (!q->partner->asked->secret)
		warned(q,
			"it believed us without a certificate and without asking at %s, "
			"where alone our key is known",
			listen);
	else if (impostor_is_heard(&impostor))
		noted(q,
			"it believed us without asking at %s; as it does look for the server "
			"of a name that does not exist, it has probably asked another server "
			"of our domain",
			listen);
	else
		warned(q,
			"it believed us without a certificate and without asking at %s; "
			"unless another server of our domain has answered, it verifies "
			"nothing",
			listen);
}

void
dialback_shortcut(struct inquiry *q)
{
	static const char *const probes[] = { DIALBACK, PLAINTEXT_DIALBACK, EXTERNAL };
	bool tried = false, believed = false;

	if (!run_listens(q->partner->asked)) {
		skipped(q, "--listen");
		return;
	}
	for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
		struct trial t = trial_dialback(q, probes[i]);

		tried |= t.kind != TRIAL_NONE;
		if (t.kind != TRIAL_ACCEPTED)
			continue;
		believed = true;
		if (came_back(q, probes[i]))
			passed(q, "it asked us before it believed us");
		else if (text_same(probes[i], EXTERNAL))
			judge_with_certificate(q);
		else
			judge_without_certificate(q);
	}
	if (!believed)
		skipped(q, tried ? "dialback.result" : "a db:result of ours");
}

/* --- a further domain of ours --------------------------------------------------------------- */

/* XEP-0220, 2.6: who reports errors keeps the stream. */
static void
judge_end(struct inquiry *q, const char *words)
{
	const struct observation *o = cite_by(q, MULTIPLEX, FACT_FEATURES, PHASE_TLS);
	const struct features_fact *f;

	if (o == NULL)
		o = cite_by(q, MULTIPLEX, FACT_FEATURES, PHASE_PLAIN);
	f = o ? o->fact : NULL;
	if (f && f->dialback_errors)
		warned(q,
			"a second domain of ours ends the stream, although errors are "
			"offered: %s",
			words);
	else
		noted(q, "a second domain of ours ends the stream: %s", words);
}

static void
judge_second(struct inquiry *q, const struct observation *o)
{
	const struct dialback_fact *f = o->fact;

	if (!f->answered && o->outcome == OUTCOME_TIMED_OUT)
		noted(q, "no answer about \"%s\": %s", f->asked_from, say_silence(q, o));
	else if (!f->answered)
		judge_end(q, say_silence(q, o));
	else if (!is_same_domain(q, f->to, f->asked_from))
		warned(q, "the answer about \"%s\" is for \"%s\"", f->asked_from,
			f->to ? f->to : "");
	else if (text_same(f->type, "valid"))
		passed(q, "\"%s\" is \"valid\" on the same stream", f->asked_from);
	else if (text_same(f->type, "error"))
		noted(q, "\"%s\" is refused, and the stream goes on: %s", f->asked_from,
			dialback_say_error(q, f));
	else
		noted(q, "\"%s\" is \"%s\" on the same stream", f->asked_from,
			f->type ? f->type : "");
}

static const char *
multiplex_missing(struct inquiry *q)
{
	const struct local *local = run_local(q->partner->asked);

	if (local == NULL || local->sip_domains == 0)
		return "a further <sip-domain> of <local>";
	return not_agreed(q);
}

/* A stream error takes the place of an answer, and leaves the first to be the last. */
void
dialback_multiplex(struct inquiry *q)
{
	const struct observation *o = cite_by(q, MULTIPLEX, FACT_DIALBACK, PHASE_NONE);
	const struct observation *header = cite_by(q, MULTIPLEX, FACT_HEADER, PHASE_NONE);
	const struct error_fact *error = dialback_retort(q, MULTIPLEX, "db:result");
	const struct dialback_fact *f = o ? o->fact : NULL;

	if (f == NULL)
		skipped(q, error ? "dialback.result" : multiplex_missing(q));
	else if (header == NULL ||
		 !is_same_domain(q, f->asked_from,
			 ((const struct header_fact *)header->fact)->sent_from))
		judge_second(q, o);
	else if (error != NULL && text_same(f->type, "valid"))
		judge_end(q, say_error(q, error));
	else
		skipped(q, "dialback.result");
}
