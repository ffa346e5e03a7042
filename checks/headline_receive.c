/* A server calls the one that we looked at: what it is let in by. The method is the best of
 * what the policy allows and the endpoint showed. */
#include "checks/headline.h"

#include "base/text.h"
#include "checks/attempt.h"

#include <string.h>

static void
set_none(const struct prospect *p, struct headline *h, const char *reason)
{
	const struct inquiry *q = &p->observed->at;
	const char *cause = headline_cause(q->partner, q->endpoint->id);

	headline_set(h, METHOD_NONE, PROOF_OFFERED, cause ? cause : reason);
}

/* With one name of the one or the other side. */
static const char *
say(const struct prospect *p, const char *before, const char *name, const char *behind)
{
	return arena_printf(p->observed->at.arena, "%s%s%s", before, name, behind);
}

static bool
refuses_stranger(const struct prospect *p, enum phase phase)
{
	struct inquiry *q = &p->observed->at;
	const struct error_fact *error = attempt_error(q, phase);

	return error && attempt_refuses_stranger(q, error);
}

static void
set_stranger(const struct prospect *p, struct headline *h)
{
	headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
		say(p, "the sender of this run is invented, and ", p->voice->server,
			" refuses it"));
}

/* Our server would hang up on the partner's certificate. */
static bool
is_refused_by_us(const struct prospect *p)
{
	return p->verify == VERIFY_REQUIRED && p->stance.refusal != NULL;
}

static void
set_refused(const struct prospect *p, struct headline *h)
{
	headline_set(h, METHOD_NONE, PROOF_OFFERED,
		say(p,
			"our server requires a valid certificate, and the partner's would be "
			"refused: ",
			p->stance.refusal, ""));
}

/* --- in clear ------------------------------------------------------------------------- */

static const char *
say_without_encryption(const struct prospect *p)
{
	if (headline_without_tls(p))
		return "without encryption, as agreed";
	return say(p, "without encryption, since ", p->voice->server,
		p->verify == VERIFY_UNKNOWN && p->policy == NULL
			? " offers no TLS; a server that requires TLS refuses that"
			: " offers no TLS");
}

static const char *
say_forbidden_in_clear(const struct prospect *p)
{
	if (p->policy->tls == DEMAND_REQUIRED)
		return "the policy requires TLS, and the partner does not offer STARTTLS";
	return "the partner offers no TLS, and the policy has dialback switched off";
}

/* Who only waited in vain was not refused. */
static const char *
say_undone(const struct prospect *p, const char *what, const struct trial *dialed)
{
	return arena_printf(p->observed->at.arena, "%s %s: %s", what,
		dialed->silent ? "does not come about" : "is refused", dialed->words);
}

/* Dialback is all that there is. */
static void
receive_dialback(const struct prospect *p, struct headline *h)
{
	if (!headline_allows(p, ALLOWS_TCP_DIALBACK))
		headline_set(h, METHOD_NONE, PROOF_OFFERED, say_forbidden_in_clear(p));
	else if (p->verify == VERIFY_REQUIRED)
		headline_set(h, METHOD_NONE, PROOF_OFFERED,
			headline_without_tls(p)
				? "our server requires a certificate, and the policy has "
				  "TLS switched off"
				: "our server requires a certificate, and the partner offers "
				  "no TLS");
	else if (p->stance.clear_dialed.kind == TRIAL_REFUSED)
		headline_set(h, METHOD_NONE, PROOF_DONE,
			say_undone(p, "dialback in clear", &p->stance.clear_dialed));
	else if (p->stance.clear_dialback == KNOWN_TRUE)
		headline_set(h, METHOD_TCP_DIALBACK,
			p->stance.clear_dialed.kind == TRIAL_ACCEPTED ? PROOF_DONE
								      : PROOF_OFFERED,
			say_without_encryption(p));
	else
		set_none(p, h,
			headline_without_tls(p)
				? "dialback is not offered, and the policy has TLS switched off"
				: "neither TLS nor dialback is offered");
}

/* A server that has seen the offer of TLS does not go on in clear when it fails. */
static void
receive_in_clear(const struct prospect *p, struct headline *h)
{
	const struct features_fact *plain = p->observed->plain;

	if (refuses_stranger(p, PHASE_PLAIN))
		set_stranger(p, h);
	else if (plain && plain->starttls)
		set_none(p, h, "TLS is offered and cannot be carried out");
	else
		receive_dialback(p, h);
}

