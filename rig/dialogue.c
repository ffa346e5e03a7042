/* Both sides of a connection speak of themselves as "to" and of the other as "from", so that
 * the same words serve a peer and a caller. */
#include "rig/dialogue.h"

#include "base/text.h"
#include "net/random.h"
#include "rig/speech.h"
#include "rig/template.h"

enum { ID_BYTES = 8 };

struct dialogue {
	const struct play *play;
	struct arena *arena;
	const struct wire *wire;
	const char *to, *id, *sent; /* of what the other side sent last */
	const char *id_in_force;    /* of the stream: ours, or that of whom we call */
	struct heard heard;
	const struct action *answer[AWAIT_KINDS];
	const struct action *known; /* the answer to a key that is ours */
};

/* Only the receiving server gives an id (RFC 6120, 4.7.3). */
static const char *
new_id(struct dialogue *d)
{
	if (d->play->callee != NULL)
		return "";
	d->id_in_force = random_hex(d->arena, ID_BYTES);
	return arena_printf(d->arena, " id='%s'", d->id_in_force);
}

static const char *
look_up(void *self, const char *name, const char *argument)
{
	struct dialogue *d = self;

	(void)argument;
	if (text_same(name, "from"))
		return xml_escape(d->arena, d->heard.from);
	if (text_same(name, "to"))
		return xml_escape(d->arena, d->to);
	if (text_same(name, "id"))
		return xml_escape(d->arena, d->id);
	if (text_same(name, "sent"))
		return xml_escape(d->arena, d->sent);
	if (text_same(name, "key"))
		return xml_escape(d->arena, d->heard.key);
	if (text_same(name, "stream"))
		return xml_escape(d->arena, d->heard.stream);
	if (text_same(name, "asked"))
		return xml_escape(d->arena, d->heard.asked);
	if (text_same(name, "newid"))
		return new_id(d);
	if (text_same(name, "domain"))
		return d->play->domain;
	if (text_same(name, "hostile"))
		return template_hostile;
	if (text_same(name, "external"))
		return wire_has_certificate(d->wire) ? speech_external : "";
	return random_hex(d->arena, ID_BYTES);
}

struct bytes
dialogue_compose(struct dialogue *d, struct bytes text)
{
	const char *unknown;

	return template_expand(d->arena, text, look_up, d, &unknown);
}

static enum awaited
classify(const struct element *element)
{
	static const struct {
		enum awaited awaited;
		const char *name, *name_space;
	} row[] = {
		{ AWAIT_STARTTLS, "starttls", NS_TLS },
		{ AWAIT_VERIFY, "verify", NS_DIALBACK },
		{ AWAIT_RESULT, "result", NS_DIALBACK },
		{ AWAIT_AUTH, "auth", NS_SASL },
		{ AWAIT_RESPONSE, "response", NS_SASL },
		{ AWAIT_MESSAGE, "message", NS_SERVER },
		{ AWAIT_PRESENCE, "presence", NS_SERVER },
		{ AWAIT_IQ, "iq", NS_SERVER },
		{ AWAIT_FEATURES, "features", NS_STREAMS },
		{ AWAIT_ERROR, "error", NS_STREAMS },
		{ AWAIT_PROCEED, "proceed", NS_TLS },
		{ AWAIT_FAILURE, "failure", NS_TLS },
		{ AWAIT_SUCCESS, "success", NS_SASL },
		{ AWAIT_CHALLENGE, "challenge", NS_SASL },
		{ AWAIT_DENIAL, "failure", NS_SASL },
	};

	if (element_child(element, "query", NS_DISCO_INFO) != NULL)
		return AWAIT_DISCO;
	if (element_child(element, "query", NS_VERSION) != NULL)
		return AWAIT_VERSION;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		if (element_is(element, row[i].name, row[i].name_space))
			return row[i].awaited;
	return AWAIT_KINDS;
}

enum awaited
dialogue_wider(enum awaited awaited)
{
	switch (awaited) {
	case AWAIT_DISCO:
	case AWAIT_VERSION:
		return AWAIT_IQ;
	case AWAIT_IQ:
	case AWAIT_MESSAGE:
	case AWAIT_PRESENCE:
		return AWAIT_STANZA;
	default:
		return AWAIT_KINDS;
	}
}

static void
remember(struct dialogue *d, const struct element *element)
{
	const char *from = element_attribute(element, "from");
	const char *to = element_attribute(element, "to");
	const char *id = element_attribute(element, "id");

	d->heard.from = from != NULL ? from : d->heard.from;
	d->to = to != NULL ? to : d->to;
	d->id = id != NULL ? id : "";
	d->sent = element->text;
	if (element_is(element, "result", NS_DIALBACK) &&
		element_attribute(element, "type") == NULL)
		d->heard = (struct heard){ d->heard.from, d->sent, d->id_in_force,
			d->heard.asked };
	if (text_same(element->name_space, NS_SERVER))
		d->heard.asked = d->id;
}

void
dialogue_meet(struct dialogue *d, const struct element *header)
{
	remember(d, header);
	if (d->play->callee != NULL)
		d->id_in_force = d->id;
}

enum awaited
dialogue_hear(struct dialogue *d, const struct element *element)
{
	remember(d, element);
	return classify(element);
}

void
dialogue_note(struct dialogue *d, const struct action *answer)
{
	if (answer->kind == ACT_KNOW)
		d->known = answer;
	else
		d->answer[answer->awaited] = answer;
}

const struct action *
dialogue_answer(const struct dialogue *d, enum awaited came)
{
	if (came == AWAIT_VERIFY && d->known != NULL &&
		text_same(d->known->name, d->sent))
		return d->known;
	return came == AWAIT_KINDS ? NULL : d->answer[came];
}

const struct heard *
dialogue_heard(const struct dialogue *d)
{
	return &d->heard;
}

struct dialogue *
dialogue_open(const struct play *play, struct arena *arena, const struct wire *wire,
	const struct heard *heard)
{
	struct dialogue *d = arena_alloc(arena, sizeof *d);

	d->play = play;
	d->arena = arena;
	d->wire = wire;
	d->to = play->domain;
	d->id = d->sent = d->id_in_force = "";
	d->heard = (struct heard){ play->callee != NULL ? play->callee : "", "", "", "" };
	if (heard != NULL)
		d->heard = (struct heard){ arena_strdup(arena, heard->from),
			arena_strdup(arena, heard->key),
			arena_strdup(arena, heard->stream),
			arena_strdup(arena, heard->asked) };
	return d;
}
