/* A connection to an endpoint, shared by walk.c and agreed.c (what each is for, and when),
 * session.c (its beginning and its end), initiate.c (the states), traffic.c (its bytes),
 * external.c (SASL), question.c (what is asked), exchange.c (what follows authentication)
 * and witness.c (what is recorded of it). For these only. */
#pragma once

#include "base/machine.h"
#include "net/stream.h"
#include "probes/hiding.h"
#include "probes/probe.h"

enum {
	CONNECT,
	HEADER,
	FEATURES,
	PROCEED,
	HANDSHAKE,
	AUTH,
	VERIFY,
	RESULT,
	LATE_RESULT,
	PING,
	EXCHANGE,
	END_TAG,
	END,
};

enum starttls { STARTTLS_IF_OFFERED, STARTTLS_NEVER, STARTTLS_ALWAYS };

enum question {
	ASK_NOTHING,
	ASK_VERIFY,
	ASK_RESULT,
	ASK_ISSUED,
	ASK_SHORTCUT, /* as ASK_ISSUED, where our certificate may be enough (XEP-0344) */
	ASK_KNOWN,    /* the key is one that our secret makes */
	ASK_PING,
	ASK_IN_FOREIGN_NAME /* a ping of nobody, from one who is authenticated */
};

/* SASL EXTERNAL with our certificate: in the name of the domain, of whom the certificate
 * names (RFC 6120, 6.4.2), or of nobody. */
enum external { EXTERNAL_NEVER, EXTERNAL_DOMAIN, EXTERNAL_EMPTY, EXTERNAL_FOREIGN };

/* What one connection does differently from another. Nobody is a name that does not
 * exist, so that no third party is drawn in. */
struct walk {
	enum starttls starttls;
	enum external external; /* only inside TLS, and where it is offered */
	enum question question;
	bool inject;       /* a question goes out in clear, together with <starttls/> */
	bool from_nobody;  /* we call ourselves so, whatever the user's own domain is */
	bool to_nobody;    /* the stream is for nobody, in place of the partner */
	bool about_nobody; /* the question is, on a stream for the partner */
	bool second;       /* once it is valid, it is put for a second domain of ours */
	bool exchange;     /* stanzas go out when we are authenticated */
};

struct session {
	struct work *work;
	const struct walk *walk;
	enum question question; /* the walk's, until SASL fails */
	const char *from, *to,
		*about;      /* of the stream header; the `to` of the question */
	const char *foreign; /* a name that is not ours */
	struct arena *arena;
	struct machine *machine;
	struct timer *patience;
	struct conn *conn;
	struct stream *stream;
	enum phase phase;
	int64_t began;   /* when the present wait began, by plan_now() */
	const char *out; /* what is being sent */
	size_t out_length, out_done;
	enum flow written;  /* what became of it */
	const char *said;   /* what we sent last, in a word */
	const char *before; /* goes out in front of what is sent next; NULL: nothing */
	bool bidi;          /* the stream is open for stanzas of the partner's */
	struct exchange *exchange;
	const char *key; /* the dialback key; never shown */
	struct hiding hiding;
	bool doubled; /* the question was put for our second domain, too */
	int wires;
	size_t discarded; /* bytes that came after the end of the stream */
	struct connect_fact connect;
	struct header_fact header;
	struct starttls_fact starttls;
	struct sasl_fact sasl;
	struct dialback_fact dialback, injected;
	struct stanza_fact ping;
	struct close_fact close;
};

/* --- session.c ---------------------------------------------------------------------- */

/* The members of a row of the table of probes; the row's `walk` says how it goes. */
void session_begin(struct work *work);
const char *session_doing(const struct work *work, int64_t *since);
void session_end(struct work *work);

/* --- initiate.c --------------------------------------------------------------------- */

/* What a partner that looks for us may need to answer a db:result. */
enum { LATE_RESULT_MS = 100000 };

/* RFC 6120 read from top to bottom. */
extern const struct state session_states[];

/* --- traffic.c ---------------------------------------------------------------------- */

