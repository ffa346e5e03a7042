/* partners.xml for a command: only here the file meets the catalogue of checks. */
#include "commands/partners.h"

#include "base/text.h"
#include "checks/check.h"
#include "commands/options.h"

#include <string.h>

/* No id of a check is longer. */
enum { MAX_ID = 63, NEAREST = 3 };

struct search {
	const char *id;
	const char *near[NEAREST]; /* the nearest first */
	size_t distance[NEAREST];
};

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters must be put in, taken out or changed (Levenshtein). */
static size_t
distance(const char *a, const char *b)
{
	size_t row[MAX_ID + 1], length = strnlen(b, MAX_ID);

	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 0; i < MAX_ID && a[i] != '\0'; i++) {
		size_t corner = row[0]++;

		for (size_t k = 0; k < length; k++) {
			size_t above = row[k + 1];

			row[k + 1] =
				least(above + 1, row[k] + 1, corner + (a[i] != b[k]));
			corner = above;
		}
	}
	return row[length];
}

static void
compare(void *self, const struct check *check)
{
	struct search *search = self;
	size_t far = distance(search->id, check->id), place = NEAREST;

	/* The theme is what people remember best. */
	if (strncmp(search->id, check->id, strcspn(check->id, ".") + 1) != 0)
		far += MAX_ID;
	while (place > 0 &&
		(search->near[place - 1] == NULL || search->distance[place - 1] > far))
		place--;
	if (place == NEAREST)
		return;
	memmove(&search->near[place + 1], &search->near[place],
		(NEAREST - 1 - place) * sizeof search->near[0]);
	memmove(&search->distance[place + 1], &search->distance[place],
		(NEAREST - 1 - place) * sizeof search->distance[0]);
	search->near[place] = check->id;
	search->distance[place] = far;
}

static const char *
nearest_checks(struct arena *arena, const char *id)
{
	struct search search = { .id = id };

	if (check_find(id) != NULL)
		return NULL;
	check_each(compare, &search);
	return arena_printf(arena, "%s, %s, %s ...; fedprobe checks lists them",
		search.near[0], search.near[1], search.near[2]);
}

struct config *
partners_read(const char *path)
{
	struct arena *arena = arena_open();
	const char *trouble;
	struct config *config = config_read(path, nearest_checks, arena, &trouble);

	if (config == NULL)
		complain("%s", trouble);
	arena_close(&arena);
	return config;
}
