/* From exports to a configuration: what is carried over, and what is told. */
#include "tests/unit/import.h"

/* --- what is carried over ----------------------------------------------------------------- */

static const char *
sample(struct fixture *f, const char *name)
{
	const char *srcdir = getenv("srcdir");

	return arena_printf(
		f->arena, "%s/tests/config/clixml/%s.xml", srcdir ? srcdir : ".", name);
}

/* Enums as objects and as strings, types by reference, lists in two containers, members
 * that were added by a remote session. */
static void
imports_partners(void **state)
{
	struct fixture *f = *state;
	const struct configured *p;

	f->import = import_open(f->config);
	assert_true(import_file(f->import, sample(f, "partners")));
	assert_string_equal(notes(f), "");
	counts(f, 3, 0, 0);
	assert_int_equal(f->config->partners, 3);
	p = &f->config->partner[0];
	assert_string_equal(p->domain.ascii, "fabrikam.com");
	assert_int_equal(p->line, 0);
	assert_int_equal(p->policy.type, TYPE_FEDERATED);
	assert_int_equal(p->policy.tls, DEMAND_REQUIRED);
	assert_int_equal(p->policy.sasl, DEMAND_OPTIONAL);
	assert_int_equal(p->policy.dialback, AGREED_TRUE);
	assert_int_equal(p->policy.keep_alive, AGREED_TRUE);
	assert_int_equal(p->policy.connection_limit, 20);
	assert_null(p->policy.proxy);
	assert_string_equal(p->policy.description,
		"Parts supplier M\u00fcller\u2019s team: it's room _x12 \U0001F680");
	assert_string_equal(also(f, "fabrikam.com"), "corp.fabrikam.com it.fabrikam.com");
	p = &f->config->partner[1];
	assert_int_equal(p->policy.type, TYPE_PUBLIC_UNVERIFIED);
	assert_int_equal(p->policy.tls, DEMAND_NOT_SUPPORTED);
	assert_int_equal(p->policy.keep_alive, AGREED_FALSE);
	assert_int_equal(p->policy.connection_limit, 0);
	assert_null(p->policy.description);
	p = &f->config->partner[2];
	assert_int_equal(p->policy.type, TYPE_PUBLIC_VERIFIED);
	assert_int_equal(p->policy.tls, DEMAND_OPTIONAL);
	assert_int_equal(p->policy.sasl, DEMAND_REQUIRED);
	assert_int_equal(p->policy.dialback, AGREED_FALSE);
	assert_string_equal(p->policy.proxy, "xmpp.litwareinc.com");
	assert_string_equal(also(f, "litwareinc.com"), "xn--bro-hoa.litwareinc.com");
}

static void
imports_every_encoding(void **state)
{
	struct fixture *f = *state;
	const char *first;

	f->import = import_open(f->config);
	assert_true(import_file(f->import, sample(f, "partners")));
	first = written(f, f->config);
	import_close(&f->import);
	config_close(&f->config);
	f->config = config_open();
	f->config->local = &f->local;
	f->import = import_open(f->config);
	assert_true(import_file(f->import, sample(f, "partners-utf16")));
	assert_string_equal(written(f, f->config), first);
}

static void
imports_the_gateway(void **state)
{
	struct fixture *f = *state;
	const char *path = sample(f, "gateway");

	f->import = import_open(f->config);
	assert_true(import_file(f->import, path));
	assert_string_equal(notes(f),
		arena_printf(f->arena,
			"%s:12: a dialback passphrase is set; it is not carried over, see "
			"--dialback-secret-file\n"
			"%s:16: StreamInactivityTimeout \"0\" of the gateway is not "
			"carried over; accepted: 1 to 999999999\n",
			path, path));
	assert_int_equal(f->config->gateway->connection_limit, 1200);
	assert_int_equal(f->config->gateway->partner_connection_limit, 20);
	assert_int_equal(f->config->gateway->keep_alive_interval, 300);
	assert_int_equal(f->config->gateway->stream_establishment_timeout, 60);
	assert_int_equal(f->config->gateway->stream_inactivity_timeout, 0);
	assert_int_equal(f->config->gateway->subscription_refresh_interval, 28800);
	assert_true(f->config->gateway->log_message_bodies);
}

