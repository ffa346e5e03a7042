/* Reads scenario files. A line at the margin opens a block, the indented lines below it
 * belong to it; one table tells for each kind of line who reads it. */
#include "rig/scenario.h"

#include "base/fatal.h"
#include "base/text.h"
#include "model/finding.h"
#include "model/record.h"
#include "rig/template.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_FILE = 1024 * 1024,
	MAX_REPEAT = 10000,
	MAX_DELAY_MS = 10000,
	MAX_CALLS = 10000
};

/* Only loopback: the rig shall never be reached from outside. */
static const char default_address[] = "127.0.0.1";

struct reading {
	struct line line;
	struct scenario *scenario;
	bool (*block)(struct reading *); /* reads indented lines; NULL: none may come */
};

/* One more element at the end of an array. */
#define ADD(arena, array, count)                                                         \
	((array) = arena_grow((arena), (array), (count), sizeof *(array)),               \
		&(array)[(count)++])

/* Everything behind the first word, as it stands. */
static bool
read_phrase(struct reading *r, const char **phrase)
{
	const char *rest = r->line.plain + strlen(line_word(&r->line, 0));

	if (*phrase != NULL)
		return line_complain(
			&r->line, "a second line \"%s\"", line_word(&r->line, 0));
	*phrase = rest + strspn(rest, " \t");
	return **phrase != '\0' ||
	       line_complain(&r->line, "nothing behind \"%s\"", line_word(&r->line, 0));
}

static bool
read_title(struct reading *r)
{
	return read_phrase(r, &r->scenario->title);
}

static bool
read_teaches(struct reading *r)
{
	return read_phrase(r, &r->scenario->teaches);
}

static bool
read_domain(struct reading *r)
{
	if (!line_count(&r->line, 2, 2, "domain NAME"))
		return false;
	r->scenario->domain = line_word(&r->line, 1);
	return true;
}

/* A cause by itself, a check with its verdict. */
static bool
read_expect(struct reading *r)
{
	bool cause = text_starts(line_word(&r->line, 1), "cause.");
	const char *id = line_word(&r->line, 1), *verdict = line_word(&r->line, 2);

	if (!line_count(&r->line, cause ? 2 : 3, cause ? 2 : 3,
		    cause ? "expect CAUSE" : "expect CHECK VERDICT"))
		return false;
	if (!cause && name_index(status_names, verdict) < 0)
		return line_complain(&r->line, "\"%s\" is not a verdict", verdict);
	*ADD(r->line.arena, r->scenario->expect, r->scenario->expects) =
		cause ? id : arena_printf(r->line.arena, "%s %s", id, verdict);
	return true;
}

/* Who calls and does not say its name can only be told of at once. */
static bool
read_told(struct reading *r)
{
	return read_phrase(r, ADD(r->line.arena, r->scenario->told, r->scenario->tolds));
}

/* The text from word i on, as it stands. */
static const char *
from_word(const struct reading *r, size_t i)
{
	const char *text = r->line.plain;

	for (; i > 0; i--) {
		text += strcspn(text, " \t");
		text += strspn(text, " \t");
	}
	return text;
}

/* How deep fedprobe must look to see it. */
static bool
read_depth(struct reading *r)
{
	static const char *const names[] = { "quick", "standard", "deep", NULL };

	if (!line_count(&r->line, 2, 2, "depth quick | standard | deep"))
		return false;
	r->scenario->depth = line_word(&r->line, 1);
	return name_index(names, r->scenario->depth) >= 0 ||
	       line_complain(&r->line, "\"%s\" is not a depth", r->scenario->depth);
}

static bool
read_credentials(struct reading *r)
{
	r->scenario->credentials = true;
	return line_count(&r->line, 1, 1, "credentials");
}

static bool
read_agreed(struct reading *r)
{
	r->scenario->agreed = true;
	return line_count(&r->line, 1, 1, "agreed");
}

static bool
read_message(struct reading *r)
{
	r->scenario->message = true;
	return line_count(&r->line, 1, 1, "message");
}

