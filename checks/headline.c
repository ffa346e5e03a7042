/* The one line that an administrator wants: will it connect, and how. Three things decide:
 * what the partner showed, its certificate, and what our server demands (--verify). Each
 * endpoint is judged by itself, and the best one is told, since one is enough to connect.
 * Without a credential of ours nothing was carried out, so the best proof is an offer. */
#include "checks/headline.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/progress.h"
#include "checks/verdict.h"

#include <string.h>

/* What one endpoint showed. */
struct showing {
	struct inquiry q;
	struct finding rest; /* takes the citations of q; nobody reads them */
	enum progress progress;
	const struct features_fact *plain, *inside;
	const struct tls_fact *tls; /* NULL when there was no handshake */
	const char *version;        /* "TLS 1.3"; NULL unless it was completed */
	const char *refusal;        /* of its certificate, by a server that verifies */
	enum authority authority;
};

static const char *
version_title(const char *version)
{
	static const char *const title[][2] = { { "TLSv1.3", "TLS 1.3" },
		{ "TLSv1.2", "TLS 1.2" }, { "TLSv1.1", "TLS 1.1" },
		{ "TLSv1", "TLS 1.0" } };

	for (size_t i = 0; i < sizeof title / sizeof title[0]; i++)
		if (text_same(version, title[i][0]))
			return title[i][1];
	return version;
}

static void
look(struct showing *s, const struct partner *partner, const struct endpoint *endpoint)
{
	const struct observation *o;

	*s = (struct showing){ .q = { .partner = partner,
				       .endpoint = endpoint,
				       .arena = partner->arena,
				       .finding = &s->rest } };
	s->progress = progress_at(&s->q, endpoint);
	s->plain = attempt_features(&s->q, PHASE_PLAIN);
	s->inside = attempt_features(&s->q, PHASE_TLS);
	o = cite(&s->q, FACT_TLS);
	s->tls = o ? o->fact : NULL;
	s->version = s->tls && s->tls->completed ? version_title(s->tls->version) : NULL;
	s->refusal = verdict_certificate(partner, endpoint->id);
	s->authority = verdict_authority(&s->q);
}

static void
set(struct headline *h, enum method method, enum proof proof, const char *reason)
{
	h->method = method;
	h->proof = proof;
	h->reason = reason;
}

static enum verify
verify_of(const struct showing *s)
{
	return s->q.partner->asked->verify;
}

/* Our server would hang up on the partner's certificate. */
static bool
is_refused_by_us(const struct showing *s)
{
	return verify_of(s) == VERIFY_REQUIRED && s->refusal != NULL;
}

/* The text of the cause behind what failed at the endpoint, or NULL. */
static const char *
cause_at(const struct partner *partner, const char *endpoint)
{
	const char *id = NULL;

	for (size_t i = 0; i < partner->findings && id == NULL; i++)
		if (text_same(partner->finding[i].endpoint, endpoint))
			id = partner->finding[i].cause;
	for (size_t i = 0; id != NULL && i < partner->causes; i++)
		if (strcmp(partner->cause[i].id, id) == 0)
			return partner->cause[i].text;
	return NULL;
}

static void
set_none(const struct showing *s, struct headline *h, const char *reason)
{
	const char *cause = cause_at(s->q.partner, s->q.endpoint->id);

	set(h, METHOD_NONE, PROOF_OFFERED, cause ? cause : reason);
}

/* --- our server calls theirs ------------------------------------------------------- */

static bool
offers_dialback(struct showing *s, enum phase phase)
{
	const struct features_fact *f = phase == PHASE_TLS ? s->inside : s->plain;
	const struct header_fact *h = attempt_header(&s->q, phase);

	/* Offers lie (Openfire): the same server has just refused a question. */
	if (s->authority == AUTHORITY_REFUSES)
		return false;
	/* XEP-0220, 2.4.1: the declaration is the older way to offer dialback. */
	return (f && f->dialback) || (h && h->dialback_prefix);
}

static bool
ended_by_error(struct showing *s, const char *condition)
{
	const struct error_fact *error = attempt_error(&s->q, PHASE_TLS);

	return error && text_same(error->after, "header") &&
	       text_same(error->condition, condition);
}

