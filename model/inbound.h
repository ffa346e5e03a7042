/* What a connection that a partner made to us shows, in words and in short. */
#pragma once

#include "base/arena.h"
#include "model/fact.h"

#include <stdbool.h>

/* What became of it, in parts with commas between: "refused our certificate (unknown_ca);
 * the TLS handshake failed". */
const char *inbound_say(struct arena *arena, const struct inbound_fact *fact);

/* It wanted TLS, by <starttls/> or from the first byte. */
bool inbound_began_tls(const struct inbound_fact *fact);

/* It proved its name to us, by SASL EXTERNAL or by dialback. */
bool inbound_authenticated(const struct inbound_fact *fact);

/* It broke off TLS with an alert that is about certificates: ours. Or it ended the stream
 * inside TLS before it had said anything, as Prosody does in that case. */
bool inbound_refused_certificate(const struct inbound_fact *fact);

/* Its word for that: "unknown_ca", "not-authorized". */
const char *inbound_refusal(struct arena *arena, const struct inbound_fact *fact);
