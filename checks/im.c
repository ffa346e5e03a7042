/* What became of a message, and of a wish for presence, that the user asked us to send: the
 * test that an administrator would make by hand, and that a failure of everything below it
 * shows in. Delivery is proven by a receipt alone (XEP-0184). */
#include "base/text.h"
#include "checks/attempt.h"
#include "checks/exchange.h"

/* RFC 6120, 8.3.3, as servers use it for a person's message (RFC 6121, 8.5; XEP-0191). */
static const struct {
	const char *condition, *meaning, *remedy;
	enum owner owner;
} meanings[] = {
	{ "service-unavailable",
		"there is nobody of that name, or nobody who takes it now, or strangers are "
		"not to know",
		"check the address; let the person come online, or accept you as a contact "
		"first",
		OWNER_PARTNER },
	{ "item-not-found", "there is nobody of that name", "check the address",
		OWNER_US },
	{ "recipient-unavailable",
		"the person is not online, and nothing is kept for later",
		"try again when the person is online", OWNER_PARTNER },
	{ "remote-server-not-found",
		"the partner looks for the domain elsewhere: it does not host it",
		"let the partner host the domain where its SRV record leads",
		OWNER_PARTNER },
	{ "remote-server-timeout",
		"the partner looks for the domain elsewhere, and nobody answers there",
		"let the partner host the domain where its SRV record leads",
		OWNER_PARTNER },
	{ "forbidden", "a rule of the partner, or of the person, forbids it",
		"ask the partner to admit your domain, and the person to accept you",
		OWNER_PARTNER },
	{ "not-allowed", "the partner allows nobody to do that",
		"ask the partner to admit your domain", OWNER_PARTNER },
	{ "not-authorized", "the person takes this from contacts only",
		"let the person accept you as a contact first (--subscribe)",
		OWNER_PARTNER },
	{ "subscription-required", "the person takes this from contacts only",
		"let the person accept you as a contact first (--subscribe)",
		OWNER_PARTNER },
	{ "registration-required", "the person takes this from members only",
		"ask the partner to admit you", OWNER_PARTNER },
	{ "policy-violation", "a rule of the partner, often against spam, forbids it",
		"ask the partner which rule it breaks", OWNER_PARTNER },
	{ "not-acceptable", "the person has blocked you, or takes nothing from strangers",
		"ask the person", OWNER_PARTNER },
	{ "jid-malformed", "the partner cannot read one of the addresses",
		"check both addresses", OWNER_US },
	{ "gone", "the person has moved to another address", "ask for the new address",
		OWNER_US },
	{ "redirect", "the person is at another address", "ask for the new address",
		OWNER_US },
	{ "resource-constraint", "the partner has no room for it",
		"let the partner look into its limits", OWNER_PARTNER },
	{ "internal-server-error", "the partner's server is in trouble itself",
		"let the partner look into its log", OWNER_PARTNER },
};

static void
judge_error(struct inquiry *q, const struct observation *o)
{
	const struct stanza_fact *f = o->fact;
	const char *condition = f->condition ? f->condition : "no condition";

	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		if (!text_same(condition, meanings[i].condition))
			continue;
		blame(q, meanings[i].owner);
		remedy(q, "%s", meanings[i].remedy);
		failed(q, "%s: it came back as \"%s\" after %s%s", meanings[i].meaning,
			condition, say_time(q, o->took), say_text(q, f->text));
		return;
	}
	failed(q, "it came back as \"%s\" after %s%s", condition, say_time(q, o->took),
		say_text(q, f->text));
}

/* What message and presence have in common. */
static void
judge_end(struct inquiry *q, enum exchange_end end, const struct observation *o)
{
	switch (end) {
	case EXCHANGE_NOT_SENT:
		blame(q, OWNER_BOTH);
		remedy(q, "see to what stands in the way first");
		failed(q, "nothing was sent: %s", exchange_obstacle(q));
		break;
	case EXCHANGE_ERROR:
		judge_error(q, o);
		break;
	case EXCHANGE_SILENT:
		remedy(q, "see ext.ping: the way back is not known to work");
		warned(q,
			"it was sent, and nothing came back within %s, not even the answer "
			"to a ping: what became of it is not known",
			say_time(q, o->took));
		break;
	case EXCHANGE_UNSEEN:
		blame(q, OWNER_US);
		remedy(q, "ask the person, or run it with --listen where your SRV record "
			  "leads to it");
		warned(q, "it was sent, and what became of it could not be seen here");
		break;
	case EXCHANGE_BROKEN:
		failed(q, "it was sent, and the stream ended over it: %s",
			exchange_say_end(q, o));
		break;
	default:
		break;
	}
}