/* Our server would not begin TLS, whatever is offered. */
static void
receive_without_tls(const struct prospect *p, struct headline *h)
{
	if (refuses_stranger(p, PHASE_PLAIN))
		set_stranger(p, h);
	else if (p->stance.tls == OFFER_REQUIRED || attempt_is_direct(&p->observed->at))
		headline_set(h, METHOD_NONE, PROOF_OFFERED,
			"the partner requires TLS, and the policy has it switched off");
	else
		receive_dialback(p, h);
}

/* --- inside TLS ----------------------------------------------------------------------- */

/* A strict Prosody says not-authorized to a server without a certificate that it trusts;
 * one without dialback, which has nothing else to offer, undefined-condition. */
static void
receive_by_demand(const struct prospect *p, struct headline *h)
{
	if (!p->observed->tls->certificate_requested)
		headline_set(h, METHOD_NONE, PROOF_OFFERED,
			say(p, "", p->voice->server,
				" demands a certificate, but in TLS it asks for none"));
	else if (!headline_allows(p, ALLOWS_SASL))
		headline_set(h, METHOD_NONE, PROOF_OFFERED,
			"the partner demands a certificate, and the policy has SASL switched "
			"off");
	else if (is_refused_by_us(p))
		set_refused(p, h);
	else
		headline_set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED,
			say(p, "", p->voice->server,
				" demands a certificate that it trusts; none was presented"));
}

static const char *
say_dialback(const struct prospect *p)
{
	if (!headline_allows(p, ALLOWS_SASL))
		return "dialback is offered, and the policy has SASL switched off";
	if (!p->observed->tls->certificate_requested)
		return say(p, "dialback is offered, and ", p->voice->server,
			" asks for no certificate");
	return say(p, "dialback is offered to a stranger; ", p->voice->server,
		" also asks for a certificate, so one that it trusts may bring SASL EXTERNAL");
}

static const char *
say_only_external(const struct prospect *p)
{
	if (!headline_allows(p, ALLOWS_TLS_DIALBACK))
		return "a certificate is asked for, and the policy allows nothing but SASL "
		       "EXTERNAL";
	return p->observed->inside->dialback
		       ? "a certificate is asked for, and dialback is refused"
		       : "a certificate is asked for, and dialback is not offered";
}

static const char *
say_nothing_fits(const struct prospect *p)
{
	if (!headline_allows(p, ALLOWS_SASL))
		return p->stance.dialback == KNOWN_FALSE && p->observed->inside->dialback
			       ? "the policy has SASL switched off, and the partner refuses "
				 "dialback"
			       : "the policy has SASL switched off, and the partner does not "
				 "offer dialback";
	if (!headline_allows(p, ALLOWS_TLS_DIALBACK))
		return "the policy allows nothing but SASL EXTERNAL, and the partner asks for "
		       "no certificate";
	return "neither SASL EXTERNAL nor dialback is offered";
}

static void
receive_by_features(const struct prospect *p, struct headline *h)
{
	bool external = p->observed->tls->certificate_requested &&
			headline_allows(p, ALLOWS_SASL);

	if (is_refused_by_us(p))
		set_refused(p, h);
	else if (external && features_have(p->observed->inside, "EXTERNAL"))
		headline_set(h, METHOD_SASL_EXTERNAL, PROOF_OFFERED,
			say(p, "offered; whether ", p->voice->caller,
				" certificate is accepted was not tried"));
	else if (p->stance.dialback == KNOWN_TRUE &&
		 headline_allows(p, ALLOWS_TLS_DIALBACK))
		headline_set(h, METHOD_TLS_DIALBACK, PROOF_OFFERED, say_dialback(p));
	else if (external)
		headline_set(
			h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED, say_only_external(p));
	else
		headline_set(h, METHOD_NONE, PROOF_OFFERED, say_nothing_fits(p));
}

/* TLS, and then no features. RFC 8446, 4.4.2.4 lets a server that misses a certificate
 * just close. */
static void
receive_by_silence(const struct prospect *p, struct headline *h)
{
	struct inquiry *q = &p->observed->at;
	const struct observation *o = cite_phase(q, FACT_HEADER, PHASE_TLS);

	if (refuses_stranger(p, PHASE_TLS))
		set_stranger(p, h);
	else if (o && o->outcome == OUTCOME_CLOSED &&
		 p->observed->tls->certificate_requested &&
		 ((const struct header_fact *)o->fact)->bytes == 0)
		headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			say(p, "inside TLS ", p->voice->server,
				" closes without a word; it may be that it demands a "
				"certificate"));
	else
		set_none(p, h, "inside TLS no features came");
}

