/* Whether all servers behind our records know the keys of all others: the partner's question
 * may reach another one than the server that it is about. */
#include "checks/own.h"

#include "base/text.h"
#include "checks/progress.h"

/* What became of a key that our secret made. */
struct tally {
	const char *valid, *invalid; /* the endpoints, as a list; NULL: none */
};

static const char *
append(struct inquiry *q, const char *list)
{
	const char *name = endpoint_show(q->arena, q->endpoint->id);

	return list ? arena_printf(q->arena, "%s, %s", list, name) : name;
}

static void
count(struct inquiry *q, const char *probe, struct tally *tally)
{
	const struct observation *o = cite_by(q, probe, FACT_DIALBACK, PHASE_NONE);
	const struct dialback_fact *fact = o ? o->fact : NULL;

	if (fact == NULL || !fact->answered)
		return;
	if (text_same(fact->type, "valid"))
		tally->valid = append(q, tally->valid);
	else if (text_same(fact->type, "invalid"))
		tally->invalid = append(q, tally->invalid);
}

static void
warn_of_unknown(struct inquiry *q)
{
	warned(q,
		"none of our servers knows a key made from the secret: they have another "
		"one, or make their keys in another way than XEP-0185");
	remedy(q,
		"give the secret that the servers have; without one dialback in our name "
		"cannot be tried");
}

/* XEP-0185, 2: one secret for all servers of a domain. That each calls an invented key
 * invalid is the business of dialback.authority.answers. */
void
own_dialback_secret(struct inquiry *q)
{
	struct tally tally = { NULL, NULL };
	size_t n;
	const struct endpoint *list = all_endpoints(q, &n);

	for (size_t i = 0; i < n; i++) {
		struct inquiry here = inquiry_at(q, &list[i]);

		count(&here, "secret", &tally);
		count(&here, "plaintext-secret", &tally);
	}
	if (tally.valid != NULL && tally.invalid != NULL)
		failed(q,
			"a key made from the secret is valid at %s, and not at %s: they have "
			"different secrets",
			tally.valid, tally.invalid);
	else if (tally.invalid != NULL)
		warn_of_unknown(q);
	else if (tally.valid == NULL)
		skipped(q, "--dialback-secret-file");
}
