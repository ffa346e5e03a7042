/* A partner has many ways to say that it does not want a certificate (RFC 6120, 6.4.5;
 * RFC 8446, 4.4.2.4; XEP-0178, 3): an alert, at the first read in TLS 1.3; a stream error in
 * place of the features; features without EXTERNAL; <failure/>; or the end without a word.
 * Here they become one. */
#include "checks/trial.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/callback.h"
#include "checks/impostor.h"

/* --- our certificate ---------------------------------------------------------------- */

/* What lies on our disk has no endpoint. */
static bool
is_ours(const struct observation *o)
{
	return o->kind == FACT_CERTIFICATE && text_same(o->probe, "host");
}

const struct certificate_fact *
trial_certificate(struct inquiry *q)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, (unsigned)n);
		const struct certificate_fact *c = o->fact;

		if (is_ours(o) && c->position == 0 && !c->malformed) {
			also_cite(q, o);
			return c;
		}
	}
	return NULL;
}

static bool
is_listed(const struct tls_fact *tls, const char *issuer)
{
	for (size_t i = 0; i < tls->authorities; i++)
		if (text_same(tls->authority[i], issuer))
			return true;
	return false;
}

bool
trial_is_in_date(struct inquiry *q)
{
	const struct journal *journal = q->partner->journal;
	int64_t now = journal_started(journal);
	bool any = false;

	for (size_t n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, (unsigned)n);
		const struct certificate_fact *c = o->fact;

		if (!is_ours(o))
			continue;
		any = true;
		if (c->not_after < now || c->not_before > now)
			return false;
	}
	return any;
}

bool
trial_is_wanted(struct inquiry *q, const struct tls_fact *tls)
{
	const struct journal *journal = q->partner->journal;

	if (tls->authorities == 0 || trial_certificate(q) == NULL)
		return true;
	for (size_t n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, (unsigned)n);
		const struct certificate_fact *c = o->fact;

		if (is_ours(o) && is_listed(tls, c->issuer))
			return true;
	}
	return false;
}

const char *
trial_external_missing(struct inquiry *q)
{
	const struct observation *tls = cite(q, FACT_TLS);

	if (q->partner->role == ROLE_OWN)
		return "another server than our own";
	if (trial_certificate(q) == NULL)
		return "--cert";
	if (tls && !((const struct tls_fact *)tls->fact)->certificate_requested)
		return "tls.client-cert.requested";
	if (tls == NULL)
		return attempt_stop(q, PHASE_TLS);
	return q->partner->asked->depth == DEPTH_QUICK ? "--depth standard"
						       : "the rest of the connection";
}

/* --- SASL EXTERNAL ------------------------------------------------------------------ */

static struct trial
refused_by_alert(struct inquiry *q, const struct tls_fact *tls)
{
	const char *name = tls_alert_name(tls->alert - 1);

	return (struct trial){ .kind = TRIAL_REFUSED,
		.where = TRIAL_AT_TLS,
		.alert = tls->alert,
		.words = arena_printf(q->arena, "TLS ends with the alert %d (%s)",
			tls->alert - 1, name ? name : "unknown") };
}

/* The same error answers a stranger when it is meant for something else. */
static bool
is_for_everybody(struct inquiry *q, const struct error_fact *error)
{
	const struct error_fact *other = attempt_error(q, PHASE_TLS);

	return other != NULL && text_same(other->condition, error->condition) &&
	       !text_same(error->condition, "not-authorized") &&
	       !text_same(error->condition, "undefined-condition");
}

