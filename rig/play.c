/* Certificates are made before anybody connects: some take a second. */
#include "rig/play.h"

#include "base/fatal.h"

#include <stdlib.h>
#include <string.h>

/* A copy of the recipe with the variables put into its names, and the repeated ones
 * written out; NULL and *trouble when a variable is unknown. */
static const struct recipe *
expand_recipe(struct arena *arena, const struct scenario *scenario,
	const struct recipe *recipe, const char **trouble)
{
	struct recipe *done = arena_copy(arena, recipe, sizeof *recipe);
	size_t count = 0;

	done->identities = recipe->identities * (size_t)recipe->times;
	done->identity = arena_alloc(arena, done->identities * sizeof *done->identity);
	for (long n = 1; n <= recipe->times; n++)
		for (size_t i = 0; i < recipe->identities; i++) {
			struct bytes text = { recipe->identity[i],
				strlen(recipe->identity[i]) };

			done->identity[count] = scenario_expand(
				arena, scenario, text, recipe->line, n, trouble);
			if (done->identity[count++] == NULL)
				return NULL;
		}
	return done;
}

static const char *
equip_step(struct play *play, const struct scenario *scenario, struct arena *arena,
	struct ca *ca, size_t i)
{
	const struct tls_plan *plan = &play->script->action[i].tls;
	const struct identity *identity = NULL;
	const struct recipe *recipe;
	const char *trouble;

	if (plan->recipe != NULL) {
		recipe = expand_recipe(arena, scenario, plan->recipe, &trouble);
		if (recipe == NULL)
			return trouble;
		identity = ca_issue(ca, recipe);
		if (identity == NULL)
			return arena_printf(arena,
				"%s:%d: this certificate cannot be made", scenario->file,
				plan->recipe->line);
	}
	play->end[i] = tls_end_open(identity, plan);
	if (play->end[i] == NULL)
		return arena_printf(arena, "%s:%d: OpenSSL refuses these TLS options",
			scenario->file, play->script->action[i].line);
	return NULL;
}

const char *
play_equip(struct play *play, const struct scenario *scenario, struct arena *arena,
	struct ca *ca)
{
	const struct script *script = play->script;
	const char *trouble = NULL;

	play->end = calloc(script->actions + 1, sizeof(struct tls_end *));
	if (play->end == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < script->actions && trouble == NULL; i++)
		if (script->action[i].kind == ACT_TLS)
			trouble = equip_step(play, scenario, arena, ca, i);
	return trouble;
}

void
play_clear(struct play *play)
{
	for (size_t i = 0; play->end != NULL && i < play->script->actions; i++)
		tls_end_close(&play->end[i]);
	free(play->end);
	play->end = NULL;
}