static bool
refuses_stranger(struct showing *s, enum phase phase)
{
	const struct error_fact *error = attempt_error(&s->q, phase);

	return error && attempt_refuses_stranger(&s->q, error);
}

static const char *
say_refusal(const struct showing *s)
{
	return arena_printf(s->q.arena,
		"our server requires a valid certificate, and the partner's would be "
		"refused: %s",
		s->refusal);
}

/* A server that has seen the offer of TLS does not go on in clear when it fails. */
static void
out_in_clear(struct showing *s, struct headline *h)
{
	if (refuses_stranger(s, PHASE_PLAIN))
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			"the sender of this run is invented, and the partner refuses it");
	else if (s->plain && s->plain->starttls)
		set_none(s, h, "TLS is offered and cannot be carried out");
	else if (verify_of(s) == VERIFY_REQUIRED)
		set(h, METHOD_NONE, PROOF_OFFERED,
			"our server requires a certificate, and the partner offers no TLS");
	else if (offers_dialback(s, PHASE_PLAIN))
		set(h, METHOD_TCP_DIALBACK, PROOF_OFFERED,
			verify_of(s) == VERIFY_UNKNOWN
				? "without encryption, since the partner offers no TLS; a "
				  "server that requires TLS refuses that"
				: "without encryption, since the partner offers no TLS");
	else
		set_none(s, h, "neither TLS nor dialback is offered");
}

/* A strict Prosody says not-authorized to a server without a certificate that it trusts;
 * one without dialback, which has nothing else to offer, undefined-condition. */
static void
out_by_demand(struct showing *s, struct headline *h)
{
	if (!s->tls->certificate_requested)
		set(h, METHOD_NONE, PROOF_OFFERED,
			"the partner demands a certificate, but in TLS it asks for none");
	else if (is_refused_by_us(s))
		set(h, METHOD_NONE, PROOF_OFFERED, say_refusal(s));
	else
		set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED,
			"the partner demands a certificate that it trusts; none was presented");
}

static void
out_by_features(struct showing *s, struct headline *h)
{
	bool requested = s->tls->certificate_requested;

	if (is_refused_by_us(s))
		set(h, METHOD_NONE, PROOF_OFFERED, say_refusal(s));
	else if (features_have(s->inside, "EXTERNAL") && requested)
		set(h, METHOD_SASL_EXTERNAL, PROOF_OFFERED,
			"offered; whether our certificate is accepted was not tried");
	else if (offers_dialback(s, PHASE_TLS))
		set(h, METHOD_TLS_DIALBACK, PROOF_OFFERED,
			requested
				? "dialback is offered to a stranger; the partner also asks for "
				  "a certificate, so one that it trusts may bring SASL EXTERNAL"
				: "dialback is offered, and the partner asks for no certificate");
	else if (requested)
		set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED,
			s->inside->dialback
				? "a certificate is asked for, and dialback is refused"
				: "a certificate is asked for, and dialback is not offered");
	else
		set(h, METHOD_NONE, PROOF_OFFERED,
			"neither SASL EXTERNAL nor dialback is offered");
}

/* TLS, and then no features. RFC 8446, 4.4.2.4 lets a server that misses a certificate
 * just close. */
static void
out_by_silence(struct showing *s, struct headline *h)
{
	const struct observation *o = cite_phase(&s->q, FACT_HEADER, PHASE_TLS);

	if (refuses_stranger(s, PHASE_TLS))
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			"the sender of this run is invented, and the partner refuses it");
	else if (o && o->outcome == OUTCOME_CLOSED && s->tls->certificate_requested &&
		 ((const struct header_fact *)o->fact)->bytes == 0)
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			"inside TLS the partner closes without a word; it may be that it "
			"demands a certificate");
	else
		set_none(s, h, "inside TLS no features came");
}

/* What the method is worth with a server of which we do not know what it demands. */
static void
add_reservations(const struct showing *s, struct headline *h)
{
	struct arena *arena = s->q.arena;

	if (h->method <= METHOD_NONE || s->version == NULL)
		return;
	h->tls = s->version;
	if (s->refusal != NULL && verify_of(s) == VERIFY_UNKNOWN)
		h->reason = arena_printf(arena,
			"%s; a server that verifies refuses the partner's certificate: %s",
			h->reason, s->refusal);
	if (strcmp(s->version, "TLS 1.2") < 0)
		h->reason = arena_printf(
			arena, "%s; current servers refuse %s", h->reason, s->version);
}

