/* The words of the step language that stand for XML: "header", "features starttls
 * dialback-errors", "error host-unknown". They are written out here once, so that a
 * scenario shows only what its peer or caller does differently. Values in $ come from what
 * the other side sent last. */
#include "rig/speech.h"

#include "base/text.h"
#include "net/stream.h"
#include "rig/template.h"

#include <string.h>

#define XMLNS(space) " xmlns='" space "'"

const char speech_header[] = "<?xml version='1.0'?><stream:stream" XMLNS(
	NS_SERVER) " xmlns:stream='" NS_STREAMS "' xmlns:db='" NS_DIALBACK
		   "'$newid from='$to' to='$from' version='1.0' xml:lang='en'>";

const char speech_external[] =
	"<mechanisms" XMLNS(NS_SASL) "><mechanism>EXTERNAL</mechanism></mechanisms>";

struct speech {
	struct line *line;
	size_t at; /* the next word */
	struct bytes text;
};

static void
say(struct speech *s, const char *byte, size_t length)
{
	char *all = arena_alloc(s->line->arena, s->text.length + length + 1);

	if (s->text.length > 0)
		memcpy(all, s->text.byte, s->text.length);
	memcpy(all + s->text.length, byte, length);
	s->text = (struct bytes){ all, s->text.length + length };
}

static void
say_text(struct speech *s, const char *text)
{
	say(s, text, strlen(text));
}

/* Whether the present term has another word. */
static bool
more(const struct speech *s)
{
	return s->at < s->line->words && !line_is(s->line, s->at, "+");
}

static bool
say_features(struct speech *s)
{
	static const struct {
		const char *word, *xml;
	} feature[] = {
		{ "starttls", "<starttls" XMLNS(NS_TLS) "/>" },
		{ "starttls-required",
			"<starttls" XMLNS(NS_TLS) "><required/></starttls>" },
		{ "dialback", "<dialback" XMLNS("urn:xmpp:features:dialback") "/>" },
		{ "dialback-errors",
			"<dialback" XMLNS(
				"urn:xmpp:features:dialback") "><errors/></dialback>" },
		{ "external",
			"<mechanisms" XMLNS(
				NS_SASL) "><mechanism>EXTERNAL</mechanism></mechanisms>" },
		{ "external-by-certificate", "$external" },
		{ "plain",
			"<mechanisms" XMLNS(
				NS_SASL) "><mechanism>PLAIN</mechanism></mechanisms>" },
		{ "bidi", "<bidi" XMLNS("urn:xmpp:features:bidi") "/>" },
	};
	enum { FEATURES = sizeof feature / sizeof feature[0] };

	say_text(s, "<stream:features>");
	for (; more(s); s->at++) {
		size_t i = 0;

		while (i < FEATURES && !line_is(s->line, s->at, feature[i].word))
			i++;
		if (i == FEATURES)
			return line_complain(s->line, "unknown feature \"%s\"",
				line_word(s->line, s->at));
		say_text(s, feature[i].xml);
	}
	say_text(s, "</stream:features>");
	return true;
}

/* The word that the term still needs, or NULL after a complaint. */
static const char *
argument(struct speech *s, const char *what)
{
	if (more(s))
		return line_word(s->line, s->at++);
	line_complain(s->line, "%s is missing", what);
	return NULL;
}

/* A stream error ends the stream (RFC 6120, 4.9.1.1). */
static bool
say_error(struct speech *s)
{
	const char *condition = argument(s, "the condition of the error");
	struct arena *arena = s->line->arena;

	if (condition == NULL)
		return false;
	say_text(s, arena_printf(arena, "<stream:error><%s" XMLNS(NS_STREAM_ERROR) "/>",
			    condition));
	if (more(s) && s->line->word[s->at].quoted) {
		struct bytes text = s->line->word[s->at++].text;

		say_text(s, "<text" XMLNS(NS_STREAM_ERROR) " xml:lang='en'>");
		say(s, text.byte, text.length);
		say_text(s, "</text>");
	}
	say_text(s, "</stream:error></stream:stream>");
	return true;
}

static bool
say_dialback(struct speech *s, const char *element, const char *id)
{
	const char *type = argument(s, "the type of the answer");

	if (type == NULL)
		return false;
	say_text(s,
		arena_printf(s->line->arena, "<db:%s from='$to' to='$from'%s type='%s'/>",
			element, id, type));
	return true;
}

/* With a condition, and a text in quotes when there is one behind it. */
static bool
say_condition(struct speech *s, const char *space, const char *before, const char *behind)
{
	const char *condition = argument(s, "the condition");
	struct arena *arena = s->line->arena;

	if (condition == NULL)
		return false;
	say_text(s, arena_printf(arena, "%s<%s xmlns='%s'/>", before, condition, space));
	if (more(s) && s->line->word[s->at].quoted) {
		struct bytes text = s->line->word[s->at++].text;

		say_text(s, arena_printf(arena, "<text xmlns='%s'>", space));
		say(s, text.byte, text.length);
		say_text(s, "</text>");
	}
	say_text(s, behind);
	return true;
}

