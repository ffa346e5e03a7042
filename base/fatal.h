/* For when we fail ourselves: no memory, a broken invariant. Never for a partner, never
 * for the user. */
#pragma once

/* Prints one line on stderr and ends the program with status 3. */
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));
