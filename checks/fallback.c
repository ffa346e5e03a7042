/* The domain's own address: all that a server has when there are no records (RFC 6120,
 * 3.2.2), and where an old server may be left over when there are. The row is in dns.c. */
#include "checks/fallback.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "checks/srv.h"

/* The probe that knocks there although there are records. */
#define BARE "bare"

/* --- for want of records ------------------------------------------------------------ */

/* The best of the domain's own addresses; *best is NULL when there is none. */
static enum progress
fallback_progress(struct inquiry *q, const struct endpoint **best)
{
	enum progress most = PROGRESS_UNTRIED, here;
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	*best = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!list[i].fallback)
			continue;
		here = progress_at(q, &list[i]);
		if (*best == NULL || here > most) {
			*best = &list[i];
			most = here;
		}
	}
	return most;
}

/* What the domain's own address does for want of records (RFC 6120, 3.2.1 (9), 3.2.2),
 * in words; true when that is known. */
bool
fallback_words(struct inquiry *q, enum progress *progress, const char **words)
{
	const char *name = q->partner->domain.ascii;
	const struct endpoint *best;

	*progress = fallback_progress(q, &best);
	if (best == NULL && addresses_of(q, name) == ADDRESSES_NONE)
		*words = arena_printf(q->arena, "\"%s\" has no address (A: %s; AAAA: %s)",
			name, answer_words(q, DNS_A, name),
			answer_words(q, DNS_AAAA, name));
	else if (*progress == PROGRESS_WORKING)
		*words = arena_printf(
			q->arena, "%s answers", endpoint_show(q->arena, best->id));
	else if (progress_is_dead(*progress))
		*words = arena_printf(q->arena, "%s does not work: %s",
			endpoint_show(q->arena, best->id), progress_words(q, best));
	else if (best != NULL && address_special(best->address) != NULL &&
		 !endpoint_may_be_special(q->partner->asked))
		*words = arena_printf(q->arena, "\"%s\" has only the %s address %s", name,
			address_special(best->address), best->address);
	else
		return false;
	return true;
}

bool
fallback_serves(struct inquiry *q)
{
	const struct endpoint *best;
	enum progress progress = fallback_progress(q, &best);
	struct inquiry at;

	if (progress != PROGRESS_STREAM)
		return progress == PROGRESS_WORKING;
	at = inquiry_at(q, best);
	return !attempt_is_unknown_host(&at, PHASE_PLAIN) &&
	       !attempt_is_unknown_host(&at, PHASE_TLS);
}

static void
judge_fallback(struct inquiry *q)
{
	enum progress progress;
	const char *words;

	if (!fallback_words(q, &progress, &words)) {
		skipped(q, progress == PROGRESS_NO_ROUTE ? "no route from here"
			   : progress == PROGRESS_UNSEEN ? "own.listener.public"
							 : "an attempt at the address");
		return;
	}
	if (fallback_serves(q))
		warned(q, "%s", words);
	else
		failed(q, "%s", words);
}

/* --- beside the records ------------------------------------------------------------ */

/* What one connection showed of the server behind it. */
struct server {
	const struct certificate_fact *leaf;
	const struct features_fact *features[PHASE_TLS + 1]; /* by phase */
};

static const struct features_fact *
features_by(struct inquiry *at, const char *probe, enum phase phase)
{
	const struct observation *o = cite_by(at, probe, FACT_FEATURES, phase);
	const struct features_fact *features = o ? o->fact : NULL;

	return features && features->received ? features : NULL;
}

static const struct observation *
cite_leaf(struct inquiry *at, const char *probe)
{
	const struct observation *o = NULL;

	while ((o = cite_next(at, FACT_CERTIFICATE, o)) != NULL)
		if (text_same(o->probe, probe) &&
			((const struct certificate_fact *)o->fact)->position == 0)
			break;
	return o;
}

static struct server
server_at(struct inquiry *at, const char *probe)
{
	const struct observation *o = cite_leaf(at, probe);

	return (struct server){ .leaf = o ? o->fact : NULL,
		.features = { [PHASE_PLAIN] = features_by(at, probe, PHASE_PLAIN),
			[PHASE_TLS] = features_by(at, probe, PHASE_TLS) } };
}

static bool
offers_the_same(const struct features_fact *a, const struct features_fact *b)
{
	return a == NULL || b == NULL ||
	       (a->starttls == b->starttls &&
		       a->starttls_required == b->starttls_required &&
		       a->dialback == b->dialback &&
		       features_have(a, "EXTERNAL") == features_have(b, "EXTERNAL"));
}

