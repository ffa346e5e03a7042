/* What is said to a partner that calls: the answers of a receiving server (RFC 6120,
 * XEP-0178, XEP-0220) that carries nothing. */
#include "probes/caller.h"

#include "base/text.h"
#include "net/secret.h"
#include "probes/reading.h"

#include <string.h>

/* Keys of one connection that are looked into. For each we connect to where the caller's
 * records say, which may be anybody; a partner has one for each domain of ours. */
enum { MAX_ERRANDS = 8 };

/* Octets of a key. Those of XEP-0185 have 64, those of other servers hardly more; and each
 * is hidden in what its server says, which takes the time of both lengths. */
enum { MAX_KEY = 256 };

/* --- speaking ------------------------------------------------------------------------- */

void
caller_end(struct caller *c, const char *ended)
{
	if (c->fact.ended == NULL)
		c->fact.ended = ended;
}

void
caller_say(struct caller *c, const char *text)
{
	size_t left = c->out_length - c->out_done, length = strlen(text);
	char *out = arena_alloc(c->arena, left + length + 1);

	if (left != 0)
		memcpy(out, c->out + c->out_done, left);
	memcpy(out + left, text, length);
	c->out = out;
	c->out_length = left + length;
	c->out_done = 0;
	caller_saw_sent(c, text);
}

enum step
caller_leave(struct caller *c, const char *ended)
{
	caller_end(c, ended);
	caller_say(c, "</stream:stream>");
	return machine_go(c->machine, LEAVING);
}

enum step
caller_refuse(struct caller *c, const char *condition, const char *text)
{
	const char *words = text == NULL ? ""
					 : arena_printf(c->arena,
						   "<text xmlns='" NS_STREAM_ERROR
						   "' xml:lang='en'>%s</text>",
						   xml_escape(c->arena, text));

	c->fact.error = condition;
	c->fact.error_text = text;
	c->fact.error_sent = true;
	caller_say(c, arena_printf(c->arena,
			      "<stream:error><%s xmlns='" NS_STREAM_ERROR
			      "'/>%s</stream:error>",
			      condition, words));
	return caller_leave(
		c, arena_printf(c->arena, "we ended the stream: %s", condition));
}

/* A verdict that is awaited is awaited further. */
static enum step
go_on(struct caller *c)
{
	return machine_go(c->machine, c->asking ? VERIFYING : HEARING);
}

/* --- features ------------------------------------------------------------------------- */

/* XEP-0178, 3: EXTERNAL is offered only to whom it could be granted. */
static const char *
mechanisms(struct caller *c)
{
	c->external = c->phase == PHASE_TLS && !c->authenticated && c->fact.trusted &&
		      c->fact.named;
	c->fact.external_offered |= c->external;
	return c->external ? "<mechanisms xmlns='" NS_SASL
			     "'><mechanism>EXTERNAL</mechanism></mechanisms>"
			   : "";
}

static bool
demands_tls(const struct caller *c)
{
	const struct policy *policy = c->work.partner ? c->work.partner->policy : NULL;

	return policy != NULL && policy->tls == DEMAND_REQUIRED;
}

const char *
receive_features(struct caller *c)
{
	const char *starttls = "";

	if (c->phase == PHASE_PLAIN &&
		c->hosting->probing->credentials.certificate != NULL) {
		c->fact.offered = true;
		starttls = demands_tls(c) ? "<starttls xmlns='" NS_TLS
					    "'><required/></starttls>"
					  : "<starttls xmlns='" NS_TLS "'/>";
	}
	return arena_printf(c->arena,
		"<stream:features>%s%s<dialback xmlns='urn:xmpp:features:dialback'>"
		"<errors/></dialback></stream:features>",
		starttls, mechanisms(c));
}

/* --- TLS and SASL --------------------------------------------------------------------- */