/* RFC 6120, 6.5. */
static bool
say_denial(struct speech *s)
{
	return say_condition(s, NS_SASL, "<failure" XMLNS(NS_SASL) ">", "</failure>");
}

/* XEP-0220, 2.5. */
static bool
say_result_error(struct speech *s)
{
	return say_condition(s, NS_STANZA_ERROR,
		"<db:result from='$to' to='$from' type='error'><error type='cancel'>",
		"</error></db:result>");
}

static bool
say_verify(struct speech *s)
{
	return say_dialback(s, "verify", " id='$id'");
}

static bool
say_result(struct speech *s)
{
	return say_dialback(s, "result", "");
}

/* Of who calls: its proof by dialback (XEP-0220, 2.1.1). */
static bool
say_key(struct speech *s)
{
	const char *key = argument(s, "the key");

	if (key != NULL)
		say_text(s,
			arena_printf(s->line->arena,
				"<db:result from='$to' to='$from'>%s</db:result>", key));
	return key != NULL;
}

/* Of who asks whether a key is good (XEP-0220, 2.1.2). */
static bool
say_question(struct speech *s)
{
	const char *id = argument(s, "the id of the stream");
	const char *key = id == NULL ? NULL : argument(s, "the key");

	if (key != NULL)
		say_text(s, arena_printf(s->line->arena,
				    "<db:verify from='$to' to='$from' id='%s'>%s"
				    "</db:verify>",
				    id, key));
	return key != NULL;
}

/* RFC 6120, 6.4.2: with an initial response or without one. */
static bool
say_auth(struct speech *s)
{
	say_text(s, "<auth" XMLNS(NS_SASL) " mechanism='EXTERNAL'>");
	if (more(s))
		say_text(s, argument(s, "the response"));
	say_text(s, "</auth>");
	return true;
}

static bool
say_response(struct speech *s)
{
	say_text(s, "<response" XMLNS(NS_SASL) ">");
	if (more(s))
		say_text(s, argument(s, "the response"));
	say_text(s, "</response>");
	return true;
}

static const struct {
	const char *word;
	const char *xml;                  /* as it is, */
	bool (*compose)(struct speech *); /* or by the words behind it */
} term[] = {
	{ "header", speech_header, NULL },
	{ "client-header",
		"<?xml version='1.0'?><stream:stream" XMLNS(
			"jabber:client") " xmlns:stream='" NS_STREAMS
					 "' id='$random' from='$to' version='1.0' xml:lang='en'>",
		NULL },
	{ "features", NULL, say_features },
	{ "proceed", "<proceed" XMLNS(NS_TLS) "/>", NULL },
	{ "failure", "<failure" XMLNS(NS_TLS) "/></stream:stream>", NULL },
	{ "success", "<success" XMLNS(NS_SASL) "/>", NULL },
	{ "not-authorized", "<failure" XMLNS(NS_SASL) "><not-authorized/></failure>",
		NULL },
	{ "challenge", "<challenge" XMLNS(NS_SASL) "/>", NULL },
	{ "denial", NULL, say_denial },
	{ "error", NULL, say_error },
	{ "verify", NULL, say_verify },
	{ "result", NULL, say_result },
	{ "result-error", NULL, say_result_error },
	{ "close", "</stream:stream>", NULL },
	{ "starttls", "<starttls" XMLNS(NS_TLS) "/>", NULL },
	{ "auth", NULL, say_auth },
	{ "response", NULL, say_response },
	{ "key", NULL, say_key },
	{ "question", NULL, say_question },
};

static bool
say_term(struct speech *s)
{
	if (s->line->word[s->at].quoted) {
		struct bytes text = s->line->word[s->at++].text;

		say(s, text.byte, text.length);
		return true;
	}
	for (size_t i = 0; i < sizeof term / sizeof term[0]; i++) {
		if (!line_is(s->line, s->at, term[i].word))
			continue;
		s->at++;
		if (term[i].compose != NULL)
			return term[i].compose(s);
		say_text(s, term[i].xml);
		return true;
	}
	return line_complain(s->line, "cannot send \"%s\"", line_word(s->line, s->at));
}

/* A dry run, so that a mistake is found before a client comes. */
static const char *
try_variable(void *self, const char *name, const char *in_parentheses)
{
	static const char *const known[] = { "from", "to", "id", "domain", "random",
		"hostile", "external", "sent", "newid", "key", "stream", "asked" };

	(void)self;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (in_parentheses == NULL && text_same(name, known[i]))
			return "";
	return NULL;
}

bool
speech_read(struct line *line, size_t at, struct bytes *text)
{
	struct speech s = { line, at, { NULL, 0 } };
	const char *unknown;

	for (;; s.at++) {
		if (s.at >= line->words)
			return line_complain(line, "nothing to send");
		if (!say_term(&s))
			return false;
		if (s.at == line->words)
			break;
		if (!line_is(line, s.at, "+"))
			return line_complain(line, "\"%s\" is not expected here",
				line_word(line, s.at));
	}
	*text = s.text;
	if (template_expand(line->arena, s.text, try_variable, NULL, &unknown).byte ==
		NULL)
		return line_complain(line, "unknown variable $%s", unknown);
	return true;
}