static void
imports_our_side(void **state)
{
	struct fixture *f = *state;
	const struct access_policy *policy;

	f->import = import_open(f->config);
	assert_true(import_file(f->import, sample(f, "edge")));
	assert_string_equal(notes(f), "");
	assert_int_equal(f->local.federated_users, KNOWN_TRUE);
	assert_true(import_file(f->import, sample(f, "access")));
	assert_string_equal(notes(f),
		arena_printf(f->arena,
			"%s:36: Description of the access policy Tag:XMPP users is not "
			"carried over: there is no place for it\n",
			sample(f, "access")));
	policy = f->local.access_policy;
	assert_int_equal(f->local.access_policies, 3);
	assert_string_equal(policy[0].name, "Global");
	assert_true(policy[0].federation);
	assert_false(policy[0].xmpp);
	assert_string_equal(policy[1].name, "Site:Redmond");
	assert_true(policy[1].xmpp);
	assert_string_equal(policy[2].name, "Tag:XMPP users");
}

static void
needs_to_know_us(void **state)
{
	struct fixture *f = *state;

	f->config->local = NULL;
	import_text(f, OBJS ACCESS("Global", "<B N='EnableXmppAccess'>true</B>") OBJECT(
			       "Settings.Edge.DisplayAccessEdgeSettingsDefaultRoute",
			       "<B N='AllowFederatedUsers'>true</B>") END);
	assert_string_equal(notes(f),
		"e.xml:2: the access policy Global is not carried over: our own domain "
		"is not known, see --from\n"
		"e.xml:3: the Access Edge configuration is not carried over: our own "
		"domain is not known, see --from\n");
	assert_null(f->config->local);
}

/* One policy without a name is the global one. */
static void
replaces_access_policies_by_name(void **state)
{
	struct fixture *f = *state;
	struct access_policy old[4] = { { NULL, true, true },
		{ "site:redmond", false, false } };

	f->local.access_policy = old;
	f->local.access_policies = 2;
	import_text(f, OBJS ACCESS("Global", "<B N='EnableFederationAccess'>true</B>")
			       ACCESS("Site:Redmond", "<B N='EnableXmppAccess'>true</B>")
				       ACCESS("Tag:New", "") END);
	assert_int_equal(f->local.access_policies, 3);
	assert_string_equal(f->local.access_policy[0].name, "Global");
	assert_false(f->local.access_policy[0].xmpp);
	assert_true(f->local.access_policy[1].xmpp);
	assert_string_equal(f->local.access_policy[2].name, "Tag:New");
}

/* --- what is told ------------------------------------------------------------------------- */

static void
tells_what_is_not_accepted(void **state)
{
	struct fixture *f = *state;
	const struct policy *policy;

	import_text(f, OBJS PARTNER("a.example",
			       "<S N='TlsNegotiation'>Sometimes</S>\n"
			       "<I32 N='SaslNegotiation'>1</I32>\n"
			       "<S N='SupportDialbackNegotiation'>perhaps</S>\n"
			       "<U32 N='ConnectionLimit'>4294967295</U32>\n"
			       "<S N='ProxyFqdn'>10.0.0.1</S>\n"
			       "<S N='EnableKeepAlive'>False</S>") END);
	assert_string_equal(notes(f),
		"e.xml:2: TlsNegotiation \"Sometimes\" of the partner a.example is not "
		"carried over; accepted: Required, Optional, NotSupported\n"
		"e.xml:3: SaslNegotiation \"1\" of the partner a.example is not carried "
		"over; accepted: Required, Optional, NotSupported\n"
		"e.xml:4: SupportDialbackNegotiation \"perhaps\" of the partner a.example "
		"is not carried over; accepted: True, False\n"
		"e.xml:5: ConnectionLimit \"4294967295\" of the partner a.example is not "
		"carried over; accepted: 1 to 999999999\n"
		"e.xml:6: ProxyFqdn \"10.0.0.1\" of the partner a.example is not carried "
		"over: it is an IP address, and an XMPP domain is a name\n");
	policy = &config_find(f->config, "a.example")->policy;
	assert_int_equal(policy->keep_alive, AGREED_FALSE);
	assert_null(policy->proxy);
	assert_int_equal(policy->connection_limit, 0);
}

