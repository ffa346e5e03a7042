/* SASL EXTERNAL as an initiating server (RFC 6120, 6; XEP-0178, 3): our certificate proves
 * who we are, and the partner says what it thinks of it. Never in clear, where EXTERNAL would
 * have to believe the network (RFC 6120, 6.3.4). */
#include "base/text.h"
#include "probes/reading.h"
#include "probes/session.h"

#include <string.h>

bool
external_is_due(const struct session *s, const struct features_fact *features)
{
	if (s->walk->external == EXTERNAL_NEVER || s->phase != PHASE_TLS ||
		!conn_is_tls(s->conn))
		return false;
	for (size_t i = 0; i < features->mechanisms; i++)
		if (text_same(features->mechanism[i], "EXTERNAL"))
			return true;
	return false;
}

/* RFC 6120, 6.4.2: "=" is an initial response that is there and empty. Without any, Prosody
 * says malformed-request. */
static const char *
response(struct session *s)
{
	const char *authzid = s->sasl.authzid;

	return authzid == NULL
		       ? "="
		       : text_base64(s->arena, (const uint8_t *)authzid, strlen(authzid));
}

/* XEP-0178, 3, step 11 asks for the domain as authorization identity: old servers want
 * it. */
void
external_begin(struct session *s)
{
	s->sasl = (struct sasl_fact){ .phase = s->phase,
		.mechanism = "EXTERNAL",
		.authzid = s->walk->external == EXTERNAL_DOMAIN    ? s->from
			   : s->walk->external == EXTERNAL_FOREIGN ? s->foreign
								   : NULL };
	send_text(s, "auth",
		arena_printf(s->arena,
			"<auth xmlns='" NS_SASL "' mechanism='EXTERNAL'>%s</auth>",
			response(s)));
}

static enum external_end
answer_challenge(struct session *s)
{
	s->sasl.challenges++;
	if (s->sasl.challenges > 1) {
		saw(s, OUTCOME_BAD_PEER, "a second challenge came", FACT_SASL, &s->sasl);
		return EXTERNAL_BROKEN;
	}
	send_text(s, "response",
		arena_printf(s->arena, "<response xmlns='" NS_SASL "'>%s</response>",
			s->sasl.authzid ? response(s) : ""));
	return EXTERNAL_GOES_ON;
}

enum external_end
external_hear(struct session *s, const struct element *element)
{
	read_sasl(s->arena, element, &s->sasl);
	switch (s->sasl.answer) {
	case SASL_SUCCESS:
		saw(s, OUTCOME_OK, NULL, FACT_SASL, &s->sasl);
		return EXTERNAL_ACCEPTED;
	case SASL_FAILURE:
		saw(s, OUTCOME_REFUSED, NULL, FACT_SASL, &s->sasl);
		return EXTERNAL_REFUSED;
	case SASL_CHALLENGE:
		return answer_challenge(s);
	default:
		saw(s, OUTCOME_BAD_PEER,
			arena_printf(s->arena, "%s came in place of the answer",
				s->sasl.element),
			FACT_SASL, &s->sasl);
		return EXTERNAL_BROKEN;
	}
}
