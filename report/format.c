/* The table of report formats. To add one is a file beside this one and a row here. */
#include "report/format.h"

#include <string.h>

const struct format formats[] = {
	{ "text", "txt", "for people", report_write_text },
	{ "xml", "xml", "complete, and the one that \"replay\" reads", report_write_xml },
	{ NULL, NULL, NULL, NULL },
};

const struct format *
format_find(const char *name)
{
	for (const struct format *f = formats; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}