static void
call(struct showing *s, struct headline *h)
{
	*h = (struct headline){ 0 };
	if (s->tls == NULL)
		out_in_clear(s, h);
	else if (attempt_demands(&s->q) || ended_by_error(s, "undefined-condition"))
		out_by_demand(s, h);
	else if (!s->tls->completed)
		set_none(s, h, "the TLS handshake fails");
	else if (s->inside != NULL)
		out_by_features(s, h);
	else
		out_by_silence(s, h);
	add_reservations(s, h);
}

/* Of two that go the same way the one with the better certificate is the better. That one
 * endpoint leads nowhere says little while of another nothing is known. */
static int
rank(const struct headline *h, const struct showing *s)
{
	static const int worth[] = { [METHOD_NONE] = 0,
		[METHOD_UNKNOWN] = 1,
		[METHOD_TCP_DIALBACK] = 2,
		[METHOD_TLS_DIALBACK] = 3,
		[METHOD_SASL_EXTERNAL] = 4 };

	return (worth[h->method] * 4 + (int)h->proof) * 2 + (s->refusal == NULL);
}

static const char *
unreached_reason(const struct partner *partner, const struct showing *furthest)
{
	const char *cause = furthest ? cause_at(partner, furthest->q.endpoint->id) : NULL;

	if (cause == NULL && partner->causes > 0)
		cause = partner->cause[0].text;
	for (size_t i = 0; i < partner->findings && cause == NULL; i++)
		if (strcmp(partner->finding[i].check, "reach.any") == 0)
			cause = partner->finding[i].text;
	return cause ? cause : "no endpoint answered as an XMPP server";
}

/* Something of theirs keeps everybody out, not only us. */
static bool
is_their_trouble(const struct partner *partner)
{
	enum status reach = verdict_at(partner, "reach.any", NULL);

	return reach == STATUS_FAIL || (reach == STATUS_SKIP && partner->causes > 0 &&
					       partner->cause[0].owner != OWNER_US);
}

static void
head_unreached(
	const struct partner *partner, const struct showing *furthest, struct headline *h)
{
	if (partner->unfinished)
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED, "there was no time to find out");
	else if (is_their_trouble(partner))
		set(h, METHOD_NONE, PROOF_OFFERED, unreached_reason(partner, furthest));
	else
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			partner->causes > 0 ? partner->cause[0].text
					    : "it could not be tested from here");
}

static bool
is_usable(const struct showing *s)
{
	return s->progress == PROGRESS_WORKING;
}

static void
head_out(const struct partner *partner, struct showing *list, size_t count,
	struct headline *h)
{
	const struct showing *best = NULL, *furthest = NULL;
	bool starttls = false;

	for (size_t i = 0; i < count; i++) {
		struct headline here;

		if (furthest == NULL || list[i].progress > furthest->progress)
			furthest = &list[i];
		if (!is_usable(&list[i]))
			continue;
		call(&list[i], &here);
		starttls |= list[i].q.endpoint->mode == MODE_STARTTLS &&
			    here.method > METHOD_NONE;
		if (best == NULL || rank(&here, &list[i]) > rank(h, best)) {
			best = &list[i];
			*h = here;
		}
	}
	if (best == NULL)
		head_unreached(partner, furthest, h);
	else if (!starttls && h->method > METHOD_NONE && !partner->asked->direct_tls)
		h->reason = arena_printf(partner->arena,
			"%s; by direct TLS only, which not every server knows",
			h->reason);
}

/* --- their server calls ours ------------------------------------------------------- */

/* A server that does not host the domain is not the one that will call. */
static bool
is_theirs(struct showing *s)
{
	return is_usable(s) && !attempt_is_unknown_host(&s->q, PHASE_PLAIN) &&
	       !attempt_is_unknown_host(&s->q, PHASE_TLS);
}

