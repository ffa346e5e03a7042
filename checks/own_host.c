/* The checks of the host that we run on: nothing that is wrong here may be blamed on a
 * partner, and nothing that a partner does may be blamed on us. */
#include "checks/own.h"

#include "base/text.h"
#include "checks/progress.h"

#include <inttypes.h>
#include <string.h>

/* --- the clock -------------------------------------------------------------------- */

/* Seconds that clocks may differ by without harm, and with little of it. */
enum { CLOCK_FINE_LEAD = 60, CLOCK_GRAVE_LEAD = 300 };

/* What somebody with a clock of his own says to begin later than we see it. */
struct lead {
	int64_t seconds;
	const char *words;
};

static void
take_lead(struct inquiry *q, const struct observation *o, int64_t begins,
	const char *words, struct lead *lead)
{
	int64_t now = journal_started(q->partner->journal) + o->at / 1000000;

	if (begins == 0 || begins - now <= lead->seconds)
		return;
	also_cite(q, o);
	lead->seconds = begins - now;
	lead->words = arena_printf(q->arena, "%s begins %s, %" PRId64 " s from now",
		words, text_time(q->arena, begins), lead->seconds);
}

/* RFC 4034, 3.1.5; RFC 6960, 4.2.2.1 (thisUpdate). The notBefore of a certificate proves
 * less: some are issued for a day to come. */
static struct lead
find_lead(struct inquiry *q)
{
	const struct journal *journal = q->partner->journal;
	struct lead lead = { 0 };

	for (unsigned n = 1; n <= journal_size(journal); n++) {
		const struct observation *o = journal_at(journal, n);

		if (o->kind == FACT_DNS) {
			const struct dns_fact *fact = o->fact;

			take_lead(q, o, fact->signature_begins,
				arena_printf(q->arena, "the signature of \"%s\"",
					fact->name ? fact->name : ""),
				&lead);
		} else if (o->kind == FACT_TLS) {
			const struct tls_fact *fact = o->fact;

			take_lead(
				q, o, fact->staple_from, "a stapled OCSP answer", &lead);
		}
	}
	return lead;
}

/* A container's kernel may be kept right by its host and not know it: by itself its word
 * against the clock is no warning. */
void
own_clock(struct inquiry *q)
{
	const struct observation *o = cite_next(q, FACT_CLOCK, NULL);
	const struct clock_fact *clock = o ? o->fact : NULL;
	struct lead lead = find_lead(q);

	if (lead.seconds <= CLOCK_FINE_LEAD) {
		if (clock == NULL || clock->state == CLOCK_UNKNOWN)
			skipped(q, "a word of the kernel");
		else if (clock->state == CLOCK_UNSYNCHRONISED)
			noted(q, "the kernel does not know that anybody keeps the clock "
				 "right; nothing that was seen speaks against it");
	} else if (clock != NULL && clock->state == CLOCK_SYNCHRONISED) {
		noted(q, "%s; the clock here is kept right to %.3f s, so theirs is ahead",
			lead.words, (double)clock->most_wrong / 1e6);
	} else if (clock == NULL || clock->state == CLOCK_UNKNOWN) {
		warned(q, "%s: the clock of this host is behind, or theirs is ahead",
			lead.words);
	} else if (lead.seconds > CLOCK_GRAVE_LEAD) {
		failed(q, "%s, and nobody keeps the clock of this host right",
			lead.words);
	} else {
		warned(q, "%s, and nobody keeps the clock of this host right",
			lead.words);
	}
}

/* --- the way out ------------------------------------------------------------------ */

struct tries {
	int fine, forbidden, no_route[2], other[2]; /* the latter by IPv4, IPv6 */
	const struct endpoint *stopped;             /* the first one forbidden */
};

