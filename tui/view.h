/* What the user looks at: where the cursor is and how the lists are cut. The model knows
 * nothing of it. */
#pragma once

#include "model/run.h"
#include "tui/keys.h"

struct screen;

/* --- what the caller knows of partners that are being probed ---------------------------- */

enum { LIVE_ROUNDS = 32 };

struct live_partner {
	const char
		*doing; /* the state's label: "awaiting features"; NULL: nothing runs */
	/* What is being seen of it now, while the run's is the last judgement; NULL when
	 * nothing is, and in the first round, when it is the run's. */
	const struct partner *growing;
	const struct partner *before; /* the judgement before the run's, or NULL */
	int64_t since;   /* when that state was entered, by the clock of `now` */
	bool waiting;    /* for its turn in this round */
	unsigned rounds; /* that are finished */
	int64_t changed; /* when it became better or worse, in seconds since 1970; or 0 */
	int64_t latency[LIVE_ROUNDS]; /* microseconds of past rounds, the oldest first */
	size_t latencies;
};

/* A wait that is longer is told in multiples of this, so that hardly anything is drawn while
 * nothing happens. */
enum { LIVE_TICK_SECONDS = 10 };

struct live {
	int64_t now;     /* microseconds, loop_now() */
	int64_t clock;   /* seconds since 1970 */
	unsigned round;  /* from 1 */
	size_t finished; /* partners in this round */
	size_t running;
	bool paused;
	int interval; /* seconds between two rounds; 0: only when asked */
	int64_t next; /* when the next round begins, by `now`; 0: never */
	/* Where partners call us; then there are no rounds, and one is "finished" with each
	 * connection that is over. NULL: we probe them. */
	const char *listening;
	unsigned calls;
	struct live_partner *partner; /* no fewer than run->partners, in its order */
};

/* --- the view ----------------------------------------------------------------------------- */

enum sort {
	SORT_TROUBLE,
	SORT_NAME,
	SORT_OUT,
	SORT_IN,
	SORT_EXPIRY,
	SORT_CHANGED,
	SORT_TIME,
	SORTS
};

enum { VIEW_PLACES = 8, VIEW_WORDS = 256, VIEW_ENDPOINT = 384 };
#define NO_PARTNER ((size_t)-1)

/* One screen on the way that "back" goes back. */
struct place {
	const struct screen *screen;
	size_t partner;    /* its index in the run, or NO_PARTNER */
	const char *check; /* the id of the finding or cause looked at, or NULL */
	char endpoint[VIEW_ENDPOINT]; /* of that finding; "" for the whole domain */
	unsigned observation;         /* the number of the one looked at; 0 for none */
	/* What was growing when the place was entered, and is looked at: only compared with
	 * live_partner.growing, because when it is judged it is the run's. Or NULL. */
	const struct partner *growing;
	int cursor;         /* the row chosen; screens without choice leave it */
	int scroll, across; /* rows above, and columns left of what is seen */
	bool all;           /* also what is not wrong */
	unsigned folded;    /* a bit for each section or kind, as the screen says */
	/* As the last drawing had it: rows in all, rows seen, on which row of the canvas
	 * the first of them was, and for how many columns they were made. */
	int rows, seen, top, width;
};

/* A line that is being typed. */
struct prompt {
	enum action action; /* for what; ACTION_NONE: nothing is typed */
	const char *label;
	char words[VIEW_WORDS];
};

struct view {
	struct place place[VIEW_PLACES]; /* the last is the one that is seen */
	size_t places;
	const struct live *live; /* NULL for a saved report */
	/* the overview */
	char filter[VIEW_WORDS];
	bool troubled; /* only those with trouble */
	enum sort sort;
	bool backwards;
	size_t *order; /* the partners as they were drawn; belongs to the view */
	size_t orders;
	/* the others */
	char search[VIEW_WORDS];
	bool plain;               /* for copying */
	char message[VIEW_WORDS]; /* one line for the user, until the next key */
	struct prompt prompt;
};

/* On the first screen; `live` may be NULL. */
struct view *view_open(const struct live *live);
void view_close(struct view **view);

struct place *view_place(struct view *view);

/* A new place on top, about the same partner, finding and observation as the one below;
 * NULL when there are too many. */
struct place *view_enter(struct view *view, const struct screen *screen);

/* False when the first place is reached. */
bool view_leave(struct view *view);

/* The partner that the place is about; NULL for none. */
const struct partner *view_partner(const struct run *run, const struct view *view);
const struct live_partner *view_live(const struct view *view, size_t partner);

/* Whether partners can be probed again. */
bool view_probes(const struct view *view);

/* What is being seen of the place's partner now; NULL when nothing is. */
const struct partner *view_growing(const struct view *view);

void view_say(struct view *view, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* For drawing: a screen has so many rows of which `seen` fit below row `top` of the
 * canvas. Brings cursor and scroll to where there is something. Call it before drawing
 * from place->scroll on. */
void view_fit(struct place *place, int rows, int seen, int top);

/* For acting: moves the cursor, or the text on a screen without cursor. False when the
 * action is no movement. */
bool view_move(struct place *place, enum action action);

/* --- words that several screens use -------------------------------------------------------- */

/* "2 ms", "1.3 s", "4 min", "5 h", "12 d"; never over seven columns. */
const char *words_span(struct arena *arena, int64_t microseconds);
