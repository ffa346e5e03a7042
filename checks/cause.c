/* Forty failing checks with one cause are one cause. The rows are tried in order; one is
 * kept when it explains a failure that no earlier one did. */
#include "checks/cause.h"

#include "base/text.h"
#include "checks/progress.h"

#include <string.h>

/* Where and how a row holds. */
struct hold {
	const struct cause_row *row;
	const struct endpoint *list; /* all that there are */
	size_t count;
	const char *words; /* of the first finding that makes it hold */
	const struct finding *first;
	const struct endpoint *endpoint[MAX_ENDPOINTS];
	size_t endpoints;
	bool holds, proven;
};

static bool
is_among(const char *id, const char *const *list, size_t most)
{
	for (size_t i = 0; i < most && list[i] != NULL; i++)
		if (strcmp(id, list[i]) == 0 ||
			(text_ends(list[i], ".") && text_starts(id, list[i])))
			return true;
	return false;
}

/* An error is no verdict on the partner. */
static bool
is_bad_enough(const struct finding *f, const struct cause_row *row)
{
	return f->status >= row->least && f->status <= STATUS_FAIL;
}

static const struct endpoint *
find_endpoint(const struct hold *hold, const char *id)
{
	for (size_t i = 0; i < hold->count; i++)
		if (text_same(hold->list[i].id, id))
			return &hold->list[i];
	return NULL;
}

static bool
is_there(const struct hold *hold, const char *endpoint)
{
	for (size_t i = 0; i < hold->endpoints; i++)
		if (text_same(hold->endpoint[i]->id, endpoint))
			return true;
	return false;
}

static void
add_evidence(struct arena *arena, struct cause *cause, const struct finding *f)
{
	unsigned *list = (void *)(uintptr_t)cause->evidence;

	for (size_t i = 0; i < f->evidences; i++) {
		size_t k = 0;

		while (k < cause->evidences && list[k] != f->evidence[i])
			k++;
		if (k < cause->evidences)
			continue;
		list = arena_grow(arena, list, cause->evidences, sizeof *list);
		list[cause->evidences++] = f->evidence[i];
	}
	cause->evidence = list;
}

/* At the endpoint of the finding; what is cited goes nowhere. */
static struct inquiry
inquire(const struct partner *partner, const struct hold *hold, const struct finding *f,
	struct finding *nowhere)
{
	return (struct inquiry){ .partner = partner,
		.check = f->row,
		.endpoint = find_endpoint(hold, f->endpoint),
		.arena = partner->arena,
		.finding = nowhere };
}

/* Whether this finding makes the row hold; it then does so at the finding's endpoint. */
static bool
takes(const struct partner *partner, struct hold *hold, const struct finding *f)
{
	const struct cause_row *row = hold->row;
	struct finding rest = { 0 };
	struct inquiry q = inquire(partner, hold, f, &rest);

	if (row->at != NULL && (q.endpoint == NULL || !row->at(&q)))
		return false;
	hold->proven |= row->proven != NULL && q.endpoint != NULL && row->proven(&q);
	if (hold->words == NULL)
		hold->words = f->text ? f->text : f->because;
	if (hold->first == NULL)
		hold->first = f;
	if (q.endpoint != NULL && !is_there(hold, f->endpoint))
		hold->endpoint[hold->endpoints++] = q.endpoint;
	return true;
}

static void
gather(const struct partner *partner, struct hold *hold, struct cause *cause)
{
	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];

		if (!is_bad_enough(f, hold->row) || f->cause != NULL ||
			!is_among(f->check, hold->row->when, CAUSE_CHECKS) ||
			!takes(partner, hold, f))
			continue;
		hold->holds = true;
		add_evidence(partner->arena, cause, f);
	}
}

/* Whether the same checks tell of other endpoints, too, which fare better or suffer from
 * something else. */
