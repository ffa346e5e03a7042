/* The wire format of a TLS hello, RFC 8446 (4.1.2, 4.1.3, 4.2) and RFC 5246 (7.4), written
 * and read as far as a scan needs it. Every length that comes is the peer's, and not
 * believed. */
#include "net/hello.h"

#include "base/text.h"
#include "net/random.h"

#include <string.h>

enum {
	RECORD_CHANGE_CIPHER = 20,
	RECORD_ALERT = 21,
	RECORD_HANDSHAKE = 22,
	MESSAGE_CLIENT_HELLO = 1,
	MESSAGE_SERVER_HELLO = 2,
	MESSAGE_KEY_EXCHANGE = 12,
	MESSAGE_HELLO_DONE = 14,
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_GROUPS = 10,
	EXTENSION_POINT_FORMATS = 11,
	EXTENSION_SIGNATURES = 13,
	EXTENSION_ALPN = 16,
	EXTENSION_MASTER_SECRET = 23,
	EXTENSION_VERSIONS = 43,
	EXTENSION_KEY_SHARE = 51,
	/* TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746, 3.3) */
	RENEGOTIATION = 0x00ff,
	NAMED_CURVE = 3,
	RANDOM = 32,
	RECORD_HEAD = 5,
	MESSAGE_HEAD = 4,
};

const char hello_farewell[] = "\x15\x03\x01\x00\x02\x01\x00";

/* --- writing ------------------------------------------------------------------------ */

/* Room for everything that a hello of ours can hold; a name has at most 253 octets. */
struct buffer {
	unsigned char byte[2048];
	size_t length;
};

static void
put(struct buffer *b, const void *bytes, size_t length)
{
	if (length > sizeof b->byte - b->length)
		length = sizeof b->byte - b->length;
	memcpy(b->byte + b->length, bytes, length);
	b->length += length;
}

static void
put_number(struct buffer *b, size_t octets, size_t number)
{
	for (size_t i = octets; i > 0; i--)
		put(b, &(unsigned char){ (unsigned char)(number >> (8 * (i - 1))) }, 1);
}

/* A vector begins with its length, which is known at its end. */
static size_t
begin_vector(struct buffer *b, size_t octets)
{
	put_number(b, octets, 0);
	return b->length;
}

static void
end_vector(struct buffer *b, size_t octets, size_t begin)
{
	size_t length = b->length - begin;

	for (size_t i = 1; i <= octets; i++)
		b->byte[begin - i] = (unsigned char)(length >> (8 * (i - 1)));
}

static void
put_server_name(struct buffer *b, const char *name)
{
	size_t extension, list;

	if (name == NULL)
		return;
	put_number(b, 2, EXTENSION_SERVER_NAME);
	extension = begin_vector(b, 2);
	list = begin_vector(b, 2);
	put_number(b, 1, 0); /* host_name */
	put_number(b, 2, strlen(name));
	put(b, name, strlen(name));
	end_vector(b, 2, list);
	end_vector(b, 2, extension);
}

static void
put_alpn(struct buffer *b, const char *protocol)
{
	size_t extension, list;

	if (protocol == NULL)
		return;
	put_number(b, 2, EXTENSION_ALPN);
	extension = begin_vector(b, 2);
	list = begin_vector(b, 2);
	put_number(b, 1, strlen(protocol));
	put(b, protocol, strlen(protocol));
	end_vector(b, 2, list);
	end_vector(b, 2, extension);
}

static void
put_groups(struct buffer *b, const struct offer *offer)
{
	size_t extension, list;

	put_number(b, 2, EXTENSION_GROUPS);
	extension = begin_vector(b, 2);
	list = begin_vector(b, 2);
	for (size_t i = 0; i < offer->groups; i++)
		put_number(b, 2, (size_t)offer->group[i]->number);
	end_vector(b, 2, list);
	end_vector(b, 2, extension);
	put_number(b, 2, EXTENSION_POINT_FORMATS);
	put(b, "\0\2\1\0", 4); /* uncompressed */
}

/* Any that a server may have the key for: what it signs with is not what is asked. */
static void
put_signatures(struct buffer *b)
{
	static const unsigned short schemes[] = { 0x0403, 0x0503, 0x0603, 0x0807, 0x0808,
		0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
		0x0301, 0x0303, 0x0201, 0x0203, 0x0202 };
	size_t extension, list;

	put_number(b, 2, EXTENSION_SIGNATURES);
	extension = begin_vector(b, 2);
	list = begin_vector(b, 2);
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		put_number(b, 2, schemes[i]);
	end_vector(b, 2, list);
	end_vector(b, 2, extension);
}

static void
put_newest(struct buffer *b)
{
	put_number(b, 2, EXTENSION_VERSIONS);
	put_number(b, 2, 3);
	put_number(b, 1, 2);
	put_number(b, 2, (size_t)tls_versions[TLS_1_3].number);
	put_number(b, 2, EXTENSION_KEY_SHARE);
	put_number(b, 2, 2);
	put_number(b, 2, 0); /* none: the server shall ask for one */
}

