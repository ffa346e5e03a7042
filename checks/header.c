/* The stream header that answers ours, in clear and again inside TLS (RFC 6120, 4.7 and
 * 4.8): whether it came, what its attributes say, and whether the domain that ours was for
 * is hosted there. */
#include "checks/header.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

#define NS_STREAMS "http://etherx.jabber.org/streams"
#define NS_SERVER  "jabber:server"

static const enum phase phases[] = { PHASE_PLAIN, PHASE_TLS };

enum { PHASES = sizeof phases / sizeof phases[0] };

/* RFC 8446, 4.4.2.4 lets a server that misses a certificate just close. */
static bool
may_miss_certificate(struct inquiry *q, const struct observation *o)
{
	const struct header_fact *header = o->fact;
	const struct observation *tls = cite(q, FACT_TLS);

	return header->phase == PHASE_TLS && header->bytes == 0 &&
	       o->outcome == OUTCOME_CLOSED && tls &&
	       ((const struct tls_fact *)tls->fact)->certificate_requested;
}

static void
header_missing(struct inquiry *q, const struct observation *o)
{
	const struct header_fact *header = o->fact;
	const struct error_fact *error = attempt_error(q, header->phase);
	const char *stop = attempt_stop(q, header->phase);

	if (error != NULL && error->before_header)
		failed(q, "%s, in place of a header", say_error(q, error));
	else if (attempt_demands(q))
		noted(q,
			"TLS ended with an alert for want of a certificate of ours before a "
			"header came");
	else if (text_same(stop, "stream.xml.clean") || text_same(stop, "stream.limits"))
		skipped(q, stop);
	else if (may_miss_certificate(q, o))
		warned(q,
			"inside TLS %s; it had asked for a certificate and got none, which "
			"may be the reason",
			say_silence(q, o));
	else
		failed(q, "%s %s; %d bytes had come", say_phase(header->phase),
			say_silence(q, o), header->bytes);
}

void
header_received(struct inquiry *q)
{
	for (size_t i = 0; i < PHASES; i++) {
		const struct observation *o = cite_phase(q, FACT_HEADER, phases[i]);

		if (o == NULL)
			continue;
		if (!((const struct header_fact *)o->fact)->received)
			header_missing(q, o);
		else if (seconds(o->took) > 10)
			warned(q, "the header %s took %s", say_phase(phases[i]),
				say_time(q, o->took));
	}
}

/* Calls back for the header of each phase that came. */
static void
each_header(struct inquiry *q, void (*look)(struct inquiry *, const struct header_fact *))
{
	bool any = false;

	for (size_t i = 0; i < PHASES; i++) {
		const struct header_fact *header = attempt_header(q, phases[i]);

		if (header != NULL)
			look(q, header);
		any |= header != NULL;
	}
	if (!any)
		skipped(q, attempt_stop(q, attempt_first(q)));
}

/* RFC 6120, 4.8.1 to 4.8.5. */
static void
look_at_namespace(struct inquiry *q, const struct header_fact *h)
{
	const char *content = h->content_namespace;
	bool prefix_free = h->prefix == NULL || *h->prefix == '\0';

	if (!text_same(h->name_space, NS_STREAMS) || !text_same(h->name, "stream"))
		failed(q, "the root element is \"%s\" in the namespace \"%s\"",
			h->name ? h->name : "", h->name_space ? h->name_space : "");
	else if (text_same(content, "jabber:client"))
		failed(q,
			"the content namespace is jabber:client: this is a port for clients");
	else if (prefix_free)
		noted(q, "the stream header has no prefix");
	else if (content == NULL)
		warned(q, "the header declares no content namespace");
	else if (!text_same(content, NS_SERVER))
		failed(q, "the content namespace is \"%s\"", content);
	else if (!text_same(h->prefix, "stream"))
		noted(q, "the prefix is \"%s\", which some servers do not accept",
			h->prefix);
	/* XEP-0220, 2: some know the dialback namespace by this prefix only. */
	if (h->dialback_prefix && !text_same(h->dialback_prefix, "db"))
		warned(q, "the dialback namespace has the prefix \"%s\"",
			h->dialback_prefix);
}

void
header_namespace(struct inquiry *q)
{
	each_header(q, look_at_namespace);
}

