/* What a partner answers to our domain once it believes who we are: the only proof that
 * stanzas find their way there and back (RFC 6120, 4.5). Silence proves little: an answer
 * goes where the partner has a stream to our domain, and that may be another server. */
#include "checks/exchange.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/trial.h"
#include "model/inbound.h"

/* Seconds after which people would notice. */
enum { SLOW = 5 };

/* --- what stood in the way -------------------------------------------------------------- */

/* The last word of the exchange's own connection that was none to be hoped for. */
static const struct observation *
last_trouble(struct inquiry *q)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = journal_size(journal); n > 0; n--) {
		const struct observation *o = journal_at(journal, (unsigned)n);

		if (text_same(o->probe, "exchange") && o->outcome != OUTCOME_OK &&
			o->kind != FACT_CLOSE && o->kind != FACT_STANZA) {
			also_cite(q, o);
			return o;
		}
	}
	return NULL;
}

/* An inquiry about one endpoint, for the same finding. */
static struct inquiry
look_at(const struct inquiry *q, const struct endpoint *e)
{
	struct inquiry there = *q;

	there.endpoint = e;
	return there;
}

const char *
exchange_missing(struct inquiry *q)
{
	const struct exchange_way way = exchange_way(q->arena, q->partner);
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	if (way.by != EXCHANGE_NEVER)
		return way.back   ? "the rest of the connection"
		       : way.bidi ? "--listen, or --depth deep"
				  : "--listen";
	for (size_t i = 0; i < count; i++) {
		struct inquiry there = look_at(q, &list[i]);
		struct trial external = trial_external(&there, EXTERNAL);

		if (external.kind == TRIAL_REFUSED)
			return external.where == TRIAL_AT_TLS ? "tls.client-cert.accepted"
			       : external.where == TRIAL_AT_FEATURES
				       ? "sasl.external.offered"
				       : "sasl.external.result";
		if (trial_dialback(&there, DIALBACK).kind == TRIAL_REFUSED ||
			trial_dialback(&there, PLAINTEXT_DIALBACK).kind == TRIAL_REFUSED)
			return "dialback.result";
	}
	return q->partner->asked->depth == DEPTH_QUICK
		       ? "--depth standard"
		       : "--cert, --dialback-secret-file or --listen";
}

/* What the trials at one endpoint came to, by one probe or two; NULL when nothing was refused. */
static const char *
say_refusal(struct inquiry *q, const struct endpoint *e, const char *external,
	const char *dialback)
{
	struct inquiry there = look_at(q, e);
	struct trial ours = trial_external(&there, external);
	struct trial key = trial_dialback(&there, dialback);
	const char *words = NULL;

	if (ours.kind == TRIAL_REFUSED)
		words = arena_printf(
			q->arena, "our certificate is refused: %s", ours.words);
	if (key.kind == TRIAL_REFUSED)
		words = arena_printf(q->arena, "%s%sdialback fails: %s",
			words ? words : "", words ? "; " : "", key.words);
	return words;
}

static const char *
say_trials(struct inquiry *q, const struct endpoint *e)
{
	const char *words = say_refusal(q, e, EXTERNAL, DIALBACK);

	return words ? words : say_refusal(q, e, EXTERNAL, PLAINTEXT_DIALBACK);
}

/* The trials went well, and then the exchange's own connection came to nothing. */
static const char *
say_change(struct inquiry *q, const struct endpoint *e)
{
	const char *words = say_refusal(q, e, "exchange", "exchange");
	const struct observation *o;

	if (words == NULL && (o = last_trouble(q)) != NULL)
		words = o->kind == FACT_ERROR ? say_error(q, o->fact) : say_silence(q, o);
	if (words == NULL)
		return "we are believed, but the run ended before its turn";
	return arena_printf(q->arena,
		"we were believed, but not on the connection that was to carry it: %s",
		words);
}

/* How far the session came there. */
static const char *
say_stop(struct inquiry *q, const struct endpoint *e)
{
	struct inquiry there = look_at(q, e);

	if (attempt_features(&there, PHASE_TLS) == NULL)
		return attempt_stop(&there, PHASE_TLS);
	return trial_external_missing(&there);
}