/* Prosody sends <starttls/> also where it was not offered. */
static enum step
hear_starttls(struct caller *c, const struct element *element)
{
	(void)element;
	c->fact.asked = true;
	if (c->phase != PHASE_PLAIN ||
		c->hosting->probing->credentials.certificate == NULL) {
		caller_say(c, "<failure xmlns='" NS_TLS "'/>");
		return caller_leave(c, "the partner asked for TLS that was not offered");
	}
	caller_say(c, "<proceed xmlns='" NS_TLS "'/>");
	return machine_go(c->machine, ACCEPTING);
}

static enum step
deny(struct caller *c, const char *condition)
{
	c->fact.external = INBOUND_SASL_FAILURE;
	c->fact.external_condition = condition;
	caller_say(c, arena_printf(c->arena,
			      "<failure xmlns='" NS_SASL "'><%s/></failure>", condition));
	return go_on(c);
}

/* RFC 6120, 6.4.2: "=" is a name that is there and empty. XEP-0178, 3: another than that of
 * the stream is not granted. */
static const char *
judge_name(struct caller *c, const char *text)
{
	struct domain domain;
	size_t length;
	const char *name;

	if (strcmp(text, "=") == 0)
		return NULL;
	name = (const char *)text_unbase64(c->arena, text, &length);
	if (name == NULL)
		return "incorrect-encoding";
	if (length == 0)
		return NULL;
	name = arena_text(c->arena, name, length);
	if (domain_parse(c->arena, name, &domain) != NULL ||
		!text_same_name(c->ascii, domain.ascii))
		return "invalid-authzid";
	return NULL;
}

static enum step
grant_or_deny(struct caller *c, const char *text)
{
	const char *trouble = judge_name(c, text);

	if (trouble != NULL)
		return deny(c, trouble);
	c->fact.external = INBOUND_SASL_SUCCESS;
	c->fact.external_condition = NULL;
	c->authenticated = true;
	c->external = false; /* each restart has limits of its own */
	c->restarting = true;
	caller_say(c, "<success xmlns='" NS_SASL "'/>");
	return go_on(c);
}

static enum step
hear_auth(struct caller *c, const struct element *element)
{
	if (c->phase == PHASE_PLAIN)
		return deny(c, "encryption-required");
	if (!text_same(element_attribute(element, "mechanism"), "EXTERNAL"))
		return deny(c, "invalid-mechanism");
	if (!c->external)
		return deny(c, "not-authorized");
	if (*element->text != '\0')
		return grant_or_deny(c, element->text);
	/* RFC 6120, 6.4.2: without an initial response it is asked for. */
	c->challenged = true;
	caller_say(c, "<challenge xmlns='" NS_SASL "'/>");
	return go_on(c);
}

static enum step
hear_response(struct caller *c, const struct element *element)
{
	if (!c->challenged || !c->external)
		return deny(c, "malformed-request");
	c->challenged = false;
	return grant_or_deny(c, element->text);
}

static enum step
hear_abort(struct caller *c, const struct element *element)
{
	(void)element;
	c->challenged = false;
	return deny(c, "aborted");
}

/* --- dialback ------------------------------------------------------------------------- */

/* What came, and what is said to it; `type` is "error" where there is a condition. */
static void
answer_dialback(struct caller *c, const struct dialback_fact *asked, const char *type,
	const char *condition)
{
	struct arena *arena = c->arena;
	bool verify = asked->element == DIALBACK_VERIFY;
	const char *name = verify ? "verify" : "result";
	const char *text = arena_printf(arena, "<db:%s from='%s' to='%s'%s%s%s type='%s'",
		name, xml_escape(arena, asked->to), xml_escape(arena, asked->from),
		verify ? " id='" : "", verify ? xml_escape(arena, asked->id) : "",
		verify ? "'" : "", condition ? "error" : type);

	caller_say(
		c, condition == NULL
			   ? arena_printf(arena, "%s/>", text)
			   : arena_printf(arena,
				     "%s><error type='cancel'><%s xmlns='" NS_STANZA_ERROR
				     "'/></error></db:%s>",
				     text, condition, name));
	caller_saw(c, OUTCOME_OK,
		condition ? arena_printf(arena, "answered error, %s", condition)
			  : arena_printf(arena, "answered %s", type),
		FACT_DIALBACK, asked);
}

