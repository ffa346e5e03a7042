/* A connection seen as a whole: how far it came, what ended it, and the words for that.
 * A later check is skipped because of the one that tells what stopped the connection. */
#include "checks/attempt.h"

#include "base/text.h"
#include "checks/trial.h"

#include <string.h>

bool
attempt_is_direct(const struct inquiry *q)
{
	return q->endpoint->mode == MODE_DIRECT;
}

enum phase
attempt_first(const struct inquiry *q)
{
	return attempt_is_direct(q) ? PHASE_TLS : PHASE_PLAIN;
}

const struct header_fact *
attempt_header(struct inquiry *q, enum phase phase)
{
	const struct observation *o = cite_phase(q, FACT_HEADER, phase);
	const struct header_fact *header = o ? o->fact : NULL;

	return header && header->received ? header : NULL;
}

const struct features_fact *
attempt_features(struct inquiry *q, enum phase phase)
{
	const struct observation *o = cite_phase(q, FACT_FEATURES, phase);
	const struct features_fact *features = o ? o->fact : NULL;

	return features && features->received ? features : NULL;
}

const struct error_fact *
attempt_error(struct inquiry *q, enum phase phase)
{
	const struct observation *o = cite_phase(q, FACT_ERROR, phase);

	return o ? o->fact : NULL;
}

enum phase
attempt_last(struct inquiry *q)
{
	const struct features_fact *features;

	if (attempt_is_direct(q))
		return PHASE_TLS;
	features = attempt_features(q, PHASE_PLAIN);
	return features && features->starttls ? PHASE_TLS : PHASE_PLAIN;
}

/* The alerts that concern the client's certificate (RFC 8446, 6.2). Up to TLS 1.2 a server
 * that misses one says handshake_failure (RFC 5246, 7.4.6). A server that did not ask for
 * a certificate cannot mean ours. */
static bool
demands_by_alert(const struct tls_fact *tls)
{
	static const int alert[] = { 41, 42, 43, 44, 45, 46, 48, 49, 116 };

	if (tls->alert == 0 || tls->alert_sent || !tls->certificate_requested)
		return false;
	for (size_t i = 0; i < sizeof alert / sizeof alert[0]; i++)
		if (tls->alert == alert[i] + 1)
			return true;
	return tls->alert == 40 + 1 && !tls->completed;
}

bool
attempt_demands(struct inquiry *q)
{
	const struct error_fact *error;
	const struct observation *tls;

	if (attempt_features(q, PHASE_TLS) != NULL)
		return false;
	error = attempt_error(q, PHASE_TLS);
	if (error != NULL)
		return text_same(error->condition, "not-authorized");
	tls = cite(q, FACT_TLS);
	return tls != NULL && demands_by_alert(tls->fact);
}

const char *
attempt_without_certificate(struct inquiry *q)
{
	return trial_certificate(q) ? "a session with our certificate" : "--cert";
}

bool
attempt_is_stranger(const struct inquiry *q)
{
	return q->partner->asked->from_stranger || q->partner->role == ROLE_OWN;
}

bool
attempt_refuses_stranger(struct inquiry *q, const struct error_fact *error)
{
	static const char *const names[] = { "invalid-from", "policy-violation",
		"not-authorized", "remote-connection-failed", NULL };

	if (!attempt_is_stranger(q) || !text_same(error->after, "header"))
		return false;
	return error->condition && name_index(names, error->condition) >= 0;
}

bool
attempt_is_unknown_host(struct inquiry *q, enum phase phase)
{
	const struct error_fact *error = attempt_error(q, phase);

	return error && (text_same(error->condition, "host-unknown") ||
				text_same(error->condition, "host-gone"));
}

static const char *
stop_of_tls(struct inquiry *q)
{
	const struct observation *tls = cite(q, FACT_TLS);
	const struct observation *starttls;

	if (tls != NULL && !((const struct tls_fact *)tls->fact)->completed)
		return attempt_demands(q) ? attempt_without_certificate(q)
					  : "tls.handshake";
	if (tls != NULL || attempt_is_direct(q))
		return "the rest of the connection";
	if (attempt_features(q, PHASE_PLAIN) == NULL)
		return attempt_stop(q, PHASE_PLAIN);
	if (attempt_last(q) == PHASE_PLAIN)
		return "starttls.offered";
	starttls = cite(q, FACT_STARTTLS);
	if (starttls && ((const struct starttls_fact *)starttls->fact)->bytes_after > 0)
		return "starttls.injection";
	return "starttls.proceed";
}

static const char *
stop_of_xml(struct inquiry *q, enum phase phase)
{
	const struct observation *o = cite_phase(q, FACT_XML, phase);

	if (o == NULL)
		return NULL;
	return ((const struct xml_fact *)o->fact)->breach < XML_TOO_DEEP
		       ? "stream.xml.clean"
		       : "stream.limits";
}

