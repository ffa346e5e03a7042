/* Server dialback (XEP-0220): what is offered, and how the partner's authoritative side
 * answers about a key that nobody issued. The question needs no domain of ours; the answer
 * must be `invalid`. Its receiving side is in impostor.c. */
#include "checks/dialback.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/impostor.h"

/* --- the offer -------------------------------------------------------------------- */

static bool
requests_certificate(struct inquiry *q)
{
	const struct observation *tls = cite(q, FACT_TLS);

	return tls && ((const struct tls_fact *)tls->fact)->certificate_requested;
}

/* No feature: the older way is the namespace declared in the header (XEP-0220, 2.4.1).
 * ejabberd declares it always, so beside EXTERNAL it means nothing. */
static void
judge_declaration(
	struct inquiry *q, const struct features_fact *f, const struct header_fact *h)
{
	bool external = features_have(f, "EXTERNAL");

	if (h && h->dialback_prefix && external)
		noted(q,
			"the namespace is declared but the feature is missing; EXTERNAL is "
			"offered");
	else if (h && h->dialback_prefix)
		warned(q,
			"the namespace is declared in the header %s, but the feature is "
			"missing",
			say_phase(f->phase));
	else if (external)
		noted(q, "neither declared nor among the features; EXTERNAL is offered");
	else if (requests_certificate(q))
		noted(q,
			"neither declared nor among the features; a certificate is asked for, "
			"so EXTERNAL may be offered to those who have one");
	else {
		grade(q, SEVERITY_HIGH);
		failed(q,
			"neither declared nor among the features %s, and no other method is "
			"offered",
			say_phase(f->phase));
	}
}

static void
offered(struct inquiry *q)
{
	enum phase phase = attempt_last(q);
	const struct features_fact *f = attempt_features(q, phase), *plain;
	const struct header_fact *h = attempt_header(q, phase);

	if (f == NULL && h && header_is_old(h) && !attempt_error(q, phase)) {
		if (!h->dialback_prefix)
			failed(q, "the header has no version and does not declare it");
		return;
	}
	if (f == NULL) {
		skipped(q, attempt_stop(q, phase));
		return;
	}
	if (f->dialback)
		return;
	plain = attempt_features(q, PHASE_PLAIN);
	if (plain && plain->dialback && phase == PHASE_TLS)
		warned(q, "the feature is there before TLS, and no more inside it");
	else
		judge_declaration(q, f, h);
}

/* XEP-0220, 2.4.2: who says that it reports errors does so, and keeps the stream. */
static void
judge_promise(struct inquiry *q)
{
	struct reception r = impostor_reception(q, IMPOSTOR);

	if (r.kind != RECEPTION_NONE && !r.typed && !r.early)
		warned(q,
			"the feature says that errors are reported, but a name that does "
			"not exist got none: %s",
			r.words);
}

static void
errors(struct inquiry *q)
{
	enum phase phase = attempt_last(q);
	const struct features_fact *f = attempt_features(q, phase);

	if (f == NULL)
		skipped(q, attempt_stop(q, phase));
	else if (!f->dialback)
		skipped(q, "dialback.offered");
	else if (!f->dialback_errors)
		noted(q, "failures will be silent, or will end the stream");
	else
		judge_promise(q);
}

/* --- the authority ---------------------------------------------------------------- */

/* One answer to our question, as far as this theme minds. */
struct reply {
	enum status status;
	const char *words;
};

/* In clear, where TLS is offered, a server may refuse the question or ignore it
 * (ejabberd, jabberd2), and no blame follows. */
static bool
is_in_clear_only(struct inquiry *q, enum phase phase)
{
	return phase == PHASE_PLAIN && attempt_last(q) == PHASE_TLS;
}

/* XEP-0220, 2.2.2: from and to exchanged, the id returned. Who asked finds its question by
 * all three. */
static const char *
find_distortion(struct inquiry *q, const struct dialback_fact *f)
{
	if (f->id == NULL)
		return "without an id";
	if (!text_same(f->id, f->asked_id))
		return arena_printf(q->arena, "with the id \"%s\" in place of \"%s\"",
			f->id, f->asked_id);
	if (!is_same_domain(q, f->from, f->asked_to))
		return arena_printf(q->arena, "from \"%s\" in place of \"%s\"",
			f->from ? f->from : "", f->asked_to ? f->asked_to : "");
	if (!is_same_domain(q, f->to, f->asked_from))
		return arena_printf(q->arena, "to \"%s\" in place of \"%s\"",
			f->to ? f->to : "", f->asked_from ? f->asked_from : "");
	return NULL;
}

