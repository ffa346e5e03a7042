/* A configuration in memory. */
#include "config/config.h"

#include "base/fatal.h"

#include <stdlib.h>
#include <string.h>

struct config *
config_open(void)
{
	struct config *config = calloc(1, sizeof *config);

	if (config == NULL)
		fatal("out of memory");
	config->arena = arena_open();
	return config;
}

void
config_close(struct config **config)
{
	if (*config == NULL)
		return;
	arena_close(&(*config)->arena);
	free(*config);
	*config = NULL;
}

struct configured *
config_find(const struct config *config, const char *ascii)
{
	for (size_t i = 0; i < config->partners; i++)
		if (strcmp(config->partner[i].domain.ascii, ascii) == 0)
			return &config->partner[i];
	return NULL;
}

struct configured *
config_add(struct config *config, const struct domain *domain)
{
	struct arena *arena = config->arena;
	struct configured *partner;

	config->partner = arena_grow(
		arena, config->partner, config->partners, sizeof *config->partner);
	partner = &config->partner[config->partners++];
	partner->domain = (struct domain){
		.typed = arena_strdup(arena, domain->typed),
		.ascii = arena_strdup(arena, domain->ascii),
		.unicode = arena_strdup(arena, domain->unicode),
	};
	return partner;
}