/* --- what was carried out --------------------------------------------------------------- */

/* SASL EXTERNAL does not let us in, and so what is left is dialback, if anything. */
static void
receive_after_refusal(const struct prospect *p, struct headline *h)
{
	const struct stance *s = &p->stance;
	struct arena *arena = p->observed->at.arena;
	bool unanswered = s->external.silent && s->external.where == TRIAL_AT_ANSWER;
	const char *what = unanswered                      ? "we get no answer"
			   : s->external.about_certificate ? "our certificate is refused"
							   : "we are refused";
	const char *why = s->external.words;

	if (!headline_allows(p, ALLOWS_TLS_DIALBACK))
		headline_set(h, METHOD_NONE, PROOF_DONE,
			arena_printf(arena, "%s, and the policy allows no dialback: %s",
				what, why));
	else if (s->dialed.kind == TRIAL_ACCEPTED)
		headline_set(h, METHOD_TLS_DIALBACK, PROOF_DONE,
			arena_printf(arena, "%s, and dialback takes its place: %s", what,
				why));
	else if (s->dialed.kind == TRIAL_REFUSED)
		headline_set(h, METHOD_NONE, PROOF_DONE,
			arena_printf(arena, "%s: %s; %s", what, why,
				say_undone(p, "and dialback", &s->dialed)));
	else if (s->dialback == KNOWN_TRUE)
		headline_set(h, METHOD_TLS_DIALBACK, PROOF_OFFERED,
			arena_printf(
				arena, "%s, and dialback is offered: %s", what, why));
	else
		headline_set(h, METHOD_NONE, PROOF_DONE,
			arena_printf(
				arena, "%s, and dialback is not offered: %s", what, why));
}

/* No certificate of ours was presented. */
static void
receive_by_key(const struct prospect *p, struct headline *h)
{
	const struct stance *s = &p->stance;
	bool external = headline_allows(p, ALLOWS_SASL) && s->sasl != OFFER_NONE;

	if (s->dialed.kind == TRIAL_ACCEPTED)
		headline_set(h, METHOD_TLS_DIALBACK, PROOF_DONE,
			external ? "dialback is accepted; a certificate was not tried"
				 : "dialback is accepted");
	else if (external)
		headline_set(h, METHOD_SASL_EXTERNAL,
			s->sasl == OFFER_UNKNOWN ? PROOF_PREDICTED : PROOF_OFFERED,
			say_undone(p,
				"a certificate is asked for, and was not tried; dialback",
				&s->dialed));
	else
		headline_set(h, METHOD_NONE, PROOF_DONE,
			say_undone(p, "dialback", &s->dialed));
}

/* Done outranks offered. False: nothing was. */
static bool
receive_by_trial(const struct prospect *p, struct headline *h)
{
	const struct stance *s = &p->stance;
	bool external = headline_allows(p, ALLOWS_SASL) && s->external.kind != TRIAL_NONE;
	bool dialback =
		headline_allows(p, ALLOWS_TLS_DIALBACK) && s->dialed.kind != TRIAL_NONE;

	if (!external && !dialback)
		return false;
	if (is_refused_by_us(p))
		set_refused(p, h);
	else if (external && s->external.stuck != NULL)
		headline_set(h, METHOD_NONE, PROOF_DONE,
			say(p, "our certificate is accepted, but ", s->external.stuck,
				""));
	else if (external && s->external.kind == TRIAL_ACCEPTED)
		headline_set(h, METHOD_SASL_EXTERNAL, PROOF_DONE,
			"our certificate is accepted");
	else if (external)
		receive_after_refusal(p, h);
	else
		receive_by_key(p, h);
	return true;
}

/* --- one endpoint --------------------------------------------------------------------- */

/* What the method is worth with a server of which we do not know what it demands. */
static void
add_reservations(const struct prospect *p, struct headline *h)
{
	struct arena *arena = p->observed->at.arena;
	const char *version = p->observed->version;

	if (h->method < METHOD_TLS_DIALBACK || version == NULL)
		return;
	h->tls = version;
	if (p->stance.refusal != NULL && p->verify == VERIFY_UNKNOWN)
		h->reason = arena_printf(arena,
			"%s; a server that verifies refuses %s certificate: %s",
			h->reason, p->voice->whose, p->stance.refusal);
	if (strcmp(version, "TLS 1.2") < 0)
		h->reason = arena_printf(
			arena, "%s; current servers refuse %s", h->reason, version);
}

