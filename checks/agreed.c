/* Whether a server hears what it must not: a stanza of somebody who is not authenticated,
 * and words in clear that wait for TLS. Both are put on connections of their own. */
#include "checks/agreed.h"

#include "base/text.h"
#include "checks/attempt.h"

#include <string.h>

#define STANZA    "stanza"
#define INJECTION "injection"

/* --- a stanza before authentication ------------------------------------------------- */

static const char *
not_put(struct inquiry *q)
{
	if (!partner_agrees(q->partner))
		return "the partner's agreement";
	if (q->partner->asked->depth != DEPTH_DEEP)
		return "--depth deep";
	return attempt_stop(q, attempt_last(q));
}

/* It was refused for who we are; every other error says what became of it. */
static bool
is_refusal(const char *condition)
{
	static const char *const refusals[] = { "forbidden", "not-allowed",
		"not-authorized", "policy-violation", "registration-required", NULL };

	return condition && name_index(refusals, condition) >= 0;
}

static void
judge_stanza(struct inquiry *q, const struct observation *o)
{
	const struct stanza_fact *f = o->fact;

	if (!f->answered && o->outcome == OUTCOME_TIMED_OUT)
		noted(q, "it is passed over in silence: %s", say_silence(q, o));
	else if (!f->answered)
		passed(q, "%s", say_silence(q, o));
	else if (is_refusal(f->condition))
		passed(q, "a ping was refused with \"%s\"", f->condition);
	else
		failed(q, "a ping from \"%s\" was answered %s with \"%s\"%s",
			f->asked_from ? f->asked_from : "", say_phase(f->phase),
			f->type ? f->type : "", say_text(q, f->condition));
}

void
stanza_unauthenticated(struct inquiry *q)
{
	const struct observation *o = cite_by(q, STANZA, FACT_STANZA, PHASE_NONE);
	const struct observation *e = cite_by(q, STANZA, FACT_ERROR, PHASE_NONE);
	const struct error_fact *error = e ? e->fact : NULL;

	if (o != NULL)
		judge_stanza(q, o);
	else if (error == NULL || !text_same(error->after, "iq"))
		skipped(q, not_put(q));
	else if (text_same(error->condition, "connection-timeout"))
		noted(q, "it is passed over in silence: %s", say_error(q, error));
	else
		passed(q, "%s", say_error(q, error));
}

/* --- words in clear ------------------------------------------------------------------ */

/* The new stream inside TLS met something that was no header of ours. */
static bool
is_disturbed(const struct error_fact *error)
{
	static const char *const conditions[] = { "bad-format", "bad-namespace-prefix",
		"invalid-namespace", "invalid-xml", "not-well-formed",
		"xml-not-well-formed", NULL };

	return error->condition && name_index(conditions, error->condition) >= 0;
}

void
injection_heard(struct inquiry *q)
{
	const struct observation *o;
	const struct dialback_fact *question;
	const struct starttls_fact *starttls;

	o = cite_by(q, INJECTION, FACT_DIALBACK, PHASE_TLS);
	question = o ? o->fact : NULL;
	if (question && question->injected && question->answered)
		failed(q,
			"what was sent in clear behind <starttls/> is answered inside TLS");
	o = cite_by(q, INJECTION, FACT_ERROR, PHASE_TLS);
	if (o && is_disturbed(o->fact))
		warned(q,
			"what was sent in clear behind <starttls/> seems to be kept: %s",
			say_error(q, o->fact));
	o = cite_by(q, INJECTION, FACT_STARTTLS, PHASE_NONE);
	starttls = o ? o->fact : NULL;
	/* Prosody ends the stream in clear. */
	if (starttls && starttls->answer == STARTTLS_PROCEED &&
		starttls->bytes_after > 0 && starttls->injected &&
		strstr(starttls->injected, "<stream:error") == NULL)
		noted(q,
			"what was sent in clear behind <starttls/> is answered in clear%s",
			say_text(q, starttls->injected));
}
