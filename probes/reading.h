/* Elements of a stream as facts. Pure: an element in, a fact out. */
#pragma once

#include "net/stream.h"

/* The partner's stream header (RFC 6120, 4.7 and 4.8). */
void read_header(const struct element *root, struct header_fact *fact);

/* <stream:features/> (RFC 6120, 4.3.2, and the XEPs of the features it knows). */
void read_features(
	struct arena *arena, const struct element *features, struct features_fact *fact);

/* <stream:error/> (RFC 6120, 4.9). */
void read_error(
	struct arena *arena, const struct element *error, struct error_fact *fact);

/* An answer to <starttls/> (RFC 6120, 5.4.2). */
void read_starttls(
	struct arena *arena, const struct element *answer, struct starttls_fact *fact);

/* An answer to <auth/> or <response/> (RFC 6120, 6.4 and 6.5). */
void read_sasl(struct arena *arena, const struct element *answer, struct sasl_fact *fact);

/* <db:verify type=''/> or <db:result type=''/> (XEP-0220, 2). */
void read_dialback(const struct element *answer, struct dialback_fact *fact);

/* A stanza that answers one of ours (RFC 6120, 8.2.3 and 8.3; RFC 6121, 4.7.2). */
void read_stanza(
	struct arena *arena, const struct element *answer, struct stanza_fact *fact);

/* What a result says of its server (XEP-0030, XEP-0157; XEP-0092); of long lists the
 * beginning. */
void read_disco(
	struct arena *arena, const struct element *answer, struct disco_fact *fact);
void read_version(const struct element *answer, struct disco_fact *fact);
