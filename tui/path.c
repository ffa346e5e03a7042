/* The path as a picture: from DNS to the targets, from there to their addresses, and from
 * each address through the legs of its session. It grows with the journal. */
#include "model/path.h"

#include "base/text.h"
#include "model/endpoint.h"
#include "tui/sections.h"
#include "tui/words.h"

#include <string.h>

/* A row of the tree. */
struct node {
	int depth;
	struct sign sign;
	const char *name, *word;
	int64_t took;                    /* 0: not shown */
	const struct endpoint *endpoint; /* with the legs below it, or NULL */
	unsigned observation;
};

struct tree {
	struct sheet *sheet;
	const struct shown *shown;
	struct arena *arena;
	const struct endpoint *endpoint;
	size_t endpoints;
	struct node *node;
	size_t nodes;
};

static const struct sign running = { GLYPH_RUNNING, STYLE_NOTE };

static bool
is_live(const struct tree *tree)
{
	return tree->shown->live != NULL && tree->shown->live->doing != NULL;
}

static void
add(struct tree *tree, struct node node)
{
	tree->node = arena_grow(tree->arena, tree->node, tree->nodes, sizeof *tree->node);
	tree->node[tree->nodes++] = node;
}

/* --- DNS ------------------------------------------------------------------------------------ */

/* What has become of a question. That a name does not exist is an answer like others. */
static struct node
answer_node(const struct tree *tree, enum dns_type type, const char *name)
{
	const struct journal *journal = tree->shown->partner->journal;
	const struct observation *o = dns_find(journal, type, name);
	enum dns_answer answer = dns_read(journal, type, name);
	struct node node = { .word = dns_answer_names[answer] };

	if (o != NULL) {
		node.took = o->took;
		node.observation = o->number;
	}
	if (answer == ANSWER_PENDING && is_live(tree))
		node.sign = running;
	else if (answer == ANSWER_PENDING)
		node.sign = sign_of(STATUS_SKIP), node.word = "not asked";
	else
		node.sign = sign_of(answer == ANSWER_DATA       ? STATUS_PASS
				    : answer <= ANSWER_NXDOMAIN ? STATUS_SKIP
								: STATUS_FAIL);
	return node;
}

/* Of both families; one that has addresses is enough. */
static struct node
host_node(const struct tree *tree, const char *host)
{
	struct node four = answer_node(tree, DNS_A, host);
	struct node six = answer_node(tree, DNS_AAAA, host);
	const char *data = dns_answer_names[ANSWER_DATA];
	struct node *better = text_same(six.word, data) ? &six : &four;

	better->took = four.took > six.took ? four.took : six.took;
	if (text_same(better->word, data))
		better->word = "addresses";
	return *better;
}

/* --- the tree ------------------------------------------------------------------------------- */

static bool
is_at(const struct endpoint *e, enum mode mode, const char *target, int port)
{
	return e->mode == mode && e->port == port && text_same_name(e->target, target);
}

static void
add_addresses(struct tree *tree, int depth, enum mode mode, const char *target, int port)
{
	for (size_t i = 0; i < tree->endpoints; i++)
		if (is_at(&tree->endpoint[i], mode, target, port))
			add(tree, (struct node){ .depth = depth,
					  .name = tree->endpoint[i].address,
					  .endpoint = &tree->endpoint[i] });
}

static void
add_target(struct tree *tree, int depth, enum mode mode, const char *target, int port)
{
	struct node node = host_node(tree, target);

	node.depth = depth;
	node.name = arena_printf(
		tree->arena, "%s:%d", domain_unicode(tree->arena, target), port);
	add(tree, node);
	add_addresses(tree, depth + 1, mode, target, port);
}

static void
add_service(struct tree *tree, enum mode mode)
{
	const struct partner *p = tree->shown->partner;
	const char *name = srv_name(tree->arena, mode, p->domain.ascii);
	struct node node = answer_node(tree, DNS_SRV, name);
	const struct dns_record **record;
	size_t records;

	if (p->asked->connect_host != NULL)
		return;
	record = srv_records(tree->arena, p, mode, &records);
	node.depth = 1;
	node.name = arena_printf(tree->arena, "%.*s",
		(int)(strlen(name) - strlen(p->domain.ascii) - 1), name);
	if (records > 0)
		node.word = arena_printf(
			tree->arena, "%zu record%s", records, records == 1 ? "" : "s");
	else if (srv_is_declined(tree->arena, p, mode))
		node.word = "declined";
	add(tree, node);
	for (size_t i = 0; i < records; i++)
		add_target(tree, 2, mode, record[i]->target, record[i]->port);
}

