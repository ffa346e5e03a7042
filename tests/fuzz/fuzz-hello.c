/* The answer to a hello of a scan, against any bytes: it never crashes, keeps its limit, and
 * says the same whether the bytes come at once or one by one. */
#include "base/text.h"
#include "net/hello.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static enum hello_state
run(struct arena *arena, const uint8_t *bytes, size_t length, size_t step,
	struct hello_fact *fact)
{
	struct hello *hello = hello_open(arena);
	enum hello_state state = HELLO_MORE;

	for (size_t i = 0; i < length; i += step)
		state = hello_feed(
			hello, bytes + i, length - i < step ? length - i : step);
	hello_choice(hello, fact);
	return state;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_open();
	struct hello_fact whole = { .alert = 0 }, pieces = { .alert = 0 };

	if (length <= HELLO_MAX_BYTES &&
		(run(arena, bytes, length, length + 1, &whole) !=
				run(arena, bytes, length, 1, &pieces) ||
			whole.answered != pieces.answered ||
			whole.alert != pieces.alert ||
			whole.prime_bits != pieces.prime_bits ||
			!text_same(whole.cipher, pieces.cipher) ||
			!text_same(whole.group, pieces.group)))
		abort();
	run(arena, bytes, length, length + 1, &whole);
	arena_close(&arena);
	return 0;
}
