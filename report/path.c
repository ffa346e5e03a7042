/* Each step of a session took its time; together they are what a real server's first
 * message would wait for. */
#include "report/path.h"

#include "base/text.h"

/* The kinds that are steps, and their names; inside TLS some are taken again. */
static const struct {
	enum fact_kind kind;
	const char *name;
} steps[] = {
	{ FACT_CONNECT, "connect" },
	{ FACT_HEADER, "header" },
	{ FACT_FEATURES, "features" },
	{ FACT_STARTTLS, "starttls" },
	{ FACT_TLS, "TLS" },
	{ FACT_DIALBACK, "dialback" },
	{ FACT_CLOSE, "close" },
};

static const char *
step_name(const struct observation *o)
{
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (steps[i].kind == o->kind)
			return steps[i].name;
	return NULL;
}

static double
milliseconds(int64_t time)
{
	return (double)time / 1000;
}

const char *
path_words(struct arena *arena, const struct partner *partner, const char *endpoint)
{
	const char *words = NULL;
	int64_t end = 0;

	for (unsigned n = 1; n <= journal_size(partner->journal); n++) {
		const struct observation *o = journal_at(partner->journal, n);
		const char *name = step_name(o);

		if (name == NULL || !text_same(o->endpoint, endpoint) ||
			!text_same(o->probe, "session"))
			continue;
		if (words == NULL)
			words = arena_printf(
				arena, "dns %.1f ms", milliseconds(o->at - o->took));
		words = arena_printf(arena, "%s, %s %.1f ms%s%s", words, name,
			milliseconds(o->took), o->outcome == OUTCOME_OK ? "" : " ",
			o->outcome == OUTCOME_OK ? "" : outcome_names[o->outcome]);
		end = o->at;
	}
	return words ? arena_printf(arena, "%s; %.1f ms in all", words, milliseconds(end))
		     : NULL;
}
