/* The receiving side of the partner: whether it believes a name that does not exist
 * (XEP-0220, 2.1). Any answer but `valid` shows that it verifies; silence is lawful. */
#include "checks/impostor.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/dialback.h"

/* Seconds after which the partner's own search for the name ought to be over. */
enum { PATIENCE = 30 };

/* Dialback as such is refused, and nobody was looked for. */
static bool
is_rule(const char *condition)
{
	static const char *const rules[] = { "policy-violation", "not-authorized",
		"not-allowed", "unsupported-stanza-type", NULL };

	return condition && name_index(rules, condition) >= 0;
}

static struct reception
read_result(struct inquiry *q, const struct observation *o)
{
	const struct dialback_fact *f = o->fact;
	struct reception r = { .typed = f->answered };

	if (!f->answered) {
		r.kind = o->outcome == OUTCOME_TIMED_OUT ? RECEPTION_SILENT
							 : RECEPTION_CLOSED;
		r.early = r.kind == RECEPTION_SILENT && seconds(o->took) < PATIENCE;
		r.words = arena_printf(q->arena, "no answer %s: %s", say_phase(f->phase),
			say_silence(q, o));
	} else if (text_same(f->type, "error")) {
		r.kind = is_rule(f->condition) ? RECEPTION_REFUSED : RECEPTION_ERROR;
		r.words = dialback_say_error(q, f);
	} else {
		r.kind =
			text_same(f->type, "valid") ? RECEPTION_VALID : RECEPTION_INVALID;
		r.words = arena_printf(q->arena, "it answered \"%s\" %s",
			f->type ? f->type : "", say_phase(f->phase));
	}
	return r;
}

/* Prosody and jabberd2 wait in silence, and end the stream by connection-timeout when
 * their own time is over. */
static struct reception
read_retort(struct inquiry *q, const struct error_fact *error)
{
	struct reception r = { .kind = RECEPTION_ENDED, .words = say_error(q, error) };

	if (is_rule(error->condition))
		r.kind = RECEPTION_REFUSED;
	else if (text_same(error->condition, "connection-timeout"))
		r.kind = RECEPTION_SILENT;
	return r;
}

struct reception
impostor_reception(struct inquiry *q, const char *probe)
{
	const struct observation *o = dialback_question(q, probe);
	const struct error_fact *error = dialback_retort(q, probe, "db:result");

	if (o != NULL)
		return read_result(q, o);
	if (error != NULL)
		return read_retort(q, error);
	return (struct reception){ .kind = RECEPTION_NONE };
}

bool
impostor_is_heard(const struct reception *r)
{
	return r->kind == RECEPTION_VALID || r->kind == RECEPTION_INVALID ||
	       r->kind == RECEPTION_ERROR;
}

/* XEP-0220, 2.1.2: only the authoritative server of a name can make it valid, and this
 * name has none. Silence is a lawful "no". */
void
impostor_believed(struct inquiry *q)
{
	struct reception clear = impostor_reception(q, PLAINTEXT_IMPOSTOR);
	struct reception r = impostor_reception(q, IMPOSTOR);

	if (clear.kind == RECEPTION_VALID)
		failed(q, "%s to a name that does not exist", clear.words);
	switch (r.kind) {
	case RECEPTION_NONE:
		skipped(q, dialback_not_asked_deep(q));
		break;
	case RECEPTION_VALID:
		failed(q, "%s to a name that does not exist", r.words);
		break;
	case RECEPTION_INVALID:
	case RECEPTION_ERROR:
		break;
	case RECEPTION_CLOSED:
		warned(q, "%s", r.words);
		break;
	case RECEPTION_SILENT:
		noted(q, "%s, which is a lawful \"no\"", r.words);
		break;
	case RECEPTION_REFUSED:
	case RECEPTION_ENDED:
		noted(q, "%s", r.words);
	}
}
