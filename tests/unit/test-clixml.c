/* What Export-Clixml writes, what others make of it, and what an enemy sends. */
#include "config/clixml.h"

#include "base/text.h"
#include "config/escape.h"
#include "config/utf16.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OBJS                                                                             \
	"<Objs Version='1.1.0.1' "                                                       \
	"xmlns='http://schemas.microsoft.com/powershell/2004/04'>\n"
#define END "</Objs>"

static const struct clixml *
read_text(struct arena *arena, const char *text)
{
	const char *trouble = NULL;
	const struct clixml *clixml =
		clixml_read(text, strlen(text), "e.xml", arena, &trouble);

	if (trouble != NULL)
		fail_msg("%s", trouble);
	assert_non_null(clixml);
	return clixml;
}

static void
refuses_bytes(struct arena *arena, const char *bytes, size_t length, const char *expected)
{
	const char *trouble = NULL;

	if (clixml_read(bytes, length, "e.xml", arena, &trouble) != NULL)
		fail_msg("it was read, and should have been refused: %s", expected);
	assert_string_equal(trouble, expected);
	assert_true(text_is_clean(trouble));
}

static void
refuses(struct arena *arena, const char *text, const char *expected)
{
	refuses_bytes(arena, text, strlen(text), expected);
}

/* In words of libxml2, which differ between its versions. */
static void
refuses_somehow(struct arena *arena, const char *text)
{
	const char *trouble = NULL;

	assert_null(clixml_read(text, strlen(text), "e.xml", arena, &trouble));
	assert_true(text_starts(trouble, "e.xml:"));
	assert_true(text_is_clean(trouble));
}

static void
reads_plain_values(void **state)
{
	const struct clixml *c = read_text(*state,
		OBJS "<S>a &amp; b</S><B>true</B><U32>20</U32><Nil/><S/>\n"
		     "<DT>2013-01-01T00:00:00</DT>" END);

	assert_int_equal(c->values, 6);
	assert_int_equal(c->objects, 0);
	assert_string_equal(c->value[0].tag, "S");
	assert_string_equal(c->value[0].text, "a & b");
	assert_null(c->value[0].name);
	assert_int_equal(c->value[0].line, 2);
	assert_string_equal(c->value[1].text, "true");
	assert_string_equal(c->value[2].tag, "U32");
	assert_string_equal(c->value[3].tag, "Nil");
	assert_string_equal(c->value[4].text, "");
	assert_int_equal(c->value[5].line, 3);
}

static void
reads_objects(void **state)
{
	const struct clixml *c = read_text(*state, OBJS
		"<Obj RefId='0'><TN RefId='0'><T>Deserialized.A.B.Thing#Decorated</T>"
		"<T>System.Object</T></TN><ToString>x</ToString>\n"
		"<Props><S N='One'>1</S></Props><MS><I32 N='Two'>2</I32></MS></Obj>"
		"<Obj RefId='1'><TNRef RefId='0'/></Obj><Ref RefId='0'/>" END);
	const struct clixml_object *o = c->value[0].object;

	assert_int_equal(c->values, 3);
	assert_int_equal(c->objects, 2);
	assert_int_equal(o->line, 2);
	assert_int_equal(o->members, 2);
	assert_string_equal(o->text, "x");
	assert_string_equal(clixml_member(o, "One")->text, "1");
	assert_string_equal(clixml_member(o, "two")->text, "2");
	assert_int_equal(clixml_member(o, "Two")->line, 3);
	assert_null(clixml_member(o, "Three"));
	assert_string_equal(o->type[0].full, "Deserialized.A.B.Thing#Decorated");
	assert_true(clixml_is(o, "Thing"));
	assert_true(clixml_is(o, "Object"));
	assert_false(clixml_is(o, "hing"));
	assert_false(clixml_is(o, "Decorated"));
	assert_true(clixml_is(c->value[1].object, "Thing"));
	assert_int_equal(c->value[1].object->number, 1);
	assert_ptr_equal(c->value[2].object, o);
	assert_string_equal(c->value[2].text, "x");
}

