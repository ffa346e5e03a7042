/* The elimination: which suites and groups are left to offer, and when nothing is. */
#include "model/scan.h"

#include "base/text.h"

/* --- what is known ------------------------------------------------------------------ */

static bool
is_among(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(list[i], name))
			return true;
	return false;
}

/* False when it was there already: the server did not choose from what was offered. */
static bool
append(struct arena *arena, const char ***list, size_t *count, const char *name)
{
	if (name == NULL || is_among(*list, *count, name))
		return false;
	*list = arena_grow(arena, *list, *count, sizeof **list);
	(*list)[(*count)++] = name;
	return true;
}

static void
note_prime(struct scan_version *v, int bits)
{
	if (bits != 0 && (v->prime_bits == 0 || bits < v->prime_bits))
		v->prime_bits = bits;
}

/* A server may answer with an older version than the one that was offered (RFC 5246, E.1):
 * then it has not that one. */
static void
read_choice(struct arena *arena, struct scan *scan, const struct hello_fact *f)
{
	enum tls_version offered = tls_version_of(f->offered);
	enum tls_version chosen = tls_version_of(f->version);
	struct scan_version *v;

	if (chosen != offered)
		scan->version[offered].suites_over = true;
	if (chosen == TLS_VERSIONS)
		return;
	v = &scan->version[chosen];
	v->accepted = true;
	note_prime(v, f->prime_bits);
	if (!append(arena, &v->suite, &v->suites, f->cipher) && f->about == HELLO_SUITES)
		scan->version[offered].suites_over = true;
	if (!append(arena, &v->group, &v->groups, f->group) && f->about == HELLO_GROUPS)
		scan->version[offered].groups_over = true;
}

static void
read_hello(struct arena *arena, struct scan *scan, const struct observation *o)
{
	const struct hello_fact *f = o->fact;
	enum tls_version offered = tls_version_of(f->offered);

	scan->hellos++;
	scan->silent |= o->outcome == OUTCOME_TIMED_OUT;
	if (!f->sent || offered == TLS_VERSIONS)
		scan->broken_off = true;
	else if (f->answered)
		read_choice(arena, scan, f);
	else if (f->about == HELLO_SUITES)
		scan->version[offered].suites_over = true;
	else
		scan->version[offered].groups_over = true;
}

void
scan_read(struct arena *arena, const struct journal *journal, const char *endpoint,
	struct scan *scan)
{
	*scan = (struct scan){ 0 };
	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);

		if (o->kind == FACT_HELLO && text_same(o->endpoint, endpoint))
			read_hello(arena, scan, o);
	}
}

/* --- what comes next ------------------------------------------------------------------ */

static bool
is_accepted_above(const struct scan *scan, enum tls_version version)
{
	for (enum tls_version v = TLS_1_3; v < version; v++)
		if (scan->version[v].accepted)
			return true;
	return false;
}

static void
offer_suites(const struct scan_version *v, enum tls_version version, bool all,
	bool with_groups, struct offer *offer)
{
	for (const struct tls_name *s = tls_suites; s->name != NULL; s++)
		if (suite_is_of(s->name, version) &&
			(all || !is_among(v->suite, v->suites, s->name)) &&
			(!with_groups || version == TLS_1_3 || suite_is_ecdhe(s->name)))
			offer->suite[offer->suites++] = s;
}

/* Groups of TLS 1.3 alone mean nothing to older versions. */
static void
offer_groups(const struct scan_version *v, enum tls_version version, bool all,
	struct offer *offer)
{
	for (const struct tls_name *g = tls_groups; g->name != NULL; g++)
		if ((all || !is_among(v->group, v->groups, g->name)) &&
			(version == TLS_1_3 || g->number < 256))
			offer->group[offer->groups++] = g;
}

/* Of an old version all suites are of interest only where there is nothing newer. */
static bool
wants_suites(const struct scan *scan, enum tls_version version)
{
	const struct scan_version *v = &scan->version[version];

	return !v->suites_over &&
	       !(v->accepted && version > TLS_1_2 && is_accepted_above(scan, version));
}

static bool
has_ecdhe(const struct scan_version *v)
{
	for (size_t i = 0; i < v->suites; i++)
		if (suite_is_ecdhe(v->suite[i]))
			return true;
	return false;
}

/* One library has the same groups for all its versions; the newest is asked. */
static bool
wants_groups(const struct scan *scan, enum tls_version version)
{
	const struct scan_version *v = &scan->version[version];

	return v->accepted && !v->groups_over && !is_accepted_above(scan, version) &&
	       (version == TLS_1_3 || has_ecdhe(v));
}

bool
scan_next(const struct scan *scan, struct offer *offer)
{
	if (scan->broken_off || scan->hellos >= SCAN_MAX_HELLOS)
		return false;
	for (enum tls_version version = TLS_1_3; version < TLS_VERSIONS; version++) {
		const struct scan_version *v = &scan->version[version];

		*offer = (struct offer){ .about = HELLO_SUITES, .version = version };
		if (wants_suites(scan, version)) {
			offer_suites(v, version, false, false, offer);
			offer_groups(v, version, true, offer);
		}
		if (offer->suites > 0)
			return true;
		*offer = (struct offer){ .about = HELLO_GROUPS, .version = version };
		if (wants_groups(scan, version)) {
			offer_suites(v, version, true, true, offer);
			offer_groups(v, version, false, offer);
		}
		if (offer->groups > 0)
			return true;
	}
	return false;
}

bool
scan_is_whole(const struct scan *scan)
{
	struct offer offer;

	return scan->hellos > 0 && scan->hellos < SCAN_MAX_HELLOS && !scan->broken_off &&
	       !scan->silent && !scan_next(scan, &offer);
}

/* --- where ------------------------------------------------------------------------------ */

/* The session tried a handshake there, and found that TLS is what is spoken. */
static bool
has_tls(const struct journal *journal, const char *endpoint)
{
	bool tls = false;

	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);
		const struct tls_fact *f = o->fact;

		if (!text_same(o->endpoint, endpoint) || !text_same(o->probe, "session"))
			continue;
		if (o->kind == FACT_FOREIGN)
			return false;
		if (o->kind == FACT_TLS)
			tls |= f->completed || f->alert != 0 ||
			       o->outcome == OUTCOME_CLOSED;
	}
	return tls;
}

static bool
is_same_host(const struct endpoint *a, const struct endpoint *b)
{
	return a->mode == b->mode && a->port == b->port &&
	       text_same_name(a->target, b->target);
}

const struct endpoint *
scan_endpoints(struct arena *arena, const struct partner *partner, size_t *count)
{
	size_t all, known = 0;
	const struct endpoint *list = endpoints(arena, partner, &all);
	struct endpoint *chosen = arena_alloc(arena, SCAN_MAX_ENDPOINTS * sizeof *chosen);

	for (size_t i = 0; i < all && known < SCAN_MAX_ENDPOINTS; i++) {
		size_t k = 0;

		while (k < known && !is_same_host(&chosen[k], &list[i]))
			k++;
		if (k == known && has_tls(partner->journal, list[i].id))
			chosen[known++] = list[i];
	}
	*count = known;
	return chosen;
}