/* Without from and to there is nobody to answer. False: it is done with, and *step is
 * what follows. */
static bool
read_request(struct caller *c, const struct element *element, struct dialback_fact *fact,
	enum step *step)
{
	read_dialback(element, fact);
	fact->answered = fact->type != NULL;
	fact->phase = c->phase;
	*step = STEP_AGAIN;
	if (fact->type != NULL) {
		/* Nobody asked for it (XEP-0220, 3.1): seen, and without effect. */
		c->fact.unsolicited = true;
		caller_saw(
			c, OUTCOME_BAD_PEER, "nobody asked for it", FACT_DIALBACK, fact);
		return false;
	}
	if (fact->from != NULL && fact->to != NULL &&
		(fact->id != NULL || fact->element == DIALBACK_RESULT))
		return true;
	*step = caller_refuse(c, "improper-addressing", NULL);
	return false;
}

static bool
is_hosted(struct caller *c, const char *name)
{
	struct domain domain;

	return domain_parse(c->arena, name, &domain) == NULL &&
	       c->hosting->hosts(c->hosting->self, domain.ascii);
}

/* Of several questions on one stream that counts which went wrong first. */
static void
note_verify(struct caller *c, const char *id, const char *type)
{
	if (c->fact.verify_came && !text_same(c->fact.verify, "valid"))
		return;
	c->fact.verify_came = true;
	c->fact.verify = type;
	c->fact.verify_id = text_clean(c->arena, id, strlen(id));
}

/* As authoritative server: the key can be made again from the secret (XEP-0185), so it does
 * not matter which of our servers made it. */
static enum step
hear_verify(struct caller *c, const struct element *element)
{
	struct dialback_fact asked = { 0 };
	const char *condition = NULL, *key, *type;
	enum step step;

	if (!read_request(c, element, &asked, &step))
		return step;
	if (c->work.partner == NULL && caller_name(c, asked.from) != NULL)
		return caller_refuse(c, "policy-violation", NULL);
	key = secret_key(c->arena, c->hosting->probing->credentials.secret, asked.from,
		asked.to, asked.id);
	caller_hide(c, key);
	type = secret_same(key, element->text) ? "valid" : "invalid";
	if (!is_hosted(c, asked.to))
		condition = "item-not-found";
	answer_dialback(c, &asked, type, condition);
	note_verify(c, asked.id, condition ? "error" : type);
	return go_on(c);
}

static enum step
conclude(struct caller *c, const struct dialback_fact *asked, const char *type,
	const char *condition)
{
	answer_dialback(c, asked, type, condition);
	c->fact.result_came = true;
	/* What is refused to a further sender on the stream (XEP-0220, 2.6), or to who sends
	 * too many keys, takes nothing from the one that got in, and does not hide why it did
	 * not. */
	if (text_same(c->fact.result, "valid") ||
		(c->fact.result != NULL &&
			(text_same(condition, "not-acceptable") ||
				text_same(condition, "resource-constraint"))))
		return go_on(c);
	c->fact.result = condition ? "error" : type;
	c->fact.result_condition = condition;
	return go_on(c);
}

static void
on_verdict(void *self)
{
	struct caller *c = self;

	machine_wake(c->machine);
}

/* XEP-0220, 2.4.2: why a db:result is not even looked into; NULL when it is. */
static const char *
judge_request(struct caller *c, const struct dialback_fact *asked, const char *key)
{
	if (!is_hosted(c, asked->to))
		return "item-not-found";
	if (caller_name(c, asked->from) != NULL)
		return "not-acceptable";
	if (c->phase == PHASE_PLAIN && demands_tls(c))
		return "policy-violation";
	if (strlen(key) > MAX_KEY)
		return "bad-request";
	return c->asking || c->errands == MAX_ERRANDS ? "resource-constraint" : NULL;
}