/* An enum has both, a string with added members only the plain value. */
static void
prefers_the_string_to_the_number(void **state)
{
	const struct clixml *c = read_text(*state,
		OBJS "<Obj><ToString>Required</ToString><I32>0</I32></Obj>"
		     "<Obj><I32>0</I32><ToString>Required</ToString></Obj>"
		     "<Obj><S>corp</S><MS><S N='a'>b</S></MS></Obj><Obj/>" END);

	assert_string_equal(c->value[0].text, "Required");
	assert_string_equal(c->value[1].text, "Required");
	assert_string_equal(c->value[2].text, "corp");
	assert_null(c->value[3].text);
}

static void
reads_every_container(void **state)
{
	static const char *const name[] = { "LST", "IE", "STK", "QUE" };
	const struct clixml_object *o;

	for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
		o = read_text(*state,
			arena_printf(*state,
				OBJS
				"<Obj><%s><S>a</S><S>b</S></%s></Obj><Obj><%s/></Obj>" END,
				name[i], name[i], name[i]))
			    ->value[0]
			    .object;
		assert_true(o->is_list);
		assert_int_equal(o->elements, 2);
		assert_string_equal(o->element[1].text, "b");
	}
	o = read_text(*state, OBJS "<Obj><DCT><En><S N='Key'>k</S><S N='Value'>v</S></En>"
				   "</DCT></Obj>" END)
		    ->value[0]
		    .object;
	assert_int_equal(o->elements, 2);
	assert_string_equal(o->element[0].name, "Key");
	assert_string_equal(o->element[1].text, "v");
}

static void
lets_an_object_hold_itself(void **state)
{
	const struct clixml *c =
		read_text(*state, OBJS "<Obj RefId='7'><LST><Ref RefId='7'/></LST>"
				       "<MS><Ref N='me' RefId='7'/></MS></Obj>" END);
	const struct clixml_object *o = c->value[0].object;

	assert_ptr_equal(o->element[0].object, o);
	assert_ptr_equal(clixml_member(o, "me")->object, o);
}

