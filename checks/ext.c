/* Extensions that the features announce. They decide nothing about federation, but they
 * tell which partner this is, and what to expect of it. */
#include "checks/attempt.h"
#include "checks/exchange.h"

/* Calls back for the features of each phase that came. */
static void
each_features(
	struct inquiry *q, void (*look)(struct inquiry *, const struct features_fact *))
{
	static const enum phase phases[] = { PHASE_PLAIN, PHASE_TLS };
	bool any = false;

	for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
		const struct features_fact *f = attempt_features(q, phases[i]);

		if (f != NULL)
			look(q, f);
		any |= f != NULL;
	}
	if (!any)
		skipped(q, attempt_stop(q, attempt_first(q)));
}

/* XEP-0288, 2.1 and 2.2: the feature and the request have namespaces of their own. */
static void
look_at_bidi(struct inquiry *q, const struct features_fact *f)
{
	if (f->bidi_wrong_namespace)
		warned(q,
			"the feature %s has the namespace of the request, urn:xmpp:bidi",
			say_phase(f->phase));
	else if (f->bidi)
		noted(q, "bidirectional streams are offered %s", say_phase(f->phase));
}

static void
bidi(struct inquiry *q)
{
	each_features(q, look_at_bidi);
	exchange_bidi(q);
}

/* RFC 6120, 13.12 (4): no stanza of up to 10,000 bytes may be refused for its size. */
static void
look_at_limits(struct inquiry *q, const struct features_fact *f)
{
	if (!f->limits)
		return;
	if (f->max_bytes > 0 && f->max_bytes < 10000)
		warned(q, "%s stanzas may have %d bytes only", say_phase(f->phase),
			f->max_bytes);
	else if (f->max_bytes > 0)
		noted(q, "%s stanzas may have %d bytes", say_phase(f->phase),
			f->max_bytes);
	if (f->idle_seconds > 0)
		noted(q, "%s a silent stream is closed after %d s", say_phase(f->phase),
			f->idle_seconds);
}

static void
limits(struct inquiry *q)
{
	each_features(q, look_at_limits);
}

static void
look_at_compression(struct inquiry *q, const struct features_fact *f)
{
	if (f->compressions > 0)
		warned(q, "%s it offers %s before any authentication",
			say_phase(f->phase),
			say_list(q, f->compression, f->compressions));
}

static void
compression(struct inquiry *q)
{
	each_features(q, look_at_compression);
}

static void
look_at_others(struct inquiry *q, const struct features_fact *f)
{
	if (f->others > 0)
		noted(q, "%s: %s", say_phase(f->phase), say_list(q, f->other, f->others));
}

static void
inventory(struct inquiry *q)
{
	each_features(q, look_at_others);
}

const struct check ext_checks[] = {
	{ .id = "ext.bidi",
		.title = "Bidirectional streams",
		.why = "they halve the connections; the two namespaces are easily confused",
		.source = "XEP-0288, 2.1, 2.2",
		.remedy = "announce the feature as urn:xmpp:features:bidi",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = bidi },
	{ .id = "ext.ping",
		.title = "A ping from our domain is answered",
		.why = "it proves that stanzas find their way there and back",
		.source = "XEP-0199, 4.3; RFC 6120, 4.5, 8.1.3",
		.remedy =
			"authentication works, but stanzas do not come back: look into the "
			"partner's connection to you",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_MEDIUM,
		.owner = OWNER_PARTNER,
		.examine = exchange_ping },
	{ .id = "ext.disco",
		.title = "What the partner's server says of itself",
		.why = "which software to look up, and whom to write to",
		.source = "XEP-0030; XEP-0092; XEP-0157, 3",
		.remedy = "let the server have the identity server/im",
		.scope = SCOPE_DOMAIN,
		.roles = OF_PARTNERS,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.examine = exchange_disco },
	{ .id = "ext.limits",
		.title = "The stream's limits are wide enough",
		.why = "larger stanzas end the stream, and idle streams are dropped silently",
		.source = "XEP-0478, 3.1; RFC 6120, 13.12 (4)",
		.remedy = "raise the stanza limit to at least 10,000 bytes",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = limits },
	{ .id = "ext.compression",
		.title = "No compression before authentication",
		.why = "strangers can send decompression bombs",
		.source = "XEP-0138; RFC 7590, 3.2",
		.remedy = "disable stream compression for servers",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_LOW,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = compression },
	{ .id = "ext.inventory",
		.title = "Other features",
		.why = "to notice a change, and for curiosity",
		.source = "RFC 6120, 4.3.2; XEP-0198, 2",
		.remedy = "nothing",
		.scope = SCOPE_ENDPOINT,
		.severity = SEVERITY_INFO,
		.owner = OWNER_PARTNER,
		.after = { "stream.header.namespace" },
		.examine = inventory },
	{ 0 }
};