const char *
attempt_stop(struct inquiry *q, enum phase phase)
{
	const struct observation *o = cite_phase(q, FACT_HEADER, phase);
	const struct header_fact *header = o ? o->fact : NULL;
	const char *xml;

	if (header == NULL && phase == PHASE_TLS)
		return stop_of_tls(q);
	if (header == NULL || attempt_features(q, phase) != NULL)
		return "the rest of the connection";
	if (phase == PHASE_TLS && attempt_demands(q))
		return attempt_without_certificate(q);
	xml = stop_of_xml(q, phase);
	if (xml != NULL)
		return xml;
	if (!header->received)
		return "stream.header.received";
	if (attempt_is_unknown_host(q, phase))
		return "stream.host.served";
	if (header_is_old(header))
		return "stream.header.version";
	if (attempt_error(q, phase) != NULL)
		return "stream.error.received";
	return cite_phase(q, FACT_FEATURES, phase) ? "stream.features.received"
						   : "the rest of the connection";
}

const struct features_fact *
attempt_inner_features(struct inquiry *q)
{
	const struct features_fact *features = attempt_features(q, PHASE_TLS);

	if (features == NULL)
		skipped(q, attempt_stop(q, PHASE_TLS));
	return features;
}

bool
header_is_old(const struct header_fact *header)
{
	return header->version == NULL || text_starts(header->version, "0.");
}

bool
features_have(const struct features_fact *features, const char *mechanism)
{
	for (size_t i = 0; i < features->mechanisms; i++)
		if (text_same_name(features->mechanism[i], mechanism))
			return true;
	return false;
}

bool
is_same_domain(struct inquiry *q, const char *a, const char *b)
{
	struct domain one, other;

	if (a == NULL || b == NULL || *a == '\0' || *b == '\0')
		return false;
	if (text_same_name(a, b))
		return true;
	/* RFC 7622, 3.2: U-labels on the wire, but A-labels are met as well. */
	return domain_parse(q->arena, a, &one) == NULL &&
	       domain_parse(q->arena, b, &other) == NULL &&
	       text_same_name(one.ascii, other.ascii);
}

bool
is_partner(struct inquiry *q, const char *name)
{
	return is_same_domain(q, name, q->partner->domain.ascii);
}

/* --- words ------------------------------------------------------------------------ */

double
seconds(int64_t microseconds)
{
	return (double)microseconds / 1e6;
}

const char *
say_time(struct inquiry *q, int64_t microseconds)
{
	if (microseconds < 1000000)
		return arena_printf(q->arena, "%d ms", (int)(microseconds / 1000));
	return arena_printf(q->arena, "%.1f s", seconds(microseconds));
}

const char *
say_phase(enum phase phase)
{
	return phase == PHASE_SASL  ? "after SASL"
	       : phase == PHASE_TLS ? "inside TLS"
				    : "before TLS";
}

const char *
say_silence(struct inquiry *q, const struct observation *o)
{
	const char *time = say_time(q, o->took);

	if (o->outcome == OUTCOME_TIMED_OUT && o->detail != NULL)
		return arena_printf(q->arena, "%s timed out after %s", o->detail, time);
	return arena_printf(
		q->arena, "%s after %s", o->detail ? o->detail : "no more came", time);
}

/* Room for several foreign texts in one sentence. */
enum { MAX_QUOTE = 160 };

static const char *
quote(struct inquiry *q, const char *text)
{
	size_t length = strlen(text);

	if (length <= MAX_QUOTE)
		return arena_printf(q->arena, "\"%s\"", text);
	for (length = MAX_QUOTE; length > 0 && (text[length] & 0xc0) == 0x80;)
		length--;
	return arena_printf(q->arena, "\"%.*s...\"", (int)length, text);
}

const char *
say_text(struct inquiry *q, const char *text)
{
	return text && *text ? arena_printf(q->arena, ": %s", quote(q, text)) : "";
}

const char *
say_error(struct inquiry *q, const struct error_fact *error)
{
	const char *what =
		error->condition ? quote(q, error->condition) : "without a condition";

	return arena_printf(q->arena, "the stream error %s came %s%s%s%s", what,
		say_phase(error->phase), error->after ? " after our " : "",
		error->after ? error->after : "", say_text(q, error->text));
}

/* A hostile list may have ten thousand entries, and nobody reads them. */
enum { MAX_LIST = 20 };

const char *
say_list(struct inquiry *q, const char *const *text, size_t texts)
{
	const char *list = "";

	for (size_t i = 0; i < texts && i < MAX_LIST; i++)
		list = arena_printf(
			q->arena, "%s%s%s", list, i ? ", " : "", quote(q, text[i]));
	if (texts > MAX_LIST)
		list = arena_printf(q->arena, "%s and %zu more", list, texts - MAX_LIST);
	return list;
}
