/* The server that we looked at calls another: it will present the certificate that we saw,
 * and when that is not accepted, its authoritative server is asked about its dialback key.
 * Nothing of this was carried out, so all of it is predicted. */
#include "checks/headline.h"

#include "checks/attempt.h"

#include <string.h>

/* What is known of all endpoints together. */
struct caller {
	struct inquiry *q;
	struct prospect *best;
	enum authority authority;
	bool requires_tls; /* where it is called, so it will when it calls */
	bool good, bad;    /* certificates that are accepted, and not */
};

static void
find_caller(struct caller *c, struct prospect *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct prospect *p = &list[i];
		const struct stance *s = &p->stance;
		struct prospect *best = c->best;

		if (!observed_is_theirs(p->observed))
			continue;
		if (c->authority != AUTHORITY_ANSWERS &&
			s->authority != AUTHORITY_UNKNOWN)
			c->authority = s->authority;
		c->requires_tls =
			s->tls == OFFER_REQUIRED && (best == NULL || c->requires_tls);
		c->good |= s->refusal == NULL;
		c->bad |= s->refusal != NULL && s->encrypts;
		if (best == NULL || (best->stance.refusal && !s->refusal) ||
			(!best->stance.encrypts && s->encrypts))
			c->best = p;
	}
}

/* Why SASL EXTERNAL is not the way. */
static const char *
say_trouble(const struct caller *c)
{
	const struct prospect *p = c->best;
	struct arena *arena = c->q->arena;

	if (headline_without_tls(p))
		return "the policy has TLS switched off";
	if (!p->stance.encrypts)
		return arena_printf(arena, "%s shows no certificate", p->voice->server);
	if (p->stance.refusal != NULL)
		return arena_printf(arena, "%s certificate is refused: %s",
			p->voice->whose, p->stance.refusal);
	return "the policy has SASL switched off";
}

/* Why our server hangs up before anything is asked, or NULL. */
static const char *
say_refusal(const struct caller *c, const char *trouble)
{
	const struct prospect *p = c->best;
	bool encrypts = p->stance.encrypts && !headline_without_tls(p);
	struct arena *arena = c->q->arena;

	if (headline_without_tls(p) && c->requires_tls)
		return "the partner requires TLS, and the policy has it switched off";
	if (!encrypts && p->policy && p->policy->tls == DEMAND_REQUIRED)
		return p->stance.tls == OFFER_NONE
			       ? "the policy requires TLS, and the partner does not offer "
				 "STARTTLS"
			       : "the policy requires TLS, and that of the partner fails";
	if (p->verify == VERIFY_REQUIRED && (!encrypts || p->stance.refusal != NULL))
		return arena_printf(
			arena, "our server requires a valid certificate; %s", trouble);
	if (!headline_allows(p, encrypts ? ALLOWS_TLS_DIALBACK : ALLOWS_TCP_DIALBACK))
		return arena_printf(arena,
			"%s, and the policy allows nothing but SASL EXTERNAL", trouble);
	return NULL;
}

static const char *
say_only_dialback(const struct caller *c, const char *trouble)
{
	const struct prospect *p = c->best;
	bool refusable = p->verify == VERIFY_UNKNOWN &&
			 (p->stance.refusal != NULL || !p->stance.encrypts);

	return arena_printf(c->q->arena, "%s; only dialback is left%s", trouble,
		refusable ? ", which a server that requires certificates refuses" : "");
}

/* Without EXTERNAL: the other server asks the authority behind the SRV records. */
static void
initiate_by_dialback(const struct caller *c, struct headline *h)
{
	const struct prospect *p = c->best;
	bool encrypts = p->stance.encrypts && !headline_without_tls(p);
	const char *trouble = say_trouble(c), *refusal = say_refusal(c, trouble);
	struct arena *arena = c->q->arena;

	if (refusal != NULL)
		headline_set(h, METHOD_NONE, PROOF_PREDICTED, refusal);
	else if (c->authority == AUTHORITY_REFUSES || c->authority == AUTHORITY_FAILS)
		headline_set(h, METHOD_NONE, PROOF_PREDICTED,
			arena_printf(arena,
				"%s; and %s authoritative server does not answer dialback",
				trouble, p->voice->its));
	else if (c->authority == AUTHORITY_UNKNOWN)
		headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			arena_printf(arena,
				"%s; whether %s authoritative server answers dialback is "
				"not known",
				trouble, p->voice->its));
	else
		headline_set(h, encrypts ? METHOD_TLS_DIALBACK : METHOD_TCP_DIALBACK,
			PROOF_PREDICTED, say_only_dialback(c, trouble));
}

/* What is known to stop a certificate that is valid at some servers. */
static const char *
valid_words(const struct partner *partner, const char *endpoint)
{
	if (verdict_is_dateless(partner, endpoint))
		return "is good but for its dates, which the clock of this host cannot tell";
	if (verdict_at(partner, "cert.name.match", endpoint) == STATUS_SKIP)
		return "is trusted here, but has more names than were read";
	if (verdict_at(partner, "cert.san.xmppaddr", endpoint) == STATUS_WARN)
		return "is valid for the domain, but holds an XmppAddr, on which ejabberd "
		       "ends the exchange without an answer";
	if (verdict_at(partner, "cert.san.srv", endpoint) == STATUS_WARN &&
		verdict_at(partner, "cert.name.match", endpoint) == STATUS_WARN)
		return "names the domain by an SRV-ID only, which ejabberd refuses";
	if (verdict_at(partner, "cert.eku.client-auth", endpoint) != STATUS_PASS)
		return "is valid for the domain, but not issued for clients: ejabberd before "
		       "25.07 and Metronome refuse that and need dialback";
	return "is trusted here and valid for the domain";
}

static const char *
say_valid(const struct caller *c)
{
	const struct prospect *p = c->best;

	return arena_printf(c->q->arena, "%s certificate %s", p->voice->its,
		valid_words(c->q->partner, p->observed->at.endpoint->id));
}

/* It ended before one could tell whether it has TLS: that is no word on its certificate. */
static bool
is_unseen(const struct prospect *p)
{
	return p->stance.tls == OFFER_UNKNOWN && !p->stance.encrypts &&
	       !headline_without_tls(p);
}

void
headline_initiate(
	struct inquiry *q, struct prospect *list, size_t count, struct headline *h)
{
	struct caller c = { .q = q };
	const struct prospect *best;

	find_caller(&c, list, count);
	best = c.best;
	if (best == NULL) {
		const struct voice *voice = headline_voice(q->partner);

		headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			arena_printf(q->arena,
				"%s could not be reached, so nothing is known of %s "
				"certificate or %s dialback",
				voice->server, voice->its, voice->its));
		return;
	}
	if (best->stance.refusal == NULL && headline_allows(best, ALLOWS_SASL))
		headline_set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED, say_valid(&c));
	else if (is_unseen(best))
		headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			arena_printf(q->arena,
				"%s ended the connection before TLS, so nothing is known of "
				"%s certificate",
				best->voice->server, best->voice->its));
	else
		initiate_by_dialback(&c, h);
	if (h->method >= METHOD_TLS_DIALBACK)
		h->tls = best->observed->version;
	if (h->tls != NULL && strcmp(h->tls, "TLS 1.2") < 0)
		h->reason = arena_printf(
			q->arena, "%s; current servers refuse %s", h->reason, h->tls);
	if (c.good && c.bad && headline_allows(best, ALLOWS_SASL))
		h->reason = arena_printf(
			q->arena, "%s; not so that of another endpoint", h->reason);
}