/* Features did not come although we presented a certificate. */
static struct trial
read_end(struct inquiry *q, const char *probe)
{
	const struct observation *error = cite_by(q, probe, FACT_ERROR, PHASE_TLS);
	const struct observation *header = cite_by(q, probe, FACT_HEADER, PHASE_TLS);
	struct trial t = { .kind = TRIAL_REFUSED, .where = TRIAL_AT_TLS };

	if (error != NULL) {
		const struct error_fact *fact = error->fact;

		if (is_for_everybody(q, fact))
			return (struct trial){ .kind = TRIAL_NONE };
		t.words = say_error(q, fact);
		t.condition = fact->condition;
		t.text = fact->text;
		return t;
	}
	/* RFC 8446, 4.4.2.4: it may just close. */
	if (header != NULL && header->outcome == OUTCOME_CLOSED &&
		attempt_features(q, PHASE_TLS) != NULL) {
		t.silent = true;
		t.words = "the connection ends without a word, which it does not when "
			  "we present none";
		return t;
	}
	return (struct trial){ .kind = TRIAL_NONE };
}

/* RFC 6120, 6.4.6: whoever says success answers our next header with its own. */
static const char *
read_restart(struct inquiry *q, const char *probe)
{
	const struct observation *o = cite_by(q, probe, FACT_HEADER, PHASE_SASL);

	if (o != NULL && ((const struct header_fact *)o->fact)->received)
		return NULL;
	return arena_printf(q->arena, "the new stream does not begin%s%s", o ? ": " : "",
		o ? say_silence(q, o) : "");
}

static struct trial
read_answer(struct inquiry *q, const char *probe, const struct observation *o)
{
	const struct sasl_fact *sasl = o->fact;
	const struct observation *error = cite_by(q, probe, FACT_ERROR, PHASE_TLS);
	struct trial t = { .kind = TRIAL_REFUSED,
		.where = TRIAL_AT_ANSWER,
		.condition = sasl->condition,
		.text = sasl->text,
		.took = o->took };

	if (sasl->answer == SASL_SUCCESS) {
		t.kind = TRIAL_ACCEPTED;
		t.stuck = read_restart(q, probe);
	} else if (sasl->answer == SASL_FAILURE) {
		t.words = arena_printf(q->arena, "SASL EXTERNAL fails (%s)%s",
			sasl->condition ? sasl->condition : "no condition",
			say_text(q, sasl->text));
	} else if (error != NULL) {
		t.words = say_error(q, error->fact);
	} else {
		t.silent = sasl->answer == SASL_NONE;
		t.words = arena_printf(q->arena,
			"SASL EXTERNAL ends without an answer: %s", say_silence(q, o));
	}
	return t;
}

/* A stream error in place of an answer leaves no observation of SASL. */
static bool
broke_off(const struct error_fact *error)
{
	return text_same(error->after, "auth") || text_same(error->after, "response");
}

static struct trial
read_external(struct inquiry *q, const char *probe)
{
	const struct observation *o = cite_by(q, probe, FACT_SASL, PHASE_NONE);
	const struct observation *features, *error;
	const struct tls_fact *tls;

	if (o != NULL)
		return read_answer(q, probe, o);
	if ((o = cite_by(q, probe, FACT_TLS, PHASE_NONE)) == NULL)
		return (struct trial){ .kind = TRIAL_NONE };
	tls = o->fact;
	if (!tls->certificate_presented)
		return (struct trial){ .kind = TRIAL_NONE };
	if (tls->alert != 0 && !tls->alert_sent)
		return refused_by_alert(q, tls);
	features = cite_by(q, probe, FACT_FEATURES, PHASE_TLS);
	error = cite_by(q, probe, FACT_ERROR, PHASE_TLS);
	if (features == NULL || !((const struct features_fact *)features->fact)->received)
		return read_end(q, probe);
	if (error != NULL && broke_off(error->fact))
		return (struct trial){ .kind = TRIAL_REFUSED,
			.where = TRIAL_AT_ANSWER,
			.condition = ((const struct error_fact *)error->fact)->condition,
			.text = ((const struct error_fact *)error->fact)->text,
			.words = say_error(q, error->fact) };
	if (features_have(features->fact, "EXTERNAL"))
		return (struct trial){ .kind = TRIAL_NONE };
	return (struct trial){ .kind = TRIAL_REFUSED,
		.where = TRIAL_AT_FEATURES,
		.words = "EXTERNAL is not offered, although we presented our "
			 "certificate" };
}