static void
message(struct inquiry *q)
{
	const struct observation *o;
	enum exchange_end end = exchange_end_of(q->partner, STANZA_MESSAGE, &o);

	if (q->partner->asked->message_from == NULL ||
		!exchange_is_asked(q->arena, q->partner)) {
		skipped(q, "--im");
		return;
	}
	also_cite(q, o);
	if (end == EXCHANGE_ANSWERED)
		passed(q, "it was received: the receipt came after %s",
			say_time(q, o->took));
	else if (end == EXCHANGE_QUIET)
		noted(q,
			"no error came back in %s, as one would have; nor did a receipt, so "
			"that nothing proves that anybody read it",
			say_time(q, o->took));
	else
		judge_end(q, end, o);
}

/* RFC 6121, 4.3.2. */
static void
judge_presence(struct inquiry *q, const struct observation *o)
{
	const struct stanza_fact *f = o->fact;
	const char *time = say_time(q, o->took);

	if (f->type == NULL)
		passed(q, "the person is online%s%s%s, as we were told after %s",
			f->show ? ", \"" : "", f->show ? f->show : "",
			f->show ? "\"" : "", time);
	else if (text_same(f->type, "unavailable"))
		passed(q, "the person is not online, as we were told after %s", time);
	else
		noted(q,
			"we may not see it: there is no subscription, as we were told after "
			"%s",
			time);
}

/* RFC 6121, 3.1.3 to 3.1.6: a server declines for somebody who is not there. */
static void
judge_subscription(struct inquiry *q, const struct observation *o)
{
	const struct stanza_fact *f = o->fact;
	const char *time = say_time(q, o->took);

	if (text_same(f->type, "subscribed")) {
		passed(q, "we may see it, as we were told after %s", time);
		return;
	}
	remedy(q, "check the address, and ask the person");
	warned(q,
		"it is declined after %s: there is nobody of that name, or the person does "
		"not want it",
		time);
}

/* Nobody must tell anything to who has no subscription, and a person may take days. */
static void
judge_quiet(struct inquiry *q, const struct observation *o, enum stanza_request request)
{
	if (request == STANZA_PROBE)
		noted(q,
			"no presence came within %s; a server need not answer who has no "
			"subscription",
			say_time(q, o->took));
	else
		noted(q, "the wish waits for the person to decide: no answer came in %s",
			say_time(q, o->took));
}

static void
presence(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	enum stanza_request request =
		asked->presence_from ? STANZA_PROBE : STANZA_SUBSCRIPTION;
	const struct observation *o;
	enum exchange_end end = exchange_end_of(q->partner, request, &o);

	if ((asked->presence_from == NULL && asked->subscription_from == NULL) ||
		!exchange_is_asked(q->arena, q->partner)) {
		skipped(q, "--presence or --subscribe");
		return;
	}
	also_cite(q, o);
	if (end == EXCHANGE_QUIET)
		judge_quiet(q, o, request);
	else if (end != EXCHANGE_ANSWERED)
		judge_end(q, end, o);
	else if (request == STANZA_PROBE)
		judge_presence(q, o);
	else
		judge_subscription(q, o);
}

const struct check im_checks[] = {
	{ .id = "im.message",
		.title = "A message from person to person arrives",
		.why = "it is what federation is for, and shows what no other check can",
		.source = "RFC 6121, 5.2, 8.5; RFC 6120, 8.3.3; XEP-0184, 5.4",
		.remedy = "let both sides look for the message in their logs",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.examine = message },
	{ .id = "im.presence",
		.title = "A person's presence, or the wish for it, is answered",
		.why = "contacts that never come online are what users see of a one-way "
		       "federation",
		.source = "RFC 6121, 3.1, 4.3; RFC 6120, 8.3.3",
		.remedy = "let both sides look for the presence in their logs",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.examine = presence },
	{ 0 }
};
