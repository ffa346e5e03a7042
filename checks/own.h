/* The checks of our own side, as their files share them; the rows are in own.c. */
#pragma once

#include "checks/check.h"

/* What the user says of us, or NULL. */
const struct local *own_local(const struct inquiry *q);

/* Whether the domain is the one of <local>, not a further one: what is the same for all of
 * them is told once. */
bool own_is_first(const struct inquiry *q);

/* own_host.c: this host, its way out, and its way in. */
void own_clock(struct inquiry *q);
void own_egress(struct inquiry *q);
void own_listener_local(struct inquiry *q);
void own_listener_public(struct inquiry *q);

/* own_edge.c: what was set up by hand. */
void own_srv_edge(struct inquiry *q);
void own_srv_priorities(struct inquiry *q);
void own_external_access(struct inquiry *q);

/* own_certificate.c */
void own_certificate_names(struct inquiry *q);
void own_certificate_file(struct inquiry *q);
void own_certificate_usage(struct inquiry *q);

/* own_dialback.c */
void own_dialback_secret(struct inquiry *q);

/* own_signature.c: half of own_tls_common(), which says the rest. */
void own_signatures(struct inquiry *q, const struct partner *own);

/* own_tls.c */
void own_tls_common(struct inquiry *q);

/* To be called when our own domain has been judged: judges anew those of the run that were
 * before it, and whose judgement waits for what was seen there. */
void own_tls_settle(const struct run *run);
