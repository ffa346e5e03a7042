/* A partner called us. What it did is said of each of its connections; what counts is
 * whether it got in, and what it thinks of our certificate, which only shows here. */
#include "checks/inbound.h"

#include "base/text.h"
#include "checks/callback.h"
#include "checks/headline.h"
#include "model/inbound.h"
#include "model/suite.h"

#include <string.h>

/* Each connection in its order; NULL at first and at the end. */
static const struct inbound_fact *
next(struct inquiry *q, const struct observation **o)
{
	*o = cite_next(q, FACT_INBOUND, *o);
	return *o ? (*o)->fact : NULL;
}

/* --- TLS ------------------------------------------------------------------------------ */

/* Prosody and ejabberd tell so, and end the stream. */
static bool
demands_tls(const struct inbound_fact *f)
{
	return !f->error_sent && text_same(f->error, "policy-violation");
}

/* Without a certificate of ours there is no TLS to offer. */
static void
advise_certificate(struct inquiry *q)
{
	inbound_advise(q, OWNER_US,
		"give fedprobe a certificate of our domain (--cert, --key), as the real "
		"server has one");
}

/* The handshake did not end well. Our alert says what is wrong with what came; its alert,
 * with what we have. Whoever leaves without a word may have meant our certificate. */
static void
judge_handshake(struct inquiry *q, const struct inbound_fact *f)
{
	/* The words of OpenSSL for what begins with no record of TLS. */
	static const char *const no_tls[] = { "wrong version number", "http request",
		"https proxy request", NULL };
	const char *name = f->alert > 0 ? tls_alert_name(f->alert - 1) : NULL;

	if (f->alert > 0 && f->alert_sent) {
		inbound_advise(q, OWNER_PARTNER,
			"see what its server sends in TLS, and update it");
		failed(q, "we broke off the TLS handshake that it began: %s",
			f->failure ? f->failure
			: name     ? name
				   : "no reason is known");
		return;
	}
	if (name_index(no_tls, f->failure ? f->failure : "") >= 0)
		inbound_advise(q, OWNER_PARTNER,
			"find out what its server, or a device in its way, sends where TLS "
			"must begin");
	else if (f->alert == 0)
		inbound_advise(q, OWNER_BOTH,
			"it gave no reason: see the log of its server, and whether it trusts "
			"our certificate");
	failed(q, "the TLS handshake that it began was not completed: %s",
		name         ? name
		: f->failure ? f->failure
		: f->ended   ? f->ended
			     : "no reason is known");
}

static void
judge_tls(struct inquiry *q, const struct inbound_fact *f)
{
	enum { CERTIFICATE_EXPIRED = 45 };

	if (f->alert == CERTIFICATE_EXPIRED + 1 && !f->alert_sent)
		inbound_advise(q, OWNER_US,
			"renew our certificate, or, if it is in date, have the partner set "
			"its clock");
	if (inbound_refused_certificate(f)) {
		failed(q, "it refused our certificate: %s", inbound_refusal(q->arena, f));
	} else if (inbound_began_tls(f) && !f->tls && (f->offered || f->direct)) {
		judge_handshake(q, f);
	} else if (!f->offered && !f->tls && demands_tls(f)) {
		advise_certificate(q);
		failed(q, "it goes on only with TLS, and we offered none (--cert): %s",
			inbound_say(q->arena, f));
	} else if (f->asked && !f->offered) {
		advise_certificate(q);
		failed(q,
			"it asks for TLS, and we offered none for want of a certificate "
			"(--cert)");
	} else if (f->offered && !f->asked && (f->result_came || f->verify_came)) {
		inbound_advise(q, OWNER_PARTNER,
			"let the server use TLS where it is offered when it calls others");
		warned(q, "it spoke in clear from %s, although TLS was offered",
			f->address);
	} else if (f->tls) {
		passed(q, "it accepted our certificate, by %s%s", tls_title(f->version),
			f->direct ? " from the first byte" : "");
	}
}

static void
callback_tls(struct inquiry *q)
{
	const struct observation *o = NULL;
	const struct inbound_fact *f;
	bool offered = false;

	while ((f = next(q, &o)) != NULL) {
		offered |= f->offered || inbound_began_tls(f);
		judge_tls(q, f);
	}
	if (!offered)
		skipped(q, "no connection to which TLS was offered");
}

/* Among the names, which stand with spaces between. */
static bool
offers_protocol(const char *alpn, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = alpn; *at != '\0'; at += strcspn(at, " ")) {
		at += strspn(at, " ");
		if (strcspn(at, " ") == length && strncmp(at, name, length) == 0)
			return true;
	}
	return false;
}

