/* An address of a person is refused here rather than by the partner, whose answer would be
 * taken for trouble with the federation. What a server compares by the rules of RFC 8265 is
 * compared more simply: nothing is let in by it but the answer to a question whose id
 * nobody else knows. */
#include "model/jid.h"

#include "base/text.h"
#include "model/name.h"

#include <string.h>

/* RFC 7622, 3.3: octets of a localpart. */
enum { MAX_LOCAL = 1023 };

static const char *
judge_local(struct arena *arena, const char *local)
{
	/* RFC 7622, 3.3.1, and the space that no user name may have (RFC 8265, 3.1). */
	static const char forbidden[] = "\"&'/:<>@ ";
	size_t good = strcspn(local, forbidden);

	if (*local == '\0')
		return "there is nobody before the @";
	if (strlen(local) > MAX_LOCAL)
		return "what stands before the @ is too long";
	if (!text_is_clean(local) || strpbrk(local, "\t\r\n") != NULL)
		return "there are characters in it that nobody can see";
	if (local[good] != '\0')
		return arena_printf(
			arena, "'%c' may not stand before the @", local[good]);
	return NULL;
}

const char *
jid_parse(struct arena *arena, const char *typed, struct jid *jid)
{
	const char *at = strchr(typed, '@'), *trouble;

	if (at == NULL)
		return "an address is NAME@DOMAIN";
	if (strchr(at, '/') != NULL)
		return "an address is NAME@DOMAIN, without a resource behind it";
	jid->local = arena_text(arena, typed, (size_t)(at - typed));
	if ((trouble = judge_local(arena, jid->local)) != NULL ||
		(trouble = domain_parse(arena, at + 1, &jid->domain)) != NULL)
		return trouble;
	jid->bare = arena_printf(arena, "%s@%s", jid->local, jid->domain.unicode);
	return NULL;
}

/* What stands before the @, or NULL; the domain of what is left goes to *domain. */
static const char *
split(struct arena *arena, const char *text, const char **domain)
{
	size_t length = strcspn(text, "/");
	const char *at = memchr(text, '@', length);

	*domain = at ? arena_text(arena, at + 1, length - (size_t)(at + 1 - text))
		     : arena_text(arena, text, length);
	return at ? arena_text(arena, text, (size_t)(at - text)) : NULL;
}

static bool
is_same_domain(struct arena *arena, const char *a, const char *b)
{
	struct domain domain;

	return domain_parse(arena, b, &domain) == NULL && name_is(arena, a, domain.ascii);
}

bool
jid_is(struct arena *arena, const char *text, const char *bare)
{
	const char *local, *domain, *wanted, *wanted_domain;

	if (text == NULL || bare == NULL)
		return false;
	local = split(arena, text, &domain);
	wanted = split(arena, bare, &wanted_domain);
	return text_same_name(local, wanted) &&
	       is_same_domain(arena, domain, wanted_domain);
}

bool
jid_is_at(struct arena *arena, const char *text, const char *domain)
{
	const char *theirs;

	if (text == NULL || domain == NULL)
		return false;
	split(arena, text, &theirs);
	return is_same_domain(arena, theirs, domain);
}

bool
jid_is_domain(struct arena *arena, const char *text, const char *domain_or_bare)
{
	const char *domain, *wanted;

	if (text == NULL || domain_or_bare == NULL || strpbrk(text, "@/") != NULL)
		return false;
	split(arena, text, &domain);
	split(arena, domain_or_bare, &wanted);
	return is_same_domain(arena, domain, wanted);
}