static bool
is_in_tree(const struct tree *tree, const struct endpoint *e)
{
	for (size_t i = 0; i < tree->nodes; i++)
		if (tree->node[i].endpoint == e)
			return true;
	return false;
}

/* The domain's own addresses, or the host that the user named. */
static void
add_others(struct tree *tree)
{
	for (size_t i = 0; i < tree->endpoints; i++) {
		const struct endpoint *e = &tree->endpoint[i];

		if (e->target != NULL && !is_in_tree(tree, e))
			add_target(tree, 1, e->mode, e->target, e->port);
	}
}

static struct tree
grow(struct sheet *sheet, const struct shown *shown)
{
	const struct partner *p = shown->partner;
	struct tree tree = {
		.sheet = sheet, .shown = shown, .arena = sheet_arena(sheet)
	};

	tree.endpoint = endpoints(tree.arena, p, &tree.endpoints);
	add(&tree, (struct node){ .name = p->domain.unicode });
	add_service(&tree, MODE_STARTTLS);
	add_service(&tree, MODE_DIRECT);
	add_others(&tree);
	return tree;
}

/* --- the legs --------------------------------------------------------------------------------- */

/* The checks that speak of a leg. That another protocol is spoken, or nothing, shows when
 * the stream should begin. */
static const char *const beginnings[][5] = {
	[LEG_TCP] = { "tcp.connect", NULL },
	[LEG_STREAM] = { "stream.", "tcp.", NULL },
	[LEG_TLS] = { "starttls.", "direct.", "tls.", "cert.", NULL },
	[LEG_AUTHENTICATION] = { "sasl.", "dialback.", NULL },
};

/* What has become of it; `under` tells that the session goes on, and has come here. */
static struct sign
leg_sign(const struct tree *tree, const char *endpoint, enum leg name,
	const struct path_leg *leg, bool under, const char **word)
{
	const struct finding *worst =
		worst_finding(tree->shown->partner, endpoint, beginnings[name]);

	if (leg->broken != NULL) {
		*word = outcome_names[leg->broken->outcome];
		return sign_of(leg->broken->outcome == OUTCOME_NOT_TRIED ? STATUS_SKIP
									 : STATUS_FAIL);
	}
	*word = under ? "running" : "not reached";
	if (under || leg->last == NULL)
		return under ? running : sign_of(STATUS_SKIP);
	if (worst != NULL && worst->status >= STATUS_WARN) {
		*word = status_names[worst->status];
		return sign_of(worst->status);
	}
	*word = "ok";
	return sign_of(STATUS_PASS);
}

static const char *
leg_title(const struct tree *tree, enum leg name, const struct path_leg *leg)
{
	const struct tls_fact *tls = leg->last ? leg->last->fact : NULL;

	if (tls == NULL || leg->last->kind != FACT_TLS || tls->version == NULL)
		return leg_names[name];
	return words_tls(tree->arena, tls->version);
}

/* The vertical lines left of a row, and the branch to its node; returns the column behind. */
static int
draw_branches(struct tree *tree, size_t i, int depth, bool here)
{
	int step = sheet_is_narrow(tree->sheet) ? 2 : 3;

	for (int d = 1; d <= depth; d++) {
		size_t k = i + 1;
		bool more, mine = here && d == tree->node[i].depth;

		while (k < tree->nodes && tree->node[k].depth > d)
			k++;
		more = k < tree->nodes && tree->node[k].depth == d;
		if (mine || more)
			sheet_glyph(tree->sheet, 2 + (d - 1) * step, STYLE_QUIET,
				!mine  ? GLYPH_VERTICAL
				: more ? GLYPH_VERTICAL_RIGHT
				       : GLYPH_UP_RIGHT);
		if (mine && step > 2)
			sheet_glyph(tree->sheet, 3 + (d - 1) * step, STYLE_QUIET,
				GLYPH_HORIZONTAL);
	}
	return 2 + depth * step;
}