const char *
dialback_say_error(struct inquiry *q, const struct dialback_fact *f)
{
	return arena_printf(q->arena, "an error came %s (%s)%s", say_phase(f->phase),
		f->condition ? f->condition : "no condition", say_text(q, f->text));
}

/* XEP-0220, 2.5. */
static struct reply
read_refusal(struct inquiry *q, const struct dialback_fact *f)
{
	static const char *const policy[] = { "policy-violation", "not-authorized",
		"not-allowed", "forbidden", NULL };
	bool is_policy = f->condition && name_index(policy, f->condition) >= 0;

	return (struct reply){ is_policy ? STATUS_INFO : STATUS_WARN,
		dialback_say_error(q, f) };
}

static struct reply
read_silence(struct inquiry *q, const struct observation *o)
{
	const struct dialback_fact *f = o->fact;
	const char *words = arena_printf(
		q->arena, "no answer %s: %s", say_phase(f->phase), say_silence(q, o));

	if (is_in_clear_only(q, f->phase))
		return (struct reply){ STATUS_INFO, words };
	return (struct reply){
		o->outcome == OUTCOME_TIMED_OUT ? STATUS_WARN : STATUS_FAIL, words
	};
}

static struct reply
read_answer(struct inquiry *q, const struct observation *o)
{
	const struct dialback_fact *f = o->fact;
	const char *distortion;

	if (!f->answered)
		return read_silence(q, o);
	if (text_same(f->type, "error"))
		return read_refusal(q, f);
	distortion = find_distortion(q, f);
	if (distortion != NULL)
		return (struct reply){ STATUS_WARN,
			arena_printf(q->arena,
				"the answer came %s, so nobody can match it",
				distortion) };
	/* That a vouching answer is wrong is the business of dialback.authority.sound. */
	if (text_same(f->type, "invalid") || text_same(f->type, "valid"))
		return (struct reply){ STATUS_PASS, NULL };
	return (struct reply){ STATUS_WARN,
		arena_printf(q->arena, "the answer has the type \"%s\"",
			f->type ? f->type : "") };
}

/* A stream error in place of an answer. Prosody without dialback says
 * unsupported-stanza-type, ejabberd not-authorized; who wants TLS first policy-violation. */
static struct reply
read_error(struct inquiry *q, const struct error_fact *f)
{
	static const char *const off[] = { "policy-violation", "not-authorized",
		"unsupported-stanza-type", NULL };
	bool is_off = f->condition && name_index(off, f->condition) >= 0;

	if (is_off || is_in_clear_only(q, f->phase))
		return (struct reply){ STATUS_INFO, say_error(q, f) };
	if (text_same(f->condition, "connection-timeout"))
		return (struct reply){ STATUS_WARN, say_error(q, f) };
	return (struct reply){ STATUS_FAIL, say_error(q, f) };
}

static void
keep_best(struct reply *best, struct reply reply)
{
	if (best->status == STATUS_SKIP || reply.status < best->status)
		*best = reply;
}

/* Where the session was refused for want of a certificate the question was repeated in
 * clear. */
static const char *const askers[] = { "session", "verify" };

enum { ASKERS = sizeof askers / sizeof askers[0] };

const struct observation *
dialback_question(struct inquiry *q, const char *asker)
{
	const struct observation *o = cite_by(q, asker, FACT_DIALBACK, PHASE_NONE);

	return o && ((const struct dialback_fact *)o->fact)->asked_from ? o : NULL;
}

const struct error_fact *
dialback_retort(struct inquiry *q, const char *asker, const char *question)
{
	const struct observation *o = cite_by(q, asker, FACT_ERROR, PHASE_NONE);
	const struct error_fact *error = o ? o->fact : NULL;

	return error && text_same(error->after, question) ? error : NULL;
}

