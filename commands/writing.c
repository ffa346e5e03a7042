/* --im, --presence and --subscribe: what is wrong with them is told before anything is
 * probed, because what they send reaches a person. */
#include "commands/writing.h"

#include "base/text.h"
#include "model/jid.h"

#include <string.h>

/* Octets of --text: a test, and no letter; every server takes that (RFC 6120, 13.12). */
enum { MAX_MESSAGE = 1000 };

static const char *
address(struct settings *s, const char *value, const char **bare)
{
	struct jid jid;
	const char *trouble = jid_parse(s->arena, value, &jid);

	if (trouble != NULL)
		return arena_printf(s->arena, "\"%s\" is no address: %s", value, trouble);
	*bare = jid.bare;
	return NULL;
}

const char *
writing_message(struct settings *s, const char *value)
{
	return address(s, value, &s->asked.message_from);
}

const char *
writing_presence(struct settings *s, const char *value)
{
	return address(s, value, &s->asked.presence_from);
}

const char *
writing_subscription(struct settings *s, const char *value)
{
	return address(s, value, &s->asked.subscription_from);
}

const char *
writing_text(struct settings *s, const char *value)
{
	if (*value == '\0' || strlen(value) > MAX_MESSAGE)
		return arena_printf(
			s->arena, "a message has 1 to %d octets", MAX_MESSAGE);
	if (!text_is_clean(value))
		return "there are characters in it that nobody can see";
	s->asked.message_text = arena_strdup(s->arena, value);
	return NULL;
}

/* --- who is written to ------------------------------------------------------------------ */

/* Any of ours who writes, or NULL. */
static const char *
writer(const struct asked *asked)
{
	return asked->message_from    ? asked->message_from
	       : asked->presence_from ? asked->presence_from
				      : asked->subscription_from;
}

bool
writing_is_recipient(const struct settings *s, const char *operand)
{
	return writer(&s->asked) != NULL && strchr(operand, '@') != NULL;
}

bool
writing_add_recipient(struct settings *s, const char *operand)
{
	const char *former = s->asked.recipient;
	const char *trouble = address(s, operand, &s->asked.recipient);

	if (trouble == NULL && former != NULL && !text_same(former, s->asked.recipient))
		trouble = arena_printf(s->arena,
			"\"%s\" and \"%s\" cannot both be the recipient: there is one",
			former, s->asked.recipient);
	if (trouble != NULL) {
		complain("check: %s", trouble);
		return false;
	}
	return options_add_domain(s, NULL, strchr(s->asked.recipient, '@') + 1);
}

/* --- together --------------------------------------------------------------------------- */

static const char *
find_fault(const struct asked *asked)
{
	if (asked->message_text != NULL && asked->message_from == NULL)
		return "--text is the text of a message; say with --im who sends it";
	if (writer(asked) == NULL)
		return NULL;
	if (asked->recipient == NULL)
		return "nobody is named to whom it goes: give an address of the partner, "
		       "NAME@DOMAIN";
	if (asked->presence_from != NULL && asked->subscription_from != NULL)
		return "--presence and --subscribe exclude each other: their answers "
		       "cannot be told apart";
	if (asked->depth == DEPTH_QUICK)
		return "at --depth quick nobody is authenticated, and nothing can be sent";
	return NULL;
}

/* We can speak for one domain in a run, and not to it. */
static const char *
find_stranger(struct settings *s)
{
	const struct asked *asked = &s->asked;
	const char *const from[] = { asked->message_from, asked->presence_from,
		asked->subscription_from };

	for (size_t i = 0; i < sizeof from / sizeof from[0]; i++)
		if (from[i] != NULL && !jid_is_domain(s->arena, asked->from, from[i]))
			return arena_printf(
				s->arena, "\"%s\" is nobody of %s", from[i], asked->from);
	if (jid_is_domain(s->arena, asked->from, asked->recipient))
		return arena_printf(s->arena,
			"\"%s\" is of our own domain, and not of a partner",
			asked->recipient);
	return NULL;
}

bool
writing_settle(struct settings *s)
{
	const char *from = writer(&s->asked), *trouble = find_fault(&s->asked);

	if (trouble == NULL && from != NULL) {
		if (s->asked.from == NULL)
			s->asked.from = strchr(from, '@') + 1;
		trouble = find_stranger(s);
	}
	if (trouble != NULL) {
		complain("check: %s", trouble);
		return false;
	}
	if (s->asked.message_from != NULL && s->asked.message_text == NULL)
		s->asked.message_text = arena_printf(s->arena,
			"A test of the connection between our servers, sent with "
			"fedprobe by %s. No answer is needed.",
			s->asked.message_from);
	return true;
}

bool
writing_is_possible(const struct settings *s)
{
	if (writer(&s->asked) == NULL || s->credentials.certificate != NULL ||
		s->credentials.secret != NULL || listening_wanted(&s->listening))
		return true;
	complain("check: to send anything, prove that you speak for %s: --cert, "
		 "--dialback-secret-file or --listen",
		s->asked.from);
	return false;
}
