/* What the elements of a server's stream say, field by field, without judgement. */
#include "probes/reading.h"

#include "base/text.h"

#include <string.h>

#define NS_DIALBACK_FEATURE "urn:xmpp:features:dialback"
#define NS_BIDI_FEATURE     "urn:xmpp:features:bidi"
#define NS_BIDI             "urn:xmpp:bidi"
#define NS_LIMITS           "urn:xmpp:stream-limits:0"
#define NS_COMPRESSION      "http://jabber.org/features/compress"
#define NS_FORM             "jabber:x:data"

/* Of what a server says of itself; real ones have about 40 features. */
enum { MAX_IDENTITIES = 16, MAX_FEATURES = 256, MAX_CONTACTS = 32 };

void
read_header(const struct element *root, struct header_fact *fact)
{
	fact->received = true;
	fact->name = root->name;
	fact->name_space = root->name_space;
	fact->prefix = root->prefix;
	fact->content_namespace = root->content_namespace;
	fact->dialback_prefix = root->dialback_prefix;
	fact->from = element_attribute(root, "from");
	fact->to = element_attribute(root, "to");
	fact->id = element_attribute(root, "id");
	fact->version = element_attribute(root, "version");
	fact->language = element_attribute(root, "lang");
}

static void
add_text(struct arena *arena, const char *const **list, size_t *count, const char *text)
{
	const char **grown =
		arena_grow(arena, (void *)(uintptr_t)*list, *count, sizeof *grown);

	grown[(*count)++] = text;
	*list = grown;
}

static void
read_starttls_feature(
	struct arena *arena, const struct element *e, struct features_fact *fact)
{
	(void)arena;
	fact->starttls = true;
	fact->starttls_required = element_child(e, "required", NS_TLS) != NULL;
}

static void
read_mechanisms(struct arena *arena, const struct element *e, struct features_fact *fact)
{
	for (size_t i = 0; i < e->children; i++)
		if (element_is(e->child[i], "mechanism", NS_SASL))
			add_text(arena, &fact->mechanism, &fact->mechanisms,
				e->child[i]->text);
}

static void
read_dialback_feature(
	struct arena *arena, const struct element *e, struct features_fact *fact)
{
	(void)arena;
	fact->dialback = true;
	fact->dialback_errors = element_child(e, "errors", NS_DIALBACK_FEATURE) != NULL;
}

static void
read_bidi(struct arena *arena, const struct element *e, struct features_fact *fact)
{
	(void)arena;
	/* XEP-0288 has one namespace for the feature and another for the request; they are
	 * easily confused. */
	if (strcmp(e->name_space, NS_BIDI_FEATURE) == 0)
		fact->bidi = true;
	else
		fact->bidi_wrong_namespace = true;
}

static int
child_number(const struct element *e, const char *name)
{
	const struct element *child = element_child(e, name, NS_LIMITS);
	long long number;

	return child && text_number(child->text, 0, INT32_MAX, &number) ? (int)number : 0;
}

static void
read_limits(struct arena *arena, const struct element *e, struct features_fact *fact)
{
	(void)arena;
	fact->limits = true;
	fact->max_bytes = child_number(e, "max-bytes");
	fact->idle_seconds = child_number(e, "idle-seconds");
}

static void
read_compression(struct arena *arena, const struct element *e, struct features_fact *fact)
{
	for (size_t i = 0; i < e->children; i++)
		if (element_is(e->child[i], "method", NS_COMPRESSION))
			add_text(arena, &fact->compression, &fact->compressions,
				e->child[i]->text);
}

static const struct {
	const char *name, *name_space;
	void (*read)(struct arena *, const struct element *, struct features_fact *);
} features_known[] = {
	{ "starttls", NS_TLS, read_starttls_feature },
	{ "mechanisms", NS_SASL, read_mechanisms },
	{ "dialback", NS_DIALBACK_FEATURE, read_dialback_feature },
	{ "bidi", NS_BIDI_FEATURE, read_bidi },
	{ "bidi", NS_BIDI, read_bidi },
	{ "limits", NS_LIMITS, read_limits },
	{ "compression", NS_COMPRESSION, read_compression },
};

static void
read_feature(struct arena *arena, const struct element *e, struct features_fact *fact)
{
	for (size_t i = 0; i < sizeof features_known / sizeof features_known[0]; i++)
		if (element_is(e, features_known[i].name, features_known[i].name_space)) {
			features_known[i].read(arena, e, fact);
			return;
		}
	add_text(arena, &fact->other, &fact->others, element_title(arena, e));
	if (element_child(e, "required", e->name_space) != NULL)
		add_text(arena, &fact->other_required, &fact->others_required,
			element_title(arena, e));
}

void
read_features(
	struct arena *arena, const struct element *features, struct features_fact *fact)
{
	fact->received = true;
	for (size_t i = 0; i < features->children; i++)
		read_feature(arena, features->child[i], fact);
}

void
read_error(struct arena *arena, const struct element *error, struct error_fact *fact)
{
	for (size_t i = 0; i < error->children; i++) {
		const struct element *e = error->child[i];

		if (strcmp(e->name_space, NS_STREAM_ERROR) != 0) {
			fact->application = element_title(arena, e);
		} else if (strcmp(e->name, "text") == 0) {
			fact->text = e->text;
		} else {
			fact->condition = e->name;
			if (strcmp(e->name, "see-other-host") == 0)
				fact->other_host = e->text;
		}
	}
	/* Before RFC 3920 there were no conditions, only text. */
	if (error->children == 0)
		fact->text = error->text;
}

