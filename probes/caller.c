/* What is recorded of a connection that came. Keys of others are secrets: who reads a
 * report must not be able to use them. */
#include "probes/caller.h"

#include "base/text.h"
#include "model/name.h"
#include "probes/reading.h"

#include <string.h>

/* Observations of kind "wire" for one connection, bytes in each, and how many are kept
 * before it is known who calls. */
enum { MAX_WIRE = 64, MAX_WIRE_BYTES = 4096, MAX_EARLY = 8 };

/* X509_V_ERR_INVALID_PURPOSE. Many certificates of servers are no longer good for clients,
 * and most servers let that pass. */
enum { WRONG_PURPOSE = 26 };

/* By other connections, too, since this one was let in. How it ends is told all the same. */
static bool
is_full(const struct caller *c)
{
	return arena_size(journal_arena(c->work.partner->journal)) > INBOUND_MAX_BYTES;
}

void
caller_saw(struct caller *c, enum outcome outcome, const char *detail,
	enum fact_kind kind, const void *fact)
{
	int64_t now, took;

	if (c->work.plan == NULL || (kind != FACT_INBOUND && is_full(c)))
		return;
	now = plan_now(c->work.plan);
	took = kind == FACT_INBOUND ? loop_now(c->work.loop) - c->began : 0;
	/* It may have come before the journal began. */
	work_saw(&c->work, took < now ? now - took : 0, outcome, detail, kind, fact);
}

/* --- what is hidden -------------------------------------------------------------------- */

void
caller_hide(struct caller *c, const char *key)
{
	if (c->work.plan != NULL)
		plan_hide(c->work.plan, key);
	else
		hiding_add_key(&c->hiding, c->arena, key);
}

static const struct hiding *
hiding_of(const struct caller *c)
{
	return c->work.plan != NULL ? plan_hiding(c->work.plan) : &c->hiding;
}

const char *
caller_shown(struct caller *c, const char *text)
{
	text = hiding_whole(hiding_of(c), c->arena, text, strlen(text));
	return text_clean(c->arena, text, strlen(text));
}

const struct inbound_fact *
caller_fact(struct caller *c)
{
	return hiding_record(hiding_of(c), c->arena, fact_record(FACT_INBOUND), &c->fact);
}

/* A part of what came may be a part of a key. */
static bool
holds_hidden(const struct caller *c)
{
	const char *text, *shown;

	if (c->heards == 0)
		return false;
	text = arena_text(c->arena, c->heard, c->heards);
	shown = hiding_whole(hiding_of(c), c->arena, text, strlen(text));
	return strcmp(shown, text) != 0;
}

/* --- the transcript ----------------------------------------------------------------- */

static void
record(struct caller *c, bool sent, enum phase phase, const char *text)
{
	struct wire_fact fact = { .phase = phase, .sent = sent };

	if (c->wires++ >= MAX_WIRE)
		return;
	text = hiding_whole(hiding_of(c), c->arena, text, strlen(text));
	fact.text = arena_text(c->arena, text, strnlen(text, MAX_WIRE_BYTES));
	caller_saw(c, OUTCOME_OK, NULL, FACT_WIRE, &fact);
}

static void
saw_wire(struct caller *c, bool sent, const char *text)
{
	if (c->work.plan != NULL) {
		record(c, sent, c->phase, text);
		return;
	}
	if (c->earlies == MAX_EARLY)
		return;
	c->early = arena_grow(c->arena, c->early, c->earlies, sizeof *c->early);
	c->early[c->earlies].sent = sent;
	c->early[c->earlies].phase = c->phase;
	c->early[c->earlies++].text = text;
}

static void
recall_wires(struct caller *c, bool tls)
{
	for (size_t i = 0; i < c->earlies; i++)
		if ((c->early[i].phase >= PHASE_TLS) == tls)
			record(c, c->early[i].sent, c->early[i].phase, c->early[i].text);
}

/* RFC 6120, 4.7.1: the name may come only inside TLS; whose certificate it is shows then. */
void
caller_recall(struct caller *c)
{
	for (size_t i = 0; i < c->hiding.secrets; i++)
		plan_hide(c->work.plan, c->hiding.secret[i]);
	recall_wires(c, false);
	if (c->tls_early)
		caller_saw_tls(c, c->tls_outcome, c->tls_detail);
	recall_wires(c, true);
	c->earlies = 0;
	c->tls_early = false;
}

void
caller_saw_sent(struct caller *c, const char *text)
{
	saw_wire(c, true, text);
}

