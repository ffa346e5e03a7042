/* What the screen of a partner consists of: a file for each section. They write what the
 * model says onto a sheet; none keeps anything, and none judges. */
#pragma once

#include "tui/sheet.h"

struct shown {
	const struct partner *partner;
	const struct live_partner *live; /* NULL in a saved report */
	bool growing;                    /* it is being seen now, and not judged yet */
	bool all;                        /* every finding, not only what is wrong */
};

void section_trouble(struct sheet *sheet, const struct shown *shown);
void section_changes(struct sheet *sheet, const struct shown *shown);
void section_calls(struct sheet *sheet, const struct shown *shown);
void section_path(struct sheet *sheet, const struct shown *shown);
void section_matrix(struct sheet *sheet, const struct shown *shown);
void section_chain(struct sheet *sheet, const struct shown *shown);
void section_agreed(struct sheet *sheet, const struct shown *shown);

/* The gravest finding at the endpoint (NULL: at any, or none) of the checks whose ids
 * begin with one of the words (NULL behind the last); NULL when no such check was asked. */
const struct finding *worst_finding(const struct partner *partner, const char *endpoint,
	const char *const *beginning);