/* A record, or "repeat N" and a record with $n in it. */
static bool
read_zone_line(struct reading *r)
{
	bool repeated = line_is(&r->line, 0, "repeat");
	const char *text = from_word(r, repeated ? 2 : 0);
	long times = 1;

	if (repeated && !line_number(&r->line, 1, 1, MAX_REPEAT, &times))
		return false;
	*ADD(r->line.arena, r->scenario->zone, r->scenario->zones) =
		(struct zone_line){ { text, strlen(text) }, r->line.number, times };
	return true;
}

static bool
read_zone(struct reading *r)
{
	r->block = read_zone_line;
	return line_count(&r->line, 1, 1, "zone");
}

static bool
read_fault(struct reading *r)
{
	static const struct {
		const char *word;
		enum fault fault;
	} kind[] = {
		{ "servfail", FAULT_SERVFAIL },
		{ "refused", FAULT_REFUSED },
		{ "silent", FAULT_SILENT },
		{ "no-tcp", FAULT_NO_TCP },
		{ "lying", FAULT_LYING },
		{ "garbage", FAULT_GARBAGE },
		{ "ad", FAULT_AUTHENTIC },
		{ "bogus", FAULT_BOGUS },
		{ "silent-tcp", FAULT_SILENT_TCP },
		{ "loop", FAULT_LOOP },
		{ "misplaced", FAULT_MISPLACED },
	};
	struct fault_line *fault =
		ADD(r->line.arena, r->scenario->fault, r->scenario->faults);

	fault->name = line_word(&r->line, 1);
	if (line_is(&r->line, 2, "slow"))
		return line_count(&r->line, 4, 4, "fault NAME slow MILLISECONDS") &&
		       line_number(&r->line, 3, 1, 60000, &fault->delay_ms);
	if (!line_count(&r->line, 3, 4, "fault NAME KIND [\"TEXT\"]"))
		return false;
	if (r->line.words == 4)
		fault->text = r->line.word[3].text;
	for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++)
		if (line_is(&r->line, 2, kind[i].word))
			fault->faults = kind[i].fault;
	return fault->faults != 0 ||
	       line_complain(&r->line, "unknown fault \"%s\"", line_word(&r->line, 2));
}

static bool
read_recipe_line(struct reading *r)
{
	return recipe_read(&r->scenario->recipe[r->scenario->recipes - 1], &r->line);
}

static const struct recipe *
find_recipe(const struct scenario *scenario, const char *name)
{
	for (size_t i = 0; i < scenario->recipes; i++)
		if (text_same(scenario->recipe[i].name, name))
			return &scenario->recipe[i];
	return NULL;
}

static bool
read_certificate(struct reading *r)
{
	const char *name = line_word(&r->line, 1);

	if (!line_count(&r->line, 2, 2, "certificate NAME"))
		return false;
	if (find_recipe(r->scenario, name) != NULL)
		return line_complain(&r->line, "a second certificate \"%s\"", name);
	recipe_begin(ADD(r->line.arena, r->scenario->recipe, r->scenario->recipes),
		r->line.arena, name, r->line.number);
	r->block = read_recipe_line;
	return true;
}

static bool
read_step(struct reading *r)
{
	return script_read(&r->scenario->peer[r->scenario->peers - 1].script, &r->line);
}

static const struct peer_plan *
find_peer(const struct scenario *scenario, const char *name)
{
	for (size_t i = 0; i < scenario->peers; i++)
		if (name == NULL || text_same(scenario->peer[i].name, name))
			return &scenario->peer[i];
	return NULL;
}

static bool
read_peer_word(struct reading *r, size_t i, struct peer_plan *peer)
{
	const char *word = line_word(&r->line, i);

	if (text_same(word, "closed"))
		peer->presence = PEER_CLOSED;
	else if (text_same(word, "blocked"))
		peer->presence = PEER_BLOCKED;
	else if (text_starts(word, "127.") || text_same(word, "::1"))
		peer->address = word;
	else
		return line_complain(&r->line, "\"%s\" is not a loopback address", word);
	return true;
}

