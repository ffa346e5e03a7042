/* The kernel's random numbers. */
#include "net/random.h"

#include "base/fatal.h"
#include "base/text.h"

#include <sys/random.h>

char *
random_hex(struct arena *arena, size_t bytes)
{
	uint8_t *random = arena_alloc(arena, bytes);

	if (getrandom(random, bytes, 0) != (ssize_t)bytes)
		fatal("no random numbers");
	return text_hex(arena, random, bytes);
}

/* That small numbers come a little more often does no harm to what this is for. */
uint32_t
random_below(uint32_t limit)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
		fatal("no random numbers");
	return limit > 0 ? random % limit : 0;
}
