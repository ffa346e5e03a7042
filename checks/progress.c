/* A connection is not yet reachability: a middle box answers TCP for a dead host. An
 * endpoint works when an XMPP server spoke there to the point where an initiating server
 * could go on. */
#include "checks/progress.h"

#include "base/text.h"
#include "checks/attempt.h"

#include <string.h>

static enum connect_failure
failure_of(const struct observation *connect)
{
	return ((const struct connect_fact *)connect->fact)->failure;
}

bool
progress_has_route(struct inquiry *q, bool ipv6)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		const struct observation *o;

		if (list[i].ipv6 != ipv6)
			continue;
		o = cite_at(q, &list[i], FACT_CONNECT, PHASE_NONE);
		if (o != NULL && failure_of(o) == CONNECT_FINE)
			return true;
	}
	return false;
}

struct inquiry
inquiry_at(const struct inquiry *q, const struct endpoint *endpoint)
{
	struct inquiry at = *q;

	at.endpoint = endpoint;
	return at;
}

static const struct header_fact *
last_header(struct inquiry *at)
{
	const struct header_fact *tls = attempt_header(at, PHASE_TLS);

	return tls ? tls : attempt_header(at, PHASE_PLAIN);
}

static bool
is_for_clients(const struct header_fact *header)
{
	return header != NULL && text_same(header->content_namespace, "jabber:client");
}

/* A strict server shows no features to a stranger without a certificate, or with an
 * invented name, and lives. From below version 1.0 none come at all (RFC 6120, 4.7.5), and
 * dialback goes on without. */
static enum progress
stream_progress(struct inquiry *at)
{
	const struct header_fact *header = last_header(at);
	const struct observation *error = cite(at, FACT_ERROR);

	if (is_for_clients(header))
		return PROGRESS_STREAM;
	if (error != NULL && attempt_refuses_stranger(at, error->fact))
		return PROGRESS_WORKING;
	if (attempt_features(at, PHASE_PLAIN) != NULL ||
		attempt_features(at, PHASE_TLS) != NULL || attempt_demands(at))
		return PROGRESS_WORKING;
	if (header != NULL && header_is_old(header) &&
		(error == NULL ||
			!text_same(((const struct error_fact *)error->fact)->after,
				"header")))
		return PROGRESS_WORKING;
	return header != NULL ? PROGRESS_STREAM : PROGRESS_CONNECTED;
}

const char *
our_address(struct arena *arena, const struct connect_fact *fact)
{
	const char *end = fact->local ? strrchr(fact->local, ':') : NULL;

	if (end == NULL)
		return NULL;
	if (fact->local[0] == '[')
		return arena_text(arena, fact->local + 1, strcspn(fact->local + 1, "]"));
	return arena_text(arena, fact->local, (size_t)(end - fact->local));
}

/* A connection to any port of the address shows that packets get there and back. */
static bool
is_answering(struct inquiry *q, const char *address)
{
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		const struct observation *o =
			text_same(list[i].address, address)
				? cite_at(q, &list[i], FACT_CONNECT, PHASE_NONE)
				: NULL;

		if (o != NULL && failure_of(o) == CONNECT_FINE)
			return true;
	}
	return false;
}

/* Few routers turn packets round that go from inside to their own public address. Our own
 * server may be behind the same router as we, and be there for all others. */
static bool
is_turned_away_inside(struct inquiry *q, const struct connect_fact *fact)
{
	const char *here = our_address(q->arena, fact);

	if (q->partner->role != ROLE_OWN || here == NULL || fact->address == NULL)
		return false;
	if (fact->failure != CONNECT_TIMED_OUT && fact->failure != CONNECT_REFUSED &&
		fact->failure != CONNECT_HOST_UNREACHABLE)
		return false;
	return address_special(here) != NULL && address_special(fact->address) == NULL &&
	       !is_answering(q, fact->address);
}

enum progress
progress_at(struct inquiry *q, const struct endpoint *endpoint)
{
	struct inquiry at = inquiry_at(q, endpoint);
	const struct observation *o = cite(&at, FACT_CONNECT);

	if (o == NULL || failure_of(o) == CONNECT_NOT_TRIED ||
		failure_of(o) == CONNECT_FORBIDDEN)
		return PROGRESS_UNTRIED;
	if (failure_of(o) == CONNECT_NET_UNREACHABLE &&
		!progress_has_route(q, endpoint->ipv6))
		return PROGRESS_NO_ROUTE;
	if (is_turned_away_inside(q, o->fact))
		return PROGRESS_UNSEEN;
	if (failure_of(o) != CONNECT_FINE)
		return PROGRESS_NOWHERE;
	return stream_progress(&at);
}

bool
progress_is_dead(enum progress progress)
{
	return progress > PROGRESS_UNSEEN && progress < PROGRESS_WORKING;
}

const char *
connect_words(enum connect_failure failure)
{
	static const char *const words[] = {
		[CONNECT_FINE] = NULL,
		[CONNECT_REFUSED] = "connection refused",
		[CONNECT_TIMED_OUT] = "connection timed out",
		[CONNECT_RESET] = "connection reset",
		[CONNECT_HOST_UNREACHABLE] = "host unreachable",
		[CONNECT_NET_UNREACHABLE] = "network unreachable",
		[CONNECT_NOT_TRIED] = "not tried",
		[CONNECT_FORBIDDEN] = "forbidden here",
		[CONNECT_OTHER] = "connection failed",
	};

	return words[failure];
}

static const char *
stream_words(struct inquiry *at)
{
	const struct header_fact *header = last_header(at);
	const struct observation *error = cite(at, FACT_ERROR), *tls = cite(at, FACT_TLS);

	if (error != NULL)
		return say_error(at, error->fact);
	if (tls != NULL && !((const struct tls_fact *)tls->fact)->completed)
		return "the TLS handshake failed";
	if (is_for_clients(header))
		return "a port for clients";
	if (cite(at, FACT_FOREIGN) != NULL)
		return "another protocol";
	return header ? "no stream features" : "no stream header";
}

const char *
progress_words(struct inquiry *q, const struct endpoint *endpoint)
{
	struct inquiry at = inquiry_at(q, endpoint);
	const struct observation *o = cite(&at, FACT_CONNECT);
	const char *words = o ? connect_words(failure_of(o)) : NULL;

	return words ? words : stream_words(&at);
}

const char *
progress_no_route(bool ipv6)
{
	return ipv6 ? "no route for IPv6 here" : "no route for IPv4 here";
}

const char *
progress_unknown(const struct endpoint *endpoint, enum progress progress)
{
	if (progress == PROGRESS_NO_ROUTE)
		return progress_no_route(endpoint->ipv6);
	return progress == PROGRESS_UNSEEN ? "own.listener.public" : NULL;
}