/* XEP-0368, 3: SNI is a MUST, and holds the domain, not the host that the record leads to;
 * ALPN is a SHOULD, with a name that is fixed. */
static void
judge_direct(struct inquiry *q, const struct inbound_fact *f)
{
	struct domain to;
	const char *wanted = f->to != NULL && domain_parse(q->arena, f->to, &to) == NULL
				     ? to.ascii
				     : NULL;

	if (f->sni == NULL)
		warned(q,
			"it names no host (SNI): a server of several domains cannot tell "
			"which certificate it wants");
	else if (wanted != NULL && !text_same_name(f->sni, wanted))
		warned(q, "it names %s (SNI), and not the domain %s", f->sni, f->to);
	else if (f->alpn == NULL)
		noted(q,
			"it offers no ALPN: where services share a port it cannot be told "
			"from others");
	else if (!offers_protocol(f->alpn, "xmpp-server"))
		warned(q, "it offers ALPN \"%s\", and not \"xmpp-server\"", f->alpn);
	else
		passed(q, "it names %s (SNI) and offers ALPN \"xmpp-server\"", f->sni);
}

static void
direct(struct inquiry *q)
{
	const struct observation *o = NULL;
	const struct inbound_fact *f;
	bool seen = false;

	while ((f = next(q, &o)) != NULL) {
		if (!f->direct || !f->tls)
			continue;
		seen = true;
		judge_direct(q, f);
	}
	if (!seen)
		skipped(q, "no connection with TLS from the first byte");
}

/* --- its certificate -------------------------------------------------------------------- */

/* It left by itself, without a word against us, and had tried no other proof. */
static bool
gave_up(const struct inbound_fact *f)
{
	return f->external == INBOUND_SASL_NONE && !f->result_came && !f->verify_came &&
	       f->error == NULL && f->alert == 0;
}

static bool
got_in(struct inquiry *q)
{
	const struct observation *o = NULL;
	const struct inbound_fact *f;

	while ((f = next(q, &o)) != NULL)
		if (inbound_authenticated(f))
			return true;
	return false;
}

/* A server whose certificate is no good makes up for it by dialback, if it can. */
static void
judge_certificate(struct inquiry *q, const struct inbound_fact *f, bool in)
{
	const char *fault =
		f->trusted ? arena_printf(q->arena, "is not for %s",
				     q->partner->domain.unicode)
			   : "leads to no authority that we trust, or is out of date";

	if (f->trusted && f->named)
		passed(q, "it presented one for its name that we trust");
	else if (!in && gave_up(f))
		failed(q, "it presented one that %s, and left without trying dialback",
			fault);
	else
		warned(q, "it presented one that %s", fault);
}

static void
certificate(struct inquiry *q)
{
	const struct observation *o = NULL;
	const struct inbound_fact *f;
	bool called = false, seen = false, in = got_in(q);

	while ((f = next(q, &o)) != NULL) {
		called = true;
		if (!f->tls)
			continue;
		seen = true;
		if (!f->certificate)
			noted(q, "it presented none, so only dialback is left to it");
		else
			judge_certificate(q, f, in);
	}
	if (!seen)
		skipped(q, called ? "dialback.callback.tls" : "nobody called");
}

/* --- SASL EXTERNAL ---------------------------------------------------------------------- */

static void
external(struct inquiry *q)
{
	const struct observation *o = NULL;
	const struct inbound_fact *f;
	bool seen = false;

	while ((f = next(q, &o)) != NULL) {
		seen |= f->external_offered || f->external != INBOUND_SASL_NONE;
		if (f->external == INBOUND_SASL_SUCCESS)
			passed(q, "it authenticated as %s", q->partner->domain.unicode);
		else if (f->external == INBOUND_SASL_FAILURE)
			failed(q, "it tried, and a server must refuse it: %s",
				f->external_condition ? f->external_condition : "");
		else if (f->external_offered)
			noted(q, "it was offered, and not used");
	}
	if (!seen)
		skipped(q, "no certificate for which it could be offered");
}

/* --- dialback ----------------------------------------------------------------------------- */

/* XEP-0220, 2.5, in words. */
static const struct reason {
	const char *condition, *words;
	const char *remedy; /* NULL: the row's */
} reasons[] = {
	{ "remote-server-not-found",
		"no server was found that speaks for it, or that one denies it", NULL },
	{ "remote-connection-failed", "the server that speaks for it could not be asked",
		NULL },
	{ "remote-server-timeout", "the server that speaks for it did not answer", NULL },
	{ "item-not-found", "it was meant for a domain that is not ours",
		"let the server call a domain that is ours, or add that one to ours "
		"(<sip-domain> of <local>)" },
	{ "policy-violation", "it came in clear, and TLS was agreed",
		"let the server use TLS when it calls us" },
	{ "bad-request", "it is longer than the key of any server",
		"let the server make its keys as XEP-0185 says" },
	{ "not-acceptable", "it was for another domain than the stream's",
		"let the server open a stream of its own for each of its domains" },
};

