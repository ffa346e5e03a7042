/* The one line that an administrator wants: will it connect, and how. Three things decide:
 * what the partner showed, its certificate, and what our server demands (--verify).
 * Without a credential of ours nothing was carried out, so the best proof is an offer. */
#include "checks/headline.h"

#include "base/text.h"

#include <string.h>

/* What the endpoints showed together: one good endpoint is enough to connect. */
struct showing {
	enum status reach;    /* of reach.any: whether an endpoint can be used at all */
	bool features_in_tls; /* or a demand for our certificate in their place */
	bool demands_certificate;
	bool certificate_requested;
	bool external; /* offered inside TLS */
	bool dialback_tls, dialback_plain;
	bool authority_answers; /* says "invalid" to a key that nobody issued */
	bool authority_silent;  /* was asked, and gave no usable answer */
	bool tls_required;
	bool certificate_good;    /* trusted, and valid for the domain */
	bool client_usage_barred; /* its extended key usage has no clientAuth */
	const char *tls;          /* the best version: "TLS 1.3" */
};

static bool
passes(const struct partner *partner, const char *check, const char *endpoint)
{
	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];

		if (strcmp(f->check, check) == 0 && text_same(f->endpoint, endpoint))
			return f->status == STATUS_PASS || f->status == STATUS_INFO ||
			       f->status == STATUS_WARN;
	}
	return false;
}

static enum status
status_of(const struct partner *partner, const char *check)
{
	for (size_t i = 0; i < partner->findings; i++)
		if (strcmp(partner->finding[i].check, check) == 0)
			return partner->finding[i].status;
	return STATUS_SKIP;
}

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

static bool
certificate_is_good(const struct partner *partner, const char *endpoint)
{
	static const char *const needed[] = { "cert.chain.complete", "cert.chain.trusted",
		"cert.date.valid", "cert.name.match", "cert.eku.server-auth", NULL };

	for (size_t i = 0; needed[i] != NULL; i++)
		if (!passes(partner, needed[i], endpoint))
			return false;
	return true;
}

static void
see_features(const struct features_fact *f, struct showing *seen)
{
	if (f->phase == PHASE_TLS) {
		seen->features_in_tls |= f->received;
		seen->dialback_tls |= f->dialback;
		for (size_t i = 0; i < f->mechanisms; i++)
			seen->external |= strcmp(f->mechanism[i], "EXTERNAL") == 0;
		return;
	}
	seen->tls_required |= f->starttls_required;
	seen->dialback_plain |= f->dialback && !f->starttls_required;
}

static void
see_tls(const struct partner *partner, const struct observation *o, struct showing *seen)
{
	const struct tls_fact *f = o->fact;

	if (!f->completed || f->version == NULL)
		return;
	seen->certificate_requested |= f->certificate_requested;
	if (seen->tls == NULL || strcmp(version_title(f->version), seen->tls) > 0)
		seen->tls = version_title(f->version);
	seen->certificate_good |= certificate_is_good(partner, o->endpoint);
}

static bool
bars_clients(const struct certificate_fact *f)
{
	if (!f->has_extended_key_usage)
		return false;
	for (size_t i = 0; i < f->extended_key_usages; i++)
		if (strcmp(f->extended_key_usage[i], "clientAuth") == 0 ||
			strcmp(f->extended_key_usage[i], "any") == 0)
			return false;
	return true;
}

/* A strict Prosody says not-authorized to a server without a certificate that it trusts;
 * one without dialback, which has nothing else to offer, undefined-condition. */
static bool
is_demand(const struct error_fact *error)
{
	return error->phase == PHASE_TLS && text_same(error->after, "header") &&
	       (text_same(error->condition, "not-authorized") ||
		       text_same(error->condition, "undefined-condition"));
}

static void
see(const struct partner *partner, const struct observation *o, struct showing *seen)
{
	const struct header_fact *header = o->fact;
	const struct error_fact *error = o->fact;
	const struct dialback_fact *dialback = o->fact;
	const struct certificate_fact *certificate = o->fact;

	switch (o->kind) {
	case FACT_HEADER:
		/* XEP-0220, 2.4.1: the declaration is the older way to offer dialback. */
		if (header->received && header->dialback_prefix != NULL)
			*(header->phase == PHASE_TLS ? &seen->dialback_tls
						     : &seen->dialback_plain) = true;
		break;
	case FACT_FEATURES:
		see_features(o->fact, seen);
		break;
	case FACT_TLS:
		see_tls(partner, o, seen);
		break;
	case FACT_CERTIFICATE:
		if (certificate->position == 0)
			seen->client_usage_barred = bars_clients(certificate);
		break;
	case FACT_ERROR:
		seen->demands_certificate |= is_demand(error);
		break;
	case FACT_DIALBACK:
		if (text_same(dialback->type, "invalid"))
			seen->authority_answers = true;
		else
			seen->authority_silent = true;
		break;
	default:
		break;
	}
}

static const char *
blocking_reason(const struct partner *partner)
{
	if (partner->causes > 0)
		return partner->cause[0].text;
	return "no endpoint answered as an XMPP server";
}

static void
set(struct headline *h, enum method method, enum proof proof, const char *tls,
	const char *reason)
{
	h->method = method;
	h->proof = proof;
	h->tls = tls;
	h->reason = reason;
}

