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
	journal->observation = arena_grow(arena, journal->observation,
		journal->observations, sizeof *journal->observation);
	journal->observation[journal->observations++] = o;
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

void
journal_listen(struct journal *journal, void (*heard)(void *, const struct observation *),
	void *self)
{
	journal->heard = heard;
	journal->self = self;
}
