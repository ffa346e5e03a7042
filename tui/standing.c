/* The exit status of a partner is its standing; the rest is looking up. Thousands of
 * partners are sorted at each drawing, so keys are made once and findings are not walked. */
#include "tui/standing.h"

#include "base/fatal.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { FAILS, UNTESTED, WARNS, CALLING, PROBING, WAITING, WELL };

const struct standing standings[] = {
	[FAILS] = { GLYPH_FAIL, STYLE_BAD, "fails", 7 },
	[UNTESTED] = { GLYPH_ERROR, STYLE_BAD, "untested", 6 },
	[WARNS] = { GLYPH_WARN, STYLE_WARNING, "warns", RANK_TROUBLE },
	[CALLING] = { GLYPH_RUNNING, STYLE_NOTE, "calling", 4 },
	[PROBING] = { GLYPH_RUNNING, STYLE_NOTE, "probing", 3 },
	[WAITING] = { GLYPH_SKIP, STYLE_QUIET, "waiting", 2 },
	[WELL] = { GLYPH_PASS, STYLE_GOOD, "well", 1 },
	{ .word = NULL },
};

struct standing
standing_of(const struct partner *p, const struct live_partner *live)
{
	static const int by_exit[] = { WELL, WARNS, FAILS, UNTESTED };

	/* What the last round has found holds until the next one is judged. */
	if (live != NULL && live->rounds == 0 && p->role == ROLE_CALLER)
		return standings[CALLING];
	if (live != NULL && live->rounds == 0)
		return standings[live->doing != NULL ? PROBING : WAITING];
	return standings[p->exit >= 0 && p->exit <= 3 ? by_exit[p->exit] : UNTESTED];
}

const char *
standing_trouble(const struct partner *p)
{
	const struct finding *worst = NULL;

	if (p->causes > 0)
		return p->cause[0].text;
	for (size_t i = 0; i < p->findings; i++) {
		const struct finding *f = &p->finding[i];

		if (f->status >= STATUS_WARN &&
			(worst == NULL || f->severity > worst->severity))
			worst = f;
	}
	if (worst == NULL)
		return NULL;
	return worst->text == NULL && worst->row != NULL ? worst->row->title
							 : worst->text;
}

int64_t
standing_expiry(const struct partner *p)
{
	size_t count;
	const struct observation *const *seen =
		journal_kind(p->journal, FACT_CERTIFICATE, &count);
	int64_t first = 0;

	for (size_t i = 0; i < count; i++) {
		const struct certificate_fact *c = seen[i]->fact;
		bool presented = text_same(seen[i]->probe, "host");

		/* What we present to a partner is none of its own. */
		if (presented && p->role != ROLE_OWN)
			continue;
		if (c->position == 0 && !c->malformed &&
			(first == 0 || c->not_after < first))
			first = c->not_after;
	}
	return first;
}

unsigned
standing_expiry_style(const struct partner *p)
{
	enum status worst = STATUS_SKIP;

	for (size_t i = 0; i < p->findings; i++)
		if (text_starts(p->finding[i].check, "cert.date.") &&
			p->finding[i].status > worst)
			worst = p->finding[i].status;
	return worst >= STATUS_FAIL   ? STYLE_BAD
	       : worst == STATUS_WARN ? STYLE_WARNING
				      : STYLE_PLAIN;
}

/* --- the headline ----------------------------------------------------------------------- */

/* So wide is the longest of the brief words. */
enum { WORDS_FROM = 13 };