static void
tells_what_has_no_place(void **state)
{
	struct fixture *f = *state;

	import_text(f, OBJS PARTNER("a.example",
			       "<S N='Empty'/><Nil N='None'/><B N='Off'>false</B>"
			       "<U32 N='Zero'>0</U32><Obj N='List'><LST/></Obj>"
			       "<S N='Key'>k</S><S N='Element'>e</S>"
			       "<Obj N='TypedIdentity'><LST><S>x</S></LST></Obj>\n"
			       "<S N='Colour'>secret</S>\n"
			       "<Obj N='Ports'><LST><U32>1</U32></LST></Obj>\n") END);
	assert_string_equal(notes(f),
		"e.xml:3: Colour of the partner a.example is not carried over: there is "
		"no place for it\n"
		"e.xml:4: Ports of the partner a.example is not carried over: there is "
		"no place for it\n");
}

static void
tells_bad_domains(void **state)
{
	struct fixture *f = *state;

	import_text(
		f, OBJS PARTNER("a b.example", "") PARTNER("", "") PARTNER("c.example",
			   ALSO("<S>*.example</S><S>d.example</S><S/>")) END);
	assert_string_equal(notes(f),
		"e.xml:2: the partner \"a b.example\" is not carried over: it contains "
		"the character \" \"\n"
		"e.xml:3: the partner \"\" is not carried over: it is empty\n"
		"e.xml:4: AdditionalDomains \"*.example\" of the partner c.example is not "
		"carried over: a wildcard is not a domain\n");
	assert_int_equal(f->config->partners, 1);
	assert_string_equal(also(f, "c.example"), "d.example");
	counts(f, 1, 0, 0);
}

/* The name is in one of three places. A list may have become a text. */
static void
looks_for_the_domain(void **state)
{
	struct fixture *f = *state;

	import_text(f,
		OBJS OBJECT("X.XmppAllowedPartner",
			"<S N='Identity'>A.Example</S>") "<Obj><TN><T>X.XmppAllowedPartner</T></TN><ToString>b.example"
							 "</ToString><MS><S N='AdditionalDomains'>c.example</S></MS></Obj>"
							 "<Obj><TN><T>Selected.X.XmppAllowedPartner</T></TN><MS>"
							 "<S N='Domain'>d.example</S><Obj N='AdditionalDomains'>"
							 "<TN><T>System.String</T></TN><S>e.example</S></Obj></MS></Obj>"
							 "<Obj><TN><T>X.XmppAllowedPartner</T></TN><MS><S N='Domain'>"
							 "f.example</S><Obj N='AdditionalDomains'><ToString>List`1</ToString>"
							 "<LST/></Obj></MS></Obj>" END);
	assert_string_equal(notes(f), "");
	assert_string_equal(also(f, "a.example"), "");
	assert_string_equal(also(f, "b.example"), "c.example");
	assert_string_equal(also(f, "d.example"), "e.example");
	assert_string_equal(also(f, "f.example"), "");
}

static void
tells_unknown_objects(void **state)
{
	struct fixture *f = *state;

	import_text(f, OBJS "<Nil/><S>text</S>" OBJECT("Settings.Sip.Thing", "") END);
	assert_string_equal(notes(f),
		"e.xml:2: an object of the type S is not carried over; accepted: what "
		"Get-CsXmppAllowedPartner, Get-CsXmppGatewayConfiguration, "
		"Get-CsExternalAccessPolicy and Get-CsAccessEdgeConfiguration return\n"
		"e.xml:2: an object of the type "
		"Microsoft.Rtc.Management.WritableConfig.Settings.Sip.Thing is not carried "
		"over; accepted: what Get-CsXmppAllowedPartner, "
		"Get-CsXmppGatewayConfiguration, Get-CsExternalAccessPolicy and "
		"Get-CsAccessEdgeConfiguration return\n");
}

static void
takes_nothing_of_a_broken_file(void **state)
{
	static const char text[] = OBJS PARTNER("a.example", "") "<Ref RefId='9'/>" END;
	struct fixture *f = *state;

	f->import = import_open(f->config);
	assert_false(import_memory(f->import, text, strlen(text), "e.xml"));
	assert_string_equal(f->import->trouble,
		"e.xml:3: <Ref> refers to 9, which is not there before it");
	assert_int_equal(f->config->partners, 0);
	assert_false(import_file(f->import, "/nowhere/e.xml"));
	assert_string_equal(
		f->import->trouble, "/nowhere/e.xml: No such file or directory");
	assert_int_equal(f->import->notes, 0);
}

/* --- references --------------------------------------------------------------------------- */

