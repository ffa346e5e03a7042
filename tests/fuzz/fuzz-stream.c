/* The stream parser against any bytes: it never crashes, keeps its limits, and gives the
 * same events whether the bytes come at once or one by one. */
#include "base/text.h"
#include "net/stream.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Everything that can be told of an element, in one number. */
static uint64_t
mix(uint64_t hash, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return hash * 31 + (text != NULL);
}

static uint64_t
digest(const struct element *e, uint64_t hash, int depth)
{
	if (depth > STREAM_MAX_DEPTH || e->attributes > STREAM_MAX_ATTRIBUTES)
		abort();
	hash = mix(mix(mix(hash, e->name), e->name_space), e->text);
	for (size_t i = 0; i < e->attributes; i++)
		hash = mix(mix(hash, e->attribute[i].name), e->attribute[i].value);
	for (size_t i = 0; i < e->children; i++)
		hash = digest(e->child[i], hash, depth + 1);
	return hash;
}

static uint64_t
drain(struct stream *stream, uint64_t hash)
{
	const struct element *e;
	enum stream_event event;

	while ((event = stream_next(stream, &e)) == STREAM_HEADER ||
		event == STREAM_ELEMENT)
		hash = digest(e, hash * 31 + event, 1);
	return hash;
}

static uint64_t
run(const uint8_t *bytes, size_t length, size_t step)
{
	struct arena *arena = arena_open();
	struct stream *stream = stream_open(arena, PHASE_PLAIN);
	const struct element *e;
	struct xml_fact fact;
	uint64_t hash = 1;

	for (size_t i = 0; i < length; i += step) {
		stream_feed(stream, bytes + i, length - i < step ? length - i : step);
		hash = drain(stream, hash);
	}
	hash = hash * 31 + stream_next(stream, &e);
	stream_breach(stream, arena, &fact);
	if (!text_is_clean(fact.excerpt))
		abort();
	hash = hash * 31 + fact.breach;
	stream_close(&stream);
	arena_close(&arena);
	return hash;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (run(bytes, length, length + 1) != run(bytes, length, 1))
		abort();
	stream_foreign(bytes, length);
	return 0;
}