/* RFC 6120, 4.7.1 and 4.7.2. */
static void
look_at_addresses(struct inquiry *q, const struct header_fact *h)
{
	const char *where = say_phase(h->phase);

	/* Who is not hosted may be answered in the name of whoever is (4.9.1.3). */
	if (attempt_is_unknown_host(q, h->phase))
		return;
	if (h->from == NULL || *h->from == '\0')
		warned(q, "the header %s has no \"from\"", where);
	else if (!is_partner(q, h->from))
		failed(q, "the header %s is from \"%s\"", where, h->from);
	if (h->to == NULL || *h->to == '\0')
		noted(q, "the header %s has no \"to\"", where);
	else if (!is_same_domain(q, h->to, h->sent_from))
		warned(q, "the header %s is to \"%s\", but we came from \"%s\"", where,
			h->to, h->sent_from ? h->sent_from : "");
}

void
header_addresses(struct inquiry *q)
{
	each_header(q, look_at_addresses);
}

/* One may be guessed from the other: they differ in a small number at the end only. Nine
 * digits are enough for a counter; those of a long random number differ earlier. */
static bool
is_next_to(const char *a, const char *b)
{
	size_t length = strlen(a), prefix = length;
	long difference;

	if (length != strlen(b))
		return false;
	while (prefix > 0 && length - prefix < 9 && a[prefix - 1] >= '0' &&
		a[prefix - 1] <= '9' && b[prefix - 1] >= '0' && b[prefix - 1] <= '9')
		prefix--;
	if (prefix == length || strncmp(a, b, prefix) != 0)
		return false;
	difference = strtol(a + prefix, NULL, 10) - strtol(b + prefix, NULL, 10);
	return labs(difference) <= 16;
}

static void
compare_ids(struct inquiry *q, const char *id, const char *earlier)
{
	if (strcmp(id, earlier) == 0)
		failed(q, "the id \"%s\" came twice", id);
	else if (is_next_to(id, earlier))
		warned(q, "the ids \"%s\" and \"%s\" can be guessed one from the other",
			earlier, id);
}

/* RFC 6120, 4.7.3: the id is what a dialback key is bound to (XEP-0185, 2). */
void
header_id(struct inquiry *q)
{
	const struct observation *o = NULL;
	const char *id[8] = { NULL };
	size_t ids = 0;

	while ((o = cite_next(q, FACT_HEADER, o)) != NULL &&
		ids < sizeof id / sizeof id[0]) {
		const struct header_fact *h = o->fact;

		if (!h->received)
			continue;
		id[ids] = h->id ? h->id : "";
		if (*id[ids] == '\0')
			failed(q, "the header %s has no id", say_phase(h->phase));
		else if (strlen(id[ids]) < 8)
			warned(q, "\"%s\" has only %zu characters", id[ids],
				strlen(id[ids]));
		for (size_t i = 0; i < ids && *id[ids] != '\0'; i++)
			compare_ids(q, id[ids], id[i]);
		ids++;
	}
	if (ids == 0)
		skipped(q, attempt_stop(q, attempt_first(q)));
}

static bool
is_digits(const char *text, size_t length)
{
	return length > 0 && strspn(text, "0123456789") >= length;
}

/* RFC 6120, 4.7.5: two numbers, leading zeros without meaning; a higher minor number, or
 * major, is answered by what both know. */
static void
look_at_version(struct inquiry *q, const struct header_fact *h)
{
	const char *dot = h->version ? strchr(h->version, '.') : NULL;

	if (h->version == NULL)
		warned(q,
			"the header %s has no version, so it offers neither features nor TLS",
			say_phase(h->phase));
	else if (dot == NULL || !is_digits(h->version, (size_t)(dot - h->version)) ||
		 !is_digits(dot + 1, strlen(dot + 1)))
		failed(q, "the version %s is \"%s\"", say_phase(h->phase), h->version);
	else if (strtol(h->version, NULL, 10) == 0)
		warned(q, "the version %s is %s, which knows neither features nor TLS",
			say_phase(h->phase), h->version);
	else if (strtol(h->version, NULL, 10) != 1 || strtol(dot + 1, NULL, 10) != 0)
		noted(q, "the version %s is %s", say_phase(h->phase), h->version);
}

void
header_version(struct inquiry *q)
{
	each_header(q, look_at_version);
}