const char *
standing_method(struct arena *arena, const struct headline *h, int width)
{
	static const char *const brief[] = {
		[METHOD_UNKNOWN] = "unknown",
		[METHOD_NONE] = "none",
		[METHOD_TCP_DIALBACK] = "dialback TCP",
		[METHOD_TLS_DIALBACK] = "dialback TLS",
		[METHOD_SASL_EXTERNAL] = "SASL EXTERNAL",
	};
	static const char *const briefest[] = {
		[METHOD_UNKNOWN] = "unknown",
		[METHOD_NONE] = "none",
		[METHOD_TCP_DIALBACK] = "no TLS",
		[METHOD_TLS_DIALBACK] = "dialback",
		[METHOD_SASL_EXTERNAL] = "EXTERNAL",
	};
	const char *title = method_titles[h->method], *words = title;

	if (h->tls != NULL && text_ends(title, "TLS") && text_starts(h->tls, "TLS"))
		words = arena_printf(arena, "%.*s%s",
			(int)(strlen(title) - strlen("TLS")), title, h->tls);
	else if (h->tls != NULL)
		words = arena_printf(arena, "%s with %s", title, h->tls);
	if (h->proof != PROOF_DONE && h->method > METHOD_NONE) {
		const char *proven =
			arena_printf(arena, "%s (%s)", words, proof_names[h->proof]);

		if (text_width(proven) <= width)
			return proven;
	}
	return text_width(words) <= width   ? words
	       : text_width(title) <= width ? title
	       : width < WORDS_FROM         ? briefest[h->method]
					    : brief[h->method];
}

unsigned
standing_method_style(const struct headline *h)
{
	return h->method == METHOD_NONE      ? STYLE_BAD
	       : h->method == METHOD_UNKNOWN ? STYLE_QUIET
					     : STYLE_PLAIN;
}

/* --- sorting ------------------------------------------------------------------------------ */

struct ranked {
	size_t partner;
	int64_t key; /* the greater comes first */
	const char *name;
};

static bool
holds(const char *text, const char *words)
{
	return text != NULL && strcasestr(text, words) != NULL;
}

static bool
is_wanted(
	const struct partner *p, const struct standing *standing, const struct view *view)
{
	const char *words = view->filter;

	if (view->troubled && standing->rank < RANK_TROUBLE)
		return false;
	return *words == '\0' || holds(p->domain.unicode, words) ||
	       holds(p->domain.ascii, words) || holds(standing->word, words) ||
	       holds(method_titles[p->out.method], words) ||
	       holds(method_titles[p->in.method], words) ||
	       (p->causes > 0 && holds(p->cause[0].text, words));
}

static int64_t
key_of(const struct partner *p, const struct standing *standing,
	const struct live_partner *live, enum sort sort)
{
	int64_t expiry;

	switch (sort) {
	case SORT_TROUBLE:
		/* Of those that stand alike, no method at all is worse than many causes. */
		return standing->rank * 1000 + (p->out.method == METHOD_NONE) * 200 +
		       (p->in.method == METHOD_NONE) * 100 +
		       (int64_t)(p->causes < 100 ? p->causes : 99);
	case SORT_OUT:
		return -(int64_t)p->out.method;
	case SORT_IN:
		return -(int64_t)p->in.method;
	case SORT_EXPIRY:
		expiry = standing_expiry(p);
		return expiry == 0 ? INT64_MIN : -expiry;
	case SORT_CHANGED:
		return live ? live->changed : 0;
	case SORT_TIME:
		return p->took;
	default:
		return 0;
	}
}

static int
compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
put_in_order(struct view *view, struct ranked *ranked, size_t count)
{
	qsort(ranked, count, sizeof *ranked, compare);
	for (size_t i = 0; i < count; i++)
		view->order[view->backwards ? count - 1 - i : i] = ranked[i].partner;
	view->orders = count;
}

void
standing_sort(const struct run *run, struct view *view)
{
	struct ranked *ranked = calloc(run->partners + 1, sizeof *ranked);
	size_t count = 0;

	view->order = realloc(view->order, (run->partners + 1) * sizeof *view->order);
	if (ranked == NULL || view->order == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < run->partners; i++) {
		const struct partner *p = run->partner[i];
		const struct live_partner *live = view_live(view, i);
		struct standing standing = standing_of(p, live);

		if (is_wanted(p, &standing, view))
			ranked[count++] = (struct ranked){ i,
				key_of(p, &standing, live, view->sort),
				p->domain.unicode };
	}
	put_in_order(view, ranked, count);
	free(ranked);
}