/* "✓ TCP ok 20 ms"; the arrow before it stands in the row where there is room. */
static int
draw_leg(struct tree *tree, size_t i, int column, struct sign sign, const char *words)
{
	struct sheet *sheet = tree->sheet;
	int begin = 2 + (tree->node[i].depth + 1) * (sheet_is_narrow(sheet) ? 2 : 3);
	bool first = column == 0;

	if (first || column + 5 + text_width(words) > sheet_width(sheet)) {
		sheet_row(sheet);
		column = draw_branches(tree, i, tree->node[i].depth, false);
		column = begin > column ? begin : column;
	} else {
		column++;
	}
	if (!first)
		column = 1 + sheet_glyph(sheet, column, STYLE_QUIET, GLYPH_ARROW_RIGHT);
	return sheet_sign(sheet, column, sign, words);
}

/* The last place in the order that the session came to; -1 when to none. */
static int
reached(const struct path *path)
{
	int last = LEGS - 1;

	while (last >= 0 && path->leg[path->order[last]].last == NULL)
		last--;
	return last;
}

/* As far as it went, and the leg behind that. */
static void
draw_legs(struct tree *tree, size_t i)
{
	const char *endpoint = tree->node[i].endpoint->id;
	struct path path = path_of(tree->arena, tree->shown->partner, endpoint);
	bool goes_on = is_live(tree) && !path.ended;
	int last = reached(&path), column = 0;

	for (int k = 0; k < LEGS && k <= last + 1; k++) {
		enum leg name = path.order[k];
		const struct path_leg *leg = &path.leg[name];
		bool under = goes_on && k >= last && !leg->complete;
		const char *word, *words;
		struct sign sign = leg_sign(tree, endpoint, name, leg, under, &word);

		words = arena_printf(
			tree->arena, "%s %s", leg_title(tree, name, leg), word);
		if (leg->last != NULL)
			words = arena_printf(tree->arena, "%s %s", words,
				words_took(tree->arena, leg->took));
		column = draw_leg(tree, i, column, sign, words);
		if (under)
			break;
	}
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* An address stands as badly as the worst that was found there. */
static void
judge_address(const struct tree *tree, struct node *node)
{
	const struct partner *p = tree->shown->partner;
	const struct finding *worst = worst_finding(p, node->endpoint->id, NULL);

	if (worst == NULL) {
		node->sign = is_live(tree) ? running : sign_of(STATUS_SKIP);
		node->word = is_live(tree) ? "running" : "not judged";
	} else if (worst->status >= STATUS_WARN) {
		node->sign = sign_of(worst->status);
		node->word = status_names[worst->status];
	} else {
		node->sign = sign_of(STATUS_PASS);
		node->word = "well";
	}
}

/* Of a long name the beginning must do, so that there is room for what became of it. */
static void
draw_name(struct tree *tree, const struct node *node, int column)
{
	struct sheet *sheet = tree->sheet;
	const char *took = node->took ? arena_printf(tree->arena, " %s",
						words_took(tree->arena, node->took))
				      : "";
	int room = sheet_width(sheet) - column - text_width(node->word) -
		   text_width(took) - 3;

	column = sheet_glyph(sheet, column, node->sign.style, node->sign.glyph) + 1;
	if (text_width(node->name) > room && room > 0)
		column = sheet_cell(sheet, column, room, STYLE_PLAIN, node->name);
	else
		column = sheet_text(sheet, column, STYLE_PLAIN, node->name);
	column = sheet_text(sheet, column + 1, node->sign.style, node->word);
	sheet_text(sheet, column, STYLE_QUIET, took);
}

static void
draw_node(struct tree *tree, size_t i)
{
	struct node *node = &tree->node[i];
	int column;

	if (node->endpoint != NULL)
		judge_address(tree, node);
	sheet_about(tree->sheet,
		(struct subject){ .endpoint = node->endpoint ? node->endpoint->id : NULL,
			.observation = node->observation,
			.growing = tree->shown->growing });
	sheet_row(tree->sheet);
	column = draw_branches(tree, i, node->depth, true);
	if (node->depth == 0)
		sheet_text(tree->sheet, column, STYLE_BOLD, node->name);
	else
		draw_name(tree, node, column);
	if (node->endpoint != NULL)
		draw_legs(tree, i);
}

void
section_path(struct sheet *sheet, const struct shown *shown)
{
	struct tree tree = grow(sheet, shown);

	for (size_t i = 0; i < tree.nodes; i++)
		draw_node(&tree, i);
}
