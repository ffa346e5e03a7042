/* Once our credentials were accepted, we may speak for our domain. A ping (XEP-0199) shows
 * whether stanzas find their way there and back; at depth deep the server says what it is
 * (XEP-0030, XEP-0092); and a person's message or wish for presence goes out when the user
 * asked for it, once for each run.
 *
 * An answer comes back on the same stream only when that was opened for it (XEP-0288), and
 * else on one that the partner opens to our domain (RFC 6120, 4.5), which ends here only when
 * we listen. While our stream is open, the partner may choose it for whatever it has for our
 * domain: it is kept open no longer than needed, and what we cannot deliver goes back as
 * undelivered, so that nobody's message is lost without a word. */
#include "probes/exchange.h"

#include "base/text.h"
#include "model/exchange.h"
#include "model/jid.h"
#include "net/random.h"
#include "probes/reading.h"

#include <string.h>

#define NS_RECEIPTS "urn:xmpp:receipts"

enum { MAX_REQUESTS = 6 };

/* Strangers' answers that are recorded, and stanzas that are sent back. */
enum { MAX_STRAYS = 4, MAX_BOUNCES = 16 };

struct request {
	struct stanza_fact fact;
	bool over;
};

struct exchange {
	struct session *session;
	struct request request[MAX_REQUESTS];
	size_t requests;
	const char *text; /* of all of them */
	struct awaiting awaiting;
	int strays, bounces;
};

void
exchange_open_back(struct session *s, const struct features_fact *features)
{
	if (!s->walk->exchange || s->bidi || !features->bidi ||
		!exchange_may_open_back(s->arena, s->work->partner) ||
		(s->phase == PHASE_PLAIN && s->walk->starttls != STARTTLS_NEVER &&
			features->starttls))
		return;
	s->bidi = true;
	s->before = "<bidi xmlns='urn:xmpp:bidi'/>";
}

/* XEP-0220, 2.1.1: the answer names both sides. */
static bool
is_believed(const struct session *s)
{
	const struct dialback_fact *f = &s->dialback;

	return f->issued && f->answered && text_same(f->type, "valid") &&
	       jid_is(s->arena, f->from, f->asked_to) &&
	       jid_is(s->arena, f->to, f->asked_from);
}

bool
exchange_is_due(const struct session *s)
{
	return s->walk->exchange && s->exchange == NULL &&
	       (s->phase == PHASE_SASL || is_believed(s));
}

/* --- sending -------------------------------------------------------------------------- */

static const char *
iq(struct arena *arena, const char *attributes, const char *element, const char *space)
{
	return arena_printf(arena, "<iq type='get'%s><%s xmlns='%s'/></iq>", attributes,
		element, space);
}

static const char *
ping(struct session *s, const char *attributes)
{
	return iq(s->arena, attributes, "ping", "urn:xmpp:ping");
}

static const char *
disco(struct session *s, const char *attributes)
{
	return iq(s->arena, attributes, "query", NS_DISCO_INFO);
}

static const char *
version(struct session *s, const char *attributes)
{
	return iq(s->arena, attributes, "query", NS_VERSION);
}

static const char *
message(struct session *s, const char *attributes)
{
	return arena_printf(s->arena,
		"<message type='chat'%s><body>%s</body><request xmlns='" NS_RECEIPTS
		"'/></message>",
		attributes, xml_escape(s->arena, s->work->partner->asked->message_text));
}

static const char *
probe(struct session *s, const char *attributes)
{
	return arena_printf(s->arena, "<presence type='probe'%s/>", attributes);
}

static const char *
subscription(struct session *s, const char *attributes)
{
	return arena_printf(s->arena, "<presence type='subscribe'%s/>", attributes);
}

static const char *(*const compose[])(struct session *, const char *) = {
	[STANZA_PING] = ping,
	[STANZA_DISCO] = disco,
	[STANZA_VERSION] = version,
	[STANZA_MESSAGE] = message,
	[STANZA_PROBE] = probe,
	[STANZA_SUBSCRIPTION] = subscription,
};

