/* The kernel's random numbers. */
#include "net/random.h"

#include "base/fatal.h"
#include "base/text.h"

#include <sys/random.h>

char *
random_hex(struct arena *arena, size_t bytes)
{
	uint8_t *random = arena_alloc(arena, bytes);

	random_fill(random, bytes);
	return text_hex(arena, random, bytes);
}

void
random_fill(void *bytes, size_t count)
{
	if (getrandom(bytes, count, 0) != (ssize_t)count)
		fatal("no random numbers");
}

/* That small numbers come a little more often does no harm to what this is for. */
uint32_t
random_below(uint32_t limit)
{
	uint32_t random = 0;

	random_fill(&random, sizeof random);
	return limit > 0 ? random % limit : 0;
}
