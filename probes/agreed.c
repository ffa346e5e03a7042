/* The connections that look like an attack, or that a server may resent: they are made only
 * to our own domain and to a partner that agreed. What they find out, nothing else does:
 * whether what proves a name is really looked at. */
#include "base/text.h"
#include "probes/walk.h"

#define FOREIGN_EXTERNAL "foreign-external"

static bool
is_allowed(const struct partner *partner)
{
	return partner->asked->depth == DEPTH_DEEP && partner_agrees(partner);
}

/* --- what is heard too early -------------------------------------------------------- */

static bool
is_encrypted_answer(const struct observation *o)
{
	const struct dialback_fact *f = o->fact;

	return o->kind == FACT_DIALBACK && f->asked_from != NULL && f->answered &&
	       f->phase == PHASE_TLS;
}

/* What comes back shows something only where the same question is answered inside TLS. */
static bool
may_inject(const struct partner *partner, const struct endpoint *e)
{
	return e->mode == MODE_STARTTLS &&
	       walk_find(partner, "session", e, is_encrypted_answer) != NULL;
}

static void
wants_injection(const struct partner *partner, struct plan *plan)
{
	if (is_allowed(partner))
		walk_wish(may_inject, &injection_probe, partner, plan);
}

static void
wants_stanza(const struct partner *partner, struct plan *plan)
{
	if (is_allowed(partner))
		walk_wish(walk_may_ask, &stanza_probe, partner, plan);
}

/* --- dialback ----------------------------------------------------------------------- */

/* Only where we listen it is known what our server said of the key. */
static void
wants_bogus_key(const struct partner *partner, struct plan *plan)
{
	if (is_allowed(partner) && run_listens(partner->asked) &&
		walk_may_be_ourselves(partner) && walk_may_dial_back(partner, plan))
		walk_wish(walk_may_ask, &bogus_key_probe, partner, plan);
}

static bool
is_valid(const struct observation *o)
{
	const struct dialback_fact *f = o->fact;

	return o->kind == FACT_DIALBACK && f->issued && f->answered &&
	       text_same(f->type, "valid");
}

/* What becomes of a second domain tells nothing where the first is refused. */
static bool
may_add_domain(const struct partner *partner, const struct endpoint *e)
{
	return walk_find(partner, "dialback", e, is_valid) != NULL;
}

static void
wants_multiplex(const struct partner *partner, struct plan *plan)
{
	if (is_allowed(partner) && question_second(partner) != NULL &&
		walk_may_be_ourselves(partner) && walk_may_dial_back(partner, plan))
		walk_wish(may_add_domain, &multiplex_probe, partner, plan);
}

/* --- SASL EXTERNAL ------------------------------------------------------------------ */

static bool
is_success(const struct observation *o)
{
	return o->kind == FACT_SASL &&
	       ((const struct sasl_fact *)o->fact)->answer == SASL_SUCCESS;
}

static bool
accepts_us(const struct partner *partner, const struct endpoint *e)
{
	return walk_find(partner, "external", e, is_success) != NULL;
}

static void
wants_foreign_external(const struct partner *partner, struct plan *plan)
{
	if (is_allowed(partner) && walk_may_be_ourselves(partner) &&
		plan_credentials(plan)->certificate != NULL)
		walk_wish(accepts_us, &foreign_external_probe, partner, plan);
}

static bool
is_silence(const struct observation *o)
{
	return o->kind == FACT_STANZA && o->outcome == OUTCOME_TIMED_OUT;
}

static bool
hears_foreign_name(const struct partner *partner, const struct endpoint *e)
{
	return walk_find(partner, FOREIGN_EXTERNAL, e, is_success) != NULL &&
	       walk_find(partner, FOREIGN_EXTERNAL, e, is_silence) != NULL;
}

static void
wants_foreign_stanza(const struct partner *partner, struct plan *plan)
{
	walk_wish(hears_foreign_name, &foreign_stanza_probe, partner, plan);
}

/* --- the rows ----------------------------------------------------------------------- */

/* RFC 6120, 5.4.3.3: whether what came in clear with <starttls/> counts inside TLS. The
 * question that follows there shows when nothing more is to be expected. */
const struct probe injection_probe = { .name = "injection",
	.wants = wants_injection,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_VERIFY,
		.inject = true } };

/* RFC 6120, 4.9.3.12: whether a stanza is heard before anybody is authenticated. */
const struct probe stanza_probe = { .name = "stanza",
	.wants = wants_stanza,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_PING },
	.last = true };

/* XEP-0220, 2.1.2: whether it matters what our server says of a key. This one it denies. */
const struct probe bogus_key_probe = { .name = "bogus-key",
	.wants = wants_bogus_key,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_RESULT },
	.last = true };

/* XEP-0220, 2.6: whether one stream takes a second domain of ours. Servers that do not know
 * of that may end it. */
const struct probe multiplex_probe = { .name = "multiplex",
	.wants = wants_multiplex,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.question = ASK_ISSUED,
		.second = true },
	.last = true };

/* XEP-0178, 3: whether our certificate opens another name than its own. Some servers take no
 * notice of the name that was asked for, so a stanza in it follows. */
const struct probe foreign_external_probe = { .name = FOREIGN_EXTERNAL,
	.wants = wants_foreign_external,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.external = EXTERNAL_FOREIGN,
		.question = ASK_IN_FOREIGN_NAME },
	.last = true };

/* The same stanza of one who came in his own name: silence tells something only where this is
 * refused (RFC 6120, 4.9.3.9). */
const struct probe foreign_stanza_probe = { .name = "foreign-stanza",
	.wants = wants_foreign_stanza,
	A_CONNECTION,
	.walk = &(const struct walk){ .starttls = STARTTLS_IF_OFFERED,
		.external = EXTERNAL_DOMAIN,
		.question = ASK_IN_FOREIGN_NAME },
	.last = true };