/* The id is one that nobody can guess: it tells an answer from all else that may come. */
static void
add(struct session *s, enum stanza_request kind, const char *from, const char *to)
{
	struct exchange *x = s->exchange;
	struct request *r = &x->request[x->requests++];
	const char *attributes;

	r->fact = (struct stanza_fact){ .phase = s->phase,
		.request = kind,
		.asked_from = from,
		.asked_to = to,
		.asked_id = random_hex(s->arena, 16),
		.bidi = s->bidi,
		.listened = run_listens(s->work->partner->asked) };
	attributes = arena_printf(s->arena, " from='%s' to='%s' id='%s'",
		xml_escape(s->arena, from), xml_escape(s->arena, to), r->fact.asked_id);
	x->text = arena_printf(s->arena, "%s%s", x->text, compose[kind](s, attributes));
}

static void
add_persons(struct session *s)
{
	const struct asked *asked = s->work->partner->asked;

	if (!exchange_is_asked(s->arena, s->work->partner))
		return;
	if (asked->presence_from != NULL)
		add(s, STANZA_PROBE, asked->presence_from, asked->recipient);
	if (asked->subscription_from != NULL)
		add(s, STANZA_SUBSCRIPTION, asked->subscription_from, asked->recipient);
	if (asked->message_from != NULL)
		add(s, STANZA_MESSAGE, asked->message_from, asked->recipient);
}

static void heard(void *self, const struct element *element);

/* Where no answer can be seen, only what the user asked for goes out. */
unsigned
exchange_begin(struct session *s)
{
	const struct asked *asked = s->work->partner->asked;

	s->exchange = arena_alloc(s->arena, sizeof *s->exchange);
	s->exchange->session = s;
	s->exchange->awaiting = (struct awaiting){ .heard = heard, .self = s->exchange };
	plan_await(s->work->plan, &s->exchange->awaiting);
	s->exchange->text = "";
	if (s->bidi || run_listens(asked)) {
		add(s, STANZA_PING, s->from, s->to);
		if (asked->depth == DEPTH_DEEP) {
			add(s, STANZA_DISCO, s->from, s->to);
			add(s, STANZA_VERSION, s->from, s->to);
		}
	}
	add_persons(s);
	if (s->exchange->requests != 0)
		send_text(s, "stanza", s->exchange->text);
	return EXCHANGE;
}

/* --- whether it is the answer ----------------------------------------------------------- */

static bool
has_id(const struct element *e, const struct stanza_fact *f)
{
	return text_same(element_attribute(e, "id"), f->asked_id);
}

static bool
is_error(const struct element *e)
{
	return text_same(element_attribute(e, "type"), "error");
}

/* RFC 6120, 8.2.3. */
static bool
answers_iq(const struct element *e, const struct stanza_fact *f)
{
	return strcmp(e->name, "iq") == 0 && has_id(e, f) &&
	       (is_error(e) || text_same(element_attribute(e, "type"), "result"));
}

static const struct element *
receipt(const struct element *e)
{
	return is_error(e) ? NULL : element_child(e, "received", NS_RECEIPTS);
}

/* A person may write at any time: only an error, or a receipt for this very message, says
 * anything of it. */
static bool
answers_message(const struct element *e, const struct stanza_fact *f)
{
	const struct element *received = receipt(e);

	if (strcmp(e->name, "message") != 0)
		return false;
	return is_error(e) ? has_id(e, f)
			   : received && text_same(element_attribute(received, "id"),
						 f->asked_id);
}

/* Presence has no id of ours; it counts by who sends it to whom (RFC 6121, 3.1, 4.3.2). */
static bool
answers_presence(const struct element *e, const struct stanza_fact *f)
{
	static const char *const probed[] = { "unavailable", "unsubscribed", NULL };
	static const char *const subscribed[] = { "subscribed", "unsubscribed", NULL };
	const char *type = element_attribute(e, "type");

	if (strcmp(e->name, "presence") != 0)
		return false;
	if (is_error(e))
		return has_id(e, f);
	if (f->request == STANZA_PROBE)
		return type == NULL || name_index(probed, type) >= 0;
	return type != NULL && name_index(subscribed, type) >= 0;
}

