/* What a connection asks once the stream stands, and what counts as the answer. But for
 * one, no question needs a credential of ours. Anybody may ask whether a key is the partner's: its
 * authoritative server must say `invalid` to one that nobody issued (XEP-0220, 2.2.2).
 * Anybody may claim a name: the partner must ask there before it believes (2.1.2). And a
 * stanza of somebody who is not authenticated must not be heard at all (RFC 6120,
 * 4.9.3.12). */
#include "probes/session.h"

#include "base/text.h"
#include "net/random.h"
#include "net/secret.h"
#include "probes/reading.h"

#include <string.h>

/* --- asking ----------------------------------------------------------------------- */

/* A key is a secret even when it is invented: a report shows none. */
static void
take_key(struct session *s, const char *key)
{
	s->key = key;
	hiding_add(&s->hiding, key);
	plan_hide(s->work->plan, key);
}

static struct dialback_fact
dialback(struct session *s, enum dialback_element element)
{
	const struct task *task = s->work->task;

	if (s->key == NULL)
		take_key(s, task->key ? task->key : random_hex(s->arena, 32));
	return (struct dialback_fact){ .phase = s->phase,
		.element = element,
		.asked_from = s->from,
		.asked_to = s->about,
		.asked_id = element != DIALBACK_VERIFY ? NULL
			    : task->id                 ? task->id
						       : random_hex(s->arena, 8) };
}

static const char *
verify_text(struct session *s, const struct dialback_fact *asked)
{
	return arena_printf(s->arena,
		"<db:verify from='%s' to='%s' id='%s'>%s</db:verify>",
		xml_escape(s->arena, asked->asked_from),
		xml_escape(s->arena, asked->asked_to), asked->asked_id,
		xml_escape(s->arena, s->key));
}

static const char *
ask_verify(struct session *s)
{
	s->dialback = dialback(s, DIALBACK_VERIFY);
	return verify_text(s, &s->dialback);
}

static const char *
ask_result(struct session *s)
{
	s->dialback = dialback(s, DIALBACK_RESULT);
	return arena_printf(s->arena, "<db:result from='%s' to='%s'>%s</db:result>",
		xml_escape(s->arena, s->from), xml_escape(s->arena, s->about), s->key);
}

/* XEP-0220, 2.1.1, with a key that only we and our own servers can make (XEP-0185): the
 * partner asks one of them. The id is that of the header in force. */
static const char *
ask_issued(struct session *s)
{
	take_key(s, secret_key(s->arena, s->work->credentials->secret, s->about, s->from,
			    s->header.id ? s->header.id : ""));
	s->dialback = dialback(s, DIALBACK_RESULT);
	s->dialback.issued = true;
	return arena_printf(s->arena, "<db:result from='%s' to='%s'>%s</db:result>",
		xml_escape(s->arena, s->from), xml_escape(s->arena, s->about), s->key);
}

/* As if it were to be verified what one of our servers has sent to the asking name: every
 * server that has the secret must know the key again (XEP-0185, 2). */
static const char *
ask_known(struct session *s)
{
	s->dialback = dialback(s, DIALBACK_VERIFY);
	s->dialback.issued = true;
	take_key(s,
		secret_key(s->arena, s->work->credentials->secret, s->dialback.asked_from,
			s->dialback.asked_to, s->dialback.asked_id));
	return verify_text(s, &s->dialback);
}

static const char *
ping(struct session *s, const char *from)
{
	s->ping = (struct stanza_fact){ .phase = s->phase,
		.request = STANZA_PING,
		.asked_from = from,
		.asked_to = s->about,
		.asked_id = random_hex(s->arena, 8) };
	return arena_printf(s->arena,
		"<iq type='get' from='%s' to='%s' id='%s'><ping xmlns='urn:xmpp:ping'/></iq>",
		xml_escape(s->arena, from), xml_escape(s->arena, s->about),
		s->ping.asked_id);
}

static const char *
ask_ping(struct session *s)
{
	return ping(s, s->from);
}

static const char *
ask_in_foreign_name(struct session *s)
{
	return ping(s, s->foreign);
}

static const struct {
	const char *word;
	const char *(*ask)(struct session *s);
	unsigned state; /* that waits for the answer */
} questions[] = {
	[ASK_VERIFY] = { "db:verify", ask_verify, VERIFY },
	[ASK_RESULT] = { "db:result", ask_result, RESULT },
	[ASK_ISSUED] = { "db:result", ask_issued, RESULT },
	[ASK_SHORTCUT] = { "db:result", ask_issued, RESULT },
	[ASK_KNOWN] = { "db:verify", ask_known, VERIFY },
	[ASK_PING] = { "iq", ask_ping, PING },
	[ASK_IN_FOREIGN_NAME] = { "iq", ask_in_foreign_name, PING },
};