/* The next state, whose wait begins now. */
enum step session_go(struct session *s, unsigned state);

/* Lets it go out; `word` is what it is, for a stream error that follows. */
void send_text(struct session *s, const char *word, const char *text);

/* The same without a record of it, and without what is to go before. */
void session_load(struct session *s, const char *word, const char *text);

/* Writes as much as goes now. */
enum flow session_write(struct session *s);

/* Sends what is left to send and reads until the next event of the stream. False: the
 * state function returns *step; what had to be recorded is. */
bool session_event(struct session *s, enum stream_event *event,
	const struct element **element, enum step *step);

/* The next element that is not a stream error. An error, or the end of the stream, is
 * recorded, and the machine leaves: NULL, and the state function returns *step. */
const struct element *session_element(struct session *s, enum step *step);

/* Ends the stream, and awaits that the partner does. */
enum step session_leave(struct session *s);

/* The stream is closed as it should be, but nobody waits for the partner any more. */
void session_leave_at_once(struct session *s);

/* The connection is over before its time; tells what was missed because of it. */
enum step session_lost(struct session *s, enum flow flow);

/* --- external.c --------------------------------------------------------------------- */

/* What an element has done to SASL. */
enum external_end {
	EXTERNAL_GOES_ON, /* the challenge was answered */
	EXTERNAL_ACCEPTED,
	EXTERNAL_REFUSED, /* by <failure/>: the stream may live on */
	EXTERNAL_BROKEN
};

/* Whether the walk tries EXTERNAL here, now that these features came. */
bool external_is_due(const struct session *s, const struct features_fact *features);

/* Sends <auth/>. */
void external_begin(struct session *s);

/* The answer; recorded when it is the last. */
enum external_end external_hear(struct session *s, const struct element *element);

/* --- question.c --------------------------------------------------------------------- */

/* Whether the question may be put where the stream is now: a key that is worth something
 * goes out in clear only when that was agreed. */
bool question_may(const struct session *s);

/* What to ask on a stream on which SASL was refused. */
enum question question_after_failure(const struct session *s);

/* A further domain of ours (<sip-domain> of <local>) that the partner does not host; NULL for
 * none. */
const char *question_second(const struct partner *partner);

/* Whether the same question is put once more, for our second domain. */
bool question_goes_on(struct session *s);

/* The present question: sends it; returns the state that waits for the answer. */
unsigned question_put(struct session *s);

/* A question for the same write as <starttls/>; its text. */
const char *question_inject(struct session *s);

/* Whether the element is the answer to the walk's question; recorded, and so is what
 * nobody asked for. */
bool question_answered(struct session *s, const struct element *element);

/* Whether the bytes answer inside TLS what was injected before it; recorded. */
bool question_leaked(struct session *s, const char *bytes, size_t length);

/* --- witness.c ---------------------------------------------------------------------- */

/* Records a fact; its time runs from s->began. */
void saw(struct session *s, enum outcome outcome, const char *detail, enum fact_kind kind,
	const void *fact);

/* Bytes that came, at most so many at once: for the parser and the transcript. */
enum { SESSION_PIECE = 16384 };
void take_in(struct session *s, const char *came, size_t length);

/* XML as it goes over the wire; a dialback key in it is made unreadable. */
void saw_wire(struct session *s, bool sent, const char *text, size_t length);

/* The handshake, and the certificates that came in it. */
void saw_tls(struct session *s, enum outcome outcome, const char *detail);
void saw_certificates(struct session *s);

/* The next event of a stream in both directions (XEP-0288), for the transcript. */
void saw_event(struct session *s, enum stream_event event, const struct element *element);

/* A <stream:error/>, and XML that breaks a rule or a limit. */
void saw_error(struct session *s, const struct element *error);
void saw_breach(struct session *s);

/* The first bytes are no XML: recorded, and true. */
bool saw_foreign(struct session *s);

/* The first bytes of a handshake are no TLS: recorded. */
void saw_no_tls(struct session *s);

/* What was awaited in the present state did not come. */
void missed(struct session *s, enum outcome outcome, const char *detail);
