/* How versions and times are said. */
#include "tui/words.h"

#include "base/text.h"
#include "tui/view.h"

#include <string.h>

const char *
words_tls(struct arena *arena, const char *version)
{
	static const char begin[] = "TLSv";

	return text_starts(version, begin)
		       ? arena_printf(arena, "TLS %s", version + strlen(begin))
		       : version;
}

/* Steps of a few milliseconds are where servers differ. */
const char *
words_took(struct arena *arena, int64_t microseconds)
{
	enum { FEW = 10000 };

	if (microseconds < FEW)
		return arena_printf(arena, "%.1f ms", (double)microseconds / 1000);
	return words_span(arena, microseconds);
}
