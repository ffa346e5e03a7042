/* The engine: it asks every check about every subject, keeps the findings, and turns them
 * into an exit status. It judges nothing itself. */
#include "checks/check.h"

#include "base/text.h"
#include "checks/cause.h"
#include "checks/file.h"
#include "checks/headline.h"
#include "checks/inbound.h"
#include "checks/verdict.h"

#include <string.h>

/* Dependent themes stand behind those they depend on. */
const struct check *const check_themes[] = { own_checks, dns_checks, dnssec_checks,
	reach_checks, stream_checks, starttls_checks, tls_checks, cert_checks,
	file_checks, sasl_checks, dialback_checks, ext_checks, im_checks, inbound_checks,
	policy_checks, NULL };

const struct check *
check_find(const char *id)
{
	for (size_t i = 0; check_themes[i] != NULL; i++)
		for (const struct check *c = check_themes[i]; c->id != NULL; c++)
			if (strcmp(c->id, id) == 0)
				return c;
	return NULL;
}

void
check_each(void (*row)(void *, const struct check *), void *self)
{
	for (size_t i = 0; check_themes[i] != NULL; i++)
		for (const struct check *c = check_themes[i]; c->id != NULL; c++)
			row(self, c);
}

/* --- judging ---------------------------------------------------------------------- */

/* Why a check that failed, or could not run itself, stops others; NULL when it does not.
 * Of a check of endpoints, asked about the whole domain, every endpoint must have
 * failed. */
static const char *
stopped_by(const struct partner *partner, const char *id, const char *endpoint)
{
	const char *reason = NULL;

	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];

		if (strcmp(f->check, id) != 0 ||
			(endpoint != NULL && f->endpoint != NULL &&
				strcmp(f->endpoint, endpoint) != 0))
			continue;
		if (f->status == STATUS_FAIL || f->status == STATUS_ERROR)
			reason = id;
		else if (f->status == STATUS_SKIP && f->because != NULL &&
			 check_find(f->because) != NULL)
			reason = f->because;
		else
			return NULL;
	}
	return reason;
}

static const char *
blocked_by(const struct partner *partner, const struct check *check, const char *endpoint)
{
	const char *reason = NULL;

	for (size_t i = 0; i < CHECK_AFTER && check->after[i] != NULL && reason == NULL;
		i++) {
		reason = stopped_by(partner, check->after[i], endpoint);
		/* An earlier one may be skipped because of what this one will tell. */
		if (reason != NULL && strcmp(reason, check->id) == 0)
			reason = NULL;
	}
	return reason;
}

static void
complete(struct finding *f, const struct check *check, bool graded)
{
	bool grave = f->status >= STATUS_WARN;

	if (f->because != NULL && f->text == NULL && f->status <= STATUS_PASS)
		f->status = STATUS_SKIP;
	if (f->status != STATUS_SKIP)
		f->because = NULL;
	else if (f->because == NULL)
		f->because = "nothing to look at";
	if (!grave) {
		f->severity = SEVERITY_INFO;
		f->remedy = NULL;
		return;
	}
	if (f->remedy == NULL)
		f->remedy = check->remedy;
	if (!graded && f->status == STATUS_WARN)
		/* A warning is a step below the check's worst, and never nothing. */
		f->severity = check->severity > SEVERITY_MEDIUM ? SEVERITY_MEDIUM
								: SEVERITY_LOW;
}

/* A severity that no check gives: grade() was not called. */
enum { UNGRADED = SEVERITY_CRITICAL + 1 };

static void
examine(struct partner *partner, const struct check *check,
	const struct endpoint *endpoint)
{
	struct arena *arena = partner->arena;
	struct finding f = { .check = check->id,
		.row = check,
		.owner = check->owner,
		.endpoint = endpoint ? endpoint->id : NULL,
		.severity = (enum severity)UNGRADED };
	struct inquiry q = { partner, check, endpoint, arena, &f };
	bool graded;

	f.because = blocked_by(partner, check, f.endpoint);
	if (f.because == NULL)
		check->examine(&q);
	graded = f.severity != (enum severity)UNGRADED;
	if (!graded)
		f.severity = check->severity;
	complete(&f, check, graded);
	partner->finding =
		arena_grow(arena, partner->finding, partner->findings, sizeof f);
	partner->finding[partner->findings++] = f;
}

static bool
was_tried(const struct partner *partner, const struct endpoint *endpoint)
{
	for (size_t n = 1; n <= journal_size(partner->journal); n++)
		if (text_same(journal_at(partner->journal, (unsigned)n)->endpoint,
			    endpoint->id))
			return true;
	return false;
}

static bool
is_asked(const struct partner *partner, const struct check *check)
{
	static const unsigned bit[] = { [ROLE_PARTNER] = OF_PARTNERS,
		[ROLE_ADDITIONAL] = OF_PARTNERS,
		[ROLE_OWN] = OF_OWN,
		[ROLE_FILE] = OF_FILES,
		[ROLE_CALLER] = OF_CALLERS };
	unsigned roles = check->roles ? check->roles : OF_PARTNERS | OF_OWN;

	return roles & bit[partner->role];
}

static void
examine_all(struct partner *partner)
{
	size_t count;
	const struct endpoint *list = endpoints(partner->arena, partner, &count);

	for (size_t i = 0; check_themes[i] != NULL; i++)
		for (const struct check *c = check_themes[i]; c->id != NULL; c++) {
			if (!is_asked(partner, c))
				continue;
			if (c->scope != SCOPE_ENDPOINT)
				examine(partner, c, NULL);
			for (size_t e = 0; c->scope == SCOPE_ENDPOINT && e < count; e++)
				if (was_tried(partner, &list[e]))
					examine(partner, c, &list[e]);
		}
}

