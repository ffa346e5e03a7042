/* One table: reading keys, the bottom line and the help all come from it. Where a key
 * means two things, the screens differ. */
#include "tui/keys.h"

#include "tui/term.h"

#include <string.h>

const struct key keys[] = {
	{ { PRESS_UP, 'k' }, ACTION_UP, ON_ALL, false, NULL, "one row up" },
	{ { PRESS_DOWN, 'j' }, ACTION_DOWN, ON_ALL, false, NULL, "one row down" },
	{ { PRESS_LEFT, 'h' }, ACTION_LEFT, ON_INNER, false, NULL, "to the left" },
	{ { PRESS_RIGHT, 'l' }, ACTION_RIGHT, ON_INNER, false, NULL, "to the right" },
	{ { PRESS_PAGE_UP, CONTROL('B') }, ACTION_PAGE_UP, ON_ALL, false, NULL,
		"one page up" },
	{ { PRESS_PAGE_DOWN, CONTROL('F') }, ACTION_PAGE_DOWN, ON_ALL, false, NULL,
		"one page down" },
	{ { PRESS_HOME, 'g' }, ACTION_FIRST, ON_ALL, false, NULL, "to the first row" },
	{ { PRESS_END, 'G' }, ACTION_LAST, ON_ALL, false, NULL, "to the last row" },
	{ { PRESS_ENTER }, ACTION_OPEN, ON_ALL & ~ON_HELP, false, "open",
		"look into what is chosen" },
	{ { PRESS_ESCAPE, 'q', PRESS_BACKSPACE }, ACTION_BACK, ON_INNER, false, "back",
		"back to where you came from" },
	{ { 'J' }, ACTION_NEXT, ON_PARTNER | ON_TRANSCRIPT, false, NULL,
		"the next partner" },
	{ { 'K' }, ACTION_PREVIOUS, ON_PARTNER | ON_TRANSCRIPT, false, NULL,
		"the partner before" },

	{ { '/' }, ACTION_FILTER, ON_PARTNERS, false, "filter",
		"only partners with these words in name, state or trouble" },
	{ { 't' }, ACTION_TROUBLED, ON_PARTNERS, false, "troubled",
		"only partners with trouble, or all" },
	{ { 'o' }, ACTION_SORT, ON_PARTNERS, false, "order",
		"in the order of another column" },
	{ { 'O' }, ACTION_TURN, ON_PARTNERS, false, NULL, "the order backwards" },
	{ { '/' }, ACTION_SEARCH, ON_INNER & ~ON_HELP, false, "search",
		"search for words" },
	{ { 'n' }, ACTION_FOUND_NEXT, ON_INNER & ~ON_HELP, false, NULL,
		"the next place found" },
	{ { 'N' }, ACTION_FOUND_BEFORE, ON_INNER & ~ON_HELP, false, NULL,
		"the one before" },
	{ { PRESS_TAB }, ACTION_SECTION, ON_INNER & ~ON_HELP, false, NULL,
		"to the next section" },
	{ { PRESS_BACK_TAB }, ACTION_SECTION_BEFORE, ON_INNER & ~ON_HELP, false, NULL,
		"to the section before" },
	{ { ' ' }, ACTION_FOLD, ON_INNER & ~ON_HELP, false, NULL,
		"hide the section, or show it" },
	{ { 'a' }, ACTION_ALL, ON_PARTNER | ON_CHANGES, false, "all",
		"every finding, or only what is wrong" },
	{ { 'e' }, ACTION_EVIDENCE, ON_PARTNER | ON_TRANSCRIPT, false, "evidence",
		"the observations behind it" },
	{ { 'x' }, ACTION_TRANSCRIPT, ON_PARTNERS | ON_PARTNER | ON_EVIDENCE | ON_CHANGES,
		false, "transcript", "what went over the wire" },

	{ { 'r' }, ACTION_PROBE, ON_ALL & ~ON_HELP & ~ON_CHANGES, true, "again",
		"probe this partner again, now" },
	{ { 'R' }, ACTION_PROBE_ALL, ON_PARTNERS, true, NULL, "probe all again, now" },
	{ { 'f' }, ACTION_PROBE_FAILING, ON_PARTNERS, true, NULL,
		"probe those with trouble again, now" },
	{ { 'p' }, ACTION_PAUSE, ON_ALL & ~ON_HELP, true, "pause",
		"begin no further round, or go on" },
	{ { 'd' }, ACTION_DEPTH, ON_ALL & ~ON_HELP, true, NULL,
		"how deep the next round looks" },
	{ { 'i' }, ACTION_INTERVAL, ON_ALL & ~ON_HELP, true, NULL,
		"the seconds between two rounds" },
	{ { 'c' }, ACTION_COMPARE, ON_PARTNERS, true, "changes",
		"what has changed since the round before" },
	{ { 's' }, ACTION_SAVE, ON_ALL & ~ON_HELP, false, "save",
		"save a report in any format" },

	{ { 'y' }, ACTION_PLAIN, ON_ALL, false, NULL,
		"plain, for copying: no bars, and the mouse is the terminal's" },
	{ { CONTROL('L') }, ACTION_REFRESH, ON_ALL, false, NULL, "draw the screen anew" },
	{ { '?' }, ACTION_HELP, ON_ALL & ~ON_HELP, false, "help", "these keys" },
	{ { 'q' }, ACTION_QUIT, ON_PARTNERS, false, "quit", "leave the dashboard" },
	{ { 'Q' }, ACTION_QUIT, ON_ALL, false, NULL, "leave, from every screen" },
	{ .action = ACTION_NONE },
};

static bool
is_pressed(const struct key *key, int press)
{
	for (size_t i = 0; i < KEY_PRESSES && key->press[i] != 0; i++)
		if (key->press[i] == press)
			return true;
	return false;
}

enum action
key_action(int press, unsigned on, bool probes)
{
	for (const struct key *key = keys; key->action != ACTION_NONE; key++)
		if ((key->on & on) && (probes || !key->probes) && is_pressed(key, press))
			return key->action;
	return ACTION_NONE;
}

const char *
press_name(struct arena *arena, int press)
{
	static const struct {
		int press;
		const char *name;
	} names[] = { { PRESS_TAB, "Tab" }, { PRESS_ENTER, "Enter" },
		{ PRESS_ESCAPE, "Esc" }, { ' ', "Space" }, { PRESS_UP, "Up" },
		{ PRESS_DOWN, "Down" }, { PRESS_LEFT, "Left" }, { PRESS_RIGHT, "Right" },
		{ PRESS_HOME, "Home" }, { PRESS_END, "End" }, { PRESS_PAGE_UP, "PgUp" },
		{ PRESS_PAGE_DOWN, "PgDn" }, { PRESS_BACKSPACE, "Backspace" },
		{ PRESS_BACK_TAB, "Shift-Tab" } };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].press == press)
			return names[i].name;
	if (press < ' ')
		return arena_printf(arena, "Ctrl-%c", press + '@');
	return arena_printf(arena, "%c", press);
}