static void
put_extensions(
	struct buffer *b, const struct offer *offer, const char *sni, const char *alpn)
{
	size_t extensions = begin_vector(b, 2);

	put_server_name(b, sni);
	put_groups(b, offer);
	if (offer->version <= TLS_1_2)
		put_signatures(b);
	put_alpn(b, alpn);
	put_number(b, 2, EXTENSION_MASTER_SECRET);
	put_number(b, 2, 0);
	if (offer->version == TLS_1_3)
		put_newest(b);
	end_vector(b, 2, extensions);
}

static void
put_random(struct buffer *b, size_t count)
{
	unsigned char random[RANDOM];

	random_fill(random, count);
	put(b, random, count);
}

static void
put_suites(struct buffer *b, const struct offer *offer)
{
	size_t list = begin_vector(b, 2);

	for (size_t i = 0; i < offer->suites; i++)
		put_number(b, 2, (size_t)offer->suite[i]->number);
	if (offer->version != TLS_1_3)
		put_number(b, 2, RENEGOTIATION);
	end_vector(b, 2, list);
}

const char *
hello_write(struct arena *arena, const struct offer *offer, const char *sni,
	const char *alpn, size_t *length)
{
	enum tls_version legacy = offer->version == TLS_1_3 ? TLS_1_2 : offer->version;
	struct buffer b = { .length = 0 };
	size_t record, message;

	put_number(&b, 1, RECORD_HANDSHAKE);
	put_number(&b, 2, (size_t)tls_versions[TLS_1_0].number);
	record = begin_vector(&b, 2);
	put_number(&b, 1, MESSAGE_CLIENT_HELLO);
	message = begin_vector(&b, 3);
	put_number(&b, 2, (size_t)tls_versions[legacy].number);
	put_random(&b, RANDOM);
	/* RFC 8446, D.4: middleboxes let pass what looks like a session taken up again. */
	put_number(&b, 1, offer->version == TLS_1_3 ? RANDOM : 0);
	put_random(&b, offer->version == TLS_1_3 ? RANDOM : 0);
	put_suites(&b, offer);
	put(&b, "\1\0", 2); /* no compression */
	put_extensions(&b, offer, sni, alpn);
	end_vector(&b, 3, message);
	end_vector(&b, 2, record);
	*length = b.length;
	return arena_copy(arena, b.byte, b.length);
}

/* --- reading ------------------------------------------------------------------------ */

struct hello {
	struct arena *arena;
	enum hello_state state;
	unsigned char *record;  /* what came and is no whole record yet */
	size_t records;         /* its octets */
	unsigned char *message; /* of the records that are read: no whole message yet */
	size_t messages;
	size_t taken;
	int version, suite, group, prime_bits, alert;
	bool answered;
};

/* A piece of a message; reading beyond its end makes it bad, and gives zeros. */
struct piece {
	const unsigned char *at;
	size_t left;
	bool bad;
};

static size_t
take(struct piece *p, size_t octets)
{
	size_t number = 0;

	if (p->left < octets) {
		p->bad = true;
		p->left = 0;
		return 0;
	}
	for (size_t i = 0; i < octets; i++)
		number = number << 8 | p->at[i];
	p->at += octets;
	p->left -= octets;
	return number;
}

static void
skip(struct piece *p, size_t octets)
{
	if (p->left < octets)
		p->bad = true;
	octets = p->bad ? p->left : octets;
	p->at += octets;
	p->left -= octets;
}

/* The content of a vector whose length has so many octets. */
static struct piece
take_vector(struct piece *p, size_t octets)
{
	size_t length = take(p, octets);
	struct piece content = { p->at, length, false };

	if (length > p->left)
		content = (struct piece){ p->at, 0, true };
	skip(p, length);
	return content;
}

struct hello *
hello_open(struct arena *arena)
{
	struct hello *hello = arena_alloc(arena, sizeof *hello);

	hello->arena = arena;
	hello->record = arena_alloc(arena, HELLO_MAX_BYTES);
	hello->message = arena_alloc(arena, HELLO_MAX_BYTES);
	return hello;
}

/* RFC 8446, 4.2.1 and 4.2.8. In a retry request the share is a group and nothing else. */
static void
read_extension(struct hello *h, size_t type, struct piece body)
{
	if (type == EXTENSION_VERSIONS)
		h->version = (int)take(&body, 2);
	else if (type == EXTENSION_KEY_SHARE)
		h->group = (int)take(&body, 2);
}

static bool
has_group_to_come(const struct hello *h)
{
	const char *name = tls_name_of(h->arena, tls_suites, h->suite);

	return h->version != tls_versions[TLS_1_3].number &&
	       (suite_is_ecdhe(name) || suite_is_dhe(name));
}

