/* The table of keys: what is pressed, what it does, and what the help says of it. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum action {
	ACTION_NONE,
	/* moving */
	ACTION_UP,
	ACTION_DOWN,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_POINT, /* the mouse has moved the cursor; no key */
	ACTION_OPEN,
	ACTION_BACK,
	ACTION_NEXT,     /* partner */
	ACTION_PREVIOUS, /* partner */
	/* looking */
	ACTION_FILTER,
	ACTION_TROUBLED,
	ACTION_SORT,
	ACTION_TURN, /* the other way round */
	ACTION_SEARCH,
	ACTION_FOUND_NEXT,
	ACTION_FOUND_BEFORE,
	ACTION_EVIDENCE,
	ACTION_TRANSCRIPT,
	ACTION_ALL,     /* every finding, not only what is wrong */
	ACTION_SECTION, /* the next one */
	ACTION_SECTION_BEFORE,
	ACTION_FOLD, /* hide or show what is below a heading */
	ACTION_HELP,
	ACTION_PLAIN, /* for copying: no frames and no mouse */
	ACTION_REFRESH,
	/* acting: the caller of the dashboard does it */
	ACTION_PROBE,
	ACTION_PROBE_ALL,
	ACTION_PROBE_FAILING,
	ACTION_PAUSE,
	ACTION_DEPTH,
	ACTION_INTERVAL,
	ACTION_COMPARE,
	ACTION_SAVE,
	ACTION_QUIT,
};

/* The screens that a key belongs to. */
enum {
	ON_PARTNERS = 1,
	ON_PARTNER = 2,
	ON_EVIDENCE = 4,
	ON_TRANSCRIPT = 8,
	ON_HELP = 16,
	ON_CHANGES = 32,
	ON_INNER = ON_PARTNER | ON_EVIDENCE | ON_TRANSCRIPT | ON_HELP | ON_CHANGES,
	ON_ALL = ON_PARTNERS | ON_INNER
};

enum { KEY_PRESSES = 4 };

struct key {
	int press[KEY_PRESSES]; /* enum press or a character; 0 behind the last */
	enum action action;
	unsigned on;
	bool probes;      /* only where partners can be probed */
	const char *hint; /* a word for the bottom line; NULL: not there */
	const char *help; /* what it does */
};

/* A row without an action is the last. */
extern const struct key keys[];

/* The action of what was pressed on a screen; ACTION_NONE when it has none. */
enum action key_action(int press, unsigned on, bool probes);

/* "Enter", "PgUp", "^L", "j". */
const char *press_name(struct arena *arena, int press);