static void
judge_unproven(struct inquiry *q, const struct inbound_fact *f)
{
	const struct reason *row = NULL;

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (text_same(f->result_condition, reasons[i].condition))
			row = &reasons[i];
	if (row && row->remedy)
		remedy(q, "%s", row->remedy);
	if (text_same(f->result_condition, "item-not-found"))
		blame(q, OWNER_BOTH);
	failed(q, "its key could not be verified: %s",
		row                   ? row->words
		: f->result_condition ? f->result_condition
				      : "no reason is known");
}

/* A key that is denied is also what an impostor has, and then the partner can do nothing. */
static const char *
may_be_another(struct inquiry *q, const struct inbound_fact *f)
{
	size_t count;

	all_endpoints(q, &count);
	if ((f->trusted && f->named) || count == 0 || callback_is_from(q, f->address))
		return "";
	return arena_printf(q->arena,
		"; it came from %s, which is none of its published addresses, so somebody "
		"else may have called in its name",
		f->address);
}

static void
result(struct inquiry *q)
{
	const struct observation *o = NULL;
	const struct inbound_fact *f;
	bool seen = false;

	while ((f = next(q, &o)) != NULL) {
		seen |= f->result_came;
		if (text_same(f->result, "valid"))
			passed(q, "its key was verified at %s",
				f->verified_at ? endpoint_show(q->arena, f->verified_at)
					       : "its server");
		else if (text_same(f->result, "invalid"))
			failed(q, "its own authoritative server at %s denies its key%s",
				f->verified_at ? endpoint_show(q->arena, f->verified_at)
					       : "its address",
				may_be_another(q, f));
		else if (text_same(f->result_condition, "resource-constraint"))
			noted(q, "a second key came while we looked into the first");
		else if (f->result_came)
			judge_unproven(q, f);
	}
	if (!seen)
		skipped(q, "no db:result that came");
}

/* --- what nobody asked for ------------------------------------------------------------ */

static void
unsolicited(struct inquiry *q)
{
	const struct observation *o = NULL;
	const struct inbound_fact *f;

	while ((f = next(q, &o)) != NULL)
		if (f->unsolicited)
			failed(q,
				"dialback answers came from %s that nobody had asked for",
				f->address);
	if (q->finding->evidences == 0)
		skipped(q, "nobody called");
}

/* --- the headline --------------------------------------------------------------------------- */

/* How it got in; METHOD_NONE when it did not. */
static enum method
method_of(const struct inbound_fact *f)
{
	if (f->external == INBOUND_SASL_SUCCESS)
		return METHOD_SASL_EXTERNAL;
	if (!inbound_authenticated(f))
		return METHOD_NONE;
	return f->tls ? METHOD_TLS_DIALBACK : METHOD_TCP_DIALBACK;
}

/* Where no stream was open there is only the listener's word for it. */
bool
inbound_was_cut_off(const struct inbound_fact *f)
{
	return (f->error_sent && text_same(f->error, "system-shutdown")) ||
	       text_same(f->ended, "we were done");
}

bool
inbound_is_unfinished(const struct partner *partner)
{
	bool cut_off = false;

	for (unsigned n = 1; n <= journal_size(partner->journal); n++) {
		const struct observation *o = journal_at(partner->journal, n);

		cut_off |= o->kind == FACT_INBOUND && inbound_was_cut_off(o->fact);
	}
	return cut_off && partner->in.method == METHOD_UNKNOWN;
}

/* The last word counts: the partner may have been put right while we listened. Who only
 * asked about a key of ours did not try to get in; and who came back because we had called
 * shows what works, not what fails. */
void
inbound_headline(struct inquiry *q, struct headline *h)
{
	const struct observation *o = NULL;
	const struct inbound_fact *f, *last = NULL, *cut_off = NULL;

	while ((f = next(q, &o)) != NULL)
		if (inbound_authenticated(f) ||
			(!f->verify_came && !inbound_was_cut_off(f)))
			last = f;
		else if (inbound_was_cut_off(f))
			cut_off = f;
	if (q->partner->role == ROLE_OWN)
		return;
	if (last == NULL && q->partner->role == ROLE_CALLER)
		headline_set(h, METHOD_UNKNOWN, PROOF_PREDICTED,
			cut_off ? "it had not said all when we were done"
				: "it only asked about a key of ours");
	if (last == NULL ||
		(q->partner->role != ROLE_CALLER && !inbound_authenticated(last)))
		return;
	headline_set(h, method_of(last), PROOF_DONE,
		arena_printf(q->arena, "it called from %s: %s", last->address,
			inbound_say(q->arena, last)));
	h->tls = h->method != METHOD_NONE && last->tls && last->version
			 ? tls_title(last->version)
			 : NULL;
}