/* The best answer of all connections. */
static struct reply
best_reply(struct inquiry *q)
{
	struct reply best = { STATUS_SKIP, NULL };

	for (size_t i = 0; i < ASKERS; i++) {
		const struct observation *o = dialback_question(q, askers[i]);
		const struct error_fact *error =
			dialback_retort(q, askers[i], "db:verify");

		if (o != NULL)
			keep_best(&best, read_answer(q, o));
		if (error != NULL)
			keep_best(&best, read_error(q, error));
	}
	return best;
}

/* Why nobody was asked. */
static const char *
not_asked(struct inquiry *q)
{
	if (q->partner->asked->depth == DEPTH_QUICK)
		return "--depth standard";
	return attempt_stop(q, attempt_last(q));
}

const char *
dialback_not_asked_deep(struct inquiry *q)
{
	if (q->partner->asked->depth != DEPTH_DEEP)
		return "--depth deep";
	return attempt_stop(q, attempt_last(q));
}

/* Without SASL nothing else proves the partner's name to us. */
static void
authority_answers(struct inquiry *q)
{
	const struct policy *policy = q->partner->policy;
	struct reply best = best_reply(q);

	if (best.status == STATUS_SKIP)
		skipped(q, not_asked(q));
	else if (best.status == STATUS_INFO)
		noted(q, "%s", best.words);
	else if (best.status == STATUS_WARN)
		warned(q, "%s", best.words);
	else if (best.status == STATUS_FAIL) {
		if (policy && policy->sasl == DEMAND_NOT_SUPPORTED &&
			policy->dialback == AGREED_TRUE)
			grade(q, SEVERITY_HIGH);
		failed(q, "%s", best.words);
	}
}

/* XEP-0220, 2.2.2 and 3. */
static void
authority_sound(struct inquiry *q)
{
	bool answered = false;

	for (size_t i = 0; i < ASKERS; i++) {
		const struct observation *o = dialback_question(q, askers[i]);
		const struct dialback_fact *f = o ? o->fact : NULL;

		if (f == NULL || !f->answered)
			continue;
		answered = true;
		if (text_same(f->type, "valid"))
			failed(q, "it answered \"valid\" %s to a key that we invented",
				say_phase(f->phase));
	}
	if (!answered)
		skipped(q, best_reply(q).status == STATUS_SKIP
				   ? not_asked(q)
				   : "dialback.authority.answers");
}

/* XEP-0220, 2.5. Prosody says unsupported-stanza-type, and ends the stream. */
static bool
denies_host(const char *condition)
{
	static const char *const denials[] = { "item-not-found", "host-unknown",
		"improper-addressing", "unsupported-stanza-type", NULL };

	return condition && name_index(denials, condition) >= 0;
}

static void
judge_unhosted(struct inquiry *q, const struct observation *o)
{
	const struct dialback_fact *f = o->fact;
	const char *name = f->asked_to ? f->asked_to : "";

	if (!f->answered) {
		noted(q, "no answer about \"%s\": %s", name, say_silence(q, o));
	} else if (text_same(f->type, "valid")) {
		grade(q, SEVERITY_CRITICAL);
		failed(q, "it answered \"valid\" for \"%s\", a name that we invented",
			name);
	} else if (text_same(f->type, "invalid")) {
		noted(q,
			"it answers for \"%s\" as well, so its answers do not show that "
			"it hosts the domain",
			name);
	} else if (!text_same(f->type, "error") || !denies_host(f->condition)) {
		noted(q, "%s", dialback_say_error(q, f));
	}
}

static void
authority_unhosted(struct inquiry *q)
{
	const struct observation *o = dialback_question(q, "unhosted");
	const struct error_fact *error = dialback_retort(q, "unhosted", "db:verify");

	if (o != NULL)
		judge_unhosted(q, o);
	else if (error == NULL)
		skipped(q, dialback_not_asked_deep(q));
	else if (!denies_host(error->condition))
		noted(q, "%s", say_error(q, error));
}

/* --- what nobody asked for -------------------------------------------------------- */

/* XEP-0220, 3.1: a typed element that answers nothing must never have an effect. */
static void
unsolicited(struct inquiry *q)
{
	const struct observation *o = NULL;

	while ((o = cite_next(q, FACT_DIALBACK, o)) != NULL) {
		const struct dialback_fact *f = o->fact;

		if (f->asked_from == NULL && f->type != NULL)
			failed(q, "a %s of the type \"%s\" from \"%s\" came %s unasked",
				f->element == DIALBACK_VERIFY ? "db:verify" : "db:result",
				f->type, f->from ? f->from : "", say_phase(f->phase));
	}
	if (!attempt_header(q, attempt_first(q)))
		skipped(q, attempt_stop(q, attempt_first(q)));
}