static void
receive_by_sight(const struct prospect *p, struct headline *h)
{
	const struct observed *o = p->observed;

	if (o->demands)
		receive_by_demand(p, h);
	else if (!o->tls->completed)
		set_none(p, h, "the TLS handshake fails");
	else if (o->inside != NULL)
		receive_by_features(p, h);
	else
		receive_by_silence(p, h);
}

static void
receive(const struct prospect *p, struct headline *h)
{
	const struct observed *o = p->observed;

	*h = (struct headline){ 0 };
	if (o->excludes)
		headline_set(h, METHOD_NONE, PROOF_OFFERED,
			say(p, "", p->voice->server, " does not admit our domain"));
	else if (headline_without_tls(p))
		receive_without_tls(p, h);
	else if (o->tls == NULL)
		receive_in_clear(p, h);
	else if (!receive_by_trial(p, h))
		receive_by_sight(p, h);
	add_reservations(p, h);
}

/* --- the best endpoint ---------------------------------------------------------------- */

/* What was done inside TLS outranks what may be. Of two that go the same way the one with
 * the better certificate is the better. That one endpoint leads nowhere says little while of
 * another nothing is known. */
static int
rank(const struct headline *h, const struct prospect *p)
{
	static const int worth[] = { [METHOD_NONE] = 0,
		[METHOD_UNKNOWN] = 1,
		[METHOD_TCP_DIALBACK] = 2,
		[METHOD_TLS_DIALBACK] = 3,
		[METHOD_SASL_EXTERNAL] = 4 };
	int done = h->method >= METHOD_TLS_DIALBACK && h->proof == PROOF_DONE ? 5 : 0;

	return ((done + worth[h->method]) * 4 + (int)h->proof) * 2 +
	       (p->stance.refusal == NULL);
}

static const char *
unreached_reason(const struct partner *partner, const struct observed *furthest)
{
	const char *cause =
		furthest ? headline_cause(partner, furthest->at.endpoint->id) : NULL;

	if (cause == NULL && partner->causes > 0)
		cause = partner->cause[0].text;
	for (size_t i = 0; i < partner->findings && cause == NULL; i++)
		if (strcmp(partner->finding[i].check, "reach.any") == 0)
			cause = partner->finding[i].text;
	return cause ? cause : "no endpoint answered as an XMPP server";
}

/* Our network, and not the server that we look at, which may be our own. */
static bool
is_of_this_host(const struct partner *partner, const struct cause *cause)
{
	return partner->role == ROLE_OWN ? text_starts(cause->id, "cause.own.")
					 : cause->owner == OWNER_US;
}

/* Something of theirs keeps everybody out, not only us. */
static bool
is_their_trouble(const struct partner *partner)
{
	enum status reach = verdict_at(partner, "reach.any", NULL);

	return reach == STATUS_FAIL ||
	       (reach == STATUS_SKIP && partner->causes > 0 &&
		       !is_of_this_host(partner, &partner->cause[0]));
}

static void
receive_nobody(const struct partner *partner, const struct observed *furthest,
	bool unseen, struct headline *h)
{
	if (partner->unfinished)
		headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			"there was no time to find out");
	else if (unseen)
		headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			"our server was not reached from behind a translation of addresses, "
			"which says nothing of strangers");
	else if (is_their_trouble(partner))
		headline_set(h, METHOD_NONE, PROOF_OFFERED,
			unreached_reason(partner, furthest));
	else
		headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			partner->causes > 0 ? partner->cause[0].text
					    : "it could not be tested from here");
}

void
headline_receive(
	struct inquiry *q, struct prospect *list, size_t count, struct headline *h)
{
	const struct observed *furthest = NULL;
	const struct prospect *best = NULL;
	bool starttls = false, unseen = false;

	for (size_t i = 0; i < count; i++) {
		const struct observed *o = list[i].observed;
		struct headline here;

		if (furthest == NULL || o->progress > furthest->progress)
			furthest = o;
		unseen |= o->progress == PROGRESS_UNSEEN;
		if (!observed_works(o))
			continue;
		receive(&list[i], &here);
		starttls |= o->at.endpoint->mode == MODE_STARTTLS &&
			    here.method > METHOD_NONE;
		if (best == NULL || rank(&here, &list[i]) > rank(h, best)) {
			best = &list[i];
			*h = here;
		}
	}
	if (best == NULL)
		receive_nobody(q->partner, furthest, unseen, h);
	else if (!starttls && h->method > METHOD_NONE && !q->partner->asked->direct_tls)
		h->reason = arena_printf(q->arena,
			"%s; by direct TLS only, which not every server knows",
			h->reason);
}
