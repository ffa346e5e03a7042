/* Each step is a row: what must be done, and which checks tell whether it was. Where no
 * check can tell, the row says what the user could give, or that only he can see it. */
#include "report/checklist.h"

#include "base/text.h"

#include <string.h>

enum { STEP_CHECKS = 3, MAX_NAMED = 3 };

struct step {
	const char *chapter, *title;
	/* The first one tells that it is done, each of them that it is not. */
	const char *checks[STEP_CHECKS];
	const char *hinge; /* a check of ours: where it fails, nothing is known */
	bool of_partners;  /* it is their findings that decide, and only grave ones */
	bool of_all;       /* it is the same for all our domains */
	bool only_pass;    /* neither info nor a warning settles it */
	/* In place of checks: what the user said of us. */
	enum step_state (*state)(const struct local *local);
	const char *give; /* what would let us see it; NULL: nothing would */
};

/* --- what the user said of us ------------------------------------------------------ */

static enum step_state
edge_allows(const struct local *local)
{
	if (local->federated_users == KNOWN_NOT)
		return STEP_UNSEEN;
	return local->federated_users == KNOWN_TRUE ? STEP_DONE : STEP_NOT_DONE;
}

static enum step_state
policy_allows(const struct local *local, bool xmpp)
{
	if (local->access_policies == 0)
		return STEP_UNSEEN;
	for (size_t i = 0; i < local->access_policies; i++)
		if (local->access_policy[i].federation &&
			(local->access_policy[i].xmpp || !xmpp))
			return STEP_DONE;
	return STEP_NOT_DONE;
}

static enum step_state
policy_allows_federation(const struct local *local)
{
	return policy_allows(local, false);
}

static enum step_state
policy_allows_xmpp(const struct local *local)
{
	return policy_allows(local, true);
}

/* --- the steps --------------------------------------------------------------------- */

static const char policies[] = "External access policies",
		  certificate[] = "Certificate of the external Edge",
		  gateway[] = "XMPP gateway", partners[] = "XMPP partners",
		  dns[] = "External DNS",
		  dialback[] = "When dialback does not come about";

static const struct step steps[] = {
	{ .chapter = policies,
		.title = "users who talk XMPP are homed on a pool that has the gateway",
		.of_all = true },
	{ .chapter = policies,
		.title = "the Access Edge allows federated users (AllowFederatedUsers)",
		.of_all = true,
		.state = edge_allows,
		.give = "give federated-users in <local>" },
	{ .chapter = policies,
		.title = "a policy allows communication with federated users",
		.of_all = true,
		.state = policy_allows_federation,
		.give = "give <access-policy>" },
	{ .chapter = policies,
		.title = "and, in the same policy, with XMPP federated users",
		.of_all = true,
		.state = policy_allows_xmpp,
		.give = "give <access-policy>" },
	{ .chapter = policies,
		.title = "the policy is granted to the users, or holds for their site",
		.of_all = true },

	{ .chapter = certificate,
		.title = "the key is long enough and of a common kind",
		.checks = { "cert.key.strength" } },
	{ .chapter = certificate,
		.title =
			"the key may be exported, and is the same on every Edge of the pool",
		.of_all = true },
	{ .chapter = certificate,
		.title =
			"its names are the Edge, sip.<domain> for the SIP domain, and the domain",
		.checks = { "own.certificate.names", "cert.name.match" } },
	{ .chapter = certificate,
		.title =
			"an authority that is trusted here issued it, and its chain is sent along",
		.checks = { "cert.chain.trusted", "cert.chain.complete" } },
	{ .chapter = certificate,
		.title = "it is for servers and for clients",
		.checks = { "own.certificate.usage" },
		.hinge = "cert.date.valid" },
	{ .chapter = certificate,
		.title = "it is valid, and will be for a while",
		.checks = { "cert.date.valid", "cert.date.remaining" } },
	{ .chapter = certificate,
		.title = "it was imported and assigned, and the services were restarted",
		.checks = { "own.certificate.file" },
		.give = "give <certificate> with the file" },

	{ .chapter = gateway,
		.title =
			"XMPP federation is enabled on the Edge pool, and the site has a route",
		.of_all = true },
	{ .chapter = gateway,
		.title = "the gateway reaches the Edge from inside, port 23456",
		.of_all = true },
	{ .chapter = gateway,
		.title = "an XMPP server answers at the Edge",
		.checks = { "reach.any", "own.listener.local" },
		.hinge = "own.srv.edge" },

	{ .chapter = partners,
		.title = "every partner is set up with all its domains",
		.checks = { "policy.domains" },
		.of_partners = true,
		.of_all = true,
		.give = "give the partners in partners.xml" },
	{ .chapter = partners,
		.title =
			"TLS, SASL and dialback of every partner are a valid combination",
		.checks = { "policy.valid" },
		.of_partners = true,
		.of_all = true,
		.give = "give the partners in partners.xml" },
	{ .chapter = partners,
		.title = "what was agreed leaves a method in both directions",
		.checks = { "policy.method" },
		.of_partners = true,
		.of_all = true,
		.give = "give the partners in partners.xml" },

	{ .chapter = dns,
		.title = "there is an SRV record _xmpp-server._tcp for the domain",
		.checks = { "dns.srv.present" } },
	{ .chapter = dns,
		.title = "it leads to the Edge and its port",
		.checks = { "own.srv.edge" },
		.give = "give edge in <local>, or see `fedprobe records`" },
	{ .chapter = dns,
		.title = "the name that it leads to has addresses",
		.checks = { "dns.srv.target-resolves", "dns.address.public" } },
	{ .chapter = dns,
		.title = "several Edges have different priorities",
		.checks = { "own.srv.priorities" } },

	{ .chapter = dialback,
		.title = "the records of every partner lead to an address",
		.checks = { "dns.srv.present", "dns.srv.target-resolves" },
		.of_partners = true,
		.of_all = true,
		.give = "name a partner" },
	{ .chapter = dialback,
		.title = "every partner is connected to, and answers",
		.checks = { "reach.any" },
		.of_partners = true,
		.of_all = true,
		.give = "name a partner" },
	{ .chapter = dialback,
		.title = "our own records lead to the address of the Edge",
		.checks = { "own.srv.edge", "dns.srv.target-resolves" },
		.give = "give edge in <local>" },
	{ .chapter = dialback,
		.title = "strangers get through to the port of the Edge",
		.checks = { "own.listener.public" },
		.hinge = "own.srv.edge",
		.only_pass = true },
};