static bool
has_same_leaf(const struct server *a, const struct server *b)
{
	return a->leaf && b->leaf &&
	       text_same(a->leaf->fingerprint, b->leaf->fingerprint);
}

/* In what the server differs from all that the records name; NULL for nothing. */
static const char *
difference(struct inquiry *q, const struct server *bare)
{
	const char *words = "no server that the records name answers";
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		struct inquiry at = inquiry_at(q, &list[i]);
		struct server s;

		if (progress_at(q, &list[i]) != PROGRESS_WORKING)
			continue;
		s = server_at(&at, "session");
		if (!has_same_leaf(bare, &s) && (bare->leaf || s.leaf))
			words = "its certificate is another than where the records lead";
		else if (offers_the_same(
				 bare->features[PHASE_PLAIN], s.features[PHASE_PLAIN]) &&
			 offers_the_same(
				 bare->features[PHASE_TLS], s.features[PHASE_TLS]))
			return NULL;
		else
			words = "its features are others than where the records lead";
	}
	return words;
}

/* Somebody listens. */
static void
judge_listener(struct inquiry *q, struct inquiry *at)
{
	const char *place = endpoint_show(q->arena, at->endpoint->id), *words;
	const struct observation *header = cite_by(at, BARE, FACT_HEADER, PHASE_NONE);
	const struct observation *o = cite_by(at, BARE, FACT_ERROR, PHASE_NONE);
	const struct error_fact *error = o ? o->fact : NULL;
	struct server server = server_at(at, BARE);

	if (header == NULL || !((const struct header_fact *)header->fact)->received) {
		noted(q, "what listens at %s is no XMPP server", place);
	} else if (error && (text_same(error->condition, "host-unknown") ||
				    text_same(error->condition, "host-gone"))) {
		warned(q, "the XMPP server at %s does not know the domain", place);
	} else if ((words = difference(q, &server)) != NULL) {
		warned(q, "an XMPP server answers at %s: %s", place, words);
	}
}

static void
judge_bare(struct inquiry *q, const struct endpoint *bare)
{
	struct inquiry at = inquiry_at(q, bare);
	const struct observation *o = cite_by(&at, BARE, FACT_CONNECT, PHASE_NONE);
	const struct connect_fact *connect = o ? o->fact : NULL;

	if (connect == NULL)
		skipped(q, "an attempt at the address");
	else if (connect->failure == CONNECT_FINE)
		judge_listener(q, &at);
	else if (connect->failure == CONNECT_NET_UNREACHABLE &&
		 !progress_has_route(q, bare->ipv6))
		skipped(q, progress_no_route(bare->ipv6));
	else
		noted(q, "nothing listens at %s: %s", endpoint_show(q->arena, bare->id),
			connect_words(connect->failure));
}

/* XEP-0495, 4.4: some servers come to the domain's own address after all. Nothing can be
 * left over where there is no address, or where it is that of a target. */
static void
judge_leftover(struct inquiry *q)
{
	enum addresses addresses = addresses_of(q, q->partner->domain.ascii);
	size_t count;
	const struct endpoint *bare = bare_endpoints(q->arena, q->partner, &count);

	remedy(q,
		"shut down the old server on the domain's own address, or let the records "
		"name it");
	if (addresses == ADDRESSES_NONE)
		return;
	if (addresses == ADDRESSES_UNKNOWN || !endpoints_known(q->arena, q->partner))
		skipped(q, "an open question");
	else if (count > 0 && q->partner->asked->depth != DEPTH_DEEP)
		skipped(q, "--depth deep");
	else
		for (size_t i = 0; i < count; i++)
			judge_bare(q, &bare[i]);
}

void
fallback_address(struct inquiry *q)
{
	const struct asked *asked = q->partner->asked;
	struct service service[2];

	if (asked->connect_host != NULL || asked->direct_tls) {
		skipped(q, asked->connect_host ? "--connect" : "--direct-tls");
		return;
	}
	srv_look(q, service);
	if (service[MODE_STARTTLS].records + service[MODE_DIRECT].records > 0)
		judge_leftover(q);
	else if (service[MODE_STARTTLS].declined || service[MODE_DIRECT].declined)
		skipped(q, "dns.srv.root-target");
	else if (srv_fallback(q->arena, q->partner))
		judge_fallback(q);
	else if (answer_is_bad(service[MODE_STARTTLS].answer) ||
		 answer_is_bad(service[MODE_DIRECT].answer))
		skipped(q, "dns.srv.answer");
	else
		skipped(q, "an open question");
}