void
read_starttls(
	struct arena *arena, const struct element *answer, struct starttls_fact *fact)
{
	fact->element = element_title(arena, answer);
	if (element_is(answer, "proceed", NS_TLS))
		fact->answer = STARTTLS_PROCEED;
	else if (element_is(answer, "failure", NS_TLS))
		fact->answer = STARTTLS_FAILURE;
	else
		fact->answer = STARTTLS_OTHER;
}

static void
read_failure(const struct element *failure, struct sasl_fact *fact)
{
	for (size_t i = 0; i < failure->children; i++) {
		const struct element *e = failure->child[i];

		if (strcmp(e->name_space, NS_SASL) != 0)
			continue;
		if (strcmp(e->name, "text") == 0)
			fact->text = e->text;
		else if (fact->condition == NULL)
			fact->condition = e->name;
	}
}

void
read_sasl(struct arena *arena, const struct element *answer, struct sasl_fact *fact)
{
	fact->element = element_title(arena, answer);
	fact->answer = SASL_OTHER;
	if (element_is(answer, "success", NS_SASL))
		fact->answer = SASL_SUCCESS;
	if (element_is(answer, "challenge", NS_SASL))
		fact->answer = SASL_CHALLENGE;
	if (!element_is(answer, "failure", NS_SASL))
		return;
	fact->answer = SASL_FAILURE;
	read_failure(answer, fact);
}

/* RFC 6120, 8.3.2. */
static void
read_stanza_error(const struct element *error, const char **condition, const char **text)
{
	for (size_t i = 0; error != NULL && i < error->children; i++) {
		const struct element *e = error->child[i];

		if (strcmp(e->name_space, NS_STANZA_ERROR) != 0)
			continue;
		if (strcmp(e->name, "text") == 0)
			*text = e->text;
		else
			*condition = e->name;
	}
}

void
read_dialback(const struct element *answer, struct dialback_fact *fact)
{
	const struct element *error;

	fact->element =
		strcmp(answer->name, "verify") == 0 ? DIALBACK_VERIFY : DIALBACK_RESULT;
	fact->answered = true;
	fact->type = element_attribute(answer, "type");
	fact->from = element_attribute(answer, "from");
	fact->to = element_attribute(answer, "to");
	fact->id = element_attribute(answer, "id");
	error = element_child(answer, "error", NS_DIALBACK);
	/* XEP-0220, 2.5 shows the error in the content namespace; some use the other. */
	if (error == NULL)
		error = element_child(answer, "error", NS_SERVER);
	read_stanza_error(error, &fact->condition, &fact->text);
}

void
read_stanza(struct arena *arena, const struct element *answer, struct stanza_fact *fact)
{
	const struct element *show = element_child(answer, "show", NS_SERVER);
	const struct element *status = element_child(answer, "status", NS_SERVER);

	fact->answered = true;
	fact->element = element_title(arena, answer);
	fact->type = element_attribute(answer, "type");
	fact->from = element_attribute(answer, "from");
	fact->to = element_attribute(answer, "to");
	fact->id = element_attribute(answer, "id");
	fact->show = show ? show->text : NULL;
	fact->text = status ? status->text : NULL;
	read_stanza_error(
		element_child(answer, "error", NS_SERVER), &fact->condition, &fact->text);
}

static const char *
child_text(const struct element *e, const char *name, const char *name_space)
{
	const struct element *child = element_child(e, name, name_space);

	return child && *child->text != '\0' ? child->text : NULL;
}

/* XEP-0157, 3: a form in which each kind of contact is a field, and each address a value. */
static void
read_contacts(struct arena *arena, const struct element *form, struct disco_fact *fact)
{
	for (size_t i = 0; i < form->children; i++) {
		const struct element *field = form->child[i];
		const char *purpose = element_attribute(field, "var");

		if (!element_is(field, "field", NS_FORM) || purpose == NULL ||
			!text_ends(purpose, "-addresses"))
			continue;
		for (size_t k = 0; k < field->children; k++) {
			if (!element_is(field->child[k], "value", NS_FORM) ||
				fact->contacts >= MAX_CONTACTS)
				continue;
			fact->contact = arena_grow(arena, fact->contact, fact->contacts,
				sizeof *fact->contact);
			fact->contact[fact->contacts++] =
				(struct disco_contact){ purpose, field->child[k]->text };
		}
	}
}

static void
read_identity(struct arena *arena, const struct element *e, struct disco_fact *fact)
{
	if (fact->identities >= MAX_IDENTITIES)
		return;
	fact->identity = arena_grow(
		arena, fact->identity, fact->identities, sizeof *fact->identity);
	fact->identity[fact->identities++] =
		(struct disco_identity){ element_attribute(e, "category"),
			element_attribute(e, "type"), element_attribute(e, "name") };
}

void
read_disco(struct arena *arena, const struct element *answer, struct disco_fact *fact)
{
	const struct element *query = element_child(answer, "query", NS_DISCO_INFO);

	for (size_t i = 0; query != NULL && i < query->children; i++) {
		const struct element *e = query->child[i];
		const char *feature = element_attribute(e, "var");

		if (element_is(e, "identity", NS_DISCO_INFO))
			read_identity(arena, e, fact);
		else if (element_is(e, "feature", NS_DISCO_INFO) && feature != NULL &&
			 fact->features < MAX_FEATURES)
			add_text(arena, &fact->feature, &fact->features, feature);
		else if (element_is(e, "x", NS_FORM))
			read_contacts(arena, e, fact);
	}
}

void
read_version(const struct element *answer, struct disco_fact *fact)
{
	const struct element *query = element_child(answer, "query", NS_VERSION);

	if (query == NULL)
		return;
	fact->software = child_text(query, "name", NS_VERSION);
	fact->version = child_text(query, "version", NS_VERSION);
	fact->system = child_text(query, "os", NS_VERSION);
}
