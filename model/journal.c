/* An array that only grows, in the arena of its partner. */
#include "model/journal.h"

#include "base/fatal.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const char *const outcome_names[] = { "ok", "refused", "unreachable", "timed-out",
	"closed", "bad-peer", "not-tried", NULL };

struct journal {
	struct arena *arena;
	int64_t started;
	const struct observation **observation;
	size_t observations;
	/* By kind: a talkative partner must not make the few answers of DNS hard to find. */
	const struct observation **kind[FACT_KINDS];
	size_t kinds[FACT_KINDS];
	void (*heard)(void *self, const struct observation *observation);
	void *self;
};

struct journal *
journal_open(int64_t started)
{
	struct journal *journal = calloc(1, sizeof *journal);

	if (journal == NULL)
		fatal("out of memory");
	journal->arena = arena_open();
	journal->started = started;
	return journal;
}

void
journal_close(struct journal **journal)
{
	if (*journal == NULL)
		return;
	arena_close(&(*journal)->arena);
	free(*journal);
	*journal = NULL;
}

int64_t
journal_started(const struct journal *journal)
{
	return journal->started;
}

struct arena *
journal_arena(struct journal *journal)
{
	return journal->arena;
}

static const char *
clean(struct arena *arena, const char *text)
{
	return text ? text_clean(arena, text, strlen(text)) : NULL;
}

static void
add(struct arena *arena, const struct observation ***list, size_t *count,
	const struct observation *o)
{
	*list = arena_grow(arena, *list, *count, sizeof **list);
	(*list)[(*count)++] = o;
}

const struct observation *
journal_add(struct journal *journal, const struct observation *given)
{
	struct arena *arena = journal->arena;
	struct observation *o = arena_copy(arena, given, sizeof *given);

	o->number = (unsigned)journal->observations + 1;
	o->probe = clean(arena, given->probe);
	o->endpoint = clean(arena, given->endpoint);
	o->detail = clean(arena, given->detail);
	o->fact = record_copy(arena, fact_record(given->kind), given->fact);
	add(arena, &journal->observation, &journal->observations, o);
	add(arena, &journal->kind[o->kind], &journal->kinds[o->kind], o);
	if (journal->heard != NULL)
		journal->heard(journal->self, o);
	return o;
}

size_t
journal_size(const struct journal *journal)
{
	return journal->observations;
}

const struct observation *
journal_at(const struct journal *journal, unsigned number)
{
	return journal->observation[number - 1];
}

const struct observation *const *
journal_kind(const struct journal *journal, enum fact_kind kind, size_t *count)
{
	*count = journal->kinds[kind];
	return journal->kind[kind];
}

void
journal_listen(struct journal *journal, void (*heard)(void *, const struct observation *),
	void *self)
{
	journal->heard = heard;
	journal->self = self;
}