/* --- the host --------------------------------------------------------------------- */

/* How a stream was taken that is for an invented domain. */
struct greeting {
	enum { NOT_SENT, ACCEPTED, UNKNOWN, OTHER_ERROR, ENDED } answer;
	const struct header_fact *header;
	const struct error_fact *error;
	const struct observation *end; /* what did not come */
};

static struct greeting
greet_nobody(struct inquiry *q)
{
	static const char probe[] = "unknown-host";
	const struct observation *header = cite_by(q, probe, FACT_HEADER, PHASE_NONE);
	const struct observation *features = cite_by(q, probe, FACT_FEATURES, PHASE_NONE);
	const struct observation *error = cite_by(q, probe, FACT_ERROR, PHASE_NONE);
	struct greeting g = { NOT_SENT, NULL, NULL, features ? features : header };

	if (header == NULL)
		return g;
	g.header = header->fact;
	g.error = error ? error->fact : NULL;
	if (g.error != NULL)
		g.answer = text_same(g.error->condition, "host-unknown") ? UNKNOWN
									 : OTHER_ERROR;
	else if (features != NULL)
		g.answer = ((const struct features_fact *)features->fact)->received
				   ? ACCEPTED
				   : ENDED;
	else
		g.answer =
			g.header->received && header_is_old(g.header) ? ACCEPTED : ENDED;
	return g;
}

/* RFC 6120, 4.9.1.2, 4.9.1.3 and 4.9.3.6. */
void
header_unknown_refused(struct inquiry *q)
{
	struct greeting g = greet_nobody(q);
	const char *name = g.header && g.header->sent_to ? g.header->sent_to : "";

	if (g.answer == NOT_SENT && q->partner->asked->depth != DEPTH_DEEP)
		skipped(q, "--depth deep");
	else if (g.answer == NOT_SENT)
		skipped(q, attempt_stop(q, attempt_first(q)));
	else if (g.answer == ACCEPTED)
		noted(q, "a stream for the invented name \"%s\" was accepted", name);
	else if (g.answer == ENDED)
		warned(q, "a stream for \"%s\" got no error: %s", name,
			say_silence(q, g.end));
	else if (!g.header->received)
		warned(q, "a stream for \"%s\" was refused without a stream header: %s",
			name, say_error(q, g.error));
	else if (g.answer == OTHER_ERROR)
		warned(q, "a stream for \"%s\" was refused in another way: %s", name,
			say_error(q, g.error));
	else if (is_same_domain(q, g.header->from, name))
		noted(q, "\"%s\" was refused, by a header that is from this very name",
			name);
}

static bool
is_named_by_certificate(struct inquiry *q)
{
	const struct certificate_fact *leaf = cite_certificate(q, 0);

	return leaf && name_fits(q->arena, leaf, q->partner->domain.ascii);
}

/* Some servers accept every name, so that nobody objects proves little: either another
 * name is refused, or the answer shows the domain. */
static void
judge_acceptance(struct inquiry *q)
{
	const struct header_fact *h = attempt_header(q, attempt_first(q));
	struct greeting g = greet_nobody(q);

	if (g.answer == ACCEPTED)
		noted(q, "the name was accepted, but so was the invented name \"%s\"%s",
			g.header->sent_to ? g.header->sent_to : "",
			is_named_by_certificate(q) ? "; the certificate names the domain"
						   : "");
	else if (g.answer != UNKNOWN && !(h && is_partner(q, h->from)) &&
		 !is_named_by_certificate(q))
		noted(q, "the name was accepted, but neither the stream header nor the "
			 "certificate shows it");
}

/* RFC 6120, 4.9.3.5 and 4.9.3.6. */
void
header_host_served(struct inquiry *q)
{
	const struct header_fact *h;

	for (size_t i = 0; i < PHASES; i++)
		if (attempt_is_unknown_host(q, phases[i]))
			failed(q, "%s", say_error(q, attempt_error(q, phases[i])));
	if (!attempt_features(q, attempt_first(q)) && !attempt_demands(q)) {
		h = attempt_header(q, attempt_first(q));
		if (!h || !header_is_old(h) || attempt_error(q, attempt_first(q))) {
			skipped(q, attempt_stop(q, attempt_first(q)));
			return;
		}
	}
	judge_acceptance(q);
}