static bool (*const answers[])(const struct element *, const struct stanza_fact *) = {
	[STANZA_PING] = answers_iq,
	[STANZA_DISCO] = answers_iq,
	[STANZA_VERSION] = answers_iq,
	[STANZA_MESSAGE] = answers_message,
	[STANZA_PROBE] = answers_presence,
	[STANZA_SUBSCRIPTION] = answers_presence,
};

/* RFC 6120, 8.1.2.2, 8.3.1: it comes from whom we asked, or, of an error, from the server in
 * its stead, and goes to who asked. Another domain that knows the partner could otherwise
 * answer in its place. */
static bool
is_from_asked(struct session *s, const struct element *e, const struct stanza_fact *f)
{
	const char *from = element_attribute(e, "from");

	return jid_is(s->arena, element_attribute(e, "to"), f->asked_from) &&
	       (jid_is(s->arena, from, f->asked_to) ||
		       (is_error(e) && jid_is_domain(s->arena, from, f->asked_to)));
}

/* --- hearing ---------------------------------------------------------------------------- */

static void
note_disco(struct session *s, const struct request *r, const struct element *e)
{
	struct disco_fact fact = { 0 };

	if (is_error(e))
		return;
	if (r->fact.request == STANZA_DISCO)
		read_disco(s->arena, e, &fact);
	else if (r->fact.request == STANZA_VERSION)
		read_version(e, &fact);
	else
		return;
	saw(s, OUTCOME_OK, NULL, FACT_DISCO, &fact);
}

static void
conclude(struct session *s, struct request *r, const struct element *e, bool called)
{
	read_stanza(s->arena, e, &r->fact);
	r->fact.called = called;
	r->fact.receipt = r->fact.request == STANZA_MESSAGE && receipt(e) != NULL;
	r->over = true;
	saw(s, is_error(e) ? OUTCOME_REFUSED : OUTCOME_OK, NULL, FACT_STANZA, &r->fact);
	note_disco(s, r, e);
}

/* Somebody knows our id who was not asked. */
static void
note_stray(
	struct session *s, const struct request *r, const struct element *e, bool called)
{
	struct stanza_fact stray = {
		.phase = s->phase, .request = r->fact.request, .called = called
	};

	if (s->exchange->strays++ >= MAX_STRAYS)
		return;
	read_stanza(s->arena, e, &stray);
	saw(s, OUTCOME_BAD_PEER, "it is not from whom we asked", FACT_STANZA, &stray);
}

static bool
take(struct session *s, const struct element *e, bool called)
{
	struct exchange *x = s->exchange;

	for (size_t i = 0; i < x->requests; i++) {
		struct request *r = &x->request[i];

		if (r->over || !answers[r->fact.request](e, &r->fact))
			continue;
		if (is_from_asked(s, e, &r->fact)) {
			conclude(s, r, e, called);
			return true;
		}
		if (has_id(e, &r->fact)) {
			note_stray(s, r, e, called);
			return true;
		}
	}
	return false;
}

/* On a stream that a partner opened to us. */
static void
heard(void *self, const struct element *element)
{
	struct exchange *x = self;

	if (take(x->session, element, true) && exchange_is_over(x->session))
		machine_wake(x->session->machine);
}

/* RFC 6120, 8.2.3 wants an answer to each request; a message with words in it was written by
 * somebody who would wait for one in vain. */
