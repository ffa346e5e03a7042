/* Memory given back all at once. Whatever is remembered of one partner lives in one
 * arena; nobody frees a single string. */
#pragma once

#include <stddef.h>

struct arena;

/* Never NULL: no memory ends the program. */
struct arena *arena_open(void);

/* Gives everything back and clears the pointer; NULL inside is fine. */
void arena_close(struct arena **arena);

/* Zeroed and aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of size bytes. */
void *arena_copy(struct arena *arena, const void *bytes, size_t size);

/* A copy of length bytes with a NUL behind them. */
char *arena_text(struct arena *arena, const char *bytes, size_t length);

/* A copy of a string; NULL stays NULL. */
char *arena_strdup(struct arena *arena, const char *string);

char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3), nonnull));

/* An array that grows: returns it with room for at least one element more than `count`,
 * zeroed behind `count`. Start with NULL and 0; the capacity is kept implicitly. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

/* Bytes taken from the system so far. */
size_t arena_size(const struct arena *arena);