void
caller_hear(struct caller *c, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		c->heard = arena_grow(c->arena, c->heard, c->heards, 1);
		c->heard[c->heards++] = bytes[i];
	}
}

static bool
holds_secret(const struct element *e)
{
	return strcmp(e->name, "result") == 0 || strcmp(e->name, "verify") == 0 ||
	       (strcmp(e->name, "auth") == 0 &&
		       !text_same(element_attribute(e, "mechanism"), "EXTERNAL"));
}

/* What people write to each other is theirs, also where it only went astray. */
static bool
is_stanza(const struct element *e)
{
	static const char *const names[] = { "message", "presence", "iq", NULL };

	return text_same(e->name_space, NS_SERVER) && name_index(names, e->name) >= 0;
}

void
caller_saw_heard(struct caller *c, const struct element *element)
{
	size_t rest, length;

	(void)stream_rest(c->stream, &rest);
	length = c->heards > rest ? c->heards - rest : 0;
	if (element != NULL && holds_secret(element)) {
		caller_hide(c, element->text);
		saw_wire(c, false, element_outline(c->arena, element));
	} else if (element != NULL && is_stanza(element)) {
		saw_wire(c, false, element_outline(c->arena, element));
	} else if (length != 0)
		saw_wire(c, false, arena_text(c->arena, c->heard, length));
	c->heards -= length;
	if (c->heards != 0)
		memmove(c->heard, c->heard + length, c->heards);
}

/* --- what went wrong with XML --------------------------------------------------------- */

static bool
names_private(const char *bytes, size_t length)
{
	static const char *const names[] = { "result", "verify", "auth", "message" };

	for (size_t i = 0; length != 0 && i < sizeof names / sizeof names[0]; i++)
		if (memmem(bytes, length, names[i], strlen(names[i])) != NULL)
			return true;
	return false;
}

/* A key, or a person's words, may lie in what broke the rule, or end just before it. */
void
caller_saw_breach(struct caller *c)
{
	struct xml_fact fact = { 0 };

	stream_breach(c->stream, c->arena, &fact);
	fact.phase = c->phase;
	if (holds_hidden(c) || names_private(c->heard, c->heards) ||
		names_private(fact.excerpt, fact.excerpt ? strlen(fact.excerpt) : 0))
		fact.excerpt = NULL;
	caller_saw(c, OUTCOME_BAD_PEER, NULL, FACT_XML, &fact);
}

void
caller_saw_foreign(struct caller *c)
{
	struct foreign_fact fact = { .phase = c->phase };
	size_t length;
	const char *begin = stream_begin(c->stream, &length);

	fact.protocol = stream_foreign(begin, length);
	if (!holds_hidden(c))
		fact.begins = arena_text(c->arena, begin, length);
	caller_saw(c, OUTCOME_BAD_PEER, NULL, FACT_FOREIGN, &fact);
}

/* --- TLS ------------------------------------------------------------------------------ */

static bool
is_trusted(const struct tls_fact *f)
{
	for (size_t i = 0; i < f->verifies; i++)
		if (f->verify[i].code != WRONG_PURPOSE || f->verify[i].depth != 0)
			return false;
	return f->chain_built > 0;
}

static void
saw_certificates(struct caller *c, const struct tls_fact *tls)
{
	const struct certificate_fact *certificate;
	size_t count = conn_certificates(c->conn, c->arena, &certificate);

	for (size_t i = 0; i < count; i++)
		caller_saw(c, OUTCOME_OK, NULL, FACT_CERTIFICATE, &certificate[i]);
	if (count == 0)
		return;
	c->fact.certificate = true;
	c->fact.trusted = is_trusted(tls);
	c->fact.named = c->ascii != NULL &&
			name_identities(c->arena, &certificate[0], c->ascii) != 0;
}

void
caller_saw_tls(struct caller *c, enum outcome outcome, const char *detail)
{
	struct tls_fact fact;

	c->tls_early = c->work.plan == NULL;
	c->tls_outcome = outcome;
	c->tls_detail = detail;
	conn_tls_fact(c->conn, c->arena, &fact);
	caller_saw(c, outcome, detail, FACT_TLS, &fact);
	c->fact.tls = fact.completed;
	c->fact.sni = fact.sni;
	c->fact.alpn = fact.alpn_offered;
	c->fact.version = fact.version;
	c->fact.alert = fact.alert;
	c->fact.alert_sent = fact.alert_sent;
	c->fact.failure = fact.failure;
	saw_certificates(c, &fact);
}
