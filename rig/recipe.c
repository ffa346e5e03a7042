/* A recipe says only in what a certificate differs from a good one, so that the fault
 * stands alone in the scenario. */
#include "rig/recipe.h"

#include "base/text.h"
#include "model/record.h"

const char *const key_names[] = { "p256", "p521", "rsa1024", "rsa2048", "ed25519", NULL };

static const char *const chain_names[] = { "full", "leaf-only", "with-root", "reversed",
	"stranger", NULL };

void
recipe_begin(struct recipe *recipe, struct arena *arena, const char *name, int line)
{
	*recipe = (struct recipe){
		.name = name,
		.line = line,
		.times = 1,
		.from_day = -1,
		.to_day = 89,
		.usage = "serverAuth,clientAuth",
	};
	recipe->identity = arena_grow(arena, NULL, 0, sizeof *recipe->identity);
	recipe->identity[recipe->identities++] = "dns:$domain";
}

/* A line of names, from word `at` on, replaces the good one. */
static bool
read_identities(struct recipe *recipe, struct line *line, size_t at)
{
	static const char *const kind[] = {
		"dns:", "srv:", "xmpp:", "email:", "uri:", "cn:"
	};

	recipe->identities = 0;
	for (size_t i = at; i < line->words; i++) {
		bool known = false;

		for (size_t k = 0; k < sizeof kind / sizeof kind[0]; k++)
			known = known || text_starts(line_word(line, i), kind[k]);
		if (!known)
			return line_complain(line,
				"\"%s\" is not dns:, srv:, xmpp:, email:, uri: or "
				"cn:NAME",
				line_word(line, i));
		recipe->identity = arena_grow(line->arena, recipe->identity,
			recipe->identities, sizeof *recipe->identity);
		recipe->identity[recipe->identities++] = line_word(line, i);
	}
	return line_count(line, at + 1, LINE_MAX_WORDS, "[repeat N] names KIND:NAME...");
}

static bool
read_names(struct recipe *recipe, struct line *line)
{
	return read_identities(recipe, line, 1);
}

static bool
read_repeat(struct recipe *recipe, struct line *line)
{
	enum { MAX_NAMES = 10000 };

	if (!line_is(line, 2, "names"))
		return line_complain(line, "only names can be repeated");
	return line_number(line, 1, 1, MAX_NAMES, &recipe->times) &&
	       read_identities(recipe, line, 3);
}

static bool
read_valid(struct recipe *recipe, struct line *line)
{
	enum { CENTURY = 36500 };

	if (!line_count(line, 3, 3, "valid FROM-DAY TO-DAY") ||
		!line_number(line, 1, -CENTURY, CENTURY, &recipe->from_day) ||
		!line_number(line, 2, -CENTURY, CENTURY, &recipe->to_day))
		return false;
	return recipe->from_day < recipe->to_day ||
	       line_complain(line, "the validity ends before it begins");
}

static bool
read_usage(struct recipe *recipe, struct line *line)
{
	if (!line_count(line, 2, LINE_MAX_WORDS, "usage none | USAGE..."))
		return false;
	recipe->usage = NULL;
	if (line_is(line, 1, "none"))
		return true;
	for (size_t i = 1; i < line->words; i++)
		recipe->usage = recipe->usage == NULL
					? line_word(line, i)
					: arena_printf(line->arena, "%s,%s",
						  recipe->usage, line_word(line, i));
	return true;
}

static bool
read_key(struct recipe *recipe, struct line *line)
{
	int key = name_index(key_names, line_word(line, 1));

	if (key < 0)
		return line_complain(
			line, "unknown kind of key \"%s\"", line_word(line, 1));
	recipe->key = (enum key_kind)key;
	return line_count(line, 2, 2, "key KIND");
}

static bool
read_chain(struct recipe *recipe, struct line *line)
{
	enum { MAX_LINKS = 1000 };
	int chain = name_index(chain_names, line_word(line, 1));

	if (!line_count(line, 2, 2, "chain KIND | NUMBER"))
		return false;
	if (chain < 0)
		return line_number(line, 1, 1, MAX_LINKS, &recipe->links);
	recipe->chain = (enum chain_kind)chain;
	return true;
}

static bool
read_crl(struct recipe *recipe, struct line *line)
{
	recipe->crl = line_word(line, 1);
	return line_count(line, 2, 2, "crl ADDRESS");
}

static bool
read_ocsp(struct recipe *recipe, struct line *line)
{
	recipe->ocsp = line_word(line, 1);
	return line_count(line, 2, 2, "ocsp ADDRESS");
}

bool
recipe_read(struct recipe *recipe, struct line *line)
{
	static const struct {
		const char *word;
		bool (*read)(struct recipe *, struct line *);
	} row[] = {
		{ "names", read_names },
		{ "repeat", read_repeat },
		{ "valid", read_valid },
		{ "usage", read_usage },
		{ "key", read_key },
		{ "chain", read_chain },
		{ "crl", read_crl },
		{ "ocsp", read_ocsp },
	};
	const struct {
		const char *word;
		bool *flag;
	} flag[] = {
		{ "self-signed", &recipe->self_signed },
		{ "authority", &recipe->authority },
		{ "no-names", &recipe->no_names },
		{ "sha1-signature", &recipe->sha1 },
		{ "no-digital-signature", &recipe->no_digital_signature },
		{ "must-staple", &recipe->must_staple },
		{ "unknown-critical", &recipe->unknown_critical },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		if (line_is(line, 0, row[i].word))
			return row[i].read(recipe, line);
	for (size_t i = 0; i < sizeof flag / sizeof flag[0]; i++)
		if (line_is(line, 0, flag[i].word))
			return *flag[i].flag = line_count(line, 1, 1, flag[i].word);
	return line_complain(
		line, "unknown line \"%s\" in a certificate", line_word(line, 0));
}
