/* Dialback in our own name (XEP-0220, 2.1), with a key of our secret: the partner asks our
 * own server, and tells what became of it. */
#include "base/text.h"
#include "checks/attempt.h"
#include "checks/dialback.h"
#include "checks/trial.h"

/* Seconds after which other servers than ours have lost their patience. */
enum { SLOW = 20 };

/* XEP-0220, 2.5, and what it says of the cause. */
static const struct {
	const char *condition, *meaning, *remedy;
	enum owner owner;
} meanings[] = {
	{ "remote-connection-failed", "the partner could not connect to our server",
		"open the port of your server to the Internet, and check that your SRV record "
		"leads to it",
		OWNER_US },
	{ "remote-server-timeout", "our server did not answer the partner",
		"see why your server does not answer: its log, its limits, its way out",
		OWNER_US },
	{ "remote-server-not-found",
		"the partner found no server of ours, or could not talk to it",
		"check the SRV record and the addresses of your own domain, and that its port "
		"can be reached from outside",
		OWNER_US },
	{ "forbidden", "our server says that the key is not its own",
		"give every node of your server the same secret, and fedprobe as well",
		OWNER_US },
	{ "item-not-found", "the partner does not host the domain there",
		"ask the partner to host it there, or to let its records lead to the server that "
		"does",
		OWNER_PARTNER },
	{ "policy-violation", "a rule of the partner forbids it",
		"use TLS, or ask the partner to allow dialback", OWNER_PARTNER },
	{ "not-authorized", "the partner wants the proof of a certificate",
		"present a certificate that the partner trusts", OWNER_US },
	{ "not-allowed", "the partner does not admit our domain, or not this way",
		"ask the partner to admit your domain", OWNER_PARTNER },
	{ "resource-constraint", "the partner has too many connections",
		"try again later", OWNER_PARTNER },
	{ "internal-server-error", "the partner's server has a trouble of its own",
		"ask the partner for its log at the time of this run", OWNER_PARTNER },
	{ "system-shutdown", "the partner's server is being stopped", "try again later",
		OWNER_PARTNER },
	{ "host-unknown", "the partner does not host the domain there",
		"ask the partner to host it there, or to let its records lead to the server that "
		"does",
		OWNER_PARTNER },
};

static void
judge_condition(struct inquiry *q, const struct trial *t)
{
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		if (!text_same(t->condition, meanings[i].condition))
			continue;
		blame(q, meanings[i].owner);
		remedy(q, "%s", meanings[i].remedy);
		failed(q, "%s: %s", meanings[i].meaning, t->words);
		return;
	}
	failed(q, "%s", t->words);
}

/* A server that takes certificates alone offers no dialback, and has ours: ejabberd without
 * mod_s2s_dialback. */
static bool
is_needless(struct inquiry *q, const struct trial *t)
{
	const struct features_fact *f = attempt_features(q, PHASE_TLS);
	struct trial external = trial_external(q, EXTERNAL);

	return t->about_dialback && f != NULL && !f->dialback &&
	       external.kind == TRIAL_ACCEPTED && external.stuck == NULL;
}

static void
judge(struct inquiry *q, const struct trial *t)
{
	if (t->kind == TRIAL_REFUSED && t->silent)
		failed(q, "%s; a partner that cannot reach our server often says nothing",
			t->words);
	else if (is_needless(q, t))
		noted(q, "it is not offered, and our certificate is enough: %s",
			t->words);
	else if (t->distorted) {
		blame(q, OWNER_PARTNER);
		remedy(q, "update the server, or find the proxy that mixes streams");
		failed(q, "%s", t->words);
	} else if (t->denied && t->vouched) {
		blame(q, OWNER_BOTH);
		remedy(q,
			"see whether your SRV record leads to other servers as well, which "
			"have another secret; else ask the partner for its log");
		failed(q, "our server called the key valid, and yet %s", t->words);
	} else if (t->kind == TRIAL_REFUSED && t->condition != NULL)
		judge_condition(q, t);
	else if (t->kind == TRIAL_REFUSED)
		failed(q,
			"%s: our server says that the key is not its own, or another server "
			"was asked",
			t->words);
	else if (seconds(t->took) > SLOW)
		warned(q, "it is \"valid\", but only after %s", say_time(q, t->took));
	else
		passed(q, "it is \"valid\" after %s", say_time(q, t->took));
}

static const char *
not_tried(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	const struct policy *policy = q->partner->policy;

	if (q->partner->role == ROLE_OWN)
		return "another server than our own";
	if (!asked->secret && !run_listens(asked))
		return "--dialback-secret-file";
	if (asked->from_stranger)
		return "--from";
	if (policy && policy->dialback == AGREED_FALSE)
		return "an agreement on dialback";
	if (asked->depth == DEPTH_QUICK)
		return "--depth standard";
	return attempt_stop(q, attempt_last(q));
}

void
dialback_result(struct inquiry *q)
{
	struct trial inside = trial_dialback(q, DIALBACK);
	struct trial clear = trial_dialback(q, PLAINTEXT_DIALBACK);

	if (inside.kind != TRIAL_NONE)
		judge(q, &inside);
	else if (clear.kind != TRIAL_NONE)
		judge(q, &clear);
	else
		skipped(q, not_tried(q));
}