static struct tries
count_tries(struct inquiry *q)
{
	struct tries n = { 0 };
	size_t count;
	const struct endpoint *list = all_endpoints(q, &count);

	for (size_t i = 0; i < count; i++) {
		const struct observation *o =
			cite_at(q, &list[i], FACT_CONNECT, PHASE_NONE);
		const struct connect_fact *fact = o ? o->fact : NULL;

		if (fact == NULL || fact->failure == CONNECT_NOT_TRIED)
			continue;
		n.fine += fact->failure == CONNECT_FINE;
		if (fact->failure == CONNECT_FORBIDDEN && n.forbidden++ == 0)
			n.stopped = &list[i];
		else if (fact->failure == CONNECT_NET_UNREACHABLE)
			n.no_route[list[i].ipv6]++;
		else
			n.other[list[i].ipv6]++;
	}
	return n;
}

/* Silence may be a filter of ours, of the partner, or of anybody between: only what our own
 * kernel says is ours beyond doubt. */
void
own_egress(struct inquiry *q)
{
	struct tries n = count_tries(q);

	if (n.stopped != NULL && n.fine == 0)
		failed(q, "this host forbids the connection to %s",
			endpoint_show(q->arena, n.stopped->id));
	else if (n.stopped != NULL)
		warned(q, "this host forbids the connection to %s",
			endpoint_show(q->arena, n.stopped->id));
	else if (n.fine == 0)
		skipped(q, "a connection");
	for (int ipv6 = 0; ipv6 < 2; ipv6++)
		if (n.fine > 0 && n.no_route[ipv6] > 0 && n.other[ipv6] == 0)
			noted(q, "this host has no route for IPv%d", ipv6 ? 6 : 4);
}

/* --- the way in ------------------------------------------------------------------- */

/* Nothing but this host answers at an address of its own. */
static bool
is_this_host(struct inquiry *q, const struct connect_fact *fact)
{
	return text_same(our_address(q->arena, fact), fact->address) ||
	       text_same(address_special(fact->address), "loopback");
}

static const struct connect_fact *
cite_connect(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_CONNECT);
	const struct connect_fact *fact = o ? o->fact : NULL;

	return fact && fact->address && fact->failure != CONNECT_NOT_TRIED ? fact : NULL;
}

void
own_listener_local(struct inquiry *q)
{
	const struct connect_fact *fact = cite_connect(q);

	if (fact == NULL)
		skipped(q, "an attempt");
	else if (!is_this_host(q, fact))
		skipped(q, "a run on the host itself");
	else if (fact->failure == CONNECT_REFUSED)
		failed(q, "%s is this host, and nothing listens there on port %d",
			fact->address, fact->port);
	else if (progress_at(q, q->endpoint) < PROGRESS_STREAM)
		failed(q, "%s is this host, but no XMPP server answers there: %s",
			fact->address, progress_words(q, q->endpoint));
}

/* No failure, since nothing is known of strangers; but nothing is well, either. */
static void
judge_unseen(struct inquiry *q, const struct connect_fact *fact, const char *local)
{
	remedy(q,
		"look from outside: run `fedprobe check %s` on a host in another network; "
		"if it is not reached from there, forward port %d on %s to the Edge",
		q->partner->domain.ascii, fact->port, fact->address);
	warned(q,
		"%s from %s, behind a translation of addresses: if that is our own network, "
		"strangers may get through all the same",
		connect_words(fact->failure), local);
}

/* Behind a translation of addresses the router may turn our packets round without asking
 * the rules that hold for strangers, or not do it at all. */
void
own_listener_public(struct inquiry *q)
{
	const struct connect_fact *fact = cite_connect(q);
	const char *local = fact ? our_address(q->arena, fact) : NULL;

	if (local == NULL)
		skipped(q, "an attempt");
	else if (is_this_host(q, fact))
		skipped(q, "a look from outside");
	else if (address_special(fact->address) != NULL)
		skipped(q, "a public address");
	else if (progress_at(q, q->endpoint) == PROGRESS_UNSEEN)
		judge_unseen(q, fact, local);
	else if (fact->failure != CONNECT_FINE)
		skipped(q, "tcp.connect");
	else if (address_special(local) != NULL)
		noted(q,
			"reached from %s, behind a translation of addresses: if that is our "
			"own network, strangers may fare otherwise",
			local);
}
