/* Whether our real server and the partner's find TLS parameters that both accept, from the
 * scans of both (model/scan.h). A scan shows what a server accepts from those who call it;
 * that it offers the same when it calls is an assumption, and the words say so. */
#include "checks/own.h"

#include "base/text.h"
#include "checks/verdict.h"
#include "model/scan.h"

enum { MAX_SIDES = SCAN_MAX_ENDPOINTS };

/* One of our servers, or of the partner's. */
struct side {
	const char *endpoint;
	struct scan scan;
	bool whole;
};

struct both {
	struct side ours[MAX_SIDES], theirs[MAX_SIDES];
	size_t our_count, their_count;
};

/* The worth of what two sides have in common. */
enum match { MATCH_NONE, MATCH_DISCOURAGED, MATCH_GOOD, UNJUDGED };

struct common {
	enum match match;
	enum tls_version version;
	const char *suite; /* the best */
	size_t others;     /* of the same version */
};

/* One that refuses everything that we can offer speaks something else. */
static bool
accepts_any(const struct scan *scan)
{
	for (enum tls_version v = TLS_1_3; v < TLS_VERSIONS; v++)
		if (scan->version[v].accepted)
			return true;
	return false;
}

static size_t
read_sides(struct inquiry *q, const struct partner *partner, struct side *side)
{
	size_t count;
	const struct endpoint *list = scan_endpoints(q->arena, partner, &count);
	size_t sides = 0;

	for (size_t i = 0; i < count; i++) {
		struct side *s = &side[sides];

		scan_read(q->arena, partner->journal, list[i].id, &s->scan);
		s->endpoint = list[i].id;
		s->whole = scan_is_whole(&s->scan) && accepts_any(&s->scan);
		sides += s->scan.hellos > 0;
	}
	return sides;
}

/* The name under which a side accepts the suite, or one that differs only in the key that
 * signs; else NULL. Of versions below the best one only the first suite was asked for: what
 * is known of TLS 1.2 is taken to hold there, too. */
static const char *
name_there(const struct scan *scan, enum tls_version version, const char *suite)
{
	const char *name = NULL;

	for (enum tls_version v = TLS_1_3; v <= version; v++)
		for (size_t i = 0; i < scan->version[v].suites; i++)
			if (text_same(scan->version[v].suite[i], suite))
				return suite;
			else if (suite_is_like(scan->version[v].suite[i], suite))
				name = scan->version[v].suite[i];
	return name;
}

static bool
has_group(const struct scan *scan, const char *group)
{
	for (enum tls_version v = TLS_1_3; v < TLS_VERSIONS; v++)
		for (size_t i = 0; i < scan->version[v].groups; i++)
			if (text_same(scan->version[v].group[i], group))
				return true;
	return false;
}

static bool
share_group(const struct scan *a, const struct scan *b)
{
	for (enum tls_version v = TLS_1_3; v < TLS_VERSIONS; v++)
		for (size_t i = 0; i < a->version[v].groups; i++)
			if (has_group(b, a->version[v].group[i]))
				return true;
	return false;
}

static bool
has_groups(const struct scan *scan)
{
	for (enum tls_version v = TLS_1_3; v < TLS_VERSIONS; v++)
		if (scan->version[v].groups > 0)
			return true;
	return false;
}

static bool
lack_group(const struct scan *a, const struct scan *b)
{
	return has_groups(a) && has_groups(b) && !share_group(a, b);
}

/* RFC 9325, 3.1.1 and 4.2. */
static enum match
worth(enum tls_version version, const char *suite)
{
	return version <= TLS_1_2 && suite_is_recommended(suite) ? MATCH_GOOD
								 : MATCH_DISCOURAGED;
}

static void
compare_version(const struct scan *caller, const struct scan *server,
	enum tls_version version, struct common *common)
{
	bool groups = share_group(caller, server);

	for (const struct tls_name *s = tls_suites; s->name != NULL; s++) {
		bool grouped = version == TLS_1_3 || suite_is_ecdhe(s->name);

		/* Of two that are alike the one is counted that the server has. */
		if (!suite_is_of(s->name, version) || (grouped && !groups) ||
			name_there(caller, version, s->name) == NULL ||
			!text_same(name_there(server, version, s->name), s->name))
			continue;
		if (common->suite != NULL) {
			common->others++;
			continue;
		}
		common->suite = s->name;
		common->version = version;
		common->match = worth(version, s->name);
	}
}