enum { STEPS = sizeof steps / sizeof steps[0] };

/* --- what the findings say --------------------------------------------------------- */

/* What is known of a step so far. */
struct verdict {
	size_t seen, bad;
	size_t unseen;      /* partners of whom nothing was seen */
	const char *words;  /* of those that are bad */
	const char *praise; /* of one that is good and has something to say */
	const char *reason; /* why something was not seen */
};

static bool
decides(const struct step *step, const struct finding *f)
{
	for (size_t i = 0; i < STEP_CHECKS; i++)
		if (step->checks[i] != NULL && text_same(step->checks[i], f->check))
			return true;
	return false;
}

static void
add_words(struct arena *arena, struct verdict *v, const struct partner *p,
	const struct finding *f, bool name)
{
	const char *words = f->text ? f->text : f->row ? f->row->title : f->check;

	if (name)
		words = arena_printf(arena, "%s: %s", p->domain.unicode, words);
	/* Several endpoints may say the same. */
	if (v->words != NULL && text_ends(v->words, words))
		return;
	if (v->bad++ < MAX_NAMED)
		v->words =
			v->words ? arena_printf(arena, "%s; %s", v->words, words) : words;
}

/* What is told of the primary domain, or of further ones, needs not be told of this. */
static bool
is_beside(const char *because)
{
	return text_same(because, "the primary domain") ||
	       text_same(because, "a further domain");
}

static bool
is_better(const char *reason, const char *because)
{
	return reason == NULL || (is_beside(reason) && !is_beside(because));
}

static void
weigh(struct arena *arena, const struct step *step, const struct partner *p,
	struct verdict *v)
{
	enum status bad = step->of_partners ? STATUS_FAIL : STATUS_WARN;

	for (size_t i = 0; i < p->findings; i++) {
		const struct finding *f = &p->finding[i];

		if (!decides(step, f))
			continue;
		if (f->status == STATUS_SKIP || f->status == STATUS_ERROR)
			v->reason =
				is_better(v->reason, f->because) ? f->because : v->reason;
		else if (f->status >= STATUS_INFO && step->only_pass &&
			 f->status < STATUS_FAIL)
			v->reason = f->text;
		else if (f->status >= bad)
			add_words(arena, v, p, f, step->of_partners);
		else if (text_same(f->check, step->checks[0]) && v->seen++ == 0 &&
			 f->status == STATUS_PASS && !step->of_partners)
			v->praise = f->text;
	}
}

static bool
is_partner(const struct partner *p)
{
	return p->role == ROLE_PARTNER || p->role == ROLE_ADDITIONAL;
}

static bool
needs_nothing(const struct step *step, const struct partner *p)
{
	for (size_t i = 0; i < p->findings; i++)
		if (decides(step, &p->finding[i]) && is_beside(p->finding[i].because))
			return true;
	return false;
}