const char *
exchange_obstacle(struct inquiry *q)
{
	const struct exchange_way way = exchange_way(q->arena, q->partner);
	const char *words = NULL;
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	if (way.by != EXCHANGE_NEVER)
		return say_change(q, way.endpoint);
	for (size_t i = 0; i < count && words == NULL; i++)
		words = say_trials(q, &list[i]);
	if (words != NULL)
		return words;
	if (count == 0)
		return "there is no server of the partner to connect to";
	return arena_printf(q->arena,
		"it did not come to a trial of our credentials, because of %s",
		say_stop(q, &list[0]));
}

const char *
exchange_say_end(struct inquiry *q, const struct observation *o)
{
	const struct journal *journal = q->partner->journal;

	for (size_t n = journal_size(journal); n > 0; n--) {
		const struct observation *e = journal_at(journal, (unsigned)n);

		if (e->kind == FACT_ERROR && text_same(e->probe, "exchange")) {
			also_cite(q, e);
			return say_error(q, e->fact);
		}
	}
	return say_silence(q, o);
}

/* --- the ping --------------------------------------------------------------------------- */

/* XEP-0199, 4: who does not support it says so, and that is an answer as well. */
static bool
is_fair(const char *condition)
{
	return text_same(condition, "service-unavailable") ||
	       text_same(condition, "feature-not-implemented");
}

static void
judge_answer(struct inquiry *q, const struct observation *o)
{
	const struct stanza_fact *f = o->fact;
	const char *time = say_time(q, o->took);
	const char *where = f->called ? "on a stream that the partner opened to us"
				      : "on our own stream";

	if (text_same(f->type, "error") && !is_fair(f->condition))
		warned(q, "it is refused after %s with \"%s\"%s", time,
			f->condition ? f->condition : "", say_text(q, f->text));
	else if (seconds(o->took) > SLOW)
		warned(q, "the answer came only after %s, %s", time, where);
	else if (text_same(f->type, "error"))
		passed(q, "the answer came after %s, %s: the partner knows no pings",
			time, where);
	else
		passed(q, "the answer came after %s, %s", time, where);
}

/* Whether the partner proved its name where we listen. */
static bool
came_to_us(struct inquiry *q)
{
	const struct journal *journal = q->partner->journal;

	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);

		if (o->kind == FACT_INBOUND && inbound_authenticated(o->fact)) {
			also_cite(q, o);
			return true;
		}
	}
	return false;
}

/* RFC 6120, 8.1.3 and 8.1.2.2: what knows our id, and comes from somebody else, is no answer. */
static const struct stanza_fact *
stray(struct inquiry *q)
{
	const struct journal *journal = q->partner->journal;

	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);
		const struct stanza_fact *f = o->fact;

		if (o->kind == FACT_STANZA && text_same(o->probe, "exchange") &&
			f->request == STANZA_PING && f->asked_id == NULL) {
			also_cite(q, o);
			return f;
		}
	}
	return NULL;
}

static void
judge_silence(struct inquiry *q, const struct observation *o)
{
	const struct stanza_fact *f = o->fact, *other = stray(q);
	const char *time = say_time(q, o->took);

	if (other != NULL)
		warned(q,
			"an answer came from \"%s\" to \"%s\", which is not whom we asked, "
			"and does not count",
			other->from ? other->from : "", other->to ? other->to : "");
	if (f->listened && came_to_us(q)) {
		failed(q,
			"no answer came within %s, although the partner has a stream to "
			"us",
			time);
	} else if (f->listened) {
		blame(q, OWNER_BOTH);
		remedy(q, "compare where your SRV record leads with where fedprobe "
			  "listens, and see whether the partner can connect there");
		warned(q,
			"no answer came within %s, and the partner opened no stream to "
			"where we listen: it cannot, or it went to another server of ours",
			time);
	} else {
		remedy(q, "run it with --listen, where your SRV record leads to it, or "
			  "look into the log of your own server");
		warned(q,
			"no answer came within %s on our stream, which was open for it; it "
			"may have gone to another server of ours",
			time);
	}
}

void
exchange_ping(struct inquiry *q)
{
	const struct observation *o;
	enum exchange_end end = exchange_end_of(q->partner, STANZA_PING, &o);

	also_cite(q, o);
	switch (end) {
	case EXCHANGE_NOT_SENT:
		skipped(q, exchange_missing(q));
		break;
	case EXCHANGE_ANSWERED:
	case EXCHANGE_ERROR:
		judge_answer(q, o);
		break;
	case EXCHANGE_QUIET:
		/* RFC 6120, 8.2.3 */
		warned(q, "no answer came within %s, though others did",
			say_time(q, o->took));
		break;
	case EXCHANGE_SILENT:
		judge_silence(q, o);
		break;
	case EXCHANGE_BROKEN:
		failed(q, "the stream ended over it: %s", exchange_say_end(q, o));
		break;
	case EXCHANGE_UNSEEN:
		skipped(q, "the end of the run");
	}
}