/* The best version that both have, as the handshake would choose it. */
static struct common
compare(const struct scan *caller, const struct scan *server)
{
	struct common common = { .match = MATCH_NONE };

	for (enum tls_version v = TLS_1_3; v < TLS_VERSIONS && common.suite == NULL; v++)
		if (caller->version[v].accepted && server->version[v].accepted)
			compare_version(caller, server, v, &common);
	return common;
}

/* --- words ------------------------------------------------------------------------------ */

static const char *
say_suite(struct inquiry *q, enum tls_version version, const char *suite, size_t others)
{
	const char *more =
		others == 0   ? ""
		: others == 1 ? " and one other suite"
			      : arena_printf(q->arena, " and %zu other suites", others);

	return arena_printf(
		q->arena, "%s with %s%s", tls_version_titles[version], suite, more);
}

/* Everything that a side accepts, shortly: of each version the first suite. */
static const char *
say_accepted(struct inquiry *q, const struct scan *scan)
{
	const char *words = NULL;

	for (enum tls_version v = TLS_1_3; v < TLS_VERSIONS; v++) {
		const struct scan_version *known = &scan->version[v];
		const char *one;

		if (!known->accepted || known->suites == 0)
			continue;
		one = say_suite(q, v, known->suite[0], known->suites - 1);
		words = words ? arena_printf(q->arena, "%s, %s", words, one) : one;
	}
	return words ? words : "nothing that we know of";
}

static unsigned
connections(const struct side *side, size_t sides)
{
	unsigned count = 0;

	for (size_t i = 0; i < sides; i++)
		count += side[i].scan.hellos;
	return count;
}

/* --- judging ---------------------------------------------------------------------------- */

static bool
is_current(const struct scan *scan)
{
	for (enum tls_version v = TLS_1_3; v <= TLS_1_2; v++)
		for (size_t i = 0; i < scan->version[v].suites; i++)
			if (suite_is_recommended(scan->version[v].suite[i]))
				return true;
	return false;
}

/* Who has nothing of what RFC 9325 recommends is behind. */
static void
blame_outdated(struct inquiry *q, const struct scan *ours, const struct scan *theirs)
{
	bool we = is_current(ours), they = is_current(theirs);

	blame(q, we == they ? OWNER_BOTH : we ? OWNER_PARTNER : OWNER_US);
}

/* What one server has in common with the best of the other side. */
static const struct side *
best_of(const struct side *others, size_t count, const struct side *one,
	struct common *common)
{
	const struct side *best = &others[0];

	*common = compare(&best->scan, &one->scan);
	for (size_t i = 1; i < count; i++) {
		struct common here = compare(&others[i].scan, &one->scan);

		if (here.match > common->match) {
			best = &others[i];
			*common = here;
		}
	}
	return best;
}

static const char *
say_nothing(struct inquiry *q, const struct side *ours, const struct side *theirs)
{
	return arena_printf(q->arena,
		"nothing in common; the partner's server accepts %s, ours %s%s",
		say_accepted(q, &theirs->scan), say_accepted(q, &ours->scan),
		lack_group(&ours->scan, &theirs->scan) ? " with other groups" : "");
}

/* One way that works is enough to connect: `elsewhere` there is one. */
static void
judge_pair(struct inquiry *q, const char *where, const struct side *ours,
	const struct side *theirs, const struct common *common, bool elsewhere)
{
	const char *shared = common->suite ? say_suite(q, common->version, common->suite,
						     common->others)
					   : say_nothing(q, ours, theirs);

	if (common->match != MATCH_GOOD)
		blame_outdated(q, &ours->scan, &theirs->scan);
	if (common->match == MATCH_GOOD)
		passed(q, "%s: both accept %s", where, shared);
	else if (common->match == MATCH_DISCOURAGED)
		warned(q, "%s: both accept nothing better than %s", where, shared);
	else if (elsewhere)
		warned(q, "%s: %s", where, shared);
	else
		failed(q, "%s: %s", where, shared);
}

