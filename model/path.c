/* Each step of a session took its time; together they are what a real server's first
 * message would wait for. Steps make legs, which is what people speak of. */
#include "model/path.h"

#include "base/text.h"
#include "model/endpoint.h"

const char *const leg_names[] = { "TCP", "stream", "TLS", "authentication", NULL };

/* The kinds that are steps, and their names; inside TLS some are taken again. */
static const struct step {
	enum fact_kind kind;
	const char *name;
	enum leg leg;   /* LEGS: of none */
	bool completes; /* the leg */
} steps[] = {
	{ FACT_CONNECT, "connect", LEG_TCP, true },
	{ FACT_HEADER, "header", LEG_STREAM, false },
	{ FACT_FEATURES, "features", LEG_STREAM, true },
	{ FACT_STARTTLS, "starttls", LEG_TLS, false },
	{ FACT_TLS, "TLS", LEG_TLS, true },
	{ FACT_DIALBACK, "dialback", LEG_AUTHENTICATION, true },
	{ FACT_CLOSE, "close", LEGS, false },
};

/* NULL when it is no step of the session with this endpoint. */
static const struct step *
step_of(const struct observation *o, const char *endpoint)
{
	if (!text_same(o->endpoint, endpoint) || !text_same(o->probe, "session"))
		return NULL;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (steps[i].kind == o->kind)
			return &steps[i];
	return NULL;
}

/* Who has begun TLS greets again: that stream is where one proves who one is. */
static enum leg
leg_of(const struct path *path, const struct step *step)
{
	bool again = step->leg == LEG_STREAM && path->order[LEG_STREAM] == LEG_STREAM &&
		     path->leg[LEG_TLS].complete;

	return again ? LEG_AUTHENTICATION : step->leg;
}

static void
walk(struct path *path, const struct step *step, const struct observation *o)
{
	enum leg name = leg_of(path, step);
	struct path_leg *leg = &path->leg[name];

	if (name == LEGS) {
		path->ended = true;
		return;
	}
	leg->last = o;
	leg->took += o->took;
	leg->complete = leg->complete || (step->completes && name == step->leg);
	if (leg->broken == NULL && o->outcome != OUTCOME_OK)
		leg->broken = o;
	path->ended = path->ended || leg->broken != NULL;
}

struct path
path_of(struct arena *arena, const struct partner *partner, const char *endpoint)
{
	struct path path = { .order = {
				     LEG_TCP, LEG_STREAM, LEG_TLS, LEG_AUTHENTICATION } };
	struct endpoint e;

	if (endpoint_parse(arena, endpoint, &e) && e.mode == MODE_DIRECT) {
		path.order[1] = LEG_TLS;
		path.order[2] = LEG_STREAM;
	}
	for (unsigned n = 1; n <= journal_size(partner->journal); n++) {
		const struct observation *o = journal_at(partner->journal, n);
		const struct step *step = step_of(o, endpoint);

		if (step != NULL)
			walk(&path, step, o);
	}
	return path;
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
		const struct step *step = step_of(o, endpoint);

		if (step == NULL)
			continue;
		if (words == NULL)
			words = arena_printf(
				arena, "dns %.1f ms", milliseconds(o->at - o->took));
		words = arena_printf(arena, "%s, %s %.1f ms%s%s", words, step->name,
			milliseconds(o->took), o->outcome == OUTCOME_OK ? "" : " ",
			o->outcome == OUTCOME_OK ? "" : outcome_names[o->outcome]);
		end = o->at;
	}
	return words ? arena_printf(arena, "%s; %.1f ms in all", words, milliseconds(end))
		     : NULL;
}
