/* Every domain is claimed by one partner. A tree that stays balanced holds the claims: a
 * hash could be made to collide by whoever chose the names. */
#include "config/merge.h"

#include "base/fatal.h"
#include "base/text.h"

#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const size_t NOBODY = SIZE_MAX;

struct claim {
	const char *ascii;
	size_t partner; /* of the configuration */
	bool primary;
	bool imported;    /* not from what was there before */
	const char *file; /* NULL: not known */
	int line;
};

struct merge {
	struct arena *arena;
	void *claims;
};

static int
compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	return strcmp(x->ascii, y->ascii);
}

static struct claim *
find_claim(const struct merge *m, const char *ascii)
{
	const struct claim wanted = { .ascii = ascii };
	void *node = tfind(&wanted, &m->claims, compare_claims);

	return node ? *(struct claim **)node : NULL;
}

/* Returns its partner. */
static size_t
add_claim(struct merge *m, struct claim claim)
{
	struct claim *kept;

	claim.ascii = arena_strdup(m->arena, claim.ascii);
	claim.file = arena_strdup(m->arena, claim.file);
	kept = arena_copy(m->arena, &claim, sizeof claim);
	if (tsearch(kept, &m->claims, compare_claims) == NULL)
		fatal("out of memory");
	return kept->partner;
}

static void
claim_all(struct merge *m, const struct config *config, size_t i)
{
	const struct configured *p = &config->partner[i];
	struct claim claim = { .ascii = p->domain.ascii,
		.partner = i,
		.primary = true,
		.file = p->line ? config->file : NULL,
		.line = p->line };

	add_claim(m, claim);
	claim.primary = false;
	for (size_t k = 0; k < p->policy.additional_domains; k++) {
		claim.ascii = p->policy.additional_domain[k];
		add_claim(m, claim);
	}
}

struct merge *
merge_open(const struct config *config)
{
	struct merge *m = calloc(1, sizeof *m);

	if (m == NULL)
		fatal("out of memory");
	m->arena = arena_open();
	for (size_t i = 0; i < config->partners; i++)
		claim_all(m, config, i);
	return m;
}

void
merge_close(struct merge **merge)
{
	struct merge *m = *merge;

	if (m == NULL)
		return;
	while (m->claims != NULL)
		tdelete(*(struct claim **)m->claims, &m->claims, compare_claims);
	arena_close(&m->arena);
	free(m);
	*merge = NULL;
}

/* --- who owns which domain -------------------------------------------------------------- */

static bool
is_known(const struct claim *claim)
{
	return claim != NULL && claim->primary && !claim->imported;
}

/* A partner that is about to be replaced gives its additional domains back. */
static void
release(struct import *import, const struct configured *incoming)
{
	struct merge *m = import->merge;
	const struct claim *owner = find_claim(m, incoming->domain.ascii);
	const struct policy *policy;

	if (!is_known(owner))
		return;
	policy = &import->config->partner[owner->partner].policy;
	for (size_t i = 0; i < policy->additional_domains; i++) {
		struct claim *claim = find_claim(m, policy->additional_domain[i]);

		if (claim != NULL && !claim->primary && claim->partner == owner->partner)
			tdelete(claim, &m->claims, compare_claims);
	}
}

/* " (FILE:LINE)", or nothing. */
static const char *
place(struct arena *arena, const struct claim *claim)
{
	return claim->file ? arena_printf(arena, " (%s:%d)", claim->file, claim->line)
			   : "";
}

static const char *
owner_of(const struct import *import, const struct claim *claim)
{
	return import->config->partner[claim->partner].domain.ascii;
}

static void
tell_taken(struct import *import, const struct configured *incoming,
	const struct claim *claim, const char *file)
{
	const char *where = place(import->merge->arena, claim);

	if (claim->primary)
		import_tell(import, file, incoming->line,
			"the partner %s is there before%s; that one is kept",
			claim->ascii, where);
	else
		import_tell(import, file, incoming->line,
			"the partner %s is not carried over: it is an additional domain "
			"of %s%s",
			claim->ascii, owner_of(import, claim), where);
}