static bool
was_reached(const struct showing *seen)
{
	return seen->reach == STATUS_PASS || seen->reach == STATUS_INFO ||
	       seen->reach == STATUS_WARN;
}

/* Something of theirs keeps everybody out, not only us. */
static bool
is_their_trouble(const struct partner *partner, const struct showing *seen)
{
	return partner->causes > 0 ? partner->cause[0].owner != OWNER_US
				   : seen->reach == STATUS_FAIL;
}

/* Dialback on the way out: their server would call ours back. */
static void
out_by_dialback(
	const struct partner *partner, const struct showing *seen, struct headline *h)
{
	if (partner->asked->verify == VERIFY_REQUIRED && !seen->certificate_good)
		set(h, METHOD_NONE, PROOF_PREDICTED, NULL,
			"our server requires a valid certificate, and the partner's is not");
	else
		set(h, METHOD_TLS_DIALBACK, PROOF_OFFERED, seen->tls,
			seen->certificate_requested
				? "dialback is offered to a stranger; the partner also asks for "
				  "a certificate, so one that it trusts may bring SASL EXTERNAL"
				: "dialback is offered, and the partner asks for no certificate");
}

/* Our server calls theirs. */
static void
head_out(const struct partner *partner, const struct showing *seen, struct headline *h)
{
	bool strict = partner->asked->verify == VERIFY_REQUIRED;

	if (!was_reached(seen) && partner->unfinished)
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED, NULL,
			"there was no time to find out");
	else if (!was_reached(seen) && !is_their_trouble(partner, seen))
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED, NULL,
			"it could not be tested from here");
	else if (!was_reached(seen))
		set(h, METHOD_NONE, PROOF_OFFERED, NULL, blocking_reason(partner));
	else if (seen->tls == NULL && strict)
		set(h, METHOD_NONE, PROOF_OFFERED, NULL,
			"our server requires TLS, and no handshake with the partner succeeded");
	else if (seen->external && (!strict || seen->certificate_good))
		set(h, METHOD_SASL_EXTERNAL, PROOF_OFFERED, seen->tls,
			"offered; whether our certificate is accepted was not tried");
	else if (seen->demands_certificate && seen->certificate_requested &&
		 (!strict || seen->certificate_good))
		set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED, seen->tls,
			"the partner demands a certificate that it trusts; none was presented");
	else if (seen->dialback_tls)
		out_by_dialback(partner, seen, h);
	else if (seen->dialback_plain && seen->tls == NULL)
		set(h, METHOD_TCP_DIALBACK, PROOF_OFFERED, NULL,
			"without encryption: no TLS could be agreed on");
	else if (seen->features_in_tls && seen->certificate_requested)
		set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED, seen->tls,
			"a certificate is asked for, and dialback is not offered");
	else if (partner->causes > 0)
		set(h, METHOD_NONE, PROOF_OFFERED, NULL, partner->cause[0].text);
	else
		set(h, METHOD_NONE, PROOF_OFFERED, NULL,
			"neither SASL EXTERNAL nor dialback is offered");
}

/* Without EXTERNAL of theirs: our server asks the authority behind their SRV records. */
static void
in_by_dialback(
	const struct partner *partner, const struct showing *seen, struct headline *h)
{
	const char *trouble = "the partner's certificate is not valid for its domain";

	if (partner->asked->verify == VERIFY_REQUIRED)
		set(h, METHOD_NONE, PROOF_PREDICTED, NULL,
			arena_printf(partner->arena, "%s, and our server requires that",
				trouble));
	else if (!seen->authority_answers)
		set(h, seen->authority_silent ? METHOD_NONE : METHOD_UNKNOWN,
			PROOF_PREDICTED, NULL,
			seen->authority_silent
				? "no valid certificate, and the partner's authoritative "
				  "server does not answer dialback"
				: "no valid certificate; dialback was not tried");
	else
		set(h, seen->tls ? METHOD_TLS_DIALBACK : METHOD_TCP_DIALBACK,
			PROOF_PREDICTED, seen->tls,
			seen->tls
				? arena_printf(partner->arena,
					  "%s, so only dialback is left, which a server "
					  "that requires certificates refuses",
					  trouble)
				: "the partner has no TLS; its authoritative server answers");
}

/* Their server calls ours. It will present the certificate that we saw. */
static void
head_in(const struct partner *partner, const struct showing *seen, struct headline *h)
{
	if (!was_reached(seen))
		set(h, METHOD_UNKNOWN, PROOF_PREDICTED, NULL,
			"the partner could not be reached, so nothing is known of its "
			"certificate or its dialback");
	else if (!seen->certificate_good)
		in_by_dialback(partner, seen, h);
	else if (seen->client_usage_barred)
		set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED, seen->tls,
			"its certificate is valid for the domain, but not issued for clients: "
			"ejabberd before 25.07 and Metronome refuse that and need dialback");
	else
		set(h, METHOD_SASL_EXTERNAL, PROOF_PREDICTED, seen->tls,
			"its certificate is trusted here and valid for the domain");
}

void
headline_partner(struct partner *partner)
{
	struct showing seen = { .reach = status_of(partner, "reach.any") };

	for (unsigned n = 1; n <= journal_size(partner->journal); n++)
		see(partner, journal_at(partner->journal, n), &seen);
	head_out(partner, &seen, &partner->out);
	head_in(partner, &seen, &partner->in);
}
