/* How a partner that calls us keeps to the rules of a stream. What became of its proofs is
 * for the other checks of checks/inbound.c. */
#include "checks/inbound.h"

#include "base/text.h"
#include "model/inbound.h"

/* RFC 6120, 4.9.3: what it did that made us say so. */
static const char *
say_offence(struct inquiry *q, const struct inbound_fact *f)
{
	static const struct {
		const char *condition, *words;
	} known[] = {
		{ "not-authorized", "a stanza came before it had proved its name" },
		{ "unsupported-stanza-type", "an element came that no server knows" },
		{ "improper-addressing", "a domain was missing where there must be one" },
		{ "invalid-from", "it spoke in a name that it had not proved" },
		{ "invalid-namespace", "the header is not that of a server's stream" },
		{ "host-unknown", "it called for a domain that is not ours" },
		{ "resource-constraint", "it called too often, or said too much" },
	};

	if (f->error_text != NULL)
		return arena_printf(q->arena, "%s came", f->error_text);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (text_same(f->error, known[i].condition))
			return known[i].words;
	return "it broke a rule";
}

/* Whether there was an attempt that another check judges. */
static bool
has_tried(const struct inbound_fact *f)
{
	return inbound_authenticated(f) || f->verify_came || f->result_came ||
	       f->unsolicited || f->external != INBOUND_SASL_NONE ||
	       (f->asked && !f->tls) || f->alert > 0 || inbound_refused_certificate(f);
}

/* A server is shut down, or has nothing more to say. */
static bool
is_harmless(const struct inbound_fact *f)
{
	static const char *const known[] = { "system-shutdown", "connection-timeout",
		"reset" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (text_same(f->error, known[i]))
			return true;
	return false;
}

/* Nothing that a server must not do, but more than we listen to. */
static bool
is_limit_of_ours(const struct inbound_fact *f)
{
	return f->error_sent && inbound_authenticated(f) &&
	       text_same(f->error, "policy-violation");
}

/* A connection that ends before its time because we were done shows nothing. */
static void
judge(struct inquiry *q, const struct inbound_fact *f)
{
	if (inbound_was_cut_off(f))
		return;
	if (is_limit_of_ours(f))
		noted(q, "it was let in, and said more than is listened to here: %s",
			say_offence(q, f));
	else if (f->error_sent && !is_harmless(f))
		failed(q, "we had to end its stream with %s: %s", f->error,
			say_offence(q, f));
	else if (f->awaited != NULL && !has_tried(f))
		failed(q, "it fell silent: %s", f->awaited);
	else if (f->error != NULL && !f->error_sent && !is_harmless(f) &&
		 !inbound_refused_certificate(f))
		warned(q, "it ended the stream with %s%s%s%s", f->error,
			f->error_text ? ": \"" : "", f->error_text ? f->error_text : "",
			f->error_text ? "\"" : "");
	else if (f->error == NULL && !has_tried(f) && f->ended != NULL)
		warned(q, "it did not try to prove its name: %s", f->ended);
}

void
inbound_stream(struct inquiry *q)
{
	const struct observation *o = NULL;

	while ((o = cite_next(q, FACT_INBOUND, o)) != NULL)
		judge(q, o->fact);
	if (q->finding->evidences == 0)
		skipped(q, "nobody called");
}