/* It is done when it is done of every one. */
static void
weigh_partners(struct arena *arena, const struct step *step, const struct run *run,
	struct verdict *v)
{
	for (size_t i = 0; i < run->partners; i++) {
		const struct partner *p = run->partner[i];
		size_t before = v->seen + v->bad;

		if (!is_partner(p))
			continue;
		weigh(arena, step, p, v);
		v->unseen += v->seen + v->bad == before && !needs_nothing(step, p);
	}
}

static bool
has_failed(const struct partner *p, const char *check)
{
	for (size_t i = 0; check != NULL && i < p->findings; i++)
		if (p->finding[i].status == STATUS_FAIL &&
			text_same(p->finding[i].check, check))
			return true;
	return false;
}

static bool
is_check(const char *reason)
{
	return strchr(reason, ' ') == NULL && strchr(reason, '.') != NULL;
}

/* Why it cannot be seen from here, and what would help. */
static const char *
unseen_words(struct arena *arena, const struct step *step, const char *reason)
{
	if (step->checks[0] == NULL && step->state == NULL)
		return "only you can see it";
	if (step->give != NULL &&
		(reason == NULL || (!step->of_partners && !is_check(reason)) ||
			text_same(reason, "an agreed policy")))
		return step->give;
	if (reason == NULL)
		return "nothing was seen of it";
	if (text_same(reason, "a further domain"))
		return "no partner has a further domain";
	return is_check(reason) ? arena_printf(arena, "because of %s", reason) : reason;
}

static struct checklist_step
settle(struct arena *arena, const struct step *step, const struct run *run,
	const struct partner *own)
{
	struct checklist_step line = { step->chapter, step->title, STEP_UNSEEN, NULL };
	const struct local *local = run_local(own->asked);
	struct verdict v = { 0 };

	if (step->state != NULL && local != NULL)
		line.state = step->state(local);
	else if (step->of_partners)
		weigh_partners(arena, step, run, &v);
	else if (has_failed(own, step->hinge))
		v.reason = step->hinge;
	else
		weigh(arena, step, own, &v);
	if (v.bad > 0 || (v.seen > 0 && v.unseen == 0))
		line.state = v.bad > 0 ? STEP_NOT_DONE : STEP_DONE;
	if (v.bad > MAX_NAMED)
		v.words = arena_printf(
			arena, "%s; and %zu more", v.words, v.bad - MAX_NAMED);
	if (line.state == STEP_UNSEEN && v.seen > 0)
		line.words = arena_printf(arena, "not known of %zu: %s", v.unseen,
			unseen_words(arena, step, v.reason));
	else if (line.state == STEP_UNSEEN)
		line.words = unseen_words(arena, step, v.reason);
	else
		line.words = line.state == STEP_DONE ? v.praise : v.words;
	return line;
}

static bool
is_first_own(const struct run *run, const struct partner *own)
{
	for (size_t i = 0; i < run->partners; i++)
		if (run->partner[i]->role == ROLE_OWN)
			return run->partner[i] == own;
	return true;
}

const struct checklist_step *
checklist(struct arena *arena, const struct run *run, const struct partner *own,
	size_t *count)
{
	struct checklist_step *list = arena_alloc(arena, STEPS * sizeof *list);
	bool first = is_first_own(run, own);

	*count = 0;
	for (size_t i = 0; i < STEPS; i++)
		if (first || !steps[i].of_all)
			list[(*count)++] = settle(arena, &steps[i], run, own);
	return list;
}

/* --- printing ---------------------------------------------------------------------- */

static const struct {
	const char *mark, *colour;
} shown[] = {
	[STEP_DONE] = { "✓ done", GREEN },
	[STEP_NOT_DONE] = { "✗ not done", RED },
	[STEP_UNSEEN] = { "? not seen", NULL },
};

static void
print_step(struct page *page, const struct checklist_step *step)
{
	enum { INDENT = 6, MARK = 12 };

	fprintf(page->file, "%*s", INDENT, "");
	page_paint(page, shown[step->state].colour);
	page_pad(page, shown[step->state].mark, MARK);
	page_unpaint(page, shown[step->state].colour);
	page_wrap_from(page, INDENT + MARK, INDENT + MARK,
		step->words
			? arena_printf(page->arena, "%s: %s", step->title, step->words)
			: step->title);
}

void
checklist_print(struct page *page, const struct run *run, const struct partner *own)
{
	size_t count;
	const struct checklist_step *list = checklist(page->arena, run, own, &count);

	page_wrap(page, 2, "checklist");
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || list[i].chapter != list[i - 1].chapter)
			page_wrap(page, 4, list[i].chapter);
		print_step(page, &list[i]);
	}
}