/* Which partner of the configuration it becomes, or NOBODY. */
static size_t
claim_primary(struct import *import, const struct configured *incoming, const char *file)
{
	struct merge *m = import->merge;
	struct claim *claim = find_claim(m, incoming->domain.ascii);

	if (claim == NULL) {
		config_add(import->config, &incoming->domain);
		return add_claim(m, (struct claim){ .ascii = incoming->domain.ascii,
					    .partner = import->config->partners - 1,
					    .primary = true,
					    .imported = true,
					    .file = file,
					    .line = incoming->line });
	}
	if (!is_known(claim)) {
		tell_taken(import, incoming, claim, file);
		return NOBODY;
	}
	claim->imported = true;
	claim->file = arena_strdup(m->arena, file);
	claim->line = incoming->line;
	return claim->partner;
}

/* The additional domains that are nobody else's. */
static void
claim_additional(struct import *import, const struct configured *incoming,
	const char *file, size_t partner, struct policy *next)
{
	const struct field *list = record_field(&policy_record, "additional-domain");
	const struct policy *policy = &incoming->policy;
	struct merge *m = import->merge;

	for (size_t i = 0; i < policy->additional_domains; i++) {
		const char *ascii = policy->additional_domain[i];
		const struct claim *claim = find_claim(m, ascii);

		if (claim == NULL) {
			add_claim(m, (struct claim){ .ascii = ascii,
					     .partner = partner,
					     .imported = true,
					     .file = file,
					     .line = incoming->line });
			field_add_text(m->arena, list, next, ascii);
		} else if (claim->partner != partner) {
			import_tell(import, file, incoming->line,
				"the additional domain %s of %s is not carried over: it "
				"belongs to %s%s",
				ascii, incoming->domain.ascii, owner_of(import, claim),
				place(m->arena, claim));
		}
	}
}

/* --- what was agreed -------------------------------------------------------------------- */

static bool
same_field(struct arena *arena, const struct field *f, const struct policy *a,
	const struct policy *b)
{
	if (f->kind != FIELD_TEXTS)
		return text_same(field_text(arena, f, a), field_text(arena, f, b));
	if (field_count(f, a) != field_count(f, b))
		return false;
	for (size_t i = 0; i < field_count(f, a); i++)
		if (strcmp(field_string(f, a, i), field_string(f, b, i)) != 0)
			return false;
	return true;
}

static bool
same_policy(struct arena *arena, const struct policy *a, const struct policy *b)
{
	for (const struct field *f = policy_record.field; f->name != NULL; f++)
		if (!same_field(arena, f, a, b))
			return false;
	return true;
}

/* What the gateway does not have, or left empty, stays as it was. */
static void
replace(struct import *import, struct configured *partner, struct policy next, bool known)
{
	const struct policy *last = &partner->policy;

	next.agreed_tests = last->agreed_tests;
	if (next.description == NULL)
		next.description = last->description;
	if (!known)
		import->added++;
	else if (same_policy(import->merge->arena, &next, last))
		import->unchanged++;
	else
		import->changed++;
	partner->policy = *(const struct policy *)record_copy(
		import->config->arena, &policy_record, &next);
	partner->line = 0;
}

/* The primary domains go first: a partner of its own outranks a mention by another. */
void
merge_partners(struct import *import, const struct configured *incoming, size_t count,
	const char *file)
{
	size_t before = import->config->partners;
	size_t *owner = arena_alloc(import->merge->arena, count * sizeof *owner);

	for (size_t i = 0; i < count; i++)
		release(import, &incoming[i]);
	for (size_t i = 0; i < count; i++)
		owner[i] = claim_primary(import, &incoming[i], file);
	for (size_t i = 0; i < count; i++) {
		struct policy next = incoming[i].policy;

		if (owner[i] == NOBODY)
			continue;
		next.additional_domain = NULL;
		next.additional_domains = 0;
		claim_additional(import, &incoming[i], file, owner[i], &next);
		replace(import, &import->config->partner[owner[i]], next,
			owner[i] < before);
	}
}