/* As receiving server: the one that speaks for the domain is asked. */
static enum step
hear_result(struct caller *c, const struct element *element)
{
	struct dialback_fact asked = { 0 };
	const char *condition;
	enum step step;

	if (!read_request(c, element, &asked, &step))
		return step;
	condition = judge_request(c, &asked, element->text);
	if (condition != NULL)
		return conclude(c, &asked, NULL, condition);
	c->asked_from = asked.from;
	c->asked_to = asked.to;
	c->errand = (struct errand){ .from = asked.to,
		.id = c->id,
		.key = arena_strdup(c->arena, element->text),
		.done = on_verdict,
		.self = c };
	c->asking = true;
	c->errands++;
	plan_entrust(c->work.plan, &c->errand);
	return machine_go(c->machine, VERIFYING);
}

/* XEP-0220, 2.5, by what the authoritative server did. */
static const char *
condition_of(const struct errand *e)
{
	if (text_same(e->type, "valid") || text_same(e->type, "invalid"))
		return NULL;
	if (e->answered || e->reached == NULL)
		return e->tries == 0 || e->answered ? "remote-server-not-found"
						    : "remote-connection-failed";
	return e->silent ? "remote-server-timeout" : "remote-connection-failed";
}

enum step
receive_verdict(struct caller *c)
{
	const struct errand *e = &c->errand;
	struct dialback_fact asked = { .phase = c->phase,
		.element = DIALBACK_RESULT,
		.from = c->asked_from,
		.to = c->asked_to };

	plan_recall(c->work.plan, &c->errand);
	c->asking = false;
	c->fact.verified_at = e->answered ? e->reached : NULL;
	c->authenticated |= text_same(e->type, "valid");
	return conclude(c, &asked, e->type, condition_of(e));
}

void
receive_no_verdict(struct caller *c)
{
	if (!c->asking)
		return;
	c->errand.silent = true;
	(void)receive_verdict(c);
}

void
receive_forget(struct caller *c)
{
	if (c->asking)
		plan_recall(c->work.plan, &c->errand);
	c->asking = c->authenticated = false;
	c->fact.result_came = false;
	c->fact.result = c->fact.result_condition = c->fact.verified_at = NULL;
}

/* --- stanzas -------------------------------------------------------------------------- */

/* RFC 6120, 4.9.3.9: a stanza speaks for the domain that was proved, and for no other. */
static bool
is_of_sender(struct caller *c, const char *from)
{
	const char *bare = arena_text(c->arena, from, strcspn(from, "/"));
	const char *at = strchr(bare, '@');
	struct domain domain;

	return domain_parse(c->arena, at ? at + 1 : bare, &domain) == NULL &&
	       text_same_name(c->ascii, domain.ascii);
}

/* What is let in goes nowhere but to who waits for it here. Nor is a request answered: that
 * would have to go over a stream of our own (RFC 6120, 4.5), and Prosody ends this one over
 * an answer here. */
static enum step
hear_stanza(struct caller *c, const struct element *element)
{
	const char *from = element_attribute(element, "from");

	/* RFC 6120, 4.9.3.12 */
	if (!c->authenticated)
		return caller_refuse(c, "not-authorized", NULL);
	if (from != NULL && !is_of_sender(c, from))
		return caller_refuse(c, "invalid-from", NULL);
	plan_heard(c->work.plan, element);
	return go_on(c);
}

/* --- any element ---------------------------------------------------------------------- */

static const struct {
	const char *name, *name_space;
	enum step (*hear)(struct caller *c, const struct element *element);
} elements[] = {
	{ "starttls", NS_TLS, hear_starttls },
	{ "auth", NS_SASL, hear_auth },
	{ "response", NS_SASL, hear_response },
	{ "abort", NS_SASL, hear_abort },
	{ "result", NS_DIALBACK, hear_result },
	{ "verify", NS_DIALBACK, hear_verify },
	{ "iq", NS_SERVER, hear_stanza },
	{ "message", NS_SERVER, hear_stanza },
	{ "presence", NS_SERVER, hear_stanza },
};

enum step
receive(struct caller *c, const struct element *element)
{
	for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
		if (element_is(element, elements[i].name, elements[i].name_space))
			return elements[i].hear(c, element);
	/* RFC 6120, 4.9.3.24 */
	return caller_refuse(c, "unsupported-stanza-type", NULL);
}
