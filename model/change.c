/* Two lists of findings side by side. A check asks once about each subject, so the check and
 * the endpoint name a finding. */
#include "model/change.h"

#include "base/text.h"

#include <string.h>

/* Both lists come from the same catalogue: what is looked for is mostly right behind what
 * was found last, so the search goes on from there, all around. */
static const struct finding *
find_same(const struct finding *list, size_t count, const struct finding *f, size_t *from)
{
	for (size_t n = 0; n < count; n++) {
		const struct finding *other = &list[(*from + n) % count];

		if (strcmp(other->check, f->check) == 0 &&
			text_same(other->endpoint, f->endpoint)) {
			*from = (*from + n + 1) % count;
			return other;
		}
	}
	return NULL;
}

static bool
says_same(const struct finding *a, const struct finding *b)
{
	return a->status == b->status && text_same(a->text, b->text);
}

static struct change *
add(struct arena *arena, struct change *list, size_t *count, struct change change)
{
	list = arena_grow(arena, list, *count, sizeof *list);
	list[(*count)++] = change;
	return list;
}

struct change *
changes(struct arena *arena, const struct finding *was, size_t wases,
	const struct finding *is, size_t ises, size_t *count)
{
	struct change *list = NULL;
	size_t from = 0;

	*count = 0;
	for (size_t i = 0; i < wases; i++) {
		const struct finding *now = find_same(is, ises, &was[i], &from);

		if (now == NULL || !says_same(now, &was[i]))
			list = add(arena, list, count, (struct change){ &was[i], now });
	}
	from = 0;
	for (size_t i = 0; i < ises; i++)
		if (find_same(was, wases, &is[i], &from) == NULL)
			list = add(arena, list, count, (struct change){ NULL, &is[i] });
	return list;
}