static const char *
return_condition(const struct element *e)
{
	const char *type = element_attribute(e, "type");

	if (strcmp(e->name, "iq") == 0 &&
		(text_same(type, "get") || text_same(type, "set")))
		return "<error type='cancel'><service-unavailable xmlns='" NS_STANZA_ERROR
		       "'/></error>";
	if (strcmp(e->name, "message") == 0 && !is_error(e) &&
		element_child(e, "body", NS_SERVER) != NULL)
		return "<error type='wait'><recipient-unavailable xmlns='" NS_STANZA_ERROR
		       "'/></error>";
	return NULL;
}

static void
send_back(struct session *s, const struct element *e)
{
	const char *from = element_attribute(e, "from"), *to = element_attribute(e, "to");
	const char *id = element_attribute(e, "id"), *error = return_condition(e);

	if (error == NULL || !jid_is_at(s->arena, from, s->to) ||
		!jid_is_at(s->arena, to, s->from) ||
		s->exchange->bounces++ >= MAX_BOUNCES)
		return;
	send_text(s, "stanza",
		arena_printf(s->arena,
			"<%s type='error' from='%s' to='%s' id='%s'>%s</%s>", e->name,
			xml_escape(s->arena, to), xml_escape(s->arena, from),
			xml_escape(s->arena, id ? id : ""), error, e->name));
}

/* RFC 6120, 4.5: without XEP-0288 a stanza here is none. */
void
exchange_hear(struct session *s, const struct element *element)
{
	if (s->bidi && strcmp(element->name_space, NS_SERVER) == 0 &&
		!take(s, element, false))
		send_back(s, element);
}

bool
exchange_is_over(const struct session *s)
{
	for (size_t i = 0; i < s->exchange->requests; i++)
		if (!s->exchange->request[i].over)
			return false;
	return true;
}

void
exchange_missed(struct session *s, enum outcome outcome, const char *detail)
{
	for (size_t i = 0; s->exchange != NULL && i < s->exchange->requests; i++) {
		struct request *r = &s->exchange->request[i];

		if (!r->over)
			saw(s, outcome, detail, FACT_STANZA, &r->fact);
		r->over = true;
	}
}

/* What went out is told, also when the run is interrupted. */
void
exchange_end(struct session *s)
{
	exchange_missed(
		s, OUTCOME_NOT_TRIED, "the run ended before an answer could come");
	if (s->exchange != NULL)
		plan_forsake(s->work->plan, &s->exchange->awaiting);
}

/* --- when, and where -------------------------------------------------------------------- */

/* The trials have shown at which endpoint and how we are believed. There is one task, so that
 * whatever was asked for goes out once. */
static void
wants_exchange(const struct partner *partner, struct plan *plan)
{
	static const struct probe *const probe_of[] = {
		[EXCHANGE_BY_EXTERNAL] = &exchange_probe,
		[EXCHANGE_BY_DIALBACK] = &exchange_by_dialback,
		[EXCHANGE_IN_CLEAR] = &exchange_in_clear,
	};
	const struct credentials *ours = plan_credentials(plan);
	struct arena *arena = plan_arena(plan);
	struct exchange_way way;
	struct task task = { .about = "the partner" };

	if (ours->certificate == NULL && ours->secret == NULL)
		return;
	way = exchange_way(arena, partner);
	if (way.by == EXCHANGE_NEVER || (!way.back && !exchange_is_asked(arena, partner)))
		return;
	task.probe = probe_of[way.by];
	task.endpoint = way.endpoint;
	wish(plan, &task);
}

#define AN_EXCHANGE                                                                      \
	.begin = session_begin, .doing = session_doing, .end = session_end, .last = true

const struct probe exchange_probe = { .name = "exchange",
	.wants = wants_exchange,
	AN_EXCHANGE,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.external = EXTERNAL_DOMAIN,
		.exchange = true } };

const struct probe exchange_by_dialback = { .name = "exchange",
	AN_EXCHANGE,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_ISSUED,
		.exchange = true } };

const struct probe exchange_in_clear = { .name = "exchange",
	AN_EXCHANGE,
	.walk = &(const struct walk){
		.starttls = STARTTLS_NEVER, .question = ASK_ISSUED, .exchange = true } };
