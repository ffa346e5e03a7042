/* The connections that the partner made to us, each in a few words. */
#include "model/inbound.h"

#include "base/text.h"
#include "tui/sections.h"
#include "tui/words.h"

#include <string.h>

/* It says what became of one connection, as the words beside it do; what that means is for
 * the checks. */
static struct sign
call_sign(const struct inbound_fact *f)
{
	if (inbound_authenticated(f) || text_same(f->verify, "valid"))
		return sign_of(STATUS_PASS);
	if (inbound_refused_certificate(f) || f->result_came || f->error != NULL ||
		(inbound_began_tls(f) && !f->tls))
		return sign_of(STATUS_FAIL);
	return sign_of(STATUS_INFO);
}

/* "04:05:06", of UTC */
static const char *
clock_words(struct arena *arena, int64_t seconds)
{
	return arena_printf(
		arena, "%.8s", text_time(arena, seconds) + strlen("2026-11-21T"));
}

static void
write_call(struct sheet *sheet, const struct observation *o, int64_t started)
{
	const struct inbound_fact *f = o->fact;
	struct arena *arena = sheet_arena(sheet);
	struct sign sign = call_sign(f);
	int column;

	sheet_about(sheet, (struct subject){ .observation = o->number });
	sheet_row(sheet);
	column = 1 + sheet_glyph(sheet, 2, sign.style, sign.glyph);
	column = 1 + sheet_text(sheet, column, STYLE_QUIET,
			     clock_words(arena, started + (o->at - o->took) / 1000000));
	sheet_wrap(sheet, column, 4, STYLE_PLAIN,
		arena_printf(arena, "from %s, %s: %s", f->address ? f->address : "",
			words_took(arena, o->took), inbound_say(arena, f)));
}

void
section_calls(struct sheet *sheet, const struct shown *shown)
{
	const struct journal *journal = shown->partner->journal;
	size_t count;
	const struct observation *const *calls =
		journal_kind(journal, FACT_INBOUND, &count);

	for (size_t i = 0; i < count; i++)
		write_call(sheet, calls[i], journal_started(journal));
	if (count == 0) {
		sheet_row(sheet);
		sheet_text(sheet, 2, STYLE_QUIET, "None is over yet.");
	}
}
