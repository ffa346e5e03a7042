/* Whatever ends the program while it has the terminal (but SIGKILL), the terminal is as it
 * was before. And what is written to standard error meanwhile is kept, and comes when the
 * terminal is itself again. */
#pragma once

#include <stdbool.h>

/* Remembers the terminal's modes and what signals do; before any library touches them.
 * False when standard input has no modes. */
bool rescue_remember(void);

/* Adds to what must be sent to the terminal at the end: a capability of terminfo. */
void rescue_ending(const char *capability);

/* From now on the terminal is ours. */
void rescue_begin(void);

/* It is lent back for a while: the program is being stopped. */
void rescue_pause(void);
void rescue_resume(void);

/* It is given back, and the signals do what they did. */
void rescue_end(void);