static bool
is_ours(enum owner owner)
{
	return owner == OWNER_PARTNER || owner == OWNER_BOTH;
}

/* What is asked of the owner of our own domain, or of the file, we must do; and there is no
 * other side to share it with. */
static void
own_up(struct partner *partner)
{
	if (partner->role != ROLE_OWN && partner->role != ROLE_FILE)
		return;
	for (size_t i = 0; i < partner->findings; i++)
		if (is_ours(partner->finding[i].owner))
			partner->finding[i].owner = OWNER_US;
	for (size_t i = 0; i < partner->causes; i++)
		if (is_ours(partner->cause[i].owner))
			partner->cause[i].owner = OWNER_US;
}

/* The user's own severities. What lets anybody impersonate or read stays what it is. */
static void
set_levels(struct partner *partner)
{
	const struct asked *asked = partner->asked;

	for (size_t i = 0; i < partner->findings; i++) {
		struct finding *f = &partner->finding[i];

		for (size_t k = 0; k < asked->levels; k++)
			if (f->status >= STATUS_WARN &&
				text_same(f->check, asked->level[k].check) &&
				(f->severity != SEVERITY_CRITICAL ||
					f->status != STATUS_FAIL))
				f->severity = asked->level[k].severity;
	}
}

/* When our own resolver is no good, nothing that DNS "said" may be blamed on anybody; nor
 * a date, when our clock is wrong. What rests on nothing that was seen stays. */
static const struct {
	const char *guard, *spoils; /* the beginning of ids */
} guards[] = {
	{ "own.resolver", "" },
	{ "own.clock", "cert.date." },
	{ "own.clock", "cert.chain.expired-member" },
	{ "own.clock", "dnssec.signature." },
	{ "own.clock", "tls.ocsp." },
	{ "own.clock", "own.certificate.usage" },
};

static void
excuse_partner(struct partner *partner)
{
	for (size_t g = 0; g < sizeof guards / sizeof guards[0]; g++) {
		if (stopped_by(partner, guards[g].guard, NULL) == NULL)
			continue;
		for (size_t i = 0; i < partner->findings; i++) {
			struct finding *f = &partner->finding[i];

			if (f->status >= STATUS_WARN && f->status < STATUS_ERROR &&
				f->evidences > 0 &&
				strcmp(f->check, guards[g].guard) != 0 &&
				text_starts(f->check, guards[g].spoils)) {
				f->status = STATUS_ERROR;
				f->because = guards[g].guard;
				f->owner = OWNER_US;
			}
		}
	}
}

/* A check that blocks is judged by the best endpoint: one dead node is the business of
 * reach.all, not the end of federation. */
static bool
is_saved(const struct partner *partner, const struct finding *f)
{
	if (!f->row->blocks || f->row->scope != SCOPE_ENDPOINT)
		return false;
	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *other = &partner->finding[i];

		if (other->row == f->row && other->status >= STATUS_PASS &&
			other->status < f->status)
			return true;
	}
	return false;
}

/* Our own server, seen from inside: a warning tells what that is worth. */
static bool
is_unseen(const struct partner *partner)
{
	static const char *const checks[] = { "own.listener.public", "dns.address.public",
		NULL };

	for (size_t i = 0; partner->role == ROLE_OWN && i < partner->findings; i++)
		if (partner->finding[i].status == STATUS_WARN &&
			name_index(checks, partner->finding[i].check) >= 0)
			return true;
	return false;
}

/* Where nothing could be tried, nobody is to blame, and nothing is known to be well. */
static bool
is_untested(const struct partner *partner)
{
	if (partner->role == ROLE_FILE)
		return partner->findings == 0;
	if (is_unseen(partner))
		return partner->unfinished;
	if (partner->role == ROLE_CALLER)
		return inbound_is_unfinished(partner);
	return partner->unfinished ||
	       (partner->out.method == METHOD_UNKNOWN &&
		       verdict_at(partner, "reach.any", NULL) == STATUS_SKIP);
}

static int
exit_of(const struct partner *partner)
{
	int worst = 0;

	/* No test is needed to know that. */
	if (verdict_at(partner, "policy.valid", NULL) == STATUS_FAIL)
		return 2;
	if (stopped_by(partner, "own.resolver", NULL) != NULL ||
		stopped_by(partner, "own.egress", NULL) != NULL)
		return 3;
	if (partner->out.method == METHOD_NONE || partner->in.method == METHOD_NONE)
		return 2;
	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];
		int grave = 0;

		if (f->status == STATUS_WARN)
			grave = 1;
		else if (f->status == STATUS_FAIL && !is_saved(partner, f))
			grave = f->severity >= SEVERITY_HIGH ? 2 : 1;
		else if (f->status == STATUS_FAIL)
			grave = 1;
		if (grave > worst)
			worst = grave;
	}
	return is_untested(partner) && worst < 2 ? 3 : worst;
}

void
check_partner(struct partner *partner)
{
	arena_close(&partner->arena);
	partner->arena = arena_open();
	partner->finding = NULL;
	partner->findings = 0;
	partner->cause = NULL;
	partner->causes = 0;
	examine_all(partner);
	excuse_partner(partner);
	/* What is wrong with a file is its own cause. */
	if (partner->role != ROLE_FILE)
		cause_partner(partner);
	own_up(partner);
	(partner->role == ROLE_FILE ? file_headline : headline_partner)(partner);
	set_levels(partner);
	partner->exit = exit_of(partner);
}