static bool
read_peer(struct reading *r)
{
	struct peer_plan peer = { .name = line_word(&r->line, 1),
		.address = default_address };

	if (!line_count(&r->line, 2, 6,
		    "peer NAME [ADDRESS] [delay MILLISECONDS] [closed | blocked]"))
		return false;
	if (find_peer(r->scenario, peer.name) != NULL)
		return line_complain(&r->line, "a second peer \"%s\"", peer.name);
	for (size_t i = 2; i < r->line.words; i++)
		if (line_is(&r->line, i, "delay")) {
			if (!line_number(&r->line, ++i, 1, MAX_DELAY_MS, &peer.delay_ms))
				return false;
		} else if (!read_peer_word(r, i, &peer)) {
			return false;
		}
	*ADD(r->line.arena, r->scenario->peer, r->scenario->peers) = peer;
	r->block = peer.presence == PEER_OPEN ? read_step : NULL;
	return true;
}

static bool
read_call_step(struct reading *r)
{
	return script_read(
		&r->scenario->caller[r->scenario->callers - 1].script, &r->line);
}

static struct caller_plan *
find_caller(const struct scenario *scenario, const char *name)
{
	for (size_t i = 0; i < scenario->callers; i++)
		if (text_same(scenario->caller[i].name, name))
			return &scenario->caller[i];
	return NULL;
}

static bool
read_caller(struct reading *r)
{
	struct caller_plan caller = { .name = line_word(&r->line, 1), .times = 1 };

	if (!line_count(&r->line, 2, 5, "caller NAME [ADDRESS] [times N]"))
		return false;
	if (find_caller(r->scenario, caller.name) != NULL)
		return line_complain(&r->line, "a second caller \"%s\"", caller.name);
	for (size_t i = 2; i < r->line.words; i++) {
		const char *word = line_word(&r->line, i);

		if (text_same(word, "times")) {
			if (!line_number(&r->line, ++i, 1, MAX_CALLS, &caller.times))
				return false;
		} else if (text_starts(word, "127.")) {
			caller.address = word;
		} else {
			return line_complain(
				&r->line, "\"%s\" is not a loopback address", word);
		}
	}
	*ADD(r->line.arena, r->scenario->caller, r->scenario->callers) = caller;
	r->block = read_call_step;
	return true;
}

static bool
read_line(struct reading *r)
{
	static const struct {
		const char *word;
		bool (*read)(struct reading *);
	} row[] = {
		{ "title", read_title },
		{ "teaches", read_teaches },
		{ "domain", read_domain },
		{ "expect", read_expect },
		{ "told", read_told },
		{ "depth", read_depth },
		{ "agreed", read_agreed },
		{ "message", read_message },
		{ "credentials", read_credentials },
		{ "zone", read_zone },
		{ "fault", read_fault },
		{ "certificate", read_certificate },
		{ "peer", read_peer },
		{ "caller", read_caller },
	};

	if (r->line.indented && r->block != NULL)
		return r->block(r);
	if (r->line.indented)
		return line_complain(
			&r->line, "an indented line that belongs to nothing");
	r->block = NULL;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		if (line_is(&r->line, 0, row[i].word))
			return row[i].read(r);
	return line_complain(&r->line, "unknown line \"%s\"", line_word(&r->line, 0));
}

static bool
complete_tls(struct reading *r, struct tls_plan *tls, bool calls)
{
	tls->calls = calls;
	if (!calls && (tls->certificate == NULL || tls->refusal != REFUSE_NOTHING))
		return line_complain(&r->line,
			"only a caller presents no certificate, or refuses one");
	if (tls->certificate == NULL)
		return true;
	tls->recipe = find_recipe(r->scenario, tls->certificate);
	return tls->recipe != NULL ||
	       line_complain(
		       &r->line, "there is no certificate \"%s\"", tls->certificate);
}

static bool
complete_call(struct reading *r, struct action *action, bool calls)
{
	struct caller_plan *caller = find_caller(r->scenario, action->name);

	if (calls)
		return line_complain(&r->line, "only a peer lets somebody call");
	if (caller == NULL)
		return line_complain(&r->line, "there is no caller \"%s\"", action->name);
	caller->called_for = true;
	action->caller = (size_t)(caller - r->scenario->caller);
	return true;
}

static bool
complete_script(struct reading *r, struct script *script, bool calls)
{
	bool good = true;

	for (size_t i = 0; good && i < script->actions; i++) {
		struct action *action = &script->action[i];

		r->line.number = action->line;
		if (action->kind == ACT_TLS)
			good = complete_tls(r, &action->tls, calls);
		else if (action->kind == ACT_CALL)
			good = complete_call(r, action, calls);
	}
	return good;
}