/* RFC 6120, 6.5: of these conditions no certificate can be the reason. */
static bool
is_about_certificate(const struct trial *t)
{
	static const char *const others[] = { "aborted", "account-disabled",
		"encryption-required", "incorrect-encoding", "invalid-mechanism",
		"malformed-request", "mechanism-too-weak", "temporary-auth-failure",
		NULL };

	return t->kind == TRIAL_REFUSED &&
	       (t->where != TRIAL_AT_ANSWER || t->condition == NULL ||
		       name_index(others, t->condition) < 0);
}

struct trial
trial_external(struct inquiry *q, const char *probe)
{
	struct trial t = read_external(q, probe);

	t.about_certificate = is_about_certificate(&t);
	return t;
}

/* --- dialback ----------------------------------------------------------------------- */

static const char *
stream_id(struct inquiry *q, const char *probe, enum phase phase)
{
	const struct observation *o = cite_by(q, probe, FACT_HEADER, phase);

	return o ? ((const struct header_fact *)o->fact)->id : NULL;
}

/* XEP-0220, 2.1.1: an answer counts for the pair of domains that it names, and no other. */
static bool
is_for_us(struct inquiry *q, const struct dialback_fact *f)
{
	return is_same_domain(q, f->from, f->asked_to) &&
	       is_same_domain(q, f->to, f->asked_from);
}

/* What follows the question of XEP-0220, 2.1.1; the key was a good one. */
struct trial
trial_dialback(struct inquiry *q, const char *probe)
{
	const struct observation *o = cite_by(q, probe, FACT_DIALBACK, PHASE_NONE);
	const struct observation *error = cite_by(q, probe, FACT_ERROR, PHASE_NONE);
	const struct dialback_fact *fact = o ? o->fact : NULL;
	struct reception r = impostor_reception(q, probe);
	struct trial t = { .where = TRIAL_AT_ANSWER, .words = r.words };

	/* A stream on which SASL failed may have been asked something else. */
	if (r.kind == RECEPTION_NONE || (fact && !fact->issued))
		return (struct trial){ .kind = TRIAL_NONE };
	t.kind = r.kind == RECEPTION_VALID ? TRIAL_ACCEPTED : TRIAL_REFUSED;
	if (r.kind == RECEPTION_VALID && !is_for_us(q, fact)) {
		t.kind = TRIAL_REFUSED;
		t.distorted = true;
		t.words = arena_printf(q->arena,
			"it answered \"valid\" from \"%s\" to \"%s\", which is not what we "
			"asked",
			fact->from ? fact->from : "", fact->to ? fact->to : "");
	}
	t.silent = r.kind == RECEPTION_CLOSED || r.kind == RECEPTION_SILENT;
	t.about_dialback = r.kind == RECEPTION_REFUSED;
	t.denied = r.kind == RECEPTION_INVALID ||
		   (fact && text_same(fact->condition, "forbidden"));
	t.vouched = fact && callback_vouched(q, stream_id(q, probe, fact->phase));
	if (fact != NULL) {
		t.condition = fact->condition;
		t.text = fact->text;
		t.took = o->took;
	} else if (error != NULL) {
		t.condition = ((const struct error_fact *)error->fact)->condition;
		t.text = ((const struct error_fact *)error->fact)->text;
	}
	return t;
}

static bool
asked_back(struct inquiry *q, const char *probe)
{
	/* XEP-0220, 2.5 */
	static const char *const conditions[] = { "remote-connection-failed",
		"remote-server-timeout", "remote-server-not-found", NULL };
	struct trial t = trial_dialback(q, probe);

	return t.denied || (t.kind == TRIAL_REFUSED && t.condition != NULL &&
				   name_index(conditions, t.condition) >= 0);
}

bool
trial_asked_back(struct inquiry *q)
{
	return asked_back(q, DIALBACK) || asked_back(q, PLAINTEXT_DIALBACK);
}
