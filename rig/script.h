/* What a peer or a caller does: the step language. */
#pragma once

#include "rig/line.h"
#include "rig/recipe.h"

enum action_kind {
	ACT_EXPECT,      /* an element of the other side, by name */
	ACT_EXPECT_TEXT, /* these bytes somewhere in what comes */
	ACT_EXPECT_TLS,  /* the first byte of a TLS hello, which stays unread */
	ACT_SEND,
	ACT_DRIP, /* byte by byte */
	ACT_TLS,
	ACT_ANSWER,   /* from now on, to each such element */
	ACT_KNOW,     /* from now on, to a db:verify with this key */
	ACT_STRANGER, /* a client without a certificate: the rest is for the others */
	ACT_REFUSE,   /* a client by its name: the rest is for the others */
	ACT_SERVE,    /* only answers, until the client closes the stream */
	ACT_WAIT,
	ACT_ALERT,
	ACT_FIN,
	ACT_RST,
	ACT_HOLD, /* silence, until the other side goes */
	ACT_CALL, /* lets a caller call, and goes on when it is done */
	ACTION_KINDS
};

enum awaited {
	AWAIT_HEADER,
	AWAIT_STARTTLS,
	AWAIT_VERIFY,
	AWAIT_RESULT,
	AWAIT_AUTH,
	AWAIT_RESPONSE,
	AWAIT_STANZA, /* any that has no name of its own here */
	AWAIT_IQ,     /* the same of requests */
	AWAIT_DISCO,
	AWAIT_VERSION,
	AWAIT_MESSAGE,
	AWAIT_PRESENCE,
	AWAIT_FEATURES,
	AWAIT_PROCEED,
	AWAIT_FAILURE,
	AWAIT_SUCCESS,
	AWAIT_CHALLENGE,
	AWAIT_DENIAL,
	AWAIT_ERROR,
	AWAIT_END,
	AWAIT_KINDS
};

enum tls_version { TLS_ANY, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 };

/* What a client finds wrong with the server's certificate. */
enum tls_refusal {
	REFUSE_NOTHING,
	REFUSE_UNKNOWN_CA,
	REFUSE_EXPIRED,
	REFUSE_BAD_CERTIFICATE,
};

/* How to do the TLS handshake. */
struct tls_plan {
	bool calls; /* as client, and then: */
	enum tls_refusal refusal;
	const char *certificate; /* NULL for none, as only a client may */
	const struct recipe *recipe;
	bool request_certificate;
	bool keep_input; /* what came in clear counts, which it must not */
	enum tls_version min, max;
	const char *alpn, *ciphers;
};

struct action {
	enum action_kind kind;
	int line;
	long times; /* 0: for ever */
	enum awaited awaited;
	struct bytes text; /* with variables */
	const char *name;  /* of a client or a caller; of ACT_KNOW, the key */
	size_t caller;     /* of ACT_CALL, which of the scenario's */
	long number;       /* of an alert, or milliseconds */
	struct tls_plan tls;
};

struct script {
	struct action *action;
	size_t actions;
};

/* Adds the step of a line; false after a complaint. */
bool script_read(struct script *script, struct line *line);
