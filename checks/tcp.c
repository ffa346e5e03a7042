/* The checks of one connection: whether it comes about, stays, and speaks XMPP at all. The
 * way in which it fails decides who must act. */
#include "checks/reach.h"

#include "checks/attempt.h"
#include "checks/progress.h"

static const char *
connect_remedy(enum connect_failure failure)
{
	switch (failure) {
	case CONNECT_REFUSED:
		return "start the server, or bind it to this address";
	case CONNECT_TIMED_OUT:
		return "open the port inbound in the firewall and in the NAT before the host";
	case CONNECT_HOST_UNREACHABLE:
	case CONNECT_NET_UNREACHABLE:
		return "check the routing to this address, and firewalls that answer "
		       "\"prohibited\"";
	default:
		return NULL;
	}
}

/* Slower than this, other servers have given up or gone elsewhere. */
enum { CONNECT_SLOW = 3000000 };

void
tcp_connect(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_CONNECT);
	const struct connect_fact *fact = o ? o->fact : NULL;

	if (fact == NULL)
		return;
	if (fact->failure == CONNECT_NOT_TRIED) {
		skipped(q, address_special(q->endpoint->address) ? "dns.address.public"
								 : "an attempt");
	} else if (fact->failure == CONNECT_FORBIDDEN) {
		skipped(q, "own.egress");
	} else if (fact->failure == CONNECT_NET_UNREACHABLE &&
		   !progress_has_route(q, q->endpoint->ipv6)) {
		skipped(q, progress_no_route(q->endpoint->ipv6));
	} else if (progress_at(q, q->endpoint) == PROGRESS_UNSEEN) {
		skipped(q, "own.listener.public");
	} else if (fact->failure != CONNECT_FINE) {
		failed(q, "%s after %.3f s", connect_words(fact->failure),
			seconds(o->took));
		if (connect_remedy(fact->failure) != NULL)
			remedy(q, "%s", connect_remedy(fact->failure));
	} else if (o->took > CONNECT_SLOW) {
		warned(q, "the connection took %.1f s", seconds(o->took));
	}
}

/* A proxy without backend, or an address that is banned, closes at once. What closes
 * later without a word is the business of stream.header.received; what closes during the
 * handshake of direct TLS, of tls.handshake. */
void
tcp_early_close(struct inquiry *q)
{
	enum { AT_ONCE = 1000000 };
	const struct observation *o;
	const struct header_fact *header;

	if (attempt_is_direct(q)) {
		o = cite(q, FACT_TLS);
		if (o != NULL && o->outcome == OUTCOME_CLOSED)
			skipped(q, "a word before the TLS handshake");
		return;
	}
	o = cite_phase(q, FACT_HEADER, PHASE_PLAIN);
	header = o ? o->fact : NULL;
	if (header != NULL && !header->received && header->bytes == 0 &&
		o->outcome == OUTCOME_CLOSED && o->took <= AT_ONCE)
		failed(q, "closed after %.3f s without a word", seconds(o->took));
}

static const char *
protocol_words(enum foreign_protocol protocol)
{
	static const char *const words[] = {
		[FOREIGN_NONE] = "nothing known",
		[FOREIGN_TLS] = "TLS",
		[FOREIGN_HTTP] = "HTTP",
		[FOREIGN_SMTP] = "SMTP or FTP",
		[FOREIGN_SSH] = "SSH",
		[FOREIGN_IMAP] = "IMAP",
		[FOREIGN_XML_ON_TLS] = "XML in place of TLS",
		[FOREIGN_OTHER] = "an unknown protocol",
	};

	return words[protocol];
}

void
tcp_wrong_protocol(struct inquiry *q)
{
	const struct observation *o = cite(q, FACT_FOREIGN), *tls;
	const struct foreign_fact *foreign = o ? o->fact : NULL;
	bool spoke = attempt_header(q, attempt_first(q)) != NULL;

	/* What follows a good header is no other service. */
	if (spoke)
		return;
	if (foreign != NULL) {
		failed(q, "%s%s", protocol_words(foreign->protocol),
			say_text(q, foreign->begins));
		return;
	}
	o = cite_phase(q, FACT_HEADER, attempt_first(q));
	spoke = o != NULL && ((const struct header_fact *)o->fact)->bytes > 0;
	tls = cite(q, FACT_TLS);
	spoke |= tls != NULL && (((const struct tls_fact *)tls->fact)->completed ||
					((const struct tls_fact *)tls->fact)->alert != 0);
	if (!spoke)
		skipped(q, "bytes of the server");
}
