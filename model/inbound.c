/* One connection of a partner in one line, for who waits at the terminal and for findings. */
#include "model/inbound.h"

#include "base/text.h"
#include "model/endpoint.h"
#include "model/suite.h"

#include <string.h>

static const char *
join(struct arena *arena, const char *line, const char *part)
{
	if (part == NULL)
		return line;
	return *line == '\0' ? part : arena_printf(arena, "%s, %s", line, part);
}

static const char *
alert(struct arena *arena, const struct inbound_fact *f)
{
	const char *name = f->alert > 0 ? tls_alert_name(f->alert - 1) : NULL;

	return name ? name : arena_printf(arena, "alert %d", f->alert - 1);
}

/* RFC 6120, 4.9.3.12, as Prosody uses it. */
static bool
is_refused_inside(const struct inbound_fact *f)
{
	return f->tls && text_same(f->error, "not-authorized") && !f->error_sent &&
	       f->external == INBOUND_SASL_NONE && !f->result_came && !f->verify_came;
}

bool
inbound_refused_certificate(const struct inbound_fact *f)
{
	static const int numbers[] = { 42, 43, 44, 45, 46, 48, 49 };

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (f->alert == numbers[i] + 1 && !f->alert_sent)
			return true;
	return is_refused_inside(f);
}

const char *
inbound_refusal(struct arena *arena, const struct inbound_fact *f)
{
	if (!is_refused_inside(f))
		return alert(arena, f);
	return f->error_text
		       ? arena_printf(arena, "not-authorized, \"%s\"", f->error_text)
		       : "not-authorized";
}

bool
inbound_began_tls(const struct inbound_fact *f)
{
	return f->asked || f->direct;
}

bool
inbound_authenticated(const struct inbound_fact *f)
{
	return f->external == INBOUND_SASL_SUCCESS || text_same(f->result, "valid");
}

static const char *
say_tls(struct arena *arena, const struct inbound_fact *f)
{
	if (inbound_refused_certificate(f))
		return arena_printf(
			arena, "refused our certificate (%s)", inbound_refusal(arena, f));
	if (f->tls)
		return f->direct ? arena_printf(arena, "%s from the first byte",
					   tls_title(f->version))
				 : tls_title(f->version);
	if (inbound_began_tls(f) && f->alert > 0 && !f->alert_sent)
		return arena_printf(arena, "broke off TLS (%s)", alert(arena, f));
	if (inbound_began_tls(f) && f->failure)
		return arena_printf(arena, "failed in TLS (%s)", f->failure);
	if (inbound_began_tls(f))
		return f->direct ? "failed in TLS" : NULL;
	return f->offered ? "stayed in clear" : NULL;
}

static const char *
say_certificate(const struct inbound_fact *f)
{
	if (!f->tls)
		return NULL;
	if (!f->certificate)
		return "presented no certificate";
	if (!f->trusted)
		return "presented a certificate that we do not trust";
	return f->named ? "presented a good certificate"
			: "presented a certificate that is not for its name";
}

static const char *
say_sasl(struct arena *arena, const struct inbound_fact *f)
{
	if (f->external == INBOUND_SASL_SUCCESS)
		return "authenticated by SASL EXTERNAL";
	if (f->external == INBOUND_SASL_FAILURE)
		return arena_printf(arena, "was refused SASL EXTERNAL (%s)",
			f->external_condition ? f->external_condition : "");
	return NULL;
}

static const char *
say_result(struct arena *arena, const struct inbound_fact *f)
{
	const char *at = f->verified_at ? endpoint_show(arena, f->verified_at) : "";

	if (!f->result_came)
		return NULL;
	if (text_same(f->result, "valid"))
		return arena_printf(
			arena, "authenticated by dialback, verified at %s", at);
	if (text_same(f->result, "invalid"))
		return arena_printf(
			arena, "failed in dialback: its key is denied at %s", at);
	return arena_printf(arena, "failed in dialback (%s)",
		f->result_condition ? f->result_condition : "");
}

static const char *
say_verify(struct arena *arena, const struct inbound_fact *f)
{
	if (!f->verify_came)
		return NULL;
	return arena_printf(arena, "asked whether a key is ours (%s)",
		text_same(f->verify, "valid")     ? "it is"
		: text_same(f->verify, "invalid") ? "it is not"
						  : "not a domain of ours");
}

const char *
inbound_say(struct arena *arena, const struct inbound_fact *f)
{
	const char *line = "";

	line = join(arena, line, say_tls(arena, f));
	line = join(arena, line, say_certificate(f));
	line = join(arena, line, say_sasl(arena, f));
	line = join(arena, line, say_result(arena, f));
	line = join(arena, line, say_verify(arena, f));
	if (f->unsolicited)
		line = join(arena, line, "sent dialback that nobody had asked for");
	if (f->ended == NULL)
		return line;
	return *line ? arena_printf(arena, "%s; %s", line, f->ended) : f->ended;
}
