/* The escapes in the strings of CliXML. */
#pragma once

#include "base/arena.h"

/* Control characters, surrogates and the '_' before an 'x' are written as "_xHHHH_", a code
 * unit of UTF-16. The characters come out clean; tabulators and the ends of lines as spaces,
 * since whatever shows the text has one line for it. */
const char *escape_decode(struct arena *arena, const char *text);
