/* The step language of peers and callers. A table names the steps; each has a function of a few
 * lines that reads the rest of its line. What is sent is composed in rig/speech.c. */
#include "rig/script.h"

#include "base/text.h"
#include "model/record.h"
#include "rig/speech.h"

enum { MAX_ACTIONS = 1000, MAX_PAUSE_MS = 60000 };

static const char *const awaited_names[] = { "header", "starttls", "verify", "result",
	"auth", "response", "stanza", "iq", "disco", "version", "message", "presence",
	"features", "proceed", "failure", "success", "challenge", "denial", "error",
	"end", NULL };

static bool
read_expect(struct line *line, size_t at, struct action *action)
{
	int awaited = name_index(awaited_names, line_word(line, at));

	if (line->words != at + 1)
		return line_complain(line, "usage: expect WHAT | \"TEXT\"");
	if (line->word[at].quoted) {
		action->kind = ACT_EXPECT_TEXT;
		action->text = line->word[at].text;
		return action->text.length > 0 || line_complain(line, "an empty text");
	}
	if (line_is(line, at, "tls")) {
		action->kind = ACT_EXPECT_TLS;
		return true;
	}
	action->awaited = (enum awaited)awaited;
	return awaited >= 0 ||
	       line_complain(line, "cannot expect \"%s\"", line_word(line, at));
}

static bool
read_send(struct line *line, size_t at, struct action *action)
{
	return speech_read(line, at, &action->text);
}

static bool
read_drip(struct line *line, size_t at, struct action *action)
{
	return line_number(line, at, 1, MAX_PAUSE_MS, &action->number) &&
	       speech_read(line, at + 1, &action->text);
}

static bool
read_answer(struct line *line, size_t at, struct action *action)
{
	int awaited = name_index(awaited_names, line_word(line, at));

	if (at < line->words && line->word[at].quoted) {
		action->kind = ACT_KNOW;
		action->name = line_word(line, at);
		return speech_read(line, at + 1, &action->text);
	}
	if (awaited < 0 || awaited == AWAIT_HEADER || awaited == AWAIT_END)
		return line_complain(line, "cannot answer \"%s\"", line_word(line, at));
	action->awaited = (enum awaited)awaited;
	return speech_read(line, at + 1, &action->text);
}

static bool
read_refuse(struct line *line, size_t at, struct action *action)
{
	if (line->words < at + 2)
		return line_complain(line, "usage: refuse DOMAIN SPEECH");
	action->name = line_word(line, at);
	return speech_read(line, at + 1, &action->text);
}

static bool
read_stranger(struct line *line, size_t at, struct action *action)
{
	return speech_read(line, at, &action->text);
}

static enum tls_version
tls_version(const char *text)
{
	static const char *const name[] = { "any", "1.0", "1.1", "1.2", "1.3", NULL };
	int i = name_index(name, text);

	return i < 0 ? TLS_ANY : (enum tls_version)i;
}

static enum tls_refusal
refusal(const char *text)
{
	static const char *const name[] = { "nothing", "unknown-ca", "expired",
		"bad-certificate", NULL };
	int i = name_index(name, text);

	return i < 0 ? REFUSE_NOTHING : (enum tls_refusal)i;
}

static bool
read_tls_option(struct line *line, size_t i, struct tls_plan *plan)
{
	const char *word = line_word(line, i);

	if (line_is(line, i, "request-certificate"))
		return plan->request_certificate = true;
	if (line_is(line, i, "keep-input"))
		return plan->keep_input = true;
	if (text_starts(word, "min=") && (plan->min = tls_version(word + 4)) != TLS_ANY)
		return true;
	if (text_starts(word, "max=") && (plan->max = tls_version(word + 4)) != TLS_ANY)
		return true;
	if (text_starts(word, "alpn=")) {
		plan->alpn = word + 5;
		return true;
	}
	if (text_starts(word, "ciphers=")) {
		plan->ciphers = word + 8;
		return true;
	}
	if (text_starts(word, "refuse=") &&
		(plan->refusal = refusal(word + 7)) != REFUSE_NOTHING)
		return true;
	return line_complain(line, "unknown option \"%s\" of tls", word);
}

static bool
read_tls(struct line *line, size_t at, struct action *action)
{
	if (line->words <= at)
		return line_complain(line, "usage: tls CERTIFICATE [OPTION...]");
	if (!line_is(line, at, "none"))
		action->tls.certificate = line_word(line, at);
	for (size_t i = at + 1; i < line->words; i++)
		if (!read_tls_option(line, i, &action->tls))
			return false;
	return true;
}

static bool
read_wait(struct line *line, size_t at, struct action *action)
{
	return line_count(line, at + 1, at + 1, "wait MILLISECONDS") &&
	       line_number(line, at, 0, MAX_PAUSE_MS, &action->number);
}

static bool
read_alert(struct line *line, size_t at, struct action *action)
{
	return line_count(line, at + 1, at + 1, "alert NUMBER") &&
	       line_number(line, at, 0, 255, &action->number);
}

static bool
read_call(struct line *line, size_t at, struct action *action)
{
	action->name = line_word(line, at);
	return line_count(line, at + 1, at + 1, "call CALLER");
}

static bool
read_bare(struct line *line, size_t at, struct action *action)
{
	(void)action;
	return line_count(line, at, at, line_word(line, at - 1));
}

static const struct {
	const char *word;
	enum action_kind kind;
	bool (*read)(struct line *line, size_t at, struct action *action);
} step[] = {
	{ "expect", ACT_EXPECT, read_expect },
	{ "send", ACT_SEND, read_send },
	{ "drip", ACT_DRIP, read_drip },
	{ "tls", ACT_TLS, read_tls },
	{ "answer", ACT_ANSWER, read_answer },
	{ "refuse", ACT_REFUSE, read_refuse },
	{ "stranger", ACT_STRANGER, read_stranger },
	{ "serve", ACT_SERVE, read_bare },
	{ "wait", ACT_WAIT, read_wait },
	{ "alert", ACT_ALERT, read_alert },
	{ "fin", ACT_FIN, read_bare },
	{ "rst", ACT_RST, read_bare },
	{ "hold", ACT_HOLD, read_bare },
	{ "call", ACT_CALL, read_call },
};

/* "repeat N" or "repeat forever" before a step. */
static bool
read_repeat(struct line *line, size_t *at, struct action *action)
{
	action->times = 1;
	if (!line_is(line, 0, "repeat"))
		return true;
	*at = 2;
	action->times = 0;
	return line_is(line, 1, "forever") ||
	       line_number(line, 1, 1, 1000000, &action->times);
}

bool
script_read(struct script *script, struct line *line)
{
	struct action action = { .line = line->number };
	size_t at = 0;

	if (script->actions == MAX_ACTIONS)
		return line_complain(line, "more than %d steps", MAX_ACTIONS);
	if (!read_repeat(line, &at, &action))
		return false;
	for (size_t i = 0; i < sizeof step / sizeof step[0]; i++) {
		if (!line_is(line, at, step[i].word))
			continue;
		action.kind = step[i].kind;
		if (!step[i].read(line, at + 1, &action))
			return false;
		if (action.times != 1 && action.kind != ACT_SEND &&
			action.kind != ACT_DRIP)
			return line_complain(line, "only send and drip can be repeated");
		script->action = arena_grow(
			line->arena, script->action, script->actions, sizeof action);
		script->action[script->actions++] = action;
		return true;
	}
	return line_complain(line, "unknown step \"%s\"", line_word(line, at));
}
