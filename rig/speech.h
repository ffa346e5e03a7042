/* What a peer or a caller sends: texts with variables, composed from words and quoted strings. */
#pragma once

#include "rig/line.h"

/* Reads the terms from word `at` to the end of the line, with '+' between them, into one
 * text; false after a complaint. The XML is that of RFC 6120 and XEP-0220. */
bool speech_read(struct line *line, size_t at, struct bytes *text);

/* What $external stands for to a client with a certificate: the offer of EXTERNAL. */
extern const char speech_external[];

/* The stream header of a good server, with variables; $newid is the attribute with an id
 * that only a receiving server gives (RFC 6120, 4.7.3). */
extern const char speech_header[];