static bool
are_whole(const struct side *side, size_t sides)
{
	for (size_t i = 0; i < sides; i++)
		if (!side[i].whole)
			return false;
	return true;
}

/* To say that something is not there the lists must be whole. */
static bool
may_judge(const struct common *common, const struct side *one, const struct side *others,
	size_t count)
{
	return common->match == MATCH_GOOD || (one->whole && are_whole(others, count));
}

/* As the one that calls, to each of the partner's servers; the best that was found. */
static enum match
judge_out(struct inquiry *q, const struct both *b)
{
	struct common common[MAX_SIDES];
	const struct side *ours[MAX_SIDES];
	enum match best = MATCH_NONE;
	bool judged = false;

	for (size_t i = 0; i < b->their_count; i++) {
		ours[i] = best_of(b->ours, b->our_count, &b->theirs[i], &common[i]);
		if (common[i].match > best)
			best = common[i].match;
	}
	for (size_t i = 0; i < b->their_count; i++) {
		if (!may_judge(&common[i], &b->theirs[i], b->ours, b->our_count))
			continue;
		judge_pair(q, endpoint_show(q->arena, b->theirs[i].endpoint), ours[i],
			&b->theirs[i], &common[i], best > MATCH_NONE);
		judged = true;
	}
	return judged ? best : UNJUDGED;
}

/* As the one that is called: one of our servers may be worse than the others. */
static void
judge_in(struct inquiry *q, const struct both *b, const struct side *ours)
{
	struct common common;
	const struct side *best = best_of(b->theirs, b->their_count, ours, &common);

	if (common.match != MATCH_GOOD &&
		may_judge(&common, ours, b->theirs, b->their_count))
		judge_pair(q,
			arena_printf(q->arena, "at our %s",
				endpoint_show(q->arena, ours->endpoint)),
			ours, best, &common, true);
}

static void
cite_hellos(struct inquiry *q)
{
	const struct observation *o = NULL;

	while ((o = cite_next(q, FACT_HELLO, o)) != NULL)
		;
}

/* Why there is nothing to compare, or NULL. */
static const char *
lack(const struct inquiry *q, const struct both *b)
{
	if (q->partner->asked->depth != DEPTH_DEEP)
		return "--depth deep";
	if (run_own(q->partner) == NULL)
		return "our own domain in the same run";
	if (b->our_count == 0)
		return "TLS at our own server";
	return b->their_count == 0 ? "an endpoint with TLS" : NULL;
}

/* How it is known, in whatever was found. */
static void
say_how(struct inquiry *q, const struct both *b)
{
	q->finding->text = arena_printf(q->arena,
		"%s; in both directions, if each offers as a client what it accepts as a "
		"server (scanned with %u connections to us, %u to the partner)",
		q->finding->text, connections(b->ours, b->our_count),
		connections(b->theirs, b->their_count));
}

void
own_tls_common(struct inquiry *q)
{
	const struct partner *own = run_own(q->partner);
	struct both b = { .our_count = 0 };
	const char *missing;
	enum match best;

	if (own != NULL)
		b.our_count = read_sides(q, own, b.ours);
	b.their_count = read_sides(q, q->partner, b.theirs);
	missing = lack(q, &b);
	if (missing != NULL) {
		skipped(q, missing);
		return;
	}
	cite_hellos(q);
	best = judge_out(q, &b);
	for (size_t i = 0; best != MATCH_NONE && b.our_count > 1 && i < b.our_count; i++)
		judge_in(q, &b, &b.ours[i]);
	if (best == UNJUDGED) {
		skipped(q, "a whole scan of both sides");
		return;
	}
	say_how(q, &b);
	own_signatures(q, own);
}

static bool
is_waiting(const struct partner *partner)
{
	size_t hellos;

	journal_kind(partner->journal, FACT_HELLO, &hellos);
	return partner->role != ROLE_OWN && partner->findings > 0 && hellos > 0 &&
	       verdict_at(partner, "own.tls.common", NULL) == STATUS_SKIP;
}

void
own_tls_settle(const struct run *run)
{
	for (size_t i = 0; i < run->partners; i++)
		if (is_waiting(run->partner[i]))
			check_partner(run->partner[i]);
}