const struct check dialback_checks[] = {
	{ .id = "dialback.offered",
		.title = "Dialback is offered",
		.why = "where certificates cannot be verified it is the only way",
		.source = "XEP-0220, 2.4.1, 2.4.2",
		.remedy =
			"enable server dialback, or provide certificates that both sides trust",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = offered },
	{ .id = "dialback.errors",
		.title = "Dialback reports its errors",
		.why = "it decides how long one must wait and what one may conclude",
		.source = "XEP-0220, 2.4.2, 2.5",
		.remedy = "nothing; newer servers report errors",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace", "dialback.offered" },
		.examine = errors },
	{ .id = "dialback.authority.answers",
		.title = "The authoritative server answers dialback",
		.why = "a server that the partner calls asks exactly this; without an answer the "
		       "partner's users reach nobody",
		.source = "XEP-0220, 2.1.2, 2.2.2, 2.5",
		.remedy =
			"let the servers at the SRV targets answer dialback verification (the "
			"same secret on all nodes), also for servers without certificate",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = authority_answers },
	{ .id = "dialback.authority.sound",
		.title = "The authoritative server vouches for no invented key",
		.why = "anyone could speak as the domain to every server that relies on dialback",
		.source = "XEP-0220, 2.2.2, 3",
		.remedy =
			"take the server out of federation and update it: it vouches for "
			"forged keys",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_CRITICAL,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = authority_sound },
	{ .id = "dialback.authority.unhosted",
		.title = "The authoritative server speaks for no other name",
		.why = "it tells whether its answers show that it hosts the domain",
		.source = "XEP-0220, 2.2.2, 2.5",
		.remedy =
			"take the server out of federation and update it: it vouches for names "
			"that it does not host",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = authority_unhosted },
	{ .id = "dialback.receiver.impostor",
		.title = "A name that does not exist is not believed",
		.why = "it shows that the server verifies whoever calls it; else anyone could "
		       "send in any name",
		.source = "XEP-0220, 2.1.1, 2.1.2, 2.2.1, 2.5",
		.remedy = "take the server out of federation: it accepts senders without "
			  "verifying them",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_CRITICAL,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = impostor_believed },
	{ .id = "dialback.result",
		.title = "Dialback accepts us",
		.why = "it is what lets messages through where certificates do not",
		.source = "XEP-0220, 2.1.1, 2.5; XEP-0185",
		.remedy =
			"check that your own SRV record leads to your server, that its port "
			"can be reached from outside, and that all of its nodes have the "
			"secret",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.after = { "stream.header.namespace" },
		.examine = dialback_result },
	{ .id = "dialback.bogus-key",
		.title = "A key that our server denies is not believed",
		.why = "it is the final proof that the partner verifies who calls it; else anyone "
		       "could write to its users in our name",
		.source = "XEP-0220, 2.1.2, 2.2.1",
		.remedy = "take the server out of federation: it ignores what the "
			  "authoritative server says",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_CRITICAL,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = dialback_bogus_key },
	{ .id = "dialback.shortcut",
		.title = "Our server is asked before we are believed",
		.why = "a certificate may take the place of the question; without one nothing "
		       "has proved our name",
		.source = "XEP-0344, 2.4, 2.6; RFC 7712, 4.3, 4.4.1",
		.remedy = "nothing where a certificate was enough; else see what "
			  "dialback.receiver.impostor says (--depth deep)",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = dialback_shortcut },
	{ .id = "dialback.multiplex",
		.title = "One stream takes more than one of our domains",
		.why = "many domains cost a connection each where it does not",
		.source = "XEP-0220, 2.6",
		.remedy = "nothing; update the server if it ends the stream although it "
			  "offers to report errors",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = dialback_multiplex },
	{ .id = "dialback.unsolicited",
		.title = "No dialback answer comes unasked",
		.why = "the pattern of a known class of spoofing attacks; ignored, it does no "
		       "harm",
		.source = "XEP-0220, 3.1",
		.remedy =
			"update or investigate the server: it sends dialback results that "
			"nobody asked for",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = unsolicited },
	{ 0 }
};