static void
takes_each_object_once(void **state)
{
	struct fixture *f = *state;

	import_text(f, OBJS "<Obj RefId='0'><TN><T>System.Object[]</T></TN><LST>"
			    "<Obj RefId='1'><TN><T>X.XmppAllowedPartner</T></TN><Props>"
			    "<S N='Domain'>a.example</S><Ref N='Self' RefId='1'/>"
			    "<Ref N='AdditionalDomains' RefId='0'/></Props></Obj>"
			    "<Ref RefId='1'/><Ref RefId='0'/></LST></Obj>\n"
			    "<Ref RefId='0'/><Ref RefId='1'/>" END);
	assert_string_equal(notes(f),
		"e.xml:2: AdditionalDomains of the partner a.example "
		"are not carried over: the list is another's\n");
	counts(f, 1, 0, 0);
}

static void
gives_each_list_to_one(void **state)
{
	struct fixture *f = *state;

	import_text(f,
		OBJS PARTNER("a.example",
			"<Obj N='AdditionalDomains' RefId='1'><LST><S>x.example</S>"
			"</LST></Obj><Obj N='XsAnyElements' RefId='2'><LST/></Obj>")
			PARTNER("b.example", "<Ref N='AdditionalDomains' RefId='1'/>")
				PARTNER("c.example",
					"<Ref N='AdditionalDomains' RefId='2'/>")
					PARTNER("d.example", "<Ref N='AdditionalDomains' "
							     "RefId='2'/>") END);
	assert_string_equal(notes(f),
		"e.xml:3: AdditionalDomains of the partner b.example "
		"are not carried over: the list is another's\n");
	assert_string_equal(also(f, "a.example"), "x.example");
	counts(f, 4, 0, 0);
}

/* --- limits ------------------------------------------------------------------------------- */

/* Lists that hold one another: nothing is walked twice, nor deeper than it may be. */
static void
walks_no_further_than_it_must(void **state)
{
	enum { LISTS = 2000 };
	struct fixture *f = *state;
	char *text;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	fputs(OBJS "<Obj><MS>", file);
	for (int i = 0; i < LISTS; i++)
		fprintf(file,
			"<Obj N='a' RefId='%d'><LST><Ref RefId='%d'/><Ref RefId='%d'/>"
			"</LST></Obj>",
			i, i, i ? i - 1 : 0);
	fprintf(file, "</MS></Obj><Ref RefId='%d'/>" END, LISTS - 1);
	fclose(file);
	import_text(f, text);
	free(text);
	assert_int_equal(f->import->notes, 2);
}

static void
counts_what_it_does_not_tell(void **state)
{
	enum { OBJECTS = IMPORT_MAX_NOTES + 7 };
	struct fixture *f = *state;
	char *text;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	fputs(OBJS, file);
	for (int i = 0; i < OBJECTS; i++)
		fputs("<S>a</S>", file);
	fputs(END, file);
	fclose(file);
	import_text(f, text);
	free(text);
	assert_int_equal(f->import->notes, IMPORT_MAX_NOTES);
	assert_int_equal(f->import->untold, 7);
}

static void
limits_access_policies(void **state)
{
	struct fixture *f = *state;
	char *text;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	fputs(OBJS, file);
	for (int i = 0; i <= IMPORT_MAX_ACCESS_POLICIES; i++)
		fprintf(file, ACCESS("Tag:%d", ""), i);
	fputs(END, file);
	fclose(file);
	import_text(f, text);
	free(text);
	assert_int_equal(f->local.access_policies, IMPORT_MAX_ACCESS_POLICIES);
	assert_string_equal(notes(f), "e.xml:1002: the access policy Tag:1000 is not "
				      "carried over: there are 1000\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(imports_partners),
		TEST(imports_every_encoding),
		TEST(imports_the_gateway),
		TEST(imports_our_side),
		TEST(needs_to_know_us),
		TEST(replaces_access_policies_by_name),
		TEST(tells_what_is_not_accepted),
		TEST(tells_what_has_no_place),
		TEST(tells_bad_domains),
		TEST(looks_for_the_domain),
		TEST(tells_unknown_objects),
		TEST(takes_nothing_of_a_broken_file),
		TEST(takes_each_object_once),
		TEST(gives_each_list_to_one),
		TEST(walks_no_further_than_it_must),
		TEST(counts_what_it_does_not_tell),
		TEST(limits_access_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