static void
decodes_escapes(void **state)
{
	static const struct {
		const char *text, *decoded;
	} row[] = {
		{ "plain", "plain" },
		{ "_x0041_", "A" },
		{ "_X00e9_", "\u00e9" },
		{ "_x005F_x0041_", "_x0041_" },
		{ "a_x000D__x000A_b_x0009_c", "a  b c" },
		{ "_xD83D__xDE80_!", "\U0001F680!" },
		{ "_xD83D_", "_xD83D_" },
		{ "_xDE80__xD83D_", "_xDE80__xD83D_" },
		{ "_xD83D_x", "_xD83D_x" },
		{ "_xD83D__x0041_", "_xD83D_A" },
		{ "_x00_", "_x00_" },
		{ "_x00410_", "_x00410_" },
		{ "_x", "_x" },
		{ "_x0041", "_x0041" },
		{ "_x-041_", "_x-041_" },
		{ "_x0000_", "\\x00" },
		{ "_x001B_[2J", "\\x1b[2J" },
		{ "_x202E_", "\\u{202e}" },
		{ "_xFFFF_", "\\u{ffff}" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_string_equal(escape_decode(*state, row[i].text), row[i].decoded);
	assert_string_equal(
		read_text(*state, OBJS "<S N='a_x0041_'>_x0042_</S>" END)->value[0].name,
		"aA");
}

static void
cleans_texts(void **state)
{
	const struct clixml *c =
		read_text(*state, OBJS "<S>a\u202eb\tc</S><Obj><TN><T>\u200b</T></TN>"
				       "<ToString>&#x9b;</ToString></Obj>" END);

	assert_string_equal(c->value[0].text, "a\\u{202e}b\\x09c");
	assert_string_equal(c->value[1].object->type[0].full, "\\u{200b}");
	assert_string_equal(c->value[1].text, "\\u{9b}");
}

/* --- encodings ---------------------------------------------------------------------------- */

struct text {
	char *byte;
	size_t length;
};

/* Text in UTF-8 as UTF-16 with its byte order mark. */
static struct text
in_utf16(struct arena *arena, const char *utf8, bool big_endian)
{
	struct text out = { arena_alloc(arena, 2 * strlen(utf8) + 2), 0 };
	const unsigned char *s = (const unsigned char *)utf8;
	uint32_t unit[3] = { 0xfeff };
	size_t units = 1;

	for (;;) {
		for (size_t i = 0; i < units; i++) {
			out.byte[out.length++] =
				(char)(big_endian ? unit[i] >> 8 : unit[i]);
			out.byte[out.length++] =
				(char)(big_endian ? unit[i] : unit[i] >> 8);
		}
		if (*s == '\0')
			return out;
		units = 1;
		if (*s < 0x80) {
			unit[0] = *s++;
		} else if (*s < 0xe0) {
			unit[0] = (s[0] & 31u) << 6 | (s[1] & 63u);
			s += 2;
		} else if (*s < 0xf0) {
			unit[0] = (s[0] & 15u) << 12 | (s[1] & 63u) << 6 | (s[2] & 63u);
			s += 3;
		} else {
			uint32_t c = ((s[0] & 7u) << 18 | (s[1] & 63u) << 12 |
					     (s[2] & 63u) << 6 | (s[3] & 63u)) -
				     0x10000;

			unit[0] = 0xd800 + (c >> 10);
			unit[1] = 0xdc00 + (c & 0x3ff);
			units = 2;
			s += 4;
		}
	}
}

static void
reads_every_encoding(void **state)
{
	static const char text[] =
		OBJS "<S>a \u00e9 \u20ac \U0001F680 \U0010fffd</S>\r\n" END;
	const char *said = "a \u00e9 \u20ac \U0001F680 \U0010fffd";
	struct text form[] = {
		{ arena_strdup(*state, text), strlen(text) },
		{ arena_printf(*state, "\xef\xbb\xbf%s", text), strlen(text) + 3 },
		in_utf16(*state, text, false),
		in_utf16(*state, text, true),
	};

	for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
		const char *trouble = NULL;
		const struct clixml *c = clixml_read(
			form[i].byte, form[i].length, "e.xml", *state, &trouble);

		assert_null(trouble);
		assert_string_equal(c->value[0].text, said);
		assert_int_equal(c->value[0].line, 2);
	}
}

/* What the file says of its own encoding is wrong as soon as it was converted. */
static void
ignores_the_declaration(void **state)
{
	static const char text[] =
		"<?xml version='1.0' encoding='utf-16'?>\n" OBJS "<S>\u00e9</S>" END;
	struct text wide = in_utf16(*state, text, false);
	const char *trouble = NULL;

	assert_string_equal(read_text(*state, text)->value[0].text, "\u00e9");
	assert_non_null(clixml_read(wide.byte, wide.length, "e.xml", *state, &trouble));
}

static void
refuses_broken_encodings(void **state)
{
	static const struct {
		const char *byte;
		size_t length;
		int line;
	} row[] = {
		{ "<\0a", 3, 1 },                 /* half a code unit */
		{ "\n\0\n\0\x3d\xd8", 6, 3 },     /* half a pair at the end */
		{ "\x3d\xd8<\0", 4, 1 },          /* in the middle */
		{ "\n\0\x80\xde\x3d\xd8", 6, 2 }, /* a pair turned round */
	};
	char bytes[16];

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		memcpy(bytes, "\xff\xfe", 2);
		memcpy(bytes + 2, row[i].byte, row[i].length);
		refuses_bytes(*state, bytes, row[i].length + 2,
			arena_printf(*state,
				"e.xml:%d: it is cut off, or half of a surrogate pair is "
				"missing; accepted: UTF-16, UTF-8",
				row[i].line));
	}
	refuses_bytes(*state, "<\0O\0", 4, "e.xml:1: it is no XML in UTF-8");
	refuses_somehow(*state, "\xff\xfe");
	refuses_somehow(*state, "\xef\xbb\xbf");
	refuses_somehow(*state, "");
}

