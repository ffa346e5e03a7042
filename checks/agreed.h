/* What is tried only at our own domain, and at a partner that agreed to it, since it looks
 * like an attack: what a server hears before it may. */
#pragma once

#include "checks/check.h"

/* RFC 6120, 4.9.3.12: a stanza before authentication. The row is in stream.c. */
void stanza_unauthenticated(struct inquiry *q);

/* XEP-0178, 3; RFC 6120, 6.4.6: whether our certificate opens a name that it does not hold.
 * Half of the check sasl.external.authzid; no word when it was not tried. */
void foreign_identity(struct inquiry *q);

/* RFC 6120, 5.4.3.3: what we send in clear together with <starttls/>. Half of the check
 * starttls.injection. */
void injection_heard(struct inquiry *q);