/* What can be judged only when all of the file is known. */
static bool
complete(struct reading *r)
{
	struct scenario *s = r->scenario;

	if (s->title == NULL || s->teaches == NULL || s->expects + s->tolds == 0)
		return line_complain(
			&r->line, "a scenario needs a title, teaches and expect");
	for (size_t i = 0; i < s->peers; i++)
		if (!complete_script(r, &s->peer[i].script, false))
			return false;
	for (size_t i = 0; i < s->callers; i++)
		if (!complete_script(r, &s->caller[i].script, true))
			return false;
	return true;
}

/* "dir/no-starttls.scenario" is no-starttls, and so is its domain. */
static void
name_scenario(struct scenario *s, struct arena *arena, const char *file)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;

	s->file = arena_strdup(arena, file);
	s->name = text_ends(base, ".scenario") ? arena_text(arena, base, strlen(base) - 9)
					       : arena_strdup(arena, base);
	s->domain = arena_printf(arena, "%s.rig.example", s->name);
}

struct scenario *
scenario_parse(
	struct arena *arena, const char *file, const char *text, const char **trouble)
{
	struct reading r = { .line = { .arena = arena, .file = file },
		.scenario = arena_alloc(arena, sizeof *r.scenario) };
	bool good = true;

	name_scenario(r.scenario, arena, file);
	while (good && *text != '\0') {
		size_t length = strcspn(text, "\n");
		const char *one = arena_text(arena, text, length);

		text += length + (text[length] == '\n');
		r.line.number++;
		good = line_split(&r.line, one) && (r.line.words == 0 || read_line(&r));
	}
	if (good && complete(&r))
		return r.scenario;
	*trouble = r.line.trouble;
	return NULL;
}

/* The whole text of a file, to be freed; NULL and *reason when it cannot be had. */
static char *
read_whole(const char *file, const char **reason)
{
	FILE *stream = fopen(file, "r");
	char *text = stream == NULL ? NULL : calloc(1, MAX_FILE + 2);
	size_t length;

	if (stream == NULL) {
		*reason = strerror(errno);
		return NULL;
	}
	if (text == NULL)
		fatal("out of memory");
	length = fread(text, 1, MAX_FILE + 1, stream);
	*reason = ferror(stream)           ? "cannot be read"
		  : length > MAX_FILE      ? "is too long"
		  : strlen(text) != length ? "holds a NUL byte"
					   : NULL;
	fclose(stream);
	if (*reason == NULL)
		return text;
	free(text);
	return NULL;
}

struct scenario *
scenario_read(struct arena *arena, const char *file, const char **trouble)
{
	struct scenario *scenario;
	const char *reason;
	char *text = read_whole(file, &reason);

	if (text == NULL) {
		*trouble = arena_printf(arena, "%s: %s", file, reason);
		return NULL;
	}
	scenario = scenario_parse(arena, file, text, trouble);
	free(text);
	return scenario;
}

struct expanding {
	struct arena *arena;
	const struct scenario *scenario;
	long n;
};

static const char *
look_up(void *self, const char *name, const char *argument)
{
	const struct expanding *e = self;
	const struct peer_plan *peer = find_peer(e->scenario, argument);

	if (text_same(name, "domain") && argument == NULL)
		return e->scenario->domain;
	if (text_same(name, "hostile") && argument == NULL)
		return template_hostile;
	if (text_same(name, "n") && argument == NULL)
		return arena_printf(e->arena, "%ld", e->n);
	if (text_same(name, "port") && peer != NULL)
		return arena_printf(e->arena, "%d", peer->port);
	if (text_same(name, "address") && peer != NULL)
		return peer->address;
	return NULL;
}

const char *
scenario_expand(struct arena *arena, const struct scenario *scenario, struct bytes text,
	int line, long n, const char **trouble)
{
	struct expanding e = { arena, scenario, n };
	const char *unknown;
	struct bytes done = template_expand(arena, text, look_up, &e, &unknown);
	char *words;

	if (done.byte == NULL) {
		words = arena_printf(arena, "%s:%d: unknown variable $%.60s",
			scenario->file, line, unknown);
		*trouble = text_clean(arena, words, strlen(words));
	}
	return done.byte;
}