static enum hello_state
read_server_hello(struct hello *h, struct piece body)
{
	struct piece extensions;

	h->version = (int)take(&body, 2);
	skip(&body, RANDOM);
	take_vector(&body, 1); /* the session */
	h->suite = (int)take(&body, 2);
	take(&body, 1); /* compression */
	if (body.bad)
		return HELLO_NO_TLS;
	extensions = take_vector(&body, 2);
	while (extensions.left > 0 && !extensions.bad) {
		size_t type = take(&extensions, 2);

		read_extension(h, type, take_vector(&extensions, 2));
	}
	h->answered = true;
	return has_group_to_come(h) ? HELLO_MORE : HELLO_CHOSEN;
}

/* RFC 8422, 5.4; RFC 5246, 7.4.3. */
static void
read_key_exchange(struct hello *h, struct piece body)
{
	if (suite_is_ecdhe(tls_name_of(h->arena, tls_suites, h->suite))) {
		if (take(&body, 1) == NAMED_CURVE)
			h->group = (int)take(&body, 2);
	} else {
		struct piece prime = take_vector(&body, 2);

		while (prime.left > 0 && prime.at[0] == 0)
			skip(&prime, 1);
		h->prime_bits = (int)prime.left * 8;
		for (unsigned top = prime.left > 0 ? prime.at[0] : 0x80; top < 0x80;
			top <<= 1)
			h->prime_bits--;
	}
}

static enum hello_state
read_message(struct hello *h, size_t type, struct piece body)
{
	if (type == MESSAGE_SERVER_HELLO && !h->answered)
		return read_server_hello(h, body);
	if (!h->answered)
		return HELLO_NO_TLS;
	if (type == MESSAGE_KEY_EXCHANGE)
		read_key_exchange(h, body);
	return type == MESSAGE_KEY_EXCHANGE || type == MESSAGE_HELLO_DONE ? HELLO_CHOSEN
									  : HELLO_MORE;
}

/* A message may lie in several records, and a record hold several messages. */
static enum hello_state
read_messages(struct hello *h, struct piece record)
{
	struct piece p;

	memcpy(h->message + h->messages, record.at, record.left);
	h->messages += record.left;
	p = (struct piece){ h->message, h->messages, false };
	while (h->state == HELLO_MORE && p.left >= MESSAGE_HEAD) {
		struct piece ahead = p;
		size_t type = take(&ahead, 1);
		struct piece body = take_vector(&ahead, 3);

		if (ahead.bad)
			break;
		h->state = read_message(h, type, body);
		p = ahead;
	}
	memmove(h->message, p.at, p.left);
	h->messages = p.left;
	return h->state;
}

/* RFC 8446, 6.2: a warning may go before, or come in place of, what it is about. */
static enum hello_state
read_alert(struct hello *h, struct piece body)
{
	bool fatal = take(&body, 1) == 2;
	int number = (int)take(&body, 1);

	if (body.bad)
		return HELLO_NO_TLS;
	if (!fatal && number != 0)
		return HELLO_MORE;
	h->alert = number + 1;
	return h->answered ? HELLO_CHOSEN : HELLO_ALERT;
}

static enum hello_state
read_record(struct hello *h, size_t type, struct piece body)
{
	switch (type) {
	case RECORD_HANDSHAKE:
		return read_messages(h, body);
	case RECORD_ALERT:
		return read_alert(h, body);
	case RECORD_CHANGE_CIPHER:
		return HELLO_MORE;
	default:
		return HELLO_NO_TLS;
	}
}

static void
read_records(struct hello *h)
{
	struct piece p = { h->record, h->records, false };

	while (h->state == HELLO_MORE && p.left > 0) {
		struct piece ahead = p, body;
		size_t type = take(&ahead, 1), major = take(&ahead, 1);

		if (type < RECORD_CHANGE_CIPHER || type > RECORD_HANDSHAKE ||
			(p.left > 1 && major != 3)) {
			h->state = HELLO_NO_TLS;
			break;
		}
		take(&ahead, 1); /* the minor version */
		body = take_vector(&ahead, 2);
		if (ahead.bad)
			break;
		h->state = read_record(h, type, body);
		p = ahead;
	}
	memmove(h->record, p.at, p.left);
	h->records = p.left;
}

enum hello_state
hello_feed(struct hello *h, const void *bytes, size_t length)
{
	if (h->state != HELLO_MORE)
		return h->state;
	h->taken += length;
	if (h->taken > HELLO_MAX_BYTES)
		return h->state = HELLO_NO_TLS;
	memcpy(h->record + h->records, bytes, length);
	h->records += length;
	read_records(h);
	return h->state;
}

void
hello_choice(const struct hello *h, struct hello_fact *fact)
{
	fact->answered = h->answered;
	fact->alert = h->alert;
	if (!h->answered)
		return;
	fact->version = tls_name_of(h->arena, tls_versions, h->version);
	fact->cipher = tls_name_of(h->arena, tls_suites, h->suite);
	fact->prime_bits = h->prime_bits;
	if (h->group != 0)
		fact->group = tls_name_of(h->arena, tls_groups, h->group);
}