/* XEP-0288, 2.2. That the partner has a stream of its own already is no fault. */
void
exchange_bidi(struct inquiry *q)
{
	const struct observation *o;
	enum exchange_end end = exchange_end_of(q->partner, STANZA_PING, &o);
	const struct stanza_fact *f = o ? o->fact : NULL;

	if (f == NULL || !f->bidi || !text_same(o->endpoint, q->endpoint->id))
		return;
	also_cite(q, o);
	if (f->answered && !f->called)
		noted(q, "they work: an answer came back on our own stream");
	else if (f->answered)
		noted(q, "we opened ours, and the answer came on one that the partner "
			 "opened");
	else if (end == EXCHANGE_SILENT || end == EXCHANGE_QUIET)
		warned(q, "we opened ours, and no answer came back on it");
}

/* --- what the server says of itself --------------------------------------------------- */

static const char *
append(struct inquiry *q, const char *list, const char *what, const char *name)
{
	return name == NULL ? list
			    : arena_printf(q->arena, "%s%s%s%s", list, *list ? ", " : "",
				      what, name);
}

static bool
is_server(const struct disco_fact *f)
{
	for (size_t i = 0; i < f->identities; i++)
		if (text_same(f->identity[i].category, "server") &&
			text_same(f->identity[i].type, "im"))
			return true;
	return false;
}

static const char *
say_software(struct inquiry *q, const struct disco_fact *f)
{
	const char *words = f->software;

	if (words == NULL)
		return NULL;
	if (f->version != NULL)
		words = arena_printf(q->arena, "%s %s", words, f->version);
	if (f->system != NULL)
		words = arena_printf(q->arena, "%s on %s", words, f->system);
	return say_list(q, &words, 1);
}

static const char *
say_identities(struct inquiry *q, const struct disco_fact *f)
{
	const char *list[8];
	size_t n = 0;

	for (; n < f->identities && n < sizeof list / sizeof list[0]; n++)
		list[n] = arena_printf(q->arena, "%s/%s",
			f->identity[n].category ? f->identity[n].category : "",
			f->identity[n].type ? f->identity[n].type : "");
	return n ? say_list(q, list, n) : NULL;
}

/* XEP-0157, 3. */
static const char *
say_contacts(struct inquiry *q, const struct disco_fact *f)
{
	const char *list[8];
	size_t n = 0;

	for (; n < f->contacts && n < sizeof list / sizeof list[0]; n++)
		list[n] = arena_printf(
			q->arena, "%s: %s", f->contact[n].purpose, f->contact[n].address);
	return n ? say_list(q, list, n) : NULL;
}

static void
look_at_disco(struct inquiry *q, const struct disco_fact *f)
{
	const char *words = append(q, "", "", say_software(q, f));

	words = append(q, words, "it is ", say_identities(q, f));
	words = append(q, words, "", say_contacts(q, f));
	if (f->software == NULL && !is_server(f))
		warned(q, "%s; no server of people, as its identity would be server/im",
			*words ? words : "it does not say what it is");
	else if (*words)
		noted(q, "%s", words);
}

void
exchange_disco(struct inquiry *q)
{
	const struct observation *o, *fact = NULL;
	enum exchange_end end = exchange_end_of(q->partner, STANZA_DISCO, &o);

	also_cite(q, o);
	while ((fact = cite_next(q, FACT_DISCO, fact)) != NULL)
		look_at_disco(q, fact->fact);
	if (end == EXCHANGE_ERROR)
		noted(q, "it does not tell: \"%s\"",
			((const struct stanza_fact *)o->fact)->condition
				? ((const struct stanza_fact *)o->fact)->condition
				: "");
	else if (end == EXCHANGE_NOT_SENT)
		skipped(q, exchange_way(q->arena, q->partner).back &&
					   q->partner->asked->depth != DEPTH_DEEP
				   ? "--depth deep"
				   : exchange_missing(q));
	else if (end == EXCHANGE_QUIET)
		noted(q, "no answer came within %s", say_time(q, o->took));
	else if (end != EXCHANGE_ANSWERED)
		skipped(q, "ext.ping");
}
