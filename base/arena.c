/* A list of blocks, each cut from the front. Large wishes get a block of their own. The
 * idea is that of unbound's regions: what belongs to one query dies with the query. */
#include "base/arena.h"

#include "base/fatal.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16384, ALIGN = _Alignof(max_align_t) };

struct block {
	struct block *next;
	size_t size, used;
	max_align_t bytes[];
};

struct arena {
	struct block *first;
	size_t size;
};

struct arena *
arena_open(void)
{
	struct arena *arena = calloc(1, sizeof *arena);

	if (arena == NULL)
		fatal("out of memory");
	return arena;
}

void
arena_close(struct arena **arena)
{
	if (*arena == NULL)
		return;
	for (struct block *b = (*arena)->first, *next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(*arena);
	*arena = NULL;
}

static struct block *
add_block(struct arena *arena, size_t size)
{
	struct block *b = calloc(1, sizeof *b + size);

	if (b == NULL)
		fatal("out of memory");
	b->size = size;
	b->next = arena->first;
	arena->first = b;
	arena->size += sizeof *b + size;
	return b;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct block *b = arena->first;
	void *p;

	if (size > SIZE_MAX / 2)
		fatal("out of memory");
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (b == NULL || b->size - b->used < size)
		b = add_block(arena, size > BLOCK ? size : BLOCK);
	p = (char *)b->bytes + b->used;
	b->used += size;
	return p;
}

void *
arena_copy(struct arena *arena, const void *bytes, size_t size)
{
	void *p = arena_alloc(arena, size);

	return size ? memcpy(p, bytes, size) : p;
}

char *
arena_text(struct arena *arena, const char *bytes, size_t length)
{
	char *p = arena_alloc(arena, length + 1);

	if (length)
		memcpy(p, bytes, length);
	return p;
}

char *
arena_strdup(struct arena *arena, const char *string)
{
	return string ? arena_text(arena, string, strlen(string)) : NULL;
}

/* Most texts fit into what is left of the block: they are formatted once. What did not fit
 * leaves its beginning there, but nobody is given that room: the block is not the first any
 * more. */
char *
arena_printf(struct arena *arena, const char *format, ...)
{
	struct block *b = arena->first;
	size_t left = b != NULL ? b->size - b->used : 0;
	va_list ap;
	char *p;
	int n;

	va_start(ap, format);
	n = vsnprintf(left ? (char *)b->bytes + b->used : NULL, left, format, ap);
	va_end(ap);
	if (n < 0)
		fatal("vsnprintf failed on \"%s\"", format);
	p = arena_alloc(arena, (size_t)n + 1);
	if (left > (size_t)n)
		return p;
	va_start(ap, format);
	vsnprintf(p, (size_t)n + 1, format, ap);
	va_end(ap);
	return p;
}

void *
arena_grow(struct arena *arena, void *array, size_t count, size_t size)
{
	void *p;

	/* Room is made at 0, 4, 8, 16, ...: nothing has to be remembered. */
	if (count != 0 && (count < 4 || (count & (count - 1)) != 0))
		return array;
	p = arena_alloc(arena, (count ? 2 * count : 4) * size);
	if (count)
		memcpy(p, array, count * size);
	return p;
}

size_t
arena_size(const struct arena *arena)
{
	return arena->size;
}