/* Without EXTERNAL of theirs: our server asks the authority behind their SRV records. */
static void
in_by_dialback(const struct showing *s, enum authority authority, struct headline *h)
{
	struct arena *arena = s->q.arena;
	const char *trouble =
		s->version == NULL
			? "the partner shows no certificate"
			: arena_printf(arena, "the partner's certificate is refused: %s",
				  s->refusal);

	if (verify_of(s) == VERIFY_REQUIRED)
		set(h, METHOD_NONE, PROOF_PREDICTED,
			arena_printf(arena, "our server requires a valid certificate; %s",
				trouble));
	else if (authority == AUTHORITY_REFUSES || authority == AUTHORITY_FAILS)
		set(h, METHOD_NONE, PROOF_PREDICTED,
			arena_printf(arena,
				"%s; and its authoritative server does not answer dialback",
				trouble));
	else if (authority == AUTHORITY_UNKNOWN)
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			arena_printf(arena,
				"%s; whether its authoritative server answers dialback is "
				"not known",
				trouble));
	else
		set(h, s->version ? METHOD_TLS_DIALBACK : METHOD_TCP_DIALBACK,
			PROOF_PREDICTED,
			arena_printf(arena, "%s; only dialback is left%s", trouble,
				verify_of(s) == VERIFY_UNKNOWN
					? ", which a server that requires certificates refuses"
					: ""));
}

/* What is known to stop a certificate that is valid at some servers. */
static const char *
say_valid(const struct showing *s)
{
	const struct partner *partner = s->q.partner;
	const char *endpoint = s->q.endpoint->id;

	if (verdict_at(partner, "cert.name.match", endpoint) == STATUS_SKIP)
		return "its certificate is trusted here, but has more names than were read";
	if (verdict_at(partner, "cert.san.xmppaddr", endpoint) == STATUS_WARN)
		return "its certificate is valid for the domain, but holds an XmppAddr, on "
		       "which ejabberd ends the exchange without an answer";
	if (verdict_at(partner, "cert.san.srv", endpoint) == STATUS_WARN &&
		verdict_at(partner, "cert.name.match", endpoint) == STATUS_WARN)
		return "its certificate names the domain by an SRV-ID only, which ejabberd "
		       "refuses";
	if (verdict_at(partner, "cert.eku.client-auth", endpoint) != STATUS_PASS)
		return "its certificate is valid for the domain, but not issued for clients: "
		       "ejabberd before 25.07 and Metronome refuse that and need dialback";
	return "its certificate is trusted here and valid for the domain";
}

/* It will present the certificate that we saw. */
static void
head_in(const struct partner *partner, struct showing *list, size_t count,
	struct headline *h)
{
	enum authority authority = AUTHORITY_UNKNOWN;
	struct showing *best = NULL;
	bool good = false, bad = false;

	for (size_t i = 0; i < count; i++) {
		struct showing *s = &list[i];

		if (!is_theirs(s))
			continue;
		if (authority != AUTHORITY_ANSWERS && s->authority != AUTHORITY_UNKNOWN)
			authority = s->authority;
		good |= s->refusal == NULL;
		bad |= s->refusal != NULL && s->version != NULL;
		if (best == NULL || (best->refusal && !s->refusal) ||
			(best->version == NULL && s->version))
			best = s;
	}
	if (best == NULL) {
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			"the partner could not be reached, so nothing is known of its "
			"certificate or its dialback");
		return;
	}
	if (best->refusal != NULL)
		in_by_dialback(best, authority, h);
	else
		set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED, say_valid(best));
	if (h->method > METHOD_NONE)
		h->tls = best->version;
	if (good && bad)
		h->reason = arena_printf(
			partner->arena, "%s; not so that of another endpoint", h->reason);
}

void
headline_partner(struct partner *partner)
{
	size_t count;
	const struct endpoint *list = endpoints(partner->arena, partner, &count);
	struct showing *showing =
		arena_alloc(partner->arena, (count + 1) * sizeof *showing);

	for (size_t i = 0; i < count; i++)
		look(&showing[i], partner, &list[i]);
	partner->out = partner->in = (struct headline){ 0 };
	head_out(partner, showing, count, &partner->out);
	head_in(partner, showing, count, &partner->in);
}