/* --- what is refused ---------------------------------------------------------------------- */

static void
refuses_what_is_no_export(void **state)
{
	refuses(*state, "<Obj xmlns='http://schemas.microsoft.com/powershell/2004/04'/>",
		"e.xml:1: this is no export of PowerShell but <Obj>; accepted: <Objs>");
	refuses(*state, "<Objs Version='1.1.0.1'/>",
		"e.xml:1: <Objs> is in a wrong namespace; accepted: "
		"http://schemas.microsoft.com/powershell/2004/04");
	refuses(*state, "<Objs xmlns='http://schemas.microsoft.com/powershell/2004/04'/>",
		"e.xml:1: <Objs> lacks the attribute \"Version\"");
	refuses(*state,
		"<Objs Version='2.0' "
		"xmlns='http://schemas.microsoft.com/powershell/2004/04'/>",
		"e.xml:1: Version=\"2.0\" is wrong; accepted: 1.1.0.1");
	refuses(*state, OBJS "<S xmlns=''>a</S>" END,
		"e.xml:2: <S> is in a wrong namespace; accepted: "
		"http://schemas.microsoft.com/powershell/2004/04");
	refuses(*state, OBJS "<X>a</X>" END,
		"e.xml:2: <X> is no value; accepted: Obj, Ref, S, B, U32, Nil and the "
		"like");
	refuses(*state, OBJS "<Obj>\n<X/></Obj>" END,
		"e.xml:3: <Obj> has no <X>; accepted: a list of types, properties, a list "
		"or one plain value");
	refuses(*state, OBJS "<Obj><TN><X/></TN></Obj>" END,
		"e.xml:2: <TN> has no <X>; accepted: T");
	refuses(*state, OBJS "<Obj><DCT><S/></DCT></Obj>" END,
		"e.xml:2: <DCT> has no <S>; accepted: En");
	refuses(*state, OBJS "<S a='b'/>" END,
		"e.xml:2: <S> has no attribute \"a\"; accepted: N, RefId");
	refuses(*state, OBJS "<S>a<B>true</B></S>" END,
		"e.xml:2: only plain text is accepted in <S>");
	refuses(*state, OBJS "text" END, "e.xml:2: only elements are accepted here");
	refuses(*state, OBJS "<Obj><Props><S>a</S></Props></Obj>" END,
		"e.xml:2: a property lacks its name");
}

static void
refuses_broken_references(void **state)
{
	refuses(*state, OBJS "<Ref RefId='0'/>" END,
		"e.xml:2: <Ref> refers to 0, which is not there before it");
	refuses(*state, OBJS "<Ref/>" END,
		"e.xml:2: <Ref> lacks the attribute \"RefId\"");
	refuses(*state, OBJS "<Obj RefId='500000'/>" END,
		"e.xml:2: RefId=\"500000\" is wrong; accepted: 0 to 499999");
	refuses(*state, OBJS "<Obj RefId='-1'/>" END,
		"e.xml:2: RefId=\"-1\" is wrong; accepted: 0 to 499999");
	refuses(*state, OBJS "<Obj RefId='1'/><Obj RefId='1'/>" END,
		"e.xml:2: RefId=\"1\" is there twice");
	refuses(*state, OBJS "<Obj RefId='1'/><Ref RefId='1'><S/></Ref>" END,
		"e.xml:2: <Ref> has no <S> here; accepted in this order: nothing");
	/* Lists of types have numbers of their own. */
	refuses(*state, OBJS "<Obj RefId='1'><TNRef RefId='1'/></Obj>" END,
		"e.xml:2: <TNRef> refers to 1, which is not there before it");
	refuses(*state, OBJS "<Obj><TN RefId='1'/></Obj><Ref RefId='1'/>" END,
		"e.xml:2: <Ref> refers to 1, which is not there before it");
}

