/* The checklist before go-live, in the order of the gateway's manual: access policies, the
 * certificate, the gateway, its partners, DNS, and what the older gateway's manual says to
 * look at when dialback fails. A pure function of the findings and of what was asked. */
#pragma once

#include "model/run.h"
#include "report/page.h"

enum step_state { STEP_DONE, STEP_NOT_DONE, STEP_UNSEEN };

/* One line of it. */
struct checklist_step {
	const char *chapter, *title;
	enum step_state state;
	const char
		*words; /* what is wrong, or why it cannot be seen from here; or NULL */
};

/* For our own domain `own` of the run. What is the same for all own domains stands only
 * with the first of them. */
const struct checklist_step *checklist(struct arena *arena, const struct run *run,
	const struct partner *own, size_t *steps);

/* All lines, below those of the partner. */
void checklist_print(struct page *page, const struct run *run, const struct partner *own);
