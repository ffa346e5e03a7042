/* A certificate on disk, of which there is no attempt to look at. */
#pragma once

#include "checks/check.h"

/* The file that the inquiry is about; NULL on the wire. Cites it. */
const struct file_fact *cite_file(struct inquiry *q);

/* Whether a server goes by the order of the certificates in it; PKCS#7 and PKCS#12 are
 * sorted when they are imported. */
bool file_is_ordered(const struct file_fact *file);

/* Fills out with what the certificate is worth when our server calls, and in with what it
 * is worth when it is called: METHOD_NONE where it is refused, METHOD_UNKNOWN of a
 * request; a reason beside another method is a reservation. */
void file_headline(struct partner *partner);