/* --- the rows ------------------------------------------------------------------------------- */

#define OF_WHO_CALLS .scope = SCOPE_DOMAIN, .roles = OF_PARTNERS | OF_CALLERS

const struct check inbound_checks[] = {
	{ .id = "inbound.stream",
		.title = "The partner keeps to the rules of a stream when it calls us",
		.why = "a stream that breaks a rule, or stands still, is ended, and nothing "
		       "that is sent on it arrives",
		.source = "RFC 6120, 4.7, 4.9.3, 11.1",
		.remedy =
			"see the log of the server that calls, for the time of the call: what "
			"it sends is not what a server sends",
		OF_WHO_CALLS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.examine = inbound_stream },
	{ .id = "dialback.callback.tls",
		.title = "The partner encrypts when it calls us",
		.why = "what it thinks of our certificate shows nowhere else",
		.source = "RFC 6120, 5.4.3; XEP-0220, 2.1.2",
		.remedy =
			"its alert names what it dislikes in our certificate or protocol: "
			"correct that, or ask the partner to trust our authority",
		OF_WHO_CALLS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = callback_tls },
	{ .id = "inbound.direct",
		.title = "A partner that begins with TLS says what it wants",
		.why = "a server with several domains or services on the port must know before "
		       "it answers",
		.source = "XEP-0368, 3; RFC 6066, 3; RFC 7301",
		.remedy =
			"let the server send the domain as SNI and \"xmpp-server\" as ALPN when "
			"it follows an _xmpps-server record",
		OF_WHO_CALLS,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.examine = direct },
	{ .id = "inbound.certificate",
		.title = "The partner presents a good certificate when it calls us",
		.why = "without one SASL EXTERNAL cannot be offered to it",
		.source = "RFC 6120, 13.7.2; XEP-0178, 3",
		.remedy =
			"let the server present its certificate with the whole chain, and for "
			"this domain, also where it is the client; or let it use dialback",
		OF_WHO_CALLS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.examine = certificate },
	{ .id = "inbound.sasl",
		.title = "SASL EXTERNAL works when the partner calls us",
		.why = "it is the strongest proof of who calls",
		.source = "RFC 6120, 6.4; XEP-0178, 3",
		.remedy =
			"let the server use EXTERNAL only where it is offered, and in the "
			"name of the domain of its stream",
		OF_WHO_CALLS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.examine = external },
	{ .id = "inbound.dialback",
		.title = "The partner proves its name by dialback when it calls us",
		.why = "without it what its users write is not let in",
		.source = "XEP-0220, 2.1, 2.5",
		.remedy =
			"let the servers at the SRV targets answer dialback verification, with "
			"the same secret on all nodes",
		OF_WHO_CALLS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_PARTNER,
		.examine = result },
	{ .id = "inbound.unsolicited",
		.title = "No dialback answer comes unasked when the partner calls us",
		.why = "the pattern of a known class of spoofing attacks; ignored, it does no "
		       "harm",
		.source = "XEP-0220, 3.1",
		.remedy =
			"update or investigate the server: it sends dialback results that "
			"nobody asked for",
		OF_WHO_CALLS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.examine = unsolicited },
	{ .id = "dialback.callback.seen",
		.title = "The partner comes back to verify our key",
		.why = "a partner that cannot reach our port is the classic half of a "
		       "federation",
		.source = "XEP-0220, 2.1.2",
		.remedy =
			"open the port to the Internet, and check that our SRV record leads to "
			"this host: the partner looks it up by itself",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = callback_seen },
	{ .id = "dialback.callback.verify",
		.title = "The partner asks for the key that we sent",
		.why = "another id or key makes every authoritative server say no",
		.source = "XEP-0220, 2.1.2, 2.2.2; XEP-0185, 2",
		.remedy =
			"give all servers of our domain the same dialback secret, and fedprobe "
			"as well (--dialback-secret-file)",
		OF_WHO_CALLS,
		.severity = SEVERITY_HIGH,
		.owner = OWNER_US,
		.examine = callback_verify },
	{ 0 }
};