unsigned
question_put(struct session *s)
{
	const char *text = questions[s->question].ask(s);

	send_text(s, questions[s->question].word, text);
	/* Of a second domain it is enough to know that no answer comes soon. */
	if (s->question == ASK_ISSUED && !s->doubled &&
		s->work->partner->asked->depth == DEPTH_DEEP)
		return LATE_RESULT;
	return questions[s->question].state;
}

static bool
may_issue(const struct session *s)
{
	const struct policy *policy = s->work->partner->policy;

	return s->work->credentials->secret != NULL &&
	       (policy == NULL || policy->dialback == AGREED_TRUE);
}

/* With our secret we do what our server would do; else a question that needs no credential
 * tells as well whether the stream lives. A name that is not ours is not tried in another
 * way. */
enum question
question_after_failure(const struct session *s)
{
	if (s->walk->external == EXTERNAL_FOREIGN)
		return ASK_NOTHING;
	return may_issue(s) ? ASK_ISSUED : ASK_VERIFY;
}

bool
question_may(const struct session *s)
{
	const struct policy *policy = s->work->partner->policy;

	switch (s->question) {
	case ASK_ISSUED:
		return s->phase != PHASE_PLAIN ||
		       (policy &&
			       (negotiation_of(policy)->methods & ALLOWS_TCP_DIALBACK));
	case ASK_SHORTCUT:
		/* Only who listens knows whether anybody came to ask. */
		return s->phase == PHASE_TLS && may_issue(s) &&
		       run_listens(s->work->partner->asked);
	case ASK_IN_FOREIGN_NAME:
		return s->phase == PHASE_SASL;
	default:
		return true;
	}
}

/* A server refuses a stream from a domain that it hosts. */
const char *
question_second(const struct partner *partner)
{
	const struct local *local = run_local(partner->asked);

	for (size_t i = 0; local && i < local->sip_domains; i++) {
		const char *name = local->sip_domain[i];

		if (!text_same_name(name, local->domain) &&
			!text_same_name(name, partner->asked->from) &&
			!text_same_name(name, partner->domain.ascii))
			return name;
	}
	return NULL;
}

/* XEP-0220, 2.6: another sending domain needs no new stream. */
bool
question_goes_on(struct session *s)
{
	const char *second = question_second(s->work->partner);

	if (!s->walk->second || s->doubled || second == NULL ||
		!text_same(s->dialback.type, "valid"))
		return false;
	s->doubled = true;
	s->from = second;
	return true;
}

const char *
question_inject(struct session *s)
{
	s->injected = dialback(s, DIALBACK_VERIFY);
	s->injected.injected = true;
	return verify_text(s, &s->injected);
}

/* --- the answer ------------------------------------------------------------------- */

static bool
hear_dialback(struct session *s, const struct element *element, const char *name)
{
	struct dialback_fact stray = { .phase = s->phase };

	if (element_is(element, name, NS_DIALBACK)) {
		read_dialback(element, &s->dialback);
		saw(s, OUTCOME_OK, NULL, FACT_DIALBACK, &s->dialback);
		return true;
	}
	if (element_is(element, "verify", NS_DIALBACK) ||
		element_is(element, "result", NS_DIALBACK)) {
		/* Nobody asked for it (XEP-0220, 3.1): seen, and without effect. */
		read_dialback(element, &stray);
		saw(s, OUTCOME_BAD_PEER, "nobody asked for it", FACT_DIALBACK, &stray);
	}
	return false;
}

static bool
hear_stanza(struct session *s, const struct element *element)
{
	if (!element_is(element, "iq", NS_SERVER) ||
		!text_same(element_attribute(element, "id"), s->ping.asked_id))
		return false;
	read_stanza(s->arena, element, &s->ping);
	saw(s, OUTCOME_OK, NULL, FACT_STANZA, &s->ping);
	return true;
}

bool
question_answered(struct session *s, const struct element *element)
{
	switch (s->question) {
	case ASK_VERIFY:
	case ASK_KNOWN:
		return hear_dialback(s, element, "verify");
	case ASK_RESULT:
	case ASK_ISSUED:
	case ASK_SHORTCUT:
		return hear_dialback(s, element, "result");
	case ASK_PING:
	case ASK_IN_FOREIGN_NAME:
		return hear_stanza(s, element);
	default:
		return false;
	}
}

/* The answer may come before any header inside TLS, and so be no XML of its own; but it
 * repeats the id, which nobody can guess. */
bool
question_leaked(struct session *s, const char *bytes, size_t length)
{
	const char *id = s->injected.asked_id;

	if (id == NULL || s->phase != PHASE_TLS ||
		memmem(bytes, length, id, strlen(id)) == NULL)
		return false;
	s->injected.phase = PHASE_TLS;
	s->injected.answered = true;
	saw(s, OUTCOME_BAD_PEER, "what was sent in clear is answered inside TLS",
		FACT_DIALBACK, &s->injected);
	return true;
}