static bool
is_elsewhere(const struct partner *partner, const struct hold *hold)
{
	const struct cause_row *row = hold->row;

	for (size_t i = 0; i < partner->findings; i++) {
		const struct finding *f = &partner->finding[i];

		if (f->endpoint == NULL || f->status == STATUS_SKIP ||
			(row->spoils_all && f->status >= row->least))
			continue;
		if (is_among(f->check, row->when, CAUSE_CHECKS) &&
			!is_there(hold, f->endpoint))
			return true;
	}
	return false;
}

/* A finding that anybody can impersonate or read is shown by itself, whatever the cause. */
static bool
stands_alone(const struct finding *f)
{
	return f->severity == SEVERITY_CRITICAL &&
	       (text_starts(f->check, "cert.name.encoding") ||
		       text_starts(f->check, "dialback.receiver.impostor") ||
		       text_same(f->check, "dialback.bogus-key") ||
		       text_same(f->check, "sasl.external.authzid"));
}

static bool
is_spared(const struct partner *partner, const struct hold *hold, const struct finding *f)
{
	struct finding rest = { 0 };
	struct inquiry q = inquire(partner, hold, f, &rest);

	return hold->row->spares != NULL && q.endpoint != NULL &&
	       hold->row->spares(&q, f);
}

static void
explain(struct partner *partner, const struct hold *hold)
{
	const struct cause_row *row = hold->row;

	for (size_t i = 0; i < partner->findings; i++) {
		struct finding *f = &partner->finding[i];

		if (f->cause != NULL || f->status < STATUS_WARN || stands_alone(f))
			continue;
		if (f->endpoint && !row->spoils_all && !is_there(hold, f->endpoint))
			continue;
		if ((is_among(f->check, row->explains, CAUSE_EXPLAINS) &&
			    !is_spared(partner, hold, f)) ||
			(is_among(f->check, row->when, CAUSE_CHECKS) &&
				f->status >= row->least))
			f->cause = row->id;
	}
}

static const char *
say_places(struct arena *arena, const struct hold *hold)
{
	const char *places = NULL;

	for (size_t i = 0; i < hold->endpoints; i++) {
		const char *place = endpoint_show(arena, hold->endpoint[i]->id);

		places = places ? arena_printf(arena, "%s; %s", places, place) : place;
	}
	return places;
}

static void
try_row(struct partner *partner, struct hold hold)
{
	const struct cause_row *row = hold.row;
	struct cause cause = { .id = row->id,
		.remedy = row->remedy,
		.owner = row->owner,
		.confidence = row->confidence };

	if (row->also != NULL && !row->also(partner))
		return;
	gather(partner, &hold, &cause);
	if (!hold.holds)
		return;
	cause.text = arena_printf(partner->arena, "%s: %s", row->say,
		hold.words ? hold.words : "see the evidence");
	if (is_elsewhere(partner, &hold))
		cause.endpoints = say_places(partner->arena, &hold);
	if (row->remedy == NULL) {
		cause.remedy = hold.first->remedy;
		cause.owner = hold.first->owner;
	}
	if (row->proven != NULL && !hold.proven)
		cause.confidence = CONFIDENCE_LIKELY;
	explain(partner, &hold);
	partner->cause =
		arena_grow(partner->arena, partner->cause, partner->causes, sizeof cause);
	partner->cause[partner->causes++] = cause;
}

static void
try_table(struct partner *partner, const struct cause_row *table,
	const struct endpoint *list, size_t count)
{
	for (const struct cause_row *row = table; row->id != NULL; row++)
		try_row(partner,
			(struct hold){ .row = row, .list = list, .count = count });
}

void
cause_partner(struct partner *partner)
{
	size_t count;
	const struct endpoint *list = endpoints(partner->arena, partner, &count);

	try_table(partner, cause_network, list, count);
	try_table(partner, cause_server, list, count);
	try_table(partner, cause_identity, list, count);
	try_table(partner, cause_credential, list, count);
	try_table(partner, cause_partial, list, count);
	cause_policy_consequences(partner);
	try_table(partner, cause_policy, list, count);
}
