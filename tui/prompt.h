/* One line that is typed at the bottom: a filter, what to search for, where to save. */
#pragma once

#include "tui/term.h"
#include "tui/view.h"

enum typed { TYPED_MORE, TYPED_DONE, TYPED_NOTHING };

/* Begins a prompt for an action that wants words; false when it wants none. */
bool prompt_begin(struct view *view, enum action action);

/* One key: DONE with Enter, NOTHING when it was given up. The prompt stays as it is, for
 * the words; prompt_end() empties it. */
enum typed prompt_press(struct view *view, const struct press_event *event);
void prompt_end(struct view *view);
