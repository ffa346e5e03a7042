/* A screen draws from the model onto a canvas and keeps nothing but what is in the view.
 * One file per screen, with its row at the end. */
#pragma once

#include "model/run.h"
#include "tui/canvas.h"
#include "tui/term.h"
#include "tui/view.h"

struct screen {
	const char *name;  /* of its pictures in tests/screens: "partners" */
	const char *title; /* for the bar at the top */
	unsigned on;       /* its bit among the keys: ON_PARTNERS */
	bool chooses;      /* rows can be chosen; else the text is scrolled */
	/* Draws all of the canvas's window (bars are not its business). In the view it
	 * changes nothing but what view_fit() does. */
	void (*draw)(const struct run *run, struct view *view, struct canvas *canvas);
	/* False when the action is not its own; then it is done as everywhere: movements,
	 * back, help, prompts. NULL: it has none of its own. */
	bool (*act)(const struct run *run, struct view *view, enum action action);
};

extern const struct screen partners_screen, partner_screen, evidence_screen,
	transcript_screen, changes_screen, help_screen;

/* Every screen; NULL is the last. The first is the overview. */
extern const struct screen *const screens[];

/* The screen with its bars: the whole canvas. */
void screen_draw(const struct run *run, struct view *view, struct canvas *canvas);

/* Does what can be done without the caller. False when the caller must do it. */
bool screen_act(const struct run *run, struct view *view, enum action action);

/* One key for the prompt. True when it is complete and for the caller: who takes the words
 * and ends it. */
bool screen_type(
	const struct run *run, struct view *view, const struct press_event *event);

/* A click on a row of the canvas: chooses what is there, and opens what is chosen. */
void screen_click(const struct run *run, struct view *view, int row);