static void
refuses_entities(void **state)
{
	static const char bomb[] =
		"<!DOCTYPE Objs [<!ENTITY a 'aaaaaaaaaa'>\n"
		"<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\n"
		"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]>\n" OBJS "<S>&c;</S>" END;
	static const char file[] = "<!DOCTYPE Objs SYSTEM 'file:///etc/passwd'>" OBJS END;
	const char *trouble = NULL;

	assert_null(clixml_read(file, strlen(file), "e.xml", *state, &trouble));
	assert_non_null(strstr(trouble, ": a DOCTYPE is not accepted"));
	refuses_somehow(*state, bomb);
	refuses_somehow(*state, OBJS "<S>&c;</S>" END);
}

static void
refuses_what_is_cut_off(void **state)
{
	static const char text[] =
		OBJS "<Obj RefId='0'><TN RefId='0'><T>a</T></TN>"
		     "<LST><S>b</S></LST><MS><U32 N='c'>1</U32></MS></Obj>" END;
	struct text wide = in_utf16(*state, text, true);
	const char *trouble;

	for (size_t i = 0; i < strlen(text); i++)
		assert_null(clixml_read(text, i, "e.xml", *state, &trouble));
	for (size_t i = 0; i < wide.length; i++)
		assert_null(clixml_read(wide.byte, i, "e.xml", *state, &trouble));
	refuses_somehow(*state, OBJS END "<Objs/>");
}

/* --- limits ------------------------------------------------------------------------------- */

/* `times` times the same between two texts. */
static struct text
repeat(const char *before, const char *again, size_t times, const char *after)
{
	size_t length = strlen(before), each = strlen(again);
	struct text out = {
		malloc(length + each * times + strlen(after) + 1),
		length + each * times + strlen(after),
	};

	assert_non_null(out.byte);
	memcpy(out.byte, before, length);
	for (size_t i = 0; i < times; i++)
		memcpy(out.byte + length + i * each, again, each);
	memcpy(out.byte + length + times * each, after, strlen(after) + 1);
	return out;
}

static void
limits(struct arena *arena, struct text text, const char *expected)
{
	refuses_bytes(arena, text.byte, text.length, expected);
	free(text.byte);
}

static void
limits_what_is_large(void **state)
{
	struct text text;

	limits(*state, repeat(OBJS, "<Obj><LST>", CLIXML_MAX_DEPTH + 1, ""),
		"e.xml:2: the objects are nested too deep; accepted: 32");
	limits(*state, repeat(OBJS, "<S/>", CLIXML_MAX_VALUES + 1, END),
		"e.xml:2: this is too much; accepted: 500000 values and types");
	limits(*state,
		repeat(OBJS "<Obj><TN>", "<T/>", CLIXML_MAX_TYPES + 1, "</TN></Obj>" END),
		"e.xml:2: this is one type too many; accepted: 64");
	limits(*state, repeat("", " ", CLIXML_MAX_BYTES + 1, ""),
		"e.xml:1: the file is too large; accepted: 64 MiB");
	/* A text is cut as any foreign text is; one beyond libxml2's own limit is refused. */
	text = repeat(OBJS "<S>", "abcdefgh", 100000, "</S>" END);
	assert_true(strlen(read_text(*state, text.byte)->value[0].text) <= TEXT_LIMIT);
	free(text.byte);
	text = repeat(OBJS "<S>", "abcdefgh", 2000000, "</S>" END);
	refuses_somehow(*state, text.byte);
	free(text.byte);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_plain_values),
		TEST(reads_objects),
		TEST(prefers_the_string_to_the_number),
		TEST(reads_every_container),
		TEST(lets_an_object_hold_itself),
		TEST(decodes_escapes),
		TEST(cleans_texts),
		TEST(reads_every_encoding),
		TEST(ignores_the_declaration),
		TEST(refuses_broken_encodings),
		TEST(refuses_what_is_no_export),
		TEST(refuses_broken_references),
		TEST(refuses_entities),
		TEST(refuses_what_is_cut_off),
		TEST(limits_what_is_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
