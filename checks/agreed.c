/* Whether a server hears what it must not: a stanza of somebody who is not authenticated, or
 * who is somebody else, and words in clear that wait for TLS. All are put on connections of
 * their own. */
#include "checks/agreed.h"

#include "base/text.h"
#include "checks/attempt.h"

#include <string.h>

#define STANZA    "stanza"
#define INJECTION "injection"

/* Our certificate with a name that it does not hold, and with our own; a stanza in the name of
 * nobody follows. */
#define FOREIGN_EXTERNAL "foreign-external"
#define FOREIGN_STANZA   "foreign-stanza"

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

/* --- a name that is not ours ---------------------------------------------------------- */

/* What became of a stanza in the name of nobody. */
enum hearing {
	NOT_HEARD, /* refused, as RFC 6120, 4.9.3.9, wants it */
	HEARD,
	PASSED_OVER, /* in silence */
	NOT_SAID
};

static enum hearing
hear(struct inquiry *q, const char *probe, const char **words)
{
	const struct observation *o = cite_by(q, probe, FACT_STANZA, PHASE_SASL);
	const struct observation *e = cite_by(q, probe, FACT_ERROR, PHASE_SASL);
	const struct stanza_fact *f = o ? o->fact : NULL;
	const struct error_fact *error = e ? e->fact : NULL;

	*words = error ? say_error(q, error) : o ? say_silence(q, o) : "";
	if (f && f->answered) {
		*words = arena_printf(q->arena, "the answer is \"%s\"%s",
			f->type ? f->type : "", say_text(q, f->condition));
		return is_refusal(f->condition) ? NOT_HEARD : HEARD;
	}
	if (error && !text_same(error->condition, "connection-timeout"))
		return text_same(error->after, "iq") ? NOT_HEARD : NOT_SAID;
	if (error)
		return PASSED_OVER;
	return o == NULL                         ? NOT_SAID
	       : o->outcome == OUTCOME_TIMED_OUT ? PASSED_OVER
						 : NOT_HEARD;
}

static void
condemn(struct inquiry *q, const char *words)
{
	grade(q, SEVERITY_CRITICAL);
	remedy(q,
		"take the server out of federation and update it: it grants a name that the "
		"certificate does not hold");
	failed(q, "%s", words);
}

static void
condemn_grant(struct inquiry *q, const char *name, const char *proof)
{
	condemn(q, arena_printf(q->arena,
			   "our certificate opens the name \"%s\", which it does not "
			   "hold: %s",
			   name, proof));
}

/* Silence is no refusal; but there are servers that pass over in silence whatever is not in
 * the right name, so it is compared with the same stanza of one who came as himself. */
static void
judge_silence(struct inquiry *q, const char *name)
{
	const char *words;

	switch (hear(q, FOREIGN_STANZA, &words)) {
	case NOT_HEARD:
		condemn_grant(q, name,
			arena_printf(q->arena,
				"a stanza in that name is taken, and one in another foreign "
				"name is refused (%s)",
				words));
		break;
	case HEARD:
		condemn(q,
			arena_printf(q->arena,
				"whoever has a certificate can speak in any name: a stanza "
				"in the name of nobody is answered (%s)",
				words));
		break;
	default:
		grade(q, SEVERITY_MEDIUM);
		remedy(q,
			"ask the partner what its server makes of an authorization identity "
			"that is not in the certificate");
		warned(q,
			"with the name \"%s\", which our certificate does not hold, it "
			"succeeds; a stanza in that name is passed over in silence, so it "
			"cannot be seen whether the name is granted",
			name);
	}
}

void
foreign_identity(struct inquiry *q)
{
	const struct observation *o = cite_by(q, FOREIGN_EXTERNAL, FACT_SASL, PHASE_NONE);
	const struct observation *h =
		cite_by(q, FOREIGN_EXTERNAL, FACT_HEADER, PHASE_SASL);
	const struct sasl_fact *sasl = o ? o->fact : NULL;
	const struct observation *e;
	const struct error_fact *error;
	const char *words, *name = sasl && sasl->authzid ? sasl->authzid : "";
	enum hearing hearing;

	if (sasl == NULL || sasl->answer != SASL_SUCCESS)
		return;
	e = cite_by(q, FOREIGN_EXTERNAL, FACT_ERROR, PHASE_SASL);
	error = e ? e->fact : NULL;
	hearing = hear(q, FOREIGN_EXTERNAL, &words);
	if (h && is_same_domain(q, ((const struct header_fact *)h->fact)->to, name))
		condemn_grant(q, name, "the server calls us so from then on");
	else if (error && text_same(error->after, "header") &&
		 text_same(error->condition, "invalid-from"))
		condemn_grant(q, name,
			arena_printf(
				q->arena, "our own is refused from then on (%s)", words));
	else if (hearing == HEARD)
		condemn_grant(q, name,
			arena_printf(q->arena, "a stanza in that name is answered (%s)",
				words));
	else if (hearing == PASSED_OVER)
		judge_silence(q, name);
	else
		noted(q,
			"a foreign name is taken no notice of: with \"%s\" it succeeds, but %s",
			name,
			hearing == NOT_HEARD
				? arena_printf(q->arena,
					  "a stanza in that name is refused (%s)", words)
				: "the stream does not go on");
}
