/* What the first bytes are when they are no XML stream. */
#include "net/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
names_foreign_protocols(void **state)
{
	static const struct {
		const char *bytes;
		enum foreign_protocol protocol;
	} row[] = {
		{ "", FOREIGN_NONE },
		{ "\x16", FOREIGN_NONE },
		{ "\x16\x03\x01", FOREIGN_TLS },
		{ "\x15\x03", FOREIGN_TLS },
		{ "\x16\x04", FOREIGN_OTHER },
		{ "HTT", FOREIGN_NONE },
		{ "HTTP/1.1 400", FOREIGN_HTTP },
		{ "22", FOREIGN_NONE },
		{ "220 mail", FOREIGN_SMTP },
		{ "220-mail", FOREIGN_SMTP },
		{ "221 mail", FOREIGN_OTHER },
		{ "SSH-2.0", FOREIGN_SSH },
		{ "* OK IMAP4", FOREIGN_IMAP },
		{ "* BYE", FOREIGN_OTHER },
		{ " \r\n", FOREIGN_NONE },
		{ " \n<?xml", FOREIGN_NONE },
		{ "<", FOREIGN_NONE },
		{ "\xef\xbb", FOREIGN_NONE },
		{ "\xef\xbb\xbf<", FOREIGN_NONE },
		{ "\xff\xfe<", FOREIGN_NONE },
		{ "hello", FOREIGN_OTHER },
		{ "\r\nlogin:", FOREIGN_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_int_equal(stream_foreign(row[i].bytes, strlen(row[i].bytes)),
			row[i].protocol);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_foreign_protocols),
	};

	return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
