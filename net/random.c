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
